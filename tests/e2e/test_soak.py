"""Under mixed load with hostile requests in it nothing grows: no memory, no file, no thread, no connection.

`ALLIANCE_SOAK_MINUTES` says for how long, per engine; memory is compared from the end of the warm-up on.
"""

from __future__ import annotations

import asyncio
import os
import statistics
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from tortoise.connection import get_connection

from alliance.claims.audit import inconsistencies
from alliance.kit.database import POSTGRES_CONNECTIONS, WRITER, connected, is_postgres, opened
from tests.e2e.serving import served
from tests.e2e.traffic import Traffic, crowd
from tests.http.hostile import hostile

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc tells what a process holds"),
]

CLIENTS, PAUSE = 16, 0.4  # about 35 requests a second, which leaves half of a processor
WARM_UP_SECONDS, WARM_UP_SHARE = 90.0, 0.2  # whichever is longer; without pauses, which fills what is kept ready
MOST_HOSTILE_BYTES = 200_000
A_MOMENT = 5.0  # seconds, in which the server sees that the clients are gone
AT_EACH_END = 10  # seconds whose median is compared
MOST_GROWTH = 0.05
CONNECTED = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = $1"


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds just now."""

    kilobytes: int
    threads: int
    files: int


def held(process: int) -> Held:
    """Memory, threads and open files of a process."""
    lines = (line.split() for line in Path(f"/proc/{process}/status").read_text().splitlines())
    told = {words[0]: words[1] for words in lines if len(words) > 1}
    return Held(int(told["VmRSS:"]), int(told["Threads:"]), len(list(Path(f"/proc/{process}/fd").iterdir())))


async def connections(url: str) -> int:
    """The connections of the server to its PostgreSQL; 0 on SQLite, where they are open files."""
    if not is_postgres(url):
        return 0
    parts = urlsplit(url)
    async with connected(urlunsplit(parts._replace(path="/postgres"))):  # from elsewhere, so as not to count itself
        (row,) = await get_connection(WRITER).execute_query_dict(CONNECTED, [parts.path.lstrip("/")])
    return int(row["n"])


async def followed(process: int, seconds: float) -> list[int]:
    """The memory of a process, second by second."""
    found = []
    for _ in range(round(seconds)):
        await asyncio.sleep(1)
        found.append(held(process).kilobytes)
    return found


@pytest.mark.slow
async def test_nothing_grows_under_mixed_load_with_hostile_requests(
    each_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = 60 * float(os.environ.get("ALLIANCE_SOAK_MINUTES", "3"))
    warm_up = max(WARM_UP_SECONDS, WARM_UP_SHARE * seconds)
    attacks = [each for each in hostile() if len(each.body) <= MOST_HOSTILE_BYTES]
    async with opened(each_url):
        people = await crowd(CLIENTS)
    with served(each_url, tmp_path) as server:
        start, at_first = held(server.process), await connections(each_url)
        traffic = Traffic(server.address, people, seed=17, hostile=attacks)
        await traffic.send_all_hostile()
        async with asyncio.TaskGroup() as group:
            group.create_task(traffic.run(CLIENTS))
            await asyncio.sleep(warm_up)
            traffic.pause = PAUSE
            warm = held(server.process)
            memory = await followed(server.process, seconds - warm_up)
            most_connected = await connections(each_url)
            traffic.is_over = True
        await asyncio.sleep(A_MOMENT)
        end, still_connected = held(server.process), await connections(each_url)
    async with opened(each_url):
        assert await inconsistencies() == ()
    early, late = (statistics.median(some) for some in (memory[:AT_EACH_END], memory[-AT_EACH_END:]))
    growth = late / early - 1
    with capsys.disabled():
        print(
            f"\n{'PostgreSQL' if is_postgres(each_url) else 'SQLite'}: {seconds / 60:.1f} min, "
            f"{traffic.answers.total()} requests, {traffic.answers['hostile']} of them hostile: "
            f"unclean {len(traffic.unclean)}, unanswered {traffic.unanswered}, "
            f"put off {traffic.put_off}; "
            f"memory {early / 1024:.1f} -> {late / 1024:.1f} MB ({growth:+.1%}); "
            f"threads {start.threads} -> {warm.threads} -> {end.threads}; "
            f"files {start.files} -> {end.files}; connections {at_first} -> {most_connected} -> {still_connected}"
        )
    assert traffic.unclean == []
    assert traffic.unanswered == 0
    assert growth < MOST_GROWTH
    assert end.threads <= warm.threads
    assert end.files - start.files == still_connected - at_first
    assert most_connected <= POSTGRES_CONNECTIONS
