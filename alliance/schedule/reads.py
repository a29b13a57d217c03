"""Who may see what of the schedule: everybody when rooms are taken, the two sides and the base by whom and for what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from alliance.core.period import Days, days_between
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import BookingPurpose, BookingState, DayKind
from alliance.directory.tables import ActivityBase, CareStation, Organization
from alliance.kit import clock
from alliance.kit.database import rows_by
from alliance.schedule.calendar import BaseCalendar, ClosureFacts, OpeningFacts, SpecialDayFacts
from alliance.schedule.filters import BookingsWhere, RoomsWhere
from alliance.schedule.judging import Grounds, Peak, Place, RoomFacts, free_stretches, is_peak, month_of
from alliance.schedule.rules import state_of
from alliance.schedule.tables import (
    Booking,
    BookingParty,
    BookingSeries,
    Closure,
    Opening,
    Room,
    SpecialDay,
)
from alliance.schedule.times import QUARTER, Stretch, moment, place_in_day

TAKING = tuple(state for state in BookingState if state.takes_room)
PUBLIC = (*TAKING, BookingState.NO_SHOW)  # what anybody may see of a room's use; requests and cancellations are not
MOST_FREE_DAYS = 31  # of one look at free hours: a month of a calendar
MOST_ROOMS, MOST_CLOSURES = 100, 100
LARGEST_COLUMN = 2**31 - 1  # what PostgreSQL compares a capacity with


# --- rooms -----------------------------------------------------------------------------------------------------------


async def rooms(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Room]:
    """Rooms by id; public."""
    return await rows_by(Room.all(), "id", ids)


async def rooms_of(viewer: Viewer, base_ids: Sequence[str]) -> Mapping[str, list[Room]]:
    """The rooms of each base, the largest first; public."""
    found: dict[str, list[Room]] = {key: [] for key in base_ids}
    for row in await Room.filter(base_id__in=list(base_ids)).order_by("-capacity", "id"):
        found[row.base_id].append(row)
    return found


def room_facts(room: Room) -> RoomFacts:
    """What of a room the rules look at."""
    return RoomFacts(room.id, room.kind, room.capacity, room.setup_minutes, room.clearup_minutes, room.is_private)


# --- who sees which booking ------------------------------------------------------------------------------------------


def visible(viewer: Viewer) -> QuerySet[Booking]:
    """The bookings one may see: everybody that a room is taken; every state of them the bodies they concern."""
    taken = Q(stored_state__in=PUBLIC)
    if viewer.base_id:
        return Booking.filter(taken | Q(room__base_id=viewer.base_id))
    if viewer.body_id:
        return Booking.filter(taken | _concerns(viewer.body_id))
    return Booking.filter(taken)


def _concerns(body_id: str) -> Q:
    return Q(series_id__in=Subquery(BookingParty.filter(body_id=body_id).values("series_id")))


async def visible_by_id(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Booking]:
    """Bookings by id, as far as visible."""
    return await rows_by(visible(viewer), "id", ids)


def bookings_where(viewer: Viewer, where: BookingsWhere) -> QuerySet[Booking]:
    """The visible bookings asked for."""
    query = visible(viewer)
    for column, value in (("room__base_id", where.base), ("room_id", where.room), ("room__kind", where.kind)):
        if value is not None:
            query = query.filter(**{column: value})
    if where.first_day:
        query = query.filter(day__gte=where.first_day)
    if where.last_day:
        query = query.filter(day__lte=where.last_day)
    if where.states is not None:
        query = query.filter(Q(*(_in_state(state) for state in where.states), join_type=Q.OR) if where.states else NONE)
    if where.is_own is not None:
        own = _concerns(viewer.body_id) if viewer.body_id else NONE
        query = query.filter(own if where.is_own else ~own)
    return query


NONE = Q(id__in=[])


def _in_state(state: BookingState) -> Q:
    """The bookings whose derived state it is; the same as `rules.state_of`, for the database."""
    today, minute = place_in_day(clock.now())
    is_over = Q(day__lt=today) | Q(day=today, end__lte=minute)
    confirmed = Q(stored_state=BookingState.CONFIRMED)
    match state:
        case BookingState.CONFIRMED:
            return confirmed & (Q(day__gt=today) | Q(day=today, end__gt=minute))
        case BookingState.DONE:
            return confirmed & is_over
        case _:
            return Q(stored_state=state)


def state_now(booking: Booking) -> BookingState:
    """Where a booking stands at this moment."""
    return state_of(booking.stored_state, booking.use.ends_at, clock.now())


@dataclass(frozen=True, slots=True)
class SeriesSight:
    """What of a series one may see: all of it, or its title and holder alone; without a row neither.

    `is_in_charge` is true for its holder and its base: partners and the station of a claim look on.
    """

    series: BookingSeries
    is_party: bool
    is_named: bool
    is_in_charge: bool


async def series_sights(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, SeriesSight]:
    """Series by id with what of each one may see; none for nobody.

    Whoever is signed in reads what takes place in a room and who holds it, but for private rooms and for claims, which
    tell of a station's children.
    """
    if viewer.role is None:
        return {}
    rows = await rows_by(BookingSeries.all(), "id", ids)
    own = {str(key) for key in await _own_series(viewer, rows)}
    discreet = await discreet_series(rows.values())
    return {
        key: SeriesSight(
            row,
            is_party=key in own or viewer.base_id == row.base_id,
            is_named=key in own or viewer.base_id == row.base_id or key not in discreet,
            is_in_charge=viewer.body_id == row.holder_id or viewer.base_id == row.base_id,
        )
        for key, row in rows.items()
    }


async def discreet_series(some: Iterable[BookingSeries]) -> frozenset[str]:
    """The ids of those series that name nobody to others: in private rooms, and for claims."""
    purposes = {each.id: each.purpose for each in some}
    in_private = Booking.filter(series_id__in=list(purposes), room__is_private=True)
    private = await in_private.values_list("series_id", flat=True)
    claims = (key for key, purpose in purposes.items() if purpose is BookingPurpose.CLAIM)
    return frozenset({*map(str, private), *claims})


async def holder_names(some: Iterable[BookingSeries]) -> Mapping[str, str]:
    """The names of the bodies to which series belong, by their ids; asked only for series that may be named."""
    ids = sorted({each.holder_id for each in some})
    kinds = (Organization, CareStation, ActivityBase)
    return {row.id: row.name for kind in kinds for row in await kind.filter(id__in=ids)}


async def _own_series(viewer: Viewer, ids: Iterable[str]) -> list[str]:
    if viewer.body_id is None:
        return []
    parties = BookingParty.filter(body_id=viewer.body_id, series_id__in=list(ids))
    return [str(key) for key in await parties.values_list("series_id", flat=True)]


async def bookings_of(viewer: Viewer, series_ids: Sequence[str]) -> Mapping[str, list[Booking]]:
    """The bookings of each series that one may see, in order."""
    found: dict[str, list[Booking]] = {key: [] for key in series_ids}
    for row in await visible(viewer).filter(series_id__in=list(series_ids)).order_by("day", "start", "id"):
        found[row.series_id].append(row)
    return found


async def parties_of(viewer: Viewer, series_ids: Sequence[str]) -> Mapping[str, list[str]]:
    """The ids of the bodies that each series concerns; asked only behind `series_sights`."""
    found: dict[str, list[str]] = {key: [] for key in series_ids}
    for row in await BookingParty.filter(series_id__in=list(series_ids)).order_by("id"):
        found[row.series_id].append(row.body_id)
    return found


async def displaced_by(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, list[Booking]]:
    """The requests that could not be confirmed any more beside each booking; for the manager of the base alone."""
    found: dict[str, list[Booking]] = {key: [] for key in ids}
    if viewer.base_id is None:
        return found
    own = Booking.filter(id__in=list(ids), room__base_id=viewer.base_id).select_related("room")
    rows = [row for row in await own if row.stored_state in {*TAKING, BookingState.REQUESTED}]
    if not rows:
        return found
    requests = await Booking.filter(
        stored_state=BookingState.REQUESTED,
        room_id__in=list({row.room_id for row in rows}),
        day__in=list({row.day for row in rows}),
    ).order_by("day", "start", "id")
    for row in rows:
        facts = room_facts(row.room)
        taken = facts.occupied_by(row.use)
        found[row.id] = [
            each
            for each in requests
            if each.id != row.id and each.room_id == row.room_id and facts.occupied_by(each.use).meets(taken)
        ]
    return found


# --- what has run out, and what still stands -------------------------------------------------------------------------


async def overdue_series() -> list[str]:
    """The ids of series in which something has run out: holds not confirmed in time, requests whose time has come."""
    now = clock.now()
    today = place_in_day(now)[0]
    held = Q(stored_state=BookingState.HELD, held_until__lte=now)
    asked = Q(stored_state=BookingState.REQUESTED, day__lte=today)
    rows = await Booking.filter(held | asked).order_by("series_id", "id")
    return list(dict.fromkeys(row.series_id for row in rows if has_run_out(row)))


def has_run_out(booking: Booking) -> bool:
    """True for a hold that was not confirmed in time, and for a request whose time has come."""
    now = clock.now()
    if booking.stored_state is BookingState.HELD:
        return booking.held_until is not None and booking.held_until <= now
    return booking.stored_state is BookingState.REQUESTED and booking.use.starts_at <= now


async def overdue_bookings(series_id: str) -> list[Booking]:
    """What of a series has run out."""
    rows = await Booking.filter(series_id=series_id).order_by("day", "start", "id")
    return [row for row in rows if has_run_out(row)]


async def unbegun_bookings(series_id: str) -> list[Booking]:
    """What of a series is asked for, held or confirmed and has not begun."""
    rows = await Booking.filter(series_id=series_id, stored_state__in=[*TAKING, BookingState.REQUESTED])
    return [row for row in rows if row.use.starts_at > clock.now()]


async def has_room(series_id: str) -> bool:
    """True while some booking of the series takes its room or has taken it."""
    return await Booking.filter(series_id=series_id, stored_state__in=PUBLIC).exists()


# --- what the rules look at ------------------------------------------------------------------------------------------


async def calendar_of(base_id: str, days: Days) -> BaseCalendar:
    """When a base is open from the first to the last of `days`, both given."""
    openings = await Opening.filter(base_id=base_id)
    rows = await closures_between(base_id, days)
    return BaseCalendar(
        openings=tuple(opening_facts(each) for each in openings),
        special_days=await special_days(days),
        closures=tuple(closure_facts(each) for each in rows),
    )


def opening_facts(row: Opening) -> OpeningFacts:
    """Hours as the rules look at them."""
    return OpeningFacts(row.kind, row.windows, (row.season_start, row.season_end) if row.season_start else None)


def closure_facts(row: Closure) -> ClosureFacts:
    """A closure as the rules look at it."""
    return ClosureFacts(row.id, row.room_id, row.starts_at, row.ends_at, row.reason, row.title)


async def closures_between(base_id: str, days: Days) -> list[Closure]:
    """The closures of a base that meet the days, the earliest first."""
    query = Closure.filter(base_id=base_id)
    if days.first:
        query = query.filter(ends_at__gt=moment(days.first, 0))
    if days.last:
        query = query.filter(starts_at__lt=moment(days.last + timedelta(days=1), 0))
    return await query.order_by("starts_at", "id")


async def special_days(days: Days) -> dict[date, SpecialDayFacts]:
    """Holidays and make-up workdays from the first to the last of `days`."""
    query = SpecialDay.all()
    if days.first:
        query = query.filter(day__gte=days.first)
    if days.last:
        query = query.filter(day__lte=days.last)
    return {row.day: SpecialDayFacts(row.kind, row.name) for row in await query}


@dataclass(frozen=True, slots=True)
class OpenDay:
    """When a base is open on one day."""

    day: date
    kind: DayKind
    name: str
    hours: tuple[Stretch, ...]


async def open_days(base_id: str, days: Days) -> tuple[OpenDay, ...]:
    """When a base is open on each of the days, both given; closures are not taken off."""
    if days.first is None or days.last is None:
        return ()
    calendar = await calendar_of(base_id, days)
    found = []
    for day in days_between(days.first, days.last):
        special = calendar.special_days.get(day)
        kind, name = (special.kind, special.name) if special else (DayKind.ORDINARY, "")
        hours = tuple(Stretch(day, start, end) for start, end in calendar.hours(day))
        found.append(OpenDay(day, kind, name, hours))
    return tuple(found)


async def met_by(viewer: Viewer, closure_ids: Sequence[str]) -> Mapping[str, list[Booking]]:
    """The bookings that each closure meets, in order; for the manager of the base alone, at most 100 of each."""
    found: dict[str, list[Booking]] = {key: [] for key in closure_ids}
    if viewer.base_id is None:
        return found
    for closure in await Closure.filter(id__in=list(closure_ids), base_id=viewer.base_id):
        facts = closure_facts(closure)
        first, last = place_in_day(closure.starts_at)[0], place_in_day(closure.ends_at)[0]
        taking = Booking.filter(room__base_id=viewer.base_id, stored_state__in=TAKING, day__gte=first, day__lte=last)
        rows = await taking.select_related("room").order_by("day", "start", "id")
        met = [row for row in rows if facts.shuts(row.room_id, room_facts(row.room).occupied_by(row.use))]
        found[closure.id] = met[:MOST_CLOSURES]
    return found


async def closures(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Closure]:
    """Closures by id; public."""
    return await rows_by(Closure.all(), "id", ids)


async def own_series(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, BookingSeries]:
    """Series by id, those that concern the caller's body or are of the own base."""
    sights = await series_sights(viewer, ids)
    return {key: sight.series for key, sight in sights.items() if sight.is_party}


async def known_until() -> date | None:
    """The last day of the last year whose holidays are recorded; None where none are."""
    last = await SpecialDay.all().order_by("-day").first()
    return date(last.day.year, 12, 31) if last else None


async def taken_times(
    rooms: Mapping[str, RoomFacts], days: Iterable[date], *, without: Iterable[str] = ()
) -> dict[tuple[str, date], list[Stretch]]:
    """What is taken of the rooms on these days, set-up and clear-up included, but for the bookings `without`.

    Read from the bookings, of which there are a tenth as many as quarter-hours; `audit` holds both together.
    """
    ours, found = frozenset(without), defaultdict[tuple[str, date], list[Stretch]](list)
    rows = Booking.filter(room_id__in=list(rooms), day__in=list(set(days)), stored_state__in=TAKING)
    for key, room_id, day, start, end in await rows.values_list("id", "room_id", "day", "start", "end"):
        if key not in ours:
            found[room_id, day].append(rooms[room_id].occupied_by(Stretch(day, start, end)))
    return found


async def grounds_for(
    base: ActivityBase,
    places: Sequence[Place],
    *,
    organization_id: str | None = None,
    without: Iterable[str] = (),
) -> Grounds:
    """What a base's schedule says of the days of `places`; `organization_id` is whom the limit of peak times counts."""
    days = sorted({place.use.day for place in places})
    facts = {room.id: room_facts(room) for room in await Room.filter(base_id=base.id)}
    return Grounds(
        rooms=facts,
        calendar=await calendar_of(base.id, Days(days[0], days[-1])),
        taken=await taken_times(facts, days, without=without),
        peak=await peak_of(base, organization_id, days, without=without) if organization_id else None,
        earliest=clock.now(),
    )


async def peak_of(
    base: ActivityBase, organization_id: str, days: Iterable[date], *, without: Iterable[str] = ()
) -> Peak | None:
    """The peak times that an organization has in the months of these days; None where the base sets no limit."""
    if base.peak_limit is None:
        return None
    months = sorted({month_of(day) for day in days})
    first, last = date.fromisoformat(f"{months[0]}-01"), date.fromisoformat(f"{months[-1]}-01") + timedelta(days=31)
    ours = frozenset(without)
    held = Booking.filter(
        series__organization_id=organization_id,
        room__base_id=base.id,
        stored_state__in=PUBLIC,
        day__gte=first,
        day__lte=last,
    )
    used: dict[str, int] = dict.fromkeys(months, 0)
    for key, day in await held.values_list("id", "day"):
        if key not in ours and is_peak(day) and month_of(day) in used:
            used[month_of(day)] += 1
    return Peak(base.peak_limit, used)


# --- free hours ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FreeHours:
    """A stretch of a day in which a room can be had."""

    room_id: str
    capacity: int
    use: Stretch


async def rooms_where(where: RoomsWhere) -> list[Room]:
    """The rooms asked for, the smallest first; at most 100."""
    query = Room.all()
    for column, value in (("base_id", where.base), ("id", where.room), ("kind", where.kind)):
        if value is not None:
            query = query.filter(**{column: value})
    if where.headcount is not None:
        query = query.filter(capacity__gte=min(where.headcount, LARGEST_COLUMN))
    found = await query.order_by("capacity", "id").limit(MOST_ROOMS)
    return [row for row in found if set(where.equipment) <= set(row.equipment)]


async def free_hours(where: RoomsWhere, days: Days, *, minutes: int) -> tuple[FreeHours, ...]:
    """Where and when a room can be had for so long, the earliest first, then the smallest room.

    Both days are given; what is past is left out.
    """
    today, minute = place_in_day(clock.now())
    if days.first is None or days.last is None or days.last < max(days.first, today):
        return ()
    days = Days(max(days.first, today), days.last)
    looked_at = tuple(days_between(max(days.first or today, today), days.last or today))
    rooms = await rooms_where(where)
    taken = await taken_times({room.id: room_facts(room) for room in rooms}, looked_at)
    found = []
    for base_id in sorted({room.base_id for room in rooms}):
        facts = {room.id: room_facts(room) for room in rooms if room.base_id == base_id}
        grounds = Grounds(rooms=facts, calendar=await calendar_of(base_id, days), taken=taken)
        for day in looked_at:
            for room in facts.values():
                stretches = free_stretches(room, day, grounds, minutes=minutes)
                found += [FreeHours(room.id, room.capacity, each) for each in stretches]
    ahead = (from_now(each, today, minute) for each in found)
    return tuple(sorted((e for e in ahead if e is not None and e.use.minutes >= minutes), key=free_place))


def free_place(hours: FreeHours) -> tuple[int, int, int, int, str]:
    """The place of free hours in their list: day, start, end, size of the room, its id."""
    use = hours.use
    return use.day.toordinal(), use.start, use.end, hours.capacity, hours.room_id


def from_now(hours: FreeHours, today: date, minute: int) -> FreeHours | None:
    """What is still ahead of free hours; None where they are over."""
    if hours.use.day != today or hours.use.start >= minute:
        return hours
    begin = -(-minute // QUARTER) * QUARTER
    return replace(hours, use=hours.use.moved(start=begin)) if begin < hours.use.end else None
