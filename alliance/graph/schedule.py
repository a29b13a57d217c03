"""The shared activity bases and their rooms. Public."""

from __future__ import annotations

from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.vocabulary import (
    RoomKind,
)
from alliance.directory import reads, tables
from alliance.graph.annotations import Name, Origin
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, shows
from alliance.schedule import reads as schedule
from alliance.schedule import tables as schedule_tables


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


@strawberry.type
class ScheduleQuery:
    """Looks at the bases; open to everybody."""

    @field
    async def bases(self) -> list[tables.ActivityBase]:
        """The shared activity bases by name; at most 20."""
        return list(await reads.all_bases())
