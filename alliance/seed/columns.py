"""What each file of a folder holds: one dataclass a file, one field a column; what has a default may be left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alliance.core.drafts import WindowDraft
from alliance.core.vocabulary import (
    BookingState,
    ClaimState,
    ClosureReason,
    ContactRole,
    DayKind,
    DistrictKind,
    GroupKind,
    LabelRisk,
    Membership,
    ModelLevel,
    OnClash,
    Outcome,
    Provenance,
    Qualification,
    RoomKind,
    Sensitivity,
    TownKind,
    Unit,
)
from alliance.directory.drafts import ListCapabilityDraft
from alliance.directory.tables import HOLD_WORKING_DAYS
from alliance.needs.drafts import PostNeedDraft


@dataclass(kw_only=True)
class DistrictColumns:
    """A district or county-level city; `neighbours` are the codes of those it touches."""

    code: str
    zh: str
    en: str
    kind: DistrictKind
    neighbours: tuple[str, ...]
    lat: float
    lng: float


@dataclass(kw_only=True)
class TownColumns:
    """A subdistrict, town or statistical zone; its code begins with its district's."""

    code: str
    district: str
    zh: str
    en: str = ""
    kind: TownKind


@dataclass(kw_only=True)
class CategoryColumns:
    """A top of the taxonomy, or below it a leaf, whose code begins with the top's and a dot."""

    code: str
    parent: str | None
    zh: str
    en: str
    definition: str
    unit: Unit | None
    sensitivity: Sensitivity = Sensitivity.NORMAL
    action_lines: tuple[str, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    synonyms: tuple[str, ...] = ()


@dataclass(kw_only=True)
class GroupColumns:
    """A group of children or adults; its parent stands above it."""

    code: str
    parent: str | None
    zh: str
    en: str
    definition: str
    kind: GroupKind
    label_risk: LabelRisk
    age_limit: int | None
    colloquial: tuple[str, ...] = ()


@dataclass(kw_only=True)
class OrganizationColumns:
    """A member organization. An empty district: it works under the city, or nobody knows."""

    key: str
    name: str
    credit_code: str | None = None
    district: str | None
    membership: Membership
    joined_on: date | None = None
    checked_on: date | None
    qualifications: tuple[Qualification, ...]
    description: str = ""
    provenance: Provenance


@dataclass(kw_only=True)
class CapabilityColumns(ListCapabilityDraft):
    """A service of an organization; `confirmed_on` is the day on which it was last said to be still offered."""

    key: str
    organization: str
    confirmed_on: date | None
    provenance: Provenance


@dataclass(kw_only=True)
class StationColumns:
    """The care station of a town, and the organization that operates it under contract, if any."""

    key: str
    name: str
    town: str
    operator: str | None = None
    model_level: ModelLevel = ModelLevel.NONE
    provenance: Provenance


@dataclass(kw_only=True)
class ContactColumns:
    """Whom the other side of a claim reaches at an organization or at a station: exactly one of the two is named."""

    key: str
    organization: str | None
    station: str | None
    name: str
    role: ContactRole
    phone: str
    hours: tuple[WindowDraft, ...] = ()
    provenance: Provenance


@dataclass(kw_only=True)
class BaseColumns:
    """An activity base; how long it holds a room, and how many peak times it grants an organization a month."""

    key: str
    name: str
    district: str
    hold_working_days: int = HOLD_WORKING_DAYS
    peak_limit: int | None = None
    provenance: Provenance


@dataclass(kw_only=True)
class RoomColumns:
    """A room of a base."""

    key: str
    base: str
    name: str
    kind: RoomKind
    capacity: int
    equipment: tuple[str, ...] = ()
    setup_minutes: int = 0
    clearup_minutes: int = 0
    is_private: bool = False
    provenance: Provenance


@dataclass(kw_only=True)
class SpecialDayColumns:
    """A public holiday or a make-up workday, with the notice that says so."""

    day: date
    kind: DayKind
    name: str
    source: str


@dataclass(kw_only=True)
class OpeningColumns:
    """Weekly hours of a base for one kind of day, all year or from one `MM-DD` to another."""

    key: str
    base: str
    kind: DayKind
    season_start: str = ""
    season_end: str = ""
    windows: tuple[WindowDraft, ...]
    provenance: Provenance


@dataclass(kw_only=True)
class ClosureColumns:
    """A base, or one room of it, shut for a while. Without its times whole days, without a last day one day."""

    key: str
    base: str
    room: str | None
    starts_on: date
    start: str = "00:00"
    ends_on: date | None = None
    end: str = "24:00"
    reason: ClosureReason
    title: str = ""
    provenance: Provenance


@dataclass(kw_only=True)
class BookingColumns:
    """A room for an organization, a station or, where none is named, the base itself; by a rule many times.

    It is judged as on the day on which it was booked.
    """

    key: str
    room: str
    organization: str | None
    station: str | None
    title: str
    headcount: int
    first_day: date
    start: str
    end: str
    rule: str = ""
    except_days: tuple[date, ...] = ()
    extra_days: tuple[date, ...] = ()
    on_clash: OnClash = OnClash.ALL_OR_NOTHING
    partners: tuple[str, ...] = ()
    state: BookingState
    booked_on: date
    acknowledged: tuple[str, ...] = ()
    provenance: Provenance


@dataclass(kw_only=True)
class NeedColumns(PostNeedDraft):
    """A need of a station; its days are judged as on the day it was posted."""

    key: str
    station: str
    posted_on: date
    provenance: Provenance


@dataclass(kw_only=True)
class ClaimColumns:
    """A claim as it stands: `made_on` the day it was proposed, `changed_on` that of its last step.

    `reason` is the code of a declined or released claim; the service record stands with a completed one only.
    """

    key: str
    need: str
    capability: str
    places: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    state: ClaimState
    reason: str | None = None
    made_on: date
    changed_on: date | None = None
    sessions: int | None = None
    person_times: int | None = None
    outcome: Outcome | None = None
    note: str = ""
    acknowledged: tuple[str, ...] = ()
    provenance: Provenance


DISTRICTS, TOWNS, CATEGORIES, GROUPS = "districts.csv", "towns.csv", "categories.csv", "child_groups.csv"
ORGANIZATIONS, CAPABILITIES, STATIONS = "organizations.csv", "capabilities.csv", "stations.csv"
CONTACTS = "contacts.csv"
BASES, ROOMS, SPECIAL_DAYS, OPENINGS = "bases.csv", "rooms.csv", "special_days.csv", "openings.csv"
CLOSURES, BOOKINGS, NEEDS, CLAIMS = "closures.csv", "bookings.csv", "needs.csv", "claims.csv"
FILES = (  # in the order in which they are loaded: what a file names stands in one before it
    *(DISTRICTS, TOWNS, CATEGORIES, GROUPS),
    *(ORGANIZATIONS, CAPABILITIES, STATIONS, CONTACTS),
    *(BASES, ROOMS, SPECIAL_DAYS, OPENINGS, CLOSURES, BOOKINGS),
    *(NEEDS, CLAIMS),
)
REFERS = {  # the files from which a column takes its codes and keys
    "neighbours": (DISTRICTS,),
    "district": (DISTRICTS,),
    "town": (TOWNS,),
    "area": (DISTRICTS, TOWNS),
    "category": (CATEGORIES,),
    "categories": (CATEGORIES,),
    "groups": (GROUPS,),
    "organization": (ORGANIZATIONS,),
    "operator": (ORGANIZATIONS,),
    "capability": (CAPABILITIES,),
    "station": (STATIONS,),
    "base": (BASES,),
    "room": (ROOMS,),
    "partners": (ORGANIZATIONS,),
    "need": (NEEDS,),
}
