"""The hard rules between a need and a capability: every one that is broken, with the compared values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from alliance.core.period import is_disjoint
from alliance.core.vocabulary import Membership, Mode, Rule, Sensitivity, held_with_lower_grades
from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that keeps a capability from a need: what was asked and what is offered, as codes and numbers only.

    Lists are joined by `;`, an unknown side is empty, ages read `9-11`, `9-` or `-6`, days and months are ISO.
    """

    rule: Rule
    asked: str
    offered: str


def broken_rules(
    need: NeedFacts, capability: CapabilityFacts, category: CategoryFacts, *, today: date
) -> tuple[Broken, ...]:
    """Return every rule that bars `capability` from `need`, in the order of `Rule`; empty when it may serve.

    `category` is the capability's own. Source: DESIGN §4, Candidates.
    """
    found = (
        broken_membership(capability),
        broken_vetting(need, capability, today),
        broken_validity(need, capability, today),
        broken_area(need, capability),
        broken_age(need, capability),
        broken_mode(need, capability),
        broken_window(need, capability),
        broken_capacity(need, capability, today),
        broken_qualification(capability, category),
        broken_lead_time(need, capability, today),
    )
    return tuple(broken for broken in found if broken is not None)


def broken_membership(capability: CapabilityFacts) -> Broken | None:
    """Only members of the alliance serve."""
    membership = capability.organization.membership
    if membership is Membership.MEMBER:
        return None
    return Broken(Rule.MEMBERSHIP, Membership.MEMBER.name, membership.name)


def broken_vetting(need: NeedFacts, capability: CapabilityFacts, today: date) -> Broken | None:
    """Work face to face asks for a background check younger than 12 months."""
    if not is_face_to_face(need, capability):
        return None
    checked_on = capability.organization.checked_on
    oldest = oldest_valid_check(today)
    if checked_on is not None and checked_on >= oldest:
        return None
    return Broken(Rule.VETTING, oldest.isoformat(), checked_on.isoformat() if checked_on else "")


def broken_validity(need: NeedFacts, capability: CapabilityFacts, today: date) -> Broken | None:
    """A capability must not be withdrawn, and must still be valid today and on the need's first day."""
    asked = last_start(need, today)
    if capability.is_withdrawn:
        return Broken(Rule.VALIDITY, asked.isoformat(), "WITHDRAWN")
    if capability.valid_until is None or capability.valid_until >= asked:
        return None
    return Broken(Rule.VALIDITY, asked.isoformat(), capability.valid_until.isoformat())


def broken_area(need: NeedFacts, capability: CapabilityFacts) -> Broken | None:
    """The area must hold the need's town, its district or its city, online too; an unknown area is not everywhere."""
    if capability.area & covering_codes(need.town):
        return None
    return Broken(Rule.AREA, need.town, joined(capability.area))


def broken_age(need: NeedFacts, capability: CapabilityFacts) -> Broken | None:
    """Two age ranges that are given must share a year, bounds included."""
    too_old = capability.max_age is not None and need.min_age is not None and need.min_age > capability.max_age
    too_young = capability.min_age is not None and need.max_age is not None and need.max_age < capability.min_age
    if not (too_old or too_young):
        return None
    return Broken(Rule.AGE, ages(need.min_age, need.max_age), ages(capability.min_age, capability.max_age))


def broken_mode(need: NeedFacts, capability: CapabilityFacts) -> Broken | None:
    """A way of serving that the need names must be among the offered ones; none offered excludes nothing."""
    if need.mode is None or not capability.modes or need.mode in capability.modes:
        return None
    offered = (mode.name for mode in Mode if mode in capability.modes)
    return Broken(Rule.MODE, need.mode.name, ";".join(offered))


def broken_window(need: NeedFacts, capability: CapabilityFacts) -> Broken | None:
    """Times that both sides give must share a moment."""
    if not is_disjoint(need.windows, capability.windows, need.days):
        return None
    asked = ";".join(map(str, sorted(need.windows))) or ";".join(map(str, sorted(need.days.weekdays())))
    return Broken(Rule.WINDOW, asked, ";".join(map(str, sorted(capability.windows))))


def broken_capacity(need: NeedFacts, capability: CapabilityFacts, today: date) -> Broken | None:
    """The smallest part worth claiming must fit the group size and the places left in each month it touches."""
    short = []
    if (size := capability.max_group_size) is not None and size < need.minimum_places:
        short.append(str(size))
    short += [f"{month}: {left}" for month, left in short_months(need, capability, today)]
    return Broken(Rule.CAPACITY, str(need.minimum_places), ";".join(short)) if short else None


def broken_qualification(capability: CapabilityFacts, category: CategoryFacts) -> Broken | None:
    """A restricted service asks for every qualification its category names; higher grades cover lower ones."""
    held = held_with_lower_grades(capability.qualifications)
    if category.sensitivity is not Sensitivity.RESTRICTED or category.qualifications <= held:
        return None
    asked = joined(wanted.name for wanted in category.qualifications)
    return Broken(Rule.QUALIFICATION, asked, joined(had.name for had in capability.qualifications))


def broken_lead_time(need: NeedFacts, capability: CapabilityFacts, today: date) -> Broken | None:
    """The days until the need's first day must suffice to prepare; a need that has begun leaves none."""
    if need.days.first is None or (notice := notice_days(need.days.first, today)) >= capability.lead_days:
        return None
    return Broken(Rule.LEAD_TIME, str(notice), str(capability.lead_days))


def is_face_to_face(need: NeedFacts, capability: CapabilityFacts) -> bool:
    """True unless the need is, or when open as to mode can be, served online. No mode named counts as in person."""
    if need.mode is not None:
        return need.mode.is_face_to_face
    return all(mode.is_face_to_face for mode in capability.modes)


def oldest_valid_check(today: date) -> date:
    """The earliest day of a background check that is younger than 12 months on `today`. Source: domain.md §9."""
    leap_day = today.month == 2 and today.day == 29
    return date(today.year - 1, today.month, 28 if leap_day else today.day) + timedelta(days=1)


def last_start(need: NeedFacts, today: date) -> date:
    """The day on which a capability must still be valid: the need's first day, or today when that is later."""
    return max(need.days.first or today, today)


def covering_codes(town: str) -> frozenset[str]:
    """The codes whose area holds `town`: its own, its district's and its city's (district with 00 at the end)."""
    return frozenset({town, town[:6], f"{town[:4]}00"})


def short_months(need: NeedFacts, capability: CapabilityFacts, today: date) -> list[tuple[str, int]]:
    """The months the need touches in which fewer places are left than its smallest part, with what is left."""
    months = ((month, capability.left_in((month,))) for month in need.days.months(today))
    return [(month, left) for month, left in months if left is not None and left < need.minimum_places]


def notice_days(first: date, today: date) -> int:
    """Days from `today` to `first`, never negative: a capability that needs no preparation is never too late."""
    return max((first - today).days, 0)


def ages(low: int | None, high: int | None) -> str:
    """An age range as `9-11`, `9-` or `-6`."""
    return f"{'' if low is None else low}-{'' if high is None else high}"


def joined(codes: Iterable[str]) -> str:
    """Codes in alphabetical order, joined by `;`."""
    return ";".join(sorted(codes))
