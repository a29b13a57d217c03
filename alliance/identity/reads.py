"""Who stands behind a token, what bodies accounts belong to, and which accounts there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Count, Max
from tortoise.models import Model

from alliance.core.viewer import ANYBODY, Viewer
from alliance.core.vocabulary import Role
from alliance.directory.tables import ActivityBase, CareStation, District, Organization
from alliance.identity.limits import (
    FAMILIAR_FOR,
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
from alliance.identity.rules import ACCOUNT_NAME, IDLE_LENGTH, is_over, token_hash
from alliance.identity.tables import Account, Session, SignInCounter
from alliance.kit import clock
from alliance.kit.database import rows_by

BODIES = {
    Role.STATION_HEAD: CareStation,
    Role.ORGANIZATION_STAFF: Organization,
    Role.BASE_MANAGER: ActivityBase,
    Role.DISTRICT_BUREAU: District,
}


@dataclass(frozen=True, order=True, slots=True)
class Body:
    """One that accounts belong to; ordered by name."""

    name: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """An account as `alliance account list` shows it; `open_sessions` counts its tokens that still work.

    `last_used_at` is the last request with any of its tokens, at most a minute late; None where there was none.
    """

    account: Account
    body_name: str
    open_sessions: int
    last_used_at: datetime | None


async def viewer_of(token: str | None) -> Viewer:
    """The caller behind a bearer token; nobody when it is unknown, over or revoked, or the account disabled.

    For looking only: `actions.admitted` lets a request in, and notes that the session was used.
    """
    session = await session_of(token)
    return await viewer_for(session.account) if session and not has_ended(session) else ANYBODY


async def session_of(token: str | None) -> Session | None:
    """The session behind a bearer token with its account, also one that is over; None when it was revoked."""
    if not token:
        return None
    standing = Session.get_or_none(
        token_hash=token_hash(token), revoked_at__isnull=True, account__is_disabled=False
    ).select_related("account")
    return await standing


def has_ended(session: Session) -> bool:
    """True once its time is over, or nobody used it for an hour."""
    return is_over(
        expires_at=session.expires_at,
        last_used_at=session.last_used_at,
        ends_when_idle=session.ends_when_idle,
        now=clock.now(),
    )


async def refusal_of_attempt(*, name: str, address: str | None) -> TooManyAttempts | None:
    """Why the password of `name` is not looked at now, when it was tried too often, also from `address`.

    A refusal read here writes nothing, so that an attack does not queue for the writer; what passes is counted by
    `actions.count_attempt`, which alone decides.
    """
    own = await attempt_of(name=name, address=address)
    keys = account_key(name), address_key(address)
    kept = {counter.id: attempts_of(counter) for counter in await SignInCounter.filter(id__in=keys)}
    if any(each.at > own.at for attempts in kept.values() for each in attempts):
        return None  # the clock was set back: `count_attempt` sets the counters right
    of_account, of_address = (recent(kept.get(key, ()), own.at) for key in keys)
    wait = max(wait_for_account(of_account, own), wait_for_address(of_address, own))
    return too_many(wait) if wait else None


async def attempt_of(*, name: str, address: str | None) -> Attempt:
    """A try of this very moment, and whether `name` has signed in from `address` lately."""
    now, origin = clock.now(), origin_of(name, address)
    opened = Session.filter(origin=origin, account__name=name, created_at__gt=now - FAMILIAR_FOR)
    is_familiar = bool(ACCOUNT_NAME.fullmatch(name)) and await opened.exists()
    return Attempt(at=now, origin=origin, is_familiar=is_familiar)


def attempts_of(counter: SignInCounter) -> tuple[Attempt, ...]:
    """What a counter holds."""
    return tuple(Attempt.read(text) for text in counter.attempts)


async def viewer_for(account: Account) -> Viewer:
    """The account as one who asks."""
    return Viewer(
        account_id=account.id,
        role=account.role,
        body_id=account.body_id,
        body_name=await body_name(account.role, account.body_id),
        is_duty_officer=account.is_duty_officer,
    )


async def body_name(role: Role, body_id: str | None) -> str:
    """The name of the body an account of `role` belongs to; empty for the city or an unknown body."""
    row = await BODIES[role].get_or_none(pk=body_id) if role in BODIES and body_id else None
    return _named(row).name if row else ""


async def bodies(role: Role) -> tuple[Body, ...]:
    """Every body an account of `role` can belong to, by name; none for the city. For the command line."""
    return tuple(sorted([_named(row) for row in await BODIES[role].all()])) if role in BODIES else ()


async def own_accounts(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Account]:
    """The caller's own account by id."""
    return await rows_by(Account.filter(id=viewer.account_id or ""), "id", ids)


async def all_accounts() -> tuple[ListedAccount, ...]:
    """Every account, disabled ones too, by name. For the command line."""
    names = {(role, body.id): body.name for role in BODIES for body in await bodies(role)}
    now = clock.now()
    is_used = Q(ends_when_idle=False) | Q(last_used_at__gt=now - IDLE_LENGTH)
    is_open = Session.filter(is_used, revoked_at__isnull=True, expires_at__gt=now, account__is_disabled=False)
    counted = await is_open.annotate(open=Count("id")).group_by("account_id").values_list("account_id", "open")
    used = await Session.annotate(last=Max("last_used_at")).group_by("account_id").values_list("account_id", "last")
    sessions, last_uses = dict(counted), dict(used)
    return tuple(
        ListedAccount(
            account=account,
            body_name=names.get((account.role, account.body_id or ""), ""),
            open_sessions=sessions.get(account.id, 0),
            last_used_at=last_uses.get(account.id),
        )
        for account in await Account.all().order_by("name")
    )


def _named(row: Model) -> Body:
    return Body(name=str(row.zh if isinstance(row, District) else getattr(row, "name", "")), id=str(row.pk))
