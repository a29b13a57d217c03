"""The trade's own examples: sentences as heads write them, and what may not be kept beside what looks like it."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from alliance.core.vocabulary import HarmSignal, IdentityKind, NotANeedKind, ScreeningAnswer
from alliance.wording.lexicon import Lexicon
from alliance.wording.reading import read
from alliance.wording.screening import screen
from tests.eval.read import read_lexicon

TODAY = date(2026, 5, 18)  # a Monday, before the summer of the examples


@cache
def lexicon() -> Lexicon:
    """The whole taxonomy."""
    return read_lexicon()


# The ages of grades follow the reading's convention: a grade is the two years in which children attend it.
@pytest.mark.parametrize(
    ("text", "leaf", "facts"),
    [
        (
            "要1个心老师，周六上午，4-6年级5个娃，最好近点",
            "mental_health.counselling",
            {"min_age": 9, "max_age": 12, "headcount": 5},
        ),
        (
            "暑假想搞署托，15个左右，7.1到8.15，有没有机构接",
            "care.holiday_care",
            {"headcount": 15, "first_day": date(2026, 7, 1), "last_day": date(2026, 8, 15)},
        ),
        ("困童作业没人管 英语数学都拉下了", "learning.tutoring", {"groups": ("disadvantaged",)}),
        ("六一搞个活动 有节目有礼物那种", "participation.festival_event", {}),
        ("放假前来一场防逆水 全镇小学 200人", "safety.drowning_prevention", {"headcount": 200}),
        (
            "有3户事无的 想配个心里疏导 长期的",
            "mental_health.counselling",
            {"headcount": 3, "groups": ("de_facto_unsupported",)},
        ),
        ("爷爷奶奶带的多，讲讲怎么管手机", "family.parenting_guidance", {"groups": ("guardian",)}),
        ("外来娃融不进来 想搞混龄小组", "participation.social_integration", {"groups": ("migrant",)}),
        ("图书室缺书缺人带", "learning.reading", {"headcount": None}),
        ("检察官能来上一课伐", "legal.rule_of_law_education", {"headcount": None}),
        ("想带25个孩子去农博园，缺大巴", "participation.study_tour", {"headcount": 25}),
        ("星娃家长想歇口气 每周2小时", "care.caregiver_respite", {"headcount": None}),
        ("新来的儿主任啥都不会 能培训下不", "capacity.child_worker_training", {"groups": ("child_worker",)}),
        ("有没有律师，抚养费不给的事", "legal.legal_aid", {"headcount": None}),
        ("5个娃近视厉害 配镜", "health.health_check", {"headcount": 5}),
        ("高三女生学费差一截", "material_support.school_aid", {"min_age": 17, "max_age": 18}),
        ("休学半年的想慢慢回去", "learning.school_return", {}),
        ("帮忙评四色 60多个", "casework.needs_assessment", {"headcount": 60}),
        ("物资有伐 棉被5床", "material_support.living_supplies", {"headcount": 5}),
    ],
)
def test_a_sentence_as_heads_write_it_is_read(text: str, leaf: str, facts: dict[str, Any]) -> None:
    said = read(text, today=TODAY, lexicon=lexicon())
    assert said.categories[0].code == leaf
    assert {name: getattr(said, name) for name in facts} == facts
    assert screen({"title": text}).answer is ScreeningAnswer.ACCEPT


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("六一搞个活动 有节目有礼物那种", "material_support.micro_wish"),
        ("爷爷奶奶带的多，讲讲怎么管手机", "safety.online_safety"),
        ("图书室缺书缺人带", "material_support.living_supplies"),
    ],
)
def test_a_second_service_in_a_sentence_is_proposed_too(text: str, second: str) -> None:
    said = read(text, today=TODAY, lexicon=lexicon())
    assert second in [category.code for category in said.categories]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("场地借一下 周三下午 30人", NotANeedKind.ROOM),
        ("上次的老师挺好 还要", NotANeedKind.UNCLEAR),
        ("想搞点有意思的", NotANeedKind.UNCLEAR),
    ],
)
def test_what_asks_for_no_service_of_the_board_is_said(text: str, kind: NotANeedKind) -> None:
    assert read(text, today=TODAY, lexicon=lexicon()).not_a_need is kind
    assert screen({"title": text}).not_a_need is kind


def test_a_stigmatizing_status_without_a_service_is_refused() -> None:
    found = screen({"title": "孩子爸在里面 妈不管"})
    assert found.answer is ScreeningAnswer.REFUSE_IDENTITY
    assert {finding.kind for finding in found.findings} == {IdentityKind.CHILD_STATUS}


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("昨天发现孩子身上有淤青", HarmSignal.MANDATORY_REPORT),
        ("他说不想活了 在楼上", HarmSignal.PSYCHOLOGICAL_EMERGENCY),
    ],
)
def test_a_report_of_harm_never_waits_on_the_board(text: str, signal: HarmSignal) -> None:
    found = screen({"title": text})
    assert (found.answer, found.harm) == (ScreeningAnswer.DIVERT, signal)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("编号320299201501010011 补课", IdentityKind.ID_NUMBER),
        ("320299 2015 0101 0011 补课", IdentityKind.ID_NUMBER),
        ("３２０２９９２０１５０１０１００１１ 补课", IdentityKind.ID_NUMBER),
        ("320299201402290038 补课", IdentityKind.ID_NUMBER),
        ("3202992015****0011 补课", IdentityKind.ID_NUMBER),
        ("补课 13800000000", IdentityKind.MOBILE),
        ("补课 138 0000 0000", IdentityKind.MOBILE),
        ("补课 138-0000-0000", IdentityKind.MOBILE),
        ("补课 一三八零零零零零零零零", IdentityKind.MOBILE),
        ("微信abcd1234 补课", IdentityKind.ACCOUNT),
        ("QQ12345678 补课", IdentityKind.ACCOUNT),
        ("6222020200112230 补课", IdentityKind.BANK_CARD),
        ("叫王小雨的娃补课", IdentityKind.NAME),
        ("王小雨小朋友补课", IdentityKind.NAME),
        ("妈妈李秀英想补课", IdentityKind.NAME),
        ("小明（化名）补课", IdentityKind.NAME),
        ("2015年3月4日生，想补课", IdentityKind.BIRTH_DATE),
        ("扬名村5组12号补课", IdentityKind.ADDRESS),
        ("湖滨路12号补课", IdentityKind.ADDRESS),
        ("银杏苑3幢402室补课", IdentityKind.ADDRESS),
        ("东林小学四(2)班补课", IdentityKind.SCHOOL_CLASS),
    ],
)
def test_each_kind_of_identity_is_refused(text: str, kind: IdentityKind) -> None:
    found = screen({"title": text})
    assert found.answer is ScreeningAnswer.REFUSE_IDENTITY
    assert kind in {finding.kind for finding in found.findings}


@pytest.mark.parametrize(
    "text",
    [
        "52320213MJGA4DFG9Y 补课",
        "12345热线电话 补课",
        "12355来补课",
        "110进校园 讲座",
        "办公室0510-82345678 补课",
        "何时补课",
        "高三学生补课",
        "黄巷街道补课",
        "周庄镇补课",
        "华士镇补课",
        "万石镇补课",
        "2026年3月4日办活动补课",
        "扬名街道补课",
        "活动基地补课",
        "全镇小学补课",
        "四年级补课",
        "防艾滋讲座",
        "抑郁症预防讲座",
    ],
)
def test_what_only_looks_like_identity_is_not_mistaken(text: str) -> None:
    assert screen({"title": text}).answer is ScreeningAnswer.ACCEPT


@pytest.mark.parametrize("text", ["给孩子捐款", "收款码发你 补课"])
def test_money_is_no_need(text: str) -> None:
    assert screen({"title": text}).not_a_need is NotANeedKind.MONEY
