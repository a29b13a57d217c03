"""Signing in and out, and the accounts that the command line opens and closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError

from alliance.core.permissions import Deed, allow
from alliance.core.problems import N_, Faults, InvalidInput, refuse, refuses
from alliance.core.viewer import ANYBODY, Viewer
from alliance.core.vocabulary import Role
from alliance.identity import passwords
from alliance.identity.reads import BODIES, viewer_for
from alliance.identity.rules import (
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


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session with its token, which is shown this once."""

    id: str
    token: str
    expires_at: datetime
    account: Account


async def proven(name: str, password: str) -> Account | None:
    """The enabled account with this name and password. Slow on purpose: call it outside a transaction."""
    account = await Account.get_or_none(name=name, is_disabled=False)
    is_right = await passwords.is_right(password, account.password_hash if account else None)
    return account if is_right else None


@refuses(SignInFailed)
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
    record(Deed.SIGN_IN, await viewer_for(account), subjects=(session.id,))
    return SignedIn(session.id, token, session.expires_at, account)


@refuses()
async def sign_out(viewer: Viewer, *, token: str) -> Session:
    """End the session behind `token`, at once and for good."""
    allow(viewer, Deed.SIGN_OUT)
    await Session.filter(token_hash=token_hash(token), revoked_at__isnull=True).update(revoked_at=clock.now())
    session = await Session.get(token_hash=token_hash(token))
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
    faults.refuse_if_any()
    password_hash = await passwords.hashed(password) if password else None
    try:
        account = await Account.create(
            name=name,
            role=role,
            body_id=body_id,
            password_hash=password_hash,
            is_duty_officer=is_duty_officer,
            created_at=clock.now(),
        )
    except IntegrityError:
        faults.add("name", N_("This account name is taken. Choose another."))
        faults.refuse_if_any()
        raise
    record(Deed.ADD_ACCOUNT, ANYBODY, subjects=(account.id,), after={"role": role.name})
    return account


async def disable_account(name: str) -> Account:
    """Close an account and end all its sessions at once. For the command line. Refuses: InvalidInput."""
    account, faults = await Account.get_or_none(name=name), Faults()
    if account is None:
        faults.add("name", N_("There is no account of this name. See `alliance account list`."))
        faults.refuse_if_any()
        raise LookupError(name)
    await Account.filter(id=account.id).update(is_disabled=True)
    await Session.filter(account_id=account.id, revoked_at__isnull=True).update(revoked_at=clock.now())
    record(Deed.DISABLE_ACCOUNT, ANYBODY, subjects=(account.id,), after={"is_disabled": True})
    return await Account.get(id=account.id)
