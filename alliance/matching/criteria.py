"""The named grounds on which capabilities are ranked, each a function that gives 0 to 1, and their weights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from alliance.core.period import MINUTES_PER_DAY, Window
from alliance.core.vocabulary import Criterion
from alliance.matching.facts import CapabilityFacts, NeedFacts, Places
from alliance.matching.topic import Topics, category_fit, wording_fit

# The most a criterion can give. The order of the weights is the decision; the sum is 1000 so that points read as
# tenths of a percent.
WEIGHTS: dict[Criterion, int] = {
    Criterion.CATEGORY: 300,  # the head's pick, strong but soft: one in ten is wrong
    Criterion.WORDING: 330,  # tells capabilities of one leaf apart, and outweighs a wrong pick
    Criterion.NEARNESS: 50,  # town over city decides only between equals; AREA has already barred the far ones
    Criterion.AGE_FIT: 100,  # an offer for part of the ages serves part of the group
    Criterion.GROUP_FIT: 60,  # groups never exclude, an offer made for the group is better
    Criterion.TIME_FIT: 60,  # a short common time is still a common time
    Criterion.PLACES_LEFT: 40,  # the whole group with one organization, if possible
    Criterion.FRESHNESS: 30,  # stale entries cost the station a call in vain
    Criterion.BALANCE: 30,  # spread the load between equals, never against the fit
}

CONFIRM_AFTER_DAYS = 180  # supply is confirmed every half year, DESIGN §4, Capability
UNKNOWN = 0.5  # an empty field neither helps nor harms: the middle. Decision, own
YOUNGEST, OLDEST = 0, 17  # the ages of children, where a side of a range is open; domain.md, age bands

# Decision, own; the order is domain.md §9: town > district > neighbouring district > city.
NEAR_TOWN, NEAR_DISTRICT, NEAR_NEIGHBOUR, NEAR_CITY = 1.0, 0.75, 0.5, 0.25


Values: TypeAlias = tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion gave: `points` of at most `of`, with the facts behind it as codes and numbers."""

    criterion: Criterion
    points: int
    of: int
    values: Values = ()


def reasons(
    need: NeedFacts, capability: CapabilityFacts, topics: Topics, places: Places, *, today: date
) -> tuple[Reason, ...]:
    """Return one reason per criterion, in the order of `Criterion`; their points add up to the capability's."""
    given: dict[Criterion, tuple[float, Values]] = {
        Criterion.CATEGORY: (category_fit(need, capability, topics), (("category", capability.category),)),
        Criterion.WORDING: (wording_fit(need, capability, topics), ()),
        Criterion.NEARNESS: (nearness(need, capability, places), covering_code(need, capability)),
        Criterion.AGE_FIT: (age_fit(need, capability), bounds(capability)),
        Criterion.GROUP_FIT: (group_fit(need, capability), shared_groups(need, capability)),
        Criterion.TIME_FIT: (time_fit(need, capability), common_time(need, capability)),
        Criterion.PLACES_LEFT: (places_left_fit(need, capability, today=today), places_left(need, capability, today)),
        Criterion.FRESHNESS: (freshness(capability, today=today), confirmation(capability)),
        Criterion.BALANCE: (balance(capability), (("open_claims", capability.organization.open_claims),)),
    }
    return tuple(
        Reason(criterion, whole_points(fit, WEIGHTS[criterion]), WEIGHTS[criterion], values)
        for criterion, (fit, values) in given.items()
    )


def whole_points(fit: float, weight: int) -> int:
    """The share `fit` of `weight`, rounded half up."""
    return int(fit * weight + 0.5)


def nearness(need: NeedFacts, capability: CapabilityFacts, places: Places) -> float:
    """How narrowly the area was drawn around the need: its town, its district, a neighbouring one, the city."""
    if need.town in capability.area:
        return NEAR_TOWN
    if need.district in capability.area:
        return NEAR_DISTRICT
    districts = {code[:6] for code in capability.area}
    if districts & places.neighbours.get(need.district, frozenset()):
        return NEAR_NEIGHBOUR
    return NEAR_CITY if f"{need.town[:4]}00" in capability.area else 0.0


def age_fit(need: NeedFacts, capability: CapabilityFacts) -> float:
    """The share of the years asked for that the capability covers; the middle where either side is unknown."""
    if (need.min_age, need.max_age) == (None, None) or (capability.min_age, capability.max_age) == (None, None):
        return UNKNOWN
    wanted = set(years(need.min_age, need.max_age))
    covered = wanted & set(years(capability.min_age, capability.max_age))
    return len(covered) / len(wanted) if wanted else UNKNOWN


def group_fit(need: NeedFacts, capability: CapabilityFacts) -> float:
    """The share of the groups asked for that the capability is meant for; the middle where either names none."""
    if not need.groups or not capability.groups:
        return UNKNOWN
    return len(need.groups & capability.groups) / len(need.groups)


def time_fit(need: NeedFacts, capability: CapabilityFacts) -> float:
    """The share of the time asked for that is common; the middle where either side gives none."""
    asked = asked_windows(need)
    if not asked or not capability.windows:
        return UNKNOWN
    return common_minutes(need, capability) / minutes(asked).bit_count()


def places_left_fit(need: NeedFacts, capability: CapabilityFacts, *, today: date) -> float:
    """The share of the group that still has room in every month it touches; everything where nothing limits."""
    wanted = max(need.headcount or need.minimum_places, 1)
    limits = (capability.max_group_size, capability.left_in(need.days.months(today)))
    room = min((limit for limit in limits if limit is not None), default=wanted)
    return min(max(room, 0) / wanted, 1.0)


def freshness(capability: CapabilityFacts, *, today: date) -> float:
    """1 when confirmed within the last 180 days, else 0."""
    confirmed_on = capability.confirmed_on
    return float(confirmed_on is not None and today - confirmed_on <= timedelta(days=CONFIRM_AFTER_DAYS))


def balance(capability: CapabilityFacts) -> float:
    """1 without open claims, then a half, a third and so on."""
    return 1 / (1 + max(capability.organization.open_claims, 0))


def years(low: int | None, high: int | None) -> range:
    """The years of a range, open sides at the ages of children."""
    first = YOUNGEST if low is None else low
    last = max(OLDEST, first) if high is None else high
    return range(first, last + 1)


def asked_windows(need: NeedFacts) -> tuple[Window, ...]:
    """The need's windows on weekdays that occur in its days."""
    weekdays = need.days.weekdays()
    return tuple(window for window in need.windows if window.weekday in weekdays)


@lru_cache(maxsize=4096)
def minutes(windows: tuple[Window, ...]) -> int:
    """The minutes of the week that lie in one of `windows`, as bits: unions and common times are one operation."""
    week = 0
    for window in windows:
        week |= ((1 << (window.end - window.start)) - 1) << (window.weekday * MINUTES_PER_DAY + window.start)
    return week


def common_minutes(need: NeedFacts, capability: CapabilityFacts) -> int:
    """Minutes a week that both sides give."""
    return (minutes(asked_windows(need)) & minutes(capability.windows)).bit_count()


def bounds(capability: CapabilityFacts) -> Values:
    """The ages offered, open sides left out."""
    given = (("min_age", capability.min_age), ("max_age", capability.max_age))
    return tuple((name, age) for name, age in given if age is not None)


def shared_groups(need: NeedFacts, capability: CapabilityFacts) -> Values:
    """The groups both sides name, joined by `;`."""
    shared = need.groups & capability.groups
    return (("groups", ";".join(sorted(shared))),) if shared else ()


def common_time(need: NeedFacts, capability: CapabilityFacts) -> Values:
    """The minutes a week in common, where both sides give times."""
    if not need.windows or not capability.windows:
        return ()
    return (("minutes", common_minutes(need, capability)),)


def covering_code(need: NeedFacts, capability: CapabilityFacts) -> Values:
    """The narrowest code of the area that holds the need's town."""
    codes = (need.town, need.district, f"{need.town[:4]}00")
    return next(((("area", code),) for code in codes if code in capability.area), ())


def places_left(need: NeedFacts, capability: CapabilityFacts, today: date) -> Values:
    """What is left in the tightest month the need touches, where it is limited."""
    left = capability.left_in(need.days.months(today))
    return () if left is None else (("left", left),)


def confirmation(capability: CapabilityFacts) -> Values:
    """The day of the last confirmation, where there is one."""
    return (("confirmed_on", capability.confirmed_on.isoformat()),) if capability.confirmed_on else ()
