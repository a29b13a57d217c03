"""Who asks: signing in and out, and the own account."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, cast

import strawberry

from alliance.core.drafts import Doc
from alliance.core.problems import Problem
from alliance.core.vocabulary import Role
from alliance.directory import reads as bodies
from alliance.directory import tables as directory
from alliance.graph.deeds import settled
from alliance.identity import actions, reads, tables
from alliance.identity.drafts import SignInDraft
from alliance.journal.settle import settle
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, input_of, mutation, shows


@shows(tables.Account)
class Account(Node):
    """Somebody who may sign in. Visible to the account itself only."""

    name: Annotated[str, Doc("Its name for signing in.")]
    role: Annotated[Role, Doc("What it may stand for.")]
    is_duty_officer: Annotated[bool, Doc("True for a bureau account that reads texts held for review.")]

    @field
    async def station(self, root: strawberry.Parent[tables.Account], info: Info) -> directory.CareStation | None:
        """The own station. Null: not applicable to this role."""
        return await info.context.load(bodies.stations, _body(root, Role.STATION_HEAD))

    @field
    async def organization(self, root: strawberry.Parent[tables.Account], info: Info) -> directory.Organization | None:
        """The own organization. Null: not applicable to this role."""
        return await info.context.load(bodies.organizations, _body(root, Role.ORGANIZATION_STAFF))

    @field
    async def district(self, root: strawberry.Parent[tables.Account], info: Info) -> directory.District | None:
        """The own district. Null: not applicable to this role."""
        return await info.context.load(bodies.districts, _body(root, Role.DISTRICT_BUREAU))

    @field
    async def base(self, root: strawberry.Parent[tables.Account], info: Info) -> directory.ActivityBase | None:
        """The own activity base. Null: not applicable to this role."""
        return await info.context.load(bodies.bases, _body(root, Role.BASE_MANAGER))


def _body(account: tables.Account, role: Role) -> str | None:
    return account.body_id if account.role is role else None


@shows(actions.SignedIn)
class SignedIn:
    """A fresh session. Send its token as `Authorization: Bearer <token>`."""

    token: Annotated[str, Doc("Shown this once and kept nowhere; treat it like a password.")]
    expires_at: Annotated[
        datetime, Doc("From then on its bearer is nobody; an hour without any request ends it earlier.")
    ]
    account: Annotated[tables.Account, Doc("Who is signed in.")]


@shows(tables.Session)
class SignedOut:
    """A session that has ended; whoever bears its token is nobody from now on."""

    @field
    def ended_at(self, root: strawberry.Parent[tables.Session]) -> datetime:
        """When it ended."""
        return cast(datetime, root.revoked_at)


@strawberry.type
class IdentityQuery:
    """Who asks."""

    @field
    async def me(self, info: Info) -> tables.Account | None:
        """The account behind the token. Null: nobody is signed in, or the token is expired or revoked."""
        return await info.context.load(reads.own_accounts, info.context.viewer.account_id)


@input_of(SignInDraft)
class SignInInput(SignInDraft):
    """A name with its password."""


@strawberry.type
class IdentityMutation:
    """Signing in and out."""

    @mutation(SignedIn, actions.sign_in)
    async def sign_in(self, info: Info, input: SignInInput) -> object:
        """Open a session of 12 hours, which an hour without any request ends. Wrong names and wrong passwords get the
        same answer in the same time. At most 6 passwords are looked at per account and minute, 4 of them from one
        address, and 20 per address; one too many gets `TooManyAttempts`, whatever the password."""
        address = info.context.address
        if refusal := await reads.refusal_of_attempt(name=input.name, address=address):
            return refusal
        counted = await settle(lambda: actions.count_attempt(name=input.name, address=address))
        if isinstance(counted, Problem):
            return counted
        account = await actions.proven(input.name, input.password)
        return await settle(lambda: actions.sign_in(account, address=address))

    @mutation(SignedOut, actions.sign_out)
    async def sign_out(self, info: Info) -> object:
        """End the session of this very token, at once and for good."""
        return await settled(info, actions.sign_out, token=info.context.token or "")
