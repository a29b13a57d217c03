"""Calendars of others, read as closed times: what is taken, what is left out and why, and that it ends soon."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from alliance.core.period import SHANGHAI
from alliance.core.problems import Faults
from alliance.core.vocabulary import ImportReason
from alliance.schedule.imported import (
    MOST_BYTES,
    MOST_EVENTS,
    MOST_TIMES,
    ImportedEvent,
    end_of,
    events_in,
    mark_of,
    start_of,
)

SINCE = datetime(2026, 6, 1, tzinfo=SHANGHAI)
UNTIL = SINCE + timedelta(days=548)
DAY = "DTSTART;VALUE=DATE:20260606"  # a Saturday
HOURS = "DTSTART:20260606T090000\nDTEND:20260606T110000"
SECONDS_AT_MOST = 5  # on a busy machine; the worst of these takes 1


def file(*events: str, head: str = "") -> str:
    """A calendar of events, each with the lines given."""
    return "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", *head.split("\n")),
            *(line for each in events for line in ("BEGIN:VEVENT", *each.split("\n"), "END:VEVENT")),
            *("END:VCALENDAR", ""),
        ]
    )


def read(text: str | bytes) -> list[ImportedEvent]:
    """The events of a calendar that has nothing wrong as a whole."""
    faults = Faults()
    found = events_in(text, faults, since=SINCE, until=UNTIL)
    assert not faults, faults.all()
    return list(found)


def times(*lines: str, head: str = "") -> list[str]:
    """When an event shuts, in Wuxi."""
    (event,) = read(file(*(f"UID:a\n{each}" for each in lines), head=head))
    assert event.ignored is None, event
    return [f"{shown(each.starts_at)} - {shown(each.ends_at)}" for each in event.times]


def shown(at: datetime) -> str:
    """A moment in Wuxi."""
    return f"{at.astimezone(SHANGHAI):%m-%d %H:%M}"


def why(*lines: str, head: str = "") -> ImportReason | None:
    """Why an event is left out."""
    (event,) = read(file(*(f"UID:a\n{each}" for each in lines), head=head))
    assert not event.times or event.ignored is None
    return event.ignored


def wrong(text: str | bytes) -> list[str]:
    """What is wrong with a calendar as a whole."""
    faults = Faults()
    assert events_in(text, faults, since=SINCE, until=UNTIL) == ()
    return [each.says for each in faults.all()]


# --- times -----------------------------------------------------------------------------------------------------------

ZONE = """BEGIN:VTIMEZONE
TZID:Own
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0500
TZOFFSETTO:+0500
END:STANDARD
END:VTIMEZONE"""


@pytest.mark.parametrize(
    ("lines", "head", "shut"),
    [
        (DAY, "", ["06-06 00:00 - 06-07 00:00"]),
        (f"{DAY}\nDTEND;VALUE=DATE:20260609", "", ["06-06 00:00 - 06-09 00:00"]),
        (f"{DAY}\nDURATION:P2D", "", ["06-06 00:00 - 06-08 00:00"]),
        (HOURS, "", ["06-06 09:00 - 06-06 11:00"]),
        (f"{DAY}\nDTEND:20260607T090000", "", ["06-06 00:00 - 06-07 09:00"]),
        (f"{HOURS}\nDURATION:PT9H", "", ["06-06 09:00 - 06-06 11:00"]),
        ("DTSTART:20260606T010000Z\nDURATION:PT1H", "", ["06-06 09:00 - 06-06 10:00"]),
        ("DTSTART;TZID=Asia/Shanghai:20260606T090000\nDURATION:PT1H", "", ["06-06 09:00 - 06-06 10:00"]),
        ("DTSTART;TZID=Asia/Tokyo:20260606T090000\nDURATION:PT1H", "", ["06-06 08:00 - 06-06 09:00"]),
        ("DTSTART;TZID=China Standard Time:20260606T090000\nDURATION:PT1H", "", ["06-06 09:00 - 06-06 10:00"]),
        ("DTSTART;TZID=Nowhere:20260606T090000\nDURATION:PT1H", "", ["06-06 09:00 - 06-06 10:00"]),
        ("DTSTART;TZID=Own:20260606T090000\nDURATION:PT1H", ZONE, ["06-06 12:00 - 06-06 13:00"]),
        (HOURS, "X-WR-TIMEZONE:Asia/Tokyo", ["06-06 08:00 - 06-06 10:00"]),
        (HOURS, "X-WR-TIMEZONE:China Standard Time", ["06-06 09:00 - 06-06 11:00"]),
        ("DTSTART:20260606T230000\nDURATION:PT2H", "", ["06-06 23:00 - 06-07 01:00"]),
        ("DTSTART;VALUE=DATE:20260530\nDTEND;VALUE=DATE:20260603", "", ["05-30 00:00 - 06-03 00:00"]),  # goes on
        ("DTSTART:20260601T000000\nDURATION:PT1H", "", ["06-01 00:00 - 06-01 01:00"]),
    ],
)
def test_days_and_hours_are_read_in_their_zone_and_in_wuxis_where_they_have_none(
    lines: str, head: str, shut: list[str]
) -> None:
    assert times(lines, head=head) == shut


def test_a_rule_gives_every_time_not_only_the_first() -> None:
    assert times(f"{DAY}\nRRULE:FREQ=WEEKLY;COUNT=3") == [
        "06-06 00:00 - 06-07 00:00",
        "06-13 00:00 - 06-14 00:00",
        "06-20 00:00 - 06-21 00:00",
    ]


def test_a_rule_without_end_is_read_as_far_as_can_be_booked() -> None:
    found = times(f"{DAY}\nRRULE:FREQ=WEEKLY")
    assert (len(found), found[-1]) == (78, "11-27 00:00 - 11-28 00:00")


def test_a_rule_of_years_ago_counts_its_times_from_there() -> None:
    assert times("DTSTART;VALUE=DATE:20250607\nRRULE:FREQ=WEEKLY;COUNT=54") == [
        "06-06 00:00 - 06-07 00:00",
        "06-13 00:00 - 06-14 00:00",
    ]


@pytest.mark.parametrize(
    ("start", "until", "count"),
    [
        (DAY, "20260620", 3),
        (DAY, "20260619", 2),
        (HOURS, "20260620T090000", 3),
        (HOURS, "20260620T085959", 2),
        ("DTSTART;TZID=Asia/Tokyo:20260606T090000\nDURATION:PT1H", "20260620T000000Z", 3),
        ("DTSTART;TZID=Asia/Tokyo:20260606T090000\nDURATION:PT1H", "20260619T235959Z", 2),
    ],
)
def test_the_end_of_a_rule_is_read_in_the_zone_of_its_start(start: str, until: str, count: int) -> None:
    assert len(times(f"{start}\nRRULE:FREQ=WEEKLY;UNTIL={until}")) == count


def test_days_left_out_added_moved_and_cancelled_are_read() -> None:
    whole = f"{HOURS}\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20260613T090000\nRDATE:20260608T090000"
    moved = "RECURRENCE-ID:20260620T090000\nDTSTART:20260621T140000\nDTEND:20260621T150000"
    cancelled = f"RECURRENCE-ID:20260627T090000\n{HOURS.replace('0606', '0627')}\nSTATUS:CANCELLED"
    assert times(whole, moved, cancelled) == [
        "06-06 09:00 - 06-06 11:00",
        "06-08 09:00 - 06-08 11:00",
        "06-21 14:00 - 06-21 15:00",
    ]


def test_this_and_following_are_moved_together() -> None:
    moved = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260613T090000\nDTSTART:20260613T100000\nDTEND:20260613T120000"
    assert times(f"{HOURS}\nRRULE:FREQ=WEEKLY;COUNT=3", moved) == [
        "06-06 09:00 - 06-06 11:00",
        "06-13 10:00 - 06-13 12:00",
        "06-20 10:00 - 06-20 12:00",
    ]


def test_a_stretch_that_was_added_has_its_own_length() -> None:
    assert times(f"{HOURS}\nRDATE;VALUE=PERIOD:20260608T090000/PT4H")[1] == "06-08 09:00 - 06-08 13:00"


def test_the_summary_is_handed_on_as_it_stands() -> None:
    (event,) = read(file(f"UID:a\n{DAY}\nSUMMARY:消防\\, 检修"))
    assert [each.summary for each in event.times] == ["消防, 检修"]


# --- reasons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (f"{DAY}\nSTATUS:CANCELLED", ImportReason.CANCELLED),
        (f"{DAY}\nRRULE:FREQ=WEEKLY\nSTATUS:CANCELLED", ImportReason.CANCELLED),
        ("DTSTART;VALUE=DATE:20260531", ImportReason.PAST),
        ("DTSTART;VALUE=DATE:20200606\nRRULE:FREQ=WEEKLY;COUNT=3", ImportReason.PAST),
        ("DTSTART;VALUE=DATE:20280101", ImportReason.TOO_FAR_AHEAD),
        ("DTSTART;VALUE=DATE:20260606\nDTEND;VALUE=DATE:20290101", ImportReason.TOO_FAR_AHEAD),
        ("SUMMARY:检修", ImportReason.NO_START),
        ("DTSTART:20260606T090000", ImportReason.NO_LENGTH),
        ("DTSTART:next week", ImportReason.UNREADABLE),
        ("DTSTART:20260606T090000\nDTEND:20260606T080000", ImportReason.UNREADABLE),
        (f"{DAY}\nRRULE:FREQ=SOMETIMES", ImportReason.UNREADABLE),
        (f"{DAY}\nRRULE:FREQ=WEEKLY;INTERVAL=0", ImportReason.UNREADABLE),
        (f"{DAY}\nRRULE:FREQ=WEEKLY;COUNT=0", ImportReason.UNREADABLE),
        (f"{DAY}\nEXRULE:FREQ=WEEKLY", ImportReason.UNREADABLE),
        (f"{DAY}\nRRULE:FREQ=DAILY", ImportReason.TOO_MANY),
        (f"{HOURS}\nRRULE:FREQ=MINUTELY", ImportReason.TOO_MANY),
        (f"{HOURS}\nRRULE:FREQ=SECONDLY;COUNT=2", ImportReason.TOO_MANY),
    ],
)
def test_an_event_that_is_left_out_says_why(lines: str, reason: ImportReason) -> None:
    assert why(lines) is reason


def test_a_calendar_of_cancellations_cancels() -> None:
    assert why(DAY, head="METHOD:CANCEL") is ImportReason.CANCELLED


def test_an_event_without_uid_could_not_be_found_again() -> None:
    assert [each.ignored for each in read(file(DAY))] == [ImportReason.NO_UID]


def test_one_bad_event_disturbs_no_other_and_the_order_stays() -> None:
    found = read(file(f"UID:a\n{DAY}", "UID:b\nDTSTART:x", f"UID:c\n{HOURS}"))
    assert [(each.uid, len(each.times)) for each in found] == [("a", 1), ("b", 0), ("c", 1)]


def test_all_events_together_have_so_many_times_and_none_is_stored_by_half() -> None:
    daily = f"{DAY}\nRRULE:FREQ=DAILY;COUNT={MOST_TIMES - 10}"
    found = read(file(f"UID:a\n{daily}", f"UID:b\n{DAY}\nRRULE:FREQ=DAILY;COUNT=11", f"UID:c\n{DAY}"))
    assert [len(each.times) for each in found] == [MOST_TIMES - 10, 0, 1]
    assert found[1].ignored is ImportReason.TOO_MANY


@pytest.mark.parametrize(
    "text",
    ["", "hello", "BEGIN:VEVENT\nUID:a\nEND:VEVENT\n", file(DAY)[:-20], file() + file(), file("x", head="CALSCALE:X")],
)
def test_what_is_not_one_calendar_is_refused_as_a_whole(text: str) -> None:
    assert wrong(text) == ["This is not one calendar. Send an iCalendar file, from BEGIN:VCALENDAR to END:VCALENDAR."]


def test_a_calendar_without_events_is_no_success() -> None:
    assert wrong(file()) == ["There is no event in this calendar, so there is nothing to store."]


def test_a_calendar_has_so_many_events_and_bytes() -> None:
    assert len(read(file(*(f"UID:{each}\n{DAY}" for each in range(MOST_EVENTS))))) == MOST_EVENTS
    assert len(wrong(file(*(f"UID:{each}\n{DAY}" for each in range(MOST_EVENTS + 1))))) == 1
    assert len(wrong(b"x" * (MOST_BYTES + 1))) == 1


def test_a_file_may_begin_with_a_mark_of_its_bytes_and_end_its_lines_as_it_likes() -> None:
    assert len(read(b"\xef\xbb\xbf" + file(f"UID:a\n{DAY}").replace("\r\n", "\n").encode())) == 1


def test_of_a_uid_only_a_mark_is_kept() -> None:
    assert mark_of("王小明@example.com") != mark_of("a")
    assert len(mark_of("x" * 4000)) == 64


# --- it ends soon ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5;BYMINUTE=0,1,2,3,4,5,6,7,8,9;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_rules_that_never_come_true_are_given_up(rule: str) -> None:
    began = time.perf_counter()
    found = read(file(*(f"UID:{each}\nDTSTART:19000606T090000\nDURATION:PT1H\nRRULE:{rule}" for each in range(300))))
    assert {each.ignored for each in found} <= {ImportReason.PAST, ImportReason.TOO_MANY}
    assert time.perf_counter() - began < SECONDS_AT_MOST


LINES = (
    *("BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "UID:a"),
    *(DAY, *HOURS.split("\n"), "RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;UNTIL=x", "RRULE:;;=", "RDATE:20260608"),
    *("EXDATE:99999999", "RECURRENCE-ID:20260606T090000", "RECURRENCE-ID;VALUE=DATE:20260606", "DTEND:00010101T000000"),
    *("DTSTART:99991231T235959", "DTSTART;TZID=:20260606T090000", "DURATION:-P9999999D", "DURATION:P", "SEQUENCE:x"),
    *("STATUS:", "SUMMARY", "x", ":", ";", "TZID:Own", "RDATE;VALUE=PERIOD:x/y", "RRULE:FREQ=DAILY;BYDAY=9ZZ"),
    *(
        "DTSTART;VALUE=PERIOD:20260606T090000/PT1H",
        'X-A;B="C:D',
        "DTSTART:00010101T000000Z",
        "RRULE:FREQ=YEARLY;COUNT=-1",
    ),
)


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_whatever_a_file_holds_each_event_has_its_times_or_a_reason(lines: list[str]) -> None:
    text = file("\n".join(["UID:b", *lines]))
    faults = Faults()
    for event in events_in(text, faults, since=SINCE, until=UNTIL):
        assert bool(event.times) != bool(event.ignored)
        for each in event.times:
            assert SINCE < each.ends_at <= UNTIL
            assert each.starts_at < each.ends_at
            assert each.starts_at.tzinfo is UTC


# --- calendars that other people had trouble with --------------------------------------------------------------------

FOREIGN = sorted((Path(recurring_ical_events.__file__).parent / "test" / "calendars").glob("*.ics"))
NOT_TAKEN = {ImportReason.TOO_MANY, ImportReason.UNREADABLE, ImportReason.NO_UID, ImportReason.CANCELLED}
READ_OTHERWISE = {
    "issue_253_edge_case_1.ics": "a single time with a rule of its own, older than the whole, is taken by nobody",
    "issue_253_recurrence_id_included.ics": "the same",
    "issue_28_rrule_with_UTC_endinginZ.ics": "whole days until a time in UTC end on that day in Wuxi",
    "issue_75_range_parameter.ics": "hours until a bare day take that day whole",
}


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.stem)
def test_calendars_of_the_readers_own_collection_are_read_as_it_reads_them(path: Path) -> None:
    content = path.read_bytes()
    made = Calendar.from_ical(content) if len(content) <= MOST_BYTES else Calendar()
    starts = [start_of(each) for each in made.events if "DTSTART" in each and not each.errors]
    for since in {min(starts), max(starts)} if starts else ():
        until = since + timedelta(days=548)
        found = events_in(content, Faults(), since=since, until=until)
        taken = {each.uid for each in found if each.ignored not in NOT_TAKEN}
        ours = {(each.uid, at.starts_at, at.ends_at) for each in found for at in each.times}
        if taken and path.name not in READ_OTHERWISE:
            assert ours == {each for each in theirs(made, since, until) if each[0] in taken}


def theirs(made: Calendar, since: datetime, until: datetime) -> set[tuple[str, datetime, datetime]]:
    """What the independent reader makes of a calendar: the times that end in between."""
    day = timedelta(days=1)
    found = recurring_ical_events.of(made, skip_bad_series=True).between(since - day, until + day)
    times = {
        (str(each.get("UID", "")), start_of(each), end_of(each)) for each in found if each.get("STATUS") != "CANCELLED"
    }
    return {each for each in times if each[1] < each[2] and since < each[2] <= until}
