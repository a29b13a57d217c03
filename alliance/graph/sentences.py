"""Why an organization stands where it stands, what bars it and what would help, as sentences for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple, TypeAlias

from alliance.core.problems import N_
from alliance.core.vocabulary import Criterion, Membership, Mode, Qualification, Rule, Word
from alliance.kit import messages
from alliance.matching.criteria import CONFIRM_AFTER_DAYS, Reason
from alliance.matching.cures import Cure, CureCode
from alliance.matching.rules import Broken

Names: TypeAlias = tuple[str, str]  # Chinese, English
MOST_NAMED = 5  # a line on a phone; an area can hold 72 towns


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What people call the codes that the rules speak in: categories, places (city, districts, towns), groups."""

    categories: Mapping[str, Names] = field(default_factory=dict)
    places: Mapping[str, Names] = field(default_factory=dict)
    groups: Mapping[str, Names] = field(default_factory=dict)

    def of(self, code: str, language: str) -> str:
        """The name of `code` in `language`; the code itself where nobody has named it."""
        for names in (self.places, self.categories, self.groups):
            if code in names:
                chinese, english = names[code]
                return chinese if language == messages.CHINESE else english
        return code


Reading: TypeAlias = Callable[[str, Labels, str], str]


class Grades(NamedTuple):
    """What is said where a criterion gives everything, a part, or nothing."""

    everything: str
    part: str
    nothing: str


SERVICE = N_("The service is {category}")
AGES, GROUPS = N_("For {ages}"), N_("Meant for {groups}")
NOT_SAID = N_("Nobody said which children it is for: this counts neither way")
COVERS, COVERS_CITY = N_("Covers {area}"), N_("Covers the whole city")
NEIGHBOUR = N_("Serves a neighbouring district, not here yet")
TIME, TIME_OPEN = N_("{minutes} minutes a week in common"), N_("Times were not given: this counts neither way")
FRESH, NEVER_CONFIRMED = N_("Confirmed on {confirmed_on}"), N_("Never confirmed, so ranked lower")
AGE_OPEN = N_("For any age")
OPEN_CLAIMS = N_("Unfinished claims in hand: {open_claims}")

WITH_VALUES: dict[Criterion, Grades] = {
    Criterion.CATEGORY: Grades(
        SERVICE,
        N_("The service is {category}, close to what the need says"),
        N_("The service is {category}, not what the need says"),
    ),
    Criterion.NEARNESS: Grades(COVERS, COVERS, COVERS),
    Criterion.AGE_FIT: Grades(N_("For {ages}: all of them fit"), AGES, N_("For {ages}: other ages than asked for")),
    Criterion.GROUP_FIT: Grades(GROUPS, GROUPS, GROUPS),
    Criterion.TIME_FIT: Grades(TIME, TIME, N_("No time in common")),
    Criterion.PLACES_LEFT: Grades(
        N_("Places left: {left}, enough for all"),
        N_("Places left: {left}, not enough for all at once"),
        N_("No places left"),
    ),
    Criterion.FRESHNESS: Grades(
        FRESH, FRESH, N_("Last confirmed on {confirmed_on}, more than {days} days ago, so ranked lower")
    ),
    Criterion.BALANCE: Grades(N_("No unfinished claims in hand"), OPEN_CLAIMS, OPEN_CLAIMS),
}
WITHOUT_VALUES: dict[Criterion, Grades] = {
    Criterion.WORDING: Grades(
        N_("Its description is very close to the need"),
        N_("Its description shares some words with the need"),
        N_("Its description shares no words with the need"),
    ),
    Criterion.NEARNESS: Grades(NEIGHBOUR, NEIGHBOUR, N_("Does not serve here")),
    Criterion.AGE_FIT: Grades(AGE_OPEN, AGE_OPEN, AGE_OPEN),
    Criterion.GROUP_FIT: Grades(NOT_SAID, NOT_SAID, N_("Not meant for these children in particular")),
    Criterion.TIME_FIT: Grades(TIME_OPEN, TIME_OPEN, TIME_OPEN),
    Criterion.PLACES_LEFT: Grades(
        N_("Places are not limited"), N_("Cannot take all at once"), N_("Cannot take a group of this size")
    ),
    Criterion.FRESHNESS: Grades(NEVER_CONFIRMED, NEVER_CONFIRMED, NEVER_CONFIRMED),
}
APART = N_("; ")
AGE_RANGES = {  # whether a lowest and a highest age are given
    (True, True): N_("ages {low}-{high}"),
    (True, False): N_("age {low} and over"),
    (False, True): N_("ages up to {high}"),
    (False, False): N_("any age"),
}
VERY_CLOSE = 0.5  # half of the points: about three rare words in common, see matching.topic

BROKEN: dict[Rule, str] = {
    Rule.MEMBERSHIP: N_("Only a {asked} can serve; this organization: {offered}"),
    Rule.VETTING: N_("Last background check {offered}; it must be from {asked} or later"),
    Rule.VALIDITY: N_("The service is valid until {offered}; it must be valid until {asked}"),
    Rule.AREA: N_("The need is in {asked}, the service covers {offered}"),
    Rule.AGE: N_("The need is for {asked}, the service for {offered}"),
    Rule.MODE: N_("The need: {asked}; the service: {offered}"),
    Rule.WINDOW: N_("The need: {asked}; the service: {offered}"),
    Rule.CAPACITY: N_("At least {asked} places are needed; the service takes {offered}"),
    Rule.QUALIFICATION: N_("Qualification needed: {asked}. Held: {offered}"),
    Rule.LEAD_TIME: N_("Days until it begins: {asked}; days the service needs to prepare: {offered}"),
}
BROKEN_OTHERWISE: dict[tuple[Rule, str], str] = {
    (Rule.VETTING, ""): N_("No background check on record; one from {asked} or later is needed"),
    (Rule.VALIDITY, "WITHDRAWN"): N_("This service has been withdrawn"),
    (Rule.AREA, ""): N_("The need is in {asked}, the service does not say where it is offered"),
    (Rule.QUALIFICATION, ""): N_("Qualification needed: {asked}. None is held"),
}
TOO_FEW = N_("Fewer places than the smallest part that is needed; {offered}")  # where the number is not to be told

CURES: dict[CureCode, str] = {
    CureCode.REJOIN: N_("Become a member of the alliance again"),
    CureCode.RENEW_CHECK: N_("Hand in a background check from {since} or later"),
    CureCode.EXTEND_VALIDITY: N_("Extend the validity from {from} to {to}"),
    CureCode.RELIST: N_("List this service again"),
    CureCode.OPEN_AREA: N_("Open {area}"),
    CureCode.RAISE_MAX_AGE: N_("Raise the highest age from {from} to {to}"),
    CureCode.LOWER_MIN_AGE: N_("Lower the lowest age from {from} to {to}"),
    CureCode.ADD_MODE: N_("Add a way of serving: {mode}"),
    CureCode.ADD_WINDOW: N_("Open on {window}"),
    CureCode.RAISE_GROUP_SIZE: N_("Raise the group size to {group}"),
    CureCode.RAISE_MONTHLY_PLACES: N_("Raise the places left in {months} to {left}"),
    CureCode.RAISE_GROUP_AND_PLACES: N_("Raise the group size to {group}, and the places left in {months} to {left}"),
    CureCode.ADD_QUALIFICATION: N_("Prove the qualification: {qualifications}"),
    CureCode.SHORTEN_LEAD_DAYS: N_("Cut the days to prepare from {from} to {to}"),
}
RELIST_AND_EXTEND = N_("List this service again and extend its validity to {to}")


def reason_sentence(reason: Reason, labels: Labels, language: str) -> str:
    """What one criterion gave, or why it gave nothing."""
    values = dict(reason.values)
    if is_city(str(values.get("area", ""))):
        return messages.say(COVERS_CITY, language)
    usual, other = (WITH_VALUES, WITHOUT_VALUES) if values else (WITHOUT_VALUES, WITH_VALUES)
    grades = usual.get(reason.criterion) or other[reason.criterion]
    shown = {name: code_names(str(value), labels, language) for name, value in values.items()}
    ages = range_words(f"{values.get('min_age', '')}-{values.get('max_age', '')}", labels, language)
    return messages.say(graded(reason, grades), language, ages=ages, days=CONFIRM_AFTER_DAYS, **shown)


def broken_sentence(broken: Broken, labels: Labels, language: str) -> str:
    """What was asked and what is offered, where the two do not meet."""
    says = BROKEN_OTHERWISE.get((broken.rule, broken.offered), BROKEN[broken.rule])
    if broken.rule is Rule.CAPACITY and not broken.asked:
        says = TOO_FEW
    read = RULE_READINGS.get(broken.rule, as_is)
    asked = read(broken.asked, labels, language)
    offered = OFFERED_READINGS.get(broken.rule, read)(broken.offered, labels, language)
    return messages.say(says, language, asked=asked, offered=offered)


def cure_sentence(cure: Cure, labels: Labels, language: str) -> str:
    """The change that would help, as something to do."""
    says = RELIST_AND_EXTEND if cure.code is CureCode.RELIST and "to" in cure else CURES[cure.code]
    shown = {name: CURE_READINGS.get(name, as_is)(str(value), labels, language) for name, value in cure.values}
    if "area" in cure and shown["area"] == cure["area"]:
        shown["area"] = str(cure["name"])
    return messages.say(says, language, **shown)


def graded(reason: Reason, grades: Grades) -> str:
    """The sentence for as much as the criterion gave. Words in common never give everything: half is much."""
    full = reason.of * VERY_CLOSE if reason.criterion is Criterion.WORDING else reason.of
    if reason.points >= full:
        return grades.everything
    return grades.part if reason.points > 0 else grades.nothing


def is_city(code: str) -> bool:
    """True for the code of a whole city, 6 digits ending in 00."""
    return len(code) == 6 and code.endswith("00")


def as_is(text: str, labels: Labels, language: str) -> str:
    """Numbers and days, which need no words."""
    return text


def code_names(text: str, labels: Labels, language: str) -> str:
    """Codes joined by `;` by their names, the first five and how many there are."""
    codes = [code for code in text.split(";") if code]
    names = messages.listed([labels.of(code, language) for code in codes[:MOST_NAMED]], language)
    if len(codes) <= MOST_NAMED:
        return names
    return messages.say(N_("{names} and others, {count} in all"), language, names=names, count=len(codes))


def ages_words(low: int | None, high: int | None, language: str) -> str:
    """An age range in completed years, both ends inclusive and either possibly open."""
    is_one_year = low is not None and low == high
    says = N_("age {low}") if is_one_year else AGE_RANGES[low is not None, high is not None]
    return messages.say(says, language, low=low, high=high)


def range_words(text: str, labels: Labels, language: str) -> str:
    """An age range written `9-11`, `9-` or `-6`."""
    low, _, high = text.partition("-")
    return ages_words(int(low) if low else None, int(high) if high else None, language)


def month_words(text: str, labels: Labels, language: str) -> str:
    """Months written `2026-06`, joined by `;`."""
    return messages.listed([messages.month_name(month, language) for month in text.split(";")], language)


def window_words(text: str, labels: Labels, language: str) -> str:
    """Windows or weekdays joined by `;`; three or more days in a row with the same hours become one."""
    days: dict[str, list[int]] = {}
    for weekday, _, hours in (window.partition(" ") for window in text.split(";")):
        days.setdefault(hours, []).append(int(weekday))
    pieces = [(run, hours) for hours, weekdays in days.items() for run in runs(sorted(weekdays))]
    return messages.listed([run_words(run, hours, language) for run, hours in sorted(pieces)], language)


def runs(weekdays: list[int]) -> Iterator[tuple[int, int]]:
    """First and last of each stretch of three or more days in a row, every other day by itself."""
    for _, group in groupby(enumerate(weekdays), key=lambda place: place[1] - place[0]):
        stretch = [weekday for _, weekday in group]
        yield from [(stretch[0], stretch[-1])] if len(stretch) > 2 else ((day, day) for day in stretch)


def run_words(run: tuple[int, int], hours: str, language: str) -> str:
    """A stretch of weekdays with its hours, where they are given."""
    first, last = (messages.weekday_name(weekday, language) for weekday in run)
    days = first if first == last else messages.say(N_("{first} to {last}"), language, first=first, last=last)
    return f"{days} {hours}".strip()


def capacity_words(text: str, labels: Labels, language: str) -> str:
    """What limits: a group size as `3`, what is left in a month as `2026-06: 2`, joined by `;`."""
    parts = []
    for size, _, left in (part.partition(": ") for part in text.split(";")):
        month = messages.month_name(size, language) if left else ""
        says = N_("{left} more in {month}") if left else N_("at most {size} in a group")
        parts.append(messages.say(says, language, size=size, left=left, month=month))
    return messages.translated(APART, language).join(parts)


def word_labels(kind: type[Word]) -> Reading:
    """A reading of values of `kind`, joined by `;`; apart by semicolons, as labels hold commas themselves."""

    def read(text: str, labels: Labels, language: str) -> str:
        words = (kind[name].label(language) for name in text.split(";") if name)
        return messages.translated(APART, language).join(words)

    return read


RULE_READINGS: dict[Rule, Reading] = {
    Rule.MEMBERSHIP: word_labels(Membership),
    Rule.AREA: code_names,
    Rule.AGE: range_words,
    Rule.MODE: word_labels(Mode),
    Rule.WINDOW: window_words,
    Rule.QUALIFICATION: word_labels(Qualification),
}
OFFERED_READINGS: dict[Rule, Reading] = {Rule.CAPACITY: capacity_words}
CURE_READINGS: dict[str, Reading] = {
    "area": code_names,
    "mode": word_labels(Mode),
    "window": window_words,
    "months": month_words,
    "qualifications": word_labels(Qualification),
}
