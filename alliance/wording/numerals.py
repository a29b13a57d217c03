"""Numbers as people write them: 12, １２, 十二, 廿, 五六个, 二十来个, 十几, 8到10, and digits written as words."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
FINANCIAL = {"壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "弍": 2, "弎": 3, "弌": 1}
SPOKEN = {"幺": 1, "俩": 2, "仨": 3}
TENS = {"廿": 20, "卄": 20, "卅": 30, "卌": 40}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIAD = "万"
VALUES = {**DIGITS, **FINANCIAL, "俩": 2, "仨": 3}
# Read out digit by digit; 两 is never used so.
AS_DIGIT = str.maketrans({char: str(value) for char, value in {**DIGITS, **FINANCIAL, "幺": 1}.items() if char != "两"})

CHINESE = "〇零一二两三四五六七八九十百千万廿卅卌俩仨壹贰叁肆伍陆柒捌玖拾佰仟"
# One or several amounts beside each other: 12, 十二, 三四十, 十五六.
AMOUNT = re.compile(rf"\d+(?:\.\d+)?[百千万]?|[{CHINESE}]+")
VAGUE_TAIL = re.compile(r"\s{0,2}(?:来|多|几|余|把|上下|左右)")
RANGE = re.compile(r"\s{0,2}(?:到|至|-|~|—|–|－|～)\s{0,2}")
PAIR = re.compile(
    r"^(?P<tens>[二三四五六七八九]?十)?(?P<low>[一二两三四五六七八九])(?P<high>[一二三四五六七八九])(?P<unit>[十百千])?$"
)
CHILDREN_OF_TEN = 15  # 十几 and 十来 with several words: the middle of 11 to 19; reading convention
COUNTED_IN_TENS = re.compile(r"^十\s{0,2}几")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a folded text: its place, its bounds (equal when exact), whether it was said roughly."""

    start: int
    end: int
    low: int
    high: int
    is_rough: bool = False


def value_of(text: str) -> int | None:
    """The whole number that `text` is: Arabic, Chinese (一百零五), financial (拾贰), 廿, or read out (二〇一五)."""
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 15 else None
    if not text or len(text) > 15 or any(char not in CHINESE for char in text):
        return None
    if len(text) > 1 and all(char in VALUES for char in text):
        return int("".join(str(VALUES[char]) for char in text))
    return _composed(text)


def numbers(text: str) -> tuple[Number, ...]:
    """Every number of a folded text in order; 五六 is 5 to 6, 8到10 is 8 to 10, 二十来 is 20 and rough, 十几 is 15."""
    found: list[Number] = []
    for match in AMOUNT.finditer(text):
        number = _number(text, match)
        if number is None:
            continue
        joined = found and RANGE.fullmatch(text, found[-1].end, number.start)
        if joined and found[-1].low <= number.high and found[-1].low == found[-1].high:
            number = Number(found[-1].start, number.end, found.pop().low, number.high, number.is_rough)
        found.append(number)
    return tuple(found)


def _number(text: str, match: re.Match[str]) -> Number | None:
    start, end, word = match.start(), match.end(), match.group()
    if COUNTED_IN_TENS.match(text[start : end + 2]) and word == "十":
        return Number(start, text.index("几", end) + 1, CHILDREN_OF_TEN, CHILDREN_OF_TEN, is_rough=True)
    tail = VAGUE_TAIL.match(text, end)
    stop = tail.end() if tail and tail.group().strip() in {"来", "多", "几", "余", "把"} else end
    if pair := PAIR.match(word):
        low, high = _pair(pair)
        if high == low + 1 or (low, high) == (3, 5):
            return Number(start, stop, low * _scale(pair), high * _scale(pair), is_rough=True)
    value = _decimal(word) if word[0].isdigit() else value_of(word)
    return None if value is None else Number(start, stop, value, value, is_rough=tail is not None)


def _pair(pair: re.Match[str]) -> tuple[int, int]:
    tens = _composed(pair["tens"]) or 0 if pair["tens"] else 0
    return tens + VALUES[pair["low"]], tens + VALUES[pair["high"]]


def _scale(pair: re.Match[str]) -> int:
    return UNITS[pair["unit"]] if pair["unit"] else 1


def _decimal(word: str) -> int | None:
    """12, 1.2万, 3百; None for a fraction, which counts nothing."""
    factor = {"百": 100, "千": 1000, "万": 10000}.get(word[-1], 1)
    plain = word.rstrip("百千万")
    value = float(plain) * factor if len(plain) < 16 else 0.5
    return int(value) if value == int(value) else None


def _composed(text: str) -> int | None:
    """一百零五, 十二, 廿三, 两万三千, 三百五 (350)."""
    total, section, digit, last_unit = 0, 0, None, 0
    for char in text:
        if char == MYRIAD:
            total, section, digit, last_unit = total + (section + (digit or 0) or 1) * 10000, 0, None, 10000
        elif char in UNITS:
            unit = UNITS[char]
            section, digit, last_unit = section + (1 if digit is None else digit) * unit, None, unit
        elif char in TENS:
            section, digit, last_unit = section + TENS[char], None, 10
        elif digit is not None and digit != 0:
            return None
        else:
            digit = VALUES[char]
            last_unit = last_unit if digit else 0
    shortened = last_unit // 10 if last_unit > 10 and digit else 1
    return total + section + (digit or 0) * shortened


def chinese(value: int) -> str:
    """A number from 0 to 9999 in Chinese words: 一百零五."""
    if value < 10:
        return "零一二三四五六七八九"[value]
    for unit, size in (("千", 1000), ("百", 100), ("十", 10)):
        if value >= size:
            rest = value % size
            head = "" if unit == "十" and value < 20 else chinese(value // size)
            zero = "零" if rest and rest < size // 10 else ""
            tail = chinese(rest) if rest else ""
            return head + unit + zero + ("一" + tail if tail.startswith("十") else tail)
    raise ValueError(value)
