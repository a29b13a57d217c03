"""Days, weekly windows and calendar months, and when they meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")  # every day and hour of the trade is Wuxi's
MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True, order=True, slots=True)
class Window:
    """A weekly half-open stretch of time on one weekday, Asia/Shanghai.

    `weekday` 1 (Monday) to 7 (Sunday); `start` and `end` in minutes since midnight, 0 ≤ start < end ≤ 1440.
    """

    weekday: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 1 <= self.weekday <= 7:
            raise ValueError(f"weekday {self.weekday} is not 1 (Monday) to 7 (Sunday)")
        if not 0 <= self.start < self.end <= MINUTES_PER_DAY:
            raise ValueError(f"{clock_time(self.start)}-{clock_time(self.end)}: the start must come before the end")

    def meets(self, other: Window) -> bool:
        """True when both share a moment; touching ends do not."""
        return self.weekday == other.weekday and self.start < other.end and other.start < self.end

    def __str__(self) -> str:
        return f"{self.weekday} {clock_time(self.start)}-{clock_time(self.end)}"

    @classmethod
    def parse(cls, text: str) -> Window:
        """Read `6 09:00-12:00`. Raises ValueError naming what is wrong."""
        weekday, _, hours = text.strip().partition(" ")
        start, dash, end = hours.partition("-")
        if not (weekday.isascii() and weekday.isdigit() and dash):
            raise ValueError(f"{text!r} is not like '6 09:00-12:00' (weekday 1-7, from-to)")
        return cls(int(weekday), parse_clock_time(start), parse_clock_time(end))


def clock_time(minutes: int) -> str:
    """`HH:MM` of minutes since midnight; 1440 is `24:00`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def parse_clock_time(text: str) -> int:
    """Minutes since midnight of `HH:MM`, up to 24:00. Raises ValueError."""
    hours, colon, minutes = text.strip().partition(":")
    if not (colon and len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()):
        raise ValueError(f"{text!r} is not a time like 09:30")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > MINUTES_PER_DAY:
        raise ValueError(f"{text!r} is not a time between 00:00 and 24:00")
    return total


@dataclass(frozen=True, order=True, slots=True)
class Days:
    """A range of calendar days, both inclusive, either side possibly open (None)."""

    first: date | None = None
    last: date | None = None

    @property
    def is_open(self) -> bool:
        """True when neither side is given."""
        return self.first is None and self.last is None

    def weekdays(self) -> frozenset[int]:
        """The weekdays (1-7) that occur; all seven when a side is open or the range is a week long."""
        if self.first is None or self.last is None or (self.last - self.first).days >= 6:
            return frozenset(range(1, 8))
        return frozenset(d.isoweekday() for d in days_between(self.first, self.last))

    def months(self, today: date) -> tuple[str, ...]:
        """The calendar months touched from `today` on, `YYYY-MM` ascending: what is past takes no places any more."""
        first = max(self.first or today, today)
        last = max(self.last or first, first)
        span = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return tuple(f"{m // 12:04d}-{m % 12 + 1:02d}" for m in span)


def days_between(first: date, last: date) -> Iterable[date]:
    """Every day from `first` to `last`, both inclusive."""
    return (first + timedelta(days=i) for i in range((last - first).days + 1))


def is_disjoint(needed: Iterable[Window], offered: Iterable[Window], days: Days) -> bool:
    """True when need and offer both give times and share no moment.

    Needed windows count only on weekdays that occur in `days`. A need with days but no windows is disjoint when no
    weekday of the offer occurs in `days`. Source: eval/matching-dev.json, notes, WINDOW.
    """
    needed, offered = tuple(needed), tuple(offered)
    if not offered or (not needed and days.is_open):
        return False
    weekdays = days.weekdays()
    if not needed:
        return not any(window.weekday in weekdays for window in offered)
    return not any(want.meets(have) for want in needed if want.weekday in weekdays for have in offered)
