"""What may stand in the directory."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from alliance.core.drafts import WindowDraft
from alliance.core.problems import Fault, Faults
from alliance.core.vocabulary import GroupKind, LabelRisk, Mode, Qualification, Sensitivity
from alliance.directory.drafts import ListCapabilityDraft
from alliance.directory.rules import (
    Known,
    capability_columns,
    check_credit_code,
    is_due,
    is_listed,
    is_postable,
    missing_qualifications,
)
from alliance.matching.facts import CategoryFacts

TODAY = date(2026, 6, 1)
LEAF = CategoryFacts(code="learning.tutoring", name="课业辅导")
KNOWN = Known({LEAF.code: LEAF}, frozenset({"migrant"}), frozenset({"320200", "320213"}))
SENIOR, ASSISTANT = Qualification.SOCIAL_WORKER_SENIOR, Qualification.SOCIAL_WORKER_ASSISTANT


def checked(*held: Qualification, **facts: Any) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The columns of a draft and what is wrong with it, for an organization that holds some qualifications."""
    faults = Faults()
    draft = ListCapabilityDraft(**{"category": LEAF.code, "title": "补习", "area": ("320213",)} | facts)
    return capability_columns(draft, KNOWN, frozenset(held), faults, today=TODAY), faults.all()


def faults_of(*held: Qualification, **facts: Any) -> list[str]:
    """The paths of everything wrong with a draft, in order."""
    return [fault.path for fault in checked(*held, **facts)[1]]


# --- capabilities ----------------------------------------------------------------------------------------------------


def test_a_category_a_title_and_an_area_are_a_complete_capability() -> None:
    columns, faults = checked()
    assert faults == ()
    assert (columns["category_id"], columns["area"]) == (LEAF.code, ("320213",))


def test_every_field_but_the_acknowledgements_becomes_a_column() -> None:
    named = {own.name for own in fields(ListCapabilityDraft)} - {"acknowledged", "category"} | {"category_id"}
    assert set(checked()[0]) == named


def test_codes_modes_and_qualifications_are_kept_once_and_in_order() -> None:
    columns, _ = checked(
        SENIOR,
        area=("320213", "320200", "320213"),
        modes=(Mode.ONLINE, Mode.AT_BASE, Mode.ONLINE),
        qualifications=(SENIOR, ASSISTANT, SENIOR),
    )
    assert columns["area"] == ("320213", "320200")
    assert columns["modes"] == (Mode.ONLINE, Mode.AT_BASE)
    assert columns["qualifications"] == (SENIOR, ASSISTANT)


def test_all_faults_are_told_at_once() -> None:
    assert faults_of(
        category="learning",
        title=" ",
        description="字" * 201,
        area=(),
        min_age=12,
        max_age=6,
        groups=("harmed", "strange"),
        max_group_size=0,
        monthly_places=-1,
        windows=(WindowDraft(weekday=1, start="10:00", end="09:00"),),
        qualifications=(SENIOR,),
        lead_days=181,
        valid_until=TODAY - timedelta(days=1),
    ) == [
        "category",
        "minAge",
        "maxGroupSize",
        "monthlyPlaces",
        "leadDays",
        "validUntil",
        "area",
        "qualifications.0",
        "title",
        "description",
        "groups.0",
        "groups.1",
        "windows.0.end",
    ]


@pytest.mark.parametrize(
    ("facts", "paths"),
    [
        ({"max_group_size": 501, "monthly_places": 10_001}, ["maxGroupSize", "monthlyPlaces"]),
        ({"max_group_size": 1, "monthly_places": 0, "lead_days": 0}, []),
        ({"lead_days": -1}, ["leadDays"]),
        ({"max_group_size": 10**30}, ["maxGroupSize"]),
        ({"valid_until": TODAY}, []),
        ({"valid_until": TODAY + timedelta(days=549)}, ["validUntil"]),
        ({"area": ("320213", "310000")}, ["area.1"]),
        ({"area": tuple(map(str, range(101)))}, ["area"]),
        ({"title": "补\u202e习\x00"}, ["title", "title"]),
    ],
)
def test_what_is_out_of_range_or_unknown_is_a_fault(facts: dict[str, Any], paths: list[str]) -> None:
    assert faults_of(**facts) == paths


def test_a_capability_names_only_qualifications_its_organization_holds_lower_grades_included() -> None:
    assert faults_of(SENIOR, qualifications=(ASSISTANT, SENIOR)) == []
    assert faults_of(ASSISTANT, qualifications=(ASSISTANT, SENIOR)) == ["qualifications.1"]


def test_groups_that_would_label_a_child_cannot_be_named() -> None:
    assert is_postable(GroupKind.POLICY, LabelRisk.HIGH)
    assert not is_postable(GroupKind.RESTRICTED, LabelRisk.LOW)
    assert not is_postable(GroupKind.DESCRIPTIVE, LabelRisk.NEVER_PUBLIC)


# --- qualifications, freshness ---------------------------------------------------------------------------------------


def test_missing_qualifications_stand_in_the_order_of_the_vocabulary_and_respect_grades() -> None:
    hinted = frozenset({Qualification.LAWYER, Qualification.CRISIS_PROTOCOL, ASSISTANT})
    leaf = CategoryFacts(code="x.y", name="甲", qualifications=hinted)
    assert missing_qualifications(leaf, frozenset({SENIOR})) == (Qualification.CRISIS_PROTOCOL, Qualification.LAWYER)
    assert missing_qualifications(leaf, frozenset()) == (
        ASSISTANT,
        Qualification.CRISIS_PROTOCOL,
        Qualification.LAWYER,
    )


@pytest.mark.parametrize("sensitivity", list(Sensitivity))
def test_only_the_emergency_route_is_never_listed(sensitivity: Sensitivity) -> None:
    leaf = CategoryFacts(code="x.y", name="甲", sensitivity=sensitivity)
    assert is_listed(leaf) is (sensitivity is not Sensitivity.EMERGENCY_ROUTE)


@pytest.mark.parametrize(("days_ago", "due"), [(0, False), (180, False), (181, True), (None, True)])
def test_a_capability_is_due_after_180_days(days_ago: int | None, due: bool) -> None:
    confirmed_on = None if days_ago is None else TODAY - timedelta(days=days_ago)
    assert is_due(confirmed_on, TODAY) is due


# --- credit codes ----------------------------------------------------------------------------------------------------

WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def check_character(body: str) -> str:
    """The last character of a credit code, by GB 32100-2015."""
    return ALPHABET[-sum(w * ALPHABET.index(char) for w, char in zip(WEIGHTS, body, strict=True)) % 31]


BODIES = st.tuples(
    st.from_regex(r"52[0-9]{6}", fullmatch=True).filter(str.isascii), st.text(ALPHABET, min_size=9, max_size=9)
).map("".join)


def credit_faults(code: str | None) -> tuple[Fault, ...]:
    """What is wrong with a credit code."""
    faults = Faults()
    check_credit_code(faults, "creditCode", code)
    return faults.all()


@given(BODIES)
def test_a_credit_code_with_its_check_character_is_kept(body: str) -> None:
    code = body + check_character(body)
    assert check_credit_code(Faults(), "creditCode", code) == code
    assert credit_faults(code) == ()


@given(BODIES, st.sampled_from(ALPHABET))
def test_a_credit_code_with_another_last_character_is_a_fault(body: str, wrong: str) -> None:
    assume(wrong != check_character(body))
    (fault,) = credit_faults(body + wrong)
    assert (fault.path, dict(fault.values)) == ("creditCode", {"length": 18})


@pytest.mark.parametrize("code", ["5", "52320213", "５２320213MJGA4DFG9Y", "52320213MJGA4DFG9Y0", "x" * 10_000])
def test_what_has_no_eighteen_characters_of_the_alphabet_is_a_fault(code: str) -> None:
    assert len(credit_faults(code)) == 1


@pytest.mark.parametrize("code", [None, ""])
def test_no_credit_code_is_none(code: str | None) -> None:
    assert check_credit_code(Faults(), "creditCode", code) is None
    assert credit_faults(code) == ()
