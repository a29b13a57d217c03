"""Whether words of harm tell of a case, or teach, suppose, offer or recall."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alliance.core.vocabulary import HarmSignal

PAUSES = "。;；!！?？\x1f\n,，:：、"

TOLD_WORDS = "父亲 母亲 双亲 亲人 亲戚 亲属 单亲 打工 关门 关机 黑户 被子 被告 火灾 拖鞋 烧饭 烧菜 烧水"
# Wu and other speech of the region, in words of the standard language.
DIALECT = (
    ("伊拉", "他们"),
    ("伊", "他"),
    ("呒没", "没有"),
    ("呒", "没"),
    ("勿", "不"),
    ("弗", "不"),
    ("爷娘", "爹娘"),
    ("囡囡", "小囡"),
    ("小赤佬", "小孩子"),
    ("小把戏", "小孩子"),
    ("小鬼头", "小孩子"),
    ("老汉", "老爸"),
    ("两日", "两天"),
    ("三日", "三天"),
    ("几日", "几天"),
    ("今朝", "今天"),
    ("昨日", "昨天"),
    ("夜里向", "夜里"),
    ("屋里厢", "家里"),
    ("屋里向", "家里"),
)
SPACED = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff](?: [\u4e00-\u9fff](?![\u4e00-\u9fff])){2,40}")


@dataclass(frozen=True, slots=True)
class Told:
    """A way of telling of harm."""

    pattern: re.Pattern[str]
    signal: HarmSignal
    is_sure: bool = True
    spares_groups: bool = False


def masking(words: str) -> re.Pattern[str]:
    """Finds the longest of the words at each place."""
    return re.compile("|".join(sorted(map(re.escape, words.split()), key=lambda word: (-len(word), word))))


def plainly(text: str) -> str:
    """A folded text in the standard language, with characters that stand apart drawn together."""
    for said, plain in DIALECT:
        text = text.replace(said, plain)
    return SPACED.sub(lambda match: match.group().replace(" ", ""), text)


def clause_of(text: str, start: int, end: int, pauses: str = PAUSES) -> str:
    """The words around a place, up to the next pause on each side."""
    head = max(text.rfind(mark, 0, start) for mark in pauses)
    tails = [tail for mark in pauses if (tail := text.find(mark, end)) >= 0]
    return text[head + 1 : min(tails, default=len(text))]
