"""When a need is complete, and everything that stands against it at once."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.drafts import WindowDraft
from alliance.core.period import Window
from alliance.core.problems import Fault, Faults
from alliance.core.vocabulary import Sensitivity, Urgency
from alliance.directory.rules import Known
from alliance.matching.facts import CategoryFacts
from alliance.needs.drafts import PostNeedDraft
from alliance.needs.rules import draft_from, is_emergency, need_columns
from alliance.wording.reading import Reading

TODAY = date(2026, 6, 1)
LEAVES = {
    "learning.tutoring": CategoryFacts(code="learning.tutoring", name="课业辅导"),
    "learning.reading": CategoryFacts(code="learning.reading", name="阅读推广"),
    "mental_health.crisis": CategoryFacts(
        code="mental_health.crisis", name="危机干预", sensitivity=Sensitivity.EMERGENCY_ROUTE
    ),
}
KNOWN = Known(LEAVES, frozenset({"migrant"}), frozenset({"320213"}))


def columns_of(**facts: Any) -> dict[str, Any]:
    """The columns of a draft that has nothing wrong with it."""
    columns, faults = checked(**facts)
    assert faults == ()
    return columns


def faults_of(**facts: Any) -> list[str]:
    """The paths of everything wrong with a draft, in order."""
    return [fault.path for fault in checked(**facts)[1]]


def checked(**facts: Any) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The columns of a draft and what is wrong with it."""
    faults = Faults()
    columns = need_columns(PostNeedDraft(**{"title": "补习数学"} | facts), KNOWN, faults, today=TODAY)
    return columns, faults.all()


def test_a_title_alone_is_a_complete_need() -> None:
    assert columns_of()["title"] == "补习数学"


def test_every_field_but_the_acknowledgements_becomes_a_column() -> None:
    assert set(columns_of()) == {own.name for own in fields(PostNeedDraft)} - {"acknowledged"}


def test_a_full_need_is_kept_as_drafted_with_texts_trimmed_and_codes_once() -> None:
    columns = columns_of(
        title="  补习   数学 ",
        details="周六\r\n\n\n\n上午",
        categories=("learning.reading", "learning.tutoring", "learning.reading"),
        groups=("migrant",),
        min_age=9,
        max_age=9,
        headcount=5,
        minimum_places=5,
        first_day=TODAY,
        last_day=TODAY + timedelta(days=548),
        windows=(WindowDraft(weekday=7, start="9:00", end="24:00"), WindowDraft(weekday=6, start="00:00", end="12:00")),
        urgency=Urgency.SOON,
        deadline=TODAY,
    )
    assert columns["title"] == "补习 数学"
    assert columns["details"] == "周六\n\n上午"
    assert columns["categories"] == ("learning.reading", "learning.tutoring")
    assert columns["windows"] == (Window(6, 0, 720), Window(7, 540, 1440))


def test_all_faults_are_told_at_once() -> None:
    assert faults_of(
        title="",
        details="字" * 201,
        categories=("learning.tutoring", "nothing.here"),
        groups=("harmed", "strange"),
        min_age=12,
        max_age=9,
        headcount=0,
        minimum_places=0,
        first_day=TODAY + timedelta(days=10),
        last_day=TODAY - timedelta(days=1),
        deadline=TODAY + timedelta(days=549),
        windows=(WindowDraft(weekday=8, start="12:00", end="11:00"), WindowDraft(weekday=1, start="x", end="25:00")),
    ) == [
        "minAge",
        "headcount",
        "minimumPlaces",
        "lastDay",
        "firstDay",
        "deadline",
        "deadline",
        "windows.0.weekday",
        "windows.0.end",
        "windows.1.start",
        "windows.1.end",
        "title",
        "details",
        "categories.1",
        "groups.0",
        "groups.1",
    ]


@pytest.mark.parametrize(
    ("facts", "paths"),
    [
        ({"min_age": 10, "max_age": 9}, ["minAge"]),
        ({"min_age": -1, "max_age": 19}, ["minAge", "maxAge"]),
        ({"headcount": 501}, ["headcount"]),
        ({"headcount": -3}, ["headcount"]),
        ({"headcount": 10**30}, ["headcount"]),
        ({"headcount": 5, "minimum_places": 6}, ["minimumPlaces"]),
        ({"minimum_places": 501}, ["minimumPlaces"]),
        ({"minimum_places": -1}, ["minimumPlaces"]),
    ],
)
def test_numbers_out_of_range_are_faults(facts: dict[str, Any], paths: list[str]) -> None:
    assert faults_of(**facts) == paths


@pytest.mark.parametrize(
    ("first", "last", "paths"),
    [
        (0, 0, []),
        (-1, 3, ["firstDay"]),
        (-2, -1, ["firstDay", "lastDay"]),
        (4, 3, ["firstDay"]),
        (0, 548, []),
        (0, 549, ["lastDay"]),
        (20_000, None, ["firstDay"]),
        (None, -1, ["lastDay"]),
    ],
)
def test_days_lie_from_today_to_eighteen_months_ahead_the_first_before_the_last(
    first: int | None, last: int | None, paths: list[str]
) -> None:
    days = [None if shift is None else TODAY + timedelta(days=shift) for shift in (first, last)]
    assert faults_of(first_day=days[0], last_day=days[1]) == paths


def test_a_deadline_after_the_last_day_is_a_fault() -> None:
    last = TODAY + timedelta(days=3)
    assert faults_of(last_day=last, deadline=last) == []
    assert faults_of(last_day=last, deadline=last + timedelta(days=1)) == ["deadline"]


def test_times_on_none_of_the_days_are_a_fault() -> None:
    saturday = (WindowDraft(weekday=6, start="09:00", end="12:00"),)
    assert faults_of(first_day=TODAY, last_day=TODAY + timedelta(days=2), windows=saturday) == ["windows"]
    assert faults_of(first_day=TODAY, last_day=TODAY + timedelta(days=5), windows=saturday) == []


@pytest.mark.parametrize(
    ("window", "paths"),
    [
        ((0, "09:00", "10:00"), ["windows.0.weekday"]),
        ((1, "09:00", "09:00"), ["windows.0.end"]),
        ((1, "23:00", "01:00"), ["windows.0.end"]),
        ((1, "九点", "10:00"), ["windows.0.start"]),
        ((1, "", ""), ["windows.0.start", "windows.0.end"]),
        ((10**20, "09:00", "24:01"), ["windows.0.weekday", "windows.0.end"]),
    ],
)
def test_a_time_that_is_none_is_a_fault_at_its_place(window: tuple[int, str, str], paths: list[str]) -> None:
    weekday, start, end = window
    assert faults_of(windows=(WindowDraft(weekday=weekday, start=start, end=end),)) == paths


def test_more_times_than_three_a_day_are_a_fault() -> None:
    hours = tuple(WindowDraft(weekday=1, start=f"{hour:02}:00", end=f"{hour + 1:02}:00") for hour in range(22))
    assert faults_of(windows=hours[:21]) == []
    assert faults_of(windows=hours) == ["windows"]


def test_too_many_categories_and_groups_are_faults() -> None:
    assert faults_of(categories=("a", "b", "c", "d"), groups=tuple("abcdef")) == ["categories", "groups"]


@pytest.mark.parametrize(
    "title", ["", "   ", "\u200b", "字" * 41, "补\x00习", "补\u202e习", "补习\n数学", "补\ud800习", "\x1b[31m补习"]
)
def test_a_title_that_is_empty_too_long_or_holds_what_cannot_be_kept_is_a_fault(title: str) -> None:
    assert faults_of(title=title) == ["title"]


def test_two_things_wrong_with_one_text_are_two_faults() -> None:
    assert faults_of(details="字" * 201 + "\u202e\x07") == ["details"] * 3


def test_details_may_have_lines_and_be_empty() -> None:
    assert faults_of(details="") == faults_of(details="一\n二") == []


def test_a_category_on_the_emergency_route_is_no_need() -> None:
    assert is_emergency(PostNeedDraft(title="急", categories=("x.y", "mental_health.crisis")), KNOWN)
    assert not is_emergency(PostNeedDraft(title="急", categories=("learning.tutoring", "x.y")), KNOWN)


def test_a_short_sentence_becomes_the_title() -> None:
    draft = draft_from("  周六上午\n补习  数学 ", Reading())
    assert (draft.title, draft.details) == ("周六上午 补习 数学", "")


def test_a_long_sentence_is_cut_at_its_last_pause_and_the_rest_is_the_details() -> None:
    text = "周六上午想给四到六年级的五个孩子补习数学，最好能来站里，每次两个钟头，路上有人接送就更好了，谢谢"
    draft = draft_from(text, Reading())
    assert draft.title == "周六上午想给四到六年级的五个孩子补习数学，最好能来站里，每次两个钟头"
    assert draft.details == "路上有人接送就更好了，谢谢"


@given(st.text(max_size=400))
def test_a_draft_of_any_sentence_fits(text: str) -> None:
    draft = draft_from(text, Reading())
    assert len(draft.title) <= 40
    assert len(draft.details) <= 200
