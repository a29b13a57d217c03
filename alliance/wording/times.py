"""The weekly times a sentence asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alliance.core.period import Window
from alliance.wording.numerals import CHINESE, value_of

Span = tuple[int, int]
WEEKDAYS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "日": 7,
    "天": 7,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "5": 5,
    "6": 6,
    "7": 7,
}
EVERY_DAY, WORKDAYS, WEEKEND = frozenset(range(1, 8)), frozenset(range(1, 6)), frozenset((6, 7))
WEEK = r"(?:周|星期|礼拜|拜)"
D = r"(?:[一二三四五六日天]|[1-7](?!\d|:))"
DAYS = re.compile(
    rf"(?P<range>{WEEK}(?P<a>{D})\s{{0,2}}(?:到|至|-|~|—)\s{{0,2}}{WEEK}?(?P<b>{D})(?!\s{{0,2}}[点时:次个]))|"
    rf"(?P<list>(?<![一两三])(?<!本){WEEK}{D}(?:[、,和及/]?{WEEK}?{D}){{0,9}})(?!\s{{0,2}}(?:[点时:次个名人回趟节场年小]|"
    rf"年级|岁|周))|"
    rf"(?P<weekend>周末|双休日?|礼拜天和礼拜六|休息日)|(?P<work>平时|平日|工作日|上班日)|(?P<daily>每天|"
    rf"天天|日日|每日)"
)
PARTS = {
    "上午": (480, 720),
    "早上": (480, 720),
    "早晨": (480, 720),
    "清早": (480, 720),
    "午前": (480, 720),
    "上半日": (480, 720),
    "中午": (720, 780),
    "下午": (780, 1020),
    "下半日": (780, 1020),
    "午后": (780, 1020),
    "后半天": (780, 1020),
    "晚上": (1080, 1260),
    "夜里": (1080, 1260),
    "晚间": (1080, 1260),
    "夜晚": (1080, 1260),
    "夜头": (1080, 1260),
    "傍晚": (1020, 1140),
    "白天": (480, 1020),
    "日里": (480, 1020),
    "早浪": (480, 720),
    "上昼": (480, 720),
    "下昼": (780, 1020),
    "夜间": (1080, 1260),
}
AFTER_SCHOOL = (930, 1080)  # 15:30 to 18:00 on school days, reading convention
SCHOOL_OUT = re.compile(r"放学后?|放夜学|放了学|下课后|散学")
UNTIL = re.compile(r"(?:放学后?|放了学|散学)\s{0,2}(?:到|至)\s{0,2}(?:晚上|傍晚)?\Z")
PART = re.compile("|".join(PARTS) + r"|(?<=[一二三四五六日天末])晚(?![托辅])|(?<=[一二三四五六日天末])早(?!点)")
H = rf"(?:\d{{1,2}}|[{CHINESE}]{{1,3}})"
M = rf"(?:半|一刻|三刻|\d{{1,2}}分?|[{CHINESE}]{{1,3}}分)?"
CLOCK = (
    rf"(?:(?P<{{0}}c>\d{{{{1,2}}}}[:：]\d\d)|"
    rf"(?P<{{0}}h>{H.replace('{', '{{').replace('}', '}}')}) ?[点时](?!间|候|常|代|段|尚|不时|评|歌|"
    rf"刻)(?:钟)?(?P<{{0}}m>{M.replace('{', '{{').replace('}', '}}')}))"
)
HOURS = re.compile(
    CLOCK.format("a")
    + r"(?:\s{0,2}(?:到|至|-|~|—|–)\s{0,2}"
    + rf"(?:{'|'.join(PARTS)})?"
    + CLOCK.format("b")
    + ")?(?P<past>\\s{0,2}(?:前|之前|以前))?"
)
REFUSED = re.compile(
    r"^[^,，。;；\s]{0,4}(?:没空|没时间|不行|不方便|不可以|不要|不在|除外|来不了|不能|抽不出|有课|"
    r"上课抽|都上课|要上课|不开)"
)
IGNORED_BEFORE = re.compile(r"(?:除了|除|不要|不在|避开)\s{0,2}$")
NOT_A_TIME = re.compile(r"(?:天天|每天)(?=抱|打|吵|玩|拆|看手机|刷|喝|哭)")


@dataclass(frozen=True, slots=True)
class Times:
    """Weekly windows in order, and the words they came from."""

    windows: tuple[Window, ...] = ()
    spans: tuple[Span, ...] = ()


def read_times(text: str, *, dated: frozenset[int] = frozenset(), taken: tuple[Span, ...] = ()) -> Times:
    """The windows of a folded text. `dated`: weekdays of a single named day; `taken`: words already read as days."""
    groups = _day_groups(text, taken)
    parts = _parts(text)
    if not groups and not parts:
        return Times()
    refused = [group for group in groups if _is_refused(text, group[1])]
    groups = [group for group in groups if group not in refused]
    windows: set[Window] = set()
    spans: list[Span] = []
    free = [
        part for part in parts if not any(start <= part[2][0] and part[2][0] - end <= 4 for _, (start, end) in refused)
    ]
    for i, (days, span) in enumerate(groups):
        stop = groups[i + 1][1][0] if i + 1 < len(groups) else len(text)
        own = [part for part in free if span[1] <= part[2][0] < stop] or (
            [] if i else [part for part in free if part[2][0] < span[0]]
        )
        if not own and i + 1 < len(groups) and re.fullmatch(r"[、,和及\s或者]{0,6}", text[span[1] : stop]):
            own = [part for part in free if part[2][0] >= stop][:1]
        spans += [span, *(part[2] for part in own)]
        for start, end, _ in own or [(0, 1440, span)]:
            windows |= {Window(day, start, end) for day in days}
    if not groups and not refused:
        for start, end, span in free:
            is_school = bool(SCHOOL_OUT.search(text[slice(*span)]))
            windows |= {Window(day, start, end) for day in dated or (WORKDAYS if is_school else EVERY_DAY)}
            spans.append(span)
    return Times(tuple(sorted(windows)), tuple(sorted(set(spans))))


def _day_groups(text: str, taken: tuple[Span, ...]) -> list[tuple[frozenset[int], Span]]:
    groups = []
    for match in DAYS.finditer(text):
        if any(start <= match.start() < end for start, end in taken) or NOT_A_TIME.match(text, match.start()):
            continue
        groups.append((_days_of(match), match.span()))
    return groups


def _days_of(match: re.Match[str]) -> frozenset[int]:
    if match["range"]:
        first, last = WEEKDAYS[match["a"]], WEEKDAYS[match["b"]]
        return (
            frozenset(range(first, last + 1)) if first <= last else frozenset((*range(first, 8), *range(1, last + 1)))
        )
    if match["list"]:
        return frozenset(WEEKDAYS[char] for char in match["list"] if char in WEEKDAYS)
    if match["weekend"]:
        return WEEKEND
    return WORKDAYS if match["work"] else EVERY_DAY


def _parts(text: str) -> list[tuple[int, int, Span]]:
    """Parts of a day, narrowed by clock times where they stand beside each other."""
    hours = [found for match in HOURS.finditer(text) if (found := _hours(text, match))]
    covered = [(start - 3, end) for _, _, (start, end) in hours]
    parts = []
    for match in PART.finditer(text):
        if any(start <= match.start() < end for start, end in covered):
            continue
        word = match.group()
        parts.append((*PARTS.get(word, PARTS["晚上"] if word == "晚" else PARTS["上午"]), match.span()))
    parts += [
        (*AFTER_SCHOOL, match.span())
        for match in SCHOOL_OUT.finditer(text)
        if not any(s <= match.start() < e for s, e in covered)
    ]
    return sorted([*hours, *parts], key=lambda part: part[2])


def _hours(text: str, match: re.Match[str]) -> tuple[int, int, Span] | None:
    before = PART.search(text, max(0, match.start() - 4), match.start())
    bounds = PARTS.get(before.group(), PARTS["晚上"] if before.group() == "晚" else PARTS["上午"]) if before else None
    if (school := UNTIL.search(text, 0, match.start())) and (until := _minutes(match, "a")) is not None:
        close = _shifted(until, is_late=False, is_bare=True)
        return (AFTER_SCHOOL[0], close, (school.start(), match.end())) if close > AFTER_SCHOOL[0] else None
    start = _minutes(match, "a")
    end = _minutes(match, "b")
    if start is None or match["past"]:
        return None
    is_late = bounds is not None and bounds[0] >= 720
    start = _shifted(start, is_late=is_late, is_bare=bounds is None)
    if end is None:
        end = bounds[1] if bounds else (720 if start < 720 else 1020 if start < 1020 else 1260)
    else:
        end = end + 720 if end <= start and end + 720 <= 1440 else end
    span = (before.start() if before else match.start(), match.end())
    return (start, end, span) if 0 <= start < end <= 1440 else None


def _shifted(minutes: int, *, is_late: bool, is_bare: bool) -> int:
    """Twelve hours later for 下午两点, and for bare hours from one to six."""
    return minutes + 720 if minutes < 720 and (is_late or (is_bare and minutes < 420)) else minutes


def _minutes(match: re.Match[str], side: str) -> int | None:
    if match[side + "c"]:
        hours, _, minutes = match[side + "c"].replace("：", ":").partition(":")
        total = int(hours) * 60 + int(minutes)
        return total if int(hours) <= 24 and int(minutes) < 60 else None
    hour = value_of(match[side + "h"]) if match[side + "h"] else None
    if hour is None or hour > 24:
        return None
    word = match[side + "m"] or ""
    minute = {"": 0, "半": 30, "一刻": 15, "三刻": 45}.get(word, value_of(word.rstrip("分")) or 0)
    return hour * 60 + min(minute, 59)


def _is_refused(text: str, span: Span) -> bool:
    return bool(REFUSED.match(text[span[1] : span[1] + 10]) or IGNORED_BEFORE.search(text[: span[0]]))
