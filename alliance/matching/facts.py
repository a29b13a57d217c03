"""What the rules know of a need, a capability and an organization: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from alliance.core.period import Days, Window
from alliance.core.vocabulary import Membership, Mode, Qualification, Sensitivity, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFacts:
    """One leaf of the taxonomy: what binds the rules, and its Chinese texts: name, `words` (synonyms), definition."""

    code: str
    name: str
    sensitivity: Sensitivity = Sensitivity.NORMAL
    qualifications: frozenset[Qualification] = frozenset()
    words: tuple[str, ...] = ()
    definition: str = ""

    @property
    def top(self) -> str:
        """The code of the top category."""
        return self.code.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What of geography the rules use: the parent district of each town, and which districts touch.

    Codes: city 6 digits ending in 00, district 6 digits, town 9 digits beginning with its district.
    """

    city: str
    names: Mapping[str, str] = field(default_factory=dict)
    neighbours: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFacts:
    """A station's need as the rules see it. An empty field excludes nothing."""

    id: str
    town: str
    title: str
    details: str = ""
    categories: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    min_age: int | None = None
    max_age: int | None = None
    headcount: int | None = None
    minimum_places: int = 1
    mode: Mode | None = None
    days: Days = field(default_factory=Days)
    windows: tuple[Window, ...] = ()
    urgency: Urgency = Urgency.ROUTINE
    station_operator: str | None = None

    @property
    def district(self) -> str:
        """The district of the town."""
        return self.town[:6]

    @property
    def text(self) -> str:
        """Title and details as one text."""
        return f"{self.title}\n{self.details}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationFacts:
    """An organization as the rules see it. `checked_on` is the day of the last background check, None for none."""

    id: str
    name: str
    membership: Membership = Membership.MEMBER
    checked_on: date | None = None
    qualifications: frozenset[Qualification] = frozenset()
    open_claims: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityFacts:
    """A capability as the rules see it.

    `area` holds codes of the city, districts or towns; `places_left` maps months `YYYY-MM` to what is left and
    `monthly_places` is what a month without an entry offers (None: not limited).
    """

    id: str
    organization: OrganizationFacts
    category: str
    title: str
    description: str = ""
    area: frozenset[str] = frozenset()
    min_age: int | None = None
    max_age: int | None = None
    groups: frozenset[str] = frozenset()
    modes: frozenset[Mode] = frozenset()
    max_group_size: int | None = None
    monthly_places: int | None = None
    places_left: Mapping[str, int] = field(default_factory=dict)
    windows: tuple[Window, ...] = ()
    qualifications: frozenset[Qualification] = frozenset()
    lead_days: int = 0
    valid_until: date | None = None
    confirmed_on: date | None = None
    is_withdrawn: bool = False

    @property
    def text(self) -> str:
        """Title and description as one text."""
        return f"{self.title}\n{self.description}".strip()

    def left_in(self, months: tuple[str, ...]) -> int | None:
        """The smallest number of places left in any of `months`; None where nothing limits."""
        left = [self.places_left.get(month, self.monthly_places) for month in months]
        limited = [places for places in left if places is not None]
        return min(limited) if limited else None
