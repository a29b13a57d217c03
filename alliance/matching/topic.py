"""How far a capability is on a need's topic: by the category the head picked, and by the words of both texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin

from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts
from alliance.wording.folding import fold

# From here on a capability counts as on the topic. One word of the category in the need's text reaches it, a single
# pair of characters from a description does not; a picked sister leaf needs the support of a pair. Decision, own.
ON_TOPIC = 0.3

# What the picked category says on its own. A sister leaf stays below ON_TOPIC, because a football coach is no answer
# to a wish for painting though both are under one top; yet heads pick wrong leaves, so words can lift it. Decision, own.
SAME_LEAF = 1.0
SAME_TOP = 0.2

# Evidence at which the words of a text count half; about one rare word. Decision, own.
HALF_EVIDENCE = 200

# Weight of a pair of characters by the number of leaves whose words hold it: whole numbers instead of logarithms, so
# that points are the same on every machine. A pair that no leaf knows may be topic or chatter. Decision, own.
PAIR_WEIGHTS = ((1, 100), (2, 80), (4, 60), (8, 35))
COMMON_PAIR, UNKNOWN_PAIR = 15, 50

# Share, in percent, of a pair's weight that counts: where it stands, and whether only its sound agrees (typing by
# pinyin makes 防泥水 of 防溺水). Decision, own.
CATEGORY_SHARE, TITLE_SHARE, DESCRIPTION_SHARE, SOUND_SHARE = 100, 100, 70, 50

# Words of every need, whatever its topic.
CHATTER = (
    "孩子 小孩 孩子们 小朋友 娃娃 娃们 儿童 家里 家长 爸妈 爸爸 妈妈 大人 我们 你们 他们 站里 想请 请人 有人 的人 来个 能不能 可以 "
    "最好 一个 几个 十几个 多个 一起 一下 没有 不知道 怎么 什么 就好 帮忙 需要 希望 每周 周末 周六 周日 上午 下午 晚上 "
    "一次 一场 个人 老师 想让 想给 想搞 活动 服务 面向 适合 提供 困难 家庭 学生 小学 初中 志愿者 社工 组织 一对一 的孩 "
    "的小 小时 分钟 时间 两个 三个 四个 五个 六个 都在 还是 就是 不是"
).split()

# A clause that says what is not wanted speaks of another topic: 不是要一对一，就想几个凑一起.
UNWANTED = re.compile(r"(?:不是要?|不用|不要|不缺|不需要|不想再|无需|别光)[^,.;:!?，。；：！？\n]*")
CHINESE = re.compile(r"[一-鿿]+")
LATIN = re.compile(r"[a-z]+")
SHORTEST_SOUND = 4  # letters; shorter runs of pinyin agree by chance


@dataclass(frozen=True, slots=True)
class Terms:
    """A text as pairs of characters, each with the sound of the pair, and as runs of Latin letters."""

    pairs: Mapping[str, str] = field(default_factory=dict)
    latin: frozenset[str] = frozenset()
    sounds: frozenset[str] = frozenset()
    initials: str = ""


@dataclass(frozen=True, slots=True)
class Topics:
    """The taxonomy prepared for reading texts: the terms of every leaf, and in how many leaves a pair occurs."""

    leaves: Mapping[str, Terms]
    counts: Mapping[str, int]

    def weight(self, pair: str) -> int:
        """How much a pair of characters says about the topic, 0 to 100."""
        if pair in CHATTER_PAIRS:
            return 0
        if not (count := self.counts.get(pair, 0)):
            return UNKNOWN_PAIR
        return next((weight for most, weight in PAIR_WEIGHTS if count <= most), COMMON_PAIR)


def on_topic(need: NeedFacts, capability: CapabilityFacts, categories: Mapping[str, CategoryFacts]) -> float:
    """Return how far `capability` is on the need's topic, 0 to 1; from `ON_TOPIC` on it is an answer to it."""
    return topic_fit(need, capability, read_topics(tuple(categories.values())))


def topic_fit(need: NeedFacts, capability: CapabilityFacts, topics: Topics) -> float:
    """Like `on_topic`, on a taxonomy that was prepared once. Words fill what the picked category leaves open."""
    picked = picked_fit(need, capability)
    return picked + (1.0 - picked) * wording_fit(need, capability, topics)


def picked_fit(need: NeedFacts, capability: CapabilityFacts) -> float:
    """1 for a leaf the head picked, less for a sister leaf, 0 for another top or when nothing was picked."""
    if capability.category in need.categories:
        return SAME_LEAF
    top = capability.category.partition(".")[0]
    return SAME_TOP if any(top == picked.partition(".")[0] for picked in need.categories) else 0.0


def wording_fit(need: NeedFacts, capability: CapabilityFacts, topics: Topics) -> float:
    """How much the need's text shares with the capability's text and the words of its leaf, 0 to below 1."""
    evidence = wording_evidence(need, capability, topics)
    return evidence / (evidence + 100 * HALF_EVIDENCE)


def wording_evidence(need: NeedFacts, capability: CapabilityFacts, topics: Topics) -> int:
    """The summed weights of what both texts share, in hundredths: each pair counts once, where it counts most."""
    asked = read_terms(wanted_part(need.text))
    fields = (
        (topics.leaves.get(capability.category, Terms()), CATEGORY_SHARE),
        (read_terms(capability.title), TITLE_SHARE),
        (read_terms(capability.description), DESCRIPTION_SHARE),
    )
    pairs = sum(
        topics.weight(pair) * max(agreement(pair, sound, terms) * share for terms, share in fields) // 100
        for pair, sound in asked.pairs.items()
    )
    return pairs + 100 * sum(max(spelled(word, terms) for terms, _ in fields) for word in asked.latin)


def agreement(pair: str, sound: str, terms: Terms) -> int:
    """100 when the text holds the pair, less when it holds one that sounds the same, else 0."""
    if pair in terms.pairs:
        return 100
    return SOUND_SHARE if sound in terms.sounds else 0


def spelled(word: str, terms: Terms) -> int:
    """100 when Latin letters stand in the text, spell two of its characters in pinyin, or are its initials."""
    if word in terms.latin or (len(word) >= SHORTEST_SOUND and word in terms.sounds):
        return 100
    return 100 if 3 <= len(word) <= SHORTEST_SOUND and word in terms.initials else 0


def wanted_part(text: str) -> str:
    """The folded text without the clauses that say what is not wanted."""
    return UNWANTED.sub("", fold(text))


@lru_cache(maxsize=65_536)
def read_terms(text: str) -> Terms:
    """The terms of a text. Kept, because the same capabilities are read for every need."""
    return terms_of(CHINESE.findall(folded := fold(text)), LATIN.findall(folded))


def terms_of(runs: Iterable[str], words: list[str]) -> Terms:
    """The terms of runs of Chinese characters and of Latin words; neighbouring words also count joined."""
    pairs: dict[str, str] = {}
    initials = []
    for run in runs:
        syllables = lazy_pinyin(run)
        pairs |= {a + b: x + y for (a, b), (x, y) in zip(pairwise(run), pairwise(syllables), strict=False)}
        initials.append("".join(syllable[0] for syllable in syllables))
    latin = frozenset(words) | frozenset(a + b for a, b in pairwise(words))
    return Terms(pairs, latin, frozenset(pairs.values()), " ".join(initials))


@lru_cache(maxsize=8)
def read_topics(categories: tuple[CategoryFacts, ...]) -> Topics:
    """The taxonomy prepared for reading texts."""
    leaves = {leaf.code: read_terms(" ".join((leaf.name, *leaf.words))) for leaf in categories}
    return Topics(leaves, Counter(pair for terms in leaves.values() for pair in terms.pairs))


CHATTER_PAIRS = frozenset(a + b for word in CHATTER for a, b in pairwise(word))
