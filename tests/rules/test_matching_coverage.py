"""How far an unmet need got, and who was nearest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.period import Days, Window
from alliance.core.vocabulary import CauseStage, Membership, Mode, Rule
from alliance.matching.coverage import STAGE_OF_RULE, STAGES, furthest_stage
from alliance.matching.facts import CapabilityFacts, NeedFacts
from tests.rules.made import (
    CATEGORIES,
    LEGAL_AID,
    PLACES,
    TODAY,
    YIXING,
    capability,
    need,
    needs,
    offers,
    organization,
)


def stage_of(
    asked: NeedFacts,
    *offered: CapabilityFacts,
    had_declined: bool = False,
    had_silent: bool = False,
    is_claimed_undelivered: bool = False,
) -> tuple[CauseStage, str | None]:
    """The furthest stage, and the id of the nearest capability."""
    stage, nearest = furthest_stage(
        asked,
        offered,
        CATEGORIES,
        PLACES,
        today=TODAY,
        had_declined=had_declined,
        had_silent=had_silent,
        is_claimed_undelivered=is_claimed_undelivered,
    )
    return stage, nearest.id if nearest else None


def test_every_rule_stops_at_a_stage() -> None:
    assert set(STAGE_OF_RULE) == set(Rule)


def test_with_nothing_on_the_topic_nobody_offers_it_and_nobody_is_nearest() -> None:
    off_topic = capability(category=LEGAL_AID.code, title="律师咨询")
    assert stage_of(need(), off_topic) == (CauseStage.NO_CAPABILITY, None)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({"area": frozenset({YIXING})}, CauseStage.AREA),
        ({"max_age": 8}, CauseStage.AGE),
        ({"modes": frozenset({Mode.AT_BASE})}, CauseStage.MODE),
        ({"windows": (Window(7, 540, 600),)}, CauseStage.WINDOW),
        ({"monthly_places": 0}, CauseStage.CAPACITY),
        ({"organization": organization(checked_on=None)}, CauseStage.QUALIFICATION),
        ({"organization": organization(membership=Membership.SUSPENDED)}, CauseStage.QUALIFICATION),
        ({"is_withdrawn": True}, CauseStage.QUALIFICATION),
        ({"lead_days": 60}, CauseStage.QUALIFICATION),
        ({}, CauseStage.UNASKED),
    ],
)
def test_one_broken_rule_is_the_stage(facts: dict[str, Any], stage: CauseStage) -> None:
    assert stage_of(need(), capability(**facts)) == (stage, "capability_1")


def test_a_capability_stops_at_the_first_stage_it_breaks() -> None:
    assert stage_of(need(), capability(area=frozenset({YIXING}), monthly_places=0)) == (
        CauseStage.AREA,
        "capability_1",
    )


def test_the_furthest_of_several_capabilities_counts_and_is_the_nearest() -> None:
    far = capability(id="capability_0", area=frozenset({YIXING}))
    full = capability(id="capability_2", monthly_places=0, windows=(), modes=frozenset())
    assert stage_of(need(), far, full) == (CauseStage.CAPACITY, "capability_2")


def test_among_equally_far_ones_the_fewest_broken_rules_are_nearest_then_the_id() -> None:
    worse = capability(id="capability_0", max_age=8, monthly_places=0)
    better, same = capability(id="capability_3", max_age=8), capability(id="capability_2", max_age=8)
    assert stage_of(need(), worse, better, same) == (CauseStage.AGE, "capability_2")


@pytest.mark.parametrize(
    ("reached", "stage"),
    [
        ({"had_declined": True}, CauseStage.DECLINED),
        ({"had_silent": True, "had_declined": True}, CauseStage.SILENT),
        ({"is_claimed_undelivered": True, "had_silent": True}, CauseStage.UNDELIVERED),
    ],
)
def test_what_claims_have_reached_counts_even_where_everybody_is_barred_today(
    reached: dict[str, bool], stage: CauseStage
) -> None:
    assert stage_of(need(), capability(area=frozenset()), **reached) == (stage, "capability_1")


@given(needs(), offers())
def test_one_more_capability_never_takes_a_need_back(asked: NeedFacts, offered: Sequence[CapabilityFacts]) -> None:
    without, _ = stage_of(asked, *offered[1:])
    with_it, _ = stage_of(asked, *offered)
    assert STAGES.index(with_it) >= STAGES.index(without)


@given(needs(), offers(), st.randoms(use_true_random=False))
def test_the_order_of_capabilities_is_irrelevant(
    asked: NeedFacts, offered: list[CapabilityFacts], random: Random
) -> None:
    shuffled = list(offered)
    random.shuffle(shuffled)
    assert stage_of(asked, *shuffled) == stage_of(asked, *offered)


def test_a_need_whose_rules_are_all_open_is_unasked() -> None:
    blank = replace(need(), days=Days(), windows=(), mode=None, min_age=None, max_age=None)
    assert stage_of(blank, capability())[0] is CauseStage.UNASKED
