"""The organizations of the alliance and the care stations. Public."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.vocabulary import (
    Membership,
    ModelLevel,
    Provenance,
    Qualification,
)
from alliance.directory import reads, tables
from alliance.directory.filters import OrganizationsWhere, StationsWhere
from alliance.graph.annotations import After, First, Name, Origin, Version
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, input_of, shows
from alliance.kit.paging import FIRST, Page, page_of


@shows(tables.Organization)
class Organization(Node):
    """A social organization and how it stands to the alliance. Public, but for its background check."""

    name: Name
    credit_code: Annotated[str | None, Doc("Unified social credit code, 18 characters. Null: unknown to us.")]
    membership: Annotated[Membership, Doc("How it stands to the alliance.")]
    joined_on: Annotated[date | None, Doc("When it joined the alliance. Null: unknown to us.")]
    checked_on: Annotated[
        date | None,
        Doc("Day of its staff's last background check. Null: none recorded, or not for your eyes (bureau and own)."),
    ]
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
    async def capabilities(self, root: strawberry.Parent[tables.Organization], info: Info) -> list[tables.Capability]:
        """The services on its list, by category; at most 100."""
        return await info.context.load(reads.capabilities_of, root.id) or []

    @field
    async def stations(self, root: strawberry.Parent[tables.Organization], info: Info) -> list[tables.CareStation]:
        """The care stations it operates under contract, by name; at most 72."""
        return await info.context.load(reads.stations_operated_by, root.id) or []


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


@input_of(OrganizationsWhere)
class OrganizationsWhereInput(OrganizationsWhere):
    """Which organizations; what is left out narrows nothing."""


@input_of(StationsWhere)
class StationsWhereInput(StationsWhere):
    """Which care stations; what is left out narrows nothing."""


@strawberry.type
class DirectoryQuery:
    """Looks bodies up; open to everybody."""

    @field
    async def organizations(
        self,
        info: Info,
        where: Annotated[OrganizationsWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Organization] | None:
        """The organizations of the alliance by name.

        Null: `after` is no cursor of this list; start again without it.
        """
        query = await reads.organizations_where(where or OrganizationsWhere())
        return await page_of(query, ("name", "id"), first=first, after=after)

    @field
    async def organization(
        self, info: Info, id: Annotated[strawberry.ID, Doc("Id of an organization.")]
    ) -> tables.Organization | None:
        """One organization. Null: there is none of this id."""
        return await info.context.load(reads.organizations, id)

    @field
    async def stations(
        self,
        info: Info,
        where: Annotated[StationsWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.CareStation] | None:
        """Care stations by town. Null: `after` is no cursor of this list; start again without it."""
        query = await reads.stations_where(where or StationsWhere())
        return await page_of(query, ("town_id", "id"), first=first, after=after)
