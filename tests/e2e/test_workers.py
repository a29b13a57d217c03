"""A file grown into PostgreSQL and served by two processes: both answer, each is replaced, both end together."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest

from alliance.claims.audit import inconsistencies
from alliance.core.keys import keys_in
from alliance.journal.audit import verify
from alliance.journal.sealing import hand_on
from alliance.kit.copying import copy, fingerprints
from alliance.kit.database import opened
from alliance.kit.metrics import SHARED_FOLDER
from tests.conftest import filled, key_of
from tests.e2e.serving import PATIENCE_SECONDS, serving
from tests.e2e.test_races_over_http import city_token, claims_at_once
from tests.postgres import postgres_url
from tests.rivals import contested, rivals

pytestmark = pytest.mark.slow


@pytest.mark.anyio
async def test_a_file_copied_to_postgres_is_claimed_from_by_two_processes(tmp_path: Path) -> None:
    file = filled("sqlite", tmp_path)
    async with opened(file):
        need, crowd, city = await contested(headcount=1), await rivals(10), await city_token()
    grown, back = postgres_url(), str(tmp_path / "back.sqlite3")
    for source, target in ((file, grown), (grown, back)):
        await copy(source, target, progress=lambda table, rows: None)
    assert await fingerprints(file) == await fingerprints(grown) == await fingerprints(back)

    key = key_of(file)
    with serving(grown, tmp_path, "--workers", "2", ALLIANCE_JOURNAL_KEY=key) as address:
        answers, journal = await claims_at_once(address, crowd, [need] * 10, 1, city)
    assert Counter(answer["__typename"] for answer in answers) == {"Claim": 1, "NotEnoughLeft": 9}
    assert journal["totalCount"] == 1
    async with opened(grown):
        hand_on(keys_in(key))
        assert await inconsistencies() == ()
        assert (await verify()).broken is None


def test_either_process_answers_while_the_other_is_gone_and_is_replaced(migrated_postgres: str, tmp_path: Path) -> None:
    with serving(migrated_postgres, tmp_path, "--workers", "2") as address:
        for worker in workers_of(tmp_path):
            os.kill(worker, signal.SIGKILL)
            assert httpx.get(f"{address}/readyz", timeout=PATIENCE_SECONDS).status_code == 200
            _wait_until(partial(_has_said, tmp_path, f"Worker {worker} has ended (-9)"))


def test_the_processes_end_with_the_one_that_started_them_and_leave_no_counts(
    migrated_postgres: str, tmp_path: Path
) -> None:
    gone: list[int] = []
    counts: set[Path] = set()
    with pytest.raises(AssertionError):  # the server was not asked to end, and its exit code tells
        _end_the_first(migrated_postgres, tmp_path, gone, counts)
    assert len(gone) == 2
    assert [folder.exists() for folder in counts] == [False]


def _end_the_first(url: str, folder: Path, gone: list[int], counts: set[Path]) -> None:
    """Kill the process that started the others, and wait until they are gone too."""
    with serving(url, folder, "--workers", "2"):
        workers = workers_of(folder)
        counts |= {_counts_of(worker) for worker in workers}
        os.kill(_parent_of(workers[0]), signal.SIGKILL)
        _wait_until(lambda: not any(_is_there(worker) for worker in workers))
        gone += workers


def _wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > until:
            pytest.fail("waited in vain")
        time.sleep(0.05)


def workers_of(folder: Path) -> list[int]:
    """The numbers of the processes that a server with its notes in `folder` began with."""
    (listed,) = re.findall(r"Workers: (.*)\.", _log(folder))
    return [int(number) for number in listed.split(", ")]


def _has_said(folder: Path, text: str) -> bool:
    return text in _log(folder)


def _log(folder: Path) -> str:
    return (folder / "server.log").read_text("utf-8")


def _parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _counts_of(process: int) -> Path:
    """The folder that it was told to keep its counts in."""
    told = dict(line.partition("=")[::2] for line in Path(f"/proc/{process}/environ").read_text("utf-8").split("\0"))
    return Path(told[SHARED_FOLDER])


def _is_there(process: int) -> bool:
    """False for what is gone, and for what only waits to be counted as gone."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
