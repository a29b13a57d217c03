"""The times of a series: what a rule gives, and what is said of one that cannot be booked."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.problems import Faults
from alliance.schedule.recurrence import MOST_TIMES, times_of_series
from alliance.schedule.times import Stretch

SATURDAY = date(2026, 6, 6)
MORNING = Stretch(SATURDAY, 540, 660)
LATEST = date(2027, 12, 1)


def times(rule: str, **more: tuple[date, ...]) -> tuple[list[str], list[tuple[str, str]]]:
    """The times of a series as text, and what is wrong by path and sentence."""
    faults = Faults()
    found = times_of_series(MORNING, rule, faults, latest=LATEST, **more)
    said = [(fault.path, fault.says.format_map(dict(fault.values))) for fault in faults.all()]
    return [str(each) for each in found], said


def days(rule: str, **more: tuple[date, ...]) -> list[str]:
    """The days of a series that is right."""
    found, wrong = times(rule, **more)
    assert wrong == []
    return [each[5:10] for each in found]


def test_without_a_rule_it_is_once() -> None:
    assert times("") == (["2026-06-06 09:00-11:00"], [])


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=WEEKLY;COUNT=3", ["06-06", "06-13", "06-20"]),
        ("RRULE:freq=weekly;count=3;", ["06-06", "06-13", "06-20"]),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20260704", ["06-06", "06-20", "07-04"]),
        ("FREQ=WEEKLY;BYDAY=SA,SU;COUNT=4", ["06-06", "06-07", "06-13", "06-14"]),
        ("FREQ=MONTHLY;BYDAY=1SA;COUNT=3", ["06-06", "07-04", "08-01"]),
        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=1;COUNT=2", ["06-06", "07-04"]),
        ("FREQ=DAILY;UNTIL=20260608T090000", ["06-06", "06-07", "06-08"]),
        ("FREQ=DAILY;UNTIL=20260608T085900", ["06-06", "06-07"]),
        ("FREQ=DAILY;UNTIL=20260608T010000Z", ["06-06", "06-07", "06-08"]),  # nine in Wuxi
        ("FREQ=DAILY;UNTIL=20260608T005900Z", ["06-06", "06-07"]),
    ],
)
def test_a_rule_gives_its_days(rule: str, found: list[str]) -> None:
    assert days(rule) == found


def test_days_are_left_out_and_added() -> None:
    left_out, added = (SATURDAY + timedelta(days=7),), (SATURDAY + timedelta(days=9), SATURDAY + timedelta(days=1))
    found = days("FREQ=WEEKLY;COUNT=3", except_days=left_out, extra_days=added)
    assert found == ["06-06", "06-07", "06-15", "06-20"]
    assert days("", extra_days=added) == ["06-06", "06-07", "06-15"]


def test_several_times_of_one_day_are_several_times() -> None:
    found, wrong = times("FREQ=DAILY;BYHOUR=9,14;COUNT=3")
    assert (found, wrong) == (
        ["2026-06-06 09:00-11:00", "2026-06-06 14:00-16:00", "2026-06-07 09:00-11:00"],
        [],
    )


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("FREQ=DAILY", "This rule never ends."),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260801", "Give COUNT or UNTIL, not both."),
        ("FREQ=DAILY;COUNT=101", f"This rule gives more than {MOST_TIMES} times; the last that could be booked is on"),
        ("FREQ=DAILY;BYHOUR=9,14;UNTIL=20270601", f"This rule gives more than {MOST_TIMES} times; the last that could"),
        ("FREQ=YEARLY;COUNT=3", "The rule goes beyond 2027-12-01"),
        ("FREQ=WEEKLY;UNTIL=20300101;INTERVAL=20", "The rule goes beyond 2027-12-01"),
        ("FREQ=WEEKLY;BYDAY=SU;COUNT=2", "The first day is no day of the rule, which begins on 2026-06-07"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "This rule gives no time until 2027-12-01."),
        ("FREQ=WEEKLY;BYSETPOS=2;COUNT=2", "This rule gives no time until 2027-12-01."),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO;COUNT=2", "This rule gives no time until 2027-12-01."),
        ("FREQ=DAILY;BYSETPOS=2;COUNT=2", "`BYSETPOS=2` is not understood."),
        ("FREQ=HOURLY;BYSETPOS=2;COUNT=2", "`FREQ=HOURLY` is not understood."),
        ("FREQ=DAILY;UNTIL=20260101", "This rule gives no time until"),
        ("FREQ=DAILY;BYHOUR=23;COUNT=2", "The first day is no day of the rule"),
        ("FREQ=DAILY;BYHOUR=9,23;COUNT=2", "At 2026-06-06 23:00 it would go on after midnight."),
        ("FREQ=DAILY;BYMINUTE=0,10;COUNT=2", "The rule gives 2026-06-06 09:10."),
        ("FREQ=DAILY;INTERVAL=0;COUNT=2", "`INTERVAL=0` is not understood."),
        ("FREQ=DAILY;INTERVAL=1,2;COUNT=2", "`INTERVAL=1,2` is not understood."),
        ("FREQ=MINUTELY;COUNT=2", "`FREQ=MINUTELY` is not understood."),
        ("FREQ=SECONDLY;COUNT=2", "`FREQ=SECONDLY` is not understood."),
        ("FREQ=DAILY;BYSECOND=0;COUNT=2", "`BYSECOND=0` is not understood."),
        ("FREQ=DAILY;BYMONTH=13;COUNT=2", "`BYMONTH=13` is not understood."),
        ("FREQ=DAILY;BYMONTHDAY=0;COUNT=2", "`BYMONTHDAY=0` is not understood."),
        ("FREQ=WEEKLY;BYDAY=2SA;COUNT=2", "`BYDAY=2SA` is not understood."),
        ("FREQ=MONTHLY;BYDAY=0SA;COUNT=2", "`BYDAY=0SA` is not understood."),
        ("FREQ=DAILY;UNTIL=20260230", "`UNTIL=20260230` is not understood."),
        ("FREQ=DAILY;UNTIL=00010101T000000Z", "This rule gives no time until"),
        ("FREQ=DAILY;UNTIL=99991231T235900Z", "`UNTIL=99991231T235900Z` is not understood."),
        ("FREQ=DAILY;FREQ=DAILY;COUNT=2", "`FREQ=DAILY` is not understood."),
        ("COUNT=2", "This is no repetition rule of calendars (RRULE)."),
        ("每周六", "This is no repetition rule of calendars (RRULE)."),
        ("FREQ=DAILY;COUNT=2\nEXDATE:20260607", "`COUNT=2\nEXDATE:20260607` is not understood."),
    ],
)
def test_a_rule_that_cannot_be_booked_says_why_and_soon(rule: str, says: str) -> None:
    began = time.process_time()
    _, wrong = times(rule)
    assert [path for path, _ in wrong] == ["rule"] * len(wrong)
    assert wrong[0][1].startswith(says)
    assert time.process_time() - began < 2  # and not after walking to the year 9999


def test_a_rule_that_explodes_names_the_last_time_that_could_be_booked() -> None:
    _, ((_, says),) = times("FREQ=DAILY;COUNT=400")
    assert (SATURDAY + timedelta(days=MOST_TIMES - 1)).isoformat() in says


@pytest.mark.parametrize(
    ("more", "path", "says"),
    [
        ({"except_days": (SATURDAY + timedelta(days=1),)}, "exceptDays.0", "The series has no time on 2026-06-07"),
        (
            {"extra_days": (SATURDAY + timedelta(days=7),)},
            "extraDays.0",
            "The series has a time on 2026-06-13 already.",
        ),
        ({"extra_days": (SATURDAY - timedelta(days=1),)}, "extraDays.0", "2026-06-05 comes before the first day"),
        ({"extra_days": (LATEST + timedelta(days=1),)}, "extraDays.0", "2027-12-02 is after 2027-12-01"),
        (
            {"except_days": (SATURDAY, SATURDAY + timedelta(days=7))},
            "exceptDays",
            "Nothing is left of the series.",
        ),
    ],
)
def test_days_that_cannot_be_left_out_or_added_are_named(
    more: dict[str, tuple[date, ...]], path: str, says: str
) -> None:
    _, ((found, said),) = times("FREQ=WEEKLY;COUNT=2", **more)
    assert found == path
    assert said.startswith(says)


RULES = st.builds(
    lambda freq, interval, days, end: ";".join(part for part in (f"FREQ={freq}", interval, days, end) if part),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.sampled_from(["", "INTERVAL=2", "INTERVAL=3"]),
    st.sampled_from(["", "BYDAY=SA", "BYDAY=MO,SA", "BYMONTHDAY=6", "BYMONTH=6,8", "BYDAY=SA;BYMONTHDAY=6,13,20"]),
    st.sampled_from(["COUNT=4", "COUNT=12", "UNTIL=20260901", "UNTIL=20261224T040000Z"]),
)


@given(RULES)
def test_a_rule_gives_what_another_program_reads_in_it(rule: str) -> None:
    found, wrong = times(rule)
    if wrong:
        return
    told = rule.replace("UNTIL=20260901", "UNTIL=20260901T155900Z")  # a bare day counts whole, until midnight in Wuxi
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
        f"DTSTART;TZID=Asia/Shanghai:20260606T090000\r\nDTEND;TZID=Asia/Shanghai:20260606T110000\r\nRRULE:{told}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    read = recurring_ical_events.of(icalendar.Calendar.from_ical(text))
    events = read.between(datetime(2026, 1, 1), datetime(2029, 1, 1))
    assert sorted(f"{event['DTSTART'].dt:%Y-%m-%d %H:%M}-{event['DTEND'].dt:%H:%M}" for event in events) == found
