"""A need of every sensitivity and risk with its claims, and everybody who might look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alliance.claims.tables import Claim
from alliance.core.vocabulary import ClaimState, NeedState, Provenance
from alliance.directory.tables import Capability, CareStation, Organization
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work
from alliance.needs.actions import join_party
from alliance.needs.tables import Need
from tests.graph.door import QINGCHENG, A, B, D, Door, F

OTHER = "清名桥"  # a station of the same district
WITHOUT, PROPOSED, ACCEPTED, LAWYERS = A, B, D, F  # no claim; a proposed one; an accepted one; none, holds LAWYER

CALLERS = (
    *("nobody", "own", "other", "without", "lawyers", "proposed", "accepted"),
    *("district", "elsewhere", "city", "duty", "base"),
)
KINDS: dict[str, dict[str, Any]] = {
    "plain": {"categories": ["learning.reading"], "groups": ["migrant"]},
    "medium": {"categories": ["learning.reading"], "groups": ["left_behind"]},
    "small": {"categories": ["learning.reading"], "groups": ["left_behind"], "headcount": 4},
    "high": {"categories": ["learning.reading"], "groups": ["disabled"]},
    "elevated": {"categories": ["mental_health.counselling"], "groups": ["migrant"]},
    "restricted": {"categories": ["legal.legal_aid"], "groups": ["migrant"]},
    "taken": {"categories": ["learning.reading"], "groups": ["migrant"], "headcount": 2},
    "review": {"categories": ["learning.reading"], "groups": ["migrant"], "stored_state": NeedState.NEEDS_REVIEW},
}


@dataclass
class World:
    """One need of every kind at one station, each with a proposed and an accepted claim of one place."""

    door: Door
    needs: dict[str, Need]
    claims: dict[str, dict[str, Claim]]
    station: CareStation
    other: CareStation

    async def token(self, caller: str) -> str | None:
        """The token of one of CALLERS."""
        match caller:
            case "nobody":
                return None
            case "own":
                return await self.door.station(QINGCHENG)
            case "other":
                return await self.door.station(OTHER)
            case "district":
                return await self.door.district("梁溪")
            case "elsewhere":
                return await self.door.district("宜兴")
            case "city":
                return await self.door.city()
            case "duty":
                return await self.door.city(is_duty_officer=True)
            case "base":
                return await self.door.base()
        names = {"without": WITHOUT, "lawyers": LAWYERS, "proposed": PROPOSED, "accepted": ACCEPTED}
        return await self.door.organization(names[caller])


async def made_world(door: Door) -> World:
    """The needs with their claims, at one station."""
    station = await CareStation.filter(name__contains=QINGCHENG).get()
    other = await CareStation.filter(name__contains=OTHER).get()
    made = World(door, {}, {}, station, other)

    async def work() -> None:
        for kind, options in KINDS.items():
            given: dict[str, Any] = {"headcount": 10, "stored_state": NeedState.OPEN} | options
            need = await Need.create(
                station_id=station.id, town_id=station.town_id, title=f"要{kind}", details=f"补充{kind}", held=2,
                posted_at=clock.now(), provenance=Provenance.RECORDED, **given,
            )  # fmt: skip
            made.needs[kind], made.claims[kind] = need, {}
            for state, name in ((ClaimState.PROPOSED, PROPOSED), (ClaimState.ACCEPTED, ACCEPTED)):
                organization = await Organization.get(name=name)
                made.claims[kind][state.name] = await claimed(need, organization, state)
                await join_party(need.id, organization.id, may_see_all=state is ClaimState.ACCEPTED)

    await as_unit_of_work(work)
    return made


async def claimed(need: Need, organization: Organization, state: ClaimState, **codes: Any) -> Claim:
    """A claim of one place, as if made with any service of the organization."""
    capability = await Capability.filter(organization_id=organization.id).order_by("id").first()
    assert capability is not None
    return await Claim.create(
        need_id=need.id, capability_id=capability.id, organization_id=organization.id, places=1, months=["2026-06"],
        state=state, proposed_at=clock.now(), changed_at=clock.now(), provenance=Provenance.RECORDED, **codes,
    )  # fmt: skip
