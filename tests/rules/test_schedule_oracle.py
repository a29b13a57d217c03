"""The schedule against a second reckoning of it, minute by minute, by sets and by walking every day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from alliance.core.period import Window
from alliance.core.problems import Faults
from alliance.core.vocabulary import ClosureReason, DayKind, OnClash, RoomKind, RoomVerdict
from alliance.schedule.calendar import BaseCalendar, ClosureFacts, OpeningFacts, SpecialDayFacts
from alliance.schedule.judging import Grounds, Place, RoomFacts, free_stretches, judged, settled_places
from alliance.schedule.recurrence import times_of_series
from alliance.schedule.times import Stretch

FIRST = date(2026, 6, 1)  # a Monday
DAYS, LONGEST = 60, 130  # on which series begin, and over which none lasts
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Minute = tuple[str, date, int]


@dataclass
class Oracle:
    """One base as sets of minutes: when it is open, when each room is shut, and which minutes each booking takes."""

    rooms: dict[str, RoomFacts]
    open: set[tuple[date, int]]
    shut: set[Minute]
    taken: dict[int, set[Minute]] = field(default_factory=dict)

    def minutes(self, place: Place) -> set[Minute]:
        """What a use takes: from the quarter-hour in which setting up begins to the one in which clearing up ends."""
        room, use = self.rooms[place.room_id], place.use
        first, last = use.start - room.setup_minutes, use.end + room.clearup_minutes
        while first % 15:
            first -= 1
        while last % 15:
            last += 1
        return {(room.id, use.day, minute) for minute in range(max(first, 0), min(last, 1440))}

    def is_open(self, place: Place) -> bool:
        """Open for every minute of the use, in one stretch, and shut for none of what it takes."""
        use = place.use
        within = all((use.day, minute) in self.open for minute in range(use.start, use.end))
        return within and not (self.minutes(place) & self.shut)

    def is_taken(self, place: Place) -> bool:
        """Somebody has a minute of it."""
        wanted = self.minutes(place)
        return any(wanted & minutes for minutes in self.taken.values())


@dataclass
class Base:
    """The same base as the rules are told of it, and as the oracle is."""

    calendar: BaseCalendar
    oracle: Oracle
    bookings: dict[int, Place] = field(default_factory=dict)

    def grounds(self, *, without: frozenset[int] = frozenset()) -> Grounds:
        """What the rules look at."""
        taken: dict[tuple[str, date], list[Stretch]] = {}
        for key, place in self.bookings.items():
            if key not in without:
                occupied = self.oracle.rooms[place.room_id].occupied_by(place.use)
                taken.setdefault((place.room_id, place.use.day), []).append(occupied)
        return Grounds(self.oracle.rooms, self.calendar, taken)

    def add(self, places: list[Place]) -> None:
        """Book them, in both."""
        for place in places:
            key = max(self.bookings, default=0) + 1
            self.bookings[key] = place
            self.oracle.taken[key] = self.oracle.minutes(place)

    def remove(self, keys: list[int]) -> None:
        """Cancel them, in both."""
        for key in keys:
            del self.bookings[key], self.oracle.taken[key]


def made_base(chance: random.Random) -> Base:
    """Two to four rooms with gaps, hours with a season, holidays, make-up workdays and closures."""
    rooms = {
        f"room_{n}": RoomFacts(
            f"room_{n}", chance.choice(list(RoomKind)), chance.randint(3, 60), chance.choice((0, 5, 10, 15, 30)),
            chance.choice((0, 5, 10, 20, 40)), chance.random() < 0.25,
        )
        for n in range(chance.randint(2, 4))
    }  # fmt: skip
    hours = {
        (kind, season): tuple(made_hours(chance))
        for kind, season in ((DayKind.ORDINARY, None), (DayKind.ORDINARY, ("06-20", "07-10")),
                             (DayKind.MAKE_UP_WORKDAY, None))
    }  # fmt: skip
    special = {
        FIRST + timedelta(days=chance.randrange(DAYS)): SpecialDayFacts(
            chance.choice((DayKind.HOLIDAY, DayKind.MAKE_UP_WORKDAY)), "例"
        )
        for _ in range(4)
    }
    closures = tuple(made_closure(chance, list(rooms)) for _ in range(3))
    openings = tuple(OpeningFacts(kind, windows, season) for (kind, season), windows in hours.items())
    calendar = BaseCalendar(openings, special, closures)
    open_minutes: set[tuple[date, int]] = set()
    for day in days():
        kind = special[day].kind if day in special else DayKind.ORDINARY
        in_season = kind is DayKind.ORDINARY and date(2026, 6, 20) <= day <= date(2026, 7, 10)
        for window in hours.get((kind, ("06-20", "07-10") if in_season else None), ()):
            if window.weekday == day.isoweekday():
                open_minutes |= {(day, minute) for minute in range(window.start, window.end)}
    shut = {
        (room, *wuxi(closure.starts_at + timedelta(minutes=minute)))
        for closure in closures
        for room in rooms
        if closure.room_id in {None, room}
        for minute in range((closure.ends_at - closure.starts_at) // timedelta(minutes=1))
    }
    return Base(calendar, Oracle(rooms, open_minutes, shut))


def made_hours(chance: random.Random) -> Iterator[Window]:
    for weekday in range(1, 8):
        if chance.random() < 0.85:
            start = chance.choice((480, 510, 540, 780))
            yield Window(weekday, start, start + chance.choice((240, 300, 450)))
            if chance.random() < 0.3:
                yield Window(weekday, 1260, 1380)


def made_closure(chance: random.Random, rooms: list[str]) -> ClosureFacts:
    starts = at(FIRST + timedelta(days=chance.randrange(DAYS)), chance.randrange(1440))
    ends = starts + timedelta(minutes=chance.choice((30, 125, 600, 3000)))
    return ClosureFacts("closure", chance.choice([None, *rooms]), starts, ends, ClosureReason.OTHER)


def days() -> list[date]:
    return [FIRST + timedelta(days=n) for n in range(DAYS + LONGEST)]


def wuxi(moment: datetime) -> tuple[date, int]:
    """The day and the minute in Wuxi."""
    local = moment + timedelta(hours=8)
    return local.date(), local.hour * 60 + local.minute


def at(day: date, minute: int) -> datetime:
    """A moment in Wuxi, reckoned by hand: eight hours before UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute - 480)


@dataclass(frozen=True)
class Asked:
    """A series as text for the rules, and its days as the oracle walks them."""

    rule: str
    first: Stretch
    days: tuple[date, ...]


def made_series(chance: random.Random) -> Asked:
    """Once, every so many days, or on some weekdays of every so many weeks."""
    length = chance.choice((15, 30, 60, 90, 150))
    start = chance.randrange(450, 1320 - length, 15)
    first, count = FIRST + timedelta(days=chance.randrange(DAYS)), chance.randint(2, 6)
    every = chance.randint(1, 3)
    lot = chance.random()
    if lot < 0.4:
        return Asked("", Stretch(first, start, start + length), (first,))
    if lot < 0.6:
        walked = [first + timedelta(days=n * every) for n in range(count)]
        return Asked(f"FREQ=DAILY;INTERVAL={every};COUNT={count}", Stretch(first, start, start + length), tuple(walked))
    wanted = {first.isoweekday(), chance.randint(1, 7)}
    monday, walked = first - timedelta(days=first.weekday()), []
    for n in range(400):
        day = first + timedelta(days=n)
        if day.isoweekday() in wanted and (day - monday).days // 7 % every == 0 and len(walked) < count:
            walked.append(day)
    names = ",".join(WEEKDAYS[weekday - 1] for weekday in sorted(wanted))
    rule = f"FREQ=WEEKLY;INTERVAL={every};BYDAY={names};COUNT={count}"
    return Asked(rule, Stretch(first, start, start + length), tuple(walked))


def disagreements(base: Base, chance: random.Random) -> Iterator[str]:
    """One random deed, done by the rules and reckoned by the oracle: what differs, in words."""
    lot = chance.random()
    if base.bookings and lot < 0.2:
        base.remove(chance.sample(sorted(base.bookings), min(len(base.bookings), chance.randint(1, 3))))
        return
    if base.bookings and lot < 0.4:
        yield from moved(base, chance)
        return
    room, headcount, asked = chance.choice(list(base.oracle.rooms)), chance.randint(1, 50), made_series(chance)
    times = times_of_series(asked.first, asked.rule, faults := Faults(), latest=date(2027, 12, 1))
    if faults or [each.day for each in times] != list(asked.days):
        yield f"times of {asked}: {times} {faults.all()}"
        return
    yield from judged_alike(base, [(each, Place(room, each)) for each in times], headcount, chance)


def judged_alike(
    base: Base, wanted: list[tuple[Stretch, Place]], headcount: int, chance: random.Random
) -> Iterator[str]:
    grounds, oracle = base.grounds(), base.oracle
    found = judged(wanted, headcount, grounds)
    for each in found:
        is_free = headcount <= oracle.rooms[each.place.room_id].capacity
        is_free = is_free and oracle.is_open(each.place) and not oracle.is_taken(each.place)
        if each.is_free != (is_free and each.verdict is not RoomVerdict.SELF_CLASH):
            yield f"verdict {each}"
        if each.verdict is RoomVerdict.CLASH and not each.busy:
            yield f"nothing in the way of {each}"
        own = [other.place for other in found if other.is_free]
        for place in each.alternatives:
            takes = oracle.minutes(place)
            holds = oracle.rooms[place.room_id].capacity >= headcount
            beside = not any(takes & oracle.minutes(other) for other in own)
            if not (holds and beside and oracle.is_open(place) and not oracle.is_taken(place)):
                yield f"alternative {place} of {each}"
    booked = [place for _, place in settled_places(found, chance.choice(list(OnClash)), grounds)]
    together: set[Minute] = set()
    for place in booked:
        takes = oracle.minutes(place)
        if takes & together or oracle.is_taken(place) or not oracle.is_open(place):
            yield f"booked {place} beside {booked}"
        together |= takes
    base.add(booked)


def moved(base: Base, chance: random.Random) -> Iterator[str]:
    """A booking goes to another time of its day: allowed exactly where the oracle sees nobody else."""
    key = chance.choice(sorted(base.bookings))
    old, oracle = base.bookings[key], base.oracle
    start = chance.randrange(450, 1440 - old.use.minutes, 15)
    new = Place(chance.choice(list(oracle.rooms)), old.use.moved(start=start, end=start + old.use.minutes))
    (found,) = judged([(old.use, new)], 1, base.grounds(without=frozenset({key})))
    taken = oracle.taken.pop(key)
    is_free = oracle.is_open(new) and not oracle.is_taken(new)
    oracle.taken[key] = taken
    if found.is_free != is_free:
        yield f"moved to {new}: {found}"
    elif is_free:
        base.bookings[key] = new
        oracle.taken[key] = oracle.minutes(new)


def free_alike(base: Base, chance: random.Random) -> Iterator[str]:
    """The free stretches of a room and a day hold exactly the quarter-hours at which a use could begin."""
    room, day = chance.choice(list(base.oracle.rooms.values())), FIRST + timedelta(days=chance.randrange(DAYS))
    minutes = chance.choice((15, 45, 120))
    found = list(free_stretches(room, day, base.grounds(), minutes=minutes))
    starts = {start for each in found for start in range(each.start, each.end - minutes + 1, 15)}
    reckoned = {
        start
        for start in range(0, 1440 - minutes + 1, 15)
        if base.oracle.is_open(place := Place(room.id, Stretch(day, start, start + minutes)))
        and not base.oracle.is_taken(place)
    }
    if starts != reckoned:
        yield f"free in {room} on {day} for {minutes}: {sorted(starts ^ reckoned)}"


def run(seeds: range, deeds: int) -> tuple[int, list[str]]:
    """So many deeds at each of many bases; how many deeds, and everything that differed."""
    wrong: list[str] = []
    for seed in seeds:
        chance = random.Random(seed)
        base = made_base(chance)
        for _ in range(deeds):
            wrong += [f"seed {seed}: {each}" for each in disagreements(base, chance)]
            wrong += [f"seed {seed}: {each}" for each in free_alike(base, chance)]
    return len(seeds) * deeds, wrong


def test_the_rules_agree_with_a_reckoning_minute_by_minute() -> None:
    assert run(range(6), 40)[1] == []


@pytest.mark.slow
def test_the_rules_agree_in_thousands_of_series_edits_and_cancellations(capsys: pytest.CaptureFixture[str]) -> None:
    count, wrong = run(range(100, 250), 40)
    with capsys.disabled():
        print(f"\n{count} series, edits and cancellations: {len(wrong)} disagreements")
    assert count >= 5_000
    assert wrong == []
