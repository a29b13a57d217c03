"""Who may see which need, how much of it, and the facts a need gives to the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tortoise.expressions import F, Q, Subquery
from tortoise.queryset import QuerySet

from alliance.core.period import Days
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Membership, NeedState, Qualification, Role, Sensitivity
from alliance.directory.reads import taxonomy, within
from alliance.directory.rules import missing_qualifications
from alliance.directory.tables import DISTRICT_LENGTH, TOWN_LENGTH, CareStation, Category, ChildGroup, Organization
from alliance.kit import clock
from alliance.kit.columns import keepable, listed
from alliance.kit.database import rows_by
from alliance.matching.facts import CategoryFacts, NeedFacts
from alliance.needs.filters import NeedsWhere
from alliance.needs.lifecycle import derived_state
from alliance.needs.sight import CODED, EVERYTHING, GroupFacts, Sight, sight_before_claim
from alliance.needs.tables import Need, NeedParty

HAS_PLACES = Q(stored_state=NeedState.OPEN) & (Q(held=0) | Q(held__lt=F("headcount")))


def on_the_board() -> Q:
    """The needs that can still be claimed: places are free, and neither deadline nor last day has passed."""
    today = clock.today()
    in_time = (Q(deadline__isnull=True) | Q(deadline__gte=today)) & (Q(last_day__isnull=True) | Q(last_day__gte=today))
    return HAS_PLACES & in_time


async def visible(viewer: Viewer) -> QuerySet[Need]:
    """The needs one may see: own station, bureau, what one has claimed, and for members the open board.

    A restricted need is on the board only for members that hold what its category asks for. A need held for
    review is seen by its station and the duty officer only, and without its text by who had claimed it before.
    """
    unread = Q() if viewer.is_duty_officer else ~Q(stored_state=NeedState.NEEDS_REVIEW)
    match viewer.role:
        case Role.STATION_HEAD:
            return Need.filter(station_id=viewer.station_id)
        case Role.CITY_BUREAU:
            return Need.filter(unread)
        case Role.DISTRICT_BUREAU:
            return Need.filter(unread, town_id__startswith=viewer.district_code)
        case Role.ORGANIZATION_STAFF:
            claimed = Subquery(NeedParty.filter(body_id=viewer.body_id).values("need_id"))  # it grows for ever
            return Need.filter((on_the_board() & await _open_to(viewer)) | Q(id__in=claimed))
        case _:
            return Need.filter(id__in=[])


async def board(viewer: Viewer) -> QuerySet[Need]:
    """The visible needs that can still be claimed."""
    return (await visible(viewer)).filter(on_the_board())


async def visible_by_id(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Need]:
    """Needs by id, as far as visible."""
    return await rows_by(await visible(viewer), "id", ids)


async def needs_where(viewer: Viewer, where: NeedsWhere) -> QuerySet[Need]:
    """The visible needs asked for.

    A station is looked for only where the caller may see it on the row, so that a filter tells nothing that a field
    hides; the district is shown of every need.
    """
    query = await visible(viewer)
    if where.category:
        leaf, top = listed(where.category), f";{keepable(where.category)}."
        query = query.filter(Q(categories__contains=leaf) | Q(categories__contains=top))
    if where.district:
        query = query.filter(within("town_id", _district_of(where.district)))
    if where.station:
        query = query.filter(station_id=where.station)
        if viewer.role is Role.ORGANIZATION_STAFF:
            shown = [row.id for row, sight in (await sights(viewer, await query)).items() if sight.place]
            query = query.filter(id__in=shown)
    if where.states is not None:
        in_any = Q(*(_in_state(state) for state in where.states), join_type=Q.OR)
        query = query.filter(in_any if where.states else Q(id__in=[]))
    return query


def _district_of(place: str) -> str:
    """The district of a place: asked by town, the list would tell the town of a need that hides it."""
    return place[:DISTRICT_LENGTH] if len(place) == TOWN_LENGTH else place


def _in_state(state: NeedState) -> Q:
    """The needs whose derived state it is; the same as `lifecycle.derived_state`, for the database."""
    full = Q(held__gt=0) & (Q(headcount__isnull=True) | Q(held__gte=F("headcount")))
    is_open = Q(stored_state=NeedState.OPEN)
    match state:
        case NeedState.OPEN:
            return is_open & Q(held=0)
        case NeedState.PARTLY_CLAIMED:
            return is_open & Q(held__gt=0) & Q(held__lt=F("headcount"))
        case NeedState.DELIVERED:
            return is_open & full & Q(completed=F("held"))
        case NeedState.IN_DELIVERY:
            return is_open & full & Q(completed__lt=F("held")) & (Q(active__gt=0) | Q(completed__gt=0))
        case NeedState.CLAIMED:
            return is_open & full & Q(active=0) & Q(completed=0)
        case _:
            return Q(stored_state=state)


async def is_open_to(viewer: Viewer, need_id: str) -> bool:
    """True for a need that stands, or stood until it was taken, on the board that the caller's organization sees."""
    return await Need.filter(await _open_to(viewer), id=need_id, stored_state=NeedState.OPEN).exists()


async def _open_to(viewer: Viewer) -> Q:
    """The needs whose categories are open to the caller's organization; none where it is no member now."""
    organization = await Organization.get_or_none(id=viewer.organization_id or "")
    if organization is None or organization.membership is not Membership.MEMBER:
        return Q(id__in=[])
    closed = _closed_leaves(frozenset(organization.qualifications), await taxonomy())
    return Q(*(~Q(categories__contains=listed(code)) for code in closed)) if closed else Q(id__isnull=False)


def _closed_leaves(held: frozenset[Qualification], leaves: Mapping[str, CategoryFacts]) -> tuple[str, ...]:
    """The restricted categories whose qualification is not held."""
    return tuple(
        leaf.code
        for leaf in leaves.values()
        if leaf.sensitivity is Sensitivity.RESTRICTED and missing_qualifications(leaf, held)
    )


# --- how much of a need ----------------------------------------------------------------------------------------------


async def sights(viewer: Viewer, rows: Sequence[Need]) -> Mapping[Need, Sight]:
    """How much of each need is for the caller's eyes; `rows` as they were read from what is visible.

    They are not looked for again: what somebody takes off the board meanwhile is still answered for.
    """
    if viewer.role is Role.STATION_HEAD:
        return dict.fromkeys((row for row in rows if row.station_id == viewer.station_id), EVERYTHING)
    if viewer.role in {Role.CITY_BUREAU, Role.DISTRICT_BUREAU}:
        return dict.fromkeys(rows, EVERYTHING if viewer.is_duty_officer else CODED)
    accepted = NeedParty.filter(body_id=viewer.body_id or "", may_see_all=True, need_id__in=[row.id for row in rows])
    open_to = {str(need_id) for need_id in await accepted.values_list("need_id", flat=True)}
    sensitivities = dict(await Category.all().values_list("code", "sensitivity"))
    risks = {group.code: group.risk for group in (await group_facts()).values()}
    shown = {
        row: EVERYTHING
        if row.id in open_to
        else sight_before_claim(
            (sensitivities[code] for code in row.categories), (risks[code] for code in row.groups), row.headcount
        )
        for row in rows
    }
    unread = {row for row in rows if row.stored_state is NeedState.NEEDS_REVIEW}
    return {row: replace(sight, text=False) if row in unread else sight for row, sight in shown.items()}


async def group_facts() -> Mapping[str, GroupFacts]:
    """The child groups as disclosure sees them, by code."""
    return {row.code: GroupFacts(row.code, row.parent_id, row.label_risk) for row in await ChildGroup.all()}


# --- facts for the rules ---------------------------------------------------------------------------------------------


def state_of(need: Need) -> NeedState:
    """Where a need stands."""
    return derived_state(
        need.stored_state,
        headcount=need.headcount,
        held=need.held,
        active=need.active,
        completed=need.completed,
    )


async def facts_by_need(viewer: Viewer, rows: Sequence[Need]) -> Mapping[Need, NeedFacts]:
    """Needs as the rules see them; `rows` as they were read from what is visible."""
    return dict(zip(rows, await need_facts(rows), strict=True))


async def need_facts(needs: Sequence[Need]) -> tuple[NeedFacts, ...]:
    """Needs as the rules see them, in the same order."""
    stations = await CareStation.filter(id__in=list({need.station_id for need in needs}))
    operators = {station.id: station.operator_id for station in stations}
    return tuple(facts_of(need, operators.get(need.station_id)) for need in needs)


def facts_of(need: Need, operator_id: str | None) -> NeedFacts:
    """One need as the rules see it; what is left of it is what a claim has to fit."""
    left = None if need.headcount is None else max(need.headcount - need.held, 0)
    return NeedFacts(
        id=need.id,
        town=need.town_id,
        title=need.title,
        details=need.details,
        categories=need.categories,
        groups=frozenset(need.groups),
        min_age=need.min_age,
        max_age=need.max_age,
        headcount=left,
        minimum_places=need.minimum_places if left is None else min(need.minimum_places, left or need.minimum_places),
        mode=need.mode,
        days=Days(need.first_day, need.last_day),
        windows=need.windows,
        urgency=need.urgency,
        station_operator=operator_id,
    )
