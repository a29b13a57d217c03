"""Whether the quarter-hours that are kept as taken are what the held and confirmed bookings take."""

from __future__ import annotations

from alliance.kit.checking import Finding
from alliance.schedule.reads import TAKING, room_facts
from alliance.schedule.tables import BookedSlot, Booking


async def of_bookings() -> tuple[Finding, ...]:
    """Every booking that takes other quarter-hours than its state and its room say; none when all is well."""
    kept: dict[str, set[tuple[str, int]]] = {}
    for booking_id, room_id, slot in await BookedSlot.all().values_list("booking_id", "room_id", "slot"):
        kept.setdefault(str(booking_id), set()).add((str(room_id), int(slot)))
    wanted = {}
    for booking in await Booking.filter(stored_state__in=TAKING).select_related("room"):
        occupied = room_facts(booking.room).occupied_by(booking.use)
        wanted[booking.id] = {(booking.room_id, slot) for slot in occupied.slots()}
    return tuple(
        Finding(key, "quarter-hours", len(kept.get(key, ())), len(wanted.get(key, ())))
        for key in sorted(kept.keys() | wanted.keys())
        if kept.get(key, set()) != wanted.get(key, set())
    )
