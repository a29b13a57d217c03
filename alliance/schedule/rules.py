"""When a booking may be made, moved, confirmed and cancelled, and where that leads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from alliance.core.drafts import ABSENT, Doc
from alliance.core.period import MINUTES_PER_DAY, Days, parse_clock_time
from alliance.core.permissions import Deed
from alliance.core.problems import N_, Faults, Problem, refuse
from alliance.core.vocabulary import BookingState, Membership, Role
from alliance.directory.checks import FAR_AHEAD, MONTHS_AHEAD, check_day, check_number
from alliance.schedule.drafts import MoveBookingDraft, RoomRequestDraft
from alliance.schedule.judging import Occurrence, Place
from alliance.schedule.recurrence import RULE_LENGTH, times_of_series
from alliance.schedule.times import QUARTER, Stretch, place_in_day

MOST_PEOPLE = 1_000
MOST_DAYS_NAMED = 100
MOST_PARTNERS = 10
ENDS_TOO_EARLY = N_("The end must come after the start, on the same day. Across midnight, make two bookings.")


@dataclass(frozen=True, kw_only=True)
class RoomNotFree(Problem):
    """Not all of the times can be had; each is answered, with what could be had instead."""

    says = N_("{free} of {asked} times can be had as asked. Choose from the alternatives, or leave the others out.")
    free: Annotated[int, Doc("How many times could be had as asked.")]
    asked: Annotated[int, Doc("How many times were asked for.")]
    occurrences: Annotated[tuple[Occurrence, ...], Doc("Every time that was asked for, in order; at most 100.")]


@dataclass(frozen=True, kw_only=True)
class WrongBookingState(Problem):
    """The booking stands where this deed does not follow."""

    says = N_("This booking stands at: {state}. Read it again to see what can be done now.")
    state: Annotated[BookingState, Doc("Where the booking stands.")]


@dataclass(frozen=True, kw_only=True)
class BookingBegun(Problem):
    """It has begun or is over."""

    says = N_("This booking began on {began}. What has begun stays as it is.")
    began: Annotated[str, Doc("When it began, in Wuxi: `2026-07-01 09:00`.")]


@dataclass(frozen=True, kw_only=True)
class NotBegun(Problem):
    """It lies ahead."""

    says = N_("This booking begins on {begins}. Until then nobody can have stayed away.")
    begins: Annotated[str, Doc("When it begins, in Wuxi: `2026-07-01 09:00`.")]


@dataclass(frozen=True, kw_only=True)
class NotAMember(Problem):
    """Rooms are for members of the alliance."""

    says = N_("Rooms are booked by members of the alliance; this organization stands at: {membership}.")
    membership: Annotated[Membership, Doc("How the organization stands to the alliance.")]


FOLLOWS: Mapping[Deed, frozenset[BookingState]] = {
    Deed.CONFIRM_BOOKING: frozenset({BookingState.REQUESTED, BookingState.HELD}),
    Deed.MOVE_BOOKING: frozenset({BookingState.REQUESTED, BookingState.HELD, BookingState.CONFIRMED}),
    Deed.CANCEL_BOOKING: frozenset({BookingState.REQUESTED, BookingState.HELD, BookingState.CONFIRMED}),
    Deed.EXPIRE_BOOKING: frozenset({BookingState.REQUESTED, BookingState.HELD}),
    Deed.REPORT_NO_SHOW: frozenset({BookingState.CONFIRMED, BookingState.DONE}),
}


def may_follow(deed: Deed, state: BookingState) -> bool:
    """True when a booking in `state` can take this step."""
    return state in FOLLOWS[deed]


def state_of(stored: BookingState, ends_at: datetime, now: datetime) -> BookingState:
    """Where a booking stands: a confirmed one whose time is over is done."""
    return BookingState.DONE if stored is BookingState.CONFIRMED and ends_at <= now else stored


def first_state(role: Role | None) -> BookingState:
    """Where a new booking stands: organizations hold their room, stations ask, the base decides by itself."""
    match role:
        case Role.ORGANIZATION_STAFF:
            return BookingState.HELD
        case Role.BASE_MANAGER:
            return BookingState.CONFIRMED
        case _:
            return BookingState.REQUESTED


def hold_end(first_start: datetime, latest: datetime) -> datetime:
    """When a hold ends: as late as holds last, and never after what it is for has begun."""
    return min(first_start, latest)


def use_of(draft: RoomRequestDraft, faults: Faults, *, now: datetime) -> Stretch | None:
    """The first time that is asked for; None where it is none."""
    today, minute = place_in_day(now)
    check_day(faults, "firstDay", draft.first_day, today=today)
    start, end = _clock(faults, "start", draft.start), _clock(faults, "end", draft.end)
    if start is None or end is None:
        return None
    if end <= start:
        faults.add("end", ENDS_TOO_EARLY)
        return None
    if draft.first_day == today and start < minute:
        faults.add("start", N_("{start} is past for today."), start=draft.start)
    return Stretch(draft.first_day, start, end)


def _clock(faults: Faults, path: str, text: str) -> int | None:
    try:
        minutes = parse_clock_time(text)
    except ValueError:
        faults.add(path, N_("This is not a time between 00:00 and 24:00; write it like 09:30."))
        return None
    if minutes % QUARTER:
        faults.add(path, N_("Bookings begin and end on a quarter-hour, such as 09:30."))
        return None
    return minutes


def times_wanted(draft: RoomRequestDraft, faults: Faults, *, now: datetime) -> tuple[tuple[Stretch, Place], ...]:
    """Every time that is asked for by the rule, and the place wanted for it; everything wrong goes to `faults`."""
    for path, days in (("exceptDays", draft.except_days), ("extraDays", draft.extra_days), ("choices", draft.choices)):
        if len(days) > MOST_DAYS_NAMED:
            says = N_("{count} are too many; give at most {most}.")
            faults.add(path, says, count=len(days), most=MOST_DAYS_NAMED)
    if len(draft.rule) > RULE_LENGTH:
        faults.add("rule", N_("A rule has at most {most} characters."), most=RULE_LENGTH)
    use = use_of(draft, faults, now=now)
    if faults or use is None:
        return ()
    latest = place_in_day(now)[0] + FAR_AHEAD
    times = times_of_series(
        use, draft.rule, faults, except_days=draft.except_days, extra_days=draft.extra_days, latest=latest
    )
    chosen = _chosen(draft, times, faults, now=now, latest=latest)
    return tuple((each, chosen.get(each, Place(draft.room_id, each))) for each in times)


def _chosen(
    draft: RoomRequestDraft, times: Iterable[Stretch], faults: Faults, *, now: datetime, latest: date
) -> dict[Stretch, Place]:
    by_start = {each.starts_at: each for each in times}
    found: dict[Stretch, Place] = {}
    for place, choice in enumerate(draft.choices):
        path, planned = f"choices.{place}", _at(by_start, choice.planned_at)
        if planned is None:
            faults.add(f"{path}.plannedAt", N_("The series has no such time; take `plannedAt` of the preview."))
            continue
        use = _stretch_at(choice.starts_at, planned.minutes)
        if use is None:
            faults.add(f"{path}.startsAt", N_("It would not stay within one day, or not begin on a quarter-hour."))
        elif choice.starts_at < now or use.day > latest:
            says = N_("It is past, or more than {months} months ahead.")
            faults.add(f"{path}.startsAt", says, months=MONTHS_AHEAD)
        else:
            found[planned] = Place(choice.room_id, use)
    return found


def _at(by_start: Mapping[datetime, Stretch], at: datetime) -> Stretch | None:
    return by_start.get(at) if at.tzinfo is not None else None


def _stretch_at(at: datetime, minutes: int) -> Stretch | None:
    if at.tzinfo is None:
        return None
    try:
        day, start = place_in_day(at)
    except OverflowError:  # the edges of the calendar
        return None
    if start % QUARTER or at.second or at.microsecond or start + minutes > MINUTES_PER_DAY:
        return None
    return Stretch(day, start, start + minutes)


def check_headcount(faults: Faults, headcount: int) -> None:
    """People come, and not more than any room could hold."""
    check_number(faults, "headcount", headcount, low=1, high=MOST_PEOPLE)


def moved_places(
    places: Sequence[Place], draft: MoveBookingDraft, faults: Faults, *, picked: Place, now: datetime
) -> tuple[Place, ...]:
    """Where bookings go when `picked`, one of them, is moved as drafted; all of them by as many days.

    None goes into the past, or further ahead than any may lie.
    """
    start = None if draft.start is ABSENT else _clock(faults, "start", draft.start)
    end = None if draft.end is ABSENT else _clock(faults, "end", draft.end)
    days = 0 if draft.day is ABSENT else (draft.day - picked.use.day).days
    today, minute = place_in_day(now)
    check_day(faults, "day", None if draft.day is ABSENT else draft.day, today=today)
    if faults:
        return ()
    found = []
    for place in places:
        begin = place.use.start if start is None else start
        finish = begin + place.use.minutes if end is None else end
        if finish <= begin or finish > MINUTES_PER_DAY:
            faults.add("end", ENDS_TOO_EARLY)
            return ()
        use = place.use.moved(days=days, start=begin, end=finish)
        if use.day < today or (use.day == today and begin < minute) or use.day > today + FAR_AHEAD:
            says = N_("{day} would be past, or more than {months} months ahead.")
            faults.add("day", says, day=use.begins, months=MONTHS_AHEAD)
        found.append(Place(place.room_id if draft.room_id is ABSENT else draft.room_id, use))
    return tuple(found)


def check_within(faults: Faults, places: Iterable[Place], days: Days, most: int | None, *, headcount: int) -> None:
    """The bookings of a claim stay within its days of delivery, and for no more people than it has places."""
    for place in places:
        day = place.use.day
        if (days.first and day < days.first) or (days.last and day > days.last):
            says = N_("{day} is not among the days of delivery of its claim.")
            faults.add("day", says, day=day.isoformat())
            break
    if most is not None and headcount > most:
        faults.add("headcount", N_("Its claim has {most} places; no more people come."), most=most)


def refuse_unless_follows(deed: Deed, state: BookingState) -> None:
    """Refuses: WrongBookingState."""
    if not may_follow(deed, state):
        refuse(WrongBookingState(state=state))


def refuse_if_begun(use: Stretch, now: datetime) -> None:
    """Refuses: BookingBegun."""
    if use.starts_at <= now:
        refuse(BookingBegun(began=use.begins))


def refuse_unless_begun(use: Stretch, now: datetime) -> None:
    """Refuses: NotBegun."""
    if use.starts_at > now:
        refuse(NotBegun(begins=use.begins))
