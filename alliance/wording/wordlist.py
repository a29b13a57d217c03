"""Long lists of words, written as running text."""

from __future__ import annotations


def listed(words: str) -> tuple[str, ...]:
    """The words between the blanks."""
    return tuple(words.split())
