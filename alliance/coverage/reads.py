"""Demand against supply, for the bureau: what is missing where, how far it got, and who was nearest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tortoise.expressions import Q

from alliance.claims.reads import whole_supply
from alliance.claims.tables import Claim
from alliance.core.period import SHANGHAI, Days
from alliance.core.permissions import Deed, may
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import AgeBand, CauseStage, ClaimState, NeedState
from alliance.coverage.gaps import (
    HIDDEN,
    Cause,
    Figures,
    Part,
    Progress,
    age_band,
    causes,
    figures,
    grouped,
    nearest,
)
from alliance.coverage.scope import CategoryLevel, CoverageWhere, PlaceLevel
from alliance.directory.reads import Supply, within
from alliance.directory.tables import CareStation, District
from alliance.kit import clock
from alliance.matching.coverage import furthest_stage
from alliance.matching.facts import NeedFacts
from alliance.needs import reads as needs
from alliance.needs.tables import Need

COUNTED = (NeedState.OPEN, NeedState.CLOSED, NeedState.EXPIRED)  # neither withdrawn nor still being reviewed
SILENT_AFTER = timedelta(days=90)  # domain.md §11, walk-through 20: no post in 90 days is "no data", not zero


CELLS, MOST_CELLS = 100, 1_000  # a page of cells by default, and at most: 88 places by 60 leaves, mostly empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One cell: a place and a category (None: not confirmed by the station and not to be told), with its figures."""

    place: str | None
    category: str | None
    age_band: AgeBand | None
    figures: Figures
    causes: tuple[Cause, ...]
    nearest_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was asked, what became of it, and why the rest is missing; every list adds up to the whole."""

    figures: Figures
    causes: tuple[Cause, ...]
    by_place: tuple[Gap, ...]
    by_category: tuple[Gap, ...]
    by_age_band: tuple[Gap, ...]
    cells: tuple[Gap, ...]
    silent_stations: tuple[CareStation, ...]


async def coverage_gaps(
    viewer: Viewer, where: CoverageWhere, *, place_level: PlaceLevel, category_level: CategoryLevel
) -> Coverage | None:
    """The gaps in `where`. The city sees all districts; a district its own, the others withheld.

    None: only the bureau has it.
    """
    if not may(viewer, Deed.SEE_COVERAGE):
        return None
    parts = tuple(part for part in await _parts(viewer, where) if _is_in(part, where))
    place = _place_key(place_level)
    category = _category_key(category_level)
    return Coverage(
        figures=HIDDEN if _is_elsewhere(viewer, where) else figures(parts),
        causes=causes(parts),
        by_place=(*_gaps(parts, place=place), *await _others(viewer, where)),
        by_category=_gaps(parts, category=category),
        by_age_band=_gaps(parts, band=lambda part: part.age_band),
        cells=_gaps(parts, place=place, category=category),
        silent_stations=await _silent_stations(viewer, where),
    )


def _place_key(level: PlaceLevel) -> Callable[[Part], str | None]:
    return (lambda part: part.district) if level is PlaceLevel.DISTRICT else (lambda part: part.town)


def _category_key(level: CategoryLevel) -> Callable[[Part], str | None]:
    if level is CategoryLevel.LEAF:
        return lambda part: part.category
    return lambda part: part.category and part.category.partition(".")[0]


def _nothing(part: Part) -> None:
    return None


def _gaps(
    parts: Sequence[Part],
    *,
    place: Callable[[Part], str | None] = _nothing,
    category: Callable[[Part], str | None] = _nothing,
    band: Callable[[Part], AgeBand | None] = _nothing,
) -> tuple[Gap, ...]:
    """One gap per combination that occurs, most unmet places first; ties by place, category, band."""
    found = grouped(parts, lambda part: (place(part), category(part), band(part)))
    gaps = [
        Gap(
            place=key[0],
            category=key[1],
            age_band=key[2],
            figures=figures(some),
            causes=causes(some),
            nearest_id=nearest(some),
        )
        for key, some in found.items()
    ]
    return tuple(sorted(gaps, key=_order))


def _order(gap: Gap) -> tuple[int, str, str, int]:
    band = -1 if gap.age_band is None else list(AgeBand).index(gap.age_band)
    return -(gap.figures.unmet.value or 0), gap.place or "", gap.category or "", band


def _is_elsewhere(viewer: Viewer, where: CoverageWhere) -> bool:
    """True where a district asks for another one: its numbers are withheld, which is not the same as none."""
    own = viewer.district_code
    return own is not None and where.place is not None and not where.place.startswith(own)


async def _others(viewer: Viewer, where: CoverageWhere) -> tuple[Gap, ...]:
    """The other districts, for a district: named, so that nothing seems to be zero, and withheld."""
    if viewer.district_code is None:
        return ()
    codes = await District.exclude(code=viewer.district_code).order_by("code").values_list("code", flat=True)
    return tuple(
        Gap(place=str(code), category=None, age_band=None, figures=HIDDEN, causes=(), nearest_id=None)
        for code in codes
        if where.place is None or where.place.startswith(str(code))
    )


# --- needs in parts --------------------------------------------------------------------------------------------------


async def _parts(viewer: Viewer, where: CoverageWhere) -> Iterable[Part]:
    query = (await needs.visible(viewer)).filter(stored_state__in=COUNTED)
    if where.place is not None:
        query = query.filter(within("town_id", where.place))
    if not where.days.is_open:
        query = query.filter(_wanted_in(where.days))
    rows = await query.order_by("id")
    facts = await needs.need_facts(rows)
    ended = await _ended_claims([row.id for row in rows])
    offered = await whole_supply()
    today = clock.today()
    return [
        part
        for row, known in zip(rows, facts, strict=True)
        for part in _parts_of(row, known, ended.get(row.id, frozenset()), offered, today)
    ]


def _wanted_in(days: Days) -> Q:
    """Needs wanted on some day of the range; where a need gives no days, the day it was posted counts."""
    found = Q(id__isnull=False)
    if days.last is not None:
        begins = Q(first_day__lte=days.last) | Q(first_day__isnull=True, last_day__isnull=False)
        found &= begins | Q(first_day__isnull=True, last_day__isnull=True, posted_at__lt=_midnight_after(days.last))
    if days.first is not None:
        ends = Q(last_day__gte=days.first) | Q(last_day__isnull=True, first_day__isnull=False)
        posted = Q(posted_at__gte=_midnight_after(days.first - timedelta(days=1)))
        found &= ends | (Q(first_day__isnull=True, last_day__isnull=True) & posted)
    return found


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


async def _ended_claims(need_ids: Sequence[str]) -> dict[str, frozenset[ClaimState]]:
    states = [ClaimState.DECLINED, ClaimState.RELEASED, ClaimState.LAPSED]
    found: dict[str, frozenset[ClaimState]] = {}
    for need_id, state in await Claim.filter(need_id__in=need_ids, state__in=states).values_list("need_id", "state"):
        found[need_id] = found.get(need_id, frozenset()) | {ClaimState[str(state)]}
    return found


def _parts_of(
    row: Need, facts: NeedFacts, ended: frozenset[ClaimState], offered: Supply, today: date
) -> Iterable[Part]:
    """The delivered, the held and the free places of one need; an unknown headcount counts its smallest part."""
    asked = row.minimum_places if row.headcount is None else row.headcount
    free = asked - row.held if row.headcount is not None else (0 if row.held else asked)
    cause, closest = None, None
    if free > 0 or not row.categories:  # judging the whole supply takes nearly all the time of this read
        cause, closest = furthest_stage(
            facts,
            offered.capabilities,
            offered.categories,
            offered.places,
            today=today,
            had_declined=bool(ended & {ClaimState.DECLINED, ClaimState.RELEASED}),
            had_silent=ClaimState.LAPSED in ended,
            is_claimed_undelivered=False,
        )
    category = row.categories[0] if row.categories else (closest.category if closest else None)
    band = age_band(row.min_age, row.max_age)
    steps = (
        (Progress.DELIVERED, row.completed, None, None),
        (Progress.IN_HAND, row.held - row.completed, CauseStage.UNDELIVERED, None),
        (Progress.UNMET, free, cause, closest.id if closest else None),
    )
    for progress, places, stage, capability_id in steps:
        if places > 0:
            yield Part(
                need_id=row.id,
                town=row.town_id,
                category=category,
                age_band=band,
                places=places,
                progress=progress,
                cause=stage,
                capability_id=capability_id,
            )


def _is_in(part: Part, where: CoverageWhere) -> bool:
    wanted = where.category
    in_category = wanted is None or part.category == wanted or (part.category or "").startswith(f"{wanted}.")
    return in_category and (where.age_band is None or part.age_band is where.age_band)


async def _silent_stations(viewer: Viewer, where: CoverageWhere) -> tuple[CareStation, ...]:
    """Stations without a post in 90 days: no data, which is not the same as no need."""
    recent = Need.filter(posted_at__gte=clock.now() - SILENT_AFTER)
    active = {str(station_id) for station_id in await recent.distinct().values_list("station_id", flat=True)}
    stations = CareStation.all()
    for prefix in (where.place, viewer.district_code):
        stations = stations.filter(within("town_id", prefix)) if prefix is not None else stations
    return tuple(station for station in await stations.order_by("town_id") if station.id not in active)
