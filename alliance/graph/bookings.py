"""Bookings of rooms: what one may see of them, what could be had, and every step from asking to taking place."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import strawberry

from alliance.claims import actions as claim_actions
from alliance.claims import reads as claims
from alliance.claims import tables as claim_tables
from alliance.core.drafts import Doc
from alliance.core.permissions import Deed, may
from alliance.core.vocabulary import BookingPurpose, BookingState, CancelCode, RoomVerdict
from alliance.directory import reads as directory
from alliance.directory import tables as directory_tables
from alliance.graph.annotations import After, First, Origin, Version
from alliance.graph.deeds import ExpectedVersion, IdempotencyKey, looked_at, settled
from alliance.graph.rooms_said import occurrence_sentence
from alliance.graph.schedule import Closure
from alliance.kit import clock
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, input_of, mutation, shows
from alliance.kit.paging import FIRST, Page, page_of
from alliance.schedule import actions, judging, reads, tables
from alliance.schedule.drafts import (
    BookRoomDraft,
    CancelBookingDraft,
    ChoiceDraft,
    CloseRoomsDraft,
    ConfirmBookingDraft,
    MoveBookingDraft,
    PreviewBookingDraft,
    RoomRequestDraft,
)
from alliance.schedule.filters import BookingsWhere
from alliance.schedule.rules import may_follow
from alliance.schedule.times import Stretch


async def room_of(info: Info, room_id: str) -> tables.Room:
    """A room that is told of."""
    return await info.context.required(reads.rooms, room_id)


async def sight_of(info: Info, series_id: str) -> reads.SeriesSight | None:
    """What of a series the caller may see."""
    return await info.context.load(reads.series_sights, series_id)


# --- what could be had -----------------------------------------------------------------------------------------------


@shows(judging.Place)
class RoomTime:
    """A room at a time at which it can be had."""

    @field
    async def room(self, root: strawberry.Parent[judging.Place], info: Info) -> tables.Room:
        """The room."""
        return await room_of(info, root.room_id)

    @field
    def period(self, root: strawberry.Parent[judging.Place]) -> Stretch:
        """When."""
        return root.use


@shows(judging.Occurrence)
class BookingOccurrence:
    """One time of a request: whether it can be had, if not why, and what could be had instead."""

    verdict: Annotated[RoomVerdict, Doc("Whether it can be had.")]
    busy: Annotated[
        tuple[Stretch, ...],
        Doc("What is taken of the room then, set-up and clear-up included; by whom is not told. At most 20."),
    ]
    alternatives: Annotated[
        tuple[judging.Place, ...],
        Doc("At most 3: other rooms at the same time, other times of the same day. Pass one in `choices`."),
    ]

    @field
    def planned_at(self, root: strawberry.Parent[judging.Occurrence]) -> datetime:
        """Its time by the rule, by which `choices` names it."""
        return root.planned.starts_at

    @field
    async def room(self, root: strawberry.Parent[judging.Occurrence], info: Info) -> tables.Room:
        """The room it would be in."""
        return await room_of(info, root.place.room_id)

    @field
    def period(self, root: strawberry.Parent[judging.Occurrence]) -> Stretch:
        """When it would be."""
        return root.place.use

    @field
    async def message(self, root: strawberry.Parent[judging.Occurrence], info: Info) -> str | None:
        """Why it cannot be had and what to do, for people. Null: it can."""
        fitting = await info.context.each(reads.rooms, root.fitting)
        return occurrence_sentence(root, {room.id: room.name for room in fitting}, info.context.language)


@shows(judging.PeakUse)
class PeakUse:
    """How far an organization has used its peak times of a month: Saturdays, and all days of July and August."""

    month: Annotated[str, Doc("The calendar month, `YYYY-MM`.")]
    used: Annotated[int, Doc("Peak times that it has already.")]
    asked: Annotated[int, Doc("Peak times of this request that can be had.")]
    limit: Annotated[int, Doc("How many it may have.")]


@shows(judging.BookingPreview)
class BookingPreview:
    """What of a request could be had now. Nothing is stored or held."""

    free: Annotated[int, Doc("How many of the times can be had as asked.")]
    occurrences: Annotated[tuple[judging.Occurrence, ...], Doc("Every time that was asked for, in order; at most 100.")]
    peaks: Annotated[
        tuple[judging.PeakUse, ...],
        Doc("Months whose peak times it touches, at most 19; empty where none are counted."),
    ]


# --- what is booked --------------------------------------------------------------------------------------------------


@strawberry.type(description="What the caller may do with a booking now.")
class BookingDeeds:
    """Asked, not guessed by the page."""

    confirm: bool = strawberry.field(description="`confirmBooking` is open to the caller.")
    move: bool = strawberry.field(description="`moveBooking` is open to the caller.")
    cancel: bool = strawberry.field(description="`cancelBooking` is open to the caller.")
    report_no_show: bool = strawberry.field(description="`reportNoShow` is open to the caller.")


@shows(tables.Booking)
class Booking(Node):
    """One use of one room. Everybody sees that the room is taken; requests and cancellations only whom they concern."""

    headcount: Annotated[int | None, Doc("How many people come. Null: not for your eyes (whom it concerns).")]
    held_until: Annotated[
        datetime | None,
        Doc("Until when the room is held for confirmation. Null: it is not, or not for your eyes."),
    ]
    cancel_code: Annotated[CancelCode | None, Doc("Why it was cancelled. Null: it was not, or not for your eyes.")]
    provenance: Origin
    version: Version

    @field
    async def room(self, root: strawberry.Parent[tables.Booking], info: Info) -> tables.Room:
        """The room."""
        return await room_of(info, root.room_id)

    @field
    def period(self, root: strawberry.Parent[tables.Booking]) -> Stretch:
        """When, without set-up and clear-up."""
        return root.use

    @field
    def state(self, root: strawberry.Parent[tables.Booking]) -> BookingState:
        """Where it stands."""
        return reads.state_now(root)

    @field
    async def title(self, root: strawberry.Parent[tables.Booking], info: Info) -> str | None:
        """What takes place. Null: not for your eyes, as in a private room and for a claim: it reads as occupied."""
        sight = await sight_of(info, root.series_id)
        return sight.series.title if sight else None

    @field
    async def organization(
        self, root: strawberry.Parent[tables.Booking], info: Info
    ) -> directory_tables.Organization | None:
        """The organization that holds it. Null: a station or the base does, or not for your eyes."""
        sight = await sight_of(info, root.series_id)
        return await info.context.load(directory.organizations, sight.series.organization_id if sight else None)

    @field
    async def station(self, root: strawberry.Parent[tables.Booking], info: Info) -> directory_tables.CareStation | None:
        """The station that holds it. Null: an organization or the base does, or not for your eyes."""
        sight = await sight_of(info, root.series_id)
        return await info.context.load(directory.stations, sight.series.station_id if sight else None)

    @field
    async def series(self, root: strawberry.Parent[tables.Booking], info: Info) -> tables.BookingSeries | None:
        """What was asked for in one request with it. Null: not for your eyes (whom it concerns)."""
        return await info.context.load(reads.own_series, root.series_id)

    @field
    async def claim(self, root: strawberry.Parent[tables.Booking], info: Info) -> claim_tables.Claim | None:
        """The claim it was made for. Null: none, or not for your eyes."""
        return await info.context.load(claims.claim_of_series, root.series_id)

    @field
    async def displaces(self, root: strawberry.Parent[tables.Booking], info: Info) -> list[tables.Booking]:
        """Requests that cannot be confirmed beside it; for the manager of the base, at most 20. Empty for others."""
        return (await info.context.load(reads.displaced_by, root.id) or [])[:20]

    @field
    async def viewer_can(self, root: strawberry.Parent[tables.Booking], info: Info) -> BookingDeeds:
        """What the caller may do with it now."""
        sight = await sight_of(info, root.series_id)
        is_in_charge = sight is not None and sight.is_in_charge
        has_begun = root.use.starts_at <= clock.now()

        def can(deed: Deed, *, begun: bool = False) -> bool:
            follows = may_follow(deed, reads.state_now(root))
            return is_in_charge and may(info.context.viewer, deed) and follows and has_begun is begun

        return BookingDeeds(
            confirm=can(Deed.CONFIRM_BOOKING),
            move=can(Deed.MOVE_BOOKING),
            cancel=can(Deed.CANCEL_BOOKING),
            report_no_show=can(Deed.REPORT_NO_SHOW, begun=True),
        )


@shows(tables.BookingSeries)
class BookingSeries(Node):
    """What was asked for in one request: one booking, or many by a rule. Visible to whom it concerns."""

    title: Annotated[str, Doc("What takes place.")]
    purpose: Annotated[BookingPurpose, Doc("What it is for.")]
    rule: Annotated[str, Doc("How it was asked to repeat, an RRULE of RFC 5545. Empty: once.")]
    booked_at: Annotated[datetime, Doc("When it was asked for.")]
    provenance: Origin

    @field
    async def bookings(self, root: strawberry.Parent[tables.BookingSeries], info: Info) -> list[tables.Booking]:
        """Its bookings in order; at most 100."""
        return await info.context.load(reads.bookings_of, root.id) or []

    @field
    async def partners(
        self, root: strawberry.Parent[tables.BookingSeries], info: Info
    ) -> list[directory_tables.Organization]:
        """Organizations that hold it together with its holder; at most 10."""
        bodies = await info.context.load(reads.parties_of, root.id) or []
        found = [await info.context.load(directory.organizations, body) for body in bodies if body != root.holder_id]
        return [each for each in found if each is not None]


# --- looking ---------------------------------------------------------------------------------------------------------


@input_of(BookingsWhere)
class BookingsWhereInput(BookingsWhere):
    """Which bookings; what is left out narrows nothing."""


@strawberry.type
class BookingsQuery:
    """Looks at what is booked."""

    @field
    async def bookings(
        self,
        info: Info,
        where: Annotated[BookingsWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Booking] | None:
        """The week of a room, the day of a base, the own bookings: what you may see of them, the earliest first.

        Null: `after` is no cursor of this list; start again without it.
        """
        query = reads.bookings_where(info.context.viewer, where or BookingsWhere())
        return await page_of(query, ("day", "start", "id"), first=first, after=after)


# --- deeds -----------------------------------------------------------------------------------------------------------


@input_of(ChoiceDraft)
class ChoiceInput(ChoiceDraft):
    """An alternative that was chosen for one time of a series."""


@input_of(RoomRequestDraft)
class RoomRequestInput(RoomRequestDraft):
    """A room at one time or, by a rule, at many."""


@input_of(PreviewBookingDraft)
class PreviewBookingInput(PreviewBookingDraft):
    """What is to be looked at before it is booked; nothing is stored."""


@input_of(BookRoomDraft)
class BookRoomInput(BookRoomDraft):
    """A room for an activity."""


@input_of(MoveBookingDraft)
class MoveBookingInput(MoveBookingDraft):
    """Another time, room or headcount: what is absent stays."""


@input_of(ConfirmBookingDraft)
class ConfirmBookingInput(ConfirmBookingDraft):
    """How much of a series is confirmed."""


@input_of(CancelBookingDraft)
class CancelBookingInput(CancelBookingDraft):
    """Why, and how much of a series."""


@input_of(CloseRoomsDraft)
class CloseRoomsInput(CloseRoomsDraft):
    """When the base or one of its rooms is shut. Bookings stay; what they meet is answered."""


BookingId = Annotated[strawberry.ID, Doc("Which booking.")]


@strawberry.type
class BookingsMutation:
    """What organizations, stations and the base do with rooms."""

    @mutation(BookingPreview, actions.preview_booking)
    async def preview_booking(self, info: Info, input: PreviewBookingInput) -> Any:
        """See what of a request could be had, time by time with alternatives: nothing is stored."""
        return await looked_at(info, actions.preview_booking, draft=input)

    @mutation(BookingSeries, actions.book_room)
    async def book_room(self, info: Info, input: BookRoomInput, idempotency_key: IdempotencyKey = None) -> Any:
        """Book a room, once or as a series. An organization's is held until the base confirms it or the hold ends, a
        station's waits for the base and takes nothing yet, the base's own is confirmed at once."""
        return await settled(info, actions.book_room, draft=input, key=idempotency_key, again=reads.own_series)

    @mutation(Booking, actions.confirm_booking)
    async def confirm_booking(
        self, info: Info, booking_id: BookingId, input: ConfirmBookingInput, expected_version: ExpectedVersion
    ) -> Any:
        """The base confirms what is held or asked for; `displaces` shows the requests that cannot be confirmed then."""
        return await settled(
            info, actions.confirm_booking, booking_id=booking_id, expected_version=expected_version, draft=input
        )

    @mutation(Booking, claim_actions.move_booking)
    async def move_booking(
        self, info: Info, booking_id: BookingId, input: MoveBookingInput, expected_version: ExpectedVersion
    ) -> Any:
        """Give a booking, or more of its series, another time, room or headcount: all of the part, or none. With
        another time or room a confirmed one waits for the base again, unless the base itself moves it."""
        return await settled(
            info, claim_actions.move_booking, booking_id=booking_id, expected_version=expected_version, draft=input
        )

    @mutation(Booking, claim_actions.cancel_booking)
    async def cancel_booking(
        self, info: Info, booking_id: BookingId, input: CancelBookingInput, expected_version: ExpectedVersion
    ) -> Any:
        """Cancel bookings that have not begun; the rooms are free at once. A claim stands on without its room and says
        so in `roomStanding`."""
        return await settled(
            info, claim_actions.cancel_booking, booking_id=booking_id, expected_version=expected_version, draft=input
        )

    @mutation(Booking, actions.report_no_show)
    async def report_no_show(self, info: Info, booking_id: BookingId, expected_version: ExpectedVersion) -> Any:
        """The base notes that nobody came; what is left of the time is free."""
        return await settled(info, actions.report_no_show, booking_id=booking_id, expected_version=expected_version)

    @mutation(Closure, actions.close_rooms)
    async def close_rooms(self, info: Info, input: CloseRoomsInput, idempotency_key: IdempotencyKey = None) -> Any:
        """Shut the own base or one of its rooms for a while. Bookings stay: `meets` lists those to move."""
        return await settled(info, actions.close_rooms, draft=input, key=idempotency_key, again=reads.closures)

    @mutation(Closure, actions.reopen_rooms)
    async def reopen_rooms(self, info: Info, closure_id: Annotated[strawberry.ID, Doc("Which closure.")]) -> Any:
        """Take a closure back; the answer is the closure as it was."""
        return await settled(info, actions.reopen_rooms, closure_id=closure_id)
