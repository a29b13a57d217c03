"""Which times of a request can be had in which room, why the others cannot, and what could be had instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, zip_longest

from alliance.core.vocabulary import OnClash, RoomKind, RoomVerdict
from alliance.schedule.calendar import BaseCalendar, Shut, merged
from alliance.schedule.times import QUARTER, Stretch, moment

MOST_ALTERNATIVES = 3
PEAK_MONTHS = (7, 8)  # bookings cluster on Saturdays and in July, domain.md §5; August holds the same camps
SATURDAY = 6


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What of a room the rules look at; minutes of set-up and clear-up are taken around each use."""

    id: str
    kind: RoomKind
    capacity: int
    setup_minutes: int = 0
    clearup_minutes: int = 0
    is_private: bool = False

    def occupied_by(self, use: Stretch) -> Stretch:
        """What a use takes of the room, in whole quarter-hours."""
        return use.with_gaps(self.setup_minutes, self.clearup_minutes)


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """One room at one time."""

    room_id: str
    use: Stretch


@dataclass(frozen=True, slots=True)
class Peak:
    """How many peak times an organization has in each month, `YYYY-MM`, and how many it may have."""

    limit: int
    used: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grounds:
    """What one base's schedule says of the days that are asked for.

    `taken` holds by room and day what stands in the way, set-up and clear-up included. `peak` is None for whom no
    limit counts. Nothing is offered that begins before `earliest`; None: any time of the day is.
    """

    rooms: Mapping[str, RoomFacts]
    calendar: BaseCalendar
    taken: Mapping[tuple[str, date], Sequence[Stretch]] = field(default_factory=dict)
    peak: Peak | None = None
    earliest: datetime | None = None

    def in_the_way(self, place: Place) -> tuple[Stretch, ...]:
        """What is taken of the room where it would be used, set up or cleared up."""
        wanted = self.rooms[place.room_id].occupied_by(place.use)
        return tuple(each for each in self.taken.get((place.room_id, place.use.day), ()) if each.meets(wanted))

    def shut(self, place: Place) -> Shut | None:
        """Why the room is not open then; None where it is."""
        occupied = self.rooms[place.room_id].occupied_by(place.use)
        return self.calendar.shut(place.room_id, place.use, occupied)

    def with_taken(self, places: Iterable[Place]) -> Grounds:
        """The same with these places taken too."""
        taken = {key: list(some) for key, some in self.taken.items()}
        for place in places:
            occupied = self.rooms[place.room_id].occupied_by(place.use)
            taken.setdefault((place.room_id, place.use.day), []).append(occupied)
        return replace(self, taken=taken)

    def is_free(self, place: Place) -> bool:
        """True where the room is open and nothing is in the way."""
        return self.shut(place) is None and not self.in_the_way(place)

    def is_over_peak_limit(self, day: date, used: Mapping[str, int]) -> bool:
        """True for a peak time when so many are used in its month already that none may be added."""
        return self.peak is not None and is_peak(day) and used.get(month_of(day), 0) >= self.peak.limit


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a request with what is to be said of it.

    `planned` is its time by the rule, `place` where it would be. `busy` is what is in the way, `fitting` the rooms
    that would hold everybody, smallest first.
    """

    planned: Stretch
    place: Place
    verdict: RoomVerdict = RoomVerdict.FREE
    busy: tuple[Stretch, ...] = ()
    shut: Shut | None = None
    fitting: tuple[str, ...] = ()
    capacity: int = 0
    alternatives: tuple[Place, ...] = ()

    @property
    def is_free(self) -> bool:
        """True when it can be had as asked."""
        return self.verdict is RoomVerdict.FREE


@dataclass(frozen=True, slots=True)
class PeakUse:
    """The peak times an organization has in a month, those asked for that can be had, and how many it may have."""

    month: str
    used: int
    asked: int
    limit: int


@dataclass(frozen=True, slots=True)
class BookingPreview:
    """What of a request could be had."""

    occurrences: tuple[Occurrence, ...]
    peaks: tuple[PeakUse, ...] = ()

    @property
    def free(self) -> int:
        """How many of the times could be had as asked."""
        return sum(each.is_free for each in self.occurrences)


def preview_of(occurrences: tuple[Occurrence, ...], grounds: Grounds) -> BookingPreview:
    """The occurrences with the peak times of each month that they touch."""
    if grounds.peak is None:
        return BookingPreview(occurrences)
    asked = Counter(month_of(o.place.use.day) for o in occurrences if o.is_free and is_peak(o.place.use.day))
    touched = sorted({month_of(o.place.use.day) for o in occurrences if is_peak(o.place.use.day)})
    limit, used = grounds.peak.limit, grounds.peak.used
    return BookingPreview(occurrences, tuple(PeakUse(m, used.get(m, 0), asked[m], limit) for m in touched))


def is_peak(day: date) -> bool:
    """True for a time that everybody wants: a Saturday, or a day of July or August."""
    return day.isoweekday() == SATURDAY or day.month in PEAK_MONTHS


def month_of(day: date) -> str:
    """The calendar month, `YYYY-MM`."""
    return f"{day:%Y-%m}"


def judged(wanted: Iterable[tuple[Stretch, Place]], headcount: int, grounds: Grounds) -> tuple[Occurrence, ...]:
    """What is to be said of each time, in order; `wanted` are the times by the rule with their places.

    A time overlapping an earlier one of the same request that can be had is refused, so that no series takes its room
    twice; peak times beyond the limit likewise.
    """
    own: list[Place] = []
    peaks = _peaks_used(grounds)
    found = []
    for planned, place in sorted(wanted, key=lambda each: (each[1].use, each[1].room_id)):
        occurrence = _judged(planned, place, headcount, grounds, own, peaks)
        if occurrence.is_free:
            own.append(place)
            peaks[month_of(place.use.day)] += is_peak(place.use.day)
        found.append(occurrence)
    beside = grounds.with_taken(own)
    return tuple(replace(each, alternatives=_alternatives(each, headcount, beside, peaks)) for each in found)


def _peaks_used(grounds: Grounds, places: Iterable[Place] = ()) -> Counter[str]:
    """The peak times used by month, with those of the places."""
    peaks = Counter(grounds.peak.used if grounds.peak else {})
    peaks.update(month_of(place.use.day) for place in places if is_peak(place.use.day))
    return peaks


def _judged(
    planned: Stretch, place: Place, headcount: int, grounds: Grounds, own: Sequence[Place], peaks: Mapping[str, int]
) -> Occurrence:
    room = grounds.rooms[place.room_id]
    if headcount > room.capacity:
        fitting = tuple(each.id for each in _by_size(grounds) if each.capacity >= headcount)
        return Occurrence(planned, place, RoomVerdict.TOO_LARGE, fitting=fitting, capacity=room.capacity)
    if shut := grounds.shut(place):
        return Occurrence(planned, place, RoomVerdict.CLOSED, shut=shut)
    if busy := grounds.in_the_way(place):
        return Occurrence(planned, place, RoomVerdict.CLASH, busy=busy)
    if busy := _of_itself(place, own, grounds):
        return Occurrence(planned, place, RoomVerdict.SELF_CLASH, busy=busy)
    if grounds.is_over_peak_limit(place.use.day, peaks):
        return Occurrence(planned, place, RoomVerdict.OVER_PEAK_LIMIT)
    return Occurrence(planned, place)


def _of_itself(place: Place, own: Iterable[Place], grounds: Grounds) -> tuple[Stretch, ...]:
    """What other times of the same request take of the room then."""
    room = grounds.rooms[place.room_id]
    wanted = room.occupied_by(place.use)
    taken = (room.occupied_by(each.use) for each in own if each.room_id == place.room_id)
    return tuple(each for each in taken if each.meets(wanted))


# --- what could be had instead ---------------------------------------------------------------------------------------


def _alternatives(
    occurrence: Occurrence, headcount: int, grounds: Grounds, peaks: Mapping[str, int]
) -> tuple[Place, ...]:
    """Up to three, other rooms at the same time and other times of the same day by turns, the nearest first."""
    if occurrence.is_free or grounds.is_over_peak_limit(occurrence.place.use.day, peaks):
        return ()
    rooms = _other_rooms(occurrence.place, headcount, grounds)
    holds_all = headcount <= grounds.rooms[occurrence.place.room_id].capacity
    times = _other_times(occurrence.place, grounds) if holds_all else ()
    by_turns = chain.from_iterable(zip_longest(rooms, times))
    return tuple([each for each in by_turns if each is not None][:MOST_ALTERNATIVES])


def _other_rooms(place: Place, headcount: int, grounds: Grounds) -> Iterator[Place]:
    """Rooms that hold everybody, the same kind first, then the smallest; a private room only in place of another."""
    asked = grounds.rooms[place.room_id]
    fitting = [
        room
        for room in _by_size(grounds)
        if room.id != asked.id and room.capacity >= headcount and (asked.is_private or not room.is_private)
    ]
    for room in sorted(fitting, key=lambda each: each.kind is not asked.kind):
        other = Place(room.id, place.use)
        if grounds.is_free(other):
            yield other


def _other_times(place: Place, grounds: Grounds) -> Iterator[Place]:
    """The nearest free time of the same length before and after, on the same day, the nearer first."""
    use = place.use
    free = free_stretches(grounds.rooms[place.room_id], use.day, grounds, minutes=use.minutes)
    nearest = [min(max(use.start, each.start), each.end - use.minutes) for each in free]
    sides_seen: set[bool] = set()
    for start in sorted(nearest, key=lambda each: (abs(each - use.start), each)):
        is_later = start > use.start
        is_over = grounds.earliest is not None and moment(use.day, start) < grounds.earliest
        if start != use.start and is_later not in sides_seen and not is_over:
            sides_seen.add(is_later)
            yield Place(place.room_id, use.moved(start=start, end=start + use.minutes))


def _by_size(grounds: Grounds) -> list[RoomFacts]:
    return sorted(grounds.rooms.values(), key=lambda room: (room.capacity, room.id))


# --- what is booked of it --------------------------------------------------------------------------------------------


def settled_places(
    occurrences: Sequence[Occurrence], on_clash: OnClash, grounds: Grounds
) -> tuple[tuple[Stretch, Place], ...]:
    """The times by the rule and the places that are booked of a request; empty where it is refused."""
    free = [(each.planned, each.place) for each in occurrences if each.is_free]
    if on_clash is OnClash.SKIP or len(free) == len(occurrences):
        return tuple(free)
    if on_clash is OnClash.ALL_OR_NOTHING:
        return ()
    own = [place for _, place in free]
    for each in (each for each in occurrences if not each.is_free):
        instead = next((place for place in each.alternatives if not _of_itself(place, own, grounds)), None)
        if instead is None or grounds.is_over_peak_limit(instead.use.day, _peaks_used(grounds, own)):
            return ()
        own.append(instead)
        free.append((each.planned, instead))
    return tuple(sorted(free, key=lambda pair: pair[0]))


# --- free hours ------------------------------------------------------------------------------------------------------


def free_stretches(room: RoomFacts, day: date, grounds: Grounds, *, minutes: int) -> Iterator[Stretch]:
    """The longest stretches of a day, on quarter-hours, within which any use of at least so many minutes can be had.

    Off the open hours is cut what others take, closures, and so much around both as the room needs for set-up and
    clear-up.
    """
    before, after = (-(-gap // QUARTER) * QUARTER for gap in (room.setup_minutes, room.clearup_minutes))
    taken = [(each.start, each.end) for each in grounds.taken.get((room.id, day), ())]
    shut = grounds.calendar.closed_spans(room.id, day)
    blocked = merged((start - after, end + before) for start, end in (*taken, *shut))
    for low, high in grounds.calendar.hours(day):
        begin = low
        for start, end in (*blocked, (high, high)):
            first, last = -(-begin // QUARTER) * QUARTER, min(start, high) // QUARTER * QUARTER
            if last - first >= minutes:
                yield Stretch(day, first, last)
            begin = max(begin, end)
