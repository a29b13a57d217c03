"""The hard rules between a need and a capability: each holds, each breaks with its compared values, each is cured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from alliance.core.period import Days, Window
from alliance.core.vocabulary import Membership, Mode, Qualification, Rule
from alliance.matching.cures import Cure, CureCode, cured
from alliance.matching.facts import CapabilityFacts, NeedFacts
from alliance.matching.rules import Broken, oldest_valid_check
from tests.rules.made import (
    BINHU,
    CITY,
    COUNSELLING,
    LEGAL_AID,
    LIANGXI,
    PLACES,
    SATURDAY_MORNING,
    TODAY,
    TOWN,
    YIXING,
    broken,
    capabilities,
    capability,
    cure_of,
    is_cured,
    need,
    needs,
    only_broken,
    organization,
)
from tests.rules.made import CATEGORIES as LEAVES


def test_a_capability_that_fits_breaks_no_rule() -> None:
    assert broken(need(), capability()) == ()


# --- membership ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("membership", [Membership.SUSPENDED, Membership.LEFT])
def test_an_organization_outside_the_alliance_is_barred_until_it_is_a_member_again(membership: Membership) -> None:
    outside = capability(organization=organization(membership=membership))
    found = only_broken(need(), outside)
    assert found == Broken(Rule.MEMBERSHIP, "MEMBER", membership.name)
    assert cure_of(found, need(), outside) == Cure(CureCode.REJOIN)
    assert is_cured(Rule.MEMBERSHIP, need(), outside)


# --- vetting ---------------------------------------------------------------------------------------------------------


def test_a_check_of_twelve_months_ago_to_the_day_is_too_old() -> None:
    stale = capability(organization=organization(checked_on=date(2025, 6, 1)))
    assert only_broken(need(), stale) == Broken(Rule.VETTING, "2025-06-02", "2025-06-01")


def test_a_check_one_day_younger_than_twelve_months_is_enough() -> None:
    assert broken(need(), capability(organization=organization(checked_on=date(2025, 6, 2)))) == ()


@pytest.mark.parametrize(
    ("today", "oldest"),
    [
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2025, 2, 28), date(2024, 2, 29)),
        (date(2025, 3, 1), date(2024, 3, 2)),
        (date(2026, 1, 1), date(2025, 1, 2)),
    ],
)
def test_twelve_months_are_counted_across_leap_days_and_new_year(today: date, oldest: date) -> None:
    assert oldest_valid_check(today) == oldest


def test_without_any_check_the_offered_side_is_empty_and_the_cure_names_the_day_from_which_one_counts() -> None:
    unchecked = capability(organization=organization(checked_on=None))
    found = only_broken(need(), unchecked)
    assert found == Broken(Rule.VETTING, "2025-06-02", "")
    assert cure_of(found, need(), unchecked) == Cure(CureCode.RENEW_CHECK, (("since", "2025-06-02"),))
    assert is_cured(Rule.VETTING, need(), unchecked)


def test_a_need_online_asks_for_no_check() -> None:
    unchecked = capability(organization=organization(checked_on=None), modes=frozenset({Mode.ONLINE}))
    assert broken(need(mode=Mode.ONLINE), unchecked) == ()


def test_a_need_open_as_to_place_asks_for_a_check_unless_the_service_can_be_online() -> None:
    unchecked = organization(checked_on=None)
    online_too = capability(organization=unchecked, modes=frozenset({Mode.ONLINE, Mode.AT_BASE}))
    anywhere = capability(organization=unchecked, modes=frozenset())
    assert broken(need(mode=None), online_too) == ()
    assert only_broken(need(mode=None), anywhere).rule is Rule.VETTING


# --- validity --------------------------------------------------------------------------------------------------------


def test_a_capability_must_be_valid_on_the_first_day_of_the_need() -> None:
    assert broken(need(), capability(valid_until=date(2026, 6, 15))) == ()
    ending = capability(valid_until=date(2026, 6, 14))
    found = only_broken(need(), ending)
    assert found == Broken(Rule.VALIDITY, "2026-06-15", "2026-06-14")
    extended = Cure(CureCode.EXTEND_VALIDITY, (("from", "2026-06-14"), ("to", "2026-06-15")))
    assert cure_of(found, need(), ending) == extended
    assert is_cured(Rule.VALIDITY, need(), ending)


def test_a_need_without_days_asks_for_validity_today() -> None:
    assert broken(need(days=Days()), capability(valid_until=TODAY)) == ()
    ended = capability(valid_until=TODAY - timedelta(days=1))
    assert only_broken(need(days=Days()), ended) == Broken(Rule.VALIDITY, "2026-06-01", "2026-05-31")


def test_a_withdrawn_capability_is_barred_until_it_is_listed_again() -> None:
    gone = capability(is_withdrawn=True)
    found = only_broken(need(), gone)
    assert found == Broken(Rule.VALIDITY, "2026-06-15", "WITHDRAWN")
    assert cure_of(found, need(), gone) == Cure(CureCode.RELIST)
    assert is_cured(Rule.VALIDITY, need(), gone)


def test_listing_again_also_extends_a_validity_that_has_ended() -> None:
    gone = capability(is_withdrawn=True, valid_until=TODAY)
    cure = cure_of(only_broken(need(), gone), need(), gone)
    assert cure == Cure(CureCode.RELIST, (("from", "2026-06-01"), ("to", "2026-06-15")))
    assert is_cured(Rule.VALIDITY, need(), gone)


# --- area ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", [{TOWN}, {LIANGXI}, {CITY}, {YIXING, LIANGXI}])
def test_an_area_holds_the_town_through_itself_its_district_or_its_city(area: set[str]) -> None:
    assert broken(need(), capability(area=frozenset(area))) == ()


def test_an_offer_for_other_districts_is_barred_and_the_cure_opens_the_district() -> None:
    far = capability(area=frozenset({YIXING, BINHU}))
    found = only_broken(need(), far)
    assert found == Broken(Rule.AREA, TOWN, f"{BINHU};{YIXING}")
    assert cure_of(found, need(), far) == Cure(CureCode.OPEN_AREA, (("area", LIANGXI), ("name", "梁溪区")))
    assert is_cured(Rule.AREA, need(), far)


def test_an_unknown_area_is_not_everywhere() -> None:
    assert only_broken(need(), capability(area=frozenset())) == Broken(Rule.AREA, TOWN, "")


def test_the_area_binds_online_services_too() -> None:
    online = capability(area=frozenset({BINHU}), modes=frozenset({Mode.ONLINE}))
    assert only_broken(need(mode=Mode.ONLINE), online).rule is Rule.AREA


def test_a_neighbouring_town_of_the_same_district_does_not_cover_this_one() -> None:
    assert only_broken(need(), capability(area=frozenset({"320213022"}))).rule is Rule.AREA


# --- age -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high"), [(11, 14), (6, 9), (None, 9), (11, None), (None, None), (9, 11)])
def test_ranges_that_share_one_year_do_not_exclude(low: int | None, high: int | None) -> None:
    assert broken(need(min_age=9, max_age=11), capability(min_age=low, max_age=high)) == ()


def test_children_too_old_are_barred_and_the_cure_raises_the_highest_age() -> None:
    young = capability(min_age=3, max_age=8)
    found = only_broken(need(), young)
    assert found == Broken(Rule.AGE, "9-11", "3-8")
    assert cure_of(found, need(), young) == Cure(CureCode.RAISE_MAX_AGE, (("from", 8), ("to", 9)))
    assert is_cured(Rule.AGE, need(), young)


def test_children_too_young_are_barred_and_the_cure_lowers_the_lowest_age() -> None:
    old = capability(min_age=12, max_age=None)
    found = only_broken(need(), old)
    assert found == Broken(Rule.AGE, "9-11", "12-")
    assert cure_of(found, need(), old) == Cure(CureCode.LOWER_MIN_AGE, (("from", 12), ("to", 11)))
    assert is_cured(Rule.AGE, need(), old)


def test_an_unknown_side_of_the_need_excludes_nothing() -> None:
    old = capability(min_age=12, max_age=17)
    assert broken(need(min_age=None, max_age=None), old) == ()
    assert broken(need(min_age=9, max_age=None), old) == ()


# --- mode ------------------------------------------------------------------------------------------------------------


def test_a_place_that_is_not_offered_is_barred_and_the_cure_adds_it() -> None:
    elsewhere = capability(modes=frozenset({Mode.ONLINE, Mode.AT_BASE}))
    found = only_broken(need(), elsewhere)
    assert found == Broken(Rule.MODE, "AT_STATION", "AT_BASE;ONLINE")
    assert cure_of(found, need(), elsewhere) == Cure(CureCode.ADD_MODE, (("mode", "AT_STATION"),))
    assert is_cured(Rule.MODE, need(), elsewhere)


def test_a_place_left_open_on_either_side_excludes_nothing() -> None:
    assert broken(need(mode=None), capability()) == ()
    assert broken(need(), capability(modes=frozenset())) == ()


# --- window ----------------------------------------------------------------------------------------------------------


def test_times_without_a_common_moment_bar_and_the_cure_adds_the_shortest_time_asked_for() -> None:
    asked = need(windows=(SATURDAY_MORNING, Window(7, 600, 660)))
    sundays = capability(windows=(Window(7, 780, 900),))
    found = only_broken(asked, sundays)
    assert found == Broken(Rule.WINDOW, "6 09:00-12:00;7 10:00-11:00", "7 13:00-15:00")
    assert cure_of(found, asked, sundays) == Cure(CureCode.ADD_WINDOW, (("window", "7 10:00-11:00"),))
    assert is_cured(Rule.WINDOW, asked, sundays)


def test_times_that_touch_at_their_ends_are_not_common() -> None:
    afternoon = capability(windows=(Window(6, 12 * 60, 15 * 60),))
    assert only_broken(need(), afternoon).rule is Rule.WINDOW
    assert broken(need(), capability(windows=(Window(6, 12 * 60 - 1, 15 * 60),))) == ()


def test_times_count_only_on_weekdays_that_occur_in_the_days() -> None:
    monday_to_wednesday = Days(date(2026, 6, 15), date(2026, 6, 17))
    asked = need(days=monday_to_wednesday, windows=(SATURDAY_MORNING, Window(3, 540, 600)))
    assert only_broken(asked, capability()).rule is Rule.WINDOW
    assert broken(asked, capability(windows=(Window(3, 480, 720),))) == ()


def test_days_without_times_bar_an_offer_on_none_of_their_weekdays() -> None:
    monday_to_wednesday = need(days=Days(date(2026, 6, 15), date(2026, 6, 17)), windows=())
    found = only_broken(monday_to_wednesday, capability())
    assert found == Broken(Rule.WINDOW, "1;2;3", "6 09:00-12:00")
    assert cure_of(found, monday_to_wednesday, capability()) == Cure(
        CureCode.ADD_WINDOW, (("window", "1 09:00-12:00"),)
    )
    assert is_cured(Rule.WINDOW, monday_to_wednesday, capability())


def test_times_on_none_of_the_need_s_own_days_have_no_cure_on_the_offer_s_side() -> None:
    impossible = need(days=Days(date(2026, 6, 15), date(2026, 6, 17)), windows=(SATURDAY_MORNING,))
    assert cure_of(only_broken(impossible, capability()), impossible, capability()) is None


def test_times_left_open_on_either_side_exclude_nothing() -> None:
    assert broken(need(windows=(), days=Days()), capability()) == ()
    assert broken(need(), capability(windows=())) == ()


# --- capacity --------------------------------------------------------------------------------------------------------


def test_a_group_smaller_than_the_smallest_part_bars_and_the_cure_raises_it() -> None:
    small = capability(max_group_size=4)
    found = only_broken(need(minimum_places=5), small)
    assert found == Broken(Rule.CAPACITY, "5", "4")
    assert cure_of(found, need(), small) == Cure(CureCode.RAISE_GROUP_SIZE, (("group", 5),))
    assert is_cured(Rule.CAPACITY, need(), small)


def test_places_for_exactly_the_smallest_part_are_enough() -> None:
    assert broken(need(minimum_places=5), capability(max_group_size=5, monthly_places=5)) == ()


def test_every_month_the_need_touches_must_have_places_left() -> None:
    july_full = capability(places_left={"2026-06": 20, "2026-07": 2})
    found = only_broken(need(), july_full)
    assert found == Broken(Rule.CAPACITY, "5", "2026-07: 2")
    assert cure_of(found, need(), july_full) == Cure(
        CureCode.RAISE_MONTHLY_PLACES, (("months", "2026-07"), ("left", 5))
    )
    assert is_cured(Rule.CAPACITY, need(), july_full)


def test_group_and_months_that_are_both_too_small_are_named_and_cured_together() -> None:
    small = capability(max_group_size=3, monthly_places=1)
    found = only_broken(need(), small)
    assert found == Broken(Rule.CAPACITY, "5", "3;2026-06: 1;2026-07: 1")
    assert cure_of(found, need(), small) == Cure(
        CureCode.RAISE_GROUP_AND_PLACES, (("group", 5), ("months", "2026-06;2026-07"), ("left", 5))
    )
    assert is_cured(Rule.CAPACITY, need(), small)


def test_a_need_without_days_asks_for_places_this_month() -> None:
    assert broken(need(days=Days()), capability(places_left={"2026-07": 0})) == ()
    assert only_broken(need(days=Days()), capability(places_left={"2026-06": 0})).offered == "2026-06: 0"


def test_places_without_a_limit_exclude_nothing() -> None:
    assert broken(need(minimum_places=500), capability(max_group_size=None, monthly_places=None)) == ()


# --- qualification ---------------------------------------------------------------------------------------------------


def test_a_restricted_service_without_its_qualification_is_barred_and_the_cure_names_it() -> None:
    lay = capability(category=LEGAL_AID.code, qualifications=frozenset({Qualification.FIRST_AID}))
    found = only_broken(need(), lay)
    assert found == Broken(Rule.QUALIFICATION, "LAWYER", "FIRST_AID")
    assert cure_of(found, need(), lay) == Cure(CureCode.ADD_QUALIFICATION, (("qualifications", "LAWYER"),))
    assert is_cured(Rule.QUALIFICATION, need(), lay)


def test_a_restricted_service_with_its_qualification_serves() -> None:
    lawyers = frozenset({Qualification.LAWYER})
    assert broken(need(), capability(category=LEGAL_AID.code, qualifications=lawyers)) == ()


def test_the_qualification_of_a_service_that_is_not_restricted_does_not_bar() -> None:
    assert broken(need(), capability(category=COUNSELLING.code)) == ()


SOCIAL_WORKERS = (
    Qualification.SOCIAL_WORKER_ASSISTANT,
    Qualification.SOCIAL_WORKER_INTERMEDIATE,
    Qualification.SOCIAL_WORKER_SENIOR,
)


@pytest.mark.parametrize("held", range(3))
@pytest.mark.parametrize("asked", range(3))
def test_a_higher_grade_of_social_worker_covers_every_lower_one(
    monkeypatch: pytest.MonkeyPatch, held: int, asked: int
) -> None:
    leaf = replace(LEGAL_AID, code="casework.any", qualifications=frozenset({SOCIAL_WORKERS[asked]}))
    monkeypatch.setitem(LEAVES, leaf.code, leaf)
    offered = capability(category=leaf.code, qualifications=frozenset({SOCIAL_WORKERS[held]}))
    assert [item.rule for item in broken(need(), offered)] == ([] if held >= asked else [Rule.QUALIFICATION])


def test_every_qualification_of_a_restricted_service_must_be_held(monkeypatch: pytest.MonkeyPatch) -> None:
    both = frozenset({Qualification.LAWYER, Qualification.FIRST_AID})
    leaf = replace(LEGAL_AID, code="x.y", qualifications=both)
    monkeypatch.setitem(LEAVES, leaf.code, leaf)
    half = capability(category="x.y", qualifications=frozenset({Qualification.LAWYER}))
    found = only_broken(need(), half)
    assert found == Broken(Rule.QUALIFICATION, "FIRST_AID;LAWYER", "LAWYER")
    assert cure_of(found, need(), half) == Cure(CureCode.ADD_QUALIFICATION, (("qualifications", "FIRST_AID"),))


# --- lead time -------------------------------------------------------------------------------------------------------


def test_fewer_days_than_the_preparation_takes_bar_and_the_cure_shortens_it() -> None:
    soon = need(days=Days(TODAY + timedelta(days=6), None), windows=())
    found = only_broken(soon, capability(lead_days=7))
    assert found == Broken(Rule.LEAD_TIME, "6", "7")
    assert cure_of(found, soon, capability(lead_days=7)) == Cure(CureCode.SHORTEN_LEAD_DAYS, (("from", 7), ("to", 6)))
    assert is_cured(Rule.LEAD_TIME, soon, capability(lead_days=7))


def test_exactly_the_days_of_preparation_are_enough() -> None:
    assert broken(need(days=Days(TODAY + timedelta(days=7), None)), capability(lead_days=7)) == ()


def test_a_need_without_a_first_day_leaves_time_to_prepare() -> None:
    assert broken(need(days=Days()), capability(lead_days=180)) == ()


def test_a_need_that_has_begun_is_served_by_those_who_need_no_preparation() -> None:
    begun = need(days=Days(TODAY - timedelta(days=20), None))
    assert broken(begun, capability(lead_days=0)) == ()
    assert only_broken(begun, capability(lead_days=1)) == Broken(Rule.LEAD_TIME, "0", "1")


# --- all of them -----------------------------------------------------------------------------------------------------


def test_every_broken_rule_is_reported_in_the_order_of_the_vocabulary() -> None:
    worst = capability(
        organization=organization(membership=Membership.LEFT, checked_on=None),
        category=LEGAL_AID.code,
        area=frozenset(),
        min_age=15,
        modes=frozenset({Mode.AT_BASE}),
        windows=(Window(1, 0, 60),),
        max_group_size=1,
        lead_days=30,
        is_withdrawn=True,
    )
    assert [item.rule for item in broken(need(), worst)] == list(Rule)


def test_a_need_and_a_capability_of_which_nothing_is_known_but_the_place_exclude_nothing() -> None:
    asked = NeedFacts(id="need_1", town=TOWN, title="")
    offered = CapabilityFacts(
        id="capability_1", organization=organization(), category="learning.tutoring", title="", area=frozenset({CITY})
    )
    assert broken(asked, offered) == ()


@given(needs(), capabilities())
def test_each_cure_removes_its_rule_and_breaks_no_other(asked: NeedFacts, offered: CapabilityFacts) -> None:
    before = broken(asked, offered)
    for item in before:
        cure = cure_of(item, asked, offered)
        if cure is None:
            assert item.rule is Rule.WINDOW
            continue
        after = {left.rule for left in broken(asked, cured(offered, cure))}
        assert after == {left.rule for left in before} - {item.rule}


@given(needs(), capabilities())
def test_all_cures_together_make_a_capability_eligible(asked: NeedFacts, offered: CapabilityFacts) -> None:
    cures = [cure_of(item, asked, offered) for item in broken(asked, offered)]
    for cure in filter(None, cures):
        offered = cured(offered, cure)
    assert [item.rule for item in broken(asked, offered)] == [Rule.WINDOW] * (None in cures)


def test_the_name_of_a_district_that_is_not_known_is_its_code() -> None:
    far = capability(area=frozenset())
    outside = need(town="320299001")
    cure = cure_of(only_broken(outside, far), outside, far)
    assert "320299" not in PLACES.names
    assert cure is not None
    assert cure["name"] == "320299"
