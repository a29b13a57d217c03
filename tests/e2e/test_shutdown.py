"""Told to end in the middle of work: what was begun is answered, nobody new is let in, and the books are right."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import time
from collections import Counter
from pathlib import Path

import pytest

from alliance.kit.database import opened
from alliance.needs.tables import Need
from tests.conftest import filled
from tests.e2e.faults import OK, Told, client_of, held, post_need, posted_since
from tests.e2e.serving import PATIENCE_SECONDS, Server, served
from tests.e2e.test_repeats_over_http import station_tokens
from tests.e2e.test_sign_in import coming_from
from tests.e2e.test_workers import workers_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

IN_FLIGHT = 10
NEWCOMERS = 10
HELD_SECONDS, BEGUN_AFTER = 1.8, 1.0  # less than anybody waits for a lock
MOST_SECONDS_TO_END = 10


@pytest.mark.parametrize(("engine", "processes"), [("sqlite", 1), ("postgres", 1), ("postgres", 2)])
async def test_what_is_in_flight_is_answered_and_nobody_new_is_let_in(
    engine: str, processes: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = filled(engine, tmp_path)
    async with opened(url):
        (token,) = await station_tokens(1)
        before = await Need.all().count()

    options = ("--workers", str(processes)) if processes > 1 else ()
    with served(url, tmp_path, *options) as server:
        await until_started(server, processes)
        async with client_of(server.address, token) as client:
            async with held(url):
                held_at = time.monotonic()
                posts = [asyncio.create_task(post_need(client, f"last-key-{place}")) for place in range(IN_FLIGHT)]
                await asyncio.sleep(BEGUN_AFTER)
                assert not any(post.done() for post in posts)
                told_at = time.monotonic()
                server.tell_to_end()
                refused_after = await until_refused(server, told_at)
                await asyncio.sleep(held_at + HELD_SECONDS - time.monotonic())
            answers = await asyncio.gather(*posts)
        code = await asyncio.to_thread(server.wait)
        ended_after = time.monotonic() - told_at

    effects = await posted_since(url, before)
    with capsys.disabled():
        print(
            f"\n{engine}, {processes} process(es): {dict(Counter(each.code for each in answers))} of {IN_FLIGHT} in "
            f"flight, new ones refused after {refused_after:.2f} s, ended with {code} after {ended_after:.2f} s"
        )
    assert [each.code for each in answers] == [OK] * IN_FLIGHT
    assert len({each.need_id for each in answers}) == effects == IN_FLIGHT
    assert refused_after < HELD_SECONDS - BEGUN_AFTER, "it let somebody in while it was ending"
    assert code == 0
    assert ended_after <= MOST_SECONDS_TO_END


async def test_processes_replaced_one_by_one_answer_what_they_have_begun_and_refuse_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = filled("postgres", tmp_path)
    async with opened(url):
        (token,) = await station_tokens(1)
        before = await Need.all().count()

    answers, newcomers = list[Told](), list[int]()
    with served(url, tmp_path, "--workers", "2") as server:
        await until_started(server, 2)
        for worker in workers_of(tmp_path):
            async with client_of(server.address, token) as client:
                async with held(url):
                    keys = range(len(answers), len(answers) + IN_FLIGHT)
                    posts = [asyncio.create_task(post_need(client, f"rolling-key-{key}")) for key in keys]
                    await asyncio.sleep(BEGUN_AFTER)
                    os.kill(worker, signal.SIGTERM)
                    newcomers += await asyncio.gather(*(newcomer(server) for _ in range(NEWCOMERS)))
                answers += await asyncio.gather(*posts)
            newcomers += await asyncio.gather(*(newcomer(server) for _ in range(NEWCOMERS)))
            await until_started(server, 2 + len(answers) // IN_FLIGHT)
        replaced = re.findall(r"has ended \((.*)\)", server.written())

    effects = await posted_since(url, before)
    with capsys.disabled():
        print(
            f"\n2 processes replaced one by one, ended with {', '.join(replaced)}: of {len(answers)} in flight "
            f"{dict(Counter(each.code for each in answers))}, of newcomers {dict(Counter(newcomers))}, rows {effects}"
        )
    assert replaced == ["0", "0"]
    assert {each.code for each in answers} == {OK}
    assert len({each.need_id for each in answers}) == effects == 2 * IN_FLIGHT
    assert set(newcomers) == {200}


async def newcomer(server: Server) -> int:
    """The status that somebody gets who comes over a connection of his own."""
    async with coming_from("127.0.0.1") as client:
        return (await client.get(f"{server.address}/readyz")).status_code


async def until_started(server: Server, processes: int) -> None:
    """Return once so many processes serve."""
    until = time.monotonic() + PATIENCE_SECONDS
    while sum(line["event"] == "started" for line in server.lines()) < processes:
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


async def until_refused(server: Server, since: float) -> float:
    """The seconds after which no connection is taken any more; more than anybody should wait where it is never so."""
    while (passed := time.monotonic() - since) < HELD_SECONDS - BEGUN_AFTER:
        try:
            socket.create_connection(("127.0.0.1", server.port), timeout=1).close()
        except ConnectionError:
            return passed
        await asyncio.sleep(0.01)
    return passed
