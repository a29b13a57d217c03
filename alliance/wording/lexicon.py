"""The taxonomy's words, and which leaves and groups a text speaks of. Words arrive as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alliance.wording.folding import fold, skeleton
from alliance.wording.leafwords import HINTS

Span = tuple[int, int]

NAME_WEIGHT, SYNONYM_WEIGHT, SOUND_SHARE = 1.0, 0.9, 0.8
CERTAIN = 2.2  # evidence that gives a confidence of about nine in ten
GENERIC_SYNONYMS = frozenset(("上门", "接送", "公益", "情绪", "打卡"))


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """A leaf of the taxonomy with the words that stand for it."""

    code: str
    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupWords:
    """A child group with the words that stand for it; a restricted group is never read from a text."""

    code: str
    name: str
    words: tuple[str, ...] = ()
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class LeafHit:
    """A leaf that a text speaks of: how surely (0 to 1), and where in the folded text."""

    code: str
    confidence: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Finds leaves and groups in folded texts."""

    leaf_words: tuple[tuple[str, str, float], ...]
    group_words: tuple[tuple[str, str], ...]
    sounds: tuple[tuple[tuple[str, ...], str, float], ...]

    @classmethod
    def of(cls, categories: Iterable[CategoryWords], groups: Iterable[GroupWords]) -> Lexicon:
        """Prepare the words of all leaves and of the groups that may be read."""
        weights: dict[tuple[str, str], float] = {}
        for category in categories:
            for word, weight in _words_of(category):
                key = (word, category.code)
                weights[key] = max(weights.get(key, 0.0), weight)
        words = tuple((word, code, weight) for (word, code), weight in weights.items())
        spoken = tuple(
            (tuple(skeleton(word).split()), code, weight * SOUND_SHARE)
            for word, code, weight in words
            if len(word) >= 3 and weight >= SYNONYM_WEIGHT and word.isalpha() and not word.isascii()
        )
        named = [
            (fold(word), group.code)
            for group in groups
            if not group.is_restricted
            for word in (group.name, *group.words)
        ]
        return cls(words, tuple(sorted(named, key=lambda item: -len(item[0]))), spoken)

    def leaves(self, text: str) -> tuple[LeafHit, ...]:
        """The leaves a text speaks of, best first; ties by code."""
        plain = fold(text)
        evidence: dict[str, float] = {}
        spans: dict[str, list[Span]] = {}
        for code, weight, span in _strongest([*self._written(plain), *self._heard(plain)]):
            evidence[code] = evidence.get(code, 0.0) + weight
            spans.setdefault(code, []).append(span)
        hits = [LeafHit(code, confidence(value), tuple(sorted(spans[code]))) for code, value in evidence.items()]
        return tuple(sorted(hits, key=lambda hit: (-evidence[hit.code], hit.code)))

    def groups(self, text: str) -> tuple[tuple[str, Span], ...]:
        """The groups that a folded text names, with the place of the word; the longest word wins."""
        found: list[tuple[str, Span]] = []
        for word, code in self.group_words:
            at = text.find(word)
            while at >= 0:
                if not any(
                    start < at + len(word) and at < end
                    for _, (start, end) in found
                    if (start, end) != (at, at + len(word))
                ):
                    found.append((code, (at, at + len(word))))
                at = text.find(word, at + 1)
        return tuple(sorted(set(found), key=lambda item: item[1]))

    def _written(self, text: str) -> Iterable[tuple[str, float, Span]]:
        for word, code, weight in self.leaf_words:
            at = text.find(word)
            while at >= 0:
                yield code, weight * _length_factor(word), (at, at + len(word))
                at = text.find(word, at + len(word))

    def _heard(self, text: str) -> Iterable[tuple[str, float, Span]]:
        """Homophones of words of three and more characters: 心里疏导 for 心理疏导."""
        syllables = skeleton(text).split()
        if len(syllables) != len(text.replace(" ", "")):
            return
        places = [i for i, char in enumerate(text) if char != " "]
        for word, code, weight in self.sounds:
            for i in range(len(syllables) - len(word) + 1):
                if syllables[i] == word[0] and tuple(syllables[i : i + len(word)]) == word:
                    yield code, weight * _length_factor(word), (places[i], places[i + len(word) - 1] + 1)


def confidence(evidence: float) -> float:
    """0 to 1, growing ever slower with the evidence."""
    return round(evidence / (evidence + CERTAIN / 9), 3) if evidence > 0 else 0.0


def _words_of(category: CategoryWords) -> Iterable[tuple[str, float]]:
    yield fold(category.name), NAME_WEIGHT
    for word in category.synonyms:
        yield fold(word), SYNONYM_WEIGHT if word not in GENERIC_SYNONYMS else 0.4
    for word, weight in HINTS.get(category.code, ()):
        yield word, weight


def _length_factor(word: str | tuple[str, ...]) -> float:
    return min(1.0, 0.55 + 0.15 * len(word))


def _strongest(hits: Iterable[tuple[str, float, Span]]) -> list[tuple[str, float, Span]]:
    """For each leaf the hits outside its longer ones; a word inside a longer word of another leaf counts less."""
    ordered = sorted(hits, key=lambda hit: (hit[2][0] - hit[2][1], -hit[1], hit[2], hit[0]))
    kept: list[tuple[str, float, Span]] = []
    for code, weight, (start, end) in ordered:
        over = [other for other in kept if other[2][0] < end and start < other[2][1]]
        if any(other[0] == code for other in over):
            continue
        is_inside = any(other[2][0] <= start and end <= other[2][1] and other[2] != (start, end) for other in over)
        kept.append((code, weight * (0.3 if is_inside else 1.0), (start, end)))
    return kept
