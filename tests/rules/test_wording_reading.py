"""What one sentence asks for."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.core.period import Window
from alliance.core.vocabulary import Mode, NotANeedKind, Urgency
from alliance.wording.lexicon import CategoryWords, GroupWords, Lexicon
from alliance.wording.reading import Reading, read

TODAY = date(2026, 6, 1)  # a Monday


@cache
def lexicon() -> Lexicon:
    """A small part of the taxonomy."""
    return Lexicon.of(
        [
            CategoryWords("learning.tutoring", "课业辅导", ("作业辅导", "补习", "数学跟不上")),
            CategoryWords("mental_health.counselling", "个别心理疏导", ("心理疏导", "心理老师")),
            CategoryWords("care.holiday_care", "寒暑假托管", ("暑托班",)),
            CategoryWords("safety.drowning_prevention", "防溺水教育", ("防溺水",)),
            CategoryWords("family.parenting_guidance", "家庭教育指导", ("家长课堂",)),
        ],
        [
            GroupWords("autistic", "孤独症儿童", ("自闭症",)),
            GroupWords("guardian", "监护人", ("家长",)),
            GroupWords("harmed", "受侵害儿童", ("被打",), is_restricted=True),
        ],
    )


def reading(text: str, today: date = TODAY) -> Reading:
    """The reading of a sentence."""
    return read(text, today=today, lexicon=lexicon())


def test_a_whole_sentence_is_read_with_its_numbers_and_times() -> None:
    said = reading("周六上午想给4-6年级5个孩子补习数学")
    assert said.categories[0].code == "learning.tutoring"
    assert (said.min_age, said.max_age, said.headcount) == (9, 12, 5)
    assert said.windows == (Window(6, 480, 720),)
    assert (said.mode, said.urgency, said.groups, said.first_day) == (None, None, (), None)


def test_every_field_says_where_it_was_read_in_the_original() -> None:
    text = "　要 ５个 娃补习"
    said = reading(text)
    assert [text[slice(*span)] for span in said.origins["headcount"]] == ["５"]
    assert set(said.origins) == {"categories", "headcount"}


def test_typos_of_the_same_sound_are_read() -> None:
    assert reading("想找人做心里疏导").categories[0].code == "mental_health.counselling"


def test_two_services_are_split_with_the_text_of_each() -> None:
    said = reading("想要补习数学，另外想请心理老师看看")
    assert said.is_split
    assert {category.code for category in said.categories} >= {"learning.tutoring", "mental_health.counselling"}
    assert len(said.parts) == 2


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("五六个娃", 6),
        ("二十来个孩子", 20),
        ("十几个学生", 15),
        ("兄弟俩", 2),
        ("双胞胎", 2),
        ("有个男孩", 1),
        ("几个娃", None),
        ("廿个小人", 20),
        ("3户", 3),
        ("带25个孩子去玩，", 25),
        ("有3户事无的", 3),
    ],
)
def test_places_are_counted_as_people_say_them(words: str, places: int | None) -> None:
    assert reading(f"{words}要补习").headcount == places


@pytest.mark.parametrize(
    ("words", "ages"),
    [
        ("三年级", (8, 9)),
        ("初二", (13, 14)),
        ("高三", (17, 18)),
        ("大班", (5, 6)),
        ("低年级", (6, 8)),
        ("学龄前", (3, 5)),
        ("8到12岁", (8, 12)),
        ("10岁以下", (None, 10)),
        ("6岁以上", (6, None)),
        ("三、五年级", (8, 11)),
        ("六七十岁的奶奶带", (None, None)),
    ],
)
def test_ages_follow_years_and_grades(words: str, ages: tuple[int | None, int | None]) -> None:
    said = reading(f"{words}补习")
    assert (said.min_age, said.max_age) == ages


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("7.1到8.15", (date(2026, 7, 1), date(2026, 8, 15))),
        ("下周三", (date(2026, 6, 10), date(2026, 6, 10))),
        ("明天", (date(2026, 6, 2), date(2026, 6, 2))),
        ("六月十日前", (None, date(2026, 6, 9))),
        ("月底前", (None, date(2026, 6, 30))),
        ("暑假", (date(2026, 7, 1), date(2026, 8, 31))),
        ("国庆后", (date(2026, 10, 8), None)),
        ("国庆后第一个周六", (date(2026, 10, 10), date(2026, 10, 10))),
        ("9月中旬", (date(2026, 9, 11), date(2026, 9, 20))),
        ("周三", (None, None)),
    ],
)
def test_days_follow_the_calendar(words: str, days: tuple[date | None, date | None]) -> None:
    said = reading(f"{words}补习")
    assert (said.first_day, said.last_day) == days


@pytest.mark.parametrize(
    ("words", "windows"),
    [
        ("周一三五晚上七点到八点半", [(1, 1140, 1230), (3, 1140, 1230), (5, 1140, 1230)]),
        ("平时晚上没空，就周末，", [(6, 0, 1440), (7, 0, 1440)]),
        ("礼拜三夜里", [(3, 1080, 1260)]),
        ("周五15:30-17:00", [(5, 930, 1020)]),
        ("周二放学后", [(2, 930, 1080)]),
        ("每周一次", []),
        ("放学到六点", [(day, 930, 1080) for day in range(1, 6)]),
    ],
)
def test_weekly_times_are_read(words: str, windows: list[tuple[int, int, int]]) -> None:
    assert reading(f"{words}补习").windows == tuple(Window(*window) for window in windows)


def test_mode_and_urgency_are_read_only_where_said() -> None:
    said = reading("想要上门补习，急")
    assert (said.mode, said.urgency) == (Mode.HOME_VISIT, Urgency.URGENT)
    assert reading("线上也行的补习").mode is None
    assert reading("不急，尽快安排急救以外的补习").urgency is Urgency.ROUTINE


def test_those_who_must_stay_together_are_claimed_whole() -> None:
    assert reading("25个娃要一起去补习").minimum_places == 25
    assert reading("至少8人，共20人补习").minimum_places == 8


def test_restricted_groups_are_never_read() -> None:
    assert reading("自闭症、被打的孩子补习").groups == ("autistic",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("场地借一下 周三下午 30人", NotANeedKind.ROOM), ("帮帮忙", NotANeedKind.UNCLEAR), ("20个", NotANeedKind.UNCLEAR)],
)
def test_what_is_no_need_is_read_as_nothing_else(text: str, kind: NotANeedKind) -> None:
    said = reading(text)
    assert said.not_a_need is kind
    assert (said.categories, said.headcount, said.windows) == ((), None, ())


@given(
    st.text(
        alphabet="周一三五六上午下晚点半到岁年级初高月日号前后国庆暑假个人户家娃补习数学1234567890:.-、，", max_size=50
    )
)
@settings(max_examples=150, deadline=None)
def test_no_sentence_is_too_much_and_origins_lie_within_it(text: str) -> None:
    said = reading(text)
    assert all(0 <= start < end <= len(text) for spans in said.origins.values() for start, end in spans)
