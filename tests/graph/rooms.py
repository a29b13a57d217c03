"""A base of its own with four rooms that are open every day, whatever the day of the test, and what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from alliance.core.period import Window
from alliance.core.vocabulary import DayKind, Provenance, Role, RoomKind
from alliance.directory.tables import ActivityBase, District
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work
from alliance.schedule.tables import BookedSlot, Booking, BookingSeries, Opening, Room
from tests.graph.door import Door

BASE = "示例·测试基地"
FREE_SET = "id version state heldUntil cancelCode headcount title room { name } period { start end }"
BOOKED = f"... on BookingSeries {{ id title purpose rule bookings {{ {FREE_SET} }} partners {{ name }} }}"
ONE = f"... on Booking {{ {FREE_SET} }}"
PROBLEM = "... on Problem { message }"
OCCURRENCES = """occurrences { plannedAt verdict message busy { start end } room { name } period { start }
    alternatives { room { name } period { start end } } }"""
NOT_FREE = f"... on RoomNotFree {{ free asked {OCCURRENCES} }}"
FAULTS = "... on InvalidInput { fields { path message } }"
STALE = "... on Stale { currentVersion }"

BOOK = f"""mutation($input: BookRoomInput!, $key: String) {{ bookRoom(input: $input, idempotencyKey: $key) {{
    __typename {PROBLEM} {NOT_FREE} {FAULTS} {BOOKED} }} }}"""
PREVIEW = f"""mutation($input: PreviewBookingInput!) {{ previewBooking(input: $input) {{ __typename {PROBLEM} {FAULTS}
    ... on BookingPreview {{ free peaks {{ month used asked limit }} {OCCURRENCES} }} }} }}"""
CONFIRM = f"""mutation($id: ID!, $v: Int!, $input: ConfirmBookingInput!) {{ confirmBooking(bookingId: $id,
    expectedVersion: $v, input: $input) {{ __typename {PROBLEM} {NOT_FREE} {STALE} {ONE} }} }}"""
MOVE = f"""mutation($id: ID!, $v: Int!, $input: MoveBookingInput!) {{ moveBooking(bookingId: $id,
    expectedVersion: $v, input: $input) {{ __typename {PROBLEM} {NOT_FREE} {FAULTS} {STALE} {ONE} }} }}"""
CANCEL = f"""mutation($id: ID!, $v: Int!, $input: CancelBookingInput!) {{ cancelBooking(bookingId: $id,
    expectedVersion: $v, input: $input) {{ __typename {PROBLEM} {STALE} {ONE} }} }}"""
NO_SHOW = f"""mutation($id: ID!, $v: Int!) {{ reportNoShow(bookingId: $id, expectedVersion: $v) {{
    __typename {PROBLEM} {STALE} {ONE} }} }}"""


@dataclass
class Rooms:
    """The base with its rooms by a short name."""

    door: Door
    base: ActivityBase
    rooms: dict[str, Room]

    async def manager(self) -> str:
        """A token of the manager of this base."""
        return await self.door.token(Role.BASE_MANAGER, BASE)

    def wanted(self, room: str = "reading", *, days: int = 14, **more: Any) -> dict[str, Any]:
        """What a booking of two hours in the afternoon asks for."""
        given = {
            "roomId": self.rooms[room].id,
            "title": "示例读书会",
            "headcount": 4,
            "firstDay": day_ahead(days).isoformat(),
            "start": "14:00",
            "end": "16:00",
        }
        return given | more

    async def book(self, token: str | None, room: str = "reading", *, days: int = 14, **more: Any) -> Any:
        """What `bookRoom` answers."""
        return await self.door.data(BOOK, {"input": self.wanted(room, days=days, **more)}, token=token)

    async def preview(self, token: str | None, room: str = "reading", *, days: int = 14, **more: Any) -> Any:
        """What `previewBooking` answers."""
        asked = self.wanted(room, days=days, **more)
        del asked["title"]
        return await self.door.data(PREVIEW, {"input": asked}, token=token)

    async def step(self, document: str, token: str | None, booking: Any, **given: Any) -> Any:
        """What a deed on one booking answers."""
        variables: dict[str, Any] = {"id": booking["id"], "v": booking["version"]}
        if "$input" in document:
            variables["input"] = given
        return await self.door.data(document, variables, token=token)


def day_ahead(days: int) -> date:
    """So many days from today, in Wuxi."""
    return clock.today() + timedelta(days=days)


def at(day: date, hours: str) -> str:
    """A moment of a day in Wuxi as the service writes it."""
    return f"{day.isoformat()}T{hours}:00+08:00"


async def made_rooms(door: Door, *, peak_limit: int | None = None) -> Rooms:
    """The base behind a door."""
    return Rooms(door, *await made_base(peak_limit=peak_limit))


async def made_base(*, peak_limit: int | None = None) -> tuple[ActivityBase, dict[str, Room]]:
    """The base, in a district of the fixtures, with its rooms."""
    made: dict[str, Room] = {}

    async def work() -> ActivityBase:
        district = await District.filter(zh__contains="梁溪").get()
        base = await ActivityBase.create(
            name=BASE, district_id=district.code, peak_limit=peak_limit, provenance=Provenance.FICTIONAL
        )
        for kind in DayKind:
            hours = [Window(weekday, 8 * 60, 22 * 60) for weekday in range(1, 8)]
            await Opening.create(base_id=base.id, kind=kind, windows=hours, provenance=Provenance.FICTIONAL)
        for name, room_kind, capacity, before, after, is_private in (
            ("hall", RoomKind.HALL, 80, 30, 30, False),
            ("counselling", RoomKind.COUNSELLING, 4, 10, 10, True),
            ("reading", RoomKind.READING, 25, 5, 10, False),
            ("craft", RoomKind.CRAFT, 20, 20, 30, False),
        ):
            made[name] = await Room.create(
                base_id=base.id, name=f"示例·{name}", kind=room_kind, capacity=capacity, setup_minutes=before,
                clearup_minutes=after, is_private=is_private, provenance=Provenance.FICTIONAL,
            )  # fmt: skip
        return base

    return await as_unit_of_work(work), made


async def kept(base: ActivityBase) -> tuple[int, int, int]:
    """How many series, bookings and taken quarter-hours a base has: what a refusal must leave as it was."""
    return (
        await BookingSeries.filter(base_id=base.id).count(),
        await Booking.filter(room__base_id=base.id).count(),
        await BookedSlot.filter(room__base_id=base.id).count(),
    )
