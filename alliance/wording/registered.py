"""Numbers and accounts that point to a person: ID number, mobile, bank card, WeChat, QQ, e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

from alliance.core.vocabulary import IdentityKind
from alliance.wording.digits import FIELD_BREAK, Run, digits_as_figures, runs
from alliance.wording.found import Mark
from alliance.wording.wordlist import listed

# GB 11643-1999: six digits of area (GB/T 2260 province first), birth date, order, check by ISO 7064 MOD 11-2.
PROVINCES = frozenset(
    listed("11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83")
)
CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10x98765432"
ID_LENGTH, OLD_ID_LENGTH, MOBILE_LENGTH = 18, 15, 11
DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
CARD_LENGTHS = frozenset({16, 17, 18, 19})  # ISO/IEC 7812; UnionPay cards have 16 to 19 digits and begin with 62
LENGTHS = frozenset({ID_LENGTH, OLD_ID_LENGTH, MOBILE_LENGTH, MOBILE_LENGTH + 1, MOBILE_LENGTH + 2, 15}) | CARD_LENGTHS
MOBILE = re.compile(r"(?:0|86|0086)?(1[3-9]\d{9})")
BIRTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")

ID_LABEL = re.compile(r"(?:身份证|身份号|证件|证号|公民号|户口|公民身份)[^,，。;；]{0,8}$")
CARD_LABEL = re.compile(r"(?:卡|账|帐|开户|存折|打到|打进|汇到|汇入|转到|补助发)[^,，。;；]{0,8}$")
OTHER_LABEL = re.compile(
    r"(?:编号|资产|设备号|书号|isbn|条码|条形码|订单|单号|项目号?|序列号|型号|信用代码|发票|货号|批号|"
    r"文号|流水|合同)[^,，。;；]{0,8}$"
)
OTHER_AFTER = re.compile(r"^[^,，。;；]{0,2}(?:项目|编号|资产|不是证件|非证件|订单)")
MASKED_ID = re.compile(r"(?<!\d)[1-8]\d{5}[\dx*×＊?]{8,12}(?![\dx*×])")
MASKED_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[*×＊?]{4}\d{4}(?!\d)")

# What stands before an account, with the ways around a filter: V信, 薇信, 企鹅, 球球.
CHAT = (
    r"(?:微信|威信|薇信|徽信|维信|v信|微\s信|卫星号|绿泡泡|wechat|weixin|(?<![a-z])wx|(?<![a-z])vx|加v|"
    r"加薇|加微|微号)"
)
QQ = r"(?:(?<![a-z])q\s?q|扣\s?扣|球球|企鹅|口口号|q号)"
OTHER_ACCOUNT = r"(?:抖音|快手|小红书|微博|支付宝|钉钉|飞书|知乎|豆瓣|whatsapp|telegram|line号|b站|陌陌|游戏)"
LINK = r"(?:帐号|同手机|手机|账号|号码|同名|同号|号|id|群|是|为|叫|加|搜|[\s:：()（）\-=“\"']){0,12}"
CHAT_ACCOUNT = re.compile(CHAT + LINK + r"(?P<id>[a-z][a-z0-9_\-]{4,24}|\d{5,12})")
OTHER_NAMED = re.compile(OTHER_ACCOUNT + LINK + r"(?P<id>[a-z0-9][a-z0-9_\-.]{4,24})")
QQ_ACCOUNT = re.compile(QQ + LINK + r"(?P<id>[1-9][\d\s\-.·]{3,18}\d)")
MAIL = re.compile(
    r"[a-z0-9._%+\-]{2,40}\s?(?:@|\(at\)|\[at\]|艾特|#)\s?[a-z0-9\-]{1,40}(?:\s?(?:\.|点|dot)\s?[a-z0-9\-]{1,20}){1,3}"
)
LABELLED_NUMBER = re.compile(
    r"(?:银行卡|卡号|账号|帐号|账户|帐户|存折号?|折子号?)[是为:：\s]{0,4}(?P<id>\d[\d\s\-.·]{6,28}\d)"
)


def registered_marks(text: str) -> Iterator[Mark]:
    """Marks of every registered number or account in a folded text (fields joined by FIELD_BREAK)."""
    for run in runs(text, LENGTHS):
        if mark := _mark_of(run, text):
            yield mark
    plain = digits_as_figures(text)
    for pattern, kind in (
        (CHAT_ACCOUNT, IdentityKind.ACCOUNT),
        (OTHER_NAMED, IdentityKind.ACCOUNT),
        (QQ_ACCOUNT, IdentityKind.ACCOUNT),
        (LABELLED_NUMBER, IdentityKind.BANK_CARD),
    ):
        for match in pattern.finditer(plain):
            yield Mark(kind, *match.span("id"))
    for match in MAIL.finditer(text):
        yield Mark(IdentityKind.ACCOUNT, *match.span())
    yield from _masked(plain)


def is_id_number(number: str) -> bool:
    """True for 18 characters with a known province, a day that can be written, and the right check character.

    Days that do not exist (0229 in a common year) count too: a mistyped birth date is still a person's.
    """
    return _looks_like_id(number) and number[-1] == check_character(number[:17])


def check_character(seventeen: str) -> str:
    """The check character of an ID number, GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, CHECK_WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def passes_luhn(digits: str) -> bool:
    """True when the last digit checks the others, ISO/IEC 7812-1 annex B."""
    if not digits.isdigit():
        return False
    return (sum(map(int, digits[::-2])) + sum(DOUBLED[int(digit)] for digit in digits[-2::-2])) % 10 == 0


def _looks_like_id(number: str) -> bool:
    return (
        len(number) == ID_LENGTH
        and number[:17].isdigit()
        and number[:2] in PROVINCES
        and bool(BIRTH.fullmatch(number[6:14]))
    )


def _mark_of(run: Run, text: str) -> Mark | None:
    if "x" not in run.digits and MOBILE.fullmatch(run.digits):
        return Mark(IdentityKind.MOBILE, run.start, run.end)
    if is_id_number(run.digits):
        return Mark(IdentityKind.ID_NUMBER, run.start, run.end)
    if len(run.digits) not in CARD_LENGTHS and len(run.digits) != OLD_ID_LENGTH:
        return None
    if run.is_pieced and len(run.digits) not in (ID_LENGTH, OLD_ID_LENGTH) and not passes_luhn(run.digits.rstrip("x")):
        return None
    before, after = text[max(0, run.start - 14) : run.start], text[run.end : run.end + 10]
    is_other = bool(OTHER_LABEL.search(before) or OTHER_AFTER.search(after))
    if _is_labelled_id(run, before):
        return Mark(IdentityKind.ID_NUMBER, run.start, run.end)
    if mark := _card_mark(run, before, is_other=is_other):
        return mark
    if _looks_like_id(run.digits) and not run.is_pieced:
        return Mark(IdentityKind.ID_NUMBER, run.start, run.end, is_sure=False)
    return None


def _is_labelled_id(run: Run, before: str) -> bool:
    return len(run.digits) in (ID_LENGTH, OLD_ID_LENGTH) and bool(ID_LABEL.search(before.rpartition(FIELD_BREAK)[2]))


def _card_mark(run: Run, before: str, *, is_other: bool) -> Mark | None:
    if len(run.digits) not in CARD_LENGTHS or "x" in run.digits or not passes_luhn(run.digits):
        return None
    if CARD_LABEL.search(before) or (run.digits.startswith("62") and not is_other):
        return Mark(IdentityKind.BANK_CARD, run.start, run.end)
    is_doubtful = not is_other and not run.is_pieced and run.digits[0] in "3456789" and len(run.digits) in (16, 19)
    return Mark(IdentityKind.BANK_CARD, run.start, run.end, is_sure=False) if is_doubtful else None


def _masked(plain: str) -> Iterator[Mark]:
    for match in MASKED_ID.finditer(plain):
        stars = sum(not char.isdigit() and char != "x" for char in match.group())
        if stars >= 4 and len(match.group()) in (OLD_ID_LENGTH, ID_LENGTH):
            yield Mark(IdentityKind.ID_NUMBER, *match.span())
    for match in MASKED_MOBILE.finditer(plain):
        yield Mark(IdentityKind.MOBILE, *match.span())
