"""Looking a database over finds what is wrong with it, and nothing when nothing is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.connection import get_connection

from alliance.claims.audit import inconsistencies
from alliance.claims.tables import Claim
from alliance.directory.tables import CapabilityMonth
from alliance.kit.checking import Finding, check
from alliance.kit.database import WRITER, NotMigrated, as_unit_of_work, connected, opened
from alliance.kit.migrating import migrate
from alliance.needs.tables import Need
from tests.engines.world import make_world

pytestmark = pytest.mark.anyio


async def test_a_sound_database_is_found_sound(url: str) -> None:
    async with opened(url):
        await make_world()
    checked = await check(url, inconsistencies)
    assert checked.is_sound
    assert (checked.rows["claim"], checked.rows["need"], checked.rows["session"]) == (1, 1, 0)


async def test_sqlite_is_set_to_survive_a_power_cut(sqlite_file: Path) -> None:
    await migrate(str(sqlite_file))
    checked = await check(str(sqlite_file))
    assert checked.settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 2_000}
    assert checked.engine.startswith("SQLite 3.")


async def test_sums_that_differ_from_the_claims_are_found(url: str) -> None:
    async with opened(url):
        await make_world()
        await as_unit_of_work(lambda: Need.all().update(held=6, completed=4, active=1))
        await as_unit_of_work(lambda: CapabilityMonth.all().update(taken=4))
    checked = await check(url, inconsistencies)
    assert not checked.is_sound
    assert checked.findings == (
        Finding("need_1", "held", 6, 5),
        Finding("need_1", "active", 1, 0),
        Finding("need_1", "completed", 4, 5),
        Finding("cap_1", "taken 2026-03", 4, 5),
    )


async def test_places_taken_in_a_month_without_a_row_are_found(url: str) -> None:
    async with opened(url):
        await make_world()
        await as_unit_of_work(lambda: Claim.all().update(months=("2026-03", "2026-04")))
    assert (await check(url, inconsistencies)).findings == (Finding("cap_1", "taken 2026-04", 0, 5),)


async def test_a_dropped_trigger_is_missed(url: str) -> None:
    async with opened(url):
        on = "" if url.endswith(".sqlite3") else " ON journal_entry"
        await get_connection(WRITER).execute_query(f"DROP TRIGGER journal_entry_no_delete{on}")
    assert (await check(url)).missing == ("journal_entry_no_delete",)


async def test_orphans_are_found_on_sqlite(sqlite_file: Path) -> None:
    await migrate(str(sqlite_file))
    async with opened(str(sqlite_file)):
        await make_world()
    with closing(sqlite3.connect(sqlite_file)) as connection:  # which does not enforce keys
        connection.execute("DELETE FROM claim")
        connection.commit()
    assert (await check(str(sqlite_file))).broken_keys == ("service_record row 1 → claim",)


async def test_a_database_that_was_never_migrated_lists_what_it_lacks(fresh_url: str) -> None:
    async with connected(fresh_url):
        await get_connection(WRITER).execute_query("SELECT 1")
    checked = await check(fresh_url, inconsistencies)
    assert checked.pending[0] == "0001_initial"
    assert not checked.is_sound


async def test_a_database_that_is_not_there_is_not_made(sqlite_file: Path) -> None:
    with pytest.raises(NotMigrated):
        await check(str(sqlite_file))
    assert _files(sqlite_file.parent) == []


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())
