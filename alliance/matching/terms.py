"""What a text is made of when topics are compared: pairs of characters, their sounds, Latin words and concepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin

from alliance.matching.concepts import CONCEPTS
from alliance.wording.folding import fold
from alliance.wording.wordlist import listed

# Words of every need, whatever its topic.
CHATTER = listed(
    "孩子 小孩 孩子们 小朋友 娃娃 娃们 儿童 家里 家长 爸妈 爸爸 妈妈 大人 我们 你们 他们 站里 想请 请人 有人 的人 "
    "来个 能不能 可以 最好 一个 几个 十几个 多个 一起 一下 没有 不知道 怎么 什么 就好 帮忙 需要 希望 每周 周末 周六 "
    "周日 上午 下午 晚上 双休日 一次 一场 个人 老师 想让 想给 想搞 活动 服务 面向 适合 提供 困难 家庭 学生 小学 初中 "
    "志愿者 社工 组织 一对一 的孩 的小 小时 分钟 时间 两个 三个 四个 五个 六个 都在 还是 就是 不是 暑假 寒假 放假 "
    "假期 年级 左右 男孩 女孩 社区 街道 村里 镇上 机构 这边 现在"
)

# A pair with one of these is grammar or a number, not a topic, unless the taxonomy itself writes it.
GRAMMAR = frozenset(
    "的了着过在是有和跟与也都就还又很太能会要想给让把被来去到从对这那哪个们吗呢吧啊嘛些点里上下没不可以及等各每"
    "一二三四五六七八九十百两几多半年月日周岁户名位人次天"
)

# A clause that says what is not wanted speaks of another topic: 不是要一对一，就想几个凑一起.
UNWANTED = re.compile(r"(?:不是要?|不用|不要|不缺|不需要|不想再|无需|别光)[^,.;:!?，。；：！？\n]*")
CHINESE = re.compile(r"[一-鿿]+")
LATIN = re.compile(r"[a-z]+")
TYPED_WORD = 7  # letters; 踢 is ti, and stands in many words
SOUNDING_WORD = 3  # characters; two syllables agree by chance
# Texts kept read, some 20 kB each. All offers, or one round over them would drop each before it is asked for again; of
# needs those on the board, so that a server that runs for years stays small.
NEEDS_KEPT, OFFERS_KEPT = 4_096, 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A text as pairs of characters, each with the sound of the pair, as runs of Latin letters and as concepts.

    `concepts` maps the number of each of `CONCEPTS` of which the text writes or sounds a word to its percentage.
    """

    pairs: Mapping[str, str] = field(default_factory=dict)
    latin: frozenset[str] = frozenset()
    sounds: frozenset[str] = frozenset()
    initials: str = ""
    concepts: Mapping[int, int] = field(default_factory=dict)
    characters: frozenset[str] = frozenset()


def wanted_part(text: str) -> str:
    """The folded text without the clauses that say what is not wanted."""
    return UNWANTED.sub("", fold(text))


@lru_cache(NEEDS_KEPT)
def read_wanted_terms(text: str) -> Terms:
    """The terms of what a need's text asks for."""
    return terms_of(wanted_part(text))


@lru_cache(OFFERS_KEPT)
def read_terms(text: str) -> Terms:
    """The terms of a text. Kept, because the same capabilities are read for every need."""
    return terms_of(fold(text))


def terms_of(folded: str) -> Terms:
    """The terms of a folded text; neighbouring Latin words also count joined."""
    pairs: dict[str, str] = {}
    initials, spoken = [], []
    for run in CHINESE.findall(folded):
        syllables = lazy_pinyin(run)
        pairs |= {a + b: x + y for (a, b), (x, y) in zip(pairwise(run), pairwise(syllables), strict=False)}
        initials.append("".join(syllable[0] for syllable in syllables))
        spoken.append(quoted(run))
    characters = frozenset("".join(CHINESE.findall(folded))) - GRAMMAR
    words = LATIN.findall(folded)
    latin = frozenset(words) | frozenset(a + b for a, b in pairwise(words))
    concepts = concepts_of(folded, " ".join(spoken), "".join(words))
    return Terms(pairs, latin, frozenset(pairs.values()), " ".join(initials), concepts, characters)


def concepts_of(folded: str, spoken: str, latin: str) -> dict[int, int]:
    """The concepts of which one word is written, sounds in `spoken` ('xin'li'), or is typed in pinyin."""
    found: dict[int, int] = {}
    for words, text in ((WRITTEN, folded), (SPOKEN, spoken), (TYPED, latin)):
        for word, number, strength in words if text else ():
            if word in text and strength > found.get(number, 0):
                found[number] = strength
    return found


def quoted(word: str) -> str:
    """The syllables of a word in quotes: 'xin'li'."""
    return f"'{chr(39).join(lazy_pinyin(word))}'"


WRITTEN = [(fold(word), number, strength) for number, group in enumerate(CONCEPTS) for word, strength in group.items()]
CHINESE_WORDS = [item for item in WRITTEN if CHINESE.fullmatch(item[0])]
SPOKEN = [(quoted(word), number, strength) for word, number, strength in CHINESE_WORDS if len(word) >= SOUNDING_WORD]
TYPED = [
    (sound, number, strength)
    for word, number, strength in CHINESE_WORDS
    if len(sound := "".join(lazy_pinyin(word))) >= TYPED_WORD
]
CHATTER_PAIRS = frozenset(a + b for word in CHATTER for a, b in pairwise(word))
