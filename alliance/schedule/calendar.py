"""When a base is open: weekly hours by season, public holidays and make-up workdays, closures; and working days."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from alliance.core.period import MINUTES_PER_DAY, Window
from alliance.core.vocabulary import ClosureReason, DayKind
from alliance.schedule.times import Stretch, moment, place_in_day

Span = tuple[int, int]  # minutes of a day, half-open


@dataclass(frozen=True, slots=True)
class SpecialDayFacts:
    """A public holiday or a make-up workday."""

    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class OpeningFacts:
    """Weekly hours for one kind of day; with a season, `MM-DD` both inclusive, in place of the year's."""

    kind: DayKind
    windows: tuple[Window, ...]
    season: tuple[str, str] | None = None

    def holds(self, day: date) -> bool:
        """True when the day lies in its season, which may go over the new year; without one always."""
        if self.season is None:
            return True
        first, last = self.season
        here = day.strftime("%m-%d")
        return first <= here <= last if first <= last else here >= first or here <= last


@dataclass(frozen=True, slots=True)
class ClosureFacts:
    """The whole base (no room) or one room shut from one moment to another."""

    id: str
    room_id: str | None
    starts_at: datetime
    ends_at: datetime
    reason: ClosureReason
    title: str = ""

    def shuts(self, room_id: str, stretch: Stretch) -> bool:
        """True when the room is shut at some moment of the stretch."""
        is_here = self.room_id is None or self.room_id == room_id
        return is_here and self.starts_at < stretch.ends_at and stretch.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Shut:
    """Why a room is not open then: a closure, a holiday's name, or the hours of the day (none: shut all day)."""

    hours: tuple[Span, ...] = ()
    day: SpecialDayFacts | None = None
    closure: ClosureFacts | None = None


@dataclass(frozen=True, slots=True)
class BaseCalendar:
    """Everything that says when the rooms of one base are open."""

    openings: tuple[OpeningFacts, ...] = ()
    special_days: Mapping[date, SpecialDayFacts] = field(default_factory=dict)
    closures: tuple[ClosureFacts, ...] = ()

    def hours(self, day: date) -> tuple[Span, ...]:
        """The open hours of a day, ascending and apart.

        A holiday and a make-up workday have the hours of their own kind alone, by their true weekday: where a base
        gives none for them it is shut, so that nobody comes to a locked door.
        """
        special = self.special_days.get(day)
        kind = special.kind if special else DayKind.ORDINARY
        fitting = [each for each in self.openings if each.kind is kind and each.holds(day)]
        in_season = [each for each in fitting if each.season] or fitting
        weekday = day.isoweekday()
        return merged((w.start, w.end) for each in in_season for w in each.windows if w.weekday == weekday)

    def shut(self, room_id: str, use: Stretch, occupied: Stretch) -> Shut | None:
        """Why the room is not open for `use`; None where it is.

        The use lies within the hours; set-up and clear-up may lie outside, but in no closure.
        """
        closed = next((each for each in self.closures if each.shuts(room_id, occupied)), None)
        if closed:
            return Shut(closure=closed)
        hours = self.hours(use.day)
        return None if use.lies_in(hours) else Shut(hours=hours, day=self.special_days.get(use.day))

    def closed_spans(self, room_id: str, day: date) -> tuple[Span, ...]:
        """When the room is shut by closures on a day; minutes that are part of a quarter-hour are rounded outward."""
        whole = Stretch(day, 0, MINUTES_PER_DAY)
        here = [each for each in self.closures if each.shuts(room_id, whole)]
        return merged((_minute(day, each.starts_at), _minute(day, each.ends_at, is_end=True)) for each in here)


def _minute(day: date, at: datetime, *, is_end: bool = False) -> int:
    """The minute of a day at which a moment lies, or the day's end where it lies outside."""
    minutes = (at - moment(day, 0)).total_seconds() / 60
    whole = math.ceil(minutes) if is_end else math.floor(minutes)
    return min(max(whole, 0), MINUTES_PER_DAY)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap or touch made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def is_working_day(day: date, special_days: Mapping[date, SpecialDayFacts]) -> bool:
    """True for Monday to Friday but holidays, and for make-up workdays. Source: the yearly notice, see fixtures."""
    special = special_days.get(day)
    if special:
        return special.kind is DayKind.MAKE_UP_WORKDAY
    return day.isoweekday() <= 5


def working_days_later(at: datetime, count: int, special_days: Mapping[date, SpecialDayFacts]) -> datetime:
    """The same time of day so many working days later; 0 is the moment itself."""
    day, _ = place_in_day(at)
    later = 0
    while count > 0:
        later += 1
        count -= is_working_day(day + timedelta(days=later), special_days)
    return at + timedelta(days=later)
