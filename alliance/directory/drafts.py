"""What a caller may set on a capability: listed here once, taken by the GraphQL inputs and the fixtures alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from alliance.core.drafts import ABSENT, Absent, Acknowledged, Doc, WindowDraft
from alliance.core.vocabulary import Mode, Qualification

Title = Annotated[str, Doc("What is offered, in one line; 1 to 40 characters, no person, no contact.")]
Description = Annotated[str, Doc("How it works; at most 200 characters, no person, no child's story.")]
Area = Annotated[
    tuple[str, ...],
    Doc("Codes of the city (320200), districts (6 digits) or towns (9 digits) that are served, online too; 1 to 100."),
]
MinAge = Annotated[int | None, Doc("Lowest age in completed years, 0 to 18. Null: no lower bound.")]
MaxAge = Annotated[int | None, Doc("Highest age in completed years, 0 to 18. Null: no upper bound.")]
Groups = Annotated[tuple[str, ...], Doc("Codes of child groups it is made for. Empty: for every child.")]
Modes = Annotated[tuple[Mode, ...], Doc("Where it can take place; at most 4. Empty: anywhere.")]
GroupSize = Annotated[int | None, Doc("Most places at a time, 1 to 500. Null: no limit.")]
MonthlyPlaces = Annotated[int | None, Doc("Places per calendar month (Asia/Shanghai), 0 to 10000. Null: no limit.")]
Windows = Annotated[tuple[WindowDraft, ...], Doc("Weekly times it can take place; at most 21. Empty: any time.")]
Qualifications = Annotated[
    tuple[Qualification, ...], Doc("What the staff of this service hold; only what the organization holds.")
]
LeadDays = Annotated[int, Doc("Days needed to prepare, 0 to 180.")]
ValidUntil = Annotated[date | None, Doc("Last day on which it is offered. Null: until withdrawn.")]


@dataclass(kw_only=True)
class ListCapabilityDraft:
    """A service that an organization puts on its list."""

    category: Annotated[str, Doc("Code of one leaf of the taxonomy, e.g. `mental_health.group_counselling`.")]
    title: Title
    description: Description = ""
    area: Area
    min_age: MinAge = None
    max_age: MaxAge = None
    groups: Groups = ()
    modes: Modes = ()
    max_group_size: GroupSize = None
    monthly_places: MonthlyPlaces = None
    windows: Windows = ()
    qualifications: Qualifications = ()
    lead_days: LeadDays = 0
    valid_until: ValidUntil = None
    acknowledged: Acknowledged = ()


@dataclass(kw_only=True)
class ReviseCapabilityDraft:
    """Changes to a listed service: what is absent stays, null clears. Its category never changes."""

    title: Title | Absent = ABSENT
    description: Description | Absent = ABSENT
    area: Area | Absent = ABSENT
    min_age: MinAge | Absent = ABSENT
    max_age: MaxAge | Absent = ABSENT
    groups: Groups | Absent = ABSENT
    modes: Modes | Absent = ABSENT
    max_group_size: GroupSize | Absent = ABSENT
    monthly_places: MonthlyPlaces | Absent = ABSENT
    windows: Windows | Absent = ABSENT
    qualifications: Qualifications | Absent = ABSENT
    lead_days: LeadDays | Absent = ABSENT
    valid_until: ValidUntil | Absent = ABSENT
    acknowledged: Acknowledged = ()
