"""Many book, move and cancel in three rooms at once: no two ever overlap, and every refusal has its reason."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tortoise.connection import get_connection

from alliance.claims.audit import inconsistencies
from alliance.journal.audit import verify
from alliance.kit.database import WRITER, opened
from alliance.schedule.reads import room_facts
from alliance.schedule.tables import Booking, BookingSeries, Room
from alliance.schedule.times import Stretch, place_in_day
from tests.e2e.serving import PATIENCE_SECONDS, servers
from tests.graph.rooms import BOOK, CANCEL, MOVE, day_ahead, made_base
from tests.rivals import rivals

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

TRIES, CLIENTS_OF_ONE, DAYS = 2_000, 4, 12
ROOMS = ("reading", "craft", "hall")
OVERLAPPING = """SELECT count(*) AS n FROM booking a JOIN booking b ON a.room_id = b.room_id AND a.day = b.day
    AND a.id < b.id JOIN room r ON r.id = a.room_id
    WHERE a.stored_state IN ('HELD', 'CONFIRMED') AND b.stored_state IN ('HELD', 'CONFIRMED')
    AND a."start" - r.setup_minutes < b."end" + r.clearup_minutes
    AND b."start" - r.setup_minutes < a."end" + r.clearup_minutes"""


@dataclass
class Told:
    """What was answered, by all clients together."""

    answers: Counter[str] = field(default_factory=Counter)
    series: dict[str, int] = field(default_factory=dict)  # how many bookings each was acknowledged with
    taken: set[tuple[str, Stretch]] = field(default_factory=set)  # what was ever acknowledged as taken, by room
    busy: list[tuple[str, Stretch]] = field(default_factory=list)  # what refusals say is in the way
    odd: list[Any] = field(default_factory=list)


@dataclass
class Booker:
    """One organization that books, moves and cancels at random."""

    client: httpx.AsyncClient
    token: str
    rooms: dict[str, Room]
    told: Told
    chance: random.Random
    own: list[Any] = field(default_factory=list)

    async def ask(self, document: str, variables: dict[str, Any]) -> Any:
        """The only field of the answer."""
        response = await self.client.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"authorization": f"Bearer {self.token}", "accept-language": "en"},
        )
        (answer,) = response.json()["data"].values()
        self.told.answers[answer["__typename"]] += 1
        return answer

    async def one_try(self) -> None:
        """Mostly a booking, in five a series; now and then one's own is moved or cancelled."""
        lot = self.chance.random()
        if self.own and lot < 0.15:
            await self._move(self.own[self.chance.randrange(len(self.own))])
        elif self.own and lot < 0.35:
            await self._cancel(self.own.pop(self.chance.randrange(len(self.own))))
        else:
            await self._book()

    async def _book(self) -> None:
        length = self.chance.choice((15, 30, 60, 90, 120, 180))
        start = self.chance.randrange(8 * 60, 22 * 60 - length + 1, 15)
        times = self.chance.choice((1, 1, 1, 1, self.chance.randint(2, 5)))
        room = self.chance.choice(ROOMS)
        wanted = {
            "roomId": self.rooms[room].id,
            "title": "示例活动",
            "headcount": 5,
            "firstDay": day_ahead(self.chance.randint(2, DAYS)).isoformat(),
            "start": f"{start // 60:02d}:{start % 60:02d}",
            "end": f"{(start + length) // 60:02d}:{(start + length) % 60:02d}",
            "rule": f"FREQ=DAILY;COUNT={times}" if times > 1 else "",
        }
        answer = await self.ask(BOOK, {"input": wanted})
        if answer["__typename"] == "BookingSeries":
            self.told.series[answer["id"]] = len(answer["bookings"])
            if len(answer["bookings"]) != times:
                self.told.odd.append(answer)
            for booking in answer["bookings"]:
                self._note(booking)
        else:
            self._note_refusal(answer)

    async def _move(self, booking: Any) -> None:
        start = self.chance.randrange(8 * 60, 20 * 60, 15)
        given = {"start": f"{start // 60:02d}:{start % 60:02d}", "roomId": self.rooms[self.chance.choice(ROOMS)].id}
        answer = await self.ask(MOVE, {"id": booking["id"], "v": booking["version"], "input": given})
        if answer["__typename"] == "Booking":
            self.own.remove(booking)
            self._note(answer)
        elif answer["__typename"] == "RoomNotFree":
            self._note_refusal(answer)
        elif answer["__typename"] != "InvalidInput":  # three hours moved to 20:00 would go on after midnight
            self.told.odd.append(answer)

    async def _cancel(self, booking: Any) -> None:
        given = {"id": booking["id"], "v": booking["version"], "input": {"reason": "NOT_NEEDED"}}
        if (answer := await self.ask(CANCEL, given))["__typename"] != "Booking":
            self.told.odd.append(answer)

    def _note(self, booking: Any) -> None:
        self.own.append(booking)
        room = next(each for each in self.rooms.values() if each.name == booking["room"]["name"])
        self.told.taken.add((room.name, room_facts(room).occupied_by(_stretch(booking["period"]))))

    def _note_refusal(self, answer: Any) -> None:
        if answer["__typename"] != "RoomNotFree":
            self.told.odd.append(answer)
            return
        for each in answer["occurrences"]:
            if each["verdict"] == "CLASH":
                self.told.busy += [(each["room"]["name"], _stretch(busy)) for busy in each["busy"]]
            elif each["verdict"] not in {"FREE", "CLOSED"}:  # moved so that it would end after the base shuts
                self.told.odd.append(each)


def _stretch(period: dict[str, str]) -> Stretch:
    day, start = place_in_day(datetime.fromisoformat(period["start"]))
    length = datetime.fromisoformat(period["end"]) - datetime.fromisoformat(period["start"])
    return Stretch(day, start, start + int(length.total_seconds()) // 60)


async def test_two_thousand_random_bookings_in_three_rooms_never_overlap(
    each_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with opened(each_url):
        _, rooms = await made_base()
        crowd = await rivals(2 * CLIENTS_OF_ONE)
    told, chance = Told(), random.Random(16)

    async def book_on(booker: Booker, tries: int) -> None:
        for _ in range(tries):
            await booker.one_try()

    with servers(each_url, tmp_path, on_postgres=2) as addresses:
        async with AsyncExitStack() as open_clients:
            bookers = []
            for place, each in enumerate(crowd[: CLIENTS_OF_ONE * len(addresses)]):
                address = addresses[place % len(addresses)]
                client = httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS, trust_env=False)
                await open_clients.enter_async_context(client)
                bookers.append(Booker(client, each.token, rooms, told, random.Random(chance.random())))
            async with asyncio.TaskGroup() as group:
                for booker in bookers:
                    group.create_task(book_on(booker, TRIES // len(bookers)))

    async with opened(each_url):
        (row,) = await get_connection(WRITER).execute_query_dict(OVERLAPPING)
        series = {each.id: 0 for each in await BookingSeries.filter(title="示例活动")}
        for booking in await Booking.filter(series__title="示例活动"):
            series[booking.series_id] += 1
        assert await inconsistencies() == ()
        assert (await verify()).broken is None
    unexplained = [each for each in told.busy if each not in told.taken]
    with capsys.disabled():
        print(
            f"\n{len(addresses)} process(es), {len(bookers)} clients: {told.answers.total()} tries, "
            f"{len(series)} series of {sum(series.values())} bookings: overlapping pairs {row['n']}, "
            f"{len(told.busy)} times in the way, unexplained {len(unexplained)}, odd {len(told.odd)}; "
            f"{dict(told.answers)}"
        )
    assert row["n"] == 0
    assert unexplained == []
    assert told.odd == []
    assert series == told.series
