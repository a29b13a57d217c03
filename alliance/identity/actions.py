"""Signing in and out, and the accounts that the command line opens and closes."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.exceptions import IntegrityError

from alliance.core.permissions import Deed, allow
from alliance.core.problems import N_, Fault, Faults, InvalidInput, refuse, refuses
from alliance.core.viewer import ANYBODY, Viewer
from alliance.core.vocabulary import Role
from alliance.identity import passwords
from alliance.identity.limits import (
    WINDOW,
    Attempt,
    TooManyAttempts,
    account_key,
    address_key,
    origin_of,
    recent,
    too_many,
    wait_for_account,
    wait_for_address,
)
from alliance.identity.reads import BODIES, attempt_of, attempts_of, has_ended, session_of, viewer_for
from alliance.identity.rules import (
    ACCOUNT_NAME,
    LONGEST_TOKEN_LIFE_HOURS,
    SESSION_LENGTH,
    SHOWN_PREFIX,
    USE_IS_NOTED_EVERY,
    SignInFailed,
    check_account_name,
    check_password,
    needs_body,
    new_token,
    token_hash,
)
from alliance.identity.tables import Account, Session, SignInCounter
from alliance.journal.settle import record
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work
from alliance.kit.outages import outage_of

BUREAUS = frozenset({Role.CITY_BUREAU, Role.DISTRICT_BUREAU})
SECONDS_TO_END = 1  # how long a request with a session that is over waits for this to be noted
MOST_REMOVED = 100  # old counters at a time


@dataclass(slots=True)
class SignedIn:
    """A fresh session with its token, which is shown this once; unfrozen, as everything that `settle` hands back."""

    id: str
    token: str
    expires_at: datetime
    account: Account


async def admitted(token: str | None) -> Viewer:
    """The caller behind a bearer token of a request; nobody when it is unknown, over, revoked or of a closed account.

    That the session was used is noted once a minute and aside, so that no read waits for a write. That it is over is
    noted as well, and for good: a clock that is set back does not revive what was seen to have ended.
    """
    session = await session_of(token)
    if session is None:
        return ANYBODY
    if has_ended(session):
        await asyncio.wait([_aside(session.id, revoked_at=clock.now())], timeout=SECONDS_TO_END)
        return ANYBODY
    if clock.now() - session.last_used_at >= USE_IS_NOTED_EVERY:
        _aside(session.id, last_used_at=clock.now())
    return await viewer_for(session.account)


def _aside(session_id: str, **change: datetime) -> asyncio.Task[None]:
    """Note something of a session that still stands, in a transaction of its own; one of its kind at a time."""
    key = (session_id, *change)
    if key not in _noting:
        task = _noting[key] = asyncio.create_task(_note(session_id, change))
        task.add_done_callback(lambda _: _noting.pop(key, None))
    return _noting[key]


async def _note(session_id: str, change: dict[str, datetime]) -> None:
    standing = Session.filter(id=session_id, revoked_at__isnull=True)
    try:
        await as_unit_of_work(lambda: standing.update(**change))
    except Exception as error:
        if not outage_of(error):  # a full or locked database: reads go on, and the next request notes it
            raise


_noting: dict[tuple[str, ...], asyncio.Task[None]] = {}


@refuses(TooManyAttempts, is_open=True)
async def count_attempt(*, name: str, address: str | None) -> SignInCounter | TooManyAttempts:
    """Count one check of the password of `name`, before it is made; the caller makes it only when this was committed.

    Names that do not exist are counted alike. Both counters are locked in the order account, address before they are
    read, so that no two callers take the same place. The refusal is returned: it leaves counters that are set right.
    """
    account = await _locked(account_key(name))
    from_address = await _locked(address_key(address))
    own = await attempt_of(name=name, address=address)
    of_account, of_address = (recent(attempts_of(counter), own.at) for counter in (account, from_address))
    wait = max(wait_for_account(of_account, own), wait_for_address(of_address, own))
    more = () if wait else (own,)
    await _keep(account, (*of_account, *more))
    await _keep(from_address, (*of_address, *more))
    await _remove_old_counters(own.at)
    return too_many(wait) if wait else account


async def _locked(key: str) -> SignInCounter:
    """The counter under `key`, locked until this unit of work ends; SQLite's write lock does so already."""
    while True:
        fresh = SignInCounter(id=key, attempts=(), last_at=clock.now())
        await SignInCounter.bulk_create([fresh], ignore_conflicts=True)
        counter = await SignInCounter.filter(id=key).select_for_update().first()
        if counter is not None:  # or it was old, and somebody has just removed it
            return counter


async def _keep(counter: SignInCounter, attempts: Sequence[Attempt]) -> None:
    kept = tuple(attempt.kept() for attempt in attempts)
    if kept != counter.attempts:
        last_at = max((attempt.at for attempt in attempts), default=counter.last_at)
        await SignInCounter.filter(id=counter.id).update(attempts=kept, last_at=last_at)


async def _remove_old_counters(now: datetime) -> None:
    """Remove what counts no more. It waits for nobody: what another caller holds, a later one removes."""
    old = SignInCounter.filter(last_at__lte=now - WINDOW).order_by("last_at").limit(MOST_REMOVED)
    ids = await old.select_for_update(skip_locked=True).values_list("id", flat=True)
    if ids:
        await SignInCounter.filter(id__in=list(ids)).delete()


async def proven(name: str, password: str) -> Account | None:
    """The enabled account with this name and password, for a caller that `count_attempt` let pass.

    Slow on purpose: call it outside a transaction.
    """
    is_a_name = ACCOUNT_NAME.fullmatch(name)  # PostgreSQL would choke on NUL and lone surrogates
    account = await Account.get_or_none(name=name, is_disabled=False) if is_a_name else None
    is_right = await passwords.is_right(password, account.password_hash if account else None)
    return account if is_right else None


@refuses(SignInFailed, TooManyAttempts, is_open=True)
async def sign_in(account: Account | None, *, address: str | None = None) -> SignedIn:
    """Open a session of 12 hours, which an hour without use ends, for an account that has proven itself."""
    if account is None:
        refuse(SignInFailed())
    return await _opened(account, length=SESSION_LENGTH, origin=origin_of(account.name, address), ends_when_idle=True)


async def _opened(account: Account, *, length: timedelta, origin: str | None, ends_when_idle: bool) -> SignedIn:
    token, at = new_token(), clock.now()
    session = await Session.create(
        account_id=account.id,
        token_hash=token_hash(token),
        token_prefix=token[:SHOWN_PREFIX],
        created_at=at,
        expires_at=at + length,
        last_used_at=at,
        ends_when_idle=ends_when_idle,
        origin=origin,
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


async def end_all_sessions() -> int:
    """End every session at once and for good; how many there were. For a database made of a backup.

    No entry of the journal tells of it: the key that seals entries need not be at hand where a backup is restored.
    """
    return await Session.filter(revoked_at__isnull=True).update(revoked_at=clock.now())


async def issue_token(
    *, role: Role, body_id: str | None, length: timedelta = SESSION_LENGTH, is_duty_officer: bool = False
) -> SignedIn:
    """A token of `role` at one body, from its account that has no password; the account is opened when there is none.

    It works for the whole `length`, used or not: a program may ask once a night. For the command line.
    Refuses: InvalidInput.
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
    return await _opened(account, length=length, origin=None, ends_when_idle=False)


def _bodies(account: Account) -> tuple[str, ...]:
    return (account.body_id,) if account.body_id else ()
