"""How much of a need others see before a claim."""

from __future__ import annotations

from itertools import product

import pytest

from alliance.core.vocabulary import LabelRisk, Sensitivity
from alliance.needs.sight import EVERYTHING, GroupFacts, Sight, public_groups, sight_before_claim

NORMAL, ELEVATED = Sensitivity.NORMAL, Sensitivity.ELEVATED
ALL = Sight(text=True, place=True, groups=True, headcount=True)
NUMBER_ONLY = Sight(text=False, place=False, groups=False, headcount=True, wider_groups=False)
NOTHING = Sight(text=False, place=False, groups=False, headcount=False)
NOT_EVEN_GROUPS = Sight(text=False, place=False, groups=False, headcount=False, wider_groups=False)
NO_SMALL_CELL = Sight(text=True, place=False, groups=True, headcount=False)

LARGE = {
    (NORMAL, LabelRisk.LOW): ALL,
    (NORMAL, LabelRisk.MEDIUM): ALL,
    (NORMAL, LabelRisk.HIGH): NOTHING,
    (NORMAL, LabelRisk.NEVER_PUBLIC): NOTHING,
    (ELEVATED, LabelRisk.LOW): NUMBER_ONLY,
    (ELEVATED, LabelRisk.MEDIUM): NUMBER_ONLY,
    (ELEVATED, LabelRisk.HIGH): NOT_EVEN_GROUPS,
    (ELEVATED, LabelRisk.NEVER_PUBLIC): NOT_EVEN_GROUPS,
}
SMALL = LARGE | {(NORMAL, LabelRisk.MEDIUM): NO_SMALL_CELL, (ELEVATED, LabelRisk.MEDIUM): NOT_EVEN_GROUPS}


def as_elevated(sensitivity: Sensitivity) -> Sensitivity:
    """Whoever is shown a restricted need at all sees of it what one sees of an elevated one."""
    return NORMAL if sensitivity is NORMAL else ELEVATED


@pytest.mark.parametrize(("sensitivity", "risk"), list(product(Sensitivity, LabelRisk)))
@pytest.mark.parametrize(("headcount", "table"), [(1, SMALL), (4, SMALL), (5, LARGE), (500, LARGE), (None, LARGE)])
def test_sight_follows_sensitivity_risk_and_headcount(
    sensitivity: Sensitivity, risk: LabelRisk, headcount: int | None, table: dict[tuple[Sensitivity, LabelRisk], Sight]
) -> None:
    expected = table[as_elevated(sensitivity), risk]
    assert sight_before_claim([sensitivity], [risk], headcount) == expected


def test_a_need_without_categories_and_groups_is_seen_whole() -> None:
    assert sight_before_claim([], [], 1) == EVERYTHING


@pytest.mark.parametrize("headcount", [1, 4, 5, None])
def test_one_more_category_or_group_never_shows_more(headcount: int | None) -> None:
    pairs = list(product(Sensitivity, LabelRisk))
    for (one, low), (other, high) in product(pairs, pairs):
        alone = sight_before_claim([one], [low], headcount)
        together = sight_before_claim([one, other], [low, high], headcount)
        for part in ("text", "place", "groups", "headcount"):
            assert getattr(together, part) <= getattr(alone, part)


KNOWN = {
    facts.code: facts
    for facts in (
        GroupFacts("minor", None, LabelRisk.LOW),
        GroupFacts("disadvantaged", "minor", LabelRisk.MEDIUM),
        GroupFacts("disabled", "disadvantaged", LabelRisk.HIGH),
        GroupFacts("autistic", "disabled", LabelRisk.HIGH),
        GroupFacts("harmed", "disadvantaged", LabelRisk.NEVER_PUBLIC),
        GroupFacts("secret", None, LabelRisk.HIGH),
    )
}


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        (("minor", "disadvantaged"), ("minor", "disadvantaged")),
        (("disabled",), ("disadvantaged",)),
        (("autistic", "disabled"), ("disadvantaged",)),
        (("harmed", "minor"), ("disadvantaged", "minor")),
        (("secret",), ()),
        ((), ()),
    ],
)
def test_a_telling_group_is_shown_by_its_nearest_parent_that_is_not(
    groups: tuple[str, ...], shown: tuple[str, ...]
) -> None:
    assert public_groups(groups, KNOWN) == shown
