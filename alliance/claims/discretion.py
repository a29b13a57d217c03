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

HIDDEN = (("hidden", "true"),)  # the value of a reason whose ground is not for the organization's eyes


def discreet_candidate(candidate: Candidate, need: NeedFacts, sight: Sight) -> Candidate:
    """The candidate without the town, groups and numbers that are not for its eyes; its points are those shown."""
    shown = tuple(discreet_reason(reason, need, sight) for reason in candidate.reasons)
    return replace(
        candidate,
        points=sum(reason.points for reason in shown),
        reasons=shown,
        broken=tuple(discreet_rule(broken, need, sight) for broken in candidate.broken),
        cures=tuple(discreet_cure(cure, sight) for cure in candidate.cures),
    )


def discreet_fit(fit: Fit, sight: Sight) -> Fit:
    """The need of a worklist without the town, groups and numbers that are not for the organization's eyes."""
    shown = tuple(discreet_reason(reason, fit.need, sight) for reason in fit.reasons)
    return replace(fit, points=sum(reason.points for reason in shown), reasons=shown)


def discreet_rule(broken: Broken, need: NeedFacts, sight: Sight) -> Broken:
    """The town as its district, the smallest part as unknown, where they are hidden."""
    if broken.rule is Rule.AREA and not sight.place:
        return replace(broken, asked=need.district)
    if broken.rule is Rule.CAPACITY and not sight.headcount:
        return replace(broken, asked="")
    return broken


def discreet_reason(reason: Reason, need: NeedFacts, sight: Sight) -> Reason:
    """The town as its district where it is hidden; what hidden groups or numbers would give, in the middle.

    Points tell as much as words: 33 of 40 for a group of 5 says that it is for 6.
    """
    if reason.criterion is Criterion.NEARNESS and not sight.place:
        shown = tuple((name, need.district if code == need.town else code) for name, code in reason.values)
        return replace(reason, values=shown)
    is_shown = {Criterion.GROUP_FIT: sight.groups, Criterion.PLACES_LEFT: sight.headcount}
    if not is_shown.get(reason.criterion, True):
        return replace(reason, points=reason.of // 2, values=HIDDEN)
    return reason


def discreet_cure(cure: Cure | None, sight: Sight) -> Cure | None:
    """None where the change names the number of places that is hidden."""
    tells_places = cure is not None and ("group" in cure or "left" in cure)
    return None if tells_places and not sight.headcount else cure
