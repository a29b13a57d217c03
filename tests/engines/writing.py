"""Deeds that do nothing but leave an entry, by tasks of one process or by a process of their own."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass

from alliance.core.keys import keys_in
from alliance.core.permissions import Deed
from alliance.core.viewer import ANYBODY
from alliance.journal.sealing import hand_on
from alliance.journal.settle import record, settle
from alliance.kit.database import opened
from tests.postgres import JOURNAL_KEY


@dataclass
class Done:
    """What `settle` asks of every deed."""

    id: str = "need_1"


async def do(*places: int) -> None:
    """One deed with an entry for each number of places."""

    async def work() -> Done:
        for number in places:
            record(
                Deed.POST_NEED,
                ANYBODY,
                subjects=(f"need_{number}", "station_1"),
                bodies=("station_1",),
                district_code="320213",
                before={"places": None},
                after={"places": number, "state": "OPEN", "windows": ["6 09:00-12:00"]},
            )
        return Done()

    await settle(work)


async def do_at_once(deeds: int, *, at_once: int) -> None:
    """So many deeds by so many tasks."""
    waiting = iter(range(deeds))

    async def writer() -> None:
        for number in waiting:
            await do(*range(number % 3 + 1))

    await asyncio.gather(*(writer() for _ in range(at_once)))


async def _main(url: str, deeds: int) -> None:
    async with opened(url):
        hand_on(keys_in(JOURNAL_KEY))
        await do_at_once(deeds, at_once=5)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2])))
