"""Every organization's answer, in one order that always comes out the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.period import Days, Window
from alliance.core.vocabulary import Mode, Qualification, Rule, Verdict
from alliance.matching.facts import CapabilityFacts, NeedFacts, OrganizationFacts
from alliance.matching.rank import Candidate, candidates, fitting_needs, missing_qualifications, rank_capabilities
from tests.rules.made import (
    BINHU,
    CATEGORIES,
    CITY,
    COUNSELLING,
    LEGAL_AID,
    LIANGXI,
    PLACES,
    TODAY,
    YIXING,
    broken,
    capabilities,
    capability,
    need,
    needs,
    offers,
    organization,
)


def ranked(asked: NeedFacts, offered: Sequence[CapabilityFacts], *others: OrganizationFacts) -> tuple[Candidate, ...]:
    """The candidates for a need among the organizations of the offers, and others."""
    known = {item.organization.id: item.organization for item in offered} | {item.id: item for item in others}
    return candidates(asked, offered, known.values(), CATEGORIES, PLACES, today=TODAY)


def offer(number: int, **facts: Any) -> CapabilityFacts:
    """A capability of its own organization."""
    return capability(id=f"capability_{number}", organization=organization(id=f"organization_{number}"), **facts)


def test_every_organization_has_one_verdict_eligible_first_then_barred_then_not_offered() -> None:
    barred = offer(1, area=frozenset({YIXING}))
    answer = ranked(need(), [barred, offer(2)], organization(id="organization_3"))
    assert [(item.organization.id, item.verdict) for item in answer] == [
        ("organization_2", Verdict.ELIGIBLE),
        ("organization_1", Verdict.BARRED),
        ("organization_3", Verdict.NOT_OFFERED),
    ]


def test_an_organization_stands_with_its_best_capability() -> None:
    barred = capability(id="capability_2", area=frozenset({YIXING}))
    weaker = capability(id="capability_0", area=frozenset({CITY}))
    (answer,) = ranked(need(), [barred, weaker, capability()])
    assert (answer.capability, answer.verdict) == (capability(), Verdict.ELIGIBLE)


def test_a_barred_answer_names_every_broken_rule_with_a_cure_beside_it() -> None:
    far = offer(1, area=frozenset({YIXING}), max_age=8)
    (answer,) = ranked(need(), [far])
    assert [item.rule for item in answer.broken] == [Rule.AREA, Rule.AGE]
    assert [cure and cure.code.name for cure in answer.cures] == ["OPEN_AREA", "RAISE_MAX_AGE"]


def test_the_barred_with_fewest_broken_rules_come_first() -> None:
    one, two = offer(1, area=frozenset({YIXING}), max_age=8), offer(2, area=frozenset({YIXING}))
    assert [item.organization.id for item in ranked(need(), [one, two])] == ["organization_2", "organization_1"]


def test_ties_are_broken_by_id() -> None:
    assert [item.organization.id for item in ranked(need(), [offer(3), offer(1), offer(2)])] == [
        "organization_1",
        "organization_2",
        "organization_3",
    ]


def test_points_are_the_sum_of_the_reasons() -> None:
    (answer,) = ranked(need(), [offer(1)])
    assert answer.points == sum(reason.points for reason in answer.reasons) > 0


def test_an_answer_of_nothing_has_no_points_and_may_not_claim() -> None:
    (answer,) = ranked(need(), [], organization())
    assert (answer.capability, answer.points, answer.may_claim) == (None, 0, False)


def test_an_eligible_organization_without_the_hinted_qualification_may_not_claim() -> None:
    asked = need(categories=(COUNSELLING.code,), title="心理疏导")
    (answer,) = ranked(asked, [offer(1, category=COUNSELLING.code)])
    assert answer.verdict is Verdict.ELIGIBLE
    assert answer.missing_qualifications == {Qualification.PSYCH_PROFESSIONAL}
    assert not answer.may_claim


def test_a_qualification_counts_whether_the_organization_or_its_capability_holds_it() -> None:
    asked = need(categories=(COUNSELLING.code,))
    holds = frozenset({Qualification.PSYCH_PROFESSIONAL})
    assert not missing_qualifications(asked, organization(qualifications=holds), None, CATEGORIES)
    assert not missing_qualifications(asked, organization(), capability(qualifications=holds), CATEGORIES)
    assert missing_qualifications(asked, organization(), capability(), CATEGORIES) == holds


def test_the_station_s_own_operator_is_marked() -> None:
    asked = need(station_operator="organization_1")
    assert [item.is_station_operator for item in ranked(asked, [offer(1), offer(2)])] == [True, False]


def test_a_worklist_holds_each_need_once_best_first_with_the_best_capability() -> None:
    plain, wordy = need(id="need_2", title="请人"), need(id="need_1")
    own = [capability(id="capability_2", area=frozenset({CITY})), capability()]
    found = fitting_needs([plain, wordy, need(id="need_0", town="320282105")], own, CATEGORIES, PLACES, today=TODAY)
    assert (found[0].need.id, found[0].capability.id) == ("need_1", "capability_1")
    assert {fit.need.id for fit in found} == {"need_0", "need_1", "need_2"}
    assert next(fit for fit in found if fit.need.id == "need_0").capability.id == "capability_2"


def test_a_need_that_no_capability_may_serve_is_not_on_the_worklist() -> None:
    assert fitting_needs([need()], [capability(area=frozenset({BINHU}))], CATEGORIES, PLACES, today=TODAY) == ()


# --- properties ------------------------------------------------------------------------------------------------------


@given(needs(), offers(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_is_irrelevant(asked: NeedFacts, offered: list[CapabilityFacts], random: Random) -> None:
    shuffled = list(offered)
    random.shuffle(shuffled)
    assert ranked(asked, shuffled) == ranked(asked, offered)


@given(needs(), offers())
def test_nothing_barred_stands_above_anything_eligible(asked: NeedFacts, offered: list[CapabilityFacts]) -> None:
    verdicts = [list(Verdict).index(item.verdict) for item in ranked(asked, offered)]
    assert verdicts == sorted(verdicts)
    for item in ranked(asked, offered):
        assert (item.verdict is Verdict.BARRED) == bool(item.broken)


@given(needs(), offers(), st.data())
def test_more_capacity_never_ranks_lower(asked: NeedFacts, offered: list[CapabilityFacts], data: st.DataObject) -> None:
    if not offered:
        return
    chosen = data.draw(st.sampled_from(offered))
    more = replace(
        chosen,
        max_group_size=data.draw(larger(chosen.max_group_size)),
        monthly_places=data.draw(larger(chosen.monthly_places)),
        places_left={month: left + data.draw(st.integers(0, 40)) for month, left in chosen.places_left.items()},
    )
    assert place_of(asked, [more if item is chosen else item for item in offered], chosen.id) <= place_of(
        asked, offered, chosen.id
    )


def larger(limit: int | None) -> st.SearchStrategy[int | None]:
    """At least as many places, or no limit."""
    return st.none() if limit is None else st.none() | st.integers(limit, limit + 40)


def place_of(asked: NeedFacts, offered: Sequence[CapabilityFacts], capability_id: str) -> int:
    """Where a capability stands among all."""
    order = [item.capability.id for item in rank_capabilities(asked, offered, CATEGORIES, PLACES, today=TODAY)]
    return order.index(capability_id)


@given(needs(), capabilities(), st.data())
def test_widening_a_capability_never_loses_a_need_it_could_serve(
    asked: NeedFacts, offered: CapabilityFacts, data: st.DataObject
) -> None:
    wider = replace(
        offered,
        area=offered.area | data.draw(st.frozensets(st.sampled_from([CITY, LIANGXI, BINHU, YIXING]))),
        min_age=data.draw(st.none() | st.just(offered.min_age and offered.min_age - 1)),
        max_age=data.draw(st.none() | st.just(offered.max_age and offered.max_age + 1)),
        modes=offered.modes and offered.modes | data.draw(st.frozensets(st.sampled_from(list(Mode)))),
        windows=offered.windows and (*offered.windows, Window(data.draw(st.integers(1, 7)), 0, 1440)),
        qualifications=offered.qualifications | data.draw(st.frozensets(st.sampled_from(list(Qualification)))),
        lead_days=data.draw(st.integers(0, offered.lead_days)),
        valid_until=None,
    )
    assert {item.rule for item in broken(asked, wider)} <= {item.rule for item in broken(asked, offered)}


# --- another process -------------------------------------------------------------------------------------------------


def ranking() -> str:
    """A ranking over many facts that sets could put out of order, as text."""
    asked = need(groups=frozenset({"migrant", "orphan", "left_behind"}), days=Days(), windows=())
    offered = [
        offer(
            number,
            category=sorted(CATEGORIES)[number % len(CATEGORIES)],
            area=frozenset({LIANGXI, BINHU, YIXING} if number % 3 else {YIXING, BINHU}),
            groups=frozenset({"migrant", "orphan", "disabled"}),
            modes=frozenset(Mode) if number % 2 else frozenset({Mode.ONLINE, Mode.HOME_VISIT}),
            description="公益性的作业陪伴，周末绘本读书会，律师咨询",
        )
        for number in range(12)
    ]
    return json.dumps([repr_of(item) for item in ranked(asked, offered)])


def repr_of(item: Candidate) -> list[object]:
    """A candidate without its facts, whose sets print in any order."""
    reasons = [(reason.criterion.name, reason.points, reason.values) for reason in item.reasons]
    rules = [(found.rule.name, found.asked, found.offered) for found in item.broken]
    cures = [cure and (cure.code.name, cure.values) for cure in item.cures]
    return [item.organization.id, item.verdict.name, item.points, reasons, rules, cures]


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_another_process_with_another_hash_seed_ranks_alike(seed: str) -> None:
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", "from tests.rules.test_matching_rank import ranking; print(ranking())"],
        cwd=root,
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ranking()


def test_a_lawyer_s_service_is_no_answer_to_a_wish_for_tutoring() -> None:
    (answer,) = ranked(need(), [offer(1, category=LEGAL_AID.code, title="律师咨询")])
    assert answer.verdict is Verdict.NOT_OFFERED
