"""A copy on the other engine is equal, complete, guarded, and goes on where the original stopped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from alliance.claims.audit import inconsistencies
from alliance.directory.tables import CapabilityMonth, Category
from alliance.journal.tables import JournalEntry
from alliance.kit.checking import check
from alliance.kit.copying import CopyFailed, TargetNotEmpty, copy, fingerprints
from alliance.kit.database import NotMigrated, as_unit_of_work, opened
from alliance.kit.migrating import migrate
from alliance.needs.tables import Need
from tests.engines.world import make_world
from tests.postgres import postgres_url

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


def silent(table: str, rows: int) -> None:
    """Nobody is told."""


@pytest.fixture
def other_url(url: str, tmp_path: Path) -> str:
    """An empty place on the engine that `url` is not on."""
    return postgres_url() if url.endswith(".sqlite3") else str(tmp_path / "other.sqlite3")


async def test_there_and_back_again_every_table_is_equal(url: str, other_url: str, tmp_path: Path) -> None:
    async with opened(url):
        await make_world()
    back = str(tmp_path / "back.sqlite3") if url.endswith(".sqlite3") else postgres_url()
    told: list[tuple[str, int]] = []
    copied = await copy(url, other_url, progress=lambda table, rows: told.append((table, rows)))
    await copy(other_url, back, progress=silent)
    before = await fingerprints(url)
    assert before["claim"].rows == 1
    assert copied == before == await fingerprints(other_url) == await fingerprints(back)
    assert dict(told) == {table: found.rows for table, found in before.items()}
    assert (await check(other_url, inconsistencies)).is_sound


async def test_new_rows_are_numbered_after_the_copied_ones_and_guards_are_in_force(url: str, other_url: str) -> None:
    async with opened(url):
        await make_world()
    await copy(url, other_url, progress=silent)
    async with opened(other_url):
        highest = max(row.id for row in await CapabilityMonth.all())
        fresh = await CapabilityMonth.create(capability_id="cap_1", month="2026-04", places=8, taken=0)
        assert fresh.id > highest
        with pytest.raises(Exception, match="append only"):
            await as_unit_of_work(lambda: JournalEntry.all().delete())


async def test_a_table_that_points_to_itself_is_copied_parents_first(url: str, other_url: str) -> None:
    names: dict[str, Any] = {"zh": "名", "en": "Name", "definition": ""}
    async with opened(url):
        await Category.create(code="z", **names)
        await Category.create(code="m", parent_id="z", **names)
        await Category.create(code="a", parent_id="m", **names)
    await copy(url, other_url, progress=silent)
    assert (await fingerprints(other_url))["category"].rows == 3


async def test_a_changed_value_changes_the_checksum_and_no_other_table(url: str) -> None:
    async with opened(url):
        await make_world()
    before = await fingerprints(url)
    async with opened(url):
        await as_unit_of_work(lambda: Need.all().update(title="另一个"))
    after = await fingerprints(url)
    assert [table for table in before if before[table] != after[table]] == ["need"]


async def test_a_target_with_rows_is_refused_and_stays_as_it_is(url: str, other_url: str) -> None:
    await migrate(other_url)
    async with opened(other_url):
        await make_world()
    before = await fingerprints(other_url)
    with pytest.raises(TargetNotEmpty, match="need"):
        await copy(url, other_url, progress=silent)
    assert await fingerprints(other_url) == before


async def test_a_source_that_is_not_there_is_not_made_and_the_target_neither(tmp_path: Path) -> None:
    source, target = tmp_path / "a.sqlite3", tmp_path / "b.sqlite3"
    with pytest.raises(NotMigrated):
        await copy(str(source), str(target), progress=silent)
    assert _files(tmp_path) == []


async def test_a_copy_that_fails_late_leaves_the_target_empty(migrated_file: str, tmp_path: Path) -> None:
    source, target = tmp_path / "source.sqlite3", postgres_url()
    source.write_bytes(_bytes(migrated_file))
    async with opened(str(source)):
        await make_world()
    with closing(sqlite3.connect(source)) as connection:  # which enforces neither keys nor lengths
        connection.execute("UPDATE service_record SET claim_id = 'claim_2'")
        connection.commit()
    with pytest.raises(CopyFailed, match="Nothing was copied: service_record"):
        await copy(str(source), target, progress=silent)
    assert {found.rows for found in (await fingerprints(target)).values()} == {0}


async def test_nobody_writes_to_an_sqlite_file_while_it_is_copied(migrated_file: str, tmp_path: Path) -> None:
    source = tmp_path / "source.sqlite3"
    source.write_bytes(_bytes(migrated_file))
    async with opened(str(source)):
        await make_world()
    refused = []

    def write(table: str, rows: int) -> None:
        with closing(sqlite3.connect(source, timeout=0)) as connection:
            try:
                connection.execute("UPDATE need SET title = ''")
            except sqlite3.OperationalError as error:
                refused.append(str(error))

    await copy(str(source), str(tmp_path / "target.sqlite3"), progress=write)
    assert set(refused) == {"database is locked"}


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _bytes(file: str) -> bytes:
    return Path(file).read_bytes()
