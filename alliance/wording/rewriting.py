"""A text proposed anew: neutral words for what points to a person, without the labels that led up to it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from alliance.core.vocabulary import IdentityKind
from alliance.wording.asking import asks

Place = tuple[IdentityKind, int, int]
Replacement = tuple[int, int, str]
MOST_PLACES = 12  # a text with more of them is not mended but written anew
PAUSE = " \t\n　,，、。.;；:：!！?？()（）"
EDGES = re.compile(rf"^[{PAUSE}]+|[{PAUSE.translate({ord(c): None for c in '.!?！？。'})}]+$")
DOUBLED = re.compile(r"\s{0,2}([,，、。;；])\s{0,2}[,，、;；]+")
EMPTY_PAIR = re.compile(r"[(（]\s{0,2}[)）]|[\"“]\s{0,2}[\"”]")
CHILD = re.compile(r"孩子|娃|小囡|男孩|女孩|男生|女生|儿童|学生|同学|小朋友|姑娘|丫头")
REACH = 10  # from a status to the child it is said of: 父在押的孩子
# What leads up to a number or an account; it says nothing without it.
LABEL = re.compile(
    r"(?:(?:他|她|孩子|奶奶|爷爷|妈妈|爸爸|妈|爸|家长|监护人|的|请|有事|可以|可|加我|加|打到|打给|打|拨打|拨|汇到|汇|转到|回|发到|发邮件|发|联系|"
    r"补助|收款|开户|农行|工行|建行|中行|银联|储蓄|社保|一卡通|对公|身份证|证件|户口本上写的|公民|身份|银行卡?|卡|账户|帐户|账|帐|存折|微信|威信|薇信|"
    r"v信|wechat|weixin|wx|vx|qq|扣\s?扣|企鹅|球球|抖音|快手|钉钉|邮箱|邮件|手机|电话|tel|id|证|搜|同名|同手机|尾数别错|出生(?:日期|年月|于)?|生日|生于|"
    r"农历|号码|号|是|为|在)[\s:：=]{0,2}){1,6}$",
    re.IGNORECASE,
)
KIN_BEFORE = re.compile(
    r"(?:监护人|联系人|户主|家长|妈妈|爸爸|母亲|父亲|奶奶|爷爷|外婆|外公|舅舅|姑姑|阿姨|叔叔)[是叫:：\s]{0,3}$"
)
CALLED_BEFORE = re.compile(r"(?:名叫|叫做|叫|名字是|名字|姓名|名为)[是叫为:：\s]{0,3}$")
CHILD_BEFORE = re.compile(
    r"(?:孩子|娃|小囡|学生|女孩|男孩|女儿|儿子|孙子|孙女|老大|老二|老三|弟弟|妹妹|姐姐|哥哥)[,，\s]{0,3}$"
)
TITLE_AFTER = re.compile(r"(?:这|那)?(?:小朋友|同学|宝宝|小囡|这?孩子)")
# What is left hanging where words were taken out.
HANGING = re.compile(
    r"^(?:的|里|了|着|和|跟|与|家的|是|号|这边)|"
    r"(?:联系人?|监护人|户主|找我|叫|名叫|姓名|名字|电话|地址|住在?|是|为|给|找|帮|替|陪|对|和|跟|与|及|有事|加我?|打给?|送到?|到|在|由)$|"
    r"(?:有个|有一?个|给|帮|让|叫|为|替|陪|找|对|由)(?=要|想|办|的|[,，。、;；]|$)|(?:住在?|位于|送到|来自|家住|地址)(?=[,，。、;；]|$)|"
    r"^[那这]|一名孩子的(?:孩子|娃|小囡|学生)|[一-鿿]单元|那[家户]|(?<!谁)(?<!大)(?<!人)(?<!自)[一-鿿]家的(?:娃|孩子|小囡)|一名孩子.{1,30}一名孩子|[幢栋]|号楼|"
    r"[一-鿿](?:的的|了了|和和)|(?:联系|监护)人(?=[,，。、;；]|$)"
)
LEAST = 6  # characters of the shortest sentence that says who needs what: 孩子要补数学
NUMBERS = {IdentityKind.ID_NUMBER, IdentityKind.MOBILE, IdentityKind.BANK_CARD, IdentityKind.ACCOUNT}


def rewritten(text: str, places: Iterable[Place]) -> str:
    """The text with neutral words at the places; empty where nothing is left or too much was found."""
    places = tuple(places)
    if len(places) > MOST_PLACES:
        return ""
    for start, end, neutral in reversed(_apart(_replaced(text, *place) for place in places)):
        text = text[:start] + neutral + text[end:]
    text = DOUBLED.sub(r"\1", EMPTY_PAIR.sub("", text))
    return EDGES.sub("", text).strip()


def is_sentence(text: str, *, is_need: bool) -> bool:
    """True where nothing was left hanging; of a need also that it asks for something."""
    if len(text) < LEAST or HANGING.search(text):
        return False
    return not is_need or asks(text)


def _apart(replacements: Iterable[Replacement]) -> list[Replacement]:
    """In order, with those that touch the same words made one."""
    apart: list[Replacement] = []
    for start, end, neutral in sorted(replacements):
        if apart and start < apart[-1][1]:
            before = apart.pop()
            start, end, neutral = before[0], max(end, before[1]), before[2] or neutral
        apart.append((start, end, neutral))
    return apart


def _replaced(text: str, kind: IdentityKind, start: int, end: int) -> Replacement:
    """What gives way, and to which words."""
    if kind is IdentityKind.NAME:
        return _without_name(text, start, end)
    if kind in {IdentityKind.CHILD_STATUS, IdentityKind.ATTACHMENT}:
        return _without_status(text, start, end)
    if kind in NUMBERS or kind is IdentityKind.BIRTH_DATE:
        label = LABEL.search(text, max(0, start - 24), start)
        born = re.match("生?的", text[end:]) if kind is IdentityKind.BIRTH_DATE else None
        return (label.start() if label else start), end + (born.end() if born else 0), ""
    return start, end, "辖区内" if kind is IdentityKind.ADDRESS else "学校里"


def _without_name(text: str, start: int, end: int) -> Replacement:
    title = TITLE_AFTER.match(text, end)
    end = title.end() if title else end
    if KIN_BEFORE.search(text[:start]):
        return start, end, ""
    called = CALLED_BEFORE.search(text[:start])
    start = called.start() if called else start
    return start, end, "" if CHILD_BEFORE.search(text[:start]) else "一名孩子"


def _without_status(text: str, start: int, end: int) -> Replacement:
    """Its clause, up to the child of whom it is said; the whole clause where no child follows."""
    while start > 0 and text[start - 1] not in PAUSE:
        start -= 1
    stop = end
    while stop < len(text) and text[stop] not in PAUSE:
        stop += 1
    child = CHILD.search(text, end, min(stop, end + REACH))
    return (start, child.end(), "孩子") if child else (start, stop, "")
