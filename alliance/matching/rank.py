"""Every organization's answer to a need, best first, and every need an organization could serve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alliance.core.vocabulary import Qualification, Verdict, held_with_lower_grades
from alliance.matching.criteria import Reason, reasons
from alliance.matching.cures import Cure, nearest_cure
from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts, OrganizationFacts, Places
from alliance.matching.rules import Broken, broken_rules
from alliance.matching.topic import Topics, is_on_topic, read_topics

NO_QUALIFICATIONS: frozenset[Qualification] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An organization's answer to a need, with its best capability (None where nothing is on the topic).

    `points` is the sum of the points of `reasons`, 0 to 1000. `cures` stand beside `broken`, one each.
    `missing_qualifications`: hints of the need's picked leaves that the organization does not hold.
    """

    organization: OrganizationFacts
    capability: CapabilityFacts | None
    verdict: Verdict
    points: int = 0
    reasons: tuple[Reason, ...] = ()
    broken: tuple[Broken, ...] = ()
    cures: tuple[Cure | None, ...] = ()
    missing_qualifications: frozenset[Qualification] = NO_QUALIFICATIONS
    is_station_operator: bool = False

    @property
    def may_claim(self) -> bool:
        """True when no rule is broken and no qualification is missing."""
        return self.verdict is Verdict.ELIGIBLE and not self.missing_qualifications


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A capability held against a need: its points with their reasons, and the rules it breaks (none: it may serve)."""

    capability: CapabilityFacts
    is_on_topic: bool
    points: int
    reasons: tuple[Reason, ...]
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A need that an organization could serve, with the capability that serves it best."""

    need: NeedFacts
    capability: CapabilityFacts
    points: int
    reasons: tuple[Reason, ...]


def candidates(
    need: NeedFacts,
    capabilities: Iterable[CapabilityFacts],
    organizations: Iterable[OrganizationFacts],
    categories: Mapping[str, CategoryFacts],
    places: Places,
    *,
    today: date,
) -> tuple[Candidate, ...]:
    """Return one candidate per organization: the eligible by points, then the barred, then those that offer nothing.

    Among the barred the fewest broken rules come first, then points. Ties by organization id. Source: DESIGN §4.
    """
    best: dict[str, Judged] = {}
    for judged in rank_capabilities(need, on_topic(need, capabilities, categories), categories, places, today=today):
        best.setdefault(judged.capability.organization.id, judged)
    members = {organization.id: organization for organization in organizations}
    found = [
        candidate(need, organization, best.get(organization.id), categories, places, today=today)
        for organization in members.values()
    ]
    return tuple(sorted(found, key=candidate_order))


def candidate(
    need: NeedFacts,
    organization: OrganizationFacts,
    best: Judged | None,
    categories: Mapping[str, CategoryFacts],
    places: Places,
    *,
    today: date,
) -> Candidate:
    """Return the answer of one organization, whose `best` on-topic capability is given."""
    missing = missing_qualifications(need, organization, best.capability if best else None, categories)
    is_operator = organization.id == need.station_operator
    if best is None:
        return Candidate(
            organization=organization,
            capability=None,
            verdict=Verdict.NOT_OFFERED,
            missing_qualifications=missing,
            is_station_operator=is_operator,
        )
    return Candidate(
        organization=organization,
        capability=best.capability,
        verdict=Verdict.BARRED if best.broken else Verdict.ELIGIBLE,
        points=best.points,
        reasons=best.reasons,
        broken=best.broken,
        cures=cures(best, need, categories[best.capability.category], places, today=today),
        missing_qualifications=missing,
        is_station_operator=is_operator,
    )


def on_topic(
    need: NeedFacts, capabilities: Iterable[CapabilityFacts], categories: Mapping[str, CategoryFacts]
) -> Iterable[CapabilityFacts]:
    """The capabilities on the need's topic: one in ten or so, and the rest need not be judged."""
    topics = read_topics(tuple(categories.values()))
    return (capability for capability in capabilities if is_on_topic(need, capability, topics))


def rank_capabilities(
    need: NeedFacts,
    capabilities: Iterable[CapabilityFacts],
    categories: Mapping[str, CategoryFacts],
    places: Places,
    *,
    today: date,
) -> tuple[Judged, ...]:
    """Return every capability judged, on the topic or not: those that break no rule by points, then the others.

    Among the others the fewest broken rules come first, then points. Ties by capability id.
    """
    topics = read_topics(tuple(categories.values()))
    judged = (judge(need, capability, categories, topics, places, today=today) for capability in capabilities)
    return tuple(sorted(judged, key=judged_order))


def judge(
    need: NeedFacts,
    capability: CapabilityFacts,
    categories: Mapping[str, CategoryFacts],
    topics: Topics,
    places: Places,
    *,
    today: date,
) -> Judged:
    """Return one capability held against a need. Raises KeyError for a category the taxonomy does not know."""
    given = reasons(need, capability, topics, places, today=today)
    return Judged(
        capability=capability,
        is_on_topic=is_on_topic(need, capability, topics),
        points=sum(reason.points for reason in given),
        reasons=given,
        broken=broken_rules(need, capability, categories[capability.category], today=today),
    )


def fitting_needs(
    needs: Iterable[NeedFacts],
    capabilities: Iterable[CapabilityFacts],
    categories: Mapping[str, CategoryFacts],
    places: Places,
    *,
    today: date,
) -> tuple[Fit, ...]:
    """Return the needs that one organization, whose `capabilities` are given, is eligible for, best first.

    Each need stands once, with the capability that has most points for it; ties by need id.
    """
    offered = tuple(capabilities)
    topics = read_topics(tuple(categories.values()))
    found = (best_fit(need, offered, categories, topics, places, today=today) for need in needs)
    return tuple(sorted((fit for fit in found if fit), key=fit_order))


def best_fit(
    need: NeedFacts,
    capabilities: tuple[CapabilityFacts, ...],
    categories: Mapping[str, CategoryFacts],
    topics: Topics,
    places: Places,
    *,
    today: date,
) -> Fit | None:
    """The unbarred on-topic capability with most points, ties by id; the rules are asked of on-topic ones only."""
    fits = [
        Fit(need=need, capability=capability, points=sum(reason.points for reason in given), reasons=given)
        for capability in capabilities
        if is_on_topic(need, capability, topics)
        and not broken_rules(need, capability, categories[capability.category], today=today)
        and (given := reasons(need, capability, topics, places, today=today))
    ]
    return min(fits, key=lambda fit: (-fit.points, fit.capability.id), default=None)


def cures(
    judged: Judged, need: NeedFacts, category: CategoryFacts, places: Places, *, today: date
) -> tuple[Cure | None, ...]:
    """The nearest cure of each broken rule, in their order; None where only the need could change."""
    capability = judged.capability
    return tuple(nearest_cure(broken, need, capability, category, places, today=today) for broken in judged.broken)


def missing_qualifications(
    need: NeedFacts,
    organization: OrganizationFacts,
    capability: CapabilityFacts | None,
    categories: Mapping[str, CategoryFacts],
) -> frozenset[Qualification]:
    """Hints of the need's picked leaves which neither the organization nor its capability holds; leaves unknown to
    the taxonomy name none. Higher social-worker grades cover lower ones."""
    offered = capability.qualifications if capability else NO_QUALIFICATIONS
    held = held_with_lower_grades(organization.qualifications | offered)
    leaves = [categories[code] for code in need.categories if code in categories]
    return NO_QUALIFICATIONS.union(*(leaf.qualifications for leaf in leaves)) - held


def fit_order(fit: Fit) -> tuple[int, str]:
    """Most points, need id."""
    return -fit.points, fit.need.id


def judged_order(judged: Judged) -> tuple[int, int, str]:
    """Fewest broken rules, most points, id."""
    return len(judged.broken), -judged.points, judged.capability.id


def candidate_order(candidate: Candidate) -> tuple[int, int, int, str]:
    """Eligible, barred, not offered; within them as capabilities are ordered; ties by organization id."""
    place = list(Verdict).index(candidate.verdict)
    return place, len(candidate.broken), -candidate.points, candidate.organization.id
