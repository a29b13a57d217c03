"""What may stand in the directory: when a capability is complete, an organization qualified, a credit code genuine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from alliance.core.drafts import Doc
from alliance.core.problems import N_, Faults, Problem
from alliance.core.vocabulary import GroupKind, LabelRisk, Qualification, Sensitivity, held_with_lower_grades
from alliance.directory.checks import (
    MOST_CODES,
    check_ages,
    check_codes,
    check_day,
    check_number,
    check_text,
    check_windows,
)
from alliance.directory.drafts import ListCapabilityDraft
from alliance.matching.facts import CategoryFacts

TITLE_LENGTH, DESCRIPTION_LENGTH = 40, 200  # DESIGN §4: one line of a phone, and one short paragraph
LARGEST_GROUP = 500  # as the largest need
MOST_MONTHLY = 10_000  # two organizations of the source speak of thousands of person-times a year; ten times that
LONGEST_LEAD = 180
CREDIT_CODE_LENGTH = 18  # GB 32100-2015
CONFIRM_AFTER = timedelta(days=180)  # supply lists are renewed every half year, DESIGN §4


@dataclass(frozen=True, kw_only=True)
class QualificationMissing(Problem):
    """The service asks for a qualification that the organization does not hold."""

    says = N_("This service asks for {missing}, which your organization does not hold. The bureau can record it.")
    missing: Annotated[tuple[Qualification, ...], Doc("What would have to be held; at most 15.")]


@dataclass(frozen=True, kw_only=True)
class QuotaBelowTaken(Problem):
    """More places are already taken in a month than the new limit would allow."""

    says = N_("In {month} already {taken} places are taken. Give at least that many, or release claims first.")
    month: Annotated[str, Doc("The calendar month, `YYYY-MM`.")]
    taken: Annotated[int, Doc("Places taken in that month.")]


@dataclass(frozen=True, kw_only=True)
class AlreadyWithdrawn(Problem):
    """The capability was withdrawn before."""

    says = N_("This service is withdrawn already. List it anew when you offer it again.")


@dataclass(frozen=True, slots=True)
class Known:
    """The codes that drafts may name; of the groups the postable ones only."""

    leaves: Mapping[str, CategoryFacts] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()


def is_postable(kind: GroupKind, risk: LabelRisk) -> bool:
    """False for a group that would label a child: neither a need nor a service may name it."""
    return kind is not GroupKind.RESTRICTED and risk is not LabelRisk.NEVER_PUBLIC


def capability_columns(
    draft: ListCapabilityDraft, known: Known, held: frozenset[Qualification], faults: Faults, *, today: date
) -> dict[str, Any]:
    """The columns of a capability as drafted; everything wrong with the draft is noted in `faults`."""
    if draft.category not in known.leaves:
        faults.add("category", N_("There is no such leaf category. Choose one from `categories`."))
    check_ages(faults, draft.min_age, draft.max_age)
    check_number(faults, "maxGroupSize", draft.max_group_size, low=1, high=LARGEST_GROUP)
    check_number(faults, "monthlyPlaces", draft.monthly_places, low=0, high=MOST_MONTHLY)
    check_number(faults, "leadDays", draft.lead_days, low=0, high=LONGEST_LEAD)
    check_day(faults, "validUntil", draft.valid_until, today=today)
    area = check_codes(faults, "area", draft.area, known.areas)
    if not draft.area:
        faults.add("area", N_("Say where it is offered: the city, districts or towns. Unknown is not everywhere."))
    for place, qualification in enumerate(draft.qualifications):
        if qualification not in held_with_lower_grades(held):
            faults.add(f"qualifications.{place}", N_("Your organization does not hold it. The bureau can record it."))
    return {
        "category_id": draft.category,
        "title": check_text(faults, "title", draft.title, at_least=1, at_most=TITLE_LENGTH),
        "description": check_text(faults, "description", draft.description, at_most=DESCRIPTION_LENGTH, multiline=True),
        "area": area,
        "min_age": draft.min_age,
        "max_age": draft.max_age,
        "groups": check_codes(faults, "groups", draft.groups, known.groups, at_most=MOST_CODES),
        "modes": tuple(dict.fromkeys(draft.modes)),
        "max_group_size": draft.max_group_size,
        "monthly_places": draft.monthly_places,
        "windows": check_windows(faults, "windows", draft.windows),
        "qualifications": tuple(dict.fromkeys(draft.qualifications)),
        "lead_days": draft.lead_days,
        "valid_until": draft.valid_until,
    }


def missing_qualifications(category: CategoryFacts, held: frozenset[Qualification]) -> tuple[Qualification, ...]:
    """The qualifications the category hints at that are not held, in the order of the vocabulary."""
    missing = category.qualifications - held_with_lower_grades(held)
    return tuple(qualification for qualification in Qualification if qualification in missing)


NEVER_LISTED = N_("This category is answered with the reporting route; nobody lists or posts it.")


def is_listed(category: CategoryFacts) -> bool:
    """False for the categories that are answered with the reporting route and never listed."""
    return category.sensitivity is not Sensitivity.EMERGENCY_ROUTE


def is_due(confirmed_on: date | None, today: date) -> bool:
    """True when nobody has confirmed the capability for 180 days."""
    return confirmed_on is None or today - confirmed_on > CONFIRM_AFTER


def check_credit_code(faults: Faults, path: str, code: str | None) -> str | None:
    """A unified social credit code: a right check character at its end, or none."""
    if not code:
        return None
    try:
        return str(uscc.validate(code))
    except ValidationError:
        says = N_(
            "This is not a unified social credit code: it has {length} characters; the last one checks the others."
        )
        faults.add(path, says, length=CREDIT_CODE_LENGTH)
        return code
