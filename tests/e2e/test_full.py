"""A disk without space: deeds are refused and nothing of them stays, reading goes on, and space is all it takes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tortoise.connection import get_connection

from alliance.claims.audit import inconsistencies
from alliance.journal.sealing import KEY_FILE
from alliance.kit.checking import check
from alliance.kit.database import WRITER, connected, opened, sqlite_path
from alliance.needs.tables import Need
from tests.conftest import filled
from tests.e2e.faults import OK, QUERY, STORAGE_FULL, Told, client_of, post_need, told
from tests.e2e.serving import PATIENCE_SECONDS, served
from tests.e2e.test_repeats_over_http import station_tokens
from tests.e2e.test_workers import workers_of
from tests.postgres import postgres_url

pytestmark = pytest.mark.slow

SIZE, LEFT = 64 * 2**20, 256 * 2**10  # bytes: of the disk, and of its space when the deeds begin
TWO_WORKERS = ("--workers", "2")
PAGE = 4096  # bytes that a file system takes at once
MOST_DEEDS, AFTER = 400, 20  # until one is refused, and after it


@pytest.mark.anyio
@pytest.mark.parametrize(("engine", "options"), [("sqlite", ()), ("postgres", ()), ("postgres", TWO_WORKERS)])
async def test_a_full_disk_refuses_deeds_and_serves_on(
    engine: str, options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk() as disk:
        async with placed(engine, disk, tmp_path) as url:
            async with opened(url):
                (token,) = await station_tokens(1)
                before = await Need.all().count()
            with served(url, disk, *options, TMPDIR=str(disk)) as server:
                async with client_of(server.address, token) as client:
                    answers, since = list[Told](), 0
                    with filling(disk, leaving=LEFT):
                        while len(answers) < MOST_DEEDS and since < AFTER:
                            answers.append(await post_need(client, f"full-key-{len(answers)}"))
                            since += bool(since or answers[-1].code == STORAGE_FULL)
                        queries = [await told(client, QUERY) for _ in range(AFTER)]
                    again = [await post_need(client, f"full-key-{place}") for place in range(len(answers))]
            async with opened(url):
                rows = await Need.all().count() - before
            sound = await check(url, inconsistencies)

    acknowledged = {each.need_id for each in answers if each.code == OK}
    with capsys.disabled():
        print(
            f"\n{' '.join((sound.engine, *options))}, full: {dict(Counter(each.code for each in answers))}, "
            f"{len(queries)} queries meanwhile {dict(Counter(each.code for each in queries))}; with space again, not "
            f"restarted: the same {len(again)} keys {dict(Counter(each.code for each in again))}, rows {rows}, "
            f"lost {len(acknowledged - ids_of(again))}"
        )
    assert {each.code for each in answers} == {OK, STORAGE_FULL}
    assert {each.code for each in queries} == {each.code for each in again} == {OK}
    assert acknowledged <= ids_of(again)
    assert len(ids_of(again)) == rows == len(answers)
    assert sound.is_sound, sound


def test_workers_that_die_while_the_disk_is_full_are_replaced(
    migrated_postgres: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk() as disk, served(migrated_postgres, tmp_path, *TWO_WORKERS, TMPDIR=str(disk)) as server:
        with filling(disk):
            began = time.perf_counter()
            for worker in workers_of(tmp_path):
                os.kill(worker, signal.SIGKILL)
            answers = [httpx.get(f"{server.address}/readyz", timeout=PATIENCE_SECONDS).status_code]
            seconds = time.perf_counter() - began
            answers += [
                httpx.get(f"{server.address}/readyz", timeout=PATIENCE_SECONDS).status_code for _ in range(AFTER)
            ]
        replaced = server.written().count("takes its place")
    with capsys.disabled():
        print(
            f"\n2 processes killed while the disk is full: {replaced} replaced, up again after {seconds:.1f} s, "
            f"answers {dict(Counter(answers))}"
        )
    assert set(answers) == {200}
    assert replaced == 2


def ids_of(answers: Iterable[Told]) -> set[str]:
    """The needs that answers tell of."""
    return {each.need_id for each in answers if each.need_id}


# --- a disk that can be filled ---------------------------------------------------------------------------------------


@contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of its own, in memory. Skips, with the reason, where none may be made."""
    folder = Path(tempfile.mkdtemp(prefix="alliance-small-"))
    try:
        if shutil.which("mount") is None:
            pytest.skip("there is no `mount`")
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0777", "small", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            pytest.skip(f"a small disk needs root, or `unshare -rm`: {made.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()


@contextmanager
def filling(disk: Path, *, leaving: int = 0) -> Iterator[None]:
    """Meanwhile all of its space but so many bytes is taken."""
    ballast = disk / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file:
            with suppress(OSError):  # there is no space left
                while True:
                    file.write(bytes(PAGE))
            file.truncate(file.tell() - leaving)
        yield
    finally:
        ballast.unlink()


@asynccontextmanager
async def placed(engine: str, disk: Path, folder: Path) -> AsyncIterator[str]:
    """The URL of a filled database whose rows lie on `disk`."""
    if engine == "sqlite":
        file = sqlite_path(filled(engine, folder))
        for name in (file.name, file.name + KEY_FILE):
            shutil.copy(file.with_name(name), disk / name)
        yield str(disk / file.name)
        return
    url, aside = filled(engine, folder), postgres_url()
    name = urlsplit(url).path.lstrip("/")
    space, rows = f"small_{name}", disk / "rows"
    async with connected(aside):
        server = get_connection(WRITER)
        (settings,) = await server.execute_query_dict("SELECT current_setting('data_directory') AS folder")
        give_to_owner(rows, of=Path(settings["folder"]))
        await server.execute_query(f"CREATE TABLESPACE {space} LOCATION '{rows}'")
        try:
            await server.execute_query(f'ALTER DATABASE "{name}" SET TABLESPACE {space}')
            yield url
        finally:
            await server.execute_query(f'ALTER DATABASE "{name}" SET TABLESPACE pg_default')
            await server.execute_query(f"DROP TABLESPACE {space}")


def give_to_owner(rows: Path, *, of: Path) -> None:
    """Make a folder that PostgreSQL, whose own is `of`, may write to."""
    if not of.is_dir():
        pytest.skip("the PostgreSQL under test runs elsewhere, and its disk is not ours to fill")
    rows.mkdir()
    shutil.chown(rows, of.stat().st_uid, of.stat().st_gid)
