"""Verdicts as an organization may read them before a claim: right, and silent about what it may not see of the need."""

from __future__ import annotations

from dataclasses import replace

from alliance.core.vocabulary import Criterion, Rule
from alliance.matching.criteria import Reason
from alliance.matching.cures import Cure
from alliance.matching.facts import NeedFacts
from alliance.matching.rank import Candidate, Fit
from alliance.matching.rules import Broken
from alliance.needs.sight import Sight


def discreet_candidate(candidate: Candidate, need: NeedFacts, sight: Sight) -> Candidate:
    """The candidate without the town, groups and numbers that are not for its eyes."""
    return replace(
        candidate,
        reasons=tuple(discreet_reason(reason, need, sight) for reason in candidate.reasons),
        broken=tuple(discreet_rule(broken, need, sight) for broken in candidate.broken),
        cures=tuple(discreet_cure(cure, sight) for cure in candidate.cures),
    )


def discreet_fit(fit: Fit, sight: Sight) -> Fit:
    """The need of a worklist without the town and groups that are not for the organization's eyes."""
    return replace(fit, reasons=tuple(discreet_reason(reason, fit.need, sight) for reason in fit.reasons))


def discreet_rule(broken: Broken, need: NeedFacts, sight: Sight) -> Broken:
    """The town as its district, the smallest part as unknown, where they are hidden."""
    if broken.rule is Rule.AREA and not sight.place:
        return replace(broken, asked=need.district)
    if broken.rule is Rule.CAPACITY and not sight.headcount:
        return replace(broken, asked="")
    return broken


def discreet_reason(reason: Reason, need: NeedFacts, sight: Sight) -> Reason:
    """The town as its district, common groups unnamed, where they are hidden."""
    if reason.criterion is Criterion.NEARNESS and not sight.place:
        shown = tuple((name, need.district if code == need.town else code) for name, code in reason.values)
        return replace(reason, values=shown)
    if reason.criterion is Criterion.GROUP_FIT and not sight.groups:
        return replace(reason, values=())
    return reason


def discreet_cure(cure: Cure | None, sight: Sight) -> Cure | None:
    """None where the change names the number of places that is hidden."""
    tells_places = cure is not None and ("group" in cure or "left" in cure)
    return None if tells_places and not sight.headcount else cure
