"""Which rooms and which bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.vocabulary import BookingState, RoomKind

BaseWanted = Annotated[str | None, Doc("Of this base.", is_id=True)]
RoomWanted = Annotated[str | None, Doc("This room alone.", is_id=True)]
KindWanted = Annotated[RoomKind | None, Doc("Rooms of this kind.")]


@dataclass(kw_only=True)
class RoomsWhere:
    """Which rooms; what is left out narrows nothing."""

    base: BaseWanted = None
    room: RoomWanted = None
    kind: KindWanted = None
    headcount: Annotated[int | None, Doc("Rooms that hold so many people.")] = None
    equipment: Annotated[tuple[str, ...], Doc("Rooms that have all of this, as their own list says it.")] = ()


@dataclass(kw_only=True)
class BookingsWhere:
    """Which bookings; what is left out narrows nothing."""

    base: BaseWanted = None
    room: RoomWanted = None
    kind: KindWanted = None
    first_day: Annotated[date | None, Doc("From this day on (inclusive).")] = None
    last_day: Annotated[date | None, Doc("Until this day (inclusive).")] = None
    states: Annotated[tuple[BookingState, ...] | None, Doc("In one of these states.")] = None
    is_own: Annotated[bool | None, Doc("True: those that concern the own body. False: the others.")] = None
