"""Signing in and out, and the accounts that the command line opens and closes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError

from alliance.core.permissions import Deed, allow
from alliance.core.problems import N_, Fault, Faults, InvalidInput, refuse, refuses
from alliance.core.viewer import ANYBODY, Viewer
from alliance.core.vocabulary import Role
from alliance.identity import passwords
from alliance.identity.reads import BODIES, viewer_for
from alliance.identity.rules import (
    ACCOUNT_NAME,
    LONGEST_TOKEN_LIFE_HOURS,
    SESSION_LENGTH,
    SHOWN_PREFIX,
    SignInFailed,
    check_account_name,
    check_password,
    needs_body,
    new_token,
    token_hash,
)
from alliance.identity.tables import Account, Session
from alliance.journal.settle import record
from alliance.kit import clock

BUREAUS = frozenset({Role.CITY_BUREAU, Role.DISTRICT_BUREAU})


@dataclass(slots=True)
class SignedIn:
    """A fresh session with its token, which is shown this once; unfrozen, as everything that `settle` hands back."""

    id: str
    token: str
    expires_at: datetime
    account: Account


async def proven(name: str, password: str) -> Account | None:
    """The enabled account with this name and password. Slow on purpose: call it outside a transaction."""
    is_a_name = ACCOUNT_NAME.fullmatch(name)  # PostgreSQL would choke on NUL and lone surrogates
    account = await Account.get_or_none(name=name, is_disabled=False) if is_a_name else None
    is_right = await passwords.is_right(password, account.password_hash if account else None)
    return account if is_right else None


@refuses(SignInFailed, is_open=True)
async def sign_in(account: Account | None, *, length: timedelta = SESSION_LENGTH) -> SignedIn:
    """Open a session for an account that has proven itself."""
    if account is None:
        refuse(SignInFailed())
    token, at = new_token(), clock.now()
    session = await Session.create(
        account_id=account.id,
        token_hash=token_hash(token),
        token_prefix=token[:SHOWN_PREFIX],
        created_at=at,
        expires_at=at + length,
    )
    viewer = await viewer_for(account)
    record(Deed.SIGN_IN, viewer, subjects=(session.id,), district_code=viewer.district_code)
    return SignedIn(session.id, token, session.expires_at, account)


@refuses()
async def sign_out(viewer: Viewer, *, token: str) -> Session:
    """End the caller's session behind `token`, at once and for good."""
    allow(viewer, Deed.SIGN_OUT)
    own = Session.filter(token_hash=token_hash(token), account_id=viewer.account_id)
    is_ended_now = await own.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    session = await own.get()
    if is_ended_now:
        record(Deed.SIGN_OUT, viewer, subjects=(session.id,))
    return session


async def add_account(
    *, name: str, role: Role, body_id: str | None, password: str | None, is_duty_officer: bool = False
) -> Account:
    """Open an account; without a password it can only be given tokens. For the command line.

    Refuses: InvalidInput.
    """
    faults = Faults()
    check_account_name(faults, name)
    if password is not None:
        check_password(faults, password)
    if needs_body(role) != bool(body_id):
        faults.add("of", N_("Every account but the city's belongs to one body; name it."))
    elif body_id and not await BODIES[role].exists(pk=body_id):
        faults.add("of", N_("There is no such body."))
    if is_duty_officer and role not in BUREAUS:
        faults.add("duty", N_("Duty officers belong to the city bureau or to a district bureau."))
    faults.refuse_if_any()
    try:
        account = await Account.create(
            name=name,
            role=role,
            body_id=body_id,
            password_hash=None if password is None else await passwords.hashed(password),
            is_duty_officer=is_duty_officer,
            created_at=clock.now(),
        )
    except IntegrityError:
        refuse(InvalidInput(fields=(Fault(path="name", says=N_("This account name is taken. Choose another.")),)))
    record(Deed.ADD_ACCOUNT, ANYBODY, subjects=(account.id,), bodies=_bodies(account), after={"role": role.name})
    return account


async def disable_account(name: str) -> Account:
    """Close an account and end all its sessions at once. For the command line. Refuses: InvalidInput."""
    account = await Account.get_or_none(name=name)
    if account is None:
        says = N_("There is no account of this name. See `alliance account list`.")
        refuse(InvalidInput(fields=(Fault(path="name", says=says),)))
    await Session.filter(account_id=account.id, revoked_at__isnull=True).update(revoked_at=clock.now())
    if await Account.filter(id=account.id, is_disabled=False).update(is_disabled=True):
        closed = {"is_disabled": True}
        record(Deed.DISABLE_ACCOUNT, ANYBODY, subjects=(account.id,), bodies=_bodies(account), after=closed)
    return await Account.get(id=account.id)


async def issue_token(
    *, role: Role, body_id: str | None, length: timedelta = SESSION_LENGTH, is_duty_officer: bool = False
) -> SignedIn:
    """A token of `role` at one body, from its account that has no password; the account is opened when there is none.

    For the command line. Refuses: InvalidInput.
    """
    if not timedelta() < length <= timedelta(hours=LONGEST_TOKEN_LIFE_HOURS):
        says = N_("A token lives from 1 to {most} hours.")
        values = (("most", LONGEST_TOKEN_LIFE_HOURS),)
        refuse(InvalidInput(fields=(Fault(path="hours", says=says, values=values),)))
    account = (
        await Account.filter(
            role=role, body_id=body_id, is_duty_officer=is_duty_officer, password_hash__isnull=True, is_disabled=False
        )
        .order_by("created_at", "id")
        .first()
    )
    if account is None:
        name = f"token-{role.name.lower().replace('_', '-')}-{secrets.token_hex(4)}"
        account = await add_account(
            name=name, role=role, body_id=body_id, password=None, is_duty_officer=is_duty_officer
        )
    return await sign_in(account, length=length)


def _bodies(account: Account) -> tuple[str, ...]:
    return (account.body_id,) if account.body_id else ()
