"""A claim that takes a room of the base in the same step: places, months and room stand or fall together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alliance.claims.audit import inconsistencies
from alliance.claims.tables import Claim
from alliance.core.vocabulary import BookingState, Mode
from alliance.journal.tables import JournalEntry
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work
from alliance.needs.tables import Need
from alliance.schedule.tables import Booking
from alliance.upkeep import end_overdue
from tests.graph.door import A, B, Door
from tests.graph.errands import (
    ACCEPT,
    COMPLETE,
    RELEASE,
    START,
    all_but_the_journal,
    books_are_right,
    capability_id,
    posted,
    step,
    taken,
)
from tests.graph.rooms import CANCEL, CONFIRM, MOVE, PROBLEM, Rooms, day_ahead, kept, made_rooms

pytestmark = pytest.mark.anyio

SERVICE = "小学生情绪与同伴小组"  # of A, 20 places a month
GROUP: dict[str, Any] = {"categories": ["mental_health.group_counselling"], "headcount": 5}
TITLE = "想给4-6年级5个孩子做情绪小组"
CLAIMED = f"""__typename {PROBLEM}
    ... on Claim {{ id version state places firstDay lastDay roomStanding bookings {{ id version state title
        period {{ start }} room {{ name }} }} }}
    ... on RoomNotFree {{ free asked occurrences {{ verdict alternatives {{ room {{ name }} }} }} }}
    ... on InvalidInput {{ fields {{ path message }} }}"""
CLAIM = f"""mutation($need: ID!, $input: ClaimNeedInput!) {{
    claimNeed(needId: $need, input: $input) {{ {CLAIMED} }} }}"""
LOOK = """query($id: ID!) { claim(id: $id) { state releaseCode roomStanding bookings { state cancelCode title } } }"""


@pytest.fixture
async def rooms(door: Door) -> Rooms:
    """An empty base."""
    return await made_rooms(door)


@pytest.fixture
async def need(rooms: Rooms) -> str:
    """A need that A can serve, at any place and time."""
    return await posted(rooms.door, title=TITLE, **GROUP)


async def claim(rooms: Rooms, need: str, *, who: str = A, room: str = "reading", **more: Any) -> Any:
    """What `claimNeed` answers to a claim with a weekly room."""
    wanted = rooms.wanted(room, rule="FREQ=WEEKLY;COUNT=3") | more
    asked = {name: value for name, value in wanted.items() if name not in {"title", "headcount"}}
    given = {"need": need, "input": {"capabilityId": await capability_id(SERVICE), "room": asked}}
    return await rooms.door.data(CLAIM, given, token=await rooms.door.organization(who))


async def seen(rooms: Rooms, claim_id: str, token: str | None = None) -> Any:
    """The claim as its organization sees it."""
    return await rooms.door.data(LOOK, {"id": claim_id}, token=token or await rooms.door.organization(A))


async def expired_now() -> set[str]:
    """The ids of all bookings that are expired once the service has looked."""
    await end_overdue()
    return {row.id for row in await Booking.filter(stored_state=BookingState.EXPIRED)}


async def test_places_months_and_room_are_taken_in_one_step(rooms: Rooms, need: str) -> None:
    made = await claim(rooms, need)
    assert (made["__typename"], made["state"], made["roomStanding"]) == ("Claim", "PROPOSED", "HELD")
    assert [each["state"] for each in made["bookings"]] == ["HELD"] * 3
    assert (made["firstDay"], made["lastDay"]) == (day_ahead(14).isoformat(), day_ahead(28).isoformat())
    months = {f"{day_ahead(14 + 7 * week):%Y-%m}" for week in range(3)}
    assert set(await taken(SERVICE)) >= months
    assert (await Need.get(id=need)).held == 5
    assert (await kept(rooms.base)) == (1, 3, 30)
    await books_are_right()
    assert await inconsistencies() == ()


async def test_the_booking_of_a_claim_names_the_service_and_is_occupied_to_others(rooms: Rooms, need: str) -> None:
    made = await claim(rooms, need)
    document = "query($id: ID!) { node(id: $id) { ... on Booking { title organization { name } claim { id } } } }"

    async def shown(token: str | None) -> Any:
        return await rooms.door.data(document, {"id": made["bookings"][0]["id"]}, token=token)

    own = {"title": "团体辅导/小组", "organization": {"name": A}, "claim": {"id": made["id"]}}
    assert (await shown(await rooms.door.organization(A))) | {"title": ""} == own | {"title": ""}
    assert TITLE not in str(await shown(await rooms.door.organization(A)))
    assert (await shown(await rooms.door.station()))["claim"] == {"id": made["id"]}
    for who in (None, await rooms.door.organization(B), await rooms.door.city()):
        assert (await shown(who))["title"] is None
        assert (await shown(who))["organization"] is None


async def test_without_its_room_there_is_no_claim_at_all(rooms: Rooms, need: str) -> None:
    await rooms.book(await rooms.door.organization(B), days=21)
    await rooms.door.organization(A)
    before = await all_but_the_journal()
    refused = await claim(rooms, need)
    assert (refused["__typename"], refused["free"]) == ("RoomNotFree", 2)
    assert await all_but_the_journal() == before


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"rule": "FREQ=DAILY"}, "room.rule"),
        ({"start": "16:00"}, "room.end"),
        ({"firstDay": "2020-01-01"}, "room.firstDay"),
    ],
)
async def test_faults_of_the_room_are_named_where_they_stand(
    rooms: Rooms, need: str, given: dict[str, Any], path: str
) -> None:
    refused = await claim(rooms, need, **given)
    assert [fault["path"] for fault in refused["fields"]] == [path]
    assert await Claim.filter(need_id=need).count() == 0
    assert await kept(rooms.base) == (0, 0, 0)


async def test_a_need_that_asks_for_another_place_takes_no_room(rooms: Rooms) -> None:
    asked: dict[str, Any] = GROUP | {"mode": Mode.AT_STATION.name}
    refused = await claim(rooms, await posted(rooms.door, title=TITLE, **asked))
    assert [fault["path"] for fault in refused["fields"]] == ["room"]


async def test_a_room_outside_the_days_of_delivery_is_refused(rooms: Rooms) -> None:
    days = {"firstDay": day_ahead(14).isoformat(), "lastDay": day_ahead(20).isoformat()}
    asked: dict[str, Any] = GROUP | days
    refused = await claim(rooms, await posted(rooms.door, title=TITLE, **asked))
    assert [fault["path"] for fault in refused["fields"]] == ["room.firstDay"]


async def test_an_unconfirmed_hold_lapses_and_gives_back_places_months_and_room(rooms: Rooms, need: str) -> None:
    before = await taken(SERVICE)
    made = await claim(rooms, need)
    with clock.held_at(clock.now() + timedelta(days=5)):
        assert made["bookings"][0]["id"] in await expired_now()
        assert await end_overdue() == 0
    claim_now = await Claim.get(id=made["id"])
    assert (claim_now.state.name, claim_now.release_code.name if claim_now.release_code else "") == (
        "LAPSED",
        "ROOM_EXPIRED",
    )
    assert await taken(SERVICE) == before
    assert (await Need.get(id=need)).held == 0
    assert await kept(rooms.base) == (1, 3, 0)
    assert (await seen(rooms, made["id"]))["roomStanding"] == "LOST"
    await books_are_right()
    entries = [entry.deed.name for entry in await JournalEntry.all() if made["id"] in entry.subjects]
    assert sorted(entries) == ["CLAIM_NEED", "EXPIRE_BOOKING", "LAPSE_CLAIM"]


async def test_a_hold_that_the_base_confirms_does_not_run_out(rooms: Rooms, need: str) -> None:
    made = await claim(rooms, need)
    confirmed = await rooms.step(CONFIRM, await rooms.manager(), made["bookings"][0], part="ALL")
    assert confirmed["state"] == "CONFIRMED"
    with clock.held_at(clock.now() + timedelta(days=5)):
        assert not {each["id"] for each in made["bookings"]} & await expired_now()
    assert (await seen(rooms, made["id"]))["roomStanding"] == "CONFIRMED"


async def test_a_service_under_way_goes_on_without_the_room_that_ran_out(rooms: Rooms, need: str) -> None:
    made = await claim(rooms, need)
    accepted = await step(rooms.door, await rooms.door.station(), ACCEPT, made)
    await step(rooms.door, await rooms.door.organization(A), START, accepted)
    with clock.held_at(clock.now() + timedelta(days=5)):
        await end_overdue()
    found = await seen(rooms, made["id"], await rooms.door.city())
    assert (found["state"], found["roomStanding"]) == ("ACTIVE", "LOST")


async def test_a_claim_that_is_given_back_gives_its_room_back(rooms: Rooms, need: str) -> None:
    made = await claim(rooms, need)
    await step(rooms.door, await rooms.door.organization(A), RELEASE, made, reason="TIME_CONFLICT")
    found = await seen(rooms, made["id"])
    assert (found["state"], found["roomStanding"]) == ("RELEASED", "LOST")
    assert {each["cancelCode"] for each in found["bookings"]} == {"CLAIM_ENDED"}
    assert (await kept(rooms.base))[2] == 0


async def test_cancelling_the_room_leaves_the_claim_without_one_and_says_so(rooms: Rooms, need: str) -> None:
    made = await claim(rooms, need)
    booking = made["bookings"][0]
    cancelled = await rooms.step(CANCEL, await rooms.manager(), booking, reason="ROOM_LOST", part="ALL")
    assert cancelled["state"] == "CANCELLED"
    found = await seen(rooms, made["id"])
    assert (found["state"], found["roomStanding"]) == ("PROPOSED", "LOST")
    entry = await JournalEntry.all().order_by("-sequence").first()
    assert entry is not None
    assert made["id"] in entry.subjects
    told = """{ journal(first: 1) { nodes { deed subjects } } }"""
    for token in (await rooms.door.station(), await rooms.door.organization(A)):
        assert (await rooms.door.data(told, token=token))["nodes"][0]["deed"] == "CANCEL_BOOKING"


async def test_withdrawing_the_need_frees_the_room_too(rooms: Rooms, need: str) -> None:
    await claim(rooms, need)
    row = await Need.get(id=need)
    document = """mutation($id: ID!, $v: Int!) { withdrawNeed(needId: $id, expectedVersion: $v,
        input: {reason: NO_LONGER_NEEDED}) { __typename } }"""
    done = await rooms.door.data(document, {"id": need, "v": row.version}, token=await rooms.door.station())
    assert done["__typename"] == "Need"
    assert (await kept(rooms.base))[2] == 0
    await books_are_right()


async def test_a_request_whose_time_has_come_expires(rooms: Rooms) -> None:
    asked = (await rooms.book(await rooms.door.station(), days=1))["bookings"][0]
    assert asked["id"] not in await expired_now()
    with clock.held_at(clock.now() + timedelta(days=2)):
        assert asked["id"] in await expired_now()


async def test_the_check_of_the_books_finds_a_slot_that_nobody_booked(rooms: Rooms) -> None:
    booking = (await rooms.book(await rooms.door.organization(A)))["bookings"][0]

    async def forged() -> None:
        await Booking.filter(id=booking["id"]).update(stored_state=BookingState.CANCELLED)

    await as_unit_of_work(forged)
    assert [(each.subject, each.kept, each.recomputed) for each in await inconsistencies()] == [(booking["id"], 10, 0)]


async def test_the_room_of_a_claim_stays_within_its_days_and_its_places(rooms: Rooms, need: str) -> None:
    made, token = await claim(rooms, need), await rooms.door.organization(A)
    booking = made["bookings"][0]
    away = await rooms.step(MOVE, token, booking, day=day_ahead(60).isoformat())
    assert [fault["path"] for fault in away["fields"]] == ["day"]
    crowded = await rooms.step(MOVE, token, booking, headcount=6)
    assert [fault["path"] for fault in crowded["fields"]] == ["headcount"]
    assert (await Booking.get(id=booking["id"])).version == 1


async def test_the_station_of_a_claim_looks_on_and_does_not_move_its_room(rooms: Rooms, need: str) -> None:
    booking = (await claim(rooms, need))["bookings"][0]
    for document, given in ((MOVE, {"start": "17:00"}), (CANCEL, {"reason": "NOT_NEEDED"})):
        refused = await rooms.step(document, await rooms.door.station(), booking, **given)
        assert refused["__typename"] == "NotAllowed"
    assert (await Booking.get(id=booking["id"])).version == 1


async def test_a_completed_claim_gives_back_the_rooms_it_did_not_need(rooms: Rooms, need: str) -> None:
    made, token = await claim(rooms, need), await rooms.door.organization(A)
    await rooms.step(CONFIRM, await rooms.manager(), made["bookings"][0], part="ALL")
    started = await step(rooms.door, token, START, await step(rooms.door, await rooms.door.station(), ACCEPT, made))
    record = {"sessions": 1, "personTimes": 5, "outcome": "DELIVERED"}
    done = await step(rooms.door, token, COMPLETE, started, input=record)
    assert done["state"] == "COMPLETED"
    assert (await kept(rooms.base))[2] == 0


async def test_a_claim_takes_all_times_of_its_room_or_none(rooms: Rooms, need: str) -> None:
    refused = await claim(rooms, need, onClash="SKIP")
    assert [fault["path"] for fault in refused["fields"]] == ["room.onClash"]


async def test_a_room_at_a_time_that_does_not_suit_the_need_is_refused(rooms: Rooms) -> None:
    weekday = day_ahead(14).isoweekday()
    windows = [{"weekday": weekday, "start": "08:00", "end": "12:00"}]
    refused = await claim(rooms, await posted(rooms.door, title=TITLE, **GROUP, windows=windows))
    assert [fault["path"] for fault in refused["fields"]] == ["room.start"]
