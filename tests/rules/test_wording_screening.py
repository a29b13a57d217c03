"""What may not be kept, and what only looks like it."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.core.vocabulary import HarmSignal, IdentityKind, NotANeedKind, ScreeningAnswer
from alliance.wording.registered import check_character, is_id_number
from alliance.wording.screening import Screening, screen

CHINESE = "零一二三四五六七八九"
FULL_WIDTH = "０１２３４５６７８９"
FINANCIAL = "零壹贰叁肆伍陆柒捌玖"
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨"


def kinds(screened: Screening) -> set[IdentityKind]:
    """The kinds of identity found."""
    return {finding.kind for finding in screened.findings}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("登记 320299201501010011 这个娃", IdentityKind.ID_NUMBER),
        ("证 320299201402290038", IdentityKind.ID_NUMBER),
        ("320299 20150101 0011", IdentityKind.ID_NUMBER),
        ("３２０２９９２０１５０１０１００１１", IdentityKind.ID_NUMBER),
        ("320299********0011", IdentityKind.ID_NUMBER),
        ("电话13800000000", IdentityKind.MOBILE),
        ("电话一三八零零零零零零零零", IdentityKind.MOBILE),
        ("+86 138-0000-0000", IdentityKind.MOBILE),
        ("尾号0000，前面是1380000", IdentityKind.MOBILE),
        ("卡号6222 0202 0011 2230", IdentityKind.BANK_CARD),
        ("微信号xiaoma_2020", IdentityKind.ACCOUNT),
        ("扣扣号八八六六五五四四", IdentityKind.ACCOUNT),
        ("邮箱 mama@example.com", IdentityKind.ACCOUNT),
        ("帮帮王小雨，四年级，妈妈走了", IdentityKind.NAME),
        ("小雨同学想学画画", IdentityKind.NAME),
        ("王某某家里困难，要棉被", IdentityKind.NAME),
        ("小明（化名）想补课", IdentityKind.NAME),
        ("2015年3月4日生的孩子想学琴", IdentityKind.BIRTH_DATE),
        ("送物资到银杏苑44-704", IdentityKind.ADDRESS),
        ("扬名村5组23号那家", IdentityKind.ADDRESS),
        ("住在湖滨路12号3单元402", IdentityKind.ADDRESS),
        ("东林小学四(2)班的女生想跳舞", IdentityKind.SCHOOL_CLASS),
        ("有个孩子确诊抑郁症，想心理疏导", IdentityKind.CHILD_STATUS),
        ("孩子爸在里面 妈不管", IdentityKind.CHILD_STATUS),
    ],
)
def test_words_that_point_to_a_person_are_refused_with_their_kind(text: str, kind: IdentityKind) -> None:
    screened = screen({"title": text})
    assert screened.answer is ScreeningAnswer.REFUSE_IDENTITY
    assert kind in kinds(screened)


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码 52320299MJGA4DFG9Y 承办",
        "项目号927957776542485305，要讲座",
        "打过12345和12355、110",
        "办公室电话0510-82345678，约讲座",
        "资产编号7939032569997668的投影坏了，想做讲座",
        "高三同学想听志愿填报",
        "黄巷、周庄、华士、万石的娃想排手工课",
        "何时能来讲课",
        "2026年3月4日搞活动，20个娃",
        "原来203室太小，换到302多功能厅，急救课",
        "全镇小学四年级一起听讲座",
        "四（1）到四（6）班轮着来听课",
        "防艾滋宣传讲座，四十人",
        "孩子姓名由站里另册保管，做情绪小组",
        "社工小李他们那队很有经验，想做团辅",
        "每份餐标12元，站里承担，言语训练小组",
    ],
)
def test_what_only_looks_like_a_person_passes(text: str) -> None:
    assert screen({"title": text}) == Screening(ScreeningAnswer.ACCEPT)


def test_a_finding_names_the_place_in_the_original_and_never_the_value() -> None:
    text = "联系 　１３８ ００００ ００００ 谢谢"
    (finding,) = screen({"title": "补课", "details": text}).findings
    assert (finding.field, text[finding.start : finding.end]) == ("details", "１３８ ００００ ００００")
    assert "138" not in repr(finding)


def test_a_number_split_over_title_and_details_is_found_in_both() -> None:
    screened = screen({"title": "想补课 138000", "details": "00000 周六"})
    assert [(finding.field, finding.kind) for finding in screened.findings] == [
        ("title", IdentityKind.MOBILE),
        ("details", IdentityKind.MOBILE),
    ]


def test_a_mistyped_id_number_is_asked_about_only() -> None:
    screened = screen({"title": "补课 320299201501010012"})
    assert screened.answer is ScreeningAnswer.ASK
    assert [finding.is_sure for finding in screened.findings] == [False]


def test_the_rewritten_proposal_speaks_of_a_child_without_a_name() -> None:
    assert screen({"title": "帮帮王小雨，四年级，妈妈走了"}).rewritten == "帮帮一名孩子，四年级，妈妈走了"


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("发现孩子身上多处淤青，问也不说", HarmSignal.MANDATORY_REPORT),
        ("回家就被关柜子里，三岁的娃哭哑了嗓子", HarmSignal.MANDATORY_REPORT),
        ("叔叔让她进里屋脱衣服还给糖", HarmSignal.MANDATORY_REPORT),
        ("两天没吃饭，被锁在家里", HarmSignal.MANDATORY_REPORT),
        ("同学拿他洗澡的照片要钱", HarmSignal.MANDATORY_REPORT),
        ("孩子说不想活", HarmSignal.PSYCHOLOGICAL_EMERGENCY),
        ("手臂上一道一道自己划的", HarmSignal.PSYCHOLOGICAL_EMERGENCY),
        ("上天台坐了两个钟头刚劝下来", HarmSignal.PSYCHOLOGICAL_EMERGENCY),
        ("小孩误喝了半瓶洁厕的东西", HarmSignal.MEDICAL_EMERGENCY),
        ("从楼梯滚下来，后脑勺鼓个大包，一直吐", HarmSignal.MEDICAL_EMERGENCY),
    ],
)
def test_a_told_situation_of_harm_is_diverted(text: str, signal: HarmSignal) -> None:
    screened = screen({"title": "求助", "details": text})
    assert (screened.answer, screened.harm) == (ScreeningAnswer.DIVERT, signal)


@pytest.mark.parametrize(
    "text",
    [
        "想请人来讲防性侵，五六年级女生40人",
        "摔跤队招人，八到十二岁",
        "中毒急救图文展，食堂阿姨也参加",
        "煤气中毒和触电怎么办，想搞次消防演练",
        "篮球赛摔断腿打了石膏，已经出院了，想补课",
        "数学难到想死的心都有，就是嘴上讲讲，想线上答疑",
        "爸爸走了以后整天不响，想有专业的人陪",
        "妈妈怀孕了，大娃放学没人接",
        "站改造好了，想排儿童工作者培训",
    ],
)
def test_a_lesson_about_harm_or_a_manner_of_speaking_passes(text: str) -> None:
    assert screen({"title": text}).answer is ScreeningAnswer.ACCEPT


def test_harm_comes_before_identity() -> None:
    assert screen({"title": "王小雨说不想活了 13800000000"}).answer is ScreeningAnswer.DIVERT


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("场地借一下 周三下午 30人", NotANeedKind.ROOM),
        ("能不能给这家捐2000，账号…", NotANeedKind.MONEY),
        ("有没有人家愿意领养这个娃", NotANeedKind.CUSTODY),
        ("独居老人要助浴和送餐", NotANeedKind.ELDER_CARE),
        ("想搞点有意思的", NotANeedKind.UNCLEAR),
        ("上次的老师挺好 还要", NotANeedKind.UNCLEAR),
    ],
)
def test_what_is_not_a_need_is_named_and_only_where_a_need_is_expected(text: str, kind: NotANeedKind) -> None:
    assert screen({"title": text}).not_a_need is kind
    assert screen({"title": text}, is_need=False).answer is ScreeningAnswer.ACCEPT


def test_identity_is_refused_in_texts_that_are_no_needs_too() -> None:
    assert screen({"note": "陪李子涵同学十二次"}, is_need=False).answer is ScreeningAnswer.REFUSE_IDENTITY


def test_one_child_of_a_rare_group_is_asked_about() -> None:
    assert screen({"title": "想补课"}, groups=["orphan"], headcount=1).answer is ScreeningAnswer.ASK
    assert screen({"title": "想补课"}, groups=["orphan"], headcount=9).answer is ScreeningAnswer.ACCEPT


def test_texts_without_a_word_are_accepted_or_unclear_but_never_fail() -> None:
    assert screen({}, is_need=False).answer is ScreeningAnswer.ACCEPT
    assert screen({"title": ""}).answer is ScreeningAnswer.NOT_A_NEED


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    """A number with a right check character in the unassigned area 320299."""
    day = draw(st.dates(min_value=date(2007, 1, 1)))
    body = f"320299{day.year % 30 + 1995}{day.month:02d}{day.day:02d}{draw(st.integers(0, 999)):03d}"
    return body + check_character(body)


def disguised(draw: st.DrawFn, digits: str) -> str:
    """Digits in one of the disguises people use."""
    alphabet = draw(st.sampled_from([CHINESE, FULL_WIDTH, FINANCIAL, CIRCLED, "0123456789"]))
    separator = draw(st.sampled_from(["", " ", "-", ".", "、"]))
    return separator.join(alphabet[int(char)] if char.isdigit() else char for char in digits)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_id_number_is_found_through_its_disguise(data: st.DataObject) -> None:
    number = data.draw(id_numbers())
    assert is_id_number(number)
    written = data.draw(st.composite(lambda draw: disguised(draw, number))())
    assert IdentityKind.ID_NUMBER in kinds(screen({"title": "想补课", "details": f"这边，{written}，周六"}))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_mobile_number_is_found_through_its_disguise(data: st.DataObject) -> None:
    number = "138" + data.draw(st.from_regex(r"[0-9]{8}", fullmatch=True).filter(str.isascii))
    written = data.draw(st.composite(lambda draw: disguised(draw, number))())
    assert IdentityKind.MOBILE in kinds(screen({"title": "想补课", "details": f"这边，{written}，周六"}))


PIECES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "王小雨",
                "138",
                "00000000",
                "320299201501010011",
                "同学",
                "，",
                "小学四(2)班",
                "银杏苑4-704",
                "叫",
                "微信abcde1",
                "孩子爸在押",
                "照片见附件",
                "湖滨花园12号楼",
                "监护人张建国",
            ]
        ),
    ),
    max_size=8,
).map("".join)


@given(title=PIECES, details=PIECES)
@settings(max_examples=120, deadline=None)
def test_any_text_is_answered_spans_lie_within_it_and_proposals_are_clean(title: str, details: str) -> None:
    texts = {"title": title, "details": details}
    screened = screen(texts)
    assert all(0 <= found.start < found.end <= len(texts[found.field]) for found in screened.findings)
    if screened.rewritten is not None:
        assert screen({"title": screened.rewritten}).answer is ScreeningAnswer.ACCEPT


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "一",
        "王",
        "a",
        "孩子",
        "小",
        "末四位1",
        "12号",
        "村1",
        "\x00",
        "问死",
        "3到",
        "爸在押",
        "见附图",
        "爸",
        "被爸",
        "爸打",
        "妈妈拿",
        "他的手",
        "叫",
        "晚上一个人",
        "两天没",
        "haizi",
    ],
)
def test_two_thousand_characters_of_anything_take_no_noticeable_time(piece: str) -> None:
    text = (piece * 2000)[:2000]
    started = time.process_time()
    screen({"details": text})
    assert time.process_time() - started < 1.0  # twenty times the target, so that a busy machine does not fail
