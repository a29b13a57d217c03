"""Bookings that were made before the data was loaded, judged again by the rules of the schedule, the earliest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from alliance.core.problems import N_, Faults
from alliance.core.vocabulary import BookingPurpose, BookingState, Membership, Role, RoomVerdict
from alliance.directory.checks import check_text
from alliance.directory.tables import TITLE_LENGTH, ActivityBase, Organization
from alliance.kit.cells import is_counted
from alliance.kit.rowfaults import Line
from alliance.schedule.calendar import BaseCalendar, SpecialDayFacts, working_days_later
from alliance.schedule.drafts import RoomRequestDraft
from alliance.schedule.judging import Grounds, Peak, Place, RoomFacts, is_peak, judged, month_of, settled_places
from alliance.schedule.reads import closure_facts, opening_facts, room_facts
from alliance.schedule.rules import MOST_PARTNERS, NotAMember, check_headcount, first_state, hold_end, times_wanted
from alliance.schedule.tables import BookedSlot, Booking, BookingParty, BookingSeries, Room
from alliance.schedule.times import Stretch, moment
from alliance.seed import columns as sheet
from alliance.seed.content import NO_SUCH, Content, beginning_of, free_texts, happened, named, once
from alliance.wording.folding import tidy

COLUMNS = {  # where a verdict is noted
    RoomVerdict.CLASH: "room",
    RoomVerdict.SELF_CLASH: "rule",
    RoomVerdict.CLOSED: "first_day",
    RoomVerdict.OVER_PEAK_LIMIT: "organization",
    RoomVerdict.TOO_LARGE: "headcount",
}
NOT_TO_BE_HAD = N_("{time} cannot be had: {verdict}.")
TWO_BODIES = N_("Name an organization or a station, or neither for the base itself.")
NO_SUCH_STATE = N_("Whoever books it here, it stands at one of: {states}.")
HOLD_OVER = N_("A hold from that day on ends before {today} is over. Confirm it, or book it later.")

Wanted = tuple[tuple[Stretch, Place], ...]


@dataclass
class Ground:
    """What bookings are judged by; each one that is made takes its room and counts as peak time."""

    rooms: Mapping[str, Mapping[str, RoomFacts]]
    calendars: Mapping[str, BaseCalendar]
    special_days: Mapping[date, SpecialDayFacts]
    taken: dict[tuple[str, date], list[Stretch]] = field(default_factory=dict)
    peaks: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, content: Content) -> Ground:
        """The rooms of each base, and when it is open."""
        days = {row.day: SpecialDayFacts(row.kind, row.name) for row in content.special_days.values()}
        bases = [row.id for row in content.bases.values()]
        rooms = {base: {r.id: room_facts(r) for r in content.rooms.values() if r.base_id == base} for base in bases}
        calendars = {
            base: BaseCalendar(
                openings=tuple(opening_facts(row) for row in content.openings.values() if row.base_id == base),
                special_days=days,
                closures=tuple(closure_facts(row) for row in content.closures.values() if row.base_id == base),
            )
            for base in bases
        }
        return cls(rooms, calendars, days)

    def grounds(self, base: ActivityBase, organization: Organization | None) -> Grounds:
        """What a booking of this organization, or of nobody whom the limit of peak times counts, is judged by."""
        peak = None
        if organization and base.peak_limit is not None:
            own = (base.id, organization.id)
            peak = Peak(base.peak_limit, {key[2]: n for key, n in self.peaks.items() if key[:2] == own})
        return Grounds(self.rooms[base.id], self.calendars[base.id], self.taken, peak)

    def take(self, series: BookingSeries, booking: Booking) -> Iterable[BookedSlot]:
        """Take the room of a booking; its quarter-hours."""
        occupied = self.rooms[series.base_id][booking.room_id].occupied_by(booking.use)
        self.taken.setdefault((booking.room_id, booking.day), []).append(occupied)
        if series.organization_id and is_peak(booking.day):
            self.peaks[series.base_id, series.organization_id, month_of(booking.day)] += 1
        return (BookedSlot(room_id=booking.room_id, slot=slot, booking_id=booking.id) for slot in occupied.slots())


def add_bookings(content: Content, lines: Iterable[Line[sheet.BookingColumns]]) -> None:
    """The bookings with their parties, and the quarter-hours of those that take their room."""
    ground, made = Ground.of(content), [line for line, _ in once(lines, "key")]
    bases = {row.id: row for row in content.bases.values()}
    for line in sorted(made, key=lambda line: line.content.booked_on):
        organization = named(line, "organization", content.organizations, sheet.ORGANIZATIONS)
        room = named(line, "room", content.rooms, sheet.ROOMS)
        _check(line, content)
        wanted = _wanted(line, ground, room)
        _check_membership(line, organization, wanted, content.today)
        if room and wanted and _is_sure(line, content, room, organization):
            _book(line, content, ground, bases[room.base_id], organization, wanted)
    order = {line.content.key: place for place, line in enumerate(made)}
    content.series = dict(sorted(content.series.items(), key=lambda series: order[series[0]]))


def _check(line: Line[sheet.BookingColumns], content: Content) -> None:
    """What a booking says of itself: who has it, its title, where it stands."""
    own, faults = line.content, Faults()
    named(line, "station", content.stations, sheet.STATIONS)
    happened(line, content.today, booked_on=own.booked_on)
    check_text(faults, "title", own.title, at_most=TITLE_LENGTH)
    check_headcount(faults, own.headcount)
    _check_partners(faults, content, own)
    line.faults(faults)
    free_texts(line, {"title": own.title}, acknowledged=own.acknowledged)
    if own.organization and own.station:
        line.fault("organization", TWO_BODIES)
    if own.state not in (states := _states(own)):
        line.fault("state", NO_SUCH_STATE, states=states)


def _check_membership(
    line: Line[sheet.BookingColumns], organization: Organization | None, wanted: Wanted, today: date
) -> None:
    """Members alone have rooms ahead; one that has left may have used them before: nobody keeps when it left."""
    is_ahead = any(place.use.day >= today for _, place in wanted)
    if organization and is_ahead and organization.membership is not Membership.MEMBER:
        line.problem("organization", NotAMember(membership=organization.membership))


def _check_partners(faults: Faults, content: Content, own: sheet.BookingColumns) -> None:
    if len(own.partners) > MOST_PARTNERS:
        says = N_("{count} are too many; give at most {most}.")
        faults.add("partners", says, count=len(own.partners), most=MOST_PARTNERS)
    for place, key in enumerate(own.partners):
        if key not in content.organizations:
            faults.add(f"partners.{place}", NO_SUCH, key=key, file=sheet.ORGANIZATIONS)
        elif key == own.organization:
            faults.add(f"partners.{place}", N_("This is no other organization of the alliance."))


def _states(own: sheet.BookingColumns) -> tuple[BookingState, ...]:
    """Where a booking can stand that this body made: where it began, or confirmed."""
    role = Role.BASE_MANAGER
    if own.organization or own.station:
        role = Role.ORGANIZATION_STAFF if own.organization else Role.STATION_HEAD
    return tuple(dict.fromkeys((first_state(role), BookingState.CONFIRMED)))


def _wanted(line: Line[sheet.BookingColumns], ground: Ground, room: Room | None) -> Wanted:
    """The times that a line asks for, judged as on the day it was booked; none where one of its days is in doubt."""
    own, faults = line.content, Faults()
    draft = RoomRequestDraft(
        room_id=room.id if room else "",
        first_day=_first_day(line, ground.special_days),
        start=own.start,
        end=own.end,
        rule=_rule(own),
        except_days=own.except_days,
        extra_days=own.extra_days,
        on_clash=own.on_clash,
    )
    if line.quiet & {"first_day", "start", "end", "rule", "except_days", "extra_days", "booked_on"}:
        return ()
    wanted = times_wanted(draft, faults, now=beginning_of(own.booked_on))
    line.faults(faults)
    return () if faults else wanted


def _first_day(line: Line[sheet.BookingColumns], special_days: Mapping[date, SpecialDayFacts]) -> date:
    """The first day; one that was counted and falls on a special day goes on by weeks, as people would have chosen."""
    day = line.content.first_day
    while is_counted(line.cells.get("first_day", "")) and day in special_days:
        day += timedelta(days=7)
    return day


def _rule(own: sheet.BookingColumns) -> str:
    return own.rule.strip().replace("；", ";")


def _is_sure(line: Line[sheet.BookingColumns], content: Content, room: Room, organization: Organization | None) -> bool:
    """False where a fault that is noted already would only make others."""
    about = {room.id, room.base_id, organization.id if organization else ""}
    is_readable = line.quiet.isdisjoint({"headcount", "state", "organization", "station", "on_clash"})
    is_known = line.notes.unread_files.isdisjoint({sheet.OPENINGS, sheet.SPECIAL_DAYS, sheet.CLOSURES})
    return is_readable and is_known and bool(room.base_id) and content.doubtful.isdisjoint(about)


def _book(
    line: Line[sheet.BookingColumns],
    content: Content,
    ground: Ground,
    base: ActivityBase,
    organization: Organization | None,
    wanted: Wanted,
) -> None:
    """The steps of `schedule.actions.book_room`, on the day it was booked."""
    own, grounds = line.content, ground.grounds(base, organization)
    occurrences = judged(wanted, own.headcount, grounds)
    places = settled_places(occurrences, own.on_clash, grounds)
    if not places:
        for each in {each.verdict: each for each in reversed(occurrences) if not each.is_free}.values():
            column = COLUMNS[each.verdict]
            line.fault(column, NOT_TO_BE_HAD, time=f"{each.place.use}", verdict=each.verdict)
        return
    booked_at = beginning_of(own.booked_on)
    until = working_days_later(booked_at, base.hold_working_days, ground.special_days)
    series = _series(own, content, base, booked_at)
    some = [_booking(own, series, planned, place, until) for planned, place in places]
    over = moment(content.today + timedelta(days=1), 0)
    if any(each.held_until and each.held_until < over for each in some):
        line.fault("booked_on", HOLD_OVER, today=content.today)
    content.series[own.key] = series
    content.bookings += some
    for booking in some:
        if booking.stored_state.takes_room:
            content.slots += ground.take(series, booking)


def _series(own: sheet.BookingColumns, content: Content, base: ActivityBase, booked_at: datetime) -> BookingSeries:
    """The series of a line; its parties are noted."""
    organization, station = content.organizations.get(own.organization or ""), content.stations.get(own.station or "")
    series = BookingSeries(
        base_id=base.id,
        organization_id=organization.id if organization else None,
        station_id=station.id if station else None,
        title=tidy(own.title),
        purpose=BookingPurpose.JOINT_ACTIVITY if own.partners else BookingPurpose.OWN_ACTIVITY,
        rule=_rule(own),
        booked_at=booked_at,
        provenance=own.provenance,
    )
    partners = [content.organizations[key].id for key in own.partners if key in content.organizations]
    bodies = dict.fromkeys((series.holder_id, *partners))
    content.parties += [BookingParty(series_id=series.id, body_id=body) for body in bodies]
    return series


def _booking(
    own: sheet.BookingColumns, series: BookingSeries, planned: Stretch, place: Place, until: datetime
) -> Booking:
    return Booking(
        series_id=series.id,
        room_id=place.room_id,
        day=place.use.day,
        start=place.use.start,
        end=place.use.end,
        planned_at=planned.starts_at,
        headcount=own.headcount,
        stored_state=own.state,
        held_until=hold_end(place.use.starts_at, until) if own.state is BookingState.HELD else None,
        changed_at=series.booked_at,
        provenance=own.provenance,
    )
