"""The rows of a race: one need that everybody wants, and as many organizations as are asked for that may claim it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from alliance.core.problems import Problem
from alliance.core.vocabulary import Membership, Provenance, Role
from alliance.directory.tables import Capability, CareStation, Organization
from alliance.identity.actions import issue_token
from alliance.journal.settle import settle
from alliance.kit import clock
from alliance.needs.tables import Need

LEAF, DISTRICT = "participation.festival_event", "320213"


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody who claims: a token of an organization, and the service to claim with."""

    token: str
    capability_id: str


async def contested(*, headcount: int, minimum_places: int = 1) -> str:
    """The id of an open need with so many places."""
    station = await CareStation.filter(town_id__startswith=DISTRICT).order_by("id").first()
    assert station
    need = await Need.create(
        station_id=station.id,
        town_id=station.town_id,
        title="过节想热闹热闹",
        categories=(LEAF,),
        headcount=headcount,
        minimum_places=minimum_places,
        posted_at=clock.now(),
        provenance=Provenance.FICTIONAL,
    )
    return need.id


async def rivals(number: int) -> list[Rival]:
    """As many organizations, each with a service that fits and a token of its own."""
    return [await rival(await fitting_service(f"示例·竞赛社{i:03}", f"shili·jingsaishe{i:03}")) for i in range(number)]


async def fitting_service(name: str, skeleton: str, monthly_places: int | None = None) -> Capability:
    """The service of a new organization that may serve the contested needs."""
    organization = await Organization.create(
        name=name,
        name_skeleton=skeleton,
        membership=Membership.MEMBER,
        checked_on=clock.today(),
        provenance=Provenance.FICTIONAL,
    )
    return await Capability.create(
        organization_id=organization.id,
        category_id=LEAF,
        title="节日游园会",
        area=(DISTRICT,),
        monthly_places=monthly_places,
        confirmed_on=clock.today(),
        provenance=Provenance.FICTIONAL,
    )


async def rival(service: Capability) -> Rival:
    """A new token of the organization behind a service."""
    token = await settle(
        lambda: issue_token(role=Role.ORGANIZATION_STAFF, body_id=service.organization_id, length=timedelta(hours=1))
    )
    assert not isinstance(token, Problem)
    return Rival(token.token, service.id)
