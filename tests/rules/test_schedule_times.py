"""A stretch of one day: half-open, with the gaps around it, and the quarter-hours that it takes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.schedule.times import QUARTERS_PER_DAY, Stretch, moment, place_in_day

DAY = date(2026, 6, 6)
STRETCHES = st.builds(
    lambda ends: Stretch(DAY, *sorted(ends)), st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True)
)
GAPS = st.integers(0, 180)


@pytest.mark.parametrize(("start", "end"), [(60, 60), (61, 60), (-1, 60), (1380, 1441)])
def test_what_ends_before_it_starts_or_leaves_its_day_is_no_stretch(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no stretch of one day"):
        Stretch(DAY, start, end)


def test_a_whole_day_is_a_stretch_and_ends_with_the_first_moment_of_the_next() -> None:
    assert Stretch(DAY, 0, 1440).ends_at == moment(DAY + timedelta(days=1), 0)


@given(STRETCHES, STRETCHES)
def test_stretches_meet_where_they_share_a_minute(one: Stretch, other: Stretch) -> None:
    share = bool(set(range(one.start, one.end)) & set(range(other.start, other.end)))
    assert one.meets(other) is other.meets(one) is share
    assert not one.meets(Stretch(DAY + timedelta(days=1), other.start, other.end))


def test_stretches_that_touch_do_not_meet() -> None:
    assert not Stretch(DAY, 540, 600).meets(Stretch(DAY, 600, 660))


def test_a_short_stretch_inside_a_long_one_meets_it_and_the_reverse() -> None:
    short, long = Stretch(DAY, 600, 615), Stretch(DAY, 480, 1200)
    assert short.meets(long)
    assert long.meets(short)


def test_two_spans_that_only_together_hold_a_stretch_do_not_hold_it() -> None:
    assert not Stretch(DAY, 540, 660).lies_in([(480, 600), (600, 720)])
    assert Stretch(DAY, 540, 660).lies_in([(0, 60), (540, 660)])


@given(STRETCHES, GAPS, GAPS)
def test_with_its_gaps_it_is_the_fewest_whole_quarter_hours_within_the_day(
    use: Stretch, before: int, after: int
) -> None:
    wide = use.with_gaps(before, after)
    needed = {minute // 15 for minute in range(use.start - before, use.end + after) if 0 <= minute < 1440}
    assert {minute // 15 for minute in range(wide.start, wide.end)} == needed
    assert (wide.start % 15, wide.end % 15, wide.day) == (0, 0, DAY)


def test_set_up_and_clear_up_do_not_reach_into_other_days() -> None:
    assert Stretch(DAY, 0, 15).with_gaps(60, 0) == Stretch(DAY, 0, 15)
    assert Stretch(DAY, 1425, 1440).with_gaps(0, 60) == Stretch(DAY, 1425, 1440)


@given(STRETCHES, STRETCHES)
def test_whole_quarter_hours_share_a_slot_exactly_where_they_meet(one: Stretch, other: Stretch) -> None:
    one, other = one.with_gaps(0, 0), other.with_gaps(0, 0)
    assert bool(set(one.slots()) & set(other.slots())) is one.meets(other)


def test_slots_of_one_day_end_where_those_of_the_next_begin() -> None:
    whole, next_day = Stretch(DAY, 0, 1440), Stretch(DAY + timedelta(days=1), 0, 15)
    assert len(whole.slots()) == QUARTERS_PER_DAY
    assert next_day.slots()[0] == whole.slots()[-1] + 1


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 1439))
def test_a_moment_is_read_back_as_its_day_and_minute_in_any_zone(day: date, minute: int) -> None:
    assert place_in_day(moment(day, minute).astimezone(UTC)) == (day, minute)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_every_day_in_wuxi_has_24_hours_whatever_clocks_elsewhere_do(day: date) -> None:
    assert moment(day + timedelta(days=1), 0) - moment(day, 0) == timedelta(hours=24)
    assert moment(day, 0).astimezone(UTC) == datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)


def test_moving_keeps_what_is_not_given() -> None:
    use = Stretch(DAY, 540, 600)
    assert use.moved(days=7) == Stretch(DAY + timedelta(days=7), 540, 600)
    assert use.moved(end=630) == Stretch(DAY, 540, 630)
    with pytest.raises(ValueError, match="no stretch"):
        use.moved(start=600)


def test_it_is_written_as_people_read_it() -> None:
    assert str(Stretch(DAY, 540, 1440)) == "2026-06-06 09:00-24:00"
