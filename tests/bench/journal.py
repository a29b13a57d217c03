"""What the chain of the journal costs: deeds a second with it and without it, and how fast it is verified.

    python tests/bench/journal.py [DEEDS]        on SQLite and on a PostgreSQL

Rounds with and without the chain take turns on one database, so that both meet the same machine.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from statistics import median
from unittest.mock import patch

from tortoise.functions import Max

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from alliance.core.keys import Key
from alliance.journal import sealing
from alliance.journal.audit import verify
from alliance.journal.entries import Entry
from alliance.journal.tables import JournalEntry
from alliance.kit.database import lock_for_sequence, opened
from alliance.kit.migrating import migrate
from tests.engines.writing import do_at_once
from tests.postgres import postgres_url

KEY = Key(b"b" * 32)
ROUNDS = 6
AT_ONCE = 8
Append = Callable[[Sequence[Entry]], Awaitable[None]]


async def append_without_chain(entries: Sequence[Entry]) -> None:
    """The reference: a sequence in the order of commits, and no seals."""
    await lock_for_sequence(sealing.JOURNAL_LOCK)
    last = (await JournalEntry.annotate(last=Max("sequence")).values("last"))[0]["last"] or 0
    rows = [sealing._row(last + i, entry) for i, entry in enumerate(entries, start=1)]
    for row in rows:
        row.key_id = KEY.id  # so that the rounds with seals go on from here
    await JournalEntry.bulk_create(rows)


async def measure(engine: str, url: str, deeds: int) -> None:
    """Print the figures of one engine."""
    await migrate(url)
    seconds: dict[Append, list[float]] = {sealing.append: [], append_without_chain: []}
    async with opened(url):
        sealing.hand_on((KEY,))
        await do_at_once(deeds // 10, at_once=AT_ONCE)  # warms up
        for _ in range(ROUNDS):
            for append, took in seconds.items():
                with patch("alliance.journal.settle.append", append):
                    started = time.perf_counter()
                    await do_at_once(deeds, at_once=AT_ONCE)
                    took.append(time.perf_counter() - started)
    with_chain, without = (deeds / median(took) for took in seconds.values())
    print(f"{engine} deeds with the chain: {with_chain:.0f} 1/s")
    print(f"{engine} deeds without the chain: {without:.0f} 1/s")
    print(f"{engine} cost of the chain a deed: {1e6 / with_chain - 1e6 / without:.0f} us")


async def measure_verifying(engine: str, url: str, deeds: int) -> None:
    """Print how fast a longer chain is walked."""
    await migrate(url)
    async with opened(url):
        sealing.hand_on((KEY,))
        await do_at_once(deeds * 2, at_once=AT_ONCE)
        started = time.perf_counter()
        verified = await verify()
        took = time.perf_counter() - started
    assert verified.broken is None
    print(f"{engine} entries verified: {verified.head.sequence / took:.0f} 1/s")


async def main(deeds: int) -> None:
    """Both engines, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        for engine in ("SQLite", "PostgreSQL"):
            urls = [
                postgres_url() if engine == "PostgreSQL" else str(Path(folder) / f"{name}.sqlite3") for name in "ab"
            ]
            await measure(engine, urls[0], deeds)
            await measure_verifying(engine, urls[1], deeds)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
