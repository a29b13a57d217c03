"""Checks that many drafts share: each notes its fault with the field's path and returns the value as it is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from alliance.core.drafts import WindowDraft
from alliance.core.period import Window, parse_clock_time
from alliance.core.problems import N_, Faults
from alliance.wording.folding import text_faults, tidy

OLDEST_CHILD = 18  # under age until the 18th birthday; policy groups of students end there too
MOST_WINDOWS = 21  # three a day: more is no schedule but a mistake
MOST_CODES = 100  # the 72 towns and the districts fit; nothing in the taxonomy is longer
MONTHS_AHEAD = 18  # as far as the base can be booked
FAR_AHEAD = timedelta(days=548)


def check_text(
    faults: Faults, path: str, text: str, *, at_most: int, at_least: int = 0, multiline: bool = False
) -> str:
    """A text of so many characters, as it is kept: trimmed, blanks collapsed."""
    for fault in text_faults(text, at_most=at_most, at_least=at_least, multiline=multiline):
        faults.add(path, fault.says, **dict(fault.values))
    return tidy(text)


def check_number(faults: Faults, path: str, value: int | None, *, low: int, high: int) -> None:
    """A whole number in a range, or none."""
    if value is not None and not low <= value <= high:
        faults.add(path, N_("{value} is not between {low} and {high}."), value=value, low=low, high=high)


def check_ages(faults: Faults, min_age: int | None, max_age: int | None) -> None:
    """Ages in completed years, the lower first."""
    check_number(faults, "minAge", min_age, low=0, high=OLDEST_CHILD)
    check_number(faults, "maxAge", max_age, low=0, high=OLDEST_CHILD)
    if min_age is not None and max_age is not None and min_age > max_age:
        says = N_("The lowest age {low} is above the highest age {high}. Swap them.")
        faults.add("minAge", says, low=min_age, high=max_age)


def check_days(
    faults: Faults,
    first: date | None,
    last: date | None,
    *,
    today: date,
    names: tuple[str, str] = ("firstDay", "lastDay"),
) -> None:
    """A range of days, not past, not more than 18 months ahead, the first not after the last."""
    for path, day in zip(names, (first, last), strict=True):
        check_day(faults, path, day, today=today)
    if first is not None and last is not None and first > last:
        says = N_("The first day {first} is after the last day {last}. Swap them.")
        faults.add(names[0], says, first=first.isoformat(), last=last.isoformat())


def check_day(faults: Faults, path: str, day: date | None, *, today: date) -> None:
    """A day from today to 18 months ahead, or none."""
    if day is not None and day < today:
        faults.add(path, N_("{day} is in the past; today is {today}."), day=day.isoformat(), today=today.isoformat())
    if day is not None and day > today + FAR_AHEAD:
        says = N_("{day} is more than {months} months ahead. Check the year.")
        faults.add(path, says, day=day.isoformat(), months=MONTHS_AHEAD)


def check_windows(faults: Faults, path: str, drafts: Iterable[WindowDraft]) -> tuple[Window, ...]:
    """Weekly windows; what is wrong with one is noted and the others are kept."""
    drafts = tuple(drafts)
    if len(drafts) > MOST_WINDOWS:
        faults.add(path, N_("{count} windows are too many; give at most {most}."), count=len(drafts), most=MOST_WINDOWS)
        return ()
    return tuple(sorted({w for i, draft in enumerate(drafts) if (w := _window(faults, f"{path}.{i}", draft))}))


def _window(faults: Faults, path: str, draft: WindowDraft) -> Window | None:
    check_number(faults, f"{path}.weekday", draft.weekday, low=1, high=7)
    ends = {}
    for name, text in (("start", draft.start), ("end", draft.end)):
        try:
            ends[name] = parse_clock_time(text)
        except ValueError:
            faults.add(f"{path}.{name}", N_("This is not a time between 00:00 and 24:00; write it like 09:30."))
    if len(ends) == 2 and ends["start"] >= ends["end"]:
        faults.add(f"{path}.end", N_("The end must come after the start. Across midnight, give two windows."))
    elif len(ends) == 2 and 1 <= draft.weekday <= 7:
        return Window(draft.weekday, **ends)
    return None


def check_codes(
    faults: Faults, path: str, codes: Iterable[str], known: Collection[str], *, at_most: int = MOST_CODES
) -> tuple[str, ...]:
    """Codes that exist, each once, in the order given."""
    given = tuple(dict.fromkeys(codes))
    if len(given) > at_most:
        faults.add(path, N_("{count} are too many; give at most {most}."), count=len(given), most=at_most)
        return given[:at_most]
    for place, code in enumerate(given):
        if code not in known:
            faults.add(f"{path}.{place}", N_("There is no such code. See the list this field takes its codes from."))
    return given
