"""Booking a room, confirming and moving bookings, shutting rooms; and the moves by which claims take and free a room.

Every deed locks the base first: its bookings are made one after the other, so that what was judged is what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.exceptions import IntegrityError

from alliance.core.drafts import ABSENT
from alliance.core.period import Days
from alliance.core.permissions import Deed, allow
from alliance.core.problems import N_, Faults, InvalidInput, NotAllowed, NotFound, Problem, Stale, refuse, refuses
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import BookingPurpose, BookingState, CancelCode, Membership, Provenance, SeriesPart
from alliance.directory.checks import FAR_AHEAD, MONTHS_AHEAD, check_text
from alliance.directory.tables import TITLE_LENGTH, ActivityBase, CareStation, Organization
from alliance.journal.entrance import REFUSALS, screened
from alliance.journal.settle import record
from alliance.kit import clock
from alliance.kit.database import revised
from alliance.schedule import reads
from alliance.schedule.calendar import working_days_later
from alliance.schedule.drafts import (
    BookRoomDraft,
    CloseRoomsDraft,
    ConfirmBookingDraft,
    MoveBookingDraft,
    PreviewBookingDraft,
    RoomRequestDraft,
)
from alliance.schedule.judging import BookingPreview, Grounds, Occurrence, Place, judged, preview_of, settled_places
from alliance.schedule.rules import (
    MOST_PARTNERS,
    BookingBegun,
    NotAMember,
    NotBegun,
    RoomNotFree,
    WrongBookingState,
    check_headcount,
    check_within,
    first_state,
    hold_end,
    may_follow,
    moved_places,
    refuse_if_begun,
    refuse_unless_begun,
    refuse_unless_follows,
    times_wanted,
)
from alliance.schedule.tables import BookedSlot, Booking, BookingParty, BookingSeries, Closure, Room
from alliance.schedule.times import Stretch, place_in_day

BATCH = 500  # rows in one statement
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # of a closure; it may have begun before it is recorded


@dataclass(frozen=True, slots=True)
class Holder:
    """The body that a series belongs to; neither: the base itself."""

    organization_id: str | None = None
    station_id: str | None = None


@refuses(NotFound, NotAMember, InvalidInput)
async def preview_booking(viewer: Viewer, *, draft: PreviewBookingDraft) -> BookingPreview:
    """What of a request could be had, time by time, with alternatives. Stores nothing."""
    allow(viewer, Deed.PREVIEW_BOOKING)
    room, faults = await _room(draft.room_id), Faults()
    holder = await _holder(viewer, room, draft.holder_id, faults)
    await _refuse_unless_member(holder)
    check_headcount(faults, draft.headcount)
    wanted = await _wanted(draft, room, faults)
    faults.refuse_if_any()
    base = await ActivityBase.get(id=room.base_id)
    occurrences, grounds = await _judged(viewer, base, wanted, draft.headcount, holder)
    return preview_of(occurrences, grounds)


@refuses(NotFound, NotAMember, RoomNotFree, InvalidInput, *REFUSALS)
async def book_room(viewer: Viewer, *, draft: BookRoomDraft) -> BookingSeries | Problem:
    """Book a room, once or as a series.

    An organization's booking takes its room until the base confirms it or the hold ends; a station's waits for the
    base and takes nothing yet; the base's own is confirmed at once.
    """
    allow(viewer, Deed.BOOK_ROOM)
    room, faults = await _room(draft.room_id), Faults()
    base = await locked(room.base_id)
    holder = await _holder(viewer, room, draft.holder_id, faults)
    await _refuse_unless_member(holder)
    check_headcount(faults, draft.headcount)
    title = check_text(faults, "title", draft.title, at_least=1, at_most=TITLE_LENGTH)
    partners = await _partners(draft.partners, holder, faults)
    wanted = await _wanted(draft, room, faults)
    texts, told = {"title": draft.title}, draft.acknowledged
    if problem := screened(viewer, texts, faults, acknowledged=told, district_code=base.district_id):
        return problem
    places = await _places(viewer, base, wanted, draft, draft.headcount, holder)
    purpose = BookingPurpose.JOINT_ACTIVITY if partners else BookingPurpose.OWN_ACTIVITY
    return await _made(
        viewer, base, holder, places, purpose=purpose, title=title, rule=draft.rule.strip(), headcount=draft.headcount,
        state=first_state(viewer.role), partners=partners,
    )  # fmt: skip


@refuses(NotFound, Stale, WrongBookingState, BookingBegun, RoomNotFree)
async def confirm_booking(
    viewer: Viewer, *, booking_id: str, expected_version: int, draft: ConfirmBookingDraft
) -> Booking:
    """The base confirms what is held or asked for; what was asked for takes its room now, or all of it is refused."""
    allow(viewer, Deed.CONFIRM_BOOKING)
    booking, base = await picked(viewer, booking_id, expected_version)
    refuse_unless_follows(Deed.CONFIRM_BOOKING, reads.state_now(booking))
    refuse_if_begun(booking.use, clock.now())
    some = await part_of(booking, draft.part, Deed.CONFIRM_BOOKING)
    asked = [each for each in some if each.stored_state is BookingState.REQUESTED]
    await _refuse_unless_free(viewer, base, [(each, Place(each.room_id, each.use)) for each in asked])
    for each in some:
        await revised(each, each.version, {"stored_state": BookingState.CONFIRMED, "held_until": None, **_now()})
    await _take_slots(base, await Booking.filter(id__in=[each.id for each in asked]))
    return await _recorded(viewer, Deed.CONFIRM_BOOKING, booking, base, some)


async def move_bookings(
    viewer: Viewer,
    *,
    booking_id: str,
    expected_version: int,
    draft: MoveBookingDraft,
    within: Days,
    most: int | None,
) -> Booking:
    """Give bookings another time, room or headcount: all of the part, or none; `within` days, for at most `most`.

    Unless the base itself moves it, a confirmed booking with another time or room, or for more people, waits for the
    base again; its new room is held meanwhile. Refuses: NotFound, Stale, WrongBookingState, BookingBegun, NotAMember,
    RoomNotFree, InvalidInput.
    """
    booking, base = await picked(viewer, booking_id, expected_version)
    refuse_unless_follows(Deed.MOVE_BOOKING, reads.state_now(booking))
    if reads.has_run_out(booking):
        refuse(WrongBookingState(state=BookingState.EXPIRED))
    refuse_if_begun(booking.use, clock.now())
    if viewer.base_id is None:
        await _refuse_unless_member(Holder(viewer.organization_id, viewer.station_id))
    some, faults = await part_of(booking, draft.part, Deed.MOVE_BOOKING), Faults()
    for path, value in (
        *(("roomId", draft.room_id), ("day", draft.day), ("start", draft.start)),
        *(("end", draft.end), ("headcount", draft.headcount)),
    ):
        if value is None:
            faults.add(path, N_("A booking is never without it. Leave it out, and it stays."))
    faults.refuse_if_any()
    if draft.room_id is not ABSENT and (await _room(draft.room_id)).base_id != base.id:
        faults.add("roomId", N_("This room belongs to another base."))
    old = [Place(each.room_id, each.use) for each in some]
    new = moved_places(old, draft, faults, picked=Place(booking.room_id, booking.use), now=clock.now())
    headcounts = [each.headcount if draft.headcount is ABSENT else draft.headcount for each in some]
    check_headcount(faults, max(headcounts))
    check_within(faults, new, within, most, headcount=max(headcounts))
    faults.refuse_if_any()
    grown = [now > each.headcount for each, now in zip(some, headcounts, strict=True)]
    changed = [
        (each, place) for each, place, more, at in zip(some, new, grown, old, strict=True) if more or place != at
    ]
    await _refuse_unless_free(viewer, base, changed, headcount=max(headcounts))
    until = await _hold_until(base, clock.now())
    for each, place, headcount, more in zip(some, new, headcounts, grown, strict=True):
        changes = {"room_id": place.room_id, "day": place.use.day, "start": place.use.start, "end": place.use.end}
        is_moved = more or place != Place(each.room_id, each.use)
        if is_moved and viewer.base_id is None and each.stored_state is BookingState.CONFIRMED:
            changes |= {"stored_state": BookingState.HELD, "held_until": hold_end(place.use.starts_at, until)}
        elif is_moved and each.held_until:
            changes |= {"held_until": hold_end(place.use.starts_at, each.held_until)}
        await revised(each, each.version, {**changes, "headcount": headcount, **_now()})
    await free_slots(some)
    moved = await Booking.filter(id__in=[each.id for each in some])
    await _take_slots(base, [each for each in moved if each.stored_state.takes_room])
    return await _recorded(viewer, Deed.MOVE_BOOKING, booking, base, some)


@refuses(NotFound, Stale, WrongBookingState, NotBegun)
async def report_no_show(viewer: Viewer, *, booking_id: str, expected_version: int) -> Booking:
    """The base notes that nobody came."""
    allow(viewer, Deed.REPORT_NO_SHOW)
    booking, base = await picked(viewer, booking_id, expected_version)
    refuse_unless_follows(Deed.REPORT_NO_SHOW, reads.state_now(booking))
    refuse_unless_begun(booking.use, clock.now())
    await revised(booking, expected_version, {"stored_state": BookingState.NO_SHOW, **_now()})
    await free_slots([booking])
    return await _recorded(viewer, Deed.REPORT_NO_SHOW, booking, base, [booking])


@refuses(NotFound, InvalidInput, *REFUSALS)
async def close_rooms(viewer: Viewer, *, draft: CloseRoomsDraft) -> Closure | Problem:
    """Shut one's base or one of its rooms for a while; bookings stay, and the base sees which ones it meets."""
    allow(viewer, Deed.CLOSE_ROOMS)
    base, faults = await locked(viewer.base_id or ""), Faults()
    if draft.room_id is not None and not await Room.filter(id=draft.room_id, base_id=base.id).exists():
        refuse(NotFound())
    title = check_text(faults, "title", draft.title, at_most=TITLE_LENGTH)
    check_closure(faults, draft.starts_at, draft.ends_at)
    texts, told = {"title": draft.title}, draft.acknowledged
    if problem := screened(viewer, texts, faults, acknowledged=told, district_code=base.district_id):
        return problem
    closure = await Closure.create(
        base_id=base.id,
        room_id=draft.room_id,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        reason=draft.reason,
        title=title,
        provenance=Provenance.RECORDED,
    )
    _record_closure(viewer, Deed.CLOSE_ROOMS, closure, base)
    return closure


@refuses(NotFound)
async def reopen_rooms(viewer: Viewer, *, closure_id: str) -> Closure:
    """Take a closure back."""
    allow(viewer, Deed.REOPEN_ROOMS)
    base = await locked(viewer.base_id or "")
    closure = await Closure.get_or_none(id=closure_id, base_id=base.id)
    if closure is None:
        refuse(NotFound())
    await closure.delete()
    _record_closure(viewer, Deed.REOPEN_ROOMS, closure, base)
    return closure


# --- moves: parts of deeds, for this slice and the ones above --------------------------------------------------------


async def locked(base_id: str) -> ActivityBase:
    """A base whose bookings nobody else makes or moves until this deed ends. Refuses: NotFound."""
    base = await ActivityBase.select_for_update().get_or_none(id=base_id)
    if base is None:
        refuse(NotFound())
    return base


async def picked(viewer: Viewer, booking_id: str, expected_version: int) -> tuple[Booking, ActivityBase]:
    """A booking of one's own, or of one's base, as it stands once the base is locked.

    Refuses: NotFound; NotAllowed for partners and the station of a claim, who look on; Stale.
    """
    booking = await reads.visible(viewer).select_related("room").get_or_none(id=booking_id)
    sight = (await reads.series_sights(viewer, [booking.series_id])).get(booking.series_id) if booking else None
    if booking is None or sight is None or not sight.is_party:
        refuse(NotFound())
    if not sight.is_in_charge:
        refuse(NotAllowed())
    base = await locked(booking.room.base_id)
    booking = await Booking.get(id=booking.id)
    if booking.version != expected_version:
        refuse(Stale(current_version=booking.version))
    return booking, base


async def part_of(booking: Booking, part: SeriesPart, deed: Deed) -> list[Booking]:
    """The bookings of a series that a deed is about, in order: not begun, and such as the deed can follow on."""
    if part is SeriesPart.ONE:
        return [booking]
    rows = await Booking.filter(series_id=booking.series_id).order_by("day", "start", "id")
    now = clock.now()
    ahead = [each for each in rows if each.use.starts_at > now and may_follow(deed, reads.state_now(each))]
    if part is SeriesPart.ALL:
        return ahead
    return [each for each in ahead if each.planned_at >= booking.planned_at]  # wherever they were moved to


async def hold_room(
    viewer: Viewer,
    *,
    request: RoomRequestDraft,
    headcount: int,
    title: str,
    parties: Sequence[str],
    wanted: Sequence[tuple[Stretch, Place]],
) -> BookingSeries:
    """Hold a room for the claim of the caller's organization, at the times `wanted`. Refuses: NotFound, RoomNotFree."""
    room = await _room(request.room_id)
    base, holder = await locked(room.base_id), Holder(organization_id=viewer.organization_id)
    places = await _places(viewer, base, wanted, request, headcount, holder)
    return await _made(
        viewer, base, holder, places, purpose=BookingPurpose.CLAIM, title=title, rule=request.rule.strip(),
        headcount=headcount, state=BookingState.HELD, partners=parties,
    )  # fmt: skip


async def times_of(request: RoomRequestDraft, faults: Faults) -> tuple[tuple[Stretch, Place], ...]:
    """The times that a request asks for; everything wrong is noted in `faults`. Refuses: NotFound."""
    return await _wanted(request, await _room(request.room_id), faults)


async def end_bookings(
    viewer: Viewer,
    deed: Deed,
    base: ActivityBase,
    some: Sequence[Booking],
    state: BookingState,
    *,
    code: CancelCode | None = None,
    about: tuple[str, ...] = (),
) -> None:
    """Bring bookings of one series to an end and free their rooms; `about` are further ids the journal names."""
    for each in some:
        await revised(each, each.version, {"stored_state": state, "held_until": None, "cancel_code": code, **_now()})
    await free_slots(some)
    if some:
        series = await BookingSeries.get(id=some[0].series_id)
        await record_series(viewer, deed, series, base, some, state=state, code=code, about=about)


async def free_slots(some: Sequence[Booking]) -> None:
    """Give back the quarter-hours of bookings."""
    await BookedSlot.filter(booking_id__in=[each.id for each in some]).delete()


async def record_series(
    viewer: Viewer,
    deed: Deed,
    series: BookingSeries,
    base: ActivityBase,
    some: Sequence[Booking],
    *,
    state: BookingState | None = None,
    code: CancelCode | None = None,
    about: tuple[str, ...] = (),
) -> None:
    """Note a deed on bookings of one series; the bodies it concerns, and the base, read it."""
    ordered = sorted(some, key=lambda each: each.use)
    parties = await BookingParty.filter(series_id=series.id).order_by("id").values_list("body_id", flat=True)
    bodies = tuple(dict.fromkeys(str(body) for body in (*parties, base.id) if body != viewer.body_id))
    after: dict[str, object] = {
        "state": (state or ordered[0].stored_state).name,
        "purpose": series.purpose.name,
        "room": ordered[0].room_id,
        "first_day": ordered[0].day.isoformat(),
        "last_day": ordered[-1].day.isoformat(),
        "hours": ordered[0].use.hours,
        "rows": len(ordered),
    }
    if code:
        after["reason"] = code.name
    subjects = (series.id, ordered[0].id, ordered[0].room_id, *about)
    district = None if await reads.discreet_series([series]) else base.district_id  # else its bureau would read of it
    record(deed, viewer, subjects=subjects, bodies=bodies, district_code=district, after=after)


# --- what is looked up, judged and written ---------------------------------------------------------------------------


async def _room(room_id: str) -> Room:
    room = await Room.get_or_none(id=room_id)
    if room is None:
        refuse(NotFound())
    return room


async def _holder(viewer: Viewer, room: Room, holder_id: str | None, faults: Faults) -> Holder:
    """For whom a room is booked. Refuses: NotFound for the manager of another base."""
    if viewer.base_id is None:
        if holder_id not in {None, viewer.body_id}:
            faults.add("holderId", N_("Only the base books for others. Leave this out."))
        return Holder(viewer.organization_id, viewer.station_id)
    if viewer.base_id != room.base_id:
        refuse(NotFound())
    if holder_id is None:
        return Holder()
    if await Organization.filter(id=holder_id).exists():
        return Holder(organization_id=holder_id)
    if await CareStation.filter(id=holder_id).exists():
        return Holder(station_id=holder_id)
    faults.add("holderId", N_("There is no organization or station of this id."))
    return Holder()


async def _refuse_unless_member(holder: Holder) -> None:
    organization = await Organization.get_or_none(id=holder.organization_id or "")
    if organization and organization.membership is not Membership.MEMBER:
        refuse(NotAMember(membership=organization.membership))


async def _partners(ids: Sequence[str], holder: Holder, faults: Faults) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(ids))
    if len(wanted) > MOST_PARTNERS:
        says = N_("{count} are too many; give at most {most}.")
        faults.add("partners", says, count=len(wanted), most=MOST_PARTNERS)
        return ()
    known = {row.id for row in await Organization.filter(id__in=list(wanted)).only("id")}
    for place, body in enumerate(wanted):
        if body not in known or body == holder.organization_id:
            faults.add(f"partners.{place}", N_("This is no other organization of the alliance."))
    return wanted


async def _wanted(request: RoomRequestDraft, room: Room, faults: Faults) -> tuple[tuple[Stretch, Place], ...]:
    """The times asked for; a chosen room must belong to the same base."""
    wanted = times_wanted(request, faults, now=clock.now())
    known = {row.id for row in await Room.filter(base_id=room.base_id).only("id")} if request.choices else set()
    for place, choice in enumerate(request.choices):
        if choice.room_id not in known:
            faults.add(f"choices.{place}.roomId", N_("This is no room of the same base."))
    return wanted


async def _judged(
    viewer: Viewer,
    base: ActivityBase,
    wanted: Sequence[tuple[Stretch, Place]],
    headcount: int,
    holder: Holder,
    *,
    without: Iterable[str] = (),
) -> tuple[tuple[Occurrence, ...], Grounds]:
    limited = None if viewer.base_id else holder.organization_id  # the base may go beyond its own limit
    places = [place for _, place in wanted]
    grounds = await reads.grounds_for(base, places, organization_id=limited, without=without)
    return judged(wanted, headcount, grounds), grounds


async def _places(
    viewer: Viewer,
    base: ActivityBase,
    wanted: Sequence[tuple[Stretch, Place]],
    request: RoomRequestDraft,
    headcount: int,
    holder: Holder,
) -> tuple[tuple[Stretch, Place], ...]:
    """What of a request is booked, as the caller wants it where some cannot be had. Refuses: RoomNotFree."""
    occurrences, grounds = await _judged(viewer, base, wanted, headcount, holder)
    places = settled_places(occurrences, request.on_clash, grounds)
    if not places:
        refuse(_not_free(occurrences))
    return places


async def _refuse_unless_free(
    viewer: Viewer, base: ActivityBase, moves: Sequence[tuple[Booking, Place]], *, headcount: int | None = None
) -> None:
    """Refuses: RoomNotFree unless every booking, at its place, can be had beside all others."""
    if not moves:
        return
    series = await BookingSeries.get(id=moves[0][0].series_id)
    wanted = [(booking.use, place) for booking, place in moves]
    most = headcount or max(booking.headcount for booking, _ in moves)
    holder, own = Holder(series.organization_id, series.station_id), [booking.id for booking, _ in moves]
    occurrences, _ = await _judged(viewer, base, wanted, most, holder, without=own)
    if not all(each.is_free for each in occurrences):
        refuse(_not_free(occurrences))


def _not_free(occurrences: Sequence[Occurrence]) -> RoomNotFree:
    free = sum(each.is_free for each in occurrences)
    return RoomNotFree(free=free, asked=len(occurrences), occurrences=tuple(occurrences))


async def _made(
    viewer: Viewer,
    base: ActivityBase,
    holder: Holder,
    places: Sequence[tuple[Stretch, Place]],
    *,
    purpose: BookingPurpose,
    title: str,
    rule: str,
    headcount: int,
    state: BookingState,
    partners: Sequence[str],
) -> BookingSeries:
    """The series with its parties, its bookings and the quarter-hours they take, noted for the journal."""
    now = clock.now()
    series = await BookingSeries.create(
        base_id=base.id,
        organization_id=holder.organization_id,
        station_id=holder.station_id,
        purpose=purpose,
        title=title,
        rule=rule,
        booked_at=now,
        provenance=Provenance.RECORDED,
    )
    bodies = dict.fromkeys((series.holder_id, *partners))
    await BookingParty.bulk_create([BookingParty(series_id=series.id, body_id=body) for body in bodies])
    until = await _hold_until(base, now) if state is BookingState.HELD else None
    some = [
        Booking(
            series_id=series.id,
            room_id=place.room_id,
            day=place.use.day,
            start=place.use.start,
            end=place.use.end,
            planned_at=planned.starts_at,
            headcount=headcount,
            stored_state=state,
            held_until=hold_end(place.use.starts_at, until) if until else None,
            changed_at=now,
            provenance=Provenance.RECORDED,
        )
        for planned, place in places
    ]
    await Booking.bulk_create(some, batch_size=BATCH)
    if state.takes_room:
        await _take_slots(base, some)
    await record_series(viewer, Deed.BOOK_ROOM, series, base, some)
    return series


async def _take_slots(base: ActivityBase, some: Sequence[Booking]) -> None:
    """Take the quarter-hours of bookings; the unique key itself refuses a clash. Slots ascending, as everywhere."""
    if not some:
        return
    facts = {room.id: reads.room_facts(room) for room in await Room.filter(base_id=base.id)}
    slots = [
        BookedSlot(room_id=each.room_id, slot=slot, booking_id=each.id)
        for each in some
        for slot in facts[each.room_id].occupied_by(each.use).slots()
    ]
    slots.sort(key=lambda each: (each.room_id, each.slot))
    try:
        await BookedSlot.bulk_create(slots, batch_size=BATCH)
    except IntegrityError:  # whatever was judged, a quarter-hour is given once
        refuse(RoomNotFree(free=0, asked=len(some), occurrences=()))


async def _hold_until(base: ActivityBase, now: datetime) -> datetime:
    """Until when a hold that begins now lasts."""
    days = await reads.special_days(Days(place_in_day(now)[0], None))
    return working_days_later(now, base.hold_working_days, days)


def _now() -> dict[str, datetime]:
    return {"changed_at": clock.now()}


async def _recorded(
    viewer: Viewer, deed: Deed, booking: Booking, base: ActivityBase, some: Sequence[Booking]
) -> Booking:
    """Note the deed with the bookings as they are now; the one that was picked."""
    series = await BookingSeries.get(id=booking.series_id)
    await record_series(viewer, deed, series, base, await Booking.filter(id__in=[each.id for each in some]))
    return await Booking.get(id=booking.id)


def check_closure(faults: Faults, starts_at: datetime, ends_at: datetime) -> None:
    """A closure has zones to its times, ends after it starts, not in the past, and not too far ahead."""
    for path, at in (("startsAt", starts_at), ("endsAt", ends_at)):
        if at.tzinfo is None:
            faults.add(path, N_("Give the time with its offset from UTC."))
        elif not LONG_AGO <= at <= clock.now() + FAR_AHEAD:  # and no calendar reckons at its edges
            says = N_("It is long past, or more than {months} months ahead. Check the year.")
            faults.add(path, says, months=MONTHS_AHEAD)
    if faults:
        return
    if ends_at <= starts_at:
        faults.add("endsAt", N_("The end must come after the start."))
    if ends_at <= clock.now():
        faults.add("endsAt", N_("This is past; nothing would be shut."))


def _record_closure(viewer: Viewer, deed: Deed, closure: Closure, base: ActivityBase) -> None:
    first, last = place_in_day(closure.starts_at)[0], place_in_day(closure.ends_at)[0]
    after = {"reason": closure.reason.name, "first_day": first.isoformat(), "last_day": last.isoformat()}
    subjects = (closure.id, *([closure.room_id] if closure.room_id else []))
    record(deed, viewer, subjects=subjects, district_code=base.district_id, after=after)
