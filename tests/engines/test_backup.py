"""A backup holds everything of one moment and is private; what cannot be trusted gets no name and no place."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alliance.claims.audit import inconsistencies
from alliance.kit import backup, postgres_programs
from alliance.kit.backup import BackupRefused, back_up, restore
from alliance.kit.copying import fingerprints
from alliance.kit.database import NotMigrated, as_unit_of_work, opened
from alliance.kit.migrating import migrate
from alliance.kit.postgres_programs import ProgramFailed, ProgramMissing
from alliance.needs.tables import Need
from tests.engines.world import make_world
from tests.postgres import postgres_url
from tests.postgres_programs import path_with_programs

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs of the version of the server under test, first on the PATH."""
    monkeypatch.setenv("PATH", path_with_programs())


@pytest.fixture
def elsewhere(url: str, tmp_path: Path) -> str:
    """A place on the same engine where nothing is."""
    return str(tmp_path / "restored.sqlite3") if url.endswith(".sqlite3") else postgres_url()


async def nothing_more() -> int:
    """A first deed that does nothing."""
    return 0


async def test_what_was_backed_up_is_what_is_restored(url: str, elsewhere: str, tmp_path: Path) -> None:
    async with opened(url):
        await make_world()
    file = tmp_path / "kept.backup"
    made = await back_up(url, file, inconsistencies)
    restored = await restore(file, elsewhere, inconsistencies, first=nothing_more)
    assert made.checked.is_sound
    assert restored.checked.is_sound
    assert made.rows["claim"] == restored.checked.rows["claim"] == 1
    assert await fingerprints(elsewhere) == await fingerprints(url)


async def test_nobody_else_can_read_a_backup_or_what_is_made_of_it(url: str, elsewhere: str, tmp_path: Path) -> None:
    before = set(_files(tmp_path))
    file = tmp_path / "kept.backup"
    await back_up(url, file)
    await restore(file, elsewhere, first=nothing_more)
    fresh = set(_files(tmp_path)) - before
    assert fresh == {file} | ({Path(elsewhere)} if elsewhere.endswith(".sqlite3") else set())
    assert {path.stat().st_mode & 0o777 for path in fresh} == {0o600}


async def test_a_file_that_is_there_is_not_overwritten(url: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    file.write_text("something dear")
    with pytest.raises(BackupRefused, match="is there already"):
        await back_up(url, file)
    assert file.read_text() == "something dear"


async def test_a_file_that_comes_up_meanwhile_is_not_overwritten(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, sync = tmp_path / "kept.backup", backup._sync

    def write_first(path: Path) -> None:
        file.write_text("something dear")
        sync(path)

    monkeypatch.setattr(backup, "_sync", write_first)
    with pytest.raises(BackupRefused, match="has come up meanwhile"):
        await back_up(url, file)
    assert file.read_text() == "something dear"
    assert not [path for path in _files(tmp_path) if path.name.startswith(".kept")]


async def test_a_database_that_is_not_in_order_is_backed_up_and_restored_and_said_so(
    url: str, elsewhere: str, tmp_path: Path
) -> None:
    async with opened(url):
        await make_world()
        await as_unit_of_work(lambda: Need.all().update(held=6, active=1))
    file = tmp_path / "kept.backup"
    made = await back_up(url, file, inconsistencies)
    restored = await restore(file, elsewhere, inconsistencies, first=nothing_more)
    assert [found.column for found in made.checked.findings] == ["held", "active"]
    assert restored.checked.findings == made.checked.findings


async def test_restoring_over_a_database_is_refused_and_it_stays_as_it_is(url: str, tmp_path: Path) -> None:
    async with opened(url):
        await make_world()
    file, before = tmp_path / "kept.backup", await fingerprints(url)
    await back_up(url, file)
    with pytest.raises(BackupRefused, match="stays as it is"):
        await restore(file, url, first=nothing_more)
    assert await fingerprints(url) == before


async def test_a_damaged_backup_is_restored_nowhere(url: str, elsewhere: str, tmp_path: Path) -> None:
    async with opened(url):
        await make_world()
    file = tmp_path / "kept.backup"
    await back_up(url, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises((BackupRefused, ProgramFailed)):
        await restore(file, elsewhere, inconsistencies, first=nothing_more)
    if elsewhere.endswith(".sqlite3"):
        assert Path(elsewhere) not in _files(tmp_path)
    else:
        with pytest.raises(NotMigrated):
            await fingerprints(elsewhere)


@pytest.mark.parametrize("content", [b"", b"anything at all, as long as it likes to be"])
async def test_any_other_file_is_no_backup(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    file.write_bytes(content)
    with pytest.raises(BackupRefused, match="is no backup"):
        await restore(file, str(tmp_path / "new.sqlite3"), first=nothing_more)


async def test_a_database_of_another_program_is_restored_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "photos.sqlite3"
    with closing(sqlite3.connect(file)) as photos:
        photos.execute("CREATE TABLE photo (id INTEGER)")
    with pytest.raises(BackupRefused, match="another program"):
        await restore(file, str(tmp_path / "new.sqlite3"), first=nothing_more)
    assert _files(tmp_path) == [file]


async def test_a_plain_copy_of_a_file_in_use_is_recognised_by_what_lies_beside_it(
    migrated_file: str, tmp_path: Path
) -> None:
    live = tmp_path / "alliance.sqlite3"
    shutil.copy(migrated_file, live)
    async with opened(str(live)):
        await make_world()
        with pytest.raises(BackupRefused, match="sqlite3-wal"):
            await restore(live, str(tmp_path / "new.sqlite3"), first=nothing_more)


@pytest.mark.slow
async def test_each_engine_names_the_way_for_a_backup_of_the_other(url: str, elsewhere: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    await back_up(url, file)
    other = postgres_url() if elsewhere.endswith(".sqlite3") else str(tmp_path / "new.sqlite3")
    with pytest.raises(BackupRefused, match="is a backup of"):
        await restore(file, other, first=nothing_more)


async def test_the_first_deed_is_done_before_the_place_has_its_name(migrated_file: str, tmp_path: Path) -> None:
    file, place = tmp_path / "kept.backup", tmp_path / "new.sqlite3"
    await back_up(migrated_file, file)

    async def first() -> int:
        assert not place.exists()
        return 7

    assert (await restore(file, str(place), first=first)).first == 7
    assert place.exists()


@pytest.mark.slow
async def test_programs_that_are_missing_or_too_old_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres_url()
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    old.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(ProgramMissing, match="pg_dump on the PATH is of 9"):
        await back_up(url, tmp_path / "kept.backup")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(ProgramMissing, match="pg_dump is not on the PATH"):
        await back_up(url, tmp_path / "kept.backup")
    assert _files(tmp_path) == [old]


@pytest.mark.slow
async def test_a_dump_that_lacks_a_row_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows_in = postgres_programs.rows_in

    async def one_less(file: Path) -> dict[str, int]:
        return {**await rows_in(file), "need": 0}

    url = postgres_url()
    await migrate(url)
    async with opened(url):
        await make_world()
    monkeypatch.setattr(postgres_programs, "rows_in", one_less)
    with pytest.raises(BackupRefused, match="need 1 → 0"):
        await back_up(url, tmp_path / "kept.backup")
    assert _files(tmp_path) == []


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())
