"""Calendars through the door: made, read as their account may see, ended; and closures from calendars of others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar

from alliance.core.period import SHANGHAI
from alliance.core.vocabulary import (
    BookingPurpose,
    BookingState,
    ClosureReason,
    Membership,
    Provenance,
    Role,
    RoomKind,
)
from alliance.directory.tables import ActivityBase, CareStation, Organization
from alliance.identity.actions import disable_account
from alliance.identity.tables import Account
from alliance.journal.settle import settle
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work
from alliance.schedule.feed import MOST_FEEDS
from alliance.schedule.tables import BookedSlot, Booking, BookingParty, BookingSeries, CalendarFeed, Closure, Room
from alliance.schedule.times import Stretch
from tests.graph.door import QINGCHENG, A, B, Door
from tests.graph.ledger import last_entry, ledger, places_holding
from tests.graph.test_deeds import NOT_ALLOWED, NOT_FOUND, NOT_SIGNED_IN
from tests.logged import lines

pytestmark = pytest.mark.anyio

SATURDAY = date(2026, 6, 6)
OCCUPIED = "占用"
SAID = "__typename ... on Problem { message }"
FAULTS = "... on InvalidInput { fields { path message } }"
FEED = "id scope createdAt revokedAt base { id } room { id }"
MAKE = f"""mutation($input: MakeCalendarFeedInput!) {{ makeCalendarFeed(input: $input) {{
    {SAID} {FAULTS} ... on TooManyFeeds {{ most }} ... on MadeCalendarFeed {{ address feed {{ {FEED} }} }} }} }}"""
REVOKE = f"""mutation($id: ID!) {{ revokeCalendarFeed(feedId: $id) {{ {SAID} ... on CalendarFeed {{ {FEED} }} }} }}"""
FEEDS = f"{{ calendarFeeds {{ {FEED} }} }}"
NODE = "query($id: ID!) { node(id: $id) { id } }"
IMPORT = f"""mutation($input: ImportClosuresInput!) {{ importClosures(input: $input) {{
    {SAID} {FAULTS} ... on ImportedClosures {{ events {{ uid outcome closures reason }} }} }} }}"""


@dataclass
class Base:
    """The base of the fixtures, with a reading room and a private counselling room of its own."""

    door: Door
    base: ActivityBase
    reading: Room
    counselling: Room

    async def make(self, token: str | None, scope: str, target: str | None = None) -> Any:
        """What `makeCalendarFeed` answers."""
        return await self.door.data(MAKE, {"input": {"scope": scope, "targetId": target}}, token=token)

    async def address(self, token: str, scope: str, target: str | None = None) -> str:
        """The address of a fresh calendar."""
        made = await self.make(token, scope, target)
        assert made["__typename"] == "MadeCalendarFeed", made
        return str(made["address"])

    async def get(self, address: str, method: str = "GET", **headers: str) -> httpx.Response:
        """The answer to a calendar program."""
        return await self.door.client.request(method, address, headers=headers)

    async def titles(self, address: str) -> list[tuple[str, str]]:
        """When something is in a calendar, and what it says."""
        return [(f"{start:%m-%d %H:%M}", title) for start, title, _ in await self.events(address)]

    async def events(self, address: str) -> list[tuple[datetime, str, str]]:
        """Start, title and status of everything in a calendar."""
        answer = await self.get(address)
        assert answer.status_code == 200
        found = recurring_ical_events.of(Calendar.from_ical(answer.text)).between(date(2026, 1, 1), date(2028, 1, 1))
        return sorted((each.start, str(each["SUMMARY"]), str(each["STATUS"])) for each in found)


@pytest.fixture
async def base(door: Door) -> Base:
    """The base behind the door."""

    async def work() -> tuple[ActivityBase, Room, Room]:
        for kind in (BookedSlot, Booking, BookingParty, BookingSeries):  # of the fixtures
            await kind.all().delete()
        base = await ActivityBase.all().order_by("id").first()
        assert base is not None
        rooms = [
            await Room.create(
                base_id=base.id, name=name, kind=kind, capacity=20, is_private=kind is RoomKind.COUNSELLING,
                provenance=Provenance.FICTIONAL,
            )
            for name, kind in (("示例·日历阅览室", RoomKind.READING), ("示例·日历咨询室", RoomKind.COUNSELLING))
        ]  # fmt: skip
        return base, rooms[0], rooms[1]

    return Base(door, *await as_unit_of_work(work))


async def booked(
    room: Room,
    holder: Organization | CareStation,
    title: str,
    *,
    count: int = 1,
    purpose: BookingPurpose = BookingPurpose.OWN_ACTIVITY,
    state: BookingState = BookingState.CONFIRMED,
    first: date = SATURDAY,
) -> list[Booking]:
    """A weekly series of an organization or a station on Saturday mornings, as if booked before."""

    async def work() -> list[Booking]:
        series = await BookingSeries.create(
            base_id=room.base_id, purpose=purpose, title=title, booked_at=clock.now(), provenance=Provenance.RECORDED,
            rule=f"FREQ=WEEKLY;BYDAY=SA;COUNT={count}" if count > 1 else "",
            organization_id=holder.id if isinstance(holder, Organization) else None,
            station_id=holder.id if isinstance(holder, CareStation) else None,
        )  # fmt: skip
        await BookingParty.create(series_id=series.id, body_id=holder.id)
        uses = [Stretch(first + timedelta(weeks=each), 9 * 60, 11 * 60) for each in range(count)]
        return [
            await Booking.create(
                series_id=series.id, room_id=room.id, day=use.day, start=use.start, end=use.end,
                planned_at=use.starts_at, headcount=8, stored_state=state, changed_at=clock.now(),
                provenance=Provenance.RECORDED,
            )
            for use in uses
        ]  # fmt: skip

    return await as_unit_of_work(work)


async def organization(name: str = A) -> Organization:
    """The organization of that name."""
    return await Organization.get(name=name)


# --- made and ended --------------------------------------------------------------------------------------------------


async def test_a_calendar_is_made_read_listed_and_ended(base: Base) -> None:
    await booked(base.reading, await organization(), "读书会", count=3)
    token = await base.door.organization(A)
    made = await base.make(token, "ROOM", base.reading.id)
    assert made["feed"]["room"] == {"id": base.reading.id}
    assert (made["feed"]["base"], made["feed"]["revokedAt"]) == (None, None)
    answer = await base.get(made["address"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    assert await base.titles(made["address"]) == [
        ("06-06 09:00", f"读书会 · {A}"),
        ("06-13 09:00", f"读书会 · {A}"),
        ("06-20 09:00", f"读书会 · {A}"),
    ]
    assert await base.door.data(FEEDS, token=token) == [made["feed"]]
    assert await base.door.data(NODE, {"id": made["feed"]["id"]}, token=token) == {"id": made["feed"]["id"]}

    ended = await base.door.data(REVOKE, {"id": made["feed"]["id"]}, token=token)
    assert ended["revokedAt"] == clock.now().isoformat()
    assert (await base.get(made["address"])).status_code == 404
    assert await base.door.data(FEEDS, token=token) == []


async def test_the_journal_tells_who_made_and_ended_a_calendar_but_not_its_address(base: Base) -> None:
    token = await base.door.organization(A)
    made = await base.make(token, "OWN")
    own = await organization()
    entry = await last_entry()
    assert (entry["deed"], entry["body_id"]) == ("MAKE_CALENDAR_FEED", own.id)
    assert entry["after"] == {"kind": "OWN"}
    await base.door.data(REVOKE, {"id": made["feed"]["id"]}, token=token)
    assert (await last_entry())["deed"] == "REVOKE_CALENDAR_FEED"
    secret = made["address"].removeprefix("/calendar/").removesuffix(".ics")
    assert len(secret) >= 43  # 256 bits
    assert await places_holding(secret) == []


async def test_ending_a_calendar_twice_changes_nothing_the_second_time(base: Base) -> None:
    token = await base.door.organization(A)
    made = await base.make(token, "OWN")
    first = await base.door.data(REVOKE, {"id": made["feed"]["id"]}, token=token)
    before = await ledger()
    assert await base.door.data(REVOKE, {"id": made["feed"]["id"]}, token=token) == first
    assert await ledger() == before


async def test_anothers_calendar_is_neither_seen_nor_ended(base: Base) -> None:
    made = await base.make(await base.door.organization(A), "OWN")
    strangers = [await base.door.organization(B), await base.door.station(), await base.door.city()]
    before = await ledger()
    for token in strangers:
        assert await base.door.data(REVOKE, {"id": made["feed"]["id"]}, token=token) == NOT_FOUND
        assert await base.door.data(NODE, {"id": made["feed"]["id"]}, token=token) is None
        assert await base.door.data(FEEDS, token=token) == []
    assert await base.door.data(FEEDS) == []
    assert await ledger() == before


async def test_nobody_makes_a_calendar(base: Base) -> None:
    before = await ledger()
    assert await base.make(None, "BASE", base.base.id) == NOT_SIGNED_IN
    assert await base.door.data(REVOKE, {"id": "feed_1"}) == NOT_SIGNED_IN
    assert await ledger() == before


async def test_a_base_manager_needs_not_say_which_base(base: Base) -> None:
    made = await base.make(await base.door.base(), "BASE")
    assert made["feed"]["base"] == {"id": base.base.id}


@pytest.mark.parametrize("scope", ["BASE", "ROOM"])
async def test_a_bureau_reads_bases_and_rooms(base: Base, scope: str) -> None:
    await booked(base.reading, await organization(), "读书会")
    target = base.base.id if scope == "BASE" else base.reading.id
    for token in (await base.door.city(), await base.door.district()):
        assert await base.titles(await base.address(token, scope, target)) == [("06-06 09:00", f"读书会 · {A}")]


async def test_what_cannot_be_shown_is_refused(base: Base) -> None:
    city, own, manager = await base.door.city(), await base.door.organization(A), await base.door.base()
    before = await ledger()
    faulty = [
        await base.make(city, "OWN"),
        await base.make(own, "OWN", base.base.id),
        await base.make(own, "BASE"),
        await base.make(manager, "ROOM"),
    ]
    assert [each["fields"][0]["path"] for each in faulty] == ["scope", "targetId", "targetId", "targetId"]
    for scope, target in (("BASE", base.reading.id), ("ROOM", base.base.id), ("ROOM", "x" * 4000), ("BASE", "\x00")):
        assert await base.make(own, scope, target) == NOT_FOUND
    assert await ledger() == before


async def test_an_account_has_so_many_calendars_that_work(base: Base) -> None:
    token = await base.door.organization(A)
    for _ in range(MOST_FEEDS - 2):
        await base.address(token, "OWN")
    both = await asyncio.gather(*(base.make(token, "OWN") for _ in range(3)))
    assert sorted(each["__typename"] for each in both) == ["MadeCalendarFeed", "MadeCalendarFeed", "TooManyFeeds"]
    assert (await base.make(token, "OWN"))["most"] == MOST_FEEDS
    feeds = await base.door.data(FEEDS, token=token)
    await base.door.data(REVOKE, {"id": feeds[0]["id"]}, token=token)
    assert (await base.make(token, "OWN"))["__typename"] == "MadeCalendarFeed"


# --- read ------------------------------------------------------------------------------------------------------------


async def test_counselling_is_occupied_to_others_and_in_full_to_its_own_organization_and_the_base(base: Base) -> None:
    await booked(base.counselling, await organization(), "示例心理咨询")
    full, masked = [("06-06 09:00", f"示例心理咨询 · {A}")], [("06-06 09:00", OCCUPIED)]
    seen = {
        name: await base.titles(await base.address(token, "BASE", base.base.id))
        for name, token in (
            ("own", await base.door.organization(A)),
            ("base", await base.door.base()),
            ("other", await base.door.organization(B)),
            ("station", await base.door.station()),
            ("city", await base.door.city()),
        )
    }
    assert seen == {"own": full, "base": full, "other": masked, "station": masked, "city": masked}


async def test_nothing_of_a_masked_booking_is_anywhere_in_the_file(base: Base) -> None:
    await booked(base.counselling, await organization(), "示例心理咨询")
    await booked(base.reading, await organization(), "绘本陪读", purpose=BookingPurpose.CLAIM, first=date(2026, 6, 13))
    answer = await base.get(await base.address(await base.door.organization(B), "BASE", base.base.id))
    unfolded = answer.text.replace("\r\n ", "")
    assert [word for word in ("心理", "绘本", A) if word in unfolded] == []
    assert unfolded.count(f"SUMMARY:{OCCUPIED}") == 2


async def test_requests_and_cancellations_are_for_those_they_concern(base: Base) -> None:
    station = await CareStation.filter(name__contains=QINGCHENG).get()
    await booked(base.reading, station, "站点活动", state=BookingState.REQUESTED)
    await booked(base.reading, station, "取消的活动", state=BookingState.CANCELLED, first=date(2026, 6, 13))
    own, other = await base.door.station(), await base.door.organization(B)
    assert [each[2] for each in await base.events(await base.address(own, "OWN"))] == ["TENTATIVE", "CANCELLED"]
    assert await base.events(await base.address(other, "BASE", base.base.id)) == []


async def test_own_bookings_are_the_own_ones_in_every_room(base: Base) -> None:
    await booked(base.reading, await organization(A), "读书会")
    await booked(base.counselling, await organization(A), "咨询", first=date(2026, 6, 13))
    await booked(base.counselling, await organization(B), "别家", first=date(2026, 6, 20))
    titles = await base.titles(await base.address(await base.door.organization(A), "OWN"))
    assert titles == [("06-06 09:00", f"读书会 · {A}"), ("06-13 09:00", f"咨询 · {A}")]


async def test_a_moved_occurrence_is_there_once_at_its_new_time_under_the_same_uid(base: Base) -> None:
    bookings = await booked(base.reading, await organization(), "读书会", count=4)
    address = await base.address(await base.door.organization(A), "ROOM", base.reading.id)
    before = Calendar.from_ical((await base.get(address)).text)
    moved = {"day": date(2026, 6, 14), "start": 14 * 60, "end": 16 * 60, "version": 2}
    await as_unit_of_work(lambda: Booking.filter(id=bookings[1].id).update(**moved))
    after = Calendar.from_ical((await base.get(address)).text)
    assert {each["UID"] for each in before.events} == {each["UID"] for each in after.events}
    titles = [when for when, _ in await base.titles(address)]
    assert titles == ["06-06 09:00", "06-14 14:00", "06-20 09:00", "06-27 09:00"]


async def test_a_room_shows_what_was_moved_into_it_and_not_what_was_moved_out(base: Base) -> None:
    bookings = await booked(base.reading, await organization(), "读书会", count=3)
    await as_unit_of_work(lambda: Booking.filter(id=bookings[1].id).update(room_id=base.counselling.id))
    token = await base.door.organization(A)
    reading, counselling = [
        [when for when, _ in await base.titles(await base.address(token, "ROOM", room.id))]
        for room in (base.reading, base.counselling)
    ]
    assert (reading, counselling) == (["06-06 09:00", "06-20 09:00"], ["06-13 09:00"])


async def test_what_ended_more_than_90_days_ago_is_left_out_unless_its_series_goes_on(base: Base) -> None:
    await booked(base.reading, await organization(), "去年的", count=2, first=date(2025, 6, 7))
    await booked(base.reading, await organization(), "全年的", count=60, first=date(2025, 6, 7))
    titles = await base.titles(await base.address(await base.door.organization(A), "ROOM", base.reading.id))
    assert {title for _, title in titles} == {f"全年的 · {A}"}


async def test_a_program_that_has_the_calendar_is_told_that_nothing_changed(base: Base) -> None:
    bookings = await booked(base.reading, await organization(), "读书会", count=2)
    address = await base.address(await base.door.organization(A), "OWN")
    tag = (await base.get(address)).headers["etag"]
    for given in (tag, f'"x", W/{tag}', "*"):
        answer = await base.get(address, **{"if-none-match": given})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert (await base.get(address, **{"if-none-match": '"x"'})).status_code == 200
    await as_unit_of_work(lambda: Booking.filter(id=bookings[0].id).update(stored_state=BookingState.HELD))
    assert (await base.get(address, **{"if-none-match": tag})).status_code == 200


async def test_a_calendar_can_be_looked_for_before_it_is_read_and_not_written(base: Base) -> None:
    address = await base.address(await base.door.organization(A), "OWN")
    assert (await base.get(address, "HEAD")).status_code == 200
    assert (await base.get(address, "POST")).status_code == 405


async def test_an_address_that_is_none_says_what_any_other_says(base: Base) -> None:
    elsewhere = await base.get("/elsewhere")
    for name in ("x.ics", ".ics", f"{'x' * 4000}.ics", "%00%ff.ics", "x", "x/y.ics", ""):
        answer = await base.get(f"/calendar/{name}")
        assert (answer.status_code, answer.text) == (404, elsewhere.text)


async def test_a_bearer_token_opens_no_calendar_and_a_calendars_token_no_session(base: Base) -> None:
    bearer = await base.door.organization(A)
    secret = (await base.address(bearer, "OWN")).removeprefix("/calendar/").removesuffix(".ics")
    assert (await base.get(f"/calendar/{bearer}.ics")).status_code == 404
    assert await base.door.data("{ me { id } }", token=secret) is None


async def test_the_calendars_of_a_disabled_account_work_no_more(base: Base) -> None:
    address = await base.address(await base.door.organization(A), "OWN")
    account = await Account.get(role=Role.ORGANIZATION_STAFF, body_id=(await organization()).id, password_hash=None)
    await settle(lambda: disable_account(account.name))
    assert (await base.get(address)).status_code == 404


async def test_the_calendars_of_an_organization_that_left_work_no_more(base: Base) -> None:
    address = await base.address(await base.door.organization(A), "BASE", base.base.id)
    await as_unit_of_work(lambda: Organization.filter(name=A).update(membership=Membership.SUSPENDED))
    assert (await base.get(address)).status_code == 200
    await as_unit_of_work(lambda: Organization.filter(name=A).update(membership=Membership.LEFT))
    assert (await base.get(address)).status_code == 404


async def test_the_address_of_a_calendar_is_in_no_log_and_no_count(
    base: Base, caplog: pytest.LogCaptureFixture
) -> None:
    address = await base.address(await base.door.organization(A), "OWN")
    secret = address.removeprefix("/calendar/").removesuffix(".ics")
    caplog.set_level("DEBUG")
    caplog.clear()
    assert (await base.get(address)).status_code == 200
    assert (await base.get(f"/calendar/{secret}/x.ics")).status_code == 404
    told = [each for each in lines(caplog) if each["event"] == "request"]
    assert [(each["route"], each["status"]) for each in told] == [("/calendar", 200), ("/calendar", 404)]
    assert secret not in str(lines(caplog))


# --- closures of others ----------------------------------------------------------------------------------------------

MENDING = "UID:mending@example.com\nDTSTART;VALUE=DATE:20260608\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:空调检修"
PARTY = "UID:party\nDTSTART:20260610T090000\nDTEND:20260610T120000\nSUMMARY:基地自用"


def file(*events: str) -> str:
    """A calendar of these events."""
    inside = (f"BEGIN:VEVENT\n{each}\nEND:VEVENT\n" for each in events)
    return f"BEGIN:VCALENDAR\n{''.join(inside)}END:VCALENDAR\n"


async def imported(base: Base, *events: str, token: str | None = None, **more: Any) -> Any:
    """What `importClosures` answers to a calendar of these events."""
    given = {"calendar": file(*events), "reason": "MAINTENANCE"} | more
    return await base.door.data(IMPORT, {"input": given}, token=token or await base.door.base())


def told(answer: Any) -> list[tuple[str, str, int, str | None]]:
    """The report: each event, its outcome, its closures, the reason."""
    return [tuple(each.values()) for each in answer["events"]]


async def shut(base: Base) -> list[tuple[str, str]]:
    """When the base is shut since the fixtures, and what is said of it."""
    rows = await Closure.filter(base_id=base.base.id).exclude(source_uid="").order_by("starts_at")
    return [(f"{row.starts_at.astimezone(SHANGHAI):%m-%d %H:%M}", row.title) for row in rows]


async def test_import_that_reports_success_and_stores_nothing_is_not_what_happens(base: Base) -> None:
    answer = await imported(base, MENDING, PARTY, "UID:old\nDTSTART;VALUE=DATE:20250608", "UID:none")
    assert told(answer) == [
        ("mending@example.com", "STORED", 3, None),
        ("party", "STORED", 1, None),
        ("old", "IGNORED", 0, "PAST"),
        ("none", "IGNORED", 0, "NO_START"),
    ]
    assert await shut(base) == [
        ("06-08 00:00", "空调检修"),
        ("06-10 09:00", "基地自用"),
        ("06-15 00:00", "空调检修"),
        ("06-22 00:00", "空调检修"),
    ]
    assert {row.reason for row in await Closure.exclude(source_uid="")} == {ClosureReason.MAINTENANCE}
    entry = await last_entry()
    assert (entry["deed"], entry["after"]) == ("IMPORT_CLOSURES", {"reason": "MAINTENANCE", "rows": 4})


async def test_the_same_calendar_again_changes_nothing(base: Base) -> None:
    await imported(base, MENDING, PARTY)
    before = await ledger()
    assert [each[1] for each in told(await imported(base, MENDING, PARTY))] == ["UNCHANGED", "UNCHANGED"]
    assert await ledger() == before


async def test_the_same_calendar_next_week_changes_nothing_either(base: Base, monday_morning: datetime) -> None:
    await imported(base, MENDING)
    with clock.held_at(monday_morning + timedelta(days=8)):
        base.door.tokens.clear()  # they worked for an hour
        assert told(await imported(base, MENDING))[0][1:3] == ("UNCHANGED", 2)
    assert len(await shut(base)) == 3


async def test_a_changed_event_replaces_what_it_was_and_no_other(base: Base) -> None:
    await imported(base, MENDING, PARTY)
    kept = await Closure.filter(title="基地自用").get()
    answer = await imported(base, MENDING.replace("COUNT=3", "COUNT=2").replace("0608", "0609"), PARTY)
    assert [each[1:3] for each in told(answer)] == [("REPLACED", 2), ("UNCHANGED", 1)]
    assert [when for when, _ in await shut(base)] == ["06-09 00:00", "06-10 09:00", "06-16 00:00"]
    assert (await Closure.filter(title="基地自用").get()).id == kept.id


async def test_a_cancelled_event_takes_its_closures_back(base: Base) -> None:
    await imported(base, MENDING, PARTY)
    answer = await imported(base, f"{MENDING}\nSTATUS:CANCELLED")
    assert told(answer) == [("mending@example.com", "REMOVED", 0, "CANCELLED")]
    assert await shut(base) == [("06-10 09:00", "基地自用")]
    again = await imported(base, f"{MENDING}\nSTATUS:CANCELLED")
    assert told(again) == [("mending@example.com", "IGNORED", 0, "CANCELLED")]


async def test_an_event_that_cannot_be_read_any_more_leaves_its_closures(base: Base) -> None:
    await imported(base, PARTY)
    assert told(await imported(base, "UID:party\nDTSTART:x")) == [("party", "IGNORED", 0, "UNREADABLE")]
    assert len(await shut(base)) == 1


async def test_one_room_is_shut_by_itself(base: Base) -> None:
    await imported(base, PARTY)
    assert told(await imported(base, PARTY, roomId=base.reading.id)) == [("party", "STORED", 1, None)]
    rows = await Closure.exclude(source_uid="").order_by("id")
    assert {row.room_id for row in rows} == {None, base.reading.id}


async def test_a_title_that_points_to_a_person_is_left_out_and_nothing_of_the_event_is_kept_but_its_times(
    base: Base,
) -> None:
    answer = await imported(base, "UID:13912345678@x\nDTSTART;VALUE=DATE:20260608\nSUMMARY:联系王师傅 13912345678")
    assert told(answer) == [("13912345678@x", "STORED", 1, "TITLE_LEFT_OUT")]
    assert await shut(base) == [("06-08 00:00", "")]
    assert await places_holding("13912345678") == []


async def test_a_long_title_is_cut(base: Base) -> None:
    await imported(base, f"UID:a\nDTSTART;VALUE=DATE:20260608\nSUMMARY:{'检修' * 40}")
    assert await shut(base) == [("06-08 00:00", "检修" * 20)]


async def test_what_is_no_calendar_or_has_no_event_is_refused(base: Base) -> None:
    token = await base.door.base()
    before = await ledger()
    for calendar in ("hello", file()):
        given = {"calendar": calendar, "reason": "OTHER"}
        answer = await base.door.data(IMPORT, {"input": given}, token=token)
        assert (answer["__typename"], answer["fields"][0]["path"]) == ("InvalidInput", "calendar")
    assert await imported(base, PARTY, roomId="room_01") == NOT_FOUND
    assert await ledger() == before


async def test_only_a_base_manager_imports_closures(base: Base) -> None:
    tokens = [await base.door.organization(A), await base.door.station(), await base.door.city()]
    before = await ledger()
    assert [await imported(base, PARTY, token=token) for token in tokens] == [NOT_ALLOWED] * 3
    nobody = await base.door.data(IMPORT, {"input": {"calendar": file(PARTY), "reason": "OTHER"}})
    assert nobody == NOT_SIGNED_IN
    assert await ledger() == before


async def test_a_feed_is_kept_as_a_hash(base: Base) -> None:
    await base.address(await base.door.organization(A), "OWN")
    feed = await CalendarFeed.all().get()
    assert len(feed.token_hash) == 64
