"""The public directory: places, the taxonomy, organizations with their services, care stations, the shared base."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from alliance.core.drafts import Doc, WindowDraft
from alliance.core.period import Window, clock_time
from alliance.core.permissions import Deed, may
from alliance.core.vocabulary import (
    DistrictKind,
    GroupKind,
    LabelRisk,
    Membership,
    ModelLevel,
    Provenance,
    Qualification,
    RoomKind,
    Sensitivity,
    TownKind,
    Unit,
)
from alliance.directory import actions, drafts, reads, tables
from alliance.directory.drafts import ListCapabilityDraft, ReviseCapabilityDraft
from alliance.directory.filters import CapabilitiesWhere, OrganizationsWhere, StationsWhere, TownsWhere
from alliance.directory.rules import is_due
from alliance.graph.deeds import ExpectedVersion, IdempotencyKey, settled
from alliance.graph.labels import NamedPlace, labels, places
from alliance.kit.context import Info, paged
from alliance.kit.gql import Node, field, input_of, mutation, shows
from alliance.kit.paging import FIRST, Page, page_of
from alliance.schedule import reads as schedule
from alliance.schedule import tables as schedule_tables

First = Annotated[int, Doc("How many rows, 1 to 100.")]
After = Annotated[str | None, Doc("Cursor behind which the page begins. Null: from the start.")]

Name = Annotated[str, Doc("Its Chinese name.")]
Origin = Annotated[Provenance, Doc("Where the record comes from: a public source, an example, or this system.")]
Version = Annotated[int, Doc("Counts its changes; pass it as `expectedVersion`.")]

# --- places ----------------------------------------------------------------------------------------------------------


@shows(NamedPlace)
class Place:
    """A place by its code: the city, a district or a town."""

    code: Annotated[str, Doc("320200 for the city, 6 digits for a district, 9 for a town.")]
    name: Name


@shows(tables.District)
class District:
    """A district or county-level city. Public."""

    code: Annotated[str, Doc("Division code, 6 digits (GB/T 2260).")]
    kind: Annotated[DistrictKind, Doc("What kind of unit it is.")]

    @field
    def name(self, root: strawberry.Parent[tables.District]) -> str:
        """Its Chinese name."""
        return root.zh

    @field
    def english_name(self, root: strawberry.Parent[tables.District]) -> str | None:
        """Its English name. Null: none is recorded."""
        return root.en or None

    @field
    async def neighbours(self, root: strawberry.Parent[tables.District], info: Info) -> list[tables.District]:
        """The districts that touch it; at most 7."""
        return [await info.context.required(reads.districts, code) for code in root.neighbours]

    @field
    async def towns(self, root: strawberry.Parent[tables.District], info: Info) -> list[tables.Town]:
        """Its towns and subdistricts by code; at most 25."""
        return await info.context.load(reads.towns_in, root.code) or []


@shows(tables.Town)
class Town:
    """A town-level unit. Public."""

    code: Annotated[str, Doc("Division code, 9 digits; begins with its district's.")]
    kind: Annotated[TownKind, Doc("What kind of unit it is; a statistical zone carries no station.")]

    @field
    def name(self, root: strawberry.Parent[tables.Town]) -> str:
        """Its Chinese name."""
        return root.zh

    @field
    def english_name(self, root: strawberry.Parent[tables.Town]) -> str | None:
        """Its English name. Null: none is recorded."""
        return root.en or None

    @field
    async def district(self, root: strawberry.Parent[tables.Town], info: Info) -> tables.District:
        """The district it belongs to."""
        return await info.context.required(reads.districts, root.district_id)


# --- the taxonomy ----------------------------------------------------------------------------------------------------


@shows(tables.Category)
class Category:
    """A node of the two-level taxonomy of services. Public."""

    code: Annotated[str, Doc("Its code, e.g. `mental_health.group_counselling`; never reused.")]
    definition: Annotated[str, Doc("What belongs here, in Chinese.")]
    unit: Annotated[Unit | None, Doc("The reporting unit of service records. Null: not applicable to a top category.")]
    sensitivity: Annotated[Sensitivity, Doc("How much of a need in it others see before a claim.")]
    qualifications: Annotated[tuple[Qualification, ...], Doc("What staff must hold for it; at most 5.")]
    synonyms: Annotated[tuple[str, ...], Doc("Other Chinese words for it; at most 30.")]
    action_lines: Annotated[tuple[str, ...], Doc("Codes of the action lines it is reported under; at most 7.")]

    @field
    def name(self, root: strawberry.Parent[tables.Category]) -> str:
        """Its Chinese name."""
        return root.zh

    @field
    def english_name(self, root: strawberry.Parent[tables.Category]) -> str:
        """Its English name."""
        return root.en

    @field
    async def parent(self, root: strawberry.Parent[tables.Category], info: Info) -> tables.Category | None:
        """The top category it stands under. Null: it is one itself."""
        return await info.context.load(reads.categories, root.parent_id)

    @field
    async def leaves(self, root: strawberry.Parent[tables.Category], info: Info) -> list[tables.Category]:
        """The leaf categories under it, by code; at most 20. Empty for a leaf."""
        return await info.context.load(reads.leaves_of, root.code) or []


@shows(tables.ChildGroup)
class ChildGroup:
    """A group of children, or of adults around them, that services are meant for. Public."""

    code: Annotated[str, Doc("Its code; never reused.")]
    definition: Annotated[str, Doc("Who belongs to it, in Chinese.")]
    kind: Annotated[GroupKind, Doc("What kind of word it is.")]
    label_risk: Annotated[LabelRisk, Doc("How far its label may be shown before a claim.")]
    age_limit: Annotated[int | None, Doc("Age below which one belongs to it, in years. Null: no limit.")]

    @field
    def name(self, root: strawberry.Parent[tables.ChildGroup]) -> str:
        """Its Chinese name."""
        return root.zh

    @field
    def english_name(self, root: strawberry.Parent[tables.ChildGroup]) -> str:
        """Its English name."""
        return root.en

    @field
    async def parent(self, root: strawberry.Parent[tables.ChildGroup], info: Info) -> tables.ChildGroup | None:
        """The wider group it belongs to. Null: there is none."""
        return await info.context.load(reads.groups, root.parent_id)


@shows(Window)
class WeeklyWindow:
    """A weekly half-open stretch of time, Asia/Shanghai."""

    weekday: Annotated[int, Doc("1 (Monday) to 7 (Sunday).")]

    @field
    def start(self, root: strawberry.Parent[Window]) -> str:
        """`HH:MM`, inclusive."""
        return clock_time(root.start)

    @field
    def end(self, root: strawberry.Parent[Window]) -> str:
        """`HH:MM`, exclusive, up to 24:00."""
        return clock_time(root.end)


# --- organizations and what they can do ------------------------------------------------------------------------------


@shows(tables.Organization)
class Organization(Node):
    """A social organization and how it stands to the alliance. Public, but for its background check."""

    name: Name
    credit_code: Annotated[str | None, Doc("Unified social credit code, 18 characters. Null: unknown to us.")]
    membership: Annotated[Membership, Doc("How it stands to the alliance.")]
    joined_on: Annotated[date | None, Doc("When it joined the alliance. Null: unknown to us.")]
    qualifications: Annotated[tuple[Qualification, ...], Doc("What the bureau has recorded that it holds; at most 15.")]
    description: Annotated[str, Doc("What it is, in its own words; empty where nothing is recorded.")]
    provenance: Origin
    version: Version

    @field
    def is_fictional(self, root: strawberry.Parent[tables.Organization]) -> bool:
        """True for an invented example that must never be taken for a real body."""
        return root.provenance is Provenance.FICTIONAL

    @field
    async def district(self, root: strawberry.Parent[tables.Organization], info: Info) -> tables.District | None:
        """Where it is registered. Null: unknown to us."""
        return await info.context.load(reads.districts, root.district_id)

    @field
    def checked_on(self, root: strawberry.Parent[tables.Organization], info: Info) -> date | None:
        """Day of the last background check of its staff. Null: none recorded, or not for your eyes (bureau and own)."""
        return root.checked_on if reads.may_see_inside(info.context.viewer, root.id) else None

    @field
    async def capabilities(self, root: strawberry.Parent[tables.Organization], info: Info) -> list[tables.Capability]:
        """The services on its list, by category; at most 100."""
        return await info.context.load(reads.capabilities_of, root.id) or []

    @field
    async def stations(self, root: strawberry.Parent[tables.Organization], info: Info) -> list[tables.CareStation]:
        """The care stations it operates under contract, by name; at most 72."""
        return await info.context.load(reads.stations_operated_by, root.id) or []


@strawberry.type(description="What the caller may do with a listed service now.")
class CapabilityDeeds:
    """Asked, not guessed by the page."""

    revise: bool = strawberry.field(description="`reviseCapability` would not be refused for the caller's role.")
    confirm: bool = strawberry.field(description="`confirmCapability` would not be refused for the caller's role.")
    withdraw: bool = strawberry.field(description="`withdrawCapability` would not be refused for the caller's role.")


@shows(tables.Capability)
class Capability(Node):
    """What one organization can deliver: one leaf category, where, for whom and when. Public, but for its quota."""

    title: drafts.Title
    description: drafts.Description
    min_age: drafts.MinAge
    max_age: drafts.MaxAge
    modes: drafts.Modes
    max_group_size: drafts.GroupSize
    windows: Annotated[tuple[Window, ...], Doc("Weekly times it can take place; at most 21. Empty: any time.")]
    qualifications: Annotated[tuple[Qualification, ...], Doc("What the staff of this service hold; at most 15.")]
    lead_days: drafts.LeadDays
    valid_until: drafts.ValidUntil
    confirmed_on: Annotated[date | None, Doc("When its organization last confirmed it. Null: never.")]
    is_withdrawn: Annotated[bool, Doc("True when it is off the list; old claims still name it.")]
    provenance: Origin
    version: Version

    @field
    async def organization(self, root: strawberry.Parent[tables.Capability], info: Info) -> tables.Organization:
        """Who offers it."""
        return await info.context.required(reads.organizations, root.organization_id)

    @field
    async def category(self, root: strawberry.Parent[tables.Capability], info: Info) -> tables.Category:
        """The one leaf category it belongs to."""
        return await info.context.required(reads.categories, root.category_id)

    @field
    async def area(self, root: strawberry.Parent[tables.Capability], info: Info) -> list[NamedPlace]:
        """Where it is offered, online too; 1 to 100 places."""
        return places(root.area, await info.context.once(labels))

    @field
    async def groups(self, root: strawberry.Parent[tables.Capability], info: Info) -> list[tables.ChildGroup]:
        """The groups it is made for; at most 100. Empty: for every child."""
        return [await info.context.required(reads.groups, code) for code in root.groups]

    @field
    def monthly_places(self, root: strawberry.Parent[tables.Capability], info: Info) -> int | None:
        """Places per calendar month. Null: no limit, or not for your eyes (bureau and own organization)."""
        return root.monthly_places if reads.may_see_inside(info.context.viewer, root.organization_id) else None

    @field
    async def months(
        self, root: strawberry.Parent[tables.Capability], info: Info
    ) -> list[tables.CapabilityMonth] | None:
        """Months in which places were taken, earliest first; at most 12 a year.

        Null: not for your eyes (bureau and own organization).
        """
        if not reads.may_see_inside(info.context.viewer, root.organization_id):
            return None
        return await info.context.load(reads.months_of, root.id) or []

    @field
    def is_due(self, root: strawberry.Parent[tables.Capability], info: Info) -> bool:
        """True when nobody has confirmed it for 180 days."""
        return is_due(root.confirmed_on, info.context.today)

    @field
    def viewer_can(self, root: strawberry.Parent[tables.Capability], info: Info) -> CapabilityDeeds:
        """What the caller may do with it now."""
        viewer = info.context.viewer
        is_own = viewer.organization_id == root.organization_id and not root.is_withdrawn
        return CapabilityDeeds(
            revise=is_own and may(viewer, Deed.REVISE_CAPABILITY),
            confirm=is_own and may(viewer, Deed.CONFIRM_CAPABILITY),
            withdraw=is_own and may(viewer, Deed.WITHDRAW_CAPABILITY),
        )


@shows(tables.CapabilityMonth)
class CapabilityMonth:
    """The places of one service in one calendar month (Asia/Shanghai)."""

    month: Annotated[str, Doc("`YYYY-MM`.")]
    taken: Annotated[int, Doc("Places that claims hold, from 0.")]

    @field
    def limit(self, root: strawberry.Parent[tables.CapabilityMonth]) -> int | None:
        """Places there are in all. Null: not limited."""
        return root.places

    @field
    def left(self, root: strawberry.Parent[tables.CapabilityMonth]) -> int | None:
        """Places that can still be taken. Null: not limited."""
        return None if root.places is None else root.places - root.taken


# --- stations and the base -------------------------------------------------------------------------------------------


@shows(tables.CareStation)
class CareStation(Node):
    """The protection and care station (未保站/关爱之家) of one street or town. Public."""

    name: Name
    model_level: Annotated[ModelLevel, Doc("Whether it is recognised as a model.")]
    provenance: Origin
    version: Version

    @field
    def is_fictional(self, root: strawberry.Parent[tables.CareStation]) -> bool:
        """True for an invented example that must never be taken for a real body."""
        return root.provenance is Provenance.FICTIONAL

    @field
    async def town(self, root: strawberry.Parent[tables.CareStation], info: Info) -> tables.Town:
        """The street or town it serves."""
        return await info.context.required(reads.towns, root.town_id)

    @field
    async def operator(self, root: strawberry.Parent[tables.CareStation], info: Info) -> tables.Organization | None:
        """The organization that runs it under contract. Null: none is recorded."""
        return await info.context.load(reads.organizations, root.operator_id)


@shows(tables.ActivityBase)
class ActivityBase(Node):
    """A venue that the alliance shares. Public."""

    name: Name
    provenance: Origin

    @field
    async def district(self, root: strawberry.Parent[tables.ActivityBase], info: Info) -> tables.District:
        """Where it is."""
        return await info.context.required(reads.districts, root.district_id)

    @field
    async def rooms(self, root: strawberry.Parent[tables.ActivityBase], info: Info) -> list[schedule_tables.Room]:
        """Its rooms, the largest first; at most 50."""
        return await info.context.load(schedule.rooms_of, root.id) or []


@shows(schedule_tables.Room)
class Room(Node):
    """A room of a base. Public."""

    name: Name
    kind: Annotated[RoomKind, Doc("What it is made for.")]
    capacity: Annotated[int, Doc("How many people it holds.")]
    equipment: Annotated[tuple[str, ...], Doc("What is in it, in Chinese; at most 20 words.")]
    setup_minutes: Annotated[int, Doc("Minutes needed before a use.")]
    clearup_minutes: Annotated[int, Doc("Minutes needed after a use.")]
    is_private: Annotated[bool, Doc("True for a room whose users are not named to others.")]
    provenance: Origin

    @field
    async def base(self, root: strawberry.Parent[schedule_tables.Room], info: Info) -> tables.ActivityBase:
        """The base it belongs to."""
        return await info.context.required(reads.bases, root.base_id)


# --- looking ---------------------------------------------------------------------------------------------------------


@input_of(OrganizationsWhere)
class OrganizationsWhereInput(OrganizationsWhere):
    """Which organizations; what is left out narrows nothing."""


@input_of(CapabilitiesWhere)
class CapabilitiesWhereInput(CapabilitiesWhere):
    """Which listed services; what is left out narrows nothing."""


@input_of(StationsWhere)
class StationsWhereInput(StationsWhere):
    """Which care stations; what is left out narrows nothing."""


@input_of(TownsWhere)
class TownsWhereInput(TownsWhere):
    """Which towns; what is left out narrows nothing."""


@strawberry.type
class DirectoryQuery:
    """Looks things up; open to everybody."""

    @field
    async def organizations(
        self,
        info: Info,
        where: Annotated[OrganizationsWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Organization] | None:
        """The organizations of the alliance by name. Null only beside an error."""
        query = await reads.organizations_where(where or OrganizationsWhere())
        return await paged(info, page_of(query, ("name", "id"), first=first, after=after))

    @field
    async def organization(
        self, info: Info, id: Annotated[strawberry.ID, Doc("Id of an organization.")]
    ) -> tables.Organization | None:
        """One organization. Null: there is none of this id."""
        return await info.context.load(reads.organizations, id)

    @field
    async def capabilities(
        self,
        info: Info,
        where: Annotated[CapabilitiesWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Capability] | None:
        """Listed services by category and title. Null only beside an error."""
        query = await reads.capabilities_where(where or CapabilitiesWhere())
        return await paged(info, page_of(query, ("category_id", "title", "id"), first=first, after=after))

    @field
    async def stations(
        self,
        info: Info,
        where: Annotated[StationsWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.CareStation] | None:
        """Care stations by town. Null only beside an error."""
        query = await reads.stations_where(where or StationsWhere())
        return await paged(info, page_of(query, ("town_id", "id"), first=first, after=after))

    @field
    async def towns(
        self,
        info: Info,
        where: Annotated[TownsWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Town] | None:
        """Towns and subdistricts by code. Null only beside an error."""
        query = await reads.towns_where(where or TownsWhere())
        return await paged(info, page_of(query, ("code",), first=first, after=after))

    @field
    async def categories(self) -> list[tables.Category]:
        """The whole taxonomy by code, tops before their leaves; 72 today, at most 200."""
        return list(await reads.all_categories())

    @field
    async def child_groups(self) -> list[tables.ChildGroup]:
        """Every child group by code; at most 50."""
        return list(await reads.all_groups())

    @field
    async def districts(self) -> list[tables.District]:
        """The seven districts and county-level cities by code."""
        return list(await reads.all_districts())

    @field
    async def bases(self) -> list[tables.ActivityBase]:
        """The shared activity bases by name; at most 20."""
        return list(await reads.all_bases())


# --- deeds -----------------------------------------------------------------------------------------------------------


@input_of(WindowDraft)
class WeeklyWindowInput(WindowDraft):
    """A weekly half-open stretch of time, Asia/Shanghai."""


@input_of(ListCapabilityDraft)
class ListCapabilityInput(ListCapabilityDraft):
    """A service that an organization puts on its list."""


@input_of(ReviseCapabilityDraft)
class ReviseCapabilityInput(ReviseCapabilityDraft):
    """Changes to a listed service: what is absent stays, null clears. Its category never changes."""


CapabilityId = Annotated[strawberry.ID, Doc("Which of the own organization's services.")]


@strawberry.type
class DirectoryMutation:
    """What organizations do with their own list. Withdrawing stands with the claims it gives back."""

    @mutation(Capability, actions.list_capability)
    async def list_capability(
        self, info: Info, input: ListCapabilityInput, idempotency_key: IdempotencyKey = None
    ) -> object:
        """Put a service on the own organization's list; it counts as confirmed today."""
        return await settled(info, actions.list_capability, draft=input, key=idempotency_key, again=reads.capabilities)

    @mutation(Capability, actions.revise_capability)
    async def revise_capability(
        self, info: Info, capability_id: CapabilityId, input: ReviseCapabilityInput, expected_version: ExpectedVersion
    ) -> object:
        """Change a listed service as far as its claims allow; it counts as confirmed today."""
        return await settled(
            info, actions.revise_capability, capability_id=capability_id, expected_version=expected_version, draft=input
        )

    @mutation(Capability, actions.confirm_capability)
    async def confirm_capability(
        self, info: Info, capability_id: CapabilityId, expected_version: ExpectedVersion
    ) -> object:
        """Say that a listed service is still offered as it stands; due every 180 days."""
        return await settled(
            info, actions.confirm_capability, capability_id=capability_id, expected_version=expected_version
        )
