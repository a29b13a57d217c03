"""Where things are: the city, its districts and towns. Public."""

from __future__ import annotations

from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.vocabulary import (
    DistrictKind,
    TownKind,
)
from alliance.directory import reads, tables
from alliance.directory.filters import TownsWhere
from alliance.graph.annotations import After, First, Name
from alliance.graph.labels import NamedPlace
from alliance.kit.context import Info
from alliance.kit.gql import field, input_of, shows
from alliance.kit.paging import FIRST, Page, page_of


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
        return await info.context.each(reads.districts, root.neighbours)

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


@input_of(TownsWhere)
class TownsWhereInput(TownsWhere):
    """Which towns; what is left out narrows nothing."""


@strawberry.type
class PlacesQuery:
    """Looks at places; open to everybody."""

    @field
    async def districts(self) -> list[tables.District]:
        """The seven districts and county-level cities by code."""
        return list(await reads.all_districts())

    @field
    async def towns(
        self,
        info: Info,
        where: Annotated[TownsWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Town] | None:
        """Towns and subdistricts by code. Null: `after` is no cursor of this list; start again without it."""
        query = await reads.towns_where(where or TownsWhere())
        return await page_of(query, ("code",), first=first, after=after)
