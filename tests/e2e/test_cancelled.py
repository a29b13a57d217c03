"""Whoever stops waiting, and however, freezes nothing, leaves no deed half done and takes no connection along."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import sqlite3
import struct
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from alliance.claims.audit import inconsistencies
from alliance.journal.audit import verify
from alliance.kit.database import POSTGRES_CONNECTIONS, connection, finish_running, is_postgres, opened, sqlite_path
from alliance.settings import Settings
from tests.e2e import serving
from tests.e2e.books import Kept, kept
from tests.e2e.test_races_over_http import asked
from tests.e2e.traffic import POST, crowd
from tests.graph import door
from tests.rivals import LEAF

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

CANCELLATIONS, DROPS, SOCKETS, AT_ONCE = 400, 200, 200, 8
SOON = 5.0  # seconds; what is frozen never answers
WANTED = {"title": "过节想热闹热闹", "categories": [LEAF], "headcount": 3}
STATES = "SELECT state, count(*) AS n FROM pg_stat_activity WHERE datname = current_database() GROUP BY state"
TEXT_FRAME, MASKED, TWO_BYTES = 0x81, 0x80, 126


async def test_four_hundred_deeds_cancelled_at_any_moment(
    each_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, cut, wedges, keys = random.Random(11), Counter[str](), 0, iter(range(10_000))
    async with opened(each_url):
        station = (await crowd(0)).stations[0]
        before = await kept()

    async with door.served(Settings(database=each_url)) as client:

        def post() -> asyncio.Task[Any]:
            given = {"input": WANTED, "key": f"cancelled:{next(keys)}"}
            return asyncio.create_task(asked(client, station, POST, given))

        began = time.perf_counter()
        await asyncio.gather(*(post() for _ in range(AT_ONCE)))
        longest = time.perf_counter() - began

        async def cancel() -> None:
            """One deed, at any moment from before its first statement to after its last."""
            deed = post()
            await asyncio.sleep(chance.uniform(0, longest))
            deed.cancel()
            await asyncio.wait([deed])
            assert deed.cancelled() or deed.result()["__typename"] == "Need"
            cut["cancelled" if deed.cancelled() else "answered before"] += 1

        while cut["cancelled"] < CANCELLATIONS:
            await asyncio.gather(*(cancel() for _ in range(AT_ONCE)))
            if not await is_answered(post()):
                wedges += 1
                break
        await finish_running()
        assert await is_answered(*(post() for _ in range(2 * POSTGRES_CONNECTIONS)))
        connections = await left_alone(each_url)
        after, journal, contradictions = await kept(), await verify(), await inconsistencies()

    half, made = halves(before, after)
    with capsys.disabled():
        print(
            f"\n{engine(each_url)}: {cut['cancelled']} cancellations within {longest * 1_000:.0f} ms of the request "
            f"({cut['answered before']} came too late), {made} deeds done: wedges {wedges}, half {half}, "
            f"{connections}"
        )
    assert (wedges, half) == (0, 0)
    assert (contradictions, journal.broken) == ((), None)


async def test_clients_that_hang_up_and_sockets_that_take_their_deed_back(
    each_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, told = random.Random(11), Counter[str]()
    async with opened(each_url):
        station = (await crowd(0)).stations[0]
        before = await kept()

    with serving.served(each_url, tmp_path) as server:
        for place in range(0, DROPS, AT_ONCE):
            at = range(place, place + AT_ONCE)
            await asyncio.gather(*(hung_up(server.port, station, n, chance.uniform(0, 0.15)) for n in at))
            told["alive after hanging up"] += await is_alive(server.address, station)
    async with opened(each_url):  # once the server has ended, and with it every deed whose answer nobody reads
        dropped = await kept()

    with serving.served(each_url, tmp_path) as server:
        for _ in range(0, SOCKETS, AT_ONCE):
            heads = await asyncio.gather(*(taken_back(server.port, station) for _ in range(AT_ONCE)))
            told.update(head.decode("latin-1") for head in heads)
            told["alive after sockets"] += await is_alive(server.address, station)
    async with opened(each_url):
        after, journal, contradictions = await kept(), await verify(), await inconsistencies()

    half, made = halves(before, dropped)
    by_sockets = len(after) - len(dropped)
    with capsys.disabled():
        print(
            f"\n{engine(each_url)}: {DROPS} clients hung up, {made} deeds done, half {half}; {SOCKETS} sockets with a "
            f"deed and `complete`: {by_sockets} deeds done; {dict(told)}"
        )
    assert (half, by_sockets) == (0, 0)
    assert 0 < made <= DROPS
    refused = {"HTTP/1.1 403", "HTTP/1.1 405"}  # with a library for sockets in the server, and without one
    assert sum(told[head] for head in refused) == SOCKETS
    assert told["alive after hanging up"] == DROPS // AT_ONCE
    assert told["alive after sockets"] == SOCKETS // AT_ONCE
    assert (contradictions, journal.broken) == ((), None)


# --- those who stop waiting ------------------------------------------------------------------------------------------


async def hung_up(port: int, token: str, number: int, seconds: float) -> None:
    """A deed over a connection of its own that is cut so soon after it was sent."""
    body = json.dumps({"query": POST, "variables": {"input": WANTED, "key": f"hung-up:{number}"}}).encode()
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode() + body)
    await asyncio.sleep(seconds)
    writer.transport.abort()


async def taken_back(port: int, token: str) -> bytes:
    """A deed over a WebSocket and at once that it is not wanted; the beginning of what comes back."""
    head = (
        "GET /graphql HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: {base64.b64encode(bytes(16)).decode()}\r\nAuthorization: Bearer {token}\r\n"
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n"
    )
    deed = {"query": POST, "variables": {"input": WANTED, "key": "taken-back"}}
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            head.encode()
            + frame({"type": "connection_init"})
            + frame({"id": "1", "type": "subscribe", "payload": deed})
            + frame({"id": "1", "type": "complete"})
        )
        async with asyncio.timeout(SOON):
            return (await reader.readline())[: len(b"HTTP/1.1 403")]
    finally:
        writer.transport.abort()


def frame(message: Mapping[str, Any]) -> bytes:
    """One text frame of a client, under the mask of zeros."""
    payload = json.dumps(message).encode()
    return struct.pack(">BBHI", TEXT_FRAME, MASKED | TWO_BYTES, len(payload), 0) + payload


# --- what must be as before ------------------------------------------------------------------------------------------


async def is_alive(address: str, token: str) -> bool:
    """True when the server answers soon."""
    async with httpx.AsyncClient(base_url=address, timeout=serving.PATIENCE_SECONDS, trust_env=False) as client:
        return await is_answered(asyncio.create_task(asked(client, token, "{ me { role } }", {})))


async def is_answered(*requests: asyncio.Task[Any]) -> bool:
    """True when all of them are answered soon."""
    _, waiting = await asyncio.wait(requests, timeout=SOON)
    for request in waiting:
        request.cancel()
    return not waiting and all(request.result() for request in requests)


def halves(before: Mapping[str, Kept], after: Mapping[str, Kept]) -> tuple[int, int]:
    """How many of the new rows are not what the journal makes of them, and how many are new."""
    new = [row for key, row in after.items() if key not in before]
    return sum(row.is_half for row in new), len(new)


async def left_alone(url: str) -> str:
    """What can be seen of the connections, after asserting that none is in the middle of something."""
    if is_postgres(url):
        states = {row["state"]: int(row["n"]) for row in await connection().execute_query_dict(STATES)}
        assert set(states) <= {"idle", "active"}, states
        assert states["active"] == 1, "the question itself"
        assert sum(states.values()) <= POSTGRES_CONNECTIONS
        return f"{sum(states.values())} of {POSTGRES_CONNECTIONS} connections, none in a transaction"
    with closing(sqlite3.connect(sqlite_path(url), isolation_level=None, timeout=0)) as another:
        another.execute("BEGIN IMMEDIATE")
        another.execute("ROLLBACK")
    return "the write lock is free"


def engine(url: str) -> str:
    """Its name."""
    return "PostgreSQL" if is_postgres(url) else "SQLite"
