"""When a claim may be made, what it takes, and how it goes on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.claims.drafts import ClaimNeedDraft, CompleteClaimDraft
from alliance.claims.rules import (
    MOVES,
    NotEnoughLeft,
    OnlyWhole,
    TooSmall,
    WrongClaimState,
    bars_claim,
    claim_faults,
    counted,
    delivery_days,
    next_state,
    places_claimed,
    record_columns,
)
from alliance.core.period import Days
from alliance.core.permissions import Deed
from alliance.core.problems import Faults, Problem, Refused
from alliance.core.vocabulary import ClaimState, Outcome, Rule
from tests.rules.made import TODAY, YIXING, capability, need, only_broken

# Deed × state: where it leads, `.` where it is refused.
STATES = "PROPOSED  ACCEPTED  ACTIVE    COMPLETED DECLINED  RELEASED  LAPSED"
TABLE = """
ACCEPT_CLAIM    ACCEPTED  .         .         .         .         .         .
DECLINE_CLAIM   DECLINED  .         .         .         .         .         .
RELEASE_CLAIM   RELEASED  RELEASED  RELEASED  .         .         .         .
START_CLAIM     .         ACTIVE    .         .         .         .         .
COMPLETE_CLAIM  .         .         COMPLETED .         .         .         .
LAPSE_CLAIM     LAPSED    LAPSED    .         .         .         .         .
"""
CELLS = [
    (Deed[line.split()[0]], ClaimState[state], None if after == "." else ClaimState[after])
    for line in TABLE.strip().splitlines()
    for state, after in zip(STATES.split(), line.split()[1:], strict=True)
]


def problem_of(refusal: pytest.ExceptionInfo[Refused]) -> Problem:
    """The problem a deed was refused with."""
    return refusal.value.problem


def test_the_table_of_moves_names_every_deed_and_every_state() -> None:
    assert {deed for deed, _, _ in CELLS} == set(MOVES)
    assert {state for _, state, _ in CELLS} == set(ClaimState)


@pytest.mark.parametrize(("deed", "state", "after"), CELLS)
def test_a_deed_leads_from_one_state_to_the_next_or_is_refused(
    deed: Deed, state: ClaimState, after: ClaimState | None
) -> None:
    if after is not None:
        assert next_state(deed, state) is after
        return
    with pytest.raises(Refused) as refusal:
        next_state(deed, state)
    assert problem_of(refusal) == WrongClaimState(state=state)


def test_a_place_counts_as_held_active_or_completed() -> None:
    assert {state: counted(state) for state in ClaimState} == {
        ClaimState.PROPOSED: (1, 0, 0),
        ClaimState.ACCEPTED: (1, 0, 0),
        ClaimState.ACTIVE: (1, 1, 0),
        ClaimState.COMPLETED: (1, 0, 1),
        ClaimState.DECLINED: (0, 0, 0),
        ClaimState.RELEASED: (0, 0, 0),
        ClaimState.LAPSED: (0, 0, 0),
    }


# --- places ----------------------------------------------------------------------------------------------------------


def claimed(places: int | None, *, left: int | None, least: int = 1, shows_headcount: bool = True) -> int:
    """How many places a claim of a need takes, of which so many are left."""
    draft = ClaimNeedDraft(capability_id="capability_1", places=places)
    return places_claimed(draft, need(headcount=left, minimum_places=least), shows_headcount=shows_headcount)


def refused(places: int | None, **facts: Any) -> Problem:
    """Why it takes none."""
    with pytest.raises(Refused) as refusal:
        claimed(places, **facts)
    return problem_of(refusal)


def test_a_claim_takes_what_it_names() -> None:
    assert claimed(5, left=10, least=5) == 5


def test_a_claim_without_a_number_takes_everything_that_is_left() -> None:
    assert claimed(None, left=10, least=5) == 10


def test_a_claim_beyond_the_remainder_is_refused_and_says_what_is_left() -> None:
    assert refused(11, left=10) == NotEnoughLeft(left=10)


@pytest.mark.parametrize("places", [None, 1])
def test_a_claim_of_a_full_need_is_refused(places: int | None) -> None:
    assert refused(places, left=0) == NotEnoughLeft(left=0)


def test_a_claim_below_the_smallest_part_is_refused_and_says_which() -> None:
    assert refused(4, left=10, least=5) == TooSmall(minimum_places=5)


def test_where_the_number_is_hidden_only_the_whole_can_be_claimed() -> None:
    assert refused(3, left=10, shows_headcount=False) == OnlyWhole()
    assert claimed(None, left=10, shows_headcount=False) == 10


def test_a_need_of_unknown_headcount_is_claimed_by_its_smallest_part_or_by_more() -> None:
    assert claimed(None, left=None, least=5) == 5
    assert claimed(8, left=None, least=5) == 8


def test_a_claim_below_the_smallest_part_of_an_unknown_headcount_is_refused_too() -> None:
    assert refused(4, left=None, least=5) == TooSmall(minimum_places=5)


@given(st.integers(1, 500) | st.none(), st.integers(0, 500), st.integers(1, 500), st.booleans())
def test_no_claim_takes_more_than_is_left_or_less_than_the_smallest_part(
    places: int | None, left: int, least: int, shows: bool
) -> None:
    try:
        taken = claimed(places, left=left, least=least, shows_headcount=shows)
    except Refused:
        return
    assert least <= taken <= left
    assert taken == left or shows


# --- days ------------------------------------------------------------------------------------------------------------


def faults_of(**facts: Any) -> list[str]:
    """The paths of everything wrong with a claim of `need()`, which runs from 2026-06-15 to 2026-07-20."""
    draft = ClaimNeedDraft(capability_id="capability_1", **facts)
    return [fault.path for fault in claim_faults(draft, need(), today=TODAY).all()]


@pytest.mark.parametrize(
    ("facts", "paths"),
    [
        ({}, []),
        ({"first_day": date(2026, 6, 15), "last_day": date(2026, 7, 20)}, []),
        ({"first_day": date(2026, 6, 14)}, ["firstDay"]),
        ({"last_day": date(2026, 7, 21)}, ["lastDay"]),
        ({"first_day": date(2026, 7, 1), "last_day": date(2026, 6, 30)}, ["firstDay"]),
        ({"first_day": TODAY - timedelta(days=1)}, ["firstDay", "firstDay"]),
        ({"places": 0}, ["places"]),
        (
            {"places": -1, "last_day": date(2027, 1, 1), "first_day": date(2026, 6, 2)},
            ["places", "firstDay", "lastDay"],
        ),
        ({"places": 501}, ["places"]),
    ],
)
def test_a_claim_names_places_in_range_and_days_within_the_need(facts: dict[str, Any], paths: list[str]) -> None:
    assert faults_of(**facts) == paths


def test_delivery_takes_the_need_s_days_where_the_claim_names_none() -> None:
    draft = ClaimNeedDraft(capability_id="capability_1", first_day=date(2026, 7, 1))
    assert delivery_days(draft, need()) == Days(date(2026, 7, 1), date(2026, 7, 20))
    assert delivery_days(ClaimNeedDraft(capability_id="capability_1"), need()) == need().days


# --- rules -----------------------------------------------------------------------------------------------------------


def test_a_month_that_is_full_does_not_bar_before_the_write_decides() -> None:
    full = capability(monthly_places=0)
    assert not bars_claim(only_broken(need(), full), need(), full)


@pytest.mark.parametrize("places_left", [None, 0])
def test_a_group_too_small_bars_whatever_the_months_hold(places_left: int | None) -> None:
    small = capability(max_group_size=4, monthly_places=places_left)
    assert bars_claim(only_broken(need(), small), need(), small)


def test_every_other_broken_rule_bars() -> None:
    far = capability(area=frozenset({YIXING}))
    found = only_broken(need(), far)
    assert found.rule is Rule.AREA
    assert bars_claim(found, need(), far)


# --- the service record ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sessions", "person_times", "outcome", "note", "paths"),
    [
        (6, 30, Outcome.DELIVERED, "按时完成", []),
        (0, 0, Outcome.NOT_DELIVERED, "", []),
        (0, 0, Outcome.DELIVERED, "", ["sessions"]),
        (0, 5, Outcome.PARTLY_DELIVERED, "", ["sessions", "personTimes"]),
        (0, 5, Outcome.NOT_DELIVERED, "", ["personTimes"]),
        (-1, -1, Outcome.DELIVERED, "", ["sessions", "personTimes"]),
        (1001, 100_001, Outcome.DELIVERED, "字" * 201, ["sessions", "personTimes", "note"]),
        (1, 1, Outcome.DELIVERED, "a\x00\u202e", ["note", "note"]),
    ],
)
def test_a_service_record_is_in_range_and_agrees_with_itself(
    sessions: int, person_times: int, outcome: Outcome, note: str, paths: list[str]
) -> None:
    draft = CompleteClaimDraft(sessions=sessions, person_times=person_times, outcome=outcome, note=note)
    faults = Faults()
    record_columns(draft, faults)
    assert [fault.path for fault in faults.all()] == paths


def test_a_service_record_is_kept_as_drafted_with_its_note_trimmed() -> None:
    draft = CompleteClaimDraft(sessions=6, person_times=30, outcome=Outcome.DELIVERED, note=" 按时 \n 完成 ")
    assert record_columns(draft, Faults()) == {
        "sessions": 6,
        "person_times": 30,
        "outcome": Outcome.DELIVERED,
        "note": "按时\n完成",
    }
