"""A rule that never comes true is refused at once: looking for its next time must not hold everybody up."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest
from dateutil.rrule import rrulestr

from alliance.core.problems import Faults
from alliance.schedule.recurrence import NEVER_HAPPENS, times_of_series
from alliance.schedule.times import Stretch

FIRST = Stretch(date(2026, 6, 6), 9 * 60, 10 * 60)
LATEST = date(2027, 12, 6)
SECONDS_AT_MOST = 2  # on a busy machine; it takes a tenth, and took 5


@pytest.mark.parametrize("frequency", ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
def test_the_30th_of_february_is_looked_for_only_shortly(frequency: str) -> None:
    faults, began = Faults(), time.perf_counter()
    assert times_of_series(FIRST, f"FREQ={frequency};BYMONTH=2;BYMONTHDAY=30;COUNT=5", faults, latest=LATEST) == ()
    assert [each.says for each in faults.all()] == [NEVER_HAPPENS]
    assert time.perf_counter() - began < SECONDS_AT_MOST


@pytest.mark.parametrize(
    "rule",
    [
        *("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", "FREQ=MONTHLY;BYDAY=1SA", "FREQ=MONTHLY;BYMONTHDAY=6,-1"),
        *("FREQ=YEARLY;BYWEEKNO=23;BYDAY=SA", "FREQ=YEARLY;BYYEARDAY=157,-1", "FREQ=DAILY;INTERVAL=13"),
        *("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1,-2", "FREQ=YEARLY;BYMONTH=2,6;BYMONTHDAY=6,28,29"),
    ],
)
def test_times_are_those_that_the_rule_gives_in_these_years(rule: str) -> None:
    first = datetime(2026, 6, 6, 9)
    expected = list(rrulestr(f"{rule};UNTIL=20271206T235900", dtstart=first))
    found = times_of_series(FIRST, f"{rule};UNTIL=20271206", Faults(), latest=LATEST)
    assert [each.starts_at.replace(tzinfo=None) for each in found] == expected
