"""The cells of a sheet as values of the types that its columns declare."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field
from datetime import date, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from alliance.core.drafts import WindowDraft
from alliance.core.problems import N_
from alliance.core.vocabulary import Word

SEPARATOR = re.compile("[;；]")  # Chinese keyboards give the wide one
RELATIVE_DAY = re.compile(r"[+-][0-9]{1,4}")
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
DECIMAL = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,12})?")
WEEKLY_TIME = re.compile(r"([0-9]) +([^ -]+)-([^ -]+)")
YES_NO = {"true": True, "false": False}


class UnreadableCell(ValueError):  # noqa: N818 - named for what a person sees
    """A cell, or the part of one, that is not of its column's type; `says` is a sentence marked `N_`."""

    def __init__(self, part: str, says: str, **values: object) -> None:
        super().__init__(says)
        self.part, self.says, self.values = part, says, values


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


def value_of(hint: Any, text: str, today: date) -> Any:
    """The value of a filled cell. Raises UnreadableCell."""
    if get_origin(hint) is tuple:
        return tuple(value_of(get_args(hint)[0], part, today) for part in parts(text))
    if issubclass(hint, Word):
        if text not in hint.__members__:
            raise UnreadableCell(text, N_("It must be one of {words}."), words=tuple(hint.__members__))
        return hint[text]
    if hint is date:
        return _day(text, today)
    return READERS[hint](text)


def _day(text: str, today: date) -> date:
    if RELATIVE_DAY.fullmatch(text):
        return today + timedelta(days=int(text))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadableCell(text, N_("This is no day. Write 2026-07-01, or +14 for two weeks from now.")) from None


def _whole_number(text: str) -> int:
    if not WHOLE_NUMBER.fullmatch(text):
        raise UnreadableCell(text, N_("This is no whole number."))
    return int(text)


def _decimal(text: str) -> float:
    if not DECIMAL.fullmatch(text):
        raise UnreadableCell(text, N_("This is no number like 31.52."))
    return float(text)


def _yes_no(text: str) -> bool:
    if text.lower() not in YES_NO:
        raise UnreadableCell(text, N_("It must be true or false."))
    return YES_NO[text.lower()]


def _weekly_time(text: str) -> WindowDraft:
    found = WEEKLY_TIME.fullmatch(text)
    if not found:
        raise UnreadableCell(text, N_("Write a weekly time like `6 09:00-11:30`: weekday 1 to 7, from-to."))
    return WindowDraft(weekday=int(found[1]), start=found[2], end=found[3])


READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: _whole_number,
    float: _decimal,
    bool: _yes_no,
    WindowDraft: _weekly_time,
}


def blank_value(column: Field[Any], hint: Any, is_optional: bool, cells: Mapping[str, str]) -> Any:
    """What an empty cell stands for. Raises UnreadableCell where something has to be written."""
    needs_value = not (is_optional or has_default(column) or get_origin(hint) is tuple)
    if needs_value and column.name in cells:
        raise UnreadableCell("", N_("This cell must not be empty."))
    return neutral_value(column, hint, is_optional)


def neutral_value(column: Field[Any], hint: Any, is_optional: bool) -> Any:
    """A value of the type that excludes and promises nothing, for a cell that gave none."""
    if has_default(column):
        return column.default
    if is_optional:
        return None
    if get_origin(hint) is tuple:
        return ()
    if issubclass(hint, Word):
        return next(iter(hint))
    return date.min if hint is date else hint() if hint is not WindowDraft else None


def has_default(column: Field[Any]) -> bool:
    """True for a column that may be left out."""
    return column.default is not MISSING
