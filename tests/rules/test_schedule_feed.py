"""The calendar that people subscribe to, read by a library that knows nothing of ours."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from alliance.core.period import SHANGHAI
from alliance.core.problems import Faults
from alliance.core.vocabulary import BookingState
from alliance.schedule.feed import FeedBooking, FeedSeries, calendar
from alliance.schedule.recurrence import MOST_TIMES, times_of_series
from alliance.schedule.times import Stretch

FIRST = datetime(2026, 6, 6, 9, tzinfo=SHANGHAI)  # a Saturday
CHANGED = datetime(2026, 6, 1, 2, tzinfo=UTC)
WHOLE = datetime(2026, 1, 1, tzinfo=SHANGHAI), datetime(2029, 1, 1, tzinfo=SHANGHAI)
CONFIRMED, HELD, CANCELLED = BookingState.CONFIRMED, BookingState.HELD, BookingState.CANCELLED
SAID = {
    BookingState.REQUESTED: "TENTATIVE",
    BookingState.HELD: "TENTATIVE",
    BookingState.CONFIRMED: "CONFIRMED",
    BookingState.NO_SHOW: "CONFIRMED",
    BookingState.CANCELLED: "CANCELLED",
    BookingState.EXPIRED: "CANCELLED",
}
ROOMS = ("示例·阅览室 示例基地", "示例·活动厅 示例基地")


def booking(at: datetime = FIRST, *, hours: int = 2, moved_to: datetime | None = None, **more: Any) -> FeedBooking:
    """A confirmed booking of a room, at its time unless it was moved."""
    begins = moved_to or at
    facts: dict[str, Any] = {"location": ROOMS[0], "state": CONFIRMED, "version": 1, "changed_at": CHANGED} | more
    return FeedBooking(planned_at=at, starts_at=begins, ends_at=begins + timedelta(hours=hours), **facts)


def weekly(count: int) -> list[FeedBooking]:
    """So many Saturdays."""
    return [booking(FIRST + timedelta(weeks=number)) for number in range(count)]


def series(some: Iterable[FeedBooking], rule: str = "FREQ=WEEKLY;BYDAY=SA;COUNT=6") -> FeedSeries:
    """A series of these bookings."""
    return FeedSeries("series_01", "读书会 · 示例机构", rule, tuple(some))


def text(*some: FeedSeries) -> str:
    """The calendar as it is sent, its folded lines put together."""
    return calendar("示例基地", some).decode().replace("\r\n ", "")


def read(*some: FeedSeries) -> list[tuple[datetime, datetime, str, str, str]]:
    """What the independent reader shows: from when until when, the title, where, how sure."""
    occurrences = recurring_ical_events.of(Calendar.from_ical(calendar("示例基地", some))).between(*WHOLE)
    return sorted(
        (each.start, each.end, str(each["SUMMARY"]), str(each["LOCATION"]), str(each["STATUS"])) for each in occurrences
    )


def meant(*some: FeedSeries) -> list[tuple[datetime, datetime, str, str, str]]:
    """What it should show: every booking, once, where and when it is."""
    return sorted(
        (each.starts_at, each.ends_at, one.summary, each.location, SAID[each.state])
        for one in some
        for each in one.bookings
    )


def masters(content: str) -> list[str]:
    """The events of a calendar that stand for a whole series."""
    return [each for each in content.split("BEGIN:VEVENT")[1:] if "RECURRENCE-ID" not in each]


# --- the form --------------------------------------------------------------------------------------------------------


def test_feed_with_only_the_first_occurrence_is_not_what_is_served() -> None:
    made = series(weekly(6))
    assert len(read(made)) == 6
    assert read(made) == meant(made)


def test_a_calendar_says_what_it_is_in_which_zone_and_how_often_to_look() -> None:
    lines = text(series(weekly(6))).split("\r\n")
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//alliance//activity base//ZH"]
    for line in (
        *("X-WR-CALNAME:示例基地", "X-WR-TIMEZONE:Asia/Shanghai", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"),
        *("BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "TZOFFSETTO:+0800"),
    ):
        assert line in lines


def test_a_series_is_one_event_that_repeats_by_its_rule_in_the_time_of_wuxi() -> None:
    (event,) = text(series(weekly(6))).split("BEGIN:VEVENT")[1:]
    for line in (
        *("UID:series_01@alliance", "DTSTART;TZID=Asia/Shanghai:20260606T090000"),
        *("DTEND;TZID=Asia/Shanghai:20260606T110000", "RRULE:FREQ=WEEKLY;COUNT=6;BYDAY=SA", "STATUS:CONFIRMED"),
        *("SUMMARY:读书会 · 示例机构", "LOCATION:示例·阅览室 示例基地", "SEQUENCE:1"),
        *("DTSTAMP:20260601T020000Z", "LAST-MODIFIED:20260601T020000Z"),
    ):
        assert line in event.split("\r\n")
    assert "EXDATE" not in event
    assert "RDATE" not in event


def test_a_calendar_without_bookings_is_one_all_the_same() -> None:
    assert read() == []
    assert "BEGIN:VTIMEZONE" in text()


def test_the_same_bookings_give_the_same_bytes() -> None:
    assert calendar("示例", [series(weekly(6))]) == calendar("示例", [series(reversed(weekly(6)))])


def test_no_line_is_longer_than_75_octets() -> None:
    made = replace(series(weekly(6)), summary="读" * 40 + " · " + "示" * 60)
    assert max(len(line) for line in calendar("示例", [made]).split(b"\r\n")) <= 75
    assert read(made) == meant(made)


def test_what_means_something_to_calendars_is_text_in_a_title() -> None:
    made = replace(series(weekly(2)), summary="读书; 写字, 画画\\BEGIN:VEVENT\nX")
    assert {each[2] for each in read(made)} == {"读书; 写字, 画画\\BEGIN:VEVENT\nX"}


def test_an_end_by_until_is_told_in_utc_and_takes_the_whole_last_day() -> None:
    made = series(weekly(6), "FREQ=WEEKLY;UNTIL=20260711")
    assert "RRULE:FREQ=WEEKLY;UNTIL=20260711T155900Z" in text(made)
    assert read(made) == meant(made)


# --- what differs from the rule --------------------------------------------------------------------------------------


def test_a_single_booking_needs_no_rule() -> None:
    made = series([booking(moved_to=FIRST + timedelta(days=1))], "")
    assert "RRULE" not in text(made)
    assert "RECURRENCE-ID" not in text(made)
    assert read(made) == meant(made)


def test_a_time_of_the_rule_that_was_not_booked_is_left_out() -> None:
    some = weekly(6)
    del some[2]
    made = series(some)
    assert "EXDATE;TZID=Asia/Shanghai:20260620T090000" in text(made)
    assert read(made) == meant(made)


def test_a_series_whose_first_time_was_not_booked_begins_later_and_gains_no_last_one() -> None:
    made = series(weekly(6)[1:])
    assert len(read(made)) == 5
    assert read(made) == meant(made)


def test_an_added_day_stands_beside_the_rule() -> None:
    made = series([*weekly(6), booking(FIRST + timedelta(days=8))])
    assert "RDATE;TZID=Asia/Shanghai:20260614T090000" in text(made)
    assert read(made) == meant(made)


def test_a_moved_booking_is_there_once_at_its_new_time_and_names_the_one_it_had() -> None:
    some = weekly(6)
    some[3] = booking(some[3].planned_at, moved_to=some[3].planned_at + timedelta(days=1, hours=3), version=4)
    made = series(some)
    event = text(made).split("BEGIN:VEVENT")[2]
    assert "RECURRENCE-ID;TZID=Asia/Shanghai:20260627T090000" in event
    assert "SEQUENCE:4" in event
    assert len(read(made)) == 6
    assert read(made) == meant(made)


def test_a_booking_in_another_room_is_told_with_its_room() -> None:
    some = weekly(6)
    some[3] = replace(some[3], location=ROOMS[1])
    made = series(some)
    assert read(made) == meant(made)
    assert len(masters(text(made))) == 1


def test_a_cancelled_booking_is_told_as_cancelled() -> None:
    some = weekly(6)
    some[0] = replace(some[0], state=CANCELLED)
    made = series(some)
    assert [each[4] for each in read(made)] == ["CANCELLED", *["CONFIRMED"] * 5]
    assert "STATUS:CONFIRMED" in masters(text(made))[0]


def test_a_series_of_which_one_booking_stands_is_not_cancelled_as_a_whole() -> None:
    some = [replace(each, state=CANCELLED) for each in weekly(6)]
    some[4] = booking(some[4].planned_at, moved_to=some[4].planned_at + timedelta(hours=5))
    made = series(some)
    assert "STATUS:CONFIRMED" in masters(text(made))[0]
    assert read(made) == meant(made)


def test_a_series_that_is_cancelled_is_cancelled_as_a_whole() -> None:
    made = series(replace(each, state=CANCELLED) for each in weekly(6))
    assert len(text(made).split("BEGIN:VEVENT")) == 2
    assert {each[4] for each in read(made)} == {"CANCELLED"}


@pytest.mark.parametrize("state", [BookingState.REQUESTED, HELD])
def test_what_the_base_has_not_confirmed_is_tentative(state: BookingState) -> None:
    made = series([replace(weekly(1)[0], state=state)], "")
    assert "STATUS:TENTATIVE" in text(made)


def test_a_change_raises_the_sequence_of_the_whole() -> None:
    some = weekly(6)
    some[3] = replace(some[3], version=5, changed_at=CHANGED + timedelta(hours=1))
    (event,) = masters(text(series(some)))
    assert "SEQUENCE:5" in event
    assert "LAST-MODIFIED:20260601T030000Z" in event


def test_a_rule_that_does_not_give_its_first_time_is_spelled_out() -> None:
    made = series([booking(FIRST + timedelta(days=1)), *weekly(3)[1:]])
    assert "RRULE" not in text(made)
    assert read(made) == meant(made)


def test_a_rule_of_more_times_than_are_stored_is_spelled_out() -> None:
    made = series(weekly(3), f"FREQ=DAILY;COUNT={MOST_TIMES + 1}")
    assert "RRULE" not in text(made)
    assert read(made) == meant(made)


def test_a_rule_that_its_first_booking_never_meets_is_spelled_out_and_soon() -> None:
    """Left out was the Saturday, added the Sunday: a rule that is followed from there meets nothing."""
    sunday = FIRST + timedelta(days=1)
    began = time.process_time()
    made = series([booking(sunday)], "FREQ=DAILY;INTERVAL=7;BYDAY=SA;COUNT=2")
    assert "RRULE" not in text(made)
    assert read(made) == meant(made)
    assert time.process_time() - began < 0.5  # it took as long as the calendar has years


def test_several_series_keep_apart() -> None:
    some = series(weekly(6)), replace(series([booking(FIRST + timedelta(hours=3))], ""), id="series_02")
    assert read(*some) == meant(*some)


# --- whatever happened to a series -----------------------------------------------------------------------------------

RULES = (
    *("", "FREQ=WEEKLY;BYDAY=SA;COUNT=8", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,WE;COUNT=9", "FREQ=DAILY;COUNT=10"),
    *("FREQ=MONTHLY;BYDAY=1SA;COUNT=5", "FREQ=MONTHLY;BYMONTHDAY=6;UNTIL=20270301", "FREQ=DAILY;BYHOUR=9,14;COUNT=4"),
    *("FREQ=WEEKLY;UNTIL=20260808T010000Z", "FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1,-1;COUNT=6", "FREQ=YEARLY;COUNT=2"),
)
STATES = tuple(SAID)


@st.composite
def changed_series(draw: st.DrawFn) -> FeedSeries:
    """A series with days left out and added, of which some bookings were moved, changed or cancelled."""
    first = Stretch(date(2026, 6, 6), 9 * 60, 10 * 60)
    extra = draw(st.lists(st.dates(date(2026, 6, 7), date(2026, 9, 1)), max_size=3, unique=True))
    rule = draw(st.sampled_from(RULES))
    times = times_of_series(first, rule, Faults(), extra_days=extra, latest=date(2027, 12, 1))
    kept = draw(st.lists(st.sampled_from(times), min_size=1, unique=True))
    return FeedSeries("series_01", "占用", rule, tuple(changed(draw, kept)))


def changed(draw: st.DrawFn, times: Sequence[Stretch]) -> Iterable[FeedBooking]:
    """Bookings at these times, each with whatever may have happened to it."""
    for each in times:
        moved = draw(st.sampled_from((None, None, timedelta(days=1), timedelta(hours=2), timedelta(weeks=1))))
        yield booking(
            each.starts_at,
            hours=draw(st.sampled_from((1, 1, 2))),
            moved_to=each.starts_at + moved if moved else None,
            location=draw(st.sampled_from(ROOMS)),
            state=draw(st.sampled_from(STATES)),
            version=draw(st.integers(1, 9)),
        )


@settings(deadline=None, max_examples=150)
@given(made=changed_series())
def test_an_independent_reader_finds_exactly_the_bookings_there_are(made: FeedSeries) -> None:
    assert read(made) == meant(made)
    assert {str(each["UID"]) for each in Calendar.from_ical(calendar("", [made])).events} == {"series_01@alliance"}
