"""A calendar that people subscribe to (RFC 5545, iCalendar): bookings in, bytes out, the same for the same bookings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from icalendar import Calendar, Event, Timezone, vRecur

from alliance.core.drafts import Doc
from alliance.core.period import SHANGHAI
from alliance.core.problems import N_, Faults, Problem
from alliance.core.vocabulary import BookingState
from alliance.schedule.recurrence import rule_in_utc, times_of_series
from alliance.schedule.times import QUARTER, Stretch, place_in_day

MOST_FEEDS = 20  # of one account that work at a time: a telephone, a computer and a wall each for some rooms
OCCUPIED = "占用"  # all that others read of a booking that is not named to them
LONGEST = timedelta(days=2 * 548)  # of a series: as far ahead as any can be booked, and as far behind again
REFRESHED_EVERY = timedelta(hours=1)
PRODUCT = "-//alliance//activity base//ZH"
STATUS = {
    BookingState.REQUESTED: "TENTATIVE",
    BookingState.HELD: "TENTATIVE",
    BookingState.CONFIRMED: "CONFIRMED",
    BookingState.DONE: "CONFIRMED",
    BookingState.NO_SHOW: "CONFIRMED",
    BookingState.CANCELLED: "CANCELLED",
    BookingState.EXPIRED: "CANCELLED",
}


@dataclass(frozen=True, kw_only=True)
class TooManyFeeds(Problem):
    """The account has as many working calendars as it may have."""

    says = N_("You have {most} calendars already. End one that nobody reads any more, then make the new one.")
    most: Annotated[int, Doc("How many an account may have.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedBooking:
    """One booking as a calendar shows it; `planned_at` is its time by the rule of its series."""

    planned_at: datetime
    starts_at: datetime
    ends_at: datetime
    location: str
    state: BookingState
    version: int
    changed_at: datetime

    @property
    def look(self) -> Look:
        """What of it the other bookings of its series may have in common with it."""
        return Look(self.ends_at - self.starts_at, self.location, STATUS[self.state])


@dataclass(frozen=True, slots=True)
class FeedSeries:
    """A series with those of its bookings that are shown, at least one; the summary is what the reader may know."""

    id: str
    summary: str
    rule: str
    bookings: tuple[FeedBooking, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How long, where, and how sure."""

    length: timedelta
    location: str
    status: str


def calendar(name: str, some: Iterable[FeedSeries]) -> bytes:
    """The whole calendar. A series is one event that repeats, and one more for each booking that differs from it."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", SHANGHAI.key)
    made.add("refresh-interval", REFRESHED_EVERY, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", REFRESHED_EVERY)
    made.add_component(TIMEZONE)
    for series in some:
        for event in _events(series):
            made.add_component(event)
    written: bytes = made.to_ical()
    return written


def _timezone() -> Timezone:
    """Wuxi's time as calendars are told it: one offset, as ever since 1992."""
    made = Timezone.from_tzid(SHANGHAI.key, first_date=date(2020, 1, 1), last_date=date(2021, 1, 1))
    made.pop("comment", None)  # it speaks of the two years above, and no year differs
    return made


TIMEZONE = _timezone()


def _events(series: FeedSeries) -> Iterator[Event]:
    some = sorted(series.bookings, key=lambda each: each.planned_at)
    if len(some) == 1:
        yield _event(series, some[0], some[0].look, some[0].starts_at)
        return
    usual = _usual(some)
    latest = max(some, key=lambda each: each.changed_at)
    yield _repeating(series, some, usual, latest)
    for each in some:
        if each.starts_at != each.planned_at or each.look != usual:
            event = _event(series, each, each.look, each.starts_at)
            event.add("recurrence-id", _local(each.planned_at))
            yield event


def _usual(some: Iterable[FeedBooking]) -> Look:
    """The look that the series has as a whole: of those that stand at their time, then of those that stand at all.

    A series of which something stands is not cancelled.
    """

    def weight(item: tuple[Look, int]) -> tuple[bool, int]:
        return item[0].status != "CANCELLED", item[1]

    at_their_time = [each.look for each in some if each.starts_at == each.planned_at]
    counted = Counter(at_their_time)
    if all(look.status == "CANCELLED" for look in counted):
        counted.update(each.look for each in some)
    return max(counted.items(), key=weight)[0]  # of several the one that comes first


def _repeating(series: FeedSeries, some: list[FeedBooking], usual: Look, latest: FeedBooking) -> Event:
    """The event that stands for a series: the times of its rule, without those not booked, with those booked beside."""
    planned = [each.planned_at for each in some]
    rule, by_rule = _rule(series.rule, planned[0])
    event = _event(series, latest, usual, planned[0], version=max(each.version for each in some))
    if rule:
        event.add("rrule", vRecur.from_ical(rule))
    if left_out := sorted(set(by_rule) - set(planned)):
        event.add("exdate", [_local(at) for at in left_out])
    if added := sorted(set(planned) - set(by_rule)):
        event.add("rdate", [_local(at) for at in added])
    return event


def _rule(stored: str, first: datetime) -> tuple[str, tuple[datetime, ...]]:
    """A rule as calendars read it, with all times it gives from `first` on; no rule where it does not give `first`."""
    if stored:
        (day, start), faults = place_in_day(first), Faults()
        times = times_of_series(Stretch(day, start, start + QUARTER), stored, faults, latest=day + LONGEST)
        if not faults:
            return rule_in_utc(stored), tuple(each.starts_at for each in times)
    return "", (first,)


def _event(
    series: FeedSeries, booking: FeedBooking, look: Look, starts_at: datetime, *, version: int | None = None
) -> Event:
    event = Event()
    event.add("uid", f"{series.id}@alliance")
    event.add("dtstamp", booking.changed_at.astimezone(UTC))
    event.add("last-modified", booking.changed_at.astimezone(UTC))
    event.add("sequence", booking.version if version is None else version)
    event.add("dtstart", _local(starts_at))
    event.add("dtend", _local(starts_at + look.length))
    event.add("summary", series.summary)
    event.add("location", look.location)
    event.add("status", look.status)
    return event


def _local(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)
