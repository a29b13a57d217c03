"""Where a need stands, and how many it is for, as coarse as everybody may know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.claims.rules import counted
from alliance.core.vocabulary import ClaimState, HeadcountBand, NeedState
from alliance.needs.lifecycle import band_of, derived_state, free_places

HELD = [state for state in ClaimState if state.holds_places]


def state_of(headcount: int | None, *claims: tuple[ClaimState, int]) -> NeedState:
    """The state of an open need with claims of so many places."""
    counts = [tuple(places * unit for unit in counted(state)) for state, places in claims]
    held, active, completed = (sum(count[i] for count in counts) for i in range(3))
    return derived_state(NeedState.OPEN, headcount=headcount, held=held, active=active, completed=completed)


@pytest.mark.parametrize(
    ("claims", "state"),
    [
        ([], NeedState.OPEN),
        ([(ClaimState.DECLINED, 10)], NeedState.OPEN),
        ([(ClaimState.RELEASED, 4), (ClaimState.LAPSED, 6)], NeedState.OPEN),
        ([(ClaimState.PROPOSED, 9)], NeedState.PARTLY_CLAIMED),
        ([(ClaimState.COMPLETED, 9)], NeedState.PARTLY_CLAIMED),
        ([(ClaimState.PROPOSED, 4), (ClaimState.ACCEPTED, 6)], NeedState.CLAIMED),
        ([(ClaimState.ACTIVE, 1), (ClaimState.PROPOSED, 9)], NeedState.IN_DELIVERY),
        ([(ClaimState.COMPLETED, 1), (ClaimState.ACCEPTED, 9)], NeedState.IN_DELIVERY),
        ([(ClaimState.COMPLETED, 4), (ClaimState.COMPLETED, 6)], NeedState.DELIVERED),
    ],
)
def test_an_open_need_of_ten_stands_where_its_claims_put_it(
    claims: list[tuple[ClaimState, int]], state: NeedState
) -> None:
    assert state_of(10, *claims) is state


@pytest.mark.parametrize(
    ("claim", "state"),
    [
        (ClaimState.PROPOSED, NeedState.CLAIMED),
        (ClaimState.ACTIVE, NeedState.IN_DELIVERY),
        (ClaimState.COMPLETED, NeedState.DELIVERED),
        (ClaimState.RELEASED, NeedState.OPEN),
    ],
)
def test_a_need_of_unknown_headcount_is_held_by_its_first_claim(claim: ClaimState, state: NeedState) -> None:
    assert state_of(None, (claim, 1)) is state


@pytest.mark.parametrize("stored", [NeedState.NEEDS_REVIEW, NeedState.WITHDRAWN, NeedState.EXPIRED, NeedState.CLOSED])
def test_a_set_state_is_shown_whatever_is_held(stored: NeedState) -> None:
    assert derived_state(stored, headcount=10, held=10, active=10, completed=0) is stored


def test_a_need_of_which_more_is_held_than_asked_is_not_partly_claimed() -> None:
    assert derived_state(NeedState.OPEN, headcount=4, held=6, active=0, completed=0) is NeedState.CLAIMED


def by_hand(headcount: int, claims: list[tuple[ClaimState, int]]) -> NeedState:
    """DESIGN §4, word for word, over single places."""
    places = [state for state, count in claims for _ in range(count) if state in HELD]
    if not places:
        return NeedState.OPEN
    if len(places) < headcount:
        return NeedState.PARTLY_CLAIMED
    if all(state is ClaimState.COMPLETED for state in places):
        return NeedState.DELIVERED
    if any(state in {ClaimState.ACTIVE, ClaimState.COMPLETED} for state in places):
        return NeedState.IN_DELIVERY
    return NeedState.CLAIMED


@given(
    st.integers(1, 12),
    st.lists(st.tuples(st.sampled_from(list(ClaimState)), st.integers(1, 6)), max_size=5),
)
def test_the_derived_state_equals_a_recomputation(headcount: int, claims: list[tuple[ClaimState, int]]) -> None:
    assert state_of(headcount, *claims) is by_hand(headcount, claims)


@pytest.mark.parametrize(
    ("headcount", "held", "free"), [(10, 0, 10), (10, 4, 6), (10, 10, 0), (None, 0, None), (None, 1, 0)]
)
def test_free_places_are_what_is_not_held_and_unknown_is_all_or_nothing(
    headcount: int | None, held: int, free: int | None
) -> None:
    assert free_places(headcount, held) == free


@pytest.mark.parametrize(
    ("headcount", "band"),
    [
        (None, HeadcountBand.UNKNOWN),
        (1, HeadcountBand.UNDER_5),
        (4, HeadcountBand.UNDER_5),
        (5, HeadcountBand.FROM_5_TO_9),
        (9, HeadcountBand.FROM_5_TO_9),
        (10, HeadcountBand.FROM_10_TO_29),
        (29, HeadcountBand.FROM_10_TO_29),
        (30, HeadcountBand.FROM_30),
        (500, HeadcountBand.FROM_30),
    ],
)
def test_the_band_holds_the_headcount(headcount: int | None, band: HeadcountBand) -> None:
    assert band_of(headcount) is band
