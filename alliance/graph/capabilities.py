"""What organizations can deliver, and what they do with their own list."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.period import Window
from alliance.core.permissions import Deed, may
from alliance.core.vocabulary import (
    Qualification,
)
from alliance.directory import actions, drafts, reads, tables
from alliance.directory.drafts import ListCapabilityDraft, ReviseCapabilityDraft
from alliance.directory.filters import CapabilitiesWhere
from alliance.directory.rules import is_due
from alliance.graph.annotations import After, First, Origin, Version
from alliance.graph.deeds import ExpectedVersion, IdempotencyKey, settled
from alliance.graph.labels import NamedPlace, labels, places
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, input_of, mutation, shows
from alliance.kit.paging import FIRST, Page, page_of


@strawberry.type(description="What the caller may do with a listed service now.")
class CapabilityDeeds:
    """Asked, not guessed by the page."""

    revise: bool = strawberry.field(description="`reviseCapability` would not be refused for the caller's role.")
    confirm: bool = strawberry.field(description="`confirmCapability` would not be refused for the caller's role.")
    withdraw: bool = strawberry.field(description="`withdrawCapability` would not be refused for the caller's role.")


@shows(tables.Capability)
class Capability(Node):
    """What one organization can deliver: one leaf category, where, for whom and when. Public, but for its quota."""

    title: drafts.Title
    description: drafts.Description
    min_age: drafts.MinAge
    max_age: drafts.MaxAge
    modes: drafts.Modes
    max_group_size: drafts.GroupSize
    monthly_places: Annotated[
        int | None,
        Doc("Places per calendar month. Null: no limit, or not for your eyes (bureau and own organization)."),
    ]
    windows: Annotated[tuple[Window, ...], Doc("Weekly times it can take place; at most 21. Empty: any time.")]
    qualifications: Annotated[tuple[Qualification, ...], Doc("What the staff of this service hold; at most 15.")]
    lead_days: drafts.LeadDays
    valid_until: drafts.ValidUntil
    confirmed_on: Annotated[date | None, Doc("When its organization last confirmed it. Null: never.")]
    is_withdrawn: Annotated[bool, Doc("True when it is off the list; old claims still name it.")]
    provenance: Origin
    version: Version

    @field
    async def organization(self, root: strawberry.Parent[tables.Capability], info: Info) -> tables.Organization:
        """Who offers it."""
        return await info.context.required(reads.organizations, root.organization_id)

    @field
    async def category(self, root: strawberry.Parent[tables.Capability], info: Info) -> tables.Category:
        """The one leaf category it belongs to."""
        return await info.context.required(reads.categories, root.category_id)

    @field
    async def area(self, root: strawberry.Parent[tables.Capability], info: Info) -> list[NamedPlace]:
        """Where it is offered, online too; 1 to 100 places."""
        return places(root.area, await info.context.once(labels))

    @field
    async def groups(self, root: strawberry.Parent[tables.Capability], info: Info) -> list[tables.ChildGroup]:
        """The groups it is made for; at most 100. Empty: for every child."""
        return await info.context.each(reads.groups, root.groups)

    @field
    async def months(
        self, root: strawberry.Parent[tables.Capability], info: Info
    ) -> list[tables.CapabilityMonth] | None:
        """Months in which places were taken, earliest first; at most 12 a year.

        Null: not for your eyes (bureau and own organization).
        """
        return await info.context.load(reads.months_of, root.id) or []

    @field
    def is_due(self, root: strawberry.Parent[tables.Capability], info: Info) -> bool:
        """True when nobody has confirmed it for 180 days."""
        return is_due(root.confirmed_on, info.context.today)

    @field
    def viewer_can(self, root: strawberry.Parent[tables.Capability], info: Info) -> CapabilityDeeds:
        """What the caller may do with it now."""
        viewer = info.context.viewer
        is_own = viewer.organization_id == root.organization_id and not root.is_withdrawn
        return CapabilityDeeds(
            revise=is_own and may(viewer, Deed.REVISE_CAPABILITY),
            confirm=is_own and may(viewer, Deed.CONFIRM_CAPABILITY),
            withdraw=is_own and may(viewer, Deed.WITHDRAW_CAPABILITY),
        )


@shows(tables.CapabilityMonth)
class CapabilityMonth:
    """The places of one service in one calendar month (Asia/Shanghai)."""

    month: Annotated[str, Doc("`YYYY-MM`.")]
    taken: Annotated[int, Doc("Places that claims hold, from 0.")]

    @field
    def limit(self, root: strawberry.Parent[tables.CapabilityMonth]) -> int | None:
        """Places there are in all. Null: not limited."""
        return root.places

    @field
    def left(self, root: strawberry.Parent[tables.CapabilityMonth]) -> int | None:
        """Places that can still be taken. Null: not limited."""
        return None if root.places is None else root.places - root.taken


@input_of(CapabilitiesWhere)
class CapabilitiesWhereInput(CapabilitiesWhere):
    """Which listed services; what is left out narrows nothing."""


@strawberry.type
class CapabilitiesQuery:
    """Looks at services; open to everybody."""

    @field
    async def capabilities(
        self,
        info: Info,
        where: Annotated[CapabilitiesWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Capability] | None:
        """Listed services by category and title. Null: `after` is no cursor of this list; start again without it."""
        query = await reads.capabilities_where(where or CapabilitiesWhere())
        return await page_of(query, ("category_id", "title", "id"), first=first, after=after)


@input_of(ListCapabilityDraft)
class ListCapabilityInput(ListCapabilityDraft):
    """A service that an organization puts on its list."""


@input_of(ReviseCapabilityDraft)
class ReviseCapabilityInput(ReviseCapabilityDraft):
    """Changes to a listed service: what is absent stays, null clears. Its category never changes."""


CapabilityId = Annotated[strawberry.ID, Doc("Which of the own organization's services.")]


@strawberry.type
class CapabilitiesMutation:
    """What organizations do with their own list. Withdrawing stands with the claims it gives back."""

    @mutation(Capability, actions.list_capability)
    async def list_capability(
        self, info: Info, input: ListCapabilityInput, idempotency_key: IdempotencyKey = None
    ) -> object:
        """Put a service on the own organization's list; it counts as confirmed today."""
        return await settled(info, actions.list_capability, draft=input, key=idempotency_key, again=reads.capabilities)

    @mutation(Capability, actions.revise_capability)
    async def revise_capability(
        self, info: Info, capability_id: CapabilityId, input: ReviseCapabilityInput, expected_version: ExpectedVersion
    ) -> object:
        """Change a listed service as far as its claims allow; it counts as confirmed today."""
        return await settled(
            info, actions.revise_capability, capability_id=capability_id, expected_version=expected_version, draft=input
        )

    @mutation(Capability, actions.confirm_capability)
    async def confirm_capability(
        self, info: Info, capability_id: CapabilityId, expected_version: ExpectedVersion
    ) -> object:
        """Say that a listed service is still offered as it stands; due every 180 days."""
        return await settled(
            info, actions.confirm_capability, capability_id=capability_id, expected_version=expected_version
        )
