"""Who may see which claim, who could serve a need and why others cannot, and what an organization could serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from alliance.claims.contacts import is_contact_open
from alliance.claims.discretion import discreet_candidate, discreet_need, discreet_offers
from alliance.claims.filters import ClaimsWhere
from alliance.claims.rules import room_standing
from alliance.claims.tables import Claim, ServiceRecord
from alliance.core.permissions import Deed, may
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import BookingState, ClaimState, NeedState, Role, RoomStanding
from alliance.directory.reads import Supply, contacts_of, supply
from alliance.directory.tables import Contact
from alliance.kit import clock
from alliance.kit.database import rows_by
from alliance.matching.facts import NeedFacts
from alliance.matching.rank import Candidate, Fit, candidates, fit_order, fitting_needs
from alliance.needs import reads as needs
from alliance.needs.sight import Sight
from alliance.needs.tables import Need
from alliance.schedule.reads import state_now
from alliance.schedule.tables import Booking

HOLDING = tuple(state for state in ClaimState if state.holds_places)
UNFINISHED = tuple(state for state in HOLDING if state is not ClaimState.COMPLETED)


def visible(viewer: Viewer) -> QuerySet[Claim]:
    """The claims one may see: both sides', and the bureau's, a district's for the needs of its stations.

    While a need is held for review the bureau sees its claims no more than the need; the duty officer sees both.
    """
    unread = Q() if viewer.is_duty_officer else ~Q(need__stored_state=NeedState.NEEDS_REVIEW)
    match viewer.role:
        case Role.STATION_HEAD:
            return Claim.filter(need__station_id=viewer.station_id)
        case Role.ORGANIZATION_STAFF:
            return Claim.filter(organization_id=viewer.organization_id)
        case Role.CITY_BUREAU:
            return Claim.filter(unread)
        case Role.DISTRICT_BUREAU:
            return Claim.filter(unread, need__town_id__startswith=viewer.district_code)
        case _:
            return Claim.filter(id__in=[])


def claims_where(viewer: Viewer, where: ClaimsWhere) -> QuerySet[Claim]:
    """The visible claims asked for."""
    claims = visible(viewer)
    return claims if where.states is None else claims.filter(state__in=where.states)


async def visible_by_id(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Claim]:
    """Claims by id, as far as visible."""
    return await rows_by(visible(viewer), "id", ids)


async def claims_of(viewer: Viewer, need_ids: Sequence[str]) -> Mapping[str, list[Claim]]:
    """The visible claims on each need, oldest first."""
    found: dict[str, list[Claim]] = {key: [] for key in need_ids}
    for row in await visible(viewer).filter(need_id__in=list(need_ids)).order_by("proposed_at", "id"):
        found[row.need_id].append(row)
    return found


async def claim_of_series(viewer: Viewer, series_ids: Sequence[str]) -> Mapping[str, Claim]:
    """The visible claim for which each series of bookings was made."""
    return await rows_by(visible(viewer), "series_id", series_ids)


async def room_standings(viewer: Viewer, series_ids: Sequence[str]) -> Mapping[str, RoomStanding]:
    """Whether the claim of each series has its room; asked only for claims that are visible."""
    found: dict[str, list[BookingState]] = {key: [] for key in series_ids}
    for row in await Booking.filter(series_id__in=list(series_ids)):
        found[row.series_id].append(state_now(row))
    return {key: room_standing(states) for key, states in found.items()}


async def records(viewer: Viewer, claim_ids: Sequence[str]) -> Mapping[str, ServiceRecord]:
    """The service record of each completed claim that is visible."""
    shown = await visible(viewer).filter(id__in=list(claim_ids)).values_list("id", flat=True)
    return await rows_by(ServiceRecord.all(), "claim_id", [str(key) for key in shown])


async def contacts(viewer: Viewer, claim_ids: Sequence[str]) -> Mapping[str, Contact]:
    """The contact of the other side of each own claim, while it is open; for nobody but the two sides."""
    if viewer.station_id is None and viewer.organization_id is None:
        return {}
    rows = await visible(viewer).filter(id__in=list(claim_ids)).select_related("need")
    others = {
        row.id: row.organization_id if viewer.station_id else str(row.need.station_id)
        for row in rows
        if is_contact_open(row.state, row.changed_at, clock.now())
    }
    found = await contacts_of(viewer, tuple(set(others.values())))
    return {key: found[body] for key, body in others.items() if body in found}


async def whole_supply() -> Supply:
    """Everything that can be offered, with each organization's load of unfinished claims."""
    return await supply(await _open_claims())


def candidates_for(viewer: Viewer, need: NeedFacts, sight: Sight, offered: Supply) -> tuple[Candidate, ...]:
    """Every organization with its verdict on a visible need, best first; an organization sees itself only."""
    own, today = viewer.organization_id, clock.today()
    if own is None:
        offers, bodies = offered.capabilities, offered.organizations
        return candidates(need, offers, bodies, offered.categories, offered.places, today=today)
    bodies = tuple(each for each in offered.organizations if each.id == own)
    offers = discreet_offers((each for each in offered.capabilities if each.organization.id == own), sight)
    shown = discreet_need(need, sight)
    found = candidates(shown, offers, bodies, offered.categories, offered.places, today=today)
    return tuple(discreet_candidate(each, shown, sight) for each in found)


async def worklist(viewer: Viewer) -> tuple[tuple[Fit, ...], Mapping[str, Need]] | None:
    """The open needs the caller's organization can serve and has not claimed, best first, and their rows as read.

    None: only organizations have one.
    """
    if not may(viewer, Deed.SEE_WORKLIST):
        return None
    claimed = Claim.filter(organization_id=viewer.organization_id, state__in=HOLDING)
    rows = await (await needs.board(viewer)).exclude(id__in=Subquery(claimed.values("need_id")))
    own = await supply(await _open_claims(), organization_id=viewer.organization_id)
    sights = await needs.sights(viewer, rows)
    by_sight: dict[Sight, list[NeedFacts]] = {}
    for row, facts in (await needs.facts_by_need(viewer, rows)).items():
        by_sight.setdefault(sights[row], []).append(discreet_need(facts, sights[row]))
    fits = [
        fit
        for sight, some in by_sight.items()
        for fit in fitting_needs(
            some, discreet_offers(own.capabilities, sight), own.categories, own.places, today=clock.today()
        )
    ]
    return tuple(sorted(fits, key=fit_order)), {row.id: row for row in rows}


async def _open_claims() -> Mapping[str, int]:
    rows = Claim.filter(state__in=UNFINISHED).group_by("organization_id").annotate(count=Count("id"))
    return dict(await rows.values_list("organization_id", "count"))
