"""The named grounds on which capabilities are ranked, each a function that gives 0 to 1, and their weights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from alliance.core.period import Window
from alliance.core.vocabulary import Criterion
from alliance.matching.facts import CapabilityFacts, NeedFacts, Places
from alliance.matching.topic import Topics, picked_fit, wording_fit

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
OTHER_GROUP = 0.0  # named groups, none of them asked for

# Decision, own; the order is domain.md §9: town > district > neighbouring district > city.
NEAR_TOWN, NEAR_DISTRICT, NEAR_NEIGHBOUR, NEAR_CITY = 1.0, 0.75, 0.5, 0.25


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion gave: `points` of at most `of`, with the facts behind it as codes and numbers."""

    criterion: Criterion
    points: int
    of: int
    values: tuple[tuple[str, str | int], ...] = ()


def reasons(
    need: NeedFacts, capability: CapabilityFacts, topics: Topics, places: Places, *, today: date
) -> tuple[Reason, ...]:
    """Return one reason per criterion, in the order of `Criterion`; their points add up to the capability's."""
    given: dict[Criterion, tuple[float, tuple[tuple[str, str | int], ...]]] = {
        Criterion.CATEGORY: (picked_fit(need, capability), (("category", capability.category),)),
        Criterion.WORDING: (wording_fit(need, capability, topics), ()),
        Criterion.NEARNESS: (nearness(need, capability, places), ()),
        Criterion.AGE_FIT: (age_fit(need, capability), bounds(capability)),
        Criterion.GROUP_FIT: (group_fit(need, capability), shared_groups(need, capability)),
        Criterion.TIME_FIT: (time_fit(need, capability), (("minutes", common_minutes(need, capability)),)),
        Criterion.PLACES_LEFT: (places_left_fit(need, capability, today=today), left(need, capability, today)),
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
    return common_minutes(need, capability) / len(minutes(asked))


def places_left_fit(need: NeedFacts, capability: CapabilityFacts, *, today: date) -> float:
    """The share of the group that still has room in every month it touches; everything where nothing limits."""
    room = [size for size in (capability.max_group_size, capability.left_in(need.days.months(today))) if size is not None]
    wanted = max(need.headcount or need.minimum_places, 1)
    return max(min(room, default=wanted), 0) / wanted if min(room, default=wanted) < wanted else 1.0


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


def minutes(windows: tuple[Window, ...]) -> set[tuple[int, int]]:
    """Every minute of the week that lies in one of `windows`."""
    return {(window.weekday, minute) for window in windows for minute in range(window.start, window.end)}


def common_minutes(need: NeedFacts, capability: CapabilityFacts) -> int:
    """Minutes a week that both sides give."""
    return len(minutes(asked_windows(need)) & minutes(capability.windows))
