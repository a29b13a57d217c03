"""The times of a series: an RFC 5545 rule with days left out and days added, read strictly and never without end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr

from alliance.core.period import SHANGHAI
from alliance.core.problems import N_, Faults
from alliance.schedule.times import QUARTER, Stretch

MOST_TIMES = 100  # of one series: every week for 18 months are 79, every day of July and August 62
RULE_LENGTH = 200
CYCLE_YEARS, CYCLE = 400, timedelta(days=146_097)
EARLIEST = datetime(2000, 1, 1)  # of an UNTIL; nothing was booked before
MOST_SHOWN = 40  # characters of what is not understood
EXAMPLE = "FREQ=WEEKLY;BYDAY=SA;COUNT=6"
PART = re.compile(r"([A-Z]+)=([A-Z0-9,+-]+)")
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
NUMBERS = {  # RFC 5545 §3.3.10; whether a number may count from the end
    "INTERVAL": (1, 999, False),
    "COUNT": (1, 9999, False),
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSETPOS": (1, 366, True),
}
ONE_NUMBER = frozenset({"INTERVAL", "COUNT"})
WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?")

NO_RULE = N_("This is no repetition rule of calendars (RRULE). Write it like {example}.")
BAD_PART = N_("`{part}` is not understood. A rule has FREQ (DAILY to YEARLY), INTERVAL, COUNT or UNTIL, BY… and WKST.")
NEVER_ENDS = N_("This rule never ends. Add COUNT or UNTIL: at most {most} times, until {latest}.")
TWO_ENDS = N_("Give COUNT or UNTIL, not both.")
TOO_MANY = N_("This rule gives more than {most} times; the last that could be booked is on {day}. End it there.")
TOO_LATE = N_("The rule goes beyond {latest}, the last day that can be booked. End it with UNTIL={until}.")
NEVER_HAPPENS = N_("This rule gives no time until {latest}.")
STARTS_ELSEWHERE = N_("The first day is no day of the rule, which begins on {day}. Choose that one.")
CROSSES_MIDNIGHT = N_("At {start} it would go on after midnight. A booking stays within one day.")
OFF_THE_QUARTER = N_("The rule gives {start}. Bookings begin on a quarter-hour.")
HITS_NOTHING = N_("The series has no time on {day}, so there is nothing to leave out.")
THERE_ALREADY = N_("The series has a time on {day} already.")
NOTHING_LEFT = N_("Nothing is left of the series.")
ADDED_EARLIER = N_("{day} comes before the first day of the series.")
ADDED_TOO_LATE = N_("{day} is after {latest}, the last day that can be booked.")


def times_of_series(
    first: Stretch,
    rule: str,
    faults: Faults,
    *,
    except_days: Sequence[date] = (),
    extra_days: Sequence[date] = (),
    latest: date,
) -> tuple[Stretch, ...]:
    """Every time of a series in order, at least `first`; without a rule `first` and the added days.

    Days are those of Wuxi. Everything wrong is noted in `faults` at `rule`, `exceptDays.N`, `extraDays.N`.
    """
    found = {each.starts_at: each for each in (_by_rule(first, rule, faults, latest) if rule else (first,))}
    for place, day in enumerate(extra_days):
        _add(found, first, day, f"extraDays.{place}", faults, latest)
    days = {each.day for each in found.values()}
    for place, day in enumerate(except_days):
        if found and day not in days:
            faults.add(f"exceptDays.{place}", HITS_NOTHING, day=day.isoformat())
    kept = tuple(each for _, each in sorted(found.items()) if each.day not in frozenset(except_days))
    if found and not kept:
        faults.add("exceptDays", NOTHING_LEFT)
    if len(kept) > MOST_TIMES:
        faults.add("rule", TOO_MANY, most=MOST_TIMES, day=kept[MOST_TIMES - 1].day.isoformat())
    return kept[:MOST_TIMES]


def _add(found: dict[datetime, Stretch], first: Stretch, day: date, path: str, faults: Faults, latest: date) -> None:
    if day < first.day:
        faults.add(path, ADDED_EARLIER, day=day.isoformat())
    elif day > latest:
        faults.add(path, ADDED_TOO_LATE, day=day.isoformat(), latest=latest.isoformat())
    else:
        added = Stretch(day, first.start, first.end)
        if added.starts_at in found:
            faults.add(path, THERE_ALREADY, day=day.isoformat())
        found[added.starts_at] = added


def _by_rule(first: Stretch, rule: str, faults: Faults, latest: date) -> tuple[Stretch, ...]:
    parts = _parts(rule, faults)
    if parts is None:
        return ()
    count, until = parts.pop("COUNT", None), _until(parts.pop("UNTIL", None), faults)
    if count is None and until is None:
        faults.add("rule", NEVER_ENDS, most=MOST_TIMES, latest=latest.isoformat())
        return ()
    if count is not None and until is not None:
        faults.add("rule", TWO_ENDS)
        return ()
    horizon = datetime.combine(latest, time(23, 59))
    starts = _starts(first, parts, min(until or horizon, horizon), faults)
    some = list(islice(starts, int(count) if count else MOST_TIMES + 1))[: MOST_TIMES + 1]
    if faults:
        return ()
    is_cut = (until is not None and until.date() > latest) or (count is not None and len(some) < int(count))
    if not some:
        faults.add("rule", NEVER_HAPPENS, latest=latest.isoformat())
    elif len(some) > MOST_TIMES:
        faults.add("rule", TOO_MANY, most=MOST_TIMES, day=some[MOST_TIMES - 1].date().isoformat())
    elif is_cut and len(some) <= MOST_TIMES:
        faults.add("rule", TOO_LATE, latest=latest.isoformat(), until=f"{latest:%Y%m%d}")
    elif (some[0].date(), some[0].hour * 60 + some[0].minute) != (first.day, first.start):
        faults.add("rule", STARTS_ELSEWHERE, day=f"{some[0]:%Y-%m-%d %H:%M}")
    return tuple(each for start in some[:MOST_TIMES] if (each := _stretch(start, first.minutes, faults)))


def _stretch(start: datetime, minutes: int, faults: Faults) -> Stretch | None:
    begin = start.hour * 60 + start.minute
    if begin % QUARTER:
        faults.add("rule", OFF_THE_QUARTER, start=f"{start:%Y-%m-%d %H:%M}")
        return None
    try:
        return Stretch(start.date(), begin, begin + minutes)
    except ValueError:
        faults.add("rule", CROSSES_MIDNIGHT, start=f"{start:%Y-%m-%d %H:%M}")
        return None


def _parts(rule: str, faults: Faults) -> dict[str, str] | None:
    """The parts of a rule by name, each checked; None where one is wrong."""
    text = rule.strip().upper().removeprefix("RRULE:").rstrip(";")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        match = PART.fullmatch(part)
        if match is None or match[1] in parts or not _is_understood(match[1], match[2]):
            if "=" in part:
                faults.add("rule", BAD_PART, part=part[:MOST_SHOWN])
            else:
                faults.add("rule", NO_RULE, example=EXAMPLE)
            return None
        parts[match[1]] = match[2]
    if "FREQ" not in parts:
        faults.add("rule", NO_RULE, example=EXAMPLE)
        return None
    if parts["FREQ"] == "DAILY" and "BYSETPOS" in parts:
        faults.add("rule", BAD_PART, part=f"BYSETPOS={parts['BYSETPOS']}"[:MOST_SHOWN])  # of one day there is one
        return None
    weekdays = parts.get("BYDAY", "")  # the second Saturday is one of a month or of a year
    if parts["FREQ"] not in {"MONTHLY", "YEARLY"} and any(each.isdigit() for each in weekdays):
        faults.add("rule", BAD_PART, part=f"BYDAY={weekdays}"[:MOST_SHOWN])
        return None
    return parts


def _is_understood(name: str, value: str) -> bool:
    if name in NUMBERS:
        low, high, may_count_back = NUMBERS[name]
        numbers = value.split(",")
        if name in ONE_NUMBER and len(numbers) > 1:
            return False
        return all(_is_number(each, low, high, may_count_back) for each in numbers)
    match name:
        case "FREQ":
            return value in FREQUENCIES
        case "UNTIL":
            return UNTIL.fullmatch(value) is not None
        case "WKST":
            return value in {"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
        case "BYDAY":
            found = [WEEKDAY.fullmatch(each) for each in value.split(",")]
            return all(each is not None and (each[1] is None or int(each[1]) != 0) for each in found)
    return False


def _is_number(text: str, low: int, high: int, may_count_back: bool) -> bool:
    found = re.fullmatch(r"([+-]?)([0-9]{1,4})", text)
    return found is not None and low <= int(found[2]) <= high and (may_count_back or found[1] != "-")


def _until(text: str | None, faults: Faults) -> datetime | None:
    """The last moment in local time; a bare day counts whole."""
    found = UNTIL.fullmatch(text) if text else None
    if found is None:
        return None
    try:
        at = datetime.strptime(found[1] + (found[2] or "235900"), "%Y%m%d%H%M%S")
        at = at.replace(tzinfo=UTC).astimezone(SHANGHAI).replace(tzinfo=None) if found[3] else at
        return max(at, EARLIEST)
    except (ValueError, OverflowError):  # the 30th of February; the edges of the calendar
        faults.add("rule", BAD_PART, part=f"UNTIL={text}")
        return None


def _starts(first: Stretch, parts: dict[str, str], until: datetime, faults: Faults) -> Iterator[datetime]:
    """The rule's own times up to `until`, which is always given: a rule that never matches ends there."""
    later = cycles_ahead(until)
    begin = datetime.combine(first.day, time()) + timedelta(minutes=first.start) + later
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        return (at - later for at in rrulestr(f"{text};UNTIL={until + later:%Y%m%dT%H%M%S}", dtstart=begin))
    except ValueError:
        faults.add("rule", NO_RULE, example=EXAMPLE)
        return iter(())


def cycles_ahead(last: datetime) -> timedelta:
    """As many of the 400 years after which the calendar repeats itself, weekdays too, as years have after `last`.

    dateutil looks for a next time until the year 9999, whatever UNTIL says: seconds long where none ever comes. Rules
    are therefore followed in the last of these cycles, where there is least to look through.
    """
    return CYCLE * ((MAXYEAR - last.year) // CYCLE_YEARS)


def rule_in_utc(rule: str) -> str:
    """A rule that was read before as other programs read it: UNTIL in UTC, whatever it was written in."""
    parts = _parts(rule, Faults()) or {}
    until = _until(parts.get("UNTIL"), Faults())
    if until is not None:
        parts["UNTIL"] = f"{until.replace(tzinfo=SHANGHAI).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return ";".join(f"{name}={value}" for name, value in parts.items())
