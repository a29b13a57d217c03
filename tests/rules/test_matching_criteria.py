"""The grounds of ranking: each gives where it should, and withholds where it should."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given

from alliance.core.period import Days, Window
from alliance.core.vocabulary import Criterion
from alliance.matching.criteria import (
    WEIGHTS,
    Reason,
    age_fit,
    balance,
    freshness,
    group_fit,
    nearness,
    places_left_fit,
    reasons,
    time_fit,
    whole_points,
)
from alliance.matching.facts import CapabilityFacts, NeedFacts
from alliance.matching.topic import category_fit, read_topics, wording_fit
from tests.rules.made import (
    BINHU,
    CATEGORIES,
    CITY,
    LIANGXI,
    PLACES,
    READING,
    SATURDAY_MORNING,
    TODAY,
    TOWN,
    YIXING,
    capabilities,
    capability,
    need,
    needs,
    organization,
)

TOPICS = read_topics(tuple(CATEGORIES.values()))


def given_for(asked: NeedFacts, offered: CapabilityFacts) -> dict[Criterion, Reason]:
    """The reasons by criterion."""
    return {item.criterion: item for item in reasons(asked, offered, TOPICS, PLACES, today=TODAY)}


def test_weights_add_up_to_a_thousand_and_every_criterion_has_one() -> None:
    assert sum(WEIGHTS.values()) == 1000
    assert list(WEIGHTS) == list(Criterion)


def test_category_gives_everything_to_the_picked_leaf() -> None:
    assert category_fit(need(), capability(), TOPICS) == 1


def test_category_withholds_from_a_leaf_that_neither_pick_nor_text_names() -> None:
    assert category_fit(need(), capability(category="legal.legal_aid"), TOPICS) == 0


def test_category_gives_a_share_to_a_leaf_the_text_speaks_of_beside_the_pick() -> None:
    told = need(title="带娃看绘本，办个读书会")
    assert 0 < category_fit(told, capability(category=READING.code), TOPICS) < 1


def test_wording_gives_for_words_in_common() -> None:
    assert wording_fit(need(), capability(title="数学补习"), TOPICS) > 0


def test_wording_withholds_without_a_word_in_common() -> None:
    assert wording_fit(need(), capability(title="法庭旁听", description=""), TOPICS) == 0


def test_nearness_gives_most_for_the_town_and_less_for_wider_areas() -> None:
    areas: tuple[set[str], ...] = ({TOWN}, {LIANGXI}, {BINHU, CITY}, {CITY})
    assert [nearness(need(), capability(area=frozenset(area)), PLACES) for area in areas] == [1, 0.75, 0.5, 0.25]


def test_nearness_withholds_from_an_area_elsewhere() -> None:
    assert nearness(need(), capability(area=frozenset({YIXING})), PLACES) == 0


def test_age_fit_gives_the_share_of_years_covered() -> None:
    assert age_fit(need(min_age=9, max_age=11), capability(min_age=10, max_age=15)) == 2 / 3


def test_age_fit_withholds_where_no_year_is_covered() -> None:
    assert age_fit(need(min_age=9, max_age=11), capability(min_age=12, max_age=15)) == 0


def test_group_fit_gives_to_an_offer_made_for_the_group() -> None:
    migrants = frozenset({"migrant"})
    assert group_fit(need(groups=migrants), capability(groups=migrants)) == 1


def test_group_fit_withholds_from_an_offer_made_for_others() -> None:
    assert group_fit(need(groups=frozenset({"migrant"})), capability(groups=frozenset({"orphan"}))) == 0


def test_time_fit_gives_the_share_of_the_time_asked_for() -> None:
    hour = capability(windows=(Window(6, 11 * 60, 14 * 60),))
    assert time_fit(need(), hour) == 1 / 3


def test_time_fit_withholds_where_no_time_is_common() -> None:
    assert time_fit(need(), capability(windows=(Window(7, 540, 720),))) == 0


def test_time_fit_counts_overlapping_times_once() -> None:
    twice = need(windows=(SATURDAY_MORNING, Window(6, 10 * 60, 12 * 60)))
    assert time_fit(twice, capability()) == 1


def test_places_left_gives_everything_where_the_whole_group_has_room() -> None:
    assert places_left_fit(need(headcount=10), capability(), today=TODAY) == 1
    assert places_left_fit(need(headcount=10), capability(max_group_size=None, monthly_places=None), today=TODAY) == 1


def test_places_left_withholds_what_the_tightest_month_lacks() -> None:
    tight = capability(places_left={"2026-07": 5})
    assert places_left_fit(need(headcount=10), tight, today=TODAY) == 0.5
    assert places_left_fit(need(headcount=10), capability(monthly_places=0), today=TODAY) == 0


def test_freshness_gives_for_a_confirmation_of_the_last_180_days() -> None:
    assert freshness(capability(confirmed_on=TODAY - timedelta(days=180)), today=TODAY) == 1


@pytest.mark.parametrize("confirmed_on", [None, TODAY - timedelta(days=181)])
def test_freshness_withholds_from_what_is_due(confirmed_on: date | None) -> None:
    assert freshness(capability(confirmed_on=confirmed_on), today=TODAY) == 0


def test_balance_gives_everything_to_an_organization_without_open_claims() -> None:
    assert balance(capability()) == 1


def test_balance_withholds_more_with_every_open_claim() -> None:
    assert [balance(capability(organization=organization(open_claims=n))) for n in (1, 2, 4)] == [1 / 2, 1 / 3, 1 / 5]


def test_what_is_unknown_on_either_side_neither_helps_nor_harms() -> None:
    blank = need(min_age=None, max_age=None, windows=(), days=Days())
    assert (age_fit(blank, capability()), group_fit(blank, capability()), time_fit(blank, capability())) == (0.5,) * 3
    bare = capability(min_age=None, max_age=None, windows=())
    assert (age_fit(need(), bare), group_fit(need(), bare), time_fit(need(), bare)) == (0.5, 0.5, 0.5)


def test_points_are_rounded_half_up() -> None:
    assert [whole_points(fit, 100) for fit in (0.0, 0.005, 0.0049, 1.0)] == [0, 1, 0, 100]


def test_every_reason_carries_the_facts_behind_it() -> None:
    migrants = frozenset({"migrant"})
    given_here = given_for(need(groups=migrants), capability(groups=migrants))
    assert {criterion: dict(reason.values) for criterion, reason in given_here.items()} == {
        Criterion.CATEGORY: {"category": "learning.tutoring"},
        Criterion.WORDING: {},
        Criterion.NEARNESS: {"area": LIANGXI},
        Criterion.AGE_FIT: {"min_age": 6, "max_age": 12},
        Criterion.GROUP_FIT: {"groups": "migrant"},
        Criterion.TIME_FIT: {"minutes": 180},
        Criterion.PLACES_LEFT: {"left": 20},
        Criterion.FRESHNESS: {"confirmed_on": "2026-05-01"},
        Criterion.BALANCE: {"open_claims": 0},
    }


@given(needs(), capabilities())
def test_points_are_whole_and_within_their_weight(asked: NeedFacts, offered: CapabilityFacts) -> None:
    for reason in reasons(asked, offered, TOPICS, PLACES, today=TODAY):
        assert type(reason.points) is int
        assert 0 <= reason.points <= reason.of == WEIGHTS[reason.criterion]
