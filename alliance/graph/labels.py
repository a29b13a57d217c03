"""The names behind codes, in both languages: read once per operation for sentences and for places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alliance.directory import reads
from alliance.graph.sentences import Labels
from alliance.kit.messages import DEFAULT


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place by its code: the city, a district or a town."""

    code: str
    name: str


async def labels() -> Labels:
    """The names of every place, category and group."""
    return Labels(
        categories=await reads.category_names(), places=await reads.place_names(), groups=await reads.group_names()
    )


def places(codes: Iterable[str], known: Labels) -> list[NamedPlace]:
    """Places by code, named in Chinese."""
    return [NamedPlace(code, known.of(code, DEFAULT)) for code in codes]
