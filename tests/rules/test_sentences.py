"""Reasons, broken rules and cures as people read them, in both languages."""

from __future__ import annotations

import re

import pytest

from alliance.core.vocabulary import Criterion, Rule
from alliance.graph.sentences import Labels, ages_words, broken_sentence, cure_sentence, reason_sentence
from alliance.kit.messages import CHINESE, ENGLISH
from alliance.matching.criteria import WEIGHTS, Reason
from alliance.matching.cures import Cure, CureCode
from alliance.matching.rules import Broken

LABELS = Labels(
    categories={"mental_health.group_counselling": ("小组辅导", "Group counselling")},
    places={
        "320200": ("无锡市", "Wuxi"),
        "320213": ("梁溪区", "Liangxi District"),
        "320281": ("江阴市", "Jiangyin City"),
        "320282": ("宜兴市", "Yixing City"),
        "320213001": ("广益街道", "Guangyi Subdistrict"),
    },
    groups={"left_behind": ("农村留守儿童", "left-behind child"), "migrant": ("流动儿童", "migrant child")},
)
SERVICE = (("category", "mental_health.group_counselling"),)
AGES = (("min_age", 9), ("max_age", 11))

REASONS = [
    (Criterion.CATEGORY, 300, SERVICE, "服务类目是小组辅导", "The service is Group counselling"),
    (
        Criterion.CATEGORY,
        210,
        SERVICE,
        "服务类目是小组辅导，和需求写的相近",
        "The service is Group counselling, close to what the need says",
    ),
    (
        Criterion.CATEGORY,
        0,
        SERVICE,
        "服务类目是小组辅导，和需求写的不同",
        "The service is Group counselling, not what the need says",
    ),
    (Criterion.WORDING, 165, (), "服务介绍和需求很接近", "Its description is very close to the need"),
    (Criterion.WORDING, 164, (), "服务介绍和需求有些相近", "Its description shares some words with the need"),
    (Criterion.WORDING, 0, (), "服务介绍和需求没有相近的词", "Its description shares no words with the need"),
    (Criterion.NEARNESS, 50, (("area", "320213001"),), "覆盖广益街道", "Covers Guangyi Subdistrict"),
    (Criterion.NEARNESS, 38, (("area", "320213"),), "覆盖梁溪区", "Covers Liangxi District"),
    (Criterion.NEARNESS, 13, (("area", "320200"),), "覆盖全市", "Covers the whole city"),
    (Criterion.NEARNESS, 25, (), "在邻近的区服务，还没到这里", "Serves a neighbouring district, not here yet"),
    (Criterion.NEARNESS, 0, (), "不到这里服务", "Does not serve here"),
    (Criterion.AGE_FIT, 100, AGES, "面向9-11岁，年龄都合适", "For ages 9-11: all of them fit"),
    (Criterion.AGE_FIT, 50, (("min_age", 9),), "面向9岁及以上", "For age 9 and over"),
    (
        Criterion.AGE_FIT,
        0,
        (("max_age", 6),),
        "面向6岁及以下，年龄对不上",
        "For ages up to 6: other ages than asked for",
    ),
    (Criterion.AGE_FIT, 50, (), "不限年龄", "For any age"),
    (
        Criterion.GROUP_FIT,
        60,
        (("groups", "left_behind;migrant"),),
        "服务对象有农村留守儿童、流动儿童",
        "Meant for left-behind child, migrant child",
    ),
    (
        Criterion.GROUP_FIT,
        30,
        (),
        "服务对象没写全，不加分也不减分",
        "Nobody said which children it is for: this counts neither way",
    ),
    (Criterion.GROUP_FIT, 0, (), "不是专为这些孩子设的", "Not meant for these children in particular"),
    (Criterion.TIME_FIT, 60, (("minutes", 150),), "每周共同时间150分钟", "150 minutes a week in common"),
    (Criterion.TIME_FIT, 0, (("minutes", 0),), "没有共同时间", "No time in common"),
    (Criterion.TIME_FIT, 30, (), "时间没写全，不加分也不减分", "Times were not given: this counts neither way"),
    (Criterion.PLACES_LEFT, 40, (("left", 8),), "还有8个名额，够用", "Places left: 8, enough for all"),
    (
        Criterion.PLACES_LEFT,
        16,
        (("left", 2),),
        "还有2个名额，一次接不下全部",
        "Places left: 2, not enough for all at once",
    ),
    (Criterion.PLACES_LEFT, 0, (("left", 0),), "没有名额了", "No places left"),
    (Criterion.PLACES_LEFT, 40, (), "名额不限", "Places are not limited"),
    (Criterion.PLACES_LEFT, 20, (), "一次接不下全部", "Cannot take all at once"),
    (Criterion.PLACES_LEFT, 0, (), "接不下这么多人", "Cannot take a group of this size"),
    (
        Criterion.FRESHNESS,
        30,
        (("confirmed_on", "2026-05-20"),),
        "资料在 2026-05-20 确认过",
        "Confirmed on 2026-05-20",
    ),
    (
        Criterion.FRESHNESS,
        0,
        (("confirmed_on", "2025-11-01"),),
        "资料上次在 2025-11-01 确认，超过180天，排在后面",
        "Last confirmed on 2025-11-01, more than 180 days ago, so ranked lower",
    ),
    (Criterion.FRESHNESS, 0, (), "资料还没确认过，排在后面", "Never confirmed, so ranked lower"),
    (Criterion.BALANCE, 30, (("open_claims", 0),), "手上没有未完成的认领", "No unfinished claims in hand"),
    (Criterion.BALANCE, 10, (("open_claims", 2),), "手上有2件未完成的认领", "Unfinished claims in hand: 2"),
    (Criterion.BALANCE, 0, (("open_claims", 90),), "手上有90件未完成的认领", "Unfinished claims in hand: 90"),
]


@pytest.mark.parametrize(("criterion", "points", "values", "chinese", "english"), REASONS)
def test_a_reason_says_what_it_gave_and_why(
    criterion: Criterion, points: int, values: tuple[tuple[str, str | int], ...], chinese: str, english: str
) -> None:
    reason = Reason(criterion, points, WEIGHTS[criterion], values)
    assert reason_sentence(reason, LABELS, CHINESE) == chinese
    assert reason_sentence(reason, LABELS, ENGLISH) == english


BROKEN = [
    (
        Broken(Rule.MEMBERSHIP, "MEMBER", "LEFT"),
        "只有联盟成员能接，这家机构已退出",
        "Only a member of the alliance can serve; this organization: no longer a member",
    ),
    (
        Broken(Rule.VETTING, "2025-11-26", "2025-10-26"),
        "上次查询 2025-10-26，须在 2025-11-26 或之后",
        "Last background check 2025-10-26; it must be from 2025-11-26 or later",
    ),
    (
        Broken(Rule.VETTING, "2025-11-26", ""),
        "没有查询记录，须有 2025-11-26 或之后的从业查询",
        "No background check on record; one from 2025-11-26 or later is needed",
    ),
    (
        Broken(Rule.VALIDITY, "2026-06-13", "2026-05-31"),
        "服务有效期到 2026-05-31，须到 2026-06-13",
        "The service is valid until 2026-05-31; it must be valid until 2026-06-13",
    ),
    (Broken(Rule.VALIDITY, "2026-06-13", "WITHDRAWN"), "这项服务已经撤下", "This service has been withdrawn"),
    (
        Broken(Rule.AREA, "320213001", "320281;320282"),
        "需求在广益街道，服务只到江阴市、宜兴市",
        "The need is in Guangyi Subdistrict, the service covers Jiangyin City, Yixing City",
    ),
    (
        Broken(Rule.AREA, "320213001", ""),
        "需求在广益街道，服务没写去哪里",
        "The need is in Guangyi Subdistrict, the service does not say where it is offered",
    ),
    (
        Broken(Rule.AREA, "320213001", ";".join(["320281"] * 7)),
        "需求在广益街道，服务只到江阴市、江阴市、江阴市、江阴市、江阴市等7个",
        "The need is in Guangyi Subdistrict, the service covers Jiangyin City, Jiangyin City, Jiangyin City, "
        "Jiangyin City, Jiangyin City and others, 7 in all",
    ),
    (
        Broken(Rule.AGE, "9-11", "6-8"),
        "需求是9-11岁，服务面向6-8岁",
        "The need is for ages 9-11, the service for ages 6-8",
    ),
    (
        Broken(Rule.AGE, "9-", "0-6"),
        "需求是9岁及以上，服务面向0-6岁",
        "The need is for age 9 and over, the service for ages 0-6",
    ),
    (
        Broken(Rule.MODE, "HOME_VISIT", "AT_STATION;ONLINE"),
        "需求是上门，服务是站内；线上",
        "The need: at the families' homes; the service: at the care station; online",
    ),
    (
        Broken(Rule.WINDOW, "6 09:00-11:30", "1 15:00-17:00;2 15:00-17:00;3 15:00-17:00;7 09:00-12:00"),
        "需求是周六 09:00-11:30，服务是周一至周三 15:00-17:00、周日 09:00-12:00",
        "The need: Saturday 09:00-11:30; the service: Monday to Wednesday 15:00-17:00, Sunday 09:00-12:00",
    ),
    (
        Broken(Rule.WINDOW, "6;7", "1 15:00-17:00;1 18:00-19:00;2 15:00-17:00"),
        "需求是周六、周日，服务是周一 15:00-17:00、周一 18:00-19:00、周二 15:00-17:00",
        "The need: Saturday, Sunday; the service: Monday 15:00-17:00, Monday 18:00-19:00, Tuesday 15:00-17:00",
    ),
    (
        Broken(Rule.CAPACITY, "5", "3;2026-06: 2;2026-07: 0"),
        "至少要5个名额，服务每组最多3个；2026年6月还剩2个；2026年7月还剩0个",
        "At least 5 places are needed; the service takes at most 3 in a group; 2 more in June 2026; "
        "0 more in July 2026",
    ),
    (
        Broken(Rule.QUALIFICATION, "LAWYER;PSYCH_PROFESSIONAL", "FIRST_AID"),
        "需要资质：执业律师；心理咨询、治疗或精神科专业人员。现有：急救资质",
        "Qualification needed: practising lawyer; psychological counsellor, therapist or psychiatrist. "
        "Held: first-aid certificate",
    ),
    (
        Broken(Rule.QUALIFICATION, "LAWYER", ""),
        "需要资质：执业律师。现在没有",
        "Qualification needed: practising lawyer. None is held",
    ),
    (
        Broken(Rule.LEAD_TIME, "3", "7"),
        "离开始还有3天，服务要7天准备",
        "Days until it begins: 3; days the service needs to prepare: 7",
    ),
]


@pytest.mark.parametrize(("broken", "chinese", "english"), BROKEN)
def test_a_broken_rule_says_both_sides(broken: Broken, chinese: str, english: str) -> None:
    assert broken_sentence(broken, LABELS, CHINESE) == chinese
    assert broken_sentence(broken, LABELS, ENGLISH) == english


MONTHS = (("months", "2026-06;2026-07"), ("left", 5))
CURES = [
    (Cure(CureCode.REJOIN), "恢复联盟成员资格", "Become a member of the alliance again"),
    (
        Cure(CureCode.RENEW_CHECK, (("since", "2025-11-26"),)),
        "补一份 2025-11-26 或之后的从业查询结果",
        "Hand in a background check from 2025-11-26 or later",
    ),
    (
        Cure(CureCode.EXTEND_VALIDITY, (("from", "2026-05-31"), ("to", "2026-06-13"))),
        "把有效期从 2026-05-31 延长到 2026-06-13",
        "Extend the validity from 2026-05-31 to 2026-06-13",
    ),
    (Cure(CureCode.RELIST), "重新上架这项服务", "List this service again"),
    (
        Cure(CureCode.RELIST, (("from", "2026-05-31"), ("to", "2026-06-13"))),
        "重新上架这项服务，有效期延长到 2026-06-13",
        "List this service again and extend its validity to 2026-06-13",
    ),
    (Cure(CureCode.OPEN_AREA, (("area", "320282"), ("name", "宜兴市"))), "开放宜兴市", "Open Yixing City"),
    (Cure(CureCode.OPEN_AREA, (("area", "320999"), ("name", "示例区"))), "开放示例区", "Open 示例区"),
    (
        Cure(CureCode.RAISE_MAX_AGE, (("from", 12), ("to", 14))),
        "把年龄上限从12岁提高到14岁",
        "Raise the highest age from 12 to 14",
    ),
    (
        Cure(CureCode.LOWER_MIN_AGE, (("from", 9), ("to", 6))),
        "把年龄下限从9岁降低到6岁",
        "Lower the lowest age from 9 to 6",
    ),
    (Cure(CureCode.ADD_MODE, (("mode", "ONLINE"),)), "增加服务方式：线上", "Add a way of serving: online"),
    (
        Cure(CureCode.ADD_WINDOW, (("window", "6 09:00-11:30"),)),
        "加开周六 09:00-11:30",
        "Open on Saturday 09:00-11:30",
    ),
    (Cure(CureCode.RAISE_GROUP_SIZE, (("group", 5),)), "把每组名额增加到5个", "Raise the group size to 5"),
    (
        Cure(CureCode.RAISE_MONTHLY_PLACES, MONTHS),
        "把2026年6月、2026年7月的剩余名额增加到5个",
        "Raise the places left in June 2026, July 2026 to 5",
    ),
    (
        Cure(CureCode.RAISE_GROUP_AND_PLACES, (("group", 5), *MONTHS)),
        "把每组名额增加到5个，2026年6月、2026年7月的剩余名额增加到5个",
        "Raise the group size to 5, and the places left in June 2026, July 2026 to 5",
    ),
    (
        Cure(CureCode.ADD_QUALIFICATION, (("qualifications", "LAWYER"),)),
        "补齐资质：执业律师",
        "Prove the qualification: practising lawyer",
    ),
    (
        Cure(CureCode.SHORTEN_LEAD_DAYS, (("from", 7), ("to", 3))),
        "把准备时间从7天缩短到3天",
        "Cut the days to prepare from 7 to 3",
    ),
]


@pytest.mark.parametrize(("cure", "chinese", "english"), CURES)
def test_a_cure_says_what_to_change(cure: Cure, chinese: str, english: str) -> None:
    assert cure_sentence(cure, LABELS, CHINESE) == chinese
    assert cure_sentence(cure, LABELS, ENGLISH) == english


def test_every_criterion_rule_and_cure_has_a_specimen() -> None:
    assert {specimen[0] for specimen in REASONS} == set(Criterion)
    assert {specimen[0].rule for specimen in BROKEN} == set(Rule)
    assert {specimen[0].code for specimen in CURES} == set(CureCode)


def test_chinese_sentences_hold_no_english_and_none_an_open_place() -> None:
    said = [specimen[-2:] for specimen in REASONS] + [specimen[1:] for specimen in BROKEN]
    for chinese, english in said + [specimen[1:] for specimen in CURES]:
        assert not re.search(r"[A-Za-z{}]", chinese)
        assert english
        assert not re.search(r"[{}]|unknown", english)


def test_every_criterion_has_something_to_say_with_and_without_values() -> None:
    """What the rules do not produce today, an old stored ranking or a new criterion may still hold."""
    for criterion in Criterion:
        for points in (0, 1, WEIGHTS[criterion]):
            for values in ((), (("left", 1),)):
                assert reason_sentence(Reason(criterion, points, WEIGHTS[criterion], values), LABELS, CHINESE)


def test_a_code_that_nobody_has_named_stands_for_itself() -> None:
    assert LABELS.of("320999", CHINESE) == "320999"
    assert Labels().of("migrant", ENGLISH) == "migrant"


@pytest.mark.parametrize(
    ("low", "high", "chinese", "english"),
    [
        (9, 11, "9-11岁", "ages 9-11"),
        (0, 2, "0-2岁", "ages 0-2"),
        (0, 0, "0岁", "age 0"),
        (9, None, "9岁及以上", "age 9 and over"),
        (None, 6, "6岁及以下", "ages up to 6"),
        (None, None, "不限年龄", "any age"),
    ],
)
def test_age_ranges_read_as_people_say_them(low: int | None, high: int | None, chinese: str, english: str) -> None:
    assert ages_words(low, high, CHINESE) == chinese
    assert ages_words(low, high, ENGLISH) == english
