"""The shipped schedule: the holidays of the notices, hours, closures, and bookings as people would make them."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from alliance.core.period import Days
from alliance.core.vocabulary import BookingPurpose, BookingState, DayKind, Provenance, ScreeningAnswer
from alliance.directory.tables import ActivityBase
from alliance.kit import clock
from alliance.kit.cells import value_of
from alliance.schedule import reads
from alliance.schedule.calendar import is_working_day
from alliance.schedule.judging import Place
from alliance.schedule.tables import (
    BookedSlot,
    Booking,
    BookingParty,
    BookingSeries,
    Closure,
    Opening,
    Room,
    SpecialDay,
)
from alliance.seed.load import seed
from alliance.wording.screening import screen
from tests.seed.conftest import SHIPPED, TODAY, Folder

pytestmark = pytest.mark.anyio
HOLIDAYS = {  # the first day and how many, as the notices of 2024-11-12 and 2025-11-04 say
    2025: (("01-01", 1), ("01-28", 8), ("04-04", 3), ("05-01", 5), ("05-31", 3), ("10-01", 8)),
    2026: (("01-01", 3), ("02-15", 9), ("04-04", 3), ("05-01", 5), ("06-19", 3), ("09-25", 3), ("10-01", 7)),
}
MAKE_UP_WORKDAYS = {
    *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
}


@pytest.fixture
async def seeded(monday_morning: datetime, database: str) -> None:
    """The shipped folder in an open database, as of the day on which the clock is held."""
    await seed(SHIPPED, today=clock.today())


async def test_special_days_are_those_of_the_notices_and_no_others(seeded: None) -> None:
    rows = await SpecialDay.all()
    expected = {
        date.fromisoformat(f"{year}-{first}") + timedelta(days=each)
        for year, feasts in HOLIDAYS.items()
        for first, days in feasts
        for each in range(days)
    }
    assert {row.day for row in rows if row.kind is DayKind.HOLIDAY} == expected
    assert {row.day.isoformat() for row in rows if row.kind is DayKind.MAKE_UP_WORKDAY} == MAKE_UP_WORKDAYS
    by_year = Counter((row.day.year, row.kind) for row in rows)
    holidays, made_up = DayKind.HOLIDAY, DayKind.MAKE_UP_WORKDAY
    assert by_year == {(2025, holidays): 28, (2025, made_up): 5, (2026, holidays): 33, (2026, made_up): 6}
    assert all(f"关于{row.day.year}年部分节假日安排的通知" in row.source for row in rows)


async def test_every_make_up_workday_is_a_saturday_or_sunday_and_counts_as_working_day(seeded: None) -> None:
    made_up = await SpecialDay.filter(kind=DayKind.MAKE_UP_WORKDAY)
    assert {row.day.isoweekday() for row in made_up} == {6, 7}
    calendar = await reads.calendar_of((await ActivityBase.get()).id, Days())
    assert all(is_working_day(row.day, calendar.special_days) for row in made_up)


async def test_the_base_is_open_every_ordinary_day_and_shut_on_holidays(seeded: None) -> None:
    calendar = await reads.calendar_of((await ActivityBase.get()).id, Days())
    for days in range(365):
        day = date(2026, 1, 1) + timedelta(days=days)
        special = calendar.special_days.get(day)
        assert bool(calendar.hours(day)) is (special is None or special.kind is not DayKind.HOLIDAY), day
    assert calendar.hours(date(2026, 2, 14)) == ((13 * 60, 20 * 60 + 30),)
    assert calendar.hours(date(2026, 7, 6)) == ((8 * 60 + 30, 20 * 60 + 30),)


async def test_hours_closures_and_bookings_are_invented_and_the_base_keeps_what_its_file_says(seeded: None) -> None:
    for table in (Opening, Closure, BookingSeries, Booking):
        rows = await table.all()
        assert {row.provenance for row in rows} == {Provenance.FICTIONAL}
    base = await ActivityBase.get()
    assert (base.hold_working_days, base.peak_limit) == (2, 8)


async def test_bookings_of_every_kind_are_there(seeded: None) -> None:
    series = await BookingSeries.all()
    assert {row.purpose for row in series} == {BookingPurpose.OWN_ACTIVITY, BookingPurpose.JOINT_ACTIVITY}
    assert {bool(row.rule) for row in series} == {True, False}
    states = {(bool(s.organization_id), bool(s.station_id)): set[BookingState]() for s in series}
    for row in await Booking.all().select_related("series"):
        states[bool(row.series.organization_id), bool(row.series.station_id)].add(reads.state_now(row))
    assert states == {
        (True, False): {BookingState.HELD, BookingState.CONFIRMED, BookingState.DONE},
        (False, True): {BookingState.REQUESTED, BookingState.CONFIRMED},
        (False, False): {BookingState.CONFIRMED},
    }
    private = await Room.filter(is_private=True).values_list("id", flat=True)
    assert await Booking.filter(room_id__in=list(private)).exists()


async def test_the_holder_and_the_partners_are_parties(seeded: None) -> None:
    for series in await BookingSeries.all():
        bodies = [row.body_id for row in await BookingParty.filter(series_id=series.id).order_by("id")]
        assert bodies[0] == series.holder_id
        assert len(bodies) == (3 if series.purpose is BookingPurpose.JOINT_ACTIVITY else 1)


async def test_what_is_held_or_confirmed_has_its_quarter_hours_and_nothing_else_has(seeded: None) -> None:
    rooms = {room.id: reads.room_facts(room) for room in await Room.all()}
    expected = {
        (row.room_id, slot, row.id)
        for row in await Booking.all()
        if row.stored_state.takes_room
        for slot in rooms[row.room_id].occupied_by(row.use).slots()
    }
    kept = await BookedSlot.all()
    assert {(row.room_id, row.slot, row.booking_id) for row in kept} == expected
    assert len(kept) == len(expected)


async def test_every_booking_could_be_had_beside_the_others(seeded: None) -> None:
    base, bookings = await ActivityBase.get(), await Booking.all()
    rooms = {room.id: room for room in await Room.all()}
    for row in bookings:
        place = Place(row.room_id, row.use)
        grounds = await reads.grounds_for(base, [place], without=[row.id])
        assert grounds.is_free(place), f"{row.use}"
        assert row.headcount <= rooms[row.room_id].capacity


async def test_a_hold_lasts_two_working_days_and_never_beyond_its_beginning(seeded: None) -> None:
    held = await Booking.filter(stored_state=BookingState.HELD)
    assert held
    for row in held:
        assert row.held_until is not None
        assert clock.now() < row.held_until <= row.use.starts_at
    assert await Booking.exclude(stored_state=BookingState.HELD).filter(held_until__isnull=False).count() == 0


@pytest.mark.parametrize("day", ["2025-12-26", "2026-02-09", "2026-02-13", "2026-04-30", "2026-07-01", "2026-09-24"])
async def test_it_loads_just_before_and_amid_holidays(database: str, day: str) -> None:
    assert (await seed(SHIPPED, today=date.fromisoformat(day))).rows["bookings.csv"] == 11
    assert await BookingSeries.all().count() == 11


@pytest.mark.parametrize(
    ("written", "days"), [("+7 MO", 7), ("+7 TU", 8), ("+8  MO", 14), ("+7 SU", 13), ("-9 SU", -8)]
)
def test_a_counted_weekday_is_the_first_one_from_that_day_on(written: str, days: int) -> None:
    assert TODAY.isoweekday() == 1
    assert value_of(date, written, TODAY) == TODAY + timedelta(days=days)


def test_no_text_of_the_schedule_is_refused_or_doubted_by_screening() -> None:
    folder = Folder(SHIPPED)
    for file in ("closures.csv", "bookings.csv"):
        for row in folder.rows(file):
            assert screen({"title": row["title"]}, is_need=False).answer is ScreeningAnswer.ACCEPT, row["key"]
