"""The arithmetic of coverage."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.vocabulary import AgeBand, CauseStage
from alliance.coverage.gaps import (
    HIDDEN,
    NO_FIGURES,
    Cause,
    Count,
    Figures,
    Part,
    Progress,
    age_band,
    causes,
    figures,
    grouped,
    nearest,
)


def part(need_id: str, places: int, progress: Progress, **facts: object) -> Part:
    """A part of a need in Liangxi."""
    known: dict[str, object] = {"town": "320213026", "category": "learning.tutoring", "age_band": None}
    return Part(need_id=need_id, places=places, progress=progress, **known | facts)  # type: ignore[arg-type]


@st.composite
def parts(draw: st.DrawFn) -> list[Part]:
    """Needs cut in parts; what is not delivered has a cause."""
    made = []
    for number in range(draw(st.integers(0, 6))):
        for progress in draw(st.lists(st.sampled_from(list(Progress)), min_size=1, max_size=3)):
            cause = None if progress is Progress.DELIVERED else draw(st.sampled_from(list(CauseStage)))
            made.append(part(f"need_{number}", draw(st.integers(0, 60)), progress, cause=cause))
    return made


def exact(count: Count) -> int:
    """The number, zero where nothing was asked."""
    return count.value or 0


@given(parts())
def test_what_is_asked_is_delivered_in_hand_or_unmet(some: list[Part]) -> None:
    total = figures(some)
    assert exact(total.asked) == exact(total.delivered) + exact(total.in_hand) + exact(total.unmet)
    assert exact(total.asked) == sum(item.places for item in some)
    assert exact(total.needs) == len({item.need_id for item in some})


@given(parts())
def test_causes_add_up_to_everything_not_delivered(some: list[Part]) -> None:
    total = figures(some)
    found = causes(some)
    assert sum(exact(cause.places) for cause in found) == exact(total.in_hand) + exact(total.unmet)
    assert len({cause.stage for cause in found}) == len(found)


@given(parts(), st.randoms(use_true_random=False))
def test_the_order_of_parts_is_irrelevant(some: list[Part], random: Random) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)
    assert (figures(shuffled), causes(shuffled), nearest(shuffled)) == (figures(some), causes(some), nearest(some))


@given(parts())
def test_the_figures_of_groups_add_up_to_the_whole(some: list[Part]) -> None:
    by_need = grouped(some, lambda item: item.need_id)
    assert sum(exact(figures(group).asked) for group in by_need.values()) == exact(figures(some).asked)
    assert sum(exact(figures(group).needs) for group in by_need.values()) == exact(figures(some).needs)


def test_one_need_in_three_parts_is_one_need() -> None:
    some = [
        part("need_1", 4, Progress.DELIVERED),
        part("need_1", 3, Progress.IN_HAND, cause=CauseStage.UNDELIVERED),
        part("need_1", 8, Progress.UNMET, cause=CauseStage.AREA),
    ]
    assert figures(some) == Figures(
        needs=Count.of(1), asked=Count.of(15), delivered=Count.of(4), in_hand=Count.of(3), unmet=Count.of(8)
    )


def test_nothing_asked_is_said_and_is_not_zero() -> None:
    assert figures([]) == NO_FIGURES
    assert NO_FIGURES.asked.value is None
    assert HIDDEN.asked.value is None
    assert NO_FIGURES != HIDDEN


def test_causes_stand_by_places_then_by_stage() -> None:
    some = [
        part("need_1", 5, Progress.UNMET, cause=CauseStage.CAPACITY),
        part("need_2", 5, Progress.UNMET, cause=CauseStage.AREA),
        part("need_3", 4, Progress.UNMET, cause=CauseStage.WINDOW),
        part("need_4", 4, Progress.UNMET, cause=CauseStage.WINDOW),
        part("need_5", 9, Progress.DELIVERED),
    ]
    assert causes(some) == (
        Cause(CauseStage.WINDOW, Count.of(2), Count.of(8)),
        Cause(CauseStage.AREA, Count.of(1), Count.of(5)),
        Cause(CauseStage.CAPACITY, Count.of(1), Count.of(5)),
    )


def test_the_nearest_capability_would_serve_most_unmet_places_and_ties_go_by_id() -> None:
    some = [
        part("need_1", 5, Progress.UNMET, capability_id="capability_2"),
        part("need_2", 3, Progress.UNMET, capability_id="capability_1"),
        part("need_3", 2, Progress.UNMET, capability_id="capability_1"),
        part("need_4", 50, Progress.IN_HAND, capability_id="capability_3"),
        part("need_5", 50, Progress.UNMET),
    ]
    assert nearest(some) == "capability_1"
    assert nearest(some[3:]) is None


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        (0, 2, AgeBand.AGES_0_2),
        (9, 11, AgeBand.AGES_9_11),
        (6, 12, AgeBand.AGES_9_11),
        (8, 9, AgeBand.AGES_6_8),
        (None, 5, AgeBand.AGES_3_5),
        (15, None, AgeBand.AGES_15_17),
        (16, 18, AgeBand.AGES_15_17),
        (18, 18, None),
        (None, None, None),
    ],
)
def test_the_age_band_holds_the_middle_of_the_range(low: int | None, high: int | None, band: AgeBand | None) -> None:
    assert age_band(low, high) is band


@given(st.integers(0, 17), st.integers(0, 17))
def test_every_range_of_children_has_exactly_one_band(one: int, other: int) -> None:
    low, high = sorted((one, other))
    bands = [band for band in AgeBand if band.years[0] <= (low + high) // 2 <= band.years[1]]
    assert [age_band(low, high)] == bands


def test_a_part_knows_its_district() -> None:
    assert part("need_1", 1, Progress.UNMET).district == "320213"
