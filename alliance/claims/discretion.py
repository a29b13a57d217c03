"""Needs as an organization may have them judged before a claim: nothing is compared that it may not see.

What is hidden never reaches the rules, so that no verdict, point, order or sentence can tell it. The true rules decide
when a claim is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from alliance.core.vocabulary import Rule
from alliance.matching.facts import CapabilityFacts, NeedFacts
from alliance.matching.rank import Candidate
from alliance.matching.rules import Broken
from alliance.needs.sight import Sight


def discreet_need(need: NeedFacts, sight: Sight) -> NeedFacts:
    """The need without its words, groups and numbers where they are hidden, and with its district for a town."""
    return replace(
        need,
        town=need.town if sight.place else need.district,
        title=need.title if sight.text else "",
        details=need.details if sight.text else "",
        groups=need.groups if sight.groups else frozenset(),
        headcount=need.headcount if sight.headcount else None,
        minimum_places=need.minimum_places if sight.headcount else 1,
        station_operator=need.station_operator if sight.place else None,
    )


def discreet_offers(capabilities: Iterable[CapabilityFacts], sight: Sight) -> tuple[CapabilityFacts, ...]:
    """The offers with their areas as coarse as the place of the need: a town stands for its district."""
    if sight.place:
        return tuple(capabilities)
    return tuple(replace(each, area=frozenset(code[:6] for code in each.area)) for each in capabilities)


def discreet_candidate(candidate: Candidate, need: NeedFacts, sight: Sight) -> Candidate:
    """The candidate for a discreet need; of places it says neither how many are asked nor how many would do."""
    if sight.headcount:
        return candidate
    broken = tuple(discreet_rule(each, need, sight) for each in candidate.broken)
    cures = tuple(None if cure and ("group" in cure or "left" in cure) else cure for cure in candidate.cures)
    return replace(candidate, broken=broken, cures=cures)


def discreet_rule(broken: Broken, need: NeedFacts, sight: Sight) -> Broken:
    """A rule that refuses a claim: the town as its district, the smallest part as unknown, where they are hidden."""
    if broken.rule is Rule.AREA and not sight.place:
        return replace(broken, asked=need.district)
    if broken.rule is Rule.CAPACITY and not sight.headcount:
        return replace(broken, asked="")
    return broken
