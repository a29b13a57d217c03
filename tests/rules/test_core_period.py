"""Days, weekly windows and months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.period import Days, Window, clock_time, days_between, is_disjoint, parse_clock_time

TODAY = date(2026, 6, 1)
WINDOWS = st.builds(
    lambda weekday, ends: Window(weekday, *sorted(ends)),
    st.integers(1, 7),
    st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True),
)


@given(WINDOWS)
def test_a_window_is_read_back_as_it_is_written(window: Window) -> None:
    assert Window.parse(str(window)) == window


@given(st.integers(0, 1440))
def test_a_time_is_read_back_as_it_is_written(minutes: int) -> None:
    assert parse_clock_time(clock_time(minutes)) == minutes


@pytest.mark.parametrize("text", ["", "9", "24:01", "12:60", "9:5", "-1:00", "１２:00", "12:00:00", "99999:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        parse_clock_time(text)


@pytest.mark.parametrize(
    "text", ["", "6", "6 09:00", "8 09:00-10:00", "0 09:00-10:00", "6 10:00-09:00", "六 09:00-10:00"]
)
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not|must come before"):
        Window.parse(text)


def test_windows_that_touch_do_not_meet() -> None:
    assert not Window(6, 0, 60).meets(Window(6, 60, 120))
    assert Window(6, 0, 61).meets(Window(6, 60, 120))
    assert not Window(6, 0, 60).meets(Window(7, 0, 60))


@given(st.lists(WINDOWS, max_size=4), st.lists(WINDOWS, max_size=4))
def test_windows_are_disjoint_when_no_minute_is_common(needed: list[Window], offered: list[Window]) -> None:
    def minutes(windows: list[Window]) -> set[tuple[int, int]]:
        return {(window.weekday, minute) for window in windows for minute in range(window.start, window.end)}

    expected = bool(needed) and bool(offered) and minutes(needed).isdisjoint(minutes(offered))
    assert is_disjoint(needed, offered, Days()) is expected


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        (Days(), set(range(1, 8))),
        (Days(TODAY, None), set(range(1, 8))),
        (Days(TODAY, TODAY), {1}),
        (Days(TODAY, TODAY + timedelta(days=2)), {1, 2, 3}),
        (Days(TODAY, TODAY + timedelta(days=6)), set(range(1, 8))),
    ],
)
def test_weekdays_are_those_that_occur(days: Days, weekdays: set[int]) -> None:
    assert days.weekdays() == weekdays


@pytest.mark.parametrize(
    ("days", "months"),
    [
        (Days(), ("2026-06",)),
        (Days(date(2026, 12, 31), date(2027, 1, 1)), ("2026-12", "2027-01")),
        (Days(date(2026, 11, 1), None), ("2026-11",)),
        (Days(None, date(2026, 7, 31)), ("2026-06", "2026-07")),
        (Days(date(2026, 4, 1), date(2026, 7, 1)), ("2026-06", "2026-07")),
        (Days(date(2026, 4, 1), date(2026, 5, 31)), ("2026-06",)),
    ],
)
def test_months_are_those_touched_from_today_on_in_order(days: Days, months: tuple[str, ...]) -> None:
    assert days.months(TODAY) == months


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_months_hold_every_day_that_is_still_to_come_and_nothing_else(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    begins = max(first, TODAY)
    expected = tuple(dict.fromkeys(f"{day:%Y-%m}" for day in days_between(begins, max(last, begins))))
    assert Days(first, last).months(TODAY) == expected


def test_a_range_without_either_side_is_open() -> None:
    assert Days().is_open
    assert not Days(None, TODAY).is_open
