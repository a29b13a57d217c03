"""A disk without space: deeds are refused and nothing of them stays, reading goes on, and space is all it takes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tortoise.connection import get_connection

from alliance.claims.audit import inconsistencies
from alliance.journal.sealing import KEY_FILE
from alliance.kit.checking import check
from alliance.kit.database import WRITER, connected, opened, sqlite_path
from alliance.needs.tables import Need
from tests.conftest import filled
from tests.e2e.faults import OK, QUERY, STORAGE_FULL, Told, client_of, post_need, told
from tests.e2e.serving import served
from tests.e2e.test_repeats_over_http import station_tokens
from tests.postgres import postgres_url

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SIZE, LEFT = 64 * 2**20, 256 * 2**10  # bytes: of the disk, and of its space when the deeds begin
MOST_DEEDS, AFTER = 400, 20  # until one is refused, and after it


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_a_full_disk_refuses_deeds_and_serves_on(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk() as disk:
        async with placed(engine, disk, tmp_path) as url:
            async with opened(url):
                (token,) = await station_tokens(1)
                before = await Need.all().count()
            with served(url, tmp_path) as server:
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
            f"\n{sound.engine}, full: {dict(Counter(each.code for each in answers))}, {len(queries)} queries meanwhile "
            f"{dict(Counter(each.code for each in queries))}; with space again, not restarted: the same {len(again)} "
            f"keys {dict(Counter(each.code for each in again))}, rows {rows}, lost {len(acknowledged - ids_of(again))}"
        )
    assert {each.code for each in answers} == {OK, STORAGE_FULL}
    assert {each.code for each in queries} == {each.code for each in again} == {OK}
    assert acknowledged <= ids_of(again)
    assert len(ids_of(again)) == rows == len(answers)
    assert sound.is_sound, sound


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
            pytest.skip(f"a small disk needs root: {made.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        folder.rmdir()


@contextmanager
def filling(disk: Path, *, leaving: int) -> Iterator[None]:
    """Meanwhile all of its space but so many bytes is taken."""
    ballast, free = disk / "ballast", os.statvfs(disk)
    try:
        ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - leaving))
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
