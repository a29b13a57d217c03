"""What an entry of the journal may hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from alliance.core.period import Window
from alliance.core.permissions import Deed
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Mode, NeedState
from alliance.journal.entries import CODED, Entry, NotCodedError, changes, coded, plain

FREE_TEXT_OR_SECRET = [
    "title", "details", "note", "description", "text", "name", "contact", "phone", "password", "token", "token_hash",
]  # fmt: skip


@pytest.mark.parametrize("field", FREE_TEXT_OR_SECRET)
@pytest.mark.parametrize("side", ["before", "after"])
def test_a_field_that_is_not_coded_is_refused_on_either_side(field: str, side: str) -> None:
    with pytest.raises(NotCodedError, match=field):
        Entry(deed=Deed.POST_NEED, actor=Viewer(), **{side: {"state": "OPEN", field: "x"}})  # type: ignore[arg-type]


def test_every_coded_field_is_let_in() -> None:
    entry = Entry(deed=Deed.POST_NEED, actor=Viewer(), before={}, after=dict.fromkeys(CODED, 1))
    assert set(entry.after) == CODED


@dataclass
class Row:
    """What a row holds."""

    state: NeedState
    first_day: date | None
    windows: tuple[Window, ...]
    modes: frozenset[Mode]
    headcount: int
    is_withdrawn: bool


def test_the_fields_of_a_row_become_codes_numbers_and_iso_days() -> None:
    row = Row(
        NeedState.OPEN, date(2026, 6, 1), (Window(6, 540, 720),), frozenset({Mode.ONLINE, Mode.AT_BASE}), 5, False
    )
    names = ["state", "first_day", "windows", "modes", "headcount", "is_withdrawn"]
    assert json.loads(json.dumps(coded(row, names))) == {
        "state": "OPEN",
        "first_day": "2026-06-01",
        "windows": ["6 09:00-12:00"],
        "modes": ["AT_BASE", "ONLINE"],
        "headcount": 5,
        "is_withdrawn": False,
    }


@pytest.mark.parametrize("value", [None, True, 0, "", [], "320213"])
def test_what_json_can_hold_stays_as_it_is(value: Any) -> None:
    assert plain(value) == value


def test_only_what_changed_is_kept_on_both_sides() -> None:
    before = {"state": "OPEN", "headcount": 5, "mode": None}
    after = {"state": "OPEN", "headcount": 6, "mode": "ONLINE", "town": "320213026"}
    assert changes(before, after) == (
        {"headcount": 5, "mode": None, "town": None},
        {"headcount": 6, "mode": "ONLINE", "town": "320213026"},
    )
