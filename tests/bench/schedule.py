"""What looking at a full calendar costs: a year of weekly series in 10 rooms, 20,000 bookings stored.

    python tests/bench/schedule.py [BOOKINGS]        on SQLite and on a PostgreSQL

Beside each figure stands the reference: the same question answered by reading every booking and comparing minute by
minute, over the same rows in the same run.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from alliance.core.period import Days, Window, days_between
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import (
    BookingPurpose,
    BookingState,
    DayKind,
    DistrictKind,
    Membership,
    Provenance,
    Role,
    RoomKind,
)
from alliance.directory.tables import ActivityBase, District, Organization
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work, opened
from alliance.kit.migrating import migrate
from alliance.schedule import reads
from alliance.schedule.actions import preview_booking
from alliance.schedule.drafts import PreviewBookingDraft
from alliance.schedule.filters import RoomsWhere
from alliance.schedule.tables import BookedSlot, Booking, BookingSeries, Opening, Room
from alliance.schedule.times import Stretch
from tests.postgres import postgres_url

ROOMS, YEAR, RUNS = 10, 365, 7
INVENTED: dict[str, Any] = {"provenance": Provenance.FICTIONAL}
HOURS = range(8 * 60, 22 * 60, 120)  # two hours each, with gaps: 7 a day and room


async def fill(bookings: int) -> tuple[str, str]:
    """The ids of an organization and of a room in a base that is booked for two years."""
    await District.create(code="320213", zh="名", en="Name", kind=DistrictKind.DISTRICT, lat=31.5, lng=120.3)
    base = await ActivityBase.create(name="基地", district_id="320213", **INVENTED)
    organization = await Organization.create(name="甲", name_skeleton="甲", membership=Membership.MEMBER, **INVENTED)
    windows = [Window(weekday, 480, 1320) for weekday in range(1, 8)]
    await Opening.create(base_id=base.id, kind=DayKind.ORDINARY, windows=windows, **INVENTED)
    rooms = [
        await Room.create(base_id=base.id, name=f"室{n}", kind=RoomKind.CRAFT, capacity=20 + n, **INVENTED)
        for n in range(ROOMS)
    ]
    series = await BookingSeries.create(
        base_id=base.id, organization_id=organization.id, purpose=BookingPurpose.OWN_ACTIVITY, title="读书",
        booked_at=clock.now(), **INVENTED,
    )  # fmt: skip
    today = clock.today()
    places = [
        (room, Stretch(today + timedelta(days=day), start, start + 90))
        for day in range(-YEAR, YEAR)
        for start in HOURS
        for room in rooms
        if (day + start // 120 + int(room.capacity)) % 5 < 2  # two of five are taken
    ][-bookings:]
    rows = [
        Booking(
            series_id=series.id, room_id=room.id, day=use.day, start=use.start, end=use.end, planned_at=use.starts_at,
            headcount=5, stored_state=BookingState.CONFIRMED, changed_at=clock.now(), **INVENTED,
        )
        for room, use in places
    ]  # fmt: skip
    await Booking.bulk_create(rows, batch_size=500)
    slots = [BookedSlot(room_id=row.room_id, slot=slot, booking_id=row.id) for row in rows for slot in row.use.slots()]
    await BookedSlot.bulk_create(slots, batch_size=500)
    return organization.id, rooms[0].id


async def milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    """The median of several runs."""
    took = []
    for _ in range(RUNS):
        started = time.perf_counter()
        await work()
        took.append((time.perf_counter() - started) * 1_000)
    return median(took)


async def free_by_brute_force(days: Days) -> int:
    """The reference of free hours: every booking is read, and every minute of every room is asked of all."""
    assert days.first is not None
    assert days.last is not None
    taken: dict[tuple[str, date], list[tuple[int, int]]] = {}
    for row in await Booking.filter(stored_state=BookingState.CONFIRMED):
        taken.setdefault((row.room_id, row.day), []).append((row.start, row.end))
    found = 0
    for room in await Room.all():
        for day in days_between(days.first, days.last):
            spans = taken.get((room.id, day), [])
            found += sum(not any(start <= minute < end for start, end in spans) for minute in range(480, 1320))
    return found


async def series_by_brute_force(room_id: str, first: date) -> int:
    """The reference of a preview: every booking is read and compared with every time of the series."""
    rows = await Booking.filter(stored_state=BookingState.CONFIRMED)
    uses = [Stretch(first + timedelta(weeks=week), 600, 690) for week in range(52)]
    return sum(any(row.room_id == room_id and row.use.meets(use) for row in rows) for use in uses)


async def measure(engine: str, url: str, bookings: int) -> None:
    """Print the figures of one engine."""
    await migrate(url)
    async with opened(url):
        organization_id, room_id = await as_unit_of_work(lambda: fill(bookings))
        print(f"{engine} bookings stored: {await Booking.all().count()}")
        first = clock.today() + timedelta(days=1)
        viewer = Viewer(account_id="account", role=Role.ORGANIZATION_STAFF, body_id=organization_id)
        draft = PreviewBookingDraft(
            room_id=room_id, first_day=first, start="10:00", end="11:30", rule="FREQ=WEEKLY;COUNT=52", headcount=10
        )
        week, month = Days(first, first + timedelta(days=6)), Days(first, first + timedelta(days=30))
        where = RoomsWhere()
        figures: dict[str, Callable[[], Awaitable[object]]] = {
            "preview of 52 weeks": lambda: preview_booking(viewer, draft=draft),
            "preview of 52 weeks, reference": lambda: series_by_brute_force(room_id, first),
            "free hours of a week in 10 rooms": lambda: reads.free_hours(where, week, minutes=60),
            "free hours of a week, reference": lambda: free_by_brute_force(week),
            "free hours of a month in 10 rooms": lambda: reads.free_hours(where, month, minutes=60),
            "free hours of a month, reference": lambda: free_by_brute_force(month),
        }
        for name, work in figures.items():
            print(f"{engine} {name}: {await milliseconds(work):.1f} ms")


async def main(bookings: int) -> None:
    """Both engines, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        await measure("SQLite", str(Path(folder) / "bench.sqlite3"), bookings)
        await measure("PostgreSQL", postgres_url(), bookings)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
