"""When a booking may be asked for and moved, where it stands, and what is chosen in place of single times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from alliance.core.permissions import Deed
from alliance.core.problems import Faults, Refused
from alliance.core.vocabulary import BookingState, Role
from alliance.schedule.drafts import ChoiceDraft, MoveBookingDraft, RoomRequestDraft
from alliance.schedule.judging import Place
from alliance.schedule.rules import (
    FOLLOWS,
    check_headcount,
    first_state,
    hold_end,
    may_follow,
    moved_places,
    refuse_if_begun,
    refuse_unless_begun,
    refuse_unless_follows,
    state_of,
    times_wanted,
)
from alliance.schedule.times import Stretch, moment

TODAY = date(2026, 6, 1)
NOW = moment(TODAY, 600)  # 10:00
SATURDAY = date(2026, 6, 6)
USE = Stretch(SATURDAY, 840, 960)
EDGES = [datetime(9999, 12, 31, 20, tzinfo=UTC), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))]


def request(**given: object) -> RoomRequestDraft:
    """One room on a Saturday afternoon, but for what is given."""
    usual: dict[str, object] = {"room_id": "room", "first_day": SATURDAY, "start": "14:00", "end": "16:00"}
    return RoomRequestDraft(**(usual | given))  # type: ignore[arg-type]


def wanted(**given: object) -> tuple[list[Place], list[str]]:
    """The places asked for, and where faults were found."""
    faults = Faults()
    found = times_wanted(request(**given), faults, now=NOW)
    return [place for _, place in found], [each.path for each in faults.all()]


def chosen(planned: datetime, starts: datetime, room: str = "other") -> tuple[list[Place], list[str]]:
    """What comes of a choice for one time of two Saturdays."""
    choice = ChoiceDraft(planned_at=planned, room_id=room, starts_at=starts)
    return wanted(rule="FREQ=WEEKLY;COUNT=2", choices=(choice,))


# --- what is asked for -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"end": "13:00"}, "end"),
        ({"end": "14:00"}, "end"),
        ({"start": "23:00", "end": "01:00"}, "end"),
        ({"start": "24:00", "end": "24:00"}, "end"),
        ({"start": "14:10"}, "start"),
        ({"end": "16:01"}, "end"),
        ({"start": "25:00"}, "start"),
        ({"end": "four"}, "end"),
        ({"start": ""}, "start"),
        ({"first_day": TODAY - timedelta(days=1)}, "firstDay"),
        ({"first_day": TODAY + timedelta(days=549)}, "firstDay"),
        ({"first_day": date.max}, "firstDay"),
        ({"first_day": date.min}, "firstDay"),
        ({"first_day": TODAY, "start": "09:45"}, "start"),
        ({"rule": "FREQ=WEEKLY;COUNT=2;" + ";" * 200}, "rule"),
        ({"rule": "FREQ=WEEKLY;COUNT=2", "except_days": (SATURDAY,) * 101}, "exceptDays"),
        ({"extra_days": tuple(SATURDAY + timedelta(days=n) for n in range(101))}, "extraDays"),
        ({"rule": "FREQ=WEEKLY;COUNT=2", "except_days": (SATURDAY + timedelta(days=1),)}, "exceptDays.0"),
        ({"extra_days": (SATURDAY, SATURDAY - timedelta(days=1))}, "extraDays.0"),
    ],
)
def test_what_cannot_be_asked_for_is_named_at_its_field(given: dict[str, object], path: str) -> None:
    _, faults = wanted(**given)
    assert faults[0] == path


def test_several_faults_are_named_at_once() -> None:
    assert wanted(first_day=TODAY - timedelta(days=1), start="14:10", end="?")[1] == ["firstDay", "start", "end"]


@pytest.mark.parametrize(
    "given",
    [
        {"end": "24:00"},
        {"start": "00:00", "end": "00:15"},
        {"first_day": TODAY, "start": "10:00", "end": "10:15"},
        {"first_day": TODAY + timedelta(days=548)},
    ],
    ids=["until midnight", "from midnight", "this very minute", "the last day"],
)
def test_what_just_can_be_asked_for_has_no_fault(given: dict[str, object]) -> None:
    places, faults = wanted(**given)
    assert (len(places), faults) == (1, [])


def test_a_series_asks_for_every_time_in_the_same_room() -> None:
    places, _ = wanted(rule="FREQ=WEEKLY;COUNT=3", except_days=(SATURDAY + timedelta(days=7),))
    assert places == [Place("room", USE), Place("room", USE.moved(days=14))]


@pytest.mark.parametrize(("headcount", "is_wrong"), [(0, True), (-1, True), (1, False), (1000, False), (1001, True)])
def test_people_come_and_not_more_than_any_room_holds(headcount: int, is_wrong: bool) -> None:
    check_headcount(faults := Faults(), headcount)
    assert bool(faults) is is_wrong


# --- what is chosen instead ------------------------------------------------------------------------------------------


def test_a_choice_takes_the_place_of_its_time_and_of_no_other() -> None:
    places, faults = chosen(USE.starts_at.astimezone(UTC), moment(SATURDAY, 600).astimezone(UTC))
    assert faults == []
    assert places == [Place("other", Stretch(SATURDAY, 600, 720)), Place("room", USE.moved(days=7))]


@pytest.mark.parametrize(
    "planned", [moment(SATURDAY, 855), moment(SATURDAY, 840).replace(tzinfo=None), *EDGES], ids=str
)
def test_a_choice_for_no_time_of_the_series_is_refused(planned: datetime) -> None:
    assert chosen(planned, moment(SATURDAY, 600))[1] == ["choices.0.plannedAt"]


@pytest.mark.parametrize(
    "starts",
    [
        moment(SATURDAY, 601),
        moment(SATURDAY, 600).replace(second=1),
        moment(SATURDAY, 1335),  # until a quarter past midnight
        moment(SATURDAY, 600).replace(tzinfo=None),
        NOW - timedelta(minutes=15),
        moment(TODAY + timedelta(days=549), 600),
        *EDGES,
    ],
    ids=str,
)
def test_a_choice_that_cannot_be_booked_is_refused(starts: datetime) -> None:
    assert chosen(USE.starts_at, starts)[1] == ["choices.0.startsAt"]


# --- where a booking stands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "minutes", "stands"),
    [
        (BookingState.CONFIRMED, 959, BookingState.CONFIRMED),
        (BookingState.CONFIRMED, 960, BookingState.DONE),
        (BookingState.HELD, 960, BookingState.HELD),
        (BookingState.CANCELLED, 960, BookingState.CANCELLED),
    ],
)
def test_only_a_confirmed_booking_is_done_once_its_time_is_over(
    stored: BookingState, minutes: int, stands: BookingState
) -> None:
    assert state_of(stored, USE.ends_at, moment(SATURDAY, minutes)) is stands


@pytest.mark.parametrize(
    ("role", "state"),
    [
        (Role.ORGANIZATION_STAFF, BookingState.HELD),
        (Role.BASE_MANAGER, BookingState.CONFIRMED),
        (Role.STATION_HEAD, BookingState.REQUESTED),
        (None, BookingState.REQUESTED),
    ],
)
def test_who_books_decides_where_a_booking_begins(role: Role | None, state: BookingState) -> None:
    assert first_state(role) is state


@pytest.mark.parametrize("state", list(BookingState))
@pytest.mark.parametrize("deed", list(FOLLOWS), ids=lambda deed: deed.name)
def test_a_deed_that_does_not_follow_is_refused(deed: Deed, state: BookingState) -> None:
    if may_follow(deed, state):
        refuse_unless_follows(deed, state)
    else:
        with pytest.raises(Refused, match="WrongBookingState"):
            refuse_unless_follows(deed, state)


@pytest.mark.parametrize("state", [BookingState.CANCELLED, BookingState.EXPIRED, BookingState.NO_SHOW])
def test_what_has_ended_is_followed_by_nothing(state: BookingState) -> None:
    assert not any(may_follow(deed, state) for deed in FOLLOWS)


def test_a_booking_has_begun_with_its_first_moment() -> None:
    refuse_if_begun(USE, USE.starts_at - timedelta(seconds=1))
    refuse_unless_begun(USE, USE.starts_at)
    with pytest.raises(Refused, match="BookingBegun"):
        refuse_if_begun(USE, USE.starts_at)
    with pytest.raises(Refused, match="NotBegun"):
        refuse_unless_begun(USE, USE.starts_at - timedelta(seconds=1))


def test_a_hold_never_lasts_beyond_what_it_is_for() -> None:
    assert hold_end(USE.starts_at, NOW) == NOW
    assert hold_end(USE.starts_at, USE.ends_at) == USE.starts_at


# --- moving ----------------------------------------------------------------------------------------------------------

SERIES = [Place("room", USE.moved(days=7 * n)) for n in range(3)]


def moved(picked: int = 0, /, **given: object) -> tuple[tuple[Place, ...], list[str]]:
    """Where three Saturdays go, and where faults were found."""
    faults, draft = Faults(), MoveBookingDraft(**given)  # type: ignore[arg-type]
    found = moved_places(SERIES, draft, faults, picked=SERIES[picked], now=NOW)
    return found, [each.path for each in faults.all()]


def test_what_is_absent_stays() -> None:
    assert moved() == (tuple(SERIES), [])


def test_all_move_by_as_many_days_as_the_one_picked() -> None:
    found, _ = moved(1, day=SATURDAY + timedelta(days=8))
    assert [place.use.day for place in found] == [place.use.day + timedelta(days=1) for place in SERIES]


def test_a_new_start_keeps_the_length_and_a_new_end_the_start() -> None:
    assert {(each.use.start, each.use.end) for each in moved(start="09:00")[0]} == {(540, 660)}
    assert {(each.use.start, each.use.end) for each in moved(end="15:00")[0]} == {(840, 900)}
    assert {each.room_id for each in moved(room_id="hall")[0]} == {"hall"}


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"start": "22:15"}, "end"),
        ({"start": "16:00", "end": "15:00"}, "end"),
        ({"end": "14:00"}, "end"),
        ({"start": "09:10"}, "start"),
        ({"day": TODAY - timedelta(days=1)}, "day"),
        ({"day": TODAY, "start": "09:45"}, "day"),
        ({"day": TODAY + timedelta(days=540)}, "day"),  # the third would be too far ahead
        ({"day": date.max}, "day"),
    ],
)
def test_what_cannot_be_moved_there_is_named(given: dict[str, object], path: str) -> None:
    _, faults = moved(**given)
    assert path in faults


def test_none_of_a_series_is_moved_into_the_past_with_a_later_one() -> None:
    assert moved(2, day=SATURDAY + timedelta(days=1))[1] == ["day", "day"]
