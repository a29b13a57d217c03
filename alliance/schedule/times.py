"""A stretch of one day in quarter-hours and minutes: what a room is booked for, and what that takes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from alliance.core.period import MINUTES_PER_DAY, SHANGHAI, clock_time

QUARTER = 15  # minutes: the finest time that is booked, and the slot whose unique row refuses a clash
QUARTERS_PER_DAY = MINUTES_PER_DAY // QUARTER


@dataclass(frozen=True, order=True, slots=True)
class Stretch:
    """Part of one day in Wuxi, half-open: `start` and `end` in minutes since midnight, 0 ≤ start < end ≤ 1440."""

    day: date
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= MINUTES_PER_DAY:
            raise ValueError(f"{clock_time(self.start)}-{clock_time(self.end)} is no stretch of one day")

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.end - self.start

    @property
    def starts_at(self) -> datetime:
        """Its first moment."""
        return moment(self.day, self.start)

    @property
    def ends_at(self) -> datetime:
        """The moment behind its last."""
        return moment(self.day, self.end)

    def meets(self, other: Stretch) -> bool:
        """True when both share a moment; touching ends do not."""
        return self.day == other.day and self.start < other.end and other.start < self.end

    def lies_in(self, spans: Iterable[tuple[int, int]]) -> bool:
        """True when one of the spans, in minutes of its day, holds all of it."""
        return any(start <= self.start and self.end <= end for start, end in spans)

    def with_gaps(self, before: int, after: int) -> Stretch:
        """With minutes before and after it, in whole quarter-hours; midnight cuts them off."""
        start = (self.start - before) // QUARTER * QUARTER
        end = -(-(self.end + after) // QUARTER) * QUARTER
        return Stretch(self.day, max(start, 0), min(end, MINUTES_PER_DAY))

    def slots(self) -> range:
        """The numbers of its quarter-hours, counted from the calendar's first day."""
        first = self.day.toordinal() * QUARTERS_PER_DAY
        return range(first + self.start // QUARTER, first + -(-self.end // QUARTER))

    def moved(self, *, days: int = 0, start: int | None = None, end: int | None = None) -> Stretch:
        """So many days later, and at other times where they are given."""
        return Stretch(
            self.day + timedelta(days=days),
            self.start if start is None else start,
            self.end if end is None else end,
        )

    @property
    def begins(self) -> str:
        """Its day and first minute: `2026-07-01 09:00`."""
        return f"{self.day.isoformat()} {clock_time(self.start)}"

    @property
    def hours(self) -> str:
        """Its part of the day: `09:00-11:00`."""
        return f"{clock_time(self.start)}-{clock_time(self.end)}"

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.hours}"


def moment(day: date, minutes: int) -> datetime:
    """The moment so many minutes into a day in Wuxi, which knows no summer time."""
    return datetime.combine(day, time(), SHANGHAI) + timedelta(minutes=minutes)


def place_in_day(at: datetime) -> tuple[date, int]:
    """The day in Wuxi on which a moment falls, and its minute; seconds are cut off."""
    local = at.astimezone(SHANGHAI)
    return local.date(), local.hour * 60 + local.minute
