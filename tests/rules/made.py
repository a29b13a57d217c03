"""A need, a capability and a small taxonomy that fit together, to be bent one fact at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from alliance.core.period import Days, Window
from alliance.core.vocabulary import Membership, Mode, Qualification, Rule, Sensitivity
from alliance.matching.cures import Cure, cured, nearest_cure
from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts, OrganizationFacts, Places
from alliance.matching.rules import Broken, broken_rules

TODAY = date(2026, 6, 1)  # a Monday
CITY, LIANGXI, BINHU, YIXING = "320200", "320213", "320211", "320282"
TOWN = "320213026"
SATURDAY_MORNING = Window(6, 9 * 60, 12 * 60)

PLACES = Places(
    city=CITY,
    names={LIANGXI: "梁溪区", BINHU: "滨湖区", YIXING: "宜兴市"},
    neighbours={LIANGXI: frozenset({BINHU}), BINHU: frozenset({LIANGXI, YIXING}), YIXING: frozenset({BINHU})},
)
TUTORING = CategoryFacts(
    code="learning.tutoring",
    name="课业辅导",
    words=("作业辅导", "补习", "数学跟不上"),
    definition="公益性的作业陪伴与学习辅导。",
)
READING = CategoryFacts(code="learning.reading", name="阅读推广", words=("绘本", "读书会"), definition="带孩子看书。")
LEGAL_AID = CategoryFacts(
    code="legal.legal_aid",
    name="法律援助",
    sensitivity=Sensitivity.RESTRICTED,
    qualifications=frozenset({Qualification.LAWYER}),
    words=("打官司", "律师", "抚养费"),
    definition="由执业律师提供法律咨询与代理。",
)
COUNSELLING = CategoryFacts(
    code="mental_health.counselling",
    name="个别心理疏导",
    sensitivity=Sensitivity.ELEVATED,
    qualifications=frozenset({Qualification.PSYCH_PROFESSIONAL}),
    words=("心理疏导", "心理咨询"),
    definition="一对一、多次的心理疏导。",
)
CATEGORIES = {leaf.code: leaf for leaf in (TUTORING, READING, LEGAL_AID, COUNSELLING)}


def need(**facts: Any) -> NeedFacts:
    """Tutoring for ten children in Liangxi, ages 9 to 11, Saturday morning at the station, in two weeks."""
    fitting = NeedFacts(
        id="need_1",
        town=TOWN,
        title="想请人来给孩子补习数学",
        categories=(TUTORING.code,),
        min_age=9,
        max_age=11,
        headcount=10,
        minimum_places=5,
        mode=Mode.AT_STATION,
        days=Days(date(2026, 6, 15), date(2026, 7, 20)),
        windows=(SATURDAY_MORNING,),
    )
    return replace(fitting, **facts)


def organization(**facts: Any) -> OrganizationFacts:
    """A member with a fresh background check."""
    return replace(OrganizationFacts(id="organization_1", name="示例", checked_on=date(2026, 1, 10)), **facts)


def capability(**facts: Any) -> CapabilityFacts:
    """A capability that serves `need()`."""
    fitting = CapabilityFacts(
        id="capability_1",
        organization=organization(),
        category=TUTORING.code,
        title="小学数学补习",
        area=frozenset({LIANGXI}),
        min_age=6,
        max_age=12,
        modes=frozenset({Mode.AT_STATION, Mode.AT_BASE}),
        max_group_size=12,
        monthly_places=20,
        windows=(SATURDAY_MORNING,),
        lead_days=7,
        valid_until=date(2026, 12, 31),
        confirmed_on=date(2026, 5, 1),
    )
    return replace(fitting, **facts)


def broken(asked: NeedFacts, offered: CapabilityFacts, *, today: date = TODAY) -> tuple[Broken, ...]:
    """Every rule that bars `offered` from `asked`."""
    return broken_rules(asked, offered, CATEGORIES[offered.category], today=today)


def only_broken(asked: NeedFacts, offered: CapabilityFacts, *, today: date = TODAY) -> Broken:
    """The one rule that is broken."""
    (found,) = broken(asked, offered, today=today)
    return found


def cure_of(item: Broken, asked: NeedFacts, offered: CapabilityFacts, *, today: date = TODAY) -> Cure | None:
    """The nearest cure of one broken rule."""
    return nearest_cure(item, asked, offered, CATEGORIES[offered.category], PLACES, today=today)


def is_cured(rule: Rule, asked: NeedFacts, offered: CapabilityFacts, *, today: date = TODAY) -> bool:
    """True when the nearest cure of `rule` removes it, and breaks no rule that held."""
    before = broken(asked, offered, today=today)
    (item,) = (item for item in before if item.rule is rule)
    cure = cure_of(item, asked, offered, today=today)
    assert cure is not None
    after = {item.rule for item in broken(asked, cured(offered, cure), today=today)}
    return after == {item.rule for item in before} - {rule}


# --- any fact at all -------------------------------------------------------------------------------------------------

AGES = st.none() | st.integers(0, 18)
WINDOWS = st.lists(
    st.builds(
        lambda day, hour, hours: Window(day, hour * 60, (hour + hours) * 60), *map(st.integers, (1, 6, 1), (7, 20, 4))
    ),
    max_size=3,
).map(tuple)
AREAS = st.frozensets(st.sampled_from([CITY, LIANGXI, BINHU, YIXING, TOWN, "320211001"]), max_size=3)
MODES = st.frozensets(st.sampled_from(list(Mode)), max_size=3)
NEAR_DAYS = st.dates(TODAY - timedelta(days=40), TODAY + timedelta(days=400))
TITLES = st.sampled_from(["补习数学", "想请律师问抚养费", "心理疏导", "带娃看绘本", "", "数学跟不上 要找人补"])


@st.composite
def days(draw: st.DrawFn) -> Days:
    """Any days, the first not after the last."""
    first, last = draw(st.none() | NEAR_DAYS), draw(st.none() | NEAR_DAYS)
    return Days(*sorted((first, last))) if first and last else Days(first, last)


@st.composite
def needs(draw: st.DrawFn) -> NeedFacts:
    """Any need that a station could post."""
    headcount = draw(st.none() | st.integers(1, 60))
    return need(
        title=draw(TITLES),
        town=draw(st.sampled_from([TOWN, "320211001", "320282105"])),
        categories=tuple(draw(st.lists(st.sampled_from(sorted(CATEGORIES)), max_size=2, unique=True))),
        groups=draw(st.frozensets(st.sampled_from(["migrant", "orphan"]))),
        **dict(zip(("min_age", "max_age"), draw(age_range()), strict=True)),
        headcount=headcount,
        minimum_places=draw(st.integers(1, headcount or 60)),
        mode=draw(st.none() | st.sampled_from(list(Mode))),
        days=draw(days()),
        windows=draw(WINDOWS),
    )


@st.composite
def age_range(draw: st.DrawFn) -> tuple[int | None, int | None]:
    """Two ages, either unknown, the lower first."""
    low, high = draw(AGES), draw(AGES)
    return (high, low) if low is not None and high is not None and low > high else (low, high)


@st.composite
def organizations(draw: st.DrawFn) -> OrganizationFacts:
    """Any organization, of four ids."""
    return organization(
        id=f"organization_{draw(st.integers(1, 4))}",
        membership=draw(st.sampled_from(list(Membership))),
        checked_on=draw(st.none() | st.dates(TODAY - timedelta(days=500), TODAY)),
        open_claims=draw(st.integers(0, 5)),
    )


@st.composite
def capabilities(draw: st.DrawFn) -> CapabilityFacts:
    """Any capability that an organization could list."""
    low, high = draw(age_range())
    return capability(
        id=f"capability_{draw(st.integers(1, 99))}",
        organization=draw(organizations()),
        category=draw(st.sampled_from(sorted(CATEGORIES))),
        title=draw(TITLES),
        area=draw(AREAS),
        min_age=low,
        max_age=high,
        groups=draw(st.frozensets(st.sampled_from(["migrant", "orphan"]))),
        modes=draw(MODES),
        max_group_size=draw(st.none() | st.integers(1, 60)),
        monthly_places=draw(st.none() | st.integers(0, 60)),
        places_left=draw(st.dictionaries(st.sampled_from(["2026-06", "2026-07", "2026-08"]), st.integers(0, 60))),
        windows=draw(WINDOWS),
        qualifications=draw(st.frozensets(st.sampled_from(list(Qualification)), max_size=2)),
        lead_days=draw(st.integers(0, 30)),
        valid_until=draw(st.none() | NEAR_DAYS),
        confirmed_on=draw(st.none() | st.dates(TODAY - timedelta(days=400), TODAY)),
        is_withdrawn=draw(st.booleans()),
    )


def offers() -> st.SearchStrategy[list[CapabilityFacts]]:
    """Capabilities with different ids; the facts of an organization are the same in all of its capabilities."""
    return st.lists(capabilities(), max_size=8, unique_by=lambda item: item.id).map(_of_known_organizations)


def _of_known_organizations(items: list[CapabilityFacts]) -> list[CapabilityFacts]:
    known: dict[str, OrganizationFacts] = {}
    for item in items:
        known.setdefault(item.organization.id, item.organization)
    return [replace(item, organization=known[item.organization.id]) for item in items]
