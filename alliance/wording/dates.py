"""The calendar days a sentence asks for."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from alliance.wording.feasts import FIXED, LUNAR, NAMES, feast, holiday, next_holiday
from alliance.wording.numerals import CHINESE, value_of

Span = tuple[int, int]
N = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})"
TO = r"\s{0,2}(?:到|至|-|~|—|–)\s{0,2}"
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
FEAST = "|".join(sorted([*FIXED, *next(iter(LUNAR.values())), *NAMES], key=len, reverse=True))
SEASON = {
    "暑假": "暑假",
    "暑期": "暑假",
    "暑间": "暑假",
    "署假": "暑假",
    "寒假": "寒假",
    "放寒假": "寒假",
    "暑托": "暑假",
    "寒托": "寒假",
}

FULL = re.compile(r"(?P<y>20\d\d)[-./年](?P<m>\d{1,2})[-./月](?P<d>\d{1,2})日?")
MONTH_DAY = re.compile(
    rf"(?:(?P<m>{N})月(?P<d>{N})(?:日|号)?|(?<![\d.])(?P<m2>\d{{1,2}})[./](?P<d2>\d{{1,2}})(?=\s{{0,2}}(?:日|"
    rf"号|到|至|-|~|—|前|之前|起|开始|以前|后|$|[\s,，]))(?![%米元]))(?!\d|个|名|人|岁)"
)
RANGE_DAY = re.compile(rf"{TO}(?:(?P<m>{N})(?:月|[./])(?P<d>{N})(?:日|号)?|(?P<d2>{N})(?:日|号))")
PART_OF_MONTH = re.compile(
    rf"(?P<m>{N}|本|这个|下个?|当)月(?:份)?(?P<part>上旬|中旬|下旬|初|中|底|"
    rf"末)?(?:{TO}(?P<m2>{N})月(?:份)?(?P<part2>上旬|中旬|下旬|初|中|底|末)?)?"
)
MONTHS = re.compile(
    r"(?P<a>[一二三四五六七八九十]|\d{1,2})[-、到至和]?(?P<b>[二三四五六七八九十]|"
    r"\d{1,2})月(?:份)?(?!\d|[一二三四五六七八九十])"
)
RELATIVE = {"今天": 0, "今朝": 0, "明天": 1, "明朝": 1, "后天": 2, "大后天": 3, "明早": 1, "明晚": 1, "今晚": 0}
NEAR = re.compile("大后天|今天|今朝|明天(?!就要)|明朝|后天|明早|明晚|今晚")
WEEK = re.compile(
    r"(?P<which>下下|下|本|这|这个|下个|上)(?:个)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])?(?!边|"
    r"围|岁|期)"
)
SEASONS = re.compile("|".join(sorted(SEASON, key=len, reverse=True)))
FIRST_AFTER = re.compile(
    rf"(?P<f>{FEAST}|开学|暑假|寒假)(?:节|假期)?(?:后|过后|过了|之后|以后)?的?第(?P<n>一|二|1|2)个(?:周|"
    rf"星期|礼拜)(?P<day>[一二三四五六日天])"
)
FEASTS = re.compile(rf"(?P<f>{FEAST})(?:节)?(?!期间的人|礼物|小长假后)")
BEFORE = re.compile(r"\s{0,2}(?:假期|放假)?\s{0,2}(?:前|之前|以前|前夕|前头)(?!几|面|一|两|台|往|夫|期|后)")
AFTER = re.compile(r"\s{0,2}(?:假期|放假)?\s{0,2}(?:后|之后|以后|过后|起|开始|开头)(?!面|台|来人)")
MONTH_END = re.compile(
    r"(?P<w>本月底|这个月底|月底|月末|年底|年前|开学|放假|学期结束|放寒假|放暑假)(?P<before>\s{0,2}(?:前|"
    r"之前|以前))?"
)
LAST_YEAR = 9000  # "next year", said once in every few characters, stays within what a date can hold
END_OF = {
    "上旬": (1, 10),
    "初": (1, 10),
    "中旬": (11, 20),
    "中": (11, 20),
    "下旬": (21, 31),
    "底": (21, 31),
    "末": (21, 31),
}


@dataclass(frozen=True, slots=True)
class Dates:
    """First and last day, either possibly unsaid, and the words they came from."""

    first: date | None = None
    last: date | None = None
    spans: tuple[Span, ...] = ()

    @property
    def weekday(self) -> frozenset[int]:
        """The weekday (1-7) of a single day; nothing for a range."""
        return frozenset((self.first.isoweekday(),)) if self.first and self.first == self.last else frozenset()


def read_dates(text: str, today: date) -> Dates:
    """The days of a folded text; weeks start on Monday, 前 leaves the first day open. None near the calendar's ends."""
    if not 2 <= today.year <= LAST_YEAR:
        return Dates()
    for reader in (_first_after, _full, _month_day, _week, _near, _end, _part_of_month, _season, _feast):
        if (found := reader(text, today)) and (found.first or found.last):
            return _kept(found, today)
    return Dates()


def _kept(found: Dates, today: date) -> Dates:
    """A range that is on already begins today."""
    if found.first and found.last and found.first < today <= found.last:
        return Dates(today, found.last, found.spans)
    return found


def _bounded(text: str, first: date, last: date, span: Span) -> Dates:
    """Turned into an open range by 前 or 后 behind the words."""
    if match := BEFORE.match(text, span[1]):
        return Dates(None, first - timedelta(days=1), ((span[0], match.end()),))
    if match := AFTER.match(text, span[1]):
        is_from = match.group().strip() in {"起", "开始", "开头"}
        return Dates(first if is_from else last + timedelta(days=1), None, ((span[0], match.end()),))
    return Dates(first, last, (span,))


def _first_after(text: str, today: date) -> Dates | None:
    match = FIRST_AFTER.search(text)
    if not match:
        return None
    days = feast(match["f"], today) or holiday(match["f"], today) or next_holiday(today)
    if days is None:
        return None
    day = days[1] + timedelta(days=1)
    day += timedelta(days=(WEEKDAYS[match["day"]] - day.weekday()) % 7 + (7 if match["n"] in "二2" else 0))
    return Dates(day, day, (match.span(),))


def _full(text: str, today: date) -> Dates | None:
    found = [
        (day, match.span())
        for match in FULL.finditer(text)
        if (day := _day(int(match["y"]), int(match["m"]), int(match["d"])))
    ]
    if not found:
        return None
    if len(found) > 1 and found[1][0] >= found[0][0]:
        return Dates(found[0][0], found[1][0], (found[0][1], found[1][1]))
    return _bounded(text, found[0][0], found[0][0], found[0][1])


def _month_day(text: str, today: date) -> Dates | None:
    found: list[tuple[date, Span]] = []
    for match in MONTH_DAY.finditer(text):
        month, day = _value(match["m"] or match["m2"]), _value(match["d"] or match["d2"])
        if month and day and (when := _coming(month, day, found[-1][0] if found else today)):
            found.append((when, match.span()))
            if ranged := RANGE_DAY.match(text, match.end()):
                end = _coming(_value(ranged["m"]) or month, _value(ranged["d"] or ranged["d2"]) or 0, when)
                if end:
                    return Dates(when, end, ((match.start(), ranged.end()),))
    if not found:
        return None
    if len(found) > 1 and re.fullmatch(rf"{TO}", text[found[0][1][1] : found[1][1][0]]):
        return Dates(found[0][0], found[1][0], ((found[0][1][0], found[1][1][1]),))
    return _bounded(text, found[0][0], found[0][0], found[0][1])


def _week(text: str, today: date) -> Dates | None:
    match = WEEK.search(text)
    if not match or match["which"] == "上":
        return None
    weeks = {"下下": 2, "下": 1, "下个": 1}.get(match["which"], 0)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    if match["day"] == "末":
        return _bounded(text, monday + timedelta(days=5), monday + timedelta(days=6), match.span())
    if match["day"]:
        day = monday + timedelta(days=WEEKDAYS[match["day"]])
        return _bounded(text, day, day, match.span())
    return _bounded(text, monday, monday + timedelta(days=6), match.span())


def _near(text: str, today: date) -> Dates | None:
    match = NEAR.search(text)
    if not match:
        return None
    day = today + timedelta(days=RELATIVE[match.group()])
    return _bounded(text, day, day, match.span())


def _end(text: str, today: date) -> Dates | None:
    """月底前, 年底前, 开学前, 放假前: the last day only."""
    match = MONTH_END.search(text)
    if not match:
        return None
    word = match["w"]
    if "月" in word and (match.start() == 0 or text[match.start() - 1] not in "一二三四五六七八九十0123456789个下"):
        end = date(today.year, today.month, _length(today.year, today.month))
        return Dates(None if match["before"] else end.replace(day=21), end, (match.span(),))
    if word == "年底":
        return Dates(None if match["before"] else date(today.year, 12, 1), date(today.year, 12, 31), (match.span(),))
    if word == "年前" and (days := feast("春节", today)):
        return Dates(None, days[0] - timedelta(days=1), (match.span(),))
    coming = next_holiday(today)
    if not match["before"] or coming is None:
        return None
    return Dates(None, coming[1] if word == "开学" else coming[0] - timedelta(days=1), (match.span(),))


def _part_of_month(text: str, today: date) -> Dates | None:
    if (
        (match := MONTHS.search(text))
        and (pair := (_value(match["a"]), _value(match["b"])))
        and pair[0]
        and pair[1]
        and pair[0] < pair[1] <= 12
    ):
        year = today.year + (pair[1] < today.month)
        return _bounded(text, date(year, pair[0], 1), date(year, pair[1], _length(year, pair[1])), match.span())
    for match in PART_OF_MONTH.finditer(text):
        first = _month_part(match["m"], match["part"], today)
        if first is None or (match.start() and text[match.start() - 1] in "个几每半"):
            continue
        last = _month_part(match["m2"], match["part2"], first[0]) if match["m2"] else first
        if BEFORE.match(text, match.end()) and match["part"] in {"底", "末"}:
            return Dates(None, first[1], (match.span(),))
        return _bounded(text, first[0], (last or first)[1], match.span())
    return None


def _month_part(word: str, part: str | None, today: date) -> tuple[date, date] | None:
    shift = {"本": 0, "这个": 0, "当": 0, "下": 1, "下个": 1}.get(word)
    month = (today.month + shift - 1) % 12 + 1 if shift is not None else _value(word)
    if not month or not 1 <= month <= 12:
        return None
    year = today.year + (month < today.month)
    first, last = END_OF.get(part or "", (1, 31))
    return date(year, month, first), date(year, month, min(last, _length(year, month)))


def _season(text: str, today: date) -> Dates | None:
    match = SEASONS.search(text)
    days = holiday(SEASON[match.group()], today) if match else None
    return _bounded(text, *days, match.span()) if match and days else None


def _feast(text: str, today: date) -> Dates | None:
    for match in FEASTS.finditer(text):
        if (
            match["f"] in FIXED
            and match["f"][0] in "三五六七八"
            and match.start()
            and text[match.start() - 1] in "周一二三四五六七八九十第"
        ):
            continue
        if days := feast(match["f"], today):
            return _bounded(text, *days, match.span())
    return None


def _coming(month: int, day: int, today: date) -> date | None:
    """That day in this year, or in the next where it is past."""
    this = _day(today.year, month, day)
    return this if this is None or this >= today else _day(today.year + 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= _length(year, month) else None


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _value(word: str | None) -> int | None:
    return value_of(word) if word else None
