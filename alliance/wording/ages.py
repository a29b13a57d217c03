"""The ages a sentence speaks of, from years, school grades and kindergarten classes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alliance.wording.numerals import CHINESE, numbers

Span = tuple[int, int]
N = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})"
TO = r"\s{0,2}(?:到|至|-|~|—|–|、|,|和|与|及)\s{0,2}"
OLDEST = 18

YEARS = re.compile(
    rf"(?<![\d.:])(?P<n>{N}(?:{TO}{N})?)\s{{0,2}}(?:周)?岁(?P<tail>\s{{0,2}}(?:以下|以内|及以下|之下|不到|以上|"
    rf"及以上|起|往上|往下)?)(?:{TO}(?P<m>{N})\s{{0,2}}(?:周)?岁)?"
)
BELOW_BEFORE = re.compile(r"(?:不满|未满|不到|小于)\s{0,2}$")
PRIMARY = re.compile(rf"(?P<n>{N}(?:(?:年级)?{TO}{N})?)年级")
# A grade is one year of age to the next; reading conventions: 一年级 6-7, 初一 12-13, 高一 15-16, 小班 3-4.
NAMED = {
    "初一": 12,
    "初二": 13,
    "初三": 14,
    "高一": 15,
    "高二": 16,
    "高三": 17,
    "小班": 3,
    "中班": 4,
    "大班": 5,
    "七年级": 12,
    "小一": 6,
}
STAGES = {
    "低年级": (6, 8),
    "高年级": (9, 11),
    "学龄前": (3, 5),
    "学前": (3, 5),
    "幼儿园": (3, 6),
    "小学生": (6, 12),
    "初中生": (12, 15),
    "高中生": (15, 18),
    "婴幼儿": (0, 2),
}
GRADE_NAMES = re.compile(
    rf"(?<![年月长升])(?:{'|'.join(NAMED)})(?!教学|制|授课|课|化|点|些|线|起来|十五|样|次|"
    rf"下)(?:{TO}(?P<to>[一二三]))?(?![一-鿿]?年级)"
)
STAGE_NAMES = re.compile("|".join(STAGES))
LUNAR = re.compile(r"(?:正月|大年|年|腊月)$")


@dataclass(frozen=True, slots=True)
class Ages:
    """Lowest and highest age in years, either possibly unsaid, and the words it came from."""

    low: int | None = None
    high: int | None = None
    spans: tuple[Span, ...] = ()


def read_ages(text: str) -> Ages:
    """The ages of a folded text: years as said, else from the lowest to the highest grade."""
    for match in YEARS.finditer(text):
        if (ages := _in_years(text, match)) is not None:
            return ages
    found = [*_primary(text), *_named(text)]
    if not found:
        found = [(*STAGES[match.group()], match.span()) for match in STAGE_NAMES.finditer(text)]
    if not found:
        return Ages()
    return Ages(
        min(low for low, _, _ in found), max(high for _, high, _ in found), tuple(sorted(span for *_, span in found))
    )


def _in_years(text: str, match: re.Match[str]) -> Ages | None:
    bounds = _bounds(match["n"])
    if bounds is None:
        return None
    low, high = bounds
    last = _bounds(match["m"]) if match["m"] else None
    high = last[1] if last else high
    if high > OLDEST or low > high:
        return None
    tail, span = match["tail"].strip(), (match.span(),)
    if BELOW_BEFORE.search(text[: match.start()]):
        return Ages(None, high - 1, span)
    if tail in {"以下", "以内", "及以下", "之下", "往下", "不到"}:
        return Ages(None, high, span)
    return Ages(low, None, span) if tail else Ages(low, high, span)


def _bounds(words: str) -> tuple[int, int] | None:
    found = numbers(re.sub(r"[、,和与及]", "到", words))
    return (found[0].low, found[-1].high) if found else None


def _primary(text: str) -> list[tuple[int, int, Span]]:
    found = []
    for match in PRIMARY.finditer(text):
        bounds = _bounds(match["n"].replace("年级", ""))
        if bounds and 1 <= bounds[0] <= bounds[1] <= 9:
            found.append((bounds[0] + 5, bounds[1] + 6, match.span()))
    return found


def _named(text: str) -> list[tuple[int, int, Span]]:
    found = []
    for match in GRADE_NAMES.finditer(text):
        if LUNAR.search(text[: match.start()]):
            continue
        low = NAMED[match.group()[:2]] if match.group()[:2] in NAMED else NAMED["七年级"]
        high = low + 1
        if match["to"] and match.group()[0] in "初高":
            high = NAMED[match.group()[0] + match["to"]] + 1
        found.append((low, max(high, low + 1), match.span()))
    return found
