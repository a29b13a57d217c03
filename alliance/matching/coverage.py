"""How far an unmet need got on its way to being served, and which capability was nearest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from alliance.core.vocabulary import CauseStage, Rule
from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts, Places
from alliance.matching.rank import Judged, on_topic, rank_capabilities
from alliance.matching.rules import Broken

# The stage at which each rule stops a capability. What an organization must be or prove stands together at the end,
# and lead time with it: it says how ready the organization is, not that its hours are others. DESIGN §4, Coverage.
STAGE_OF_RULE: dict[Rule, CauseStage] = {
    Rule.AREA: CauseStage.AREA,
    Rule.AGE: CauseStage.AGE,
    Rule.MODE: CauseStage.MODE,
    Rule.WINDOW: CauseStage.WINDOW,
    Rule.CAPACITY: CauseStage.CAPACITY,
    Rule.QUALIFICATION: CauseStage.QUALIFICATION,
    Rule.VETTING: CauseStage.QUALIFICATION,
    Rule.MEMBERSHIP: CauseStage.QUALIFICATION,
    Rule.VALIDITY: CauseStage.QUALIFICATION,
    Rule.LEAD_TIME: CauseStage.QUALIFICATION,
}
STAGES = tuple(CauseStage)


def furthest_stage(
    need: NeedFacts,
    capabilities: Iterable[CapabilityFacts],
    categories: Mapping[str, CategoryFacts],
    places: Places,
    *,
    today: date,
    had_declined: bool,
    had_silent: bool,
    is_claimed_undelivered: bool,
) -> tuple[CauseStage, CapabilityFacts | None]:
    """Return the furthest stage the need reached, and the on-topic capability nearest to serving it (None: nobody).

    A capability's stage is the first rule it breaks in the order of `CauseStage`; UNASKED where it breaks none. What
    claims have reached counts even where today's facts would bar everybody. The nearest capability has the furthest
    stage, then the fewest broken rules, then most points; ties by id.
    """
    ranked = rank_capabilities(need, on_topic(need, capabilities, categories), categories, places, today=today)
    nearest = min(ranked, key=distance, default=None)
    offered = stage(nearest.broken) if nearest else CauseStage.NO_CAPABILITY
    claimed = claimed_stage(had_declined, had_silent, is_claimed_undelivered)
    return max(offered, claimed, key=STAGES.index), nearest.capability if nearest else None


def stage(broken: tuple[Broken, ...]) -> CauseStage:
    """The stage at which these broken rules stop a capability; UNASKED where there is none."""
    return min((STAGE_OF_RULE[item.rule] for item in broken), key=STAGES.index, default=CauseStage.UNASKED)


def claimed_stage(had_declined: bool, had_silent: bool, is_claimed_undelivered: bool) -> CauseStage:
    """The furthest stage that the need's claims reached; NO_CAPABILITY where there was none."""
    if is_claimed_undelivered:
        return CauseStage.UNDELIVERED
    if had_silent:
        return CauseStage.SILENT
    return CauseStage.DECLINED if had_declined else CauseStage.NO_CAPABILITY


def distance(judged: Judged) -> tuple[int, int, int, str]:
    """Sorts the nearest first: furthest stage, fewest broken rules, most points, id."""
    return -STAGES.index(stage(judged.broken)), len(judged.broken), -judged.points, judged.capability.id
