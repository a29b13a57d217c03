"""When a base is open: by weekday and season, on holidays and make-up workdays, and not during closures."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from alliance.core.period import Window
from alliance.core.vocabulary import ClosureReason, DayKind, OnClash, RoomKind, RoomVerdict
from alliance.schedule.calendar import (
    BaseCalendar,
    ClosureFacts,
    OpeningFacts,
    SpecialDayFacts,
    is_working_day,
    merged,
    working_days_later,
)
from alliance.schedule.judging import Grounds, Peak, Place, RoomFacts, judged, preview_of, settled_places
from alliance.schedule.times import Stretch, moment, place_in_day

SATURDAY = date(2026, 5, 9)  # after the Labour Day of 2026 the country works on it
LABOUR_DAY = date(2026, 5, 1)
SPECIAL = {
    **{LABOUR_DAY + timedelta(days=n): SpecialDayFacts(DayKind.HOLIDAY, "劳动节") for n in range(5)},
    SATURDAY: SpecialDayFacts(DayKind.MAKE_UP_WORKDAY, "劳动节"),
}
WEEKEND = OpeningFacts(DayKind.ORDINARY, (Window(6, 510, 1230), Window(7, 510, 1230)))
MAKE_UP = OpeningFacts(DayKind.MAKE_UP_WORKDAY, (Window(6, 780, 1230),))
WINTER = OpeningFacts(DayKind.ORDINARY, (Window(6, 600, 1020),), ("12-15", "02-15"))
CALENDAR = BaseCalendar((WEEKEND, MAKE_UP, WINTER), SPECIAL)
ROOM = RoomFacts("craft", RoomKind.CRAFT, 20, setup_minutes=20, clearup_minutes=30)
OTHER = RoomFacts("reading", RoomKind.READING, 25, setup_minutes=5, clearup_minutes=10)
QUIET = RoomFacts("quiet", RoomKind.COUNSELLING, 30, is_private=True)
DAY = date(2026, 6, 6)


def closure(day: date, start: int, end: int, room: str | None = None) -> ClosureFacts:
    """Some hours of a day in which a room, or everything, is shut."""
    return ClosureFacts("closure", room, moment(day, start), moment(day, end), ClosureReason.WEATHER)


def grounds(*taken: Stretch, closures: tuple[ClosureFacts, ...] = (), peak: Peak | None = None) -> Grounds:
    """Three rooms, of which the first has been taken so far."""
    calendar = BaseCalendar(CALENDAR.openings, SPECIAL, closures)
    rooms = {room.id: room for room in (ROOM, OTHER, QUIET)}
    return Grounds(rooms, calendar, {("craft", each.day): [ROOM.occupied_by(each)] for each in taken}, peak)


def asked(*uses: Stretch, room: str = "craft") -> list[tuple[Stretch, Place]]:
    """The same room at these times."""
    return [(use, Place(room, use)) for use in uses]


# --- hours -----------------------------------------------------------------------------------------------------------


def test_a_day_has_the_hours_of_its_weekday() -> None:
    assert CALENDAR.hours(DAY) == ((510, 1230),)
    assert CALENDAR.hours(DAY + timedelta(days=2)) == ()


def test_a_holiday_without_hours_of_its_own_is_shut() -> None:
    assert CALENDAR.hours(date(2026, 5, 2)) == ()  # a Saturday


def test_a_make_up_workday_has_its_own_hours_and_not_those_of_a_saturday() -> None:
    assert CALENDAR.hours(SATURDAY) == ((780, 1230),)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 12, 26), 600), (date(2027, 1, 2), 600), (date(2027, 2, 20), 510)]
)
def test_a_season_goes_over_the_new_year_and_takes_the_place_of_the_year(day: date, hours: int) -> None:
    assert CALENDAR.hours(day)[0][0] == hours


def test_spans_that_touch_or_overlap_are_one() -> None:
    assert merged([(600, 660), (540, 600), (700, 800), (650, 720)]) == ((540, 800),)
    assert merged([(0, 10), (20, 30)]) == ((0, 10), (20, 30))


@pytest.mark.parametrize(
    ("start", "end", "room", "is_shut"),
    [
        (0, 1440, None, True),
        (0, 1440, "reading", False),
        (660, 700, "craft", True),  # in the middle
        (500, 520, "craft", True),  # in the minutes of setting up, in whole quarter-hours
        (500, 510, "craft", False),
        (740, 800, "craft", True),  # while it is cleared up
        (750, 800, "craft", False),
    ],
)
def test_a_closure_counts_for_its_room_and_its_hours_alone(
    start: int, end: int, room: str | None, is_shut: bool
) -> None:
    here = grounds(closures=(closure(DAY, start, end, room),))
    (found,) = judged(asked(Stretch(DAY, 540, 720)), 5, here)
    assert (found.verdict is RoomVerdict.CLOSED) is is_shut
    assert (found.shut is not None and found.shut.closure is not None) is is_shut


def test_set_up_may_lie_outside_the_open_hours_and_the_use_may_not() -> None:
    found = judged(asked(Stretch(DAY, 510, 600), Stretch(DAY + timedelta(days=1), 495, 600)), 5, grounds())
    assert [each.verdict for each in found] == [RoomVerdict.FREE, RoomVerdict.CLOSED]


# --- working days ----------------------------------------------------------------------------------------------------


def test_a_make_up_workday_is_a_working_day_and_a_holiday_is_none() -> None:
    assert is_working_day(SATURDAY, SPECIAL)
    assert not is_working_day(LABOUR_DAY, SPECIAL)
    assert not is_working_day(DAY, SPECIAL)


@pytest.mark.parametrize(
    ("begin", "count", "end"),
    [
        (date(2026, 4, 30), 2, date(2026, 5, 7)),  # five holidays between
        (date(2026, 5, 7), 2, date(2026, 5, 9)),  # the Saturday counts
        (date(2026, 6, 5), 2, date(2026, 6, 9)),
        (date(2026, 6, 5), 0, date(2026, 6, 5)),
    ],
)
def test_a_hold_of_working_days_passes_over_holidays(begin: date, count: int, end: date) -> None:
    assert working_days_later(moment(begin, 1020), count, SPECIAL) == moment(end, 1020)


# --- stretches -------------------------------------------------------------------------------------------------------


def test_gaps_are_whole_quarter_hours_and_midnight_cuts_them_off() -> None:
    assert Stretch(DAY, 540, 600).with_gaps(20, 30) == Stretch(DAY, 510, 630)
    assert Stretch(DAY, 15, 1425).with_gaps(30, 30) == Stretch(DAY, 0, 1440)


def test_a_stretch_lies_within_one_day_of_wuxi() -> None:
    use = Stretch(DAY, 0, 60)
    assert use.starts_at.astimezone(UTC) == datetime(2026, 6, 5, 16, tzinfo=UTC)
    assert place_in_day(use.starts_at) == (DAY, 0)
    for start, end in ((60, 60), (1380, 1500), (-15, 0)):
        with pytest.raises(ValueError, match="no stretch"):
            Stretch(DAY, start, end)


# --- verdicts --------------------------------------------------------------------------------------------------------


def test_walk_through_16_the_gap_counts_and_two_alternatives_are_free() -> None:
    taken = Stretch(DAY, 840, 960)  # 14:00 to 16:00, and until 16:30 with the clearing up
    (found,) = judged(asked(Stretch(DAY, 930, 1020)), 20, grounds(taken))
    assert (found.verdict, found.busy) == (RoomVerdict.CLASH, (Stretch(DAY, 810, 990),))
    assert found.alternatives == (
        Place("reading", Stretch(DAY, 930, 1020)),
        Place("craft", Stretch(DAY, 1020, 1110)),  # set up from 16:30 on
        Place("craft", Stretch(DAY, 690, 780)),  # cleared up by 13:30
    )


def test_a_room_too_small_names_those_that_hold_all_smallest_first() -> None:
    (found,) = judged(asked(Stretch(DAY, 600, 660)), 24, grounds())
    assert (found.verdict, found.capacity, found.fitting) == (RoomVerdict.TOO_LARGE, 20, ("reading", "quiet"))
    assert found.alternatives == (Place("reading", Stretch(DAY, 600, 660)),)  # no private one in place of an open one


def test_a_series_that_overlaps_itself_is_refused_from_the_second_on() -> None:
    uses = Stretch(DAY, 600, 690), Stretch(DAY, 660, 750), Stretch(DAY, 840, 930)
    found = judged(asked(*uses), 5, grounds())
    assert [each.verdict for each in found] == [RoomVerdict.FREE, RoomVerdict.SELF_CLASH, RoomVerdict.FREE]


def test_alternatives_of_one_series_do_not_meet_each_other() -> None:
    taken = Stretch(DAY, 540, 1200)
    here = grounds(taken)
    found = judged(asked(Stretch(DAY, 600, 660), Stretch(DAY, 660, 720)), 5, here)
    places = [place for _, place in settled_places(found, OnClash.TAKE_ALTERNATIVE, here)]
    assert places == [] or len({place.use for place in places}) == 2


def test_peak_times_beyond_the_limit_are_refused_and_told_before() -> None:
    here = grounds(peak=Peak(2, {"2026-06": 1}))
    uses = [Stretch(DAY + timedelta(days=n), 600, 660) for n in (0, 1, 7)]  # Saturday, Sunday, Saturday
    found = judged(asked(*uses), 5, here)
    assert [each.verdict for each in found] == [RoomVerdict.FREE, RoomVerdict.FREE, RoomVerdict.OVER_PEAK_LIMIT]
    (peak,) = preview_of(found, here).peaks
    assert (peak.month, peak.used, peak.asked, peak.limit) == ("2026-06", 1, 1, 2)
