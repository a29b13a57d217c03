"""The arithmetic of coverage: every need in parts that are delivered, in hand or unmet, added up by place and kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from alliance.core.vocabulary import AgeBand, CauseStage, CountState

K = TypeVar("K")


class Progress(Enum):
    """How far the places of a part have come."""

    DELIVERED = "delivered"
    IN_HAND = "in hand"
    UNMET = "unmet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Places of one need that have come equally far. `cause` says how far, where they are not delivered."""

    need_id: str
    town: str
    category: str | None
    age_band: AgeBand | None
    places: int
    progress: Progress
    cause: CauseStage | None = None
    capability_id: str | None = None

    @property
    def district(self) -> str:
        """The district of the town."""
        return self.town[:6]


@dataclass(frozen=True, slots=True)
class Count:
    """A number as far as it may be shown; `value` is None unless it is exact."""

    state: CountState
    value: int | None

    @classmethod
    def of(cls, number: int) -> Count:
        """A number for somebody who may see the rows behind it."""
        return cls(CountState.EXACT, number)


WITHHELD = Count(CountState.WITHHELD, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Places asked for, and what became of them: asked = delivered + in_hand + unmet."""

    needs: Count
    asked: Count
    delivered: Count
    in_hand: Count
    unmet: Count


NOTHING = Count(CountState.NOTHING_ASKED, None)
NO_FIGURES = Figures(needs=NOTHING, asked=NOTHING, delivered=NOTHING, in_hand=NOTHING, unmet=NOTHING)
HIDDEN = Figures(needs=WITHHELD, asked=WITHHELD, delivered=WITHHELD, in_hand=WITHHELD, unmet=WITHHELD)


@dataclass(frozen=True, slots=True)
class Cause:
    """How many places have got just so far."""

    stage: CauseStage
    needs: Count
    places: Count


def age_band(low: int | None, high: int | None) -> AgeBand | None:
    """The band that holds the middle of an age range; None where neither side is known or it lies beyond 17."""
    if low is None and high is None:
        return None
    first, last = (high if low is None else low), (low if high is None else high)
    middle = ((first or 0) + (last or 0)) // 2
    return next((band for band in AgeBand if band.years[0] <= middle <= band.years[1]), None)


def figures(parts: Iterable[Part]) -> Figures:
    """The figures of some parts; without any, that nothing was asked."""
    parts = tuple(parts)
    if not parts:
        return NO_FIGURES
    places = {step: sum(part.places for part in parts if part.progress is step) for step in Progress}
    return Figures(
        needs=Count.of(len({part.need_id for part in parts})),
        asked=Count.of(sum(places.values())),
        delivered=Count.of(places[Progress.DELIVERED]),
        in_hand=Count.of(places[Progress.IN_HAND]),
        unmet=Count.of(places[Progress.UNMET]),
    )


def causes(parts: Iterable[Part]) -> tuple[Cause, ...]:
    """The places not delivered by the stage they have reached, most places first; ties in the order of stages."""
    found = grouped((part for part in parts if part.cause), lambda part: part.cause)
    order = list(CauseStage)
    ranked = sorted(
        ((stage, some) for stage, some in found.items() if stage),
        key=lambda item: (-sum(part.places for part in item[1]), order.index(item[0])),
    )
    return tuple(
        Cause(stage, Count.of(len({part.need_id for part in some})), Count.of(sum(part.places for part in some)))
        for stage, some in ranked
    )


def nearest(parts: Iterable[Part]) -> str | None:
    """The capability nearest to serving the most unmet places; ties by id."""
    found = grouped((part for part in parts if part.progress is Progress.UNMET), lambda part: part.capability_id)
    ranked = sorted(
        (-sum(part.places for part in some), capability_id) for capability_id, some in found.items() if capability_id
    )
    return ranked[0][1] if ranked else None


def grouped(parts: Iterable[Part], key: Callable[[Part], K]) -> Mapping[K, Sequence[Part]]:
    """Parts by `key`, in the order they come."""
    found: dict[K, list[Part]] = {}
    for part in parts:
        found.setdefault(key(part), []).append(part)
    return found
