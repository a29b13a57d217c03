"""Who stands behind a token, and what bodies accounts belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


async def viewer_of(token: str | None) -> Viewer:
    """The caller behind a bearer token; nobody when it is unknown, expired or revoked, or the account disabled."""
    session = token and await Session.get_or_none(
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
    if row is None:
        return ""
    return str(row.zh if isinstance(row, District) else getattr(row, "name", ""))


async def own_accounts(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Account]:
    """The caller's own account by id."""
    return await rows_by(Account.filter(id=viewer.account_id or ""), "id", ids)
