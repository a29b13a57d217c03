"""The cells of a sheet as values of the types that its columns declare."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import MISSING, Field
from datetime import date, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from alliance.core.drafts import WindowDraft
from alliance.core.problems import N_
from alliance.core.vocabulary import Word

SEPARATOR = re.compile("[;；]")  # Chinese keyboards give the wide one
RELATIVE_DAY = re.compile(r"([+-][0-9]{1,4})(?: +(MO|TU|WE|TH|FR|SA|SU))?")
CALENDAR_DAY = re.compile(r"(20[0-9]{2})[-/]([0-9]{1,2})[-/]([0-9]{1,2})")  # with slashes as spreadsheets save it
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
DECIMAL = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,12})?")
WEEKLY_TIME = re.compile(r"([0-9]) +([^ -]+)-([^ -]+)")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as rules of RFC 5545 write them
EARLIEST = date(2000, 1, 1)
YES_NO = {"true": True, "false": False}


class UnreadableCell(ValueError):
    """A cell, or the part of one, that is not of its column's type; `says` is a sentence marked `N_`."""

    def __init__(self, says: str, **values: object) -> None:
        super().__init__(says)
        self.says, self.values = says, values


def parts(text: str) -> tuple[str, ...]:
    """The parts of a list cell, each once, in their order."""
    return tuple(dict.fromkeys(part.strip() for part in SEPARATOR.split(text) if part.strip()))


@cache
def types_of(columns: type[Any]) -> dict[str, tuple[Any, bool]]:
    """The bare type of each column, and whether it may be None."""
    found = {}
    for name, hint in get_type_hints(columns).items():
        is_optional = get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)
        bare = next(each for each in get_args(hint) if each is not NoneType) if is_optional else hint
        found[name] = (bare, is_optional)
    return found


def kind_of_part(hint: Any) -> Any:
    """The type of each part of a list column; None for a column that holds one value."""
    return get_args(hint)[0] if get_origin(hint) is tuple else None


def value_of(hint: Any, text: str, today: date) -> Any:
    """The value of a filled cell, or of one part of a list. Raises UnreadableCell."""
    if issubclass(hint, Word):
        if text not in hint.__members__:
            raise UnreadableCell(N_("It must be one of {words}."), words=tuple(hint.__members__))
        return hint[text]
    if hint is date:
        return _day(text, today)
    return READERS[hint](text)


def _day(text: str, today: date) -> date:
    if counted := RELATIVE_DAY.fullmatch(text):
        day = today + timedelta(days=int(counted[1]))
        return day if counted[2] is None else _on_or_after(day, WEEKDAYS.index(counted[2]))
    if found := CALENDAR_DAY.fullmatch(text):
        with suppress(ValueError):  # the 30th of February
            return date(int(found[1]), int(found[2]), int(found[3]))
    raise UnreadableCell(N_("This is no day. Write 2026-07-01, or +14 for two weeks from now."))


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def is_counted(text: str) -> bool:
    """True for a day that counts from the day of loading: which one it is, the writer could not know."""
    return RELATIVE_DAY.fullmatch(text) is not None


def _whole_number(text: str) -> int:
    if not WHOLE_NUMBER.fullmatch(text):
        raise UnreadableCell(N_("This is no whole number."))
    return int(text)


def _decimal(text: str) -> float:
    if not DECIMAL.fullmatch(text):
        raise UnreadableCell(N_("This is no number like 31.52."))
    return float(text)


def _yes_no(text: str) -> bool:
    if text.lower() not in YES_NO:
        raise UnreadableCell(N_("It must be true or false."))
    return YES_NO[text.lower()]


def _weekly_time(text: str) -> WindowDraft:
    found = WEEKLY_TIME.fullmatch(text)
    if not found:
        raise UnreadableCell(N_("Write a weekly time like `6 09:00-11:30`: weekday 1 to 7, from-to."))
    return WindowDraft(weekday=int(found[1]), start=found[2], end=found[3])


READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: _whole_number,
    float: _decimal,
    bool: _yes_no,
    WindowDraft: _weekly_time,
}


def must_be_filled(column: Field[Any], hint: Any, is_optional: bool) -> bool:
    """True where an empty cell says nothing: no default, no list that may be empty, no unknown."""
    return not (is_optional or has_default(column) or kind_of_part(hint))


def blank_value(column: Field[Any], hint: Any, is_optional: bool) -> Any:
    """What an empty cell stands for; where it must not be empty, a value that excludes and promises nothing."""
    if has_default(column):
        return column.default
    if is_optional:
        return None
    if kind_of_part(hint):
        return ()
    if issubclass(hint, Word):
        return next(iter(hint))
    return EARLIEST if hint is date else hint()


def has_default(column: Field[Any]) -> bool:
    """True for a column that may be left out."""
    return column.default is not MISSING
