"""A claim with a room that is killed between any two of its statements is there whole or not at all."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from typing import Any

import pytest

from alliance.claims.audit import inconsistencies
from alliance.kit.database import is_postgres, opened
from tests.e2e.dying import claim
from tests.graph.ledger import Rows, ledger
from tests.graph.rooms import made_base
from tests.rivals import contested, rivals

pytestmark = pytest.mark.slow

MOST_STATEMENTS = 200
WHOLE = {"Claim": 1, "BookingSeries": 1, "Booking": 3, "BookedSlot": 30, "JournalEntry": 2, "CapabilityMonth": 1}


async def prepared(url: str) -> tuple[str, str, str]:
    """A need with places, a service that fits it, and a room."""
    async with opened(url):
        _, rooms = await made_base()
        need = await contested(headcount=6)
        (rival,) = await rivals(1)
        return need, rival.capability_id, rooms["reading"].id


async def books(url: str) -> dict[str, Rows]:
    """Every row of the database; asserts that every kept number is right."""
    async with opened(url):
        assert await inconsistencies() == ()
        return await ledger()


def test_a_claim_with_a_room_killed_at_any_statement_is_whole_or_not_there(
    each_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    need, capability, room = asyncio.run(prepared(each_url))
    before = asyncio.run(books(each_url))
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.e2e.dying"])
    kills, half = 0, []
    for at in range(1, MOST_STATEMENTS):
        process = context.Process(target=claim, args=(each_url, need, capability, room, at))
        process.start()
        process.join()
        assert process.exitcode in {0, -signal.SIGKILL}
        made = {name: len(rows) - len(before[name]) for name, rows in asyncio.run(books(each_url)).items()}
        kills += process.exitcode != 0
        if WHOLE.items() <= made.items():  # it has committed: whatever comes behind that undoes nothing
            break
        half += [(at, name) for name, more in made.items() if more]
    with capsys.disabled():
        engine = "PostgreSQL" if is_postgres(each_url) else "SQLite"
        print(
            f"\n{engine}: killed at each of {kills} statements: half done {len(half)}; then whole: "
            f"{ {name: more for name, more in made.items() if more} }"
        )
    assert half == []
    assert WHOLE.items() <= made.items()
