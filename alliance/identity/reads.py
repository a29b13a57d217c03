"""Who stands behind a token, what bodies accounts belong to, and which accounts there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tortoise.functions import Count
from tortoise.models import Model

from alliance.core.viewer import ANYBODY, Viewer
from alliance.core.vocabulary import Role
from alliance.directory.tables import ActivityBase, CareStation, District, Organization
from alliance.identity.rules import token_hash
from alliance.identity.tables import Account, Session
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
    """An account as `alliance account list` shows it; `open_sessions` counts its tokens that still work."""

    account: Account
    body_name: str
    open_sessions: int


async def viewer_of(token: str | None) -> Viewer:
    """The caller behind a bearer token; nobody when it is unknown, expired or revoked, or the account disabled."""
    if not token:
        return ANYBODY
    session = await Session.get_or_none(
        token_hash=token_hash(token), revoked_at__isnull=True, expires_at__gt=clock.now(), account__is_disabled=False
    ).select_related("account")
    return await viewer_for(session.account) if session else ANYBODY


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
    is_open = Session.filter(revoked_at__isnull=True, expires_at__gt=clock.now(), account__is_disabled=False)
    counted = await is_open.annotate(open=Count("id")).group_by("account_id").values_list("account_id", "open")
    sessions = dict(counted)
    return tuple(
        ListedAccount(
            account=account,
            body_name=names.get((account.role, account.body_id or ""), ""),
            open_sessions=sessions.get(account.id, 0),
        )
        for account in await Account.all().order_by("name")
    )


def _named(row: Model) -> Body:
    return Body(name=str(row.zh if isinstance(row, District) else getattr(row, "name", "")), id=str(row.pk))
