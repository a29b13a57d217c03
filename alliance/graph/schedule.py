"""The shared activity bases: rooms, when they are open, and when one can be had. Public."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.period import Days
from alliance.core.vocabulary import ClosureReason, DayKind, RoomKind
from alliance.directory import reads, tables
from alliance.directory.checks import FAR_AHEAD
from alliance.graph.annotations import After, First, Name, Origin
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, input_of, shows
from alliance.kit.paging import FIRST, Page, page_of_ranked
from alliance.schedule import reads as schedule
from alliance.schedule import tables as schedule_tables
from alliance.schedule.filters import RoomsWhere
from alliance.schedule.times import Stretch

DEFAULT_DAYS = 7
EARLIEST = date(2000, 1, 1)  # looked at: nothing was booked before
SHORTEST, LONGEST = 15, 1_440  # minutes that can be asked for


@shows(Stretch)
class Period:
    """A half-open stretch of time within one day of Wuxi."""

    @field
    def start(self, root: strawberry.Parent[Stretch]) -> datetime:
        """When it begins (inclusive)."""
        return root.starts_at

    @field
    def end(self, root: strawberry.Parent[Stretch]) -> datetime:
        """When it ends (exclusive)."""
        return root.ends_at


@shows(schedule.OpenDay)
class OpenDay:
    """When a base is open on one day; closures of single rooms stand in `closures`."""

    day: Annotated[date, Doc("The day.")]
    kind: Annotated[DayKind, Doc("An ordinary day, a public holiday or a make-up workday.")]
    name: Annotated[str, Doc("The name of the holiday; empty on ordinary days.")]
    hours: Annotated[tuple[Stretch, ...], Doc("The open hours; at most 7. Empty: shut all day.")]


@shows(schedule_tables.Closure)
class Closure(Node):
    """A base, or one room of it, shut for a while. Public."""

    starts_at: Annotated[datetime, Doc("From when (inclusive).")]
    ends_at: Annotated[datetime, Doc("Until when (exclusive).")]
    reason: Annotated[ClosureReason, Doc("Why.")]
    title: Annotated[str, Doc("What the base says of it; empty for nothing.")]
    provenance: Origin

    @field
    async def room(self, root: strawberry.Parent[schedule_tables.Closure], info: Info) -> schedule_tables.Room | None:
        """The room that is shut. Null: the whole base."""
        return await info.context.load(schedule.rooms, root.room_id)

    @field
    async def meets(
        self, root: strawberry.Parent[schedule_tables.Closure], info: Info
    ) -> list[schedule_tables.Booking]:
        """Bookings that are held or confirmed in that time, for the base to move; at most 100. Empty for others."""
        return await info.context.load(schedule.met_by, root.id) or []


FirstDay = Annotated[date | None, Doc("First day to look at (inclusive). Null: today.")]
LastDay = Annotated[date | None, Doc("Last day to look at (inclusive), at most 31 days in all. Null: six days later.")]


def days_to_look_at(today: date, first_day: date | None, last_day: date | None) -> Days:
    """The days asked for, a week where nothing is said, never more than a month, and none beyond what can be booked."""
    first = min(max(first_day or today, EARLIEST), today + FAR_AHEAD)
    last = last_day or first + timedelta(days=DEFAULT_DAYS - 1)
    return Days(first, min(last, first + timedelta(days=schedule.MOST_FREE_DAYS - 1)))


@shows(tables.ActivityBase)
class ActivityBase(Node):
    """A venue that the alliance shares. Public."""

    name: Name
    hold_working_days: Annotated[int, Doc("How many working days a room is held until the base confirms it.")]
    peak_limit: Annotated[
        int | None,
        Doc("How many peak times (Saturdays, July, August) an organization may have in a month. Null: any number."),
    ]
    provenance: Origin

    @field
    async def district(self, root: strawberry.Parent[tables.ActivityBase], info: Info) -> tables.District:
        """Where it is."""
        return await info.context.required(reads.districts, root.district_id)

    @field
    async def rooms(self, root: strawberry.Parent[tables.ActivityBase], info: Info) -> list[schedule_tables.Room]:
        """Its rooms, the largest first; at most 50."""
        return await info.context.load(schedule.rooms_of, root.id) or []

    @field
    async def open_days(
        self,
        root: strawberry.Parent[tables.ActivityBase],
        info: Info,
        first_day: FirstDay = None,
        last_day: LastDay = None,
    ) -> list[schedule.OpenDay]:
        """When it is open, day by day; at most 31. Closures stand beside it, in `closures`."""
        return list(await schedule.open_days(root.id, days_to_look_at(info.context.today, first_day, last_day)))

    @field
    async def closures(
        self,
        root: strawberry.Parent[tables.ActivityBase],
        info: Info,
        first_day: FirstDay = None,
        last_day: LastDay = None,
    ) -> list[schedule_tables.Closure]:
        """When it or one of its rooms is shut, the earliest first; at most 100."""
        days = days_to_look_at(info.context.today, first_day, last_day)
        return (await schedule.closures_between(root.id, days))[: schedule.MOST_CLOSURES]

    @field
    async def holidays_known_until(self, root: strawberry.Parent[tables.ActivityBase]) -> date | None:
        """The last day whose public holidays are recorded; later days count as ordinary until the yearly notice.
        Null: none are recorded."""
        return await schedule.known_until()


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


@shows(schedule.FreeHours)
class FreeHours:
    """A stretch of time in which a room can be had; a use of the length asked for may begin anywhere in it."""

    @field
    async def room(self, root: strawberry.Parent[schedule.FreeHours], info: Info) -> schedule_tables.Room:
        """The room."""
        return await info.context.required(schedule.rooms, root.room_id)

    @field
    def period(self, root: strawberry.Parent[schedule.FreeHours]) -> Stretch:
        """From when until when."""
        return root.use


@input_of(RoomsWhere)
class RoomsWhereInput(RoomsWhere):
    """Which rooms; what is left out narrows nothing."""


WhichRooms = Annotated[RoomsWhereInput | None, Doc("Narrows the rooms.")]


@strawberry.type
class ScheduleQuery:
    """Looks at the bases; open to everybody."""

    @field
    async def bases(self) -> list[tables.ActivityBase]:
        """The shared activity bases by name; at most 20."""
        return list(await reads.all_bases())

    @field
    async def rooms(self, where: WhichRooms = None) -> list[schedule_tables.Room]:
        """Rooms of all bases, the smallest first; at most 100."""
        return list(await schedule.rooms_where(where or RoomsWhere()))

    @field
    async def free_hours(
        self,
        info: Info,
        where: WhichRooms = None,
        first_day: FirstDay = None,
        last_day: LastDay = None,
        minutes: Annotated[
            int, Doc("How long the room is needed, 15 to 1440; any other number is taken as the nearest.")
        ] = 60,
        first: First = FIRST,
        after: After = None,
    ) -> Page[schedule.FreeHours] | None:
        """Where and when a room can be had, set-up and clear-up reckoned with; the earliest first, then the smallest.

        Null: `after` is no cursor of this list; start again without it.
        """
        days = days_to_look_at(info.context.today, first_day, last_day)
        length = min(max(minutes, SHORTEST), LONGEST)
        found = await schedule.free_hours(where or RoomsWhere(), days, minutes=length)
        return await page_of_ranked(
            found, schedule.free_place, (int, int, int, int, str), of="freeHours", first=first, after=after
        )
