"""Booking a room: who holds, asks, confirms, moves and cancels; and that a refusal leaves everything as it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alliance.core.vocabulary import BookingState, Membership
from alliance.directory.tables import Organization
from alliance.identity.tables import Session
from alliance.journal.tables import JournalEntry
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work
from alliance.schedule.tables import BookedSlot, Booking, Closure
from tests.graph.door import QINGCHENG, A, B, Door
from tests.graph.rooms import (
    BOOK,
    CANCEL,
    CONFIRM,
    MOVE,
    NO_SHOW,
    Rooms,
    at,
    day_ahead,
    kept,
    made_rooms,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
async def rooms(door: Door) -> Rooms:
    """An empty base."""
    return await made_rooms(door)


async def test_an_organization_holds_its_room_until_the_base_confirms(rooms: Rooms) -> None:
    series = await rooms.book(await rooms.door.organization(A))
    (booking,) = series["bookings"]
    assert (series["__typename"], series["purpose"], booking["state"]) == ("BookingSeries", "OWN_ACTIVITY", "HELD")
    assert booking["period"] == {"start": at(day_ahead(14), "14:00"), "end": at(day_ahead(14), "16:00")}
    assert booking["heldUntil"] is not None
    assert await kept(rooms.base) == (1, 1, 10)  # 13:45 to 16:15, in quarter-hours
    confirmed = await rooms.step(CONFIRM, await rooms.manager(), booking)
    assert (confirmed["state"], confirmed["heldUntil"], confirmed["version"]) == ("CONFIRMED", None, 2)
    assert await kept(rooms.base) == (1, 1, 10)


async def test_a_station_asks_and_takes_nothing_until_the_base_confirms(rooms: Rooms) -> None:
    asked = (await rooms.book(await rooms.door.station()))["bookings"][0]
    assert asked["state"] == "REQUESTED"
    assert await kept(rooms.base) == (1, 1, 0)
    confirmed = await rooms.step(CONFIRM, await rooms.manager(), asked)
    assert confirmed["state"] == "CONFIRMED"
    assert await kept(rooms.base) == (1, 1, 10)


async def test_the_base_books_for_itself_and_for_others_at_once(rooms: Rooms) -> None:
    manager = await rooms.manager()
    own = await rooms.book(manager)
    assert own["bookings"][0]["state"] == "CONFIRMED"
    me = await rooms.door.data("{ me { station { id } } }", token=await rooms.door.station())
    for_station = await rooms.book(manager, days=15, holderId=me["station"]["id"])
    theirs = await rooms.door.data(
        "{ bookings(where: {isOwn: true}) { nodes { id state } } }", token=await rooms.door.station()
    )
    assert [each["id"] for each in theirs["nodes"]] == [for_station["bookings"][0]["id"]]


async def test_walk_through_16_a_clash_is_refused_with_two_free_alternatives(rooms: Rooms) -> None:
    await rooms.book(await rooms.door.organization(B), "craft")
    before = await kept(rooms.base)
    refused = await rooms.book(await rooms.door.organization(A), "craft", start="15:30", end="17:00", headcount=20)
    assert (refused["__typename"], refused["free"], refused["asked"]) == ("RoomNotFree", 0, 1)
    (occurrence,) = refused["occurrences"]
    assert occurrence["verdict"] == "CLASH"
    assert occurrence["busy"] == [{"start": at(day_ahead(14), "13:30"), "end": at(day_ahead(14), "16:30")}]
    assert "13:30-16:30" in occurrence["message"]
    found = [(each["room"]["name"], each["period"]["start"]) for each in occurrence["alternatives"]]
    assert found[:2] == [
        ("示例·reading", at(day_ahead(14), "15:30")),
        ("示例·craft", at(day_ahead(14), "17:00")),  # set up from 16:30 on, when the others have cleared up
    ]
    assert await kept(rooms.base) == before
    for each in occurrence["alternatives"]:
        choice = {"plannedAt": occurrence["plannedAt"], "startsAt": each["period"]["start"]}
        choice["roomId"] = next(room.id for room in rooms.rooms.values() if room.name == each["room"]["name"])
        asked: dict[str, Any] = {"start": "15:30", "end": "17:00", "headcount": 20, "choices": [choice]}
        assert (await rooms.preview(await rooms.door.organization(A), "craft", **asked))["free"] == 1


async def test_touching_bookings_get_on_when_the_gaps_allow_it(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    await rooms.book(token)  # taken until 16:15 with the clearing up
    refused = await rooms.book(token, start="16:15", end="17:00")
    assert refused["__typename"] == "RoomNotFree"
    assert (await rooms.book(token, start="16:30", end="17:00"))["__typename"] == "BookingSeries"


SHORT, LONG = {"start": "15:00", "end": "15:30"}, {"start": "09:00", "end": "20:00"}


@pytest.mark.parametrize(("first", "second"), [(SHORT, LONG), (LONG, SHORT)], ids=["around", "inside"])
async def test_a_booking_inside_another_or_around_it_clashes(
    rooms: Rooms, first: dict[str, Any], second: dict[str, Any]
) -> None:
    token = await rooms.door.organization(A)
    await rooms.book(token, **first)
    assert (await rooms.book(token, **second))["__typename"] == "RoomNotFree"


async def test_what_is_cancelled_or_past_stands_in_nobodys_way(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    booking = (await rooms.book(token))["bookings"][0]
    cancelled = await rooms.step(CANCEL, token, booking, reason="TOO_FEW")
    assert (cancelled["state"], cancelled["cancelCode"]) == ("CANCELLED", "TOO_FEW")
    assert (await kept(rooms.base))[2] == 0
    assert (await rooms.book(token))["__typename"] == "BookingSeries"


async def test_every_time_of_a_series_is_checked_not_only_the_first(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    await rooms.book(token, days=14 + 21)
    before = await kept(rooms.base)
    weekly: dict[str, Any] = {"rule": "FREQ=WEEKLY;COUNT=5"}
    refused = await rooms.book(await rooms.door.organization(B), **weekly)
    assert [each["verdict"] for each in refused["occurrences"]] == ["FREE", "FREE", "FREE", "CLASH", "FREE"]
    assert (refused["free"], refused["asked"]) == (4, 5)
    assert await kept(rooms.base) == before
    skipped = await rooms.book(await rooms.door.organization(B), **weekly, onClash="SKIP")
    days = [each["period"]["start"][:10] for each in skipped["bookings"]]
    assert days == [day_ahead(14 + 7 * week).isoformat() for week in (0, 1, 2, 4)]


async def test_a_series_takes_the_first_alternative_where_that_is_wanted(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    await rooms.book(token, days=21)
    found = await rooms.book(await rooms.door.organization(B), rule="FREQ=WEEKLY;COUNT=3", onClash="TAKE_ALTERNATIVE")
    assert [each["room"]["name"][3:] for each in found["bookings"]] == ["reading", "craft", "reading"]


async def test_a_closure_takes_one_time_out_of_a_series_and_no_more(rooms: Rooms) -> None:
    shut = """mutation($input: CloseRoomsInput!) { closeRooms(input: $input) { __typename ... on Problem { message }
        ... on Closure { id reason meets { id } room { name } } } }"""
    token = await rooms.door.organization(A)
    met = (await rooms.book(token, days=21, start="09:00", end="10:00"))["bookings"][0]
    when = {"startsAt": at(day_ahead(21), "00:00"), "endsAt": at(day_ahead(22), "00:00"), "reason": "MAINTENANCE"}
    closed = await rooms.door.data(shut, {"input": when}, token=await rooms.manager())
    assert closed["meets"] == [{"id": met["id"]}]
    seen = await rooms.preview(token, rule="FREQ=WEEKLY;COUNT=3")
    assert [each["verdict"] for each in seen["occurrences"]] == ["FREE", "CLOSED", "FREE"]
    assert "maintenance" in seen["occurrences"][1]["message"].lower() or "repairs" in seen["occurrences"][1]["message"]
    taken_back = """mutation($id: ID!) { reopenRooms(closureId: $id) { __typename } }"""
    await rooms.door.data(taken_back, {"id": closed["id"]}, token=await rooms.manager())
    assert (await rooms.preview(token, rule="FREQ=WEEKLY;COUNT=3"))["free"] == 3


async def test_too_many_people_are_told_the_rooms_that_hold_them(rooms: Rooms) -> None:
    seen = await rooms.preview(await rooms.door.organization(A), "craft", headcount=21)
    (occurrence,) = seen["occurrences"]
    assert occurrence["verdict"] == "TOO_LARGE"
    assert "示例·reading" in occurrence["message"]
    assert "示例·hall" in occurrence["message"]
    assert {each["room"]["name"] for each in occurrence["alternatives"]} == {"示例·reading", "示例·hall"}


async def test_a_preview_stores_nothing(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    before = await JournalEntry.all().count()
    seen = await rooms.preview(token, rule="FREQ=WEEKLY;COUNT=10")
    assert seen["free"] == 10
    assert await kept(rooms.base) == (0, 0, 0)
    assert await JournalEntry.all().count() == before


async def test_confirming_shows_first_which_requests_it_displaces(rooms: Rooms) -> None:
    station, other, manager = await rooms.door.station(), await rooms.door.station("清名桥"), await rooms.manager()
    first = (await rooms.book(station))["bookings"][0]
    second = (await rooms.book(other, start="15:30", end="17:00"))["bookings"][0]
    document = "query($id: ID!) { node(id: $id) { ... on Booking { displaces { id } } } }"
    shown = await rooms.door.data(document, {"id": first["id"]}, token=manager)
    assert shown["displaces"] == [{"id": second["id"]}]
    assert (await rooms.door.data(document, {"id": first["id"]}, token=station))["displaces"] == []
    await rooms.step(CONFIRM, manager, first)
    before = await kept(rooms.base)
    refused = await rooms.step(CONFIRM, manager, second)
    assert (refused["__typename"], refused["occurrences"][0]["verdict"]) == ("RoomNotFree", "CLASH")
    assert await kept(rooms.base) == before
    assert (await Booking.get(id=second["id"])).stored_state is BookingState.REQUESTED


async def test_a_confirmed_booking_that_changes_its_time_waits_for_the_base_again(rooms: Rooms) -> None:
    token, manager = await rooms.door.organization(A), await rooms.manager()
    booking = await rooms.step(CONFIRM, manager, (await rooms.book(token))["bookings"][0])
    same = await rooms.step(MOVE, token, booking, headcount=3)
    assert (same["state"], same["headcount"]) == ("CONFIRMED", 3)
    moved = await rooms.step(MOVE, token, same, start="17:00")
    assert (moved["state"], moved["period"]["start"]) == ("HELD", at(day_ahead(14), "17:00"))
    assert moved["period"]["end"] == at(day_ahead(14), "19:00")
    assert moved["heldUntil"] is not None
    by_base = await rooms.step(CONFIRM, manager, moved)
    by_base = await rooms.step(MOVE, manager, by_base, roomId=rooms.rooms["craft"].id)
    assert (by_base["state"], by_base["room"]["name"]) == ("CONFIRMED", "示例·craft")
    slots = await BookedSlot.filter(booking_id=booking["id"]).prefetch_related("room")
    assert {slot.room_id for slot in slots} == {rooms.rooms["craft"].id}


async def test_moving_the_rest_of_a_series_moves_all_of_it_or_nothing(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    bookings = (await rooms.book(token, rule="FREQ=WEEKLY;COUNT=4"))["bookings"]
    await rooms.book(await rooms.door.organization(B), days=14 + 15)  # the day after the third
    before = await kept(rooms.base)
    refused = await rooms.step(MOVE, token, bookings[1], part="FOLLOWING", day=day_ahead(14 + 8).isoformat())
    assert [each["verdict"] for each in refused["occurrences"]] == ["FREE", "CLASH", "FREE"]
    assert await kept(rooms.base) == before
    moved = await rooms.step(MOVE, token, bookings[1], part="FOLLOWING", day=day_ahead(14 + 9).isoformat())
    assert moved["period"]["start"][:10] == day_ahead(14 + 9).isoformat()
    own = Booking.filter(series__organization__name=A, room__base_id=rooms.base.id)
    days = await own.order_by("day").values_list("day", flat=True)
    assert list(days) == [day_ahead(14 + add) for add in (0, 9, 16, 23)]


async def test_a_series_may_move_onto_its_own_old_times(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    bookings = (await rooms.book(token, rule="FREQ=WEEKLY;COUNT=3"))["bookings"]
    moved = await rooms.step(MOVE, token, bookings[0], part="ALL", day=day_ahead(21).isoformat())
    assert moved["__typename"] == "Booking"
    days = await Booking.filter(room__base_id=rooms.base.id).order_by("day").values_list("day", flat=True)
    assert list(days) == [day_ahead(21), day_ahead(28), day_ahead(35)]
    assert (await kept(rooms.base))[2] == 30


async def test_cancelling_the_rest_of_a_series_leaves_what_was_before(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    bookings = (await rooms.book(token, rule="FREQ=WEEKLY;COUNT=4"))["bookings"]
    await rooms.step(CANCEL, token, bookings[2], reason="NOT_NEEDED", part="FOLLOWING")
    document = "query($id: ID!) { node(id: $id) { ... on Booking { series { bookings { state } } } } }"
    shown = await rooms.door.data(document, {"id": bookings[0]["id"]}, token=token)
    assert [each["state"] for each in shown["series"]["bookings"]] == ["HELD", "HELD", "CANCELLED", "CANCELLED"]


async def test_what_has_begun_is_neither_moved_nor_cancelled_and_may_be_a_no_show(rooms: Rooms) -> None:
    manager, token = await rooms.manager(), await rooms.door.organization(A)
    booking = await rooms.step(CONFIRM, manager, (await rooms.book(token))["bookings"][0])
    early = await rooms.step(NO_SHOW, manager, booking)
    assert early["__typename"] == "NotBegun"

    async def begun() -> None:
        await Booking.filter(id=booking["id"]).update(day=clock.today() - timedelta(days=1))

    await as_unit_of_work(begun)
    assert (await rooms.step(CANCEL, token, booking, reason="NOT_NEEDED"))["__typename"] == "WrongBookingState"
    assert (await rooms.step(MOVE, token, booking, start="09:00"))["__typename"] == "WrongBookingState"
    missed = await rooms.step(NO_SHOW, manager, booking)
    assert missed["state"] == "NO_SHOW"


async def test_the_same_key_books_once(rooms: Rooms) -> None:
    token, key = await rooms.door.organization(A), {"key": "booking:0001"}
    asked = {"input": rooms.wanted()} | key
    first = await rooms.door.data(BOOK, asked, token=token)
    again = await rooms.door.data(BOOK, asked, token=token)
    assert first == again
    assert (await kept(rooms.base))[:2] == (1, 1)
    other = await rooms.door.data(BOOK, {"input": rooms.wanted(days=15)} | key, token=token)
    assert other["__typename"] == "KeyReused"


async def test_a_name_in_the_title_is_refused_and_nothing_is_stored(rooms: Rooms) -> None:
    refused = await rooms.book(await rooms.door.organization(A), title="给王小雨同学过生日")
    assert refused["__typename"] in {"IdentityFound", "PleaseConfirm"}
    assert await kept(rooms.base) == (0, 0, 0)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"end": "14:00"}, "end", "same day"),
    ({"start": "23:00", "end": "01:00"}, "end", "midnight"),
    ({"start": "14:10"}, "start", "quarter-hour"),
    ({"start": "2pm"}, "start", "09:30"),
    ({"days": -1}, "firstDay", "past"),
    ({"days": 600}, "firstDay", "18 months"),
    ({"headcount": 0}, "headcount", "between 1 and 1000"),
    ({"rule": "FREQ=DAILY"}, "rule", "never ends"),
    ({"rule": "FREQ=DAILY;COUNT=101"}, "rule", "more than 100 times"),
    ({"rule": "every week"}, "rule", "FREQ=WEEKLY"),
    ({"rule": "FREQ=WEEKLY;COUNT=3", "exceptDays": ["2031-01-01"]}, "exceptDays.0", "no time on 2031-01-01"),
    ({"holderId": "org_somebody"}, "holderId", "Only the base"),
    ({"partners": ["org_nobody"]}, "partners.0", "no other organization"),
    ({"title": ""}, "title", ""),
]


@pytest.mark.parametrize(("given", "path", "says"), BAD, ids=[f"{path} {says}" for _, path, says in BAD])
async def test_bad_input_is_named_and_nothing_is_booked(
    rooms: Rooms, given: dict[str, Any], path: str, says: str
) -> None:
    refused = await rooms.book(await rooms.door.organization(A), **given)
    assert refused["__typename"] == "InvalidInput"
    assert [fault["path"] for fault in refused["fields"]] == [path]
    assert says in refused["fields"][0]["message"]
    assert await kept(rooms.base) == (0, 0, 0)


async def test_nobody_the_bureau_and_others_do_nothing_with_a_booking(rooms: Rooms) -> None:
    owner = await rooms.door.organization(A)
    booking = (await rooms.book(owner))["bookings"][0]
    before = await Booking.get(id=booking["id"])
    city = await rooms.door.city()
    callers = (None, city, await rooms.door.organization(B), await rooms.door.station())
    of_base = {CONFIRM, NO_SHOW}
    deeds: dict[str, dict[str, Any]] = {MOVE: {"start": "17:00"}, CANCEL: {"reason": "NOT_NEEDED"}}
    for document, given in (deeds | {each: {} for each in of_base}).items():
        answers = [(await rooms.step(document, who, booking, **given))["__typename"] for who in callers]
        theirs = "NotAllowed" if document in of_base else "NotFound"
        assert answers == ["NotSignedIn", "NotAllowed", theirs, theirs]
    assert (await rooms.step(CONFIRM, owner, booking))["__typename"] == "NotAllowed"
    other_manager = await rooms.door.base()
    assert (await rooms.step(CONFIRM, other_manager, booking))["__typename"] == "NotFound"
    assert (await rooms.book(None))["__typename"] == "NotSignedIn"
    assert (await rooms.book(city))["__typename"] == "NotAllowed"
    assert (await rooms.book(other_manager))["__typename"] == "NotFound"
    after = await Booking.get(id=booking["id"])
    assert (after.version, after.stored_state, after.use) == (before.version, before.stored_state, before.use)
    assert (await kept(rooms.base))[:2] == (1, 1)


async def test_a_lost_race_of_two_moves_gets_the_current_version(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    booking = (await rooms.book(token))["bookings"][0]
    await rooms.step(MOVE, token, booking, start="17:00")
    late = await rooms.step(MOVE, token, booking, start="18:00")
    assert (late["__typename"], late["currentVersion"]) == ("Stale", 2)


SEEN = """{ bookings(first: 100) { nodes { id state title organization { name } station { name } headcount series { id }
    viewerCan { move cancel confirm } } } }"""


async def test_others_see_when_an_open_room_is_taken_by_whom_and_no_more(rooms: Rooms) -> None:
    owner = await rooms.door.organization(A)
    booking = (await rooms.book(owner))["bookings"][0]
    nobody = await line(rooms, None, booking)
    assert (nobody["state"], nobody["title"], nobody["organization"], nobody["headcount"]) == ("HELD", None, None, None)
    other = await line(rooms, await rooms.door.organization(B), booking)
    assert (other["title"], other["organization"]) == ("示例读书会", {"name": A})
    assert (other["headcount"], other["series"]) == (None, None)
    assert other["viewerCan"] == {"move": False, "cancel": False, "confirm": False}
    own = await line(rooms, owner, booking)
    assert (own["headcount"], own["viewerCan"]) == (4, {"move": True, "cancel": True, "confirm": False})
    base = await line(rooms, await rooms.manager(), booking)
    assert base["viewerCan"] == {"move": True, "cancel": True, "confirm": True}


async def test_a_counselling_booking_reads_as_occupied_to_everyone_not_part_of_it(rooms: Rooms) -> None:
    owner = await rooms.door.organization(A)
    booking = (await rooms.book(owner, "counselling"))["bookings"][0]
    for who in (None, await rooms.door.organization(B), await rooms.door.station(), await rooms.door.city()):
        seen = await line(rooms, who, booking)
        assert [seen[name] for name in ("title", "organization", "station", "headcount", "series")] == [None] * 5
    assert (await line(rooms, owner, booking))["title"] == "示例读书会"
    assert (await line(rooms, await rooms.manager(), booking))["organization"] == {"name": A}


async def test_partners_of_a_joint_activity_see_it_as_their_own(rooms: Rooms) -> None:
    partner = await rooms.door.organization(B)
    ids = await rooms.door.data("{ me { organization { id } } }", token=partner)
    series = await rooms.book(await rooms.door.organization(A), "counselling", partners=[ids["organization"]["id"]])
    assert (series["purpose"], series["partners"]) == ("JOINT_ACTIVITY", [{"name": B}])
    seen = await line(rooms, partner, series["bookings"][0])
    assert (seen["title"], seen["headcount"]) == ("示例读书会", 4)


async def test_requests_and_cancellations_are_seen_only_by_whom_they_concern(rooms: Rooms) -> None:
    station = await rooms.door.station(QINGCHENG)
    asked = (await rooms.book(station))["bookings"][0]
    for who in (None, await rooms.door.organization(A), await rooms.door.station("清名桥"), await rooms.door.city()):
        assert await line(rooms, who, asked) is None
    for who in (station, await rooms.manager()):
        assert (await line(rooms, who, asked))["state"] == "REQUESTED"


async def line(rooms: Rooms, token: str | None, booking: Any) -> Any:
    """One booking in the list as somebody sees it; None where it is not in it. Found by id it is the same."""
    shown = await rooms.door.data(SEEN, token=token)
    found = [each for each in shown["nodes"] if each["id"] == booking["id"]]
    by_id = await rooms.door.data("query($id: ID!) { node(id: $id) { id } }", {"id": booking["id"]}, token=token)
    assert (by_id is not None) is bool(found)
    return found[0] if found else None


async def test_a_limit_of_peak_times_is_shown_before_it_bites(door: Door) -> None:
    rooms = await made_rooms(door, peak_limit=2)
    token = await rooms.door.organization(A)
    ahead = (5 - day_ahead(14).weekday()) % 7 + 14  # a Saturday
    while day_ahead(ahead).month != day_ahead(ahead + 21).month:  # with three more in its month
        ahead += 7
    weekly: dict[str, Any] = {"days": ahead, "rule": "FREQ=WEEKLY;COUNT=4"}
    seen = await rooms.preview(token, **weekly)
    month = f"{day_ahead(ahead):%Y-%m}"
    assert seen["peaks"] == [{"month": month, "used": 0, "asked": 2, "limit": 2}]
    assert [each["verdict"] for each in seen["occurrences"]] == ["FREE", "FREE", "OVER_PEAK_LIMIT", "OVER_PEAK_LIMIT"]
    assert (await rooms.book(token, **weekly))["__typename"] == "RoomNotFree"
    assert (await rooms.book(token, days=ahead))["__typename"] == "BookingSeries"
    later = await rooms.preview(token, days=ahead + 7)
    assert later["peaks"] == [{"month": month, "used": 1, "asked": 1, "limit": 2}]
    assert (await rooms.preview(await rooms.manager(), **weekly))["peaks"] == []


BAD_CLOSURES = [
    ({"startsAt": "2026-07-01T09:00:00"}, "startsAt", "offset"),
    ({"startsAt": "0001-01-01T00:00:00+08:00"}, "startsAt", "long past"),
    ({"startsAt": "0001-01-01T00:00:00+14:00"}, "startsAt", "long past"),
    ({"endsAt": "9999-12-31T23:59:59-12:00"}, "endsAt", "months ahead"),
    ({"startsAt": "2026-07-01T12:00:00+08:00"}, "endsAt", "after the start"),
    ({"startsAt": "2020-07-01T09:00:00+08:00", "endsAt": "2020-07-01T10:00:00+08:00"}, "endsAt", "past"),
]


@pytest.mark.parametrize(("given", "path", "says"), BAD_CLOSURES, ids=[f"{p} {s}" for _, p, s in BAD_CLOSURES])
async def test_a_closure_that_cannot_be_is_named_and_nothing_is_shut(
    rooms: Rooms, given: dict[str, str], path: str, says: str
) -> None:
    shut = """mutation($input: CloseRoomsInput!) { closeRooms(input: $input) { __typename
        ... on InvalidInput { fields { path message } } } }"""
    when = {"startsAt": "2026-07-01T09:00:00+08:00", "endsAt": "2026-07-01T12:00:00+08:00", "reason": "WEATHER"}
    before = await Closure.all().count()
    refused = await rooms.door.data(shut, {"input": when | given}, token=await rooms.manager())
    assert refused["__typename"] == "InvalidInput"
    assert refused["fields"][0]["path"] == path
    assert says in refused["fields"][0]["message"]
    assert await Closure.all().count() == before


# --- found by reading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["roomId", "day", "start", "end", "headcount"])
async def test_null_in_a_move_is_named_and_moves_nothing(rooms: Rooms, field: str) -> None:
    token = await rooms.door.organization(A)
    booking = (await rooms.book(token))["bookings"][0]
    refused = await rooms.step(MOVE, token, booking, **{field: None})
    assert [fault["path"] for fault in refused["fields"]] == [field]
    assert (await Booking.get(id=booking["id"])).version == 1


async def test_a_partner_looks_on_and_neither_moves_nor_cancels(rooms: Rooms) -> None:
    partner = await rooms.door.organization(B)
    ids = await rooms.door.data("{ me { organization { id } } }", token=partner)
    series = await rooms.book(await rooms.door.organization(A), partners=[ids["organization"]["id"]])
    booking = series["bookings"][0]
    assert (await rooms.step(CANCEL, partner, booking, reason="TOO_FEW"))["__typename"] == "NotAllowed"
    assert (await rooms.step(MOVE, partner, booking, start="17:00"))["__typename"] == "NotAllowed"
    assert (await line(rooms, partner, booking))["viewerCan"] == {"move": False, "cancel": False, "confirm": False}
    assert (await Booking.get(id=booking["id"])).version == 1


async def test_more_people_than_the_base_confirmed_wait_for_it_again(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    booking = await rooms.step(CONFIRM, await rooms.manager(), (await rooms.book(token))["bookings"][0])
    grown = await rooms.step(MOVE, token, booking, headcount=25)
    assert (grown["state"], grown["headcount"]) == ("HELD", 25)


async def test_fewer_people_are_noted_even_where_the_room_is_shut_meanwhile(rooms: Rooms) -> None:
    shut = "mutation($input: CloseRoomsInput!) { closeRooms(input: $input) { __typename } }"
    token = await rooms.door.organization(A)
    booking = (await rooms.book(token))["bookings"][0]
    when = {"startsAt": at(day_ahead(14), "00:00"), "endsAt": at(day_ahead(15), "00:00"), "reason": "WEATHER"}
    await rooms.door.data(shut, {"input": when}, token=await rooms.manager())
    assert (await rooms.step(MOVE, token, booking, headcount=2))["headcount"] == 2


async def test_the_rest_of_a_series_is_what_its_rule_has_behind_wherever_it_was_moved(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    first, second, _ = (await rooms.book(token, rule="FREQ=WEEKLY;COUNT=3"))["bookings"]
    await rooms.step(MOVE, token, first, day=day_ahead(14 + 30).isoformat())
    await rooms.step(CANCEL, token, second, reason="NOT_NEEDED", part="FOLLOWING")
    states = [row.stored_state.name for row in await Booking.filter(room__base_id=rooms.base.id).order_by("planned_at")]
    assert states == ["HELD", "CANCELLED", "CANCELLED"]


async def test_a_hold_that_has_run_out_is_not_moved_any_more(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    booking = (await rooms.book(token))["bookings"][0]
    with clock.held_at(clock.now() + timedelta(days=6)):
        await as_unit_of_work(lambda: Session.all().update(expires_at=clock.now() + timedelta(days=1)))
        refused = await rooms.step(MOVE, token, booking, start="17:00")
    assert refused["__typename"] in {"WrongBookingState", "NotSignedIn"}
    assert (await Booking.get(id=booking["id"])).version == 1


async def test_who_has_left_the_alliance_neither_looks_nor_books_nor_moves(rooms: Rooms) -> None:
    token = await rooms.door.organization(A)
    booking = (await rooms.book(token))["bookings"][0]
    await as_unit_of_work(lambda: Organization.filter(name=A).update(membership=Membership.LEFT))
    assert (await rooms.step(MOVE, token, booking, start="17:00"))["__typename"] == "NotAMember"
    assert (await rooms.book(token, days=20))["__typename"] == "NotAMember"
    assert (await rooms.preview(token, days=20))["__typename"] == "NotAMember"
    assert (await Booking.get(id=booking["id"])).version == 1


async def test_the_journal_of_a_district_names_nobody_in_a_private_room(rooms: Rooms) -> None:
    district = await rooms.door.district("梁溪")
    await rooms.book(await rooms.door.organization(A), "counselling")
    told = "{ journal(where: {deed: BOOK_ROOM}) { totalCount } }"
    assert (await rooms.door.data(told, token=district))["totalCount"] == 0
    await rooms.book(await rooms.door.organization(A), "reading")
    assert (await rooms.door.data(told, token=district))["totalCount"] == 1
