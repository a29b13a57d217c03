"""How far a capability is on a need's topic: by the category the head picked, and by the words of both texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts
from alliance.matching.terms import (
    CHATTER_PAIRS,
    GRAMMAR,
    NEEDS_KEPT,
    OFFERS_KEPT,
    Terms,
    read_terms,
    read_wanted_terms,
)

# Evidence from which on a text speaks of a leaf: about a word and a half. Below it what is asked is unknown.
# Decision, own.
READABLE = 130

# What an offer of another leaf needs to be on the topic: a share of the evidence for the leaf the text speaks of most,
# and so much evidence at the least: little where nothing is picked, a word for a sister of a picked leaf, two for a
# stranger. Heads pick wrong leaves one time in ten, mostly sisters. Decision, own.
ENOUGH_SHARE = 0.4
ENOUGH_WITHOUT_PICK, ENOUGH_FOR_SISTER, ENOUGH_FOR_STRANGER = 60, 80, 180

# What a leaf is worth as the service asked for: picked, or only read from the text beside other picks. A sister of a
# picked leaf is nearer than a stranger: heads confuse sisters, yet a football coach is no answer to a wish for
# painting. Decision, own.
PICKED, READ_WITHOUT_PICK, READ_BESIDE_SISTER, READ_BESIDE_PICK = 1.0, 0.9, 0.7, 0.5

# Evidence at which the words of a text count half; about three rare words. Decision, own.
HALF_EVIDENCE = 300

# Weight of a pair of characters by the number of leaves whose words hold it: whole numbers instead of logarithms, so
# that points are the same on every machine. A pair that no leaf knows may be topic or chatter. Decision, own.
PAIR_WEIGHTS = ((1, 100), (2, 80), (4, 60), (8, 35))
COMMON_PAIR, UNKNOWN_PAIR, GRAMMAR_PAIR = 15, 50, 5
CONCEPT_WEIGHTS = ((1, 140), (2, 110), (4, 80))
COMMON_CONCEPT = 40
CHARACTER_WEIGHTS = ((2, 12), (5, 6))

# Share, in percent, of a weight that counts: where it stands, and whether only its sound agrees (typing by pinyin makes
# 防泥水 of 防溺水). Decision, own.
LEAF_SHARE, TITLE_SHARE, DESCRIPTION_SHARE, DEFINITION_SHARE, SOUND_SHARE = 100, 100, 70, 60, 50


@dataclass(frozen=True, slots=True, eq=False)
class Offered:
    """What an offer's texts hold, each with the percentage at which it counts."""

    pairs: Mapping[str, int]
    sounds: Mapping[str, int]
    concepts: Mapping[int, int]
    characters: Mapping[str, int]
    latin: frozenset[str]
    initials: str


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """The taxonomy prepared for reading texts: every leaf, and in how many leaves a pair or a concept occurs."""

    leaves: Mapping[str, Offered]
    pair_counts: Mapping[str, int]
    concept_counts: Mapping[int, int]
    character_counts: Mapping[str, int]

    def pair_weight(self, pair: str) -> int:
        """How much a pair of characters says about the topic, 0 to 100."""
        if pair in CHATTER_PAIRS:
            return 0
        if not (count := self.pair_counts.get(pair, 0)):
            return UNKNOWN_PAIR if GRAMMAR.isdisjoint(pair) else GRAMMAR_PAIR
        return next((weight for most, weight in PAIR_WEIGHTS if count <= most), COMMON_PAIR)

    def concept_weight(self, concept: int) -> int:
        """How much a concept says about the topic."""
        count = self.concept_counts.get(concept, 0)
        return next((weight for most, weight in CONCEPT_WEIGHTS if count <= most), COMMON_CONCEPT)

    def character_weight(self, character: str) -> int:
        """How much a single character says about the topic: little, and nothing when it is in many leaves."""
        count = self.character_counts.get(character, 0)
        return next((weight for most, weight in CHARACTER_WEIGHTS if count <= most), 0)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a need's text asks for: its terms with their weights, and the evidence for each leaf."""

    pairs: tuple[tuple[str, str, int], ...]
    concepts: tuple[tuple[int, int], ...]
    characters: tuple[tuple[str, int], ...]
    latin: frozenset[str]
    leaves: Mapping[str, int]

    @property
    def most(self) -> int:
        """The evidence for the leaf the text speaks of most."""
        return max(self.leaves.values(), default=0)


def is_on_topic(need: NeedFacts, capability: CapabilityFacts, topics: Topics) -> bool:
    """True when `capability` is an answer to what the need asks for, whatever the rules say.

    A picked leaf is, always. Another needs words: enough of them for a sister or a stranger to be meant instead. Where
    nothing is picked and the text speaks of no leaf, what is asked is unknown, and that excludes nothing.
    """
    if capability.category in need.categories:
        return True
    asked = read_need(need.text, topics)
    if not need.categories and asked.most < READABLE:
        return True
    evidence = max(wording_evidence(need, capability, topics), asked.leaves.get(capability.category, 0))
    return evidence >= max(enough(need, capability), ENOUGH_SHARE * asked.most)


def enough(need: NeedFacts, capability: CapabilityFacts) -> int:
    """The least evidence that brings an offer of a leaf that was not picked on the topic."""
    if not need.categories:
        return ENOUGH_WITHOUT_PICK
    return ENOUGH_FOR_SISTER if is_sister(need, capability) else ENOUGH_FOR_STRANGER


def category_fit(need: NeedFacts, capability: CapabilityFacts, topics: Topics) -> float:
    """1 for a leaf the head picked; else how far the text speaks of the leaf, the less the more the picks differ."""
    if capability.category in need.categories:
        return PICKED
    asked = read_need(need.text, topics)
    evidence = asked.leaves.get(capability.category, 0)
    read = evidence / max(asked.most, HALF_EVIDENCE)
    return read * trust_in_reading(need, capability)


def trust_in_reading(need: NeedFacts, capability: CapabilityFacts) -> float:
    """How far a leaf that was only read counts beside what the head picked."""
    if not need.categories:
        return READ_WITHOUT_PICK
    return READ_BESIDE_SISTER if is_sister(need, capability) else READ_BESIDE_PICK


def is_sister(need: NeedFacts, capability: CapabilityFacts) -> bool:
    """True when the offer's leaf lies under the same top as a picked one."""
    top = capability.category.partition(".")[0]
    return any(top == picked.partition(".")[0] for picked in need.categories)


def wording_fit(need: NeedFacts, capability: CapabilityFacts, topics: Topics) -> float:
    """How much the need's text shares with the capability's text and the words of its leaf, 0 to below 1."""
    evidence = wording_evidence(need, capability, topics)
    return evidence / (evidence + HALF_EVIDENCE)


def wording_evidence(need: NeedFacts, capability: CapabilityFacts, topics: Topics) -> int:
    """The summed weights of what need and capability share: each term counts once, where it counts most."""
    return shared(read_need(need.text, topics), read_offer(capability.title, capability.description))


def shared(asked: Asked, offered: Offered) -> int:
    """The summed weights of the terms that both hold, in whole points."""
    pairs = sum(
        weight * max(offered.pairs.get(pair, 0), offered.sounds.get(sound, 0) * SOUND_SHARE // 100)
        for pair, sound, weight in asked.pairs
    )
    concepts = sum(weight * offered.concepts.get(concept, 0) for concept, weight in asked.concepts)
    characters = sum(weight * offered.characters.get(character, 0) for character, weight in asked.characters)
    return (pairs + concepts + characters) // 100 + sum(100 for word in asked.latin if is_spelled(word, offered))


def is_spelled(word: str, offered: Offered) -> bool:
    """True when Latin letters stand in the text, spell two of its characters in pinyin, or are its initials."""
    if word in offered.latin or (len(word) >= 4 and word in offered.sounds):
        return True
    return 3 <= len(word) <= 4 and word in offered.initials


@lru_cache(NEEDS_KEPT)
def read_need(text: str, topics: Topics) -> Asked:
    """What a need's text asks for. Kept, because the same need is held against every capability."""
    terms = read_wanted_terms(text)
    pairs = ((pair, sound, topics.pair_weight(pair)) for pair, sound in terms.pairs.items())
    asked = Asked(
        pairs=tuple(term for term in pairs if term[2]),
        concepts=tuple(
            (number, topics.concept_weight(number) * sure // 100) for number, sure in terms.concepts.items()
        ),
        characters=tuple((character, topics.character_weight(character)) for character in sorted(terms.characters)),
        latin=terms.latin,
        leaves={},
    )
    return replace(asked, leaves={code: shared(asked, leaf) for code, leaf in topics.leaves.items()})


@lru_cache(OFFERS_KEPT)
def read_offer(title: str, description: str) -> Offered:
    """What the two texts of a capability hold. Kept, because a capability is held against every need."""
    return offered_in((read_terms(title), TITLE_SHARE), (read_terms(description), DESCRIPTION_SHARE))


def offered_in(*texts: tuple[Terms, int]) -> Offered:
    """What texts hold together; a term in several counts where its percentage is highest."""
    by_share = sorted(texts, key=lambda text: text[1])
    return Offered(
        pairs={pair: share for terms, share in by_share for pair in terms.pairs},
        sounds={sound: share for terms, share in by_share for sound in terms.sounds},
        concepts=strongest(texts),
        characters={character: share for terms, share in by_share for character in terms.characters},
        latin=frozenset().union(*(terms.latin for terms, _ in texts)),
        initials=" ".join(terms.initials for terms, _ in texts),
    )


def strongest(texts: tuple[tuple[Terms, int], ...]) -> dict[int, int]:
    """The concepts of texts, each with its highest percentage."""
    found: dict[int, int] = {}
    for terms, share in texts:
        for concept, sure in terms.concepts.items():
            found[concept] = max(found.get(concept, 0), sure * share // 100)
    return found


@lru_cache(maxsize=8)
def read_topics(categories: tuple[CategoryFacts, ...]) -> Topics:
    """The taxonomy prepared for reading texts."""
    words = {leaf.code: read_terms(" ".join((leaf.name, *leaf.words))) for leaf in categories}
    leaves = {
        leaf.code: offered_in((words[leaf.code], LEAF_SHARE), (read_terms(leaf.definition), DEFINITION_SHARE))
        for leaf in categories
    }
    return Topics(
        leaves,
        Counter(pair for leaf in leaves.values() for pair in leaf.pairs),
        Counter(concept for terms in words.values() for concept in terms.concepts),
        Counter(character for leaf in leaves.values() for character in leaf.characters),
    )
