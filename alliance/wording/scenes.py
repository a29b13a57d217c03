"""Situations told in a text: classes of words that stand near each other. Linear in the length of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alliance.core.vocabulary import HarmSignal

Hits = Mapping[str, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A situation: one word of each class in `parts`, none further than `within` characters from the first.

    `unless`: classes that must not stand within the same distance. `is_sure` False asks a person to read it.
    """

    signal: HarmSignal
    parts: tuple[str, ...]
    within: int = 14
    unless: tuple[str, ...] = ()
    is_sure: bool = True


class Words:
    """Finds the words of many classes in one pass."""

    def __init__(self, classes: Mapping[str, str]) -> None:
        self._by_start: dict[str, list[tuple[str, str]]] = {}
        for name, words in classes.items():
            for word in words.split():
                self._by_start.setdefault(word[0], []).append((word, name))

    def hits(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """The places of the words of each class."""
        found: dict[str, list[tuple[int, int]]] = {}
        for i, char in enumerate(text):
            for word, name in self._by_start.get(char, ()):
                if text.startswith(word, i):
                    found.setdefault(name, []).append((i, i + len(word)))
        return found


def place_of(scene: Scene, hits: Hits) -> tuple[int, int] | None:
    """Where the scene is told first; None where it is not."""
    if any(part not in hits for part in scene.parts):
        return None
    for start, end in hits[scene.parts[0]]:
        low, high = start - scene.within, end + scene.within
        parts = [_between(hits[part], low, high) for part in scene.parts[1:]]
        if all(parts) and not any(_between(hits.get(name, []), low, high) for name in scene.unless):
            places = [(start, end), *(part for part in parts if part)]
            return min(place[0] for place in places), max(place[1] for place in places)
    return None


def _between(places: list[tuple[int, int]], low: int, high: int) -> tuple[int, int] | None:
    return next((place for place in places if place[0] >= low and place[1] <= high), None)
