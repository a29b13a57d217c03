"""Migrating loses no row, does all or nothing, and leaves a copy to go back to."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tortoise.context import require_context
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AlterModelOptions

import alliance.migrations
from alliance.claims.tables import Claim
from alliance.directory.tables import Capability, Organization
from alliance.kit import database
from alliance.kit.database import NotMigrated, config, opened
from alliance.kit.migrating import FolderMissing, MigrationFailed, migrate
from tests.engines.world import make_world

pytestmark = pytest.mark.anyio

NAMES = ("0001_initial", "0002_checks", "0003_journal_append_only")
AddNext = Callable[[str], None]
ADD_CHECK = (
    "ops.AddConstraint(model_name='Organization', "
    "constraint=CheckConstraint(check='version >= {version}', name='organization_version_fits'))"
)


@pytest.fixture
def add_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AddNext:
    """Let the program have one more migration, of the one operation given."""

    def add(operation: str) -> None:
        package = tmp_path / f"later_{tmp_path.name}"
        shutil.copytree(Path(alliance.migrations.__path__[0]), package)
        (package / "0004_next.py").write_text(
            "from tortoise import migrations\n"
            "from tortoise.migrations import operations as ops\n"
            "from tortoise.migrations.constraints import CheckConstraint\n\n\n"
            "class Migration(migrations.Migration):\n"
            f"    dependencies = [('alliance', '{NAMES[-1]}')]\n"
            f"    operations = [{operation}]\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.setattr(database, "MIGRATIONS", package.name)

    return add


async def test_migrating_twice_applies_nothing_the_second_time(fresh_url: str) -> None:
    first, second = await migrate(fresh_url), await migrate(fresh_url)
    assert (first.applied, first.copy) == (NAMES, None)
    assert (second.applied, second.copy) == ((), None)


async def test_models_and_migrations_agree(database: str) -> None:
    apps = require_context().apps
    assert apps is not None
    changes = await MigrationAutodetector(apps, config(database)["apps"]).changes()
    # A docstring is an option of its model; the database does not know it.
    assert [o for change in changes for o in change.operations if not isinstance(o, AlterModelOptions)] == []


async def test_rebuilding_a_table_with_children_loses_no_row_and_no_guard(url: str, add_next: AddNext) -> None:
    async with opened(url):
        await make_world()
    add_next(ADD_CHECK.format(version=1))
    migrated = await migrate(url)
    assert migrated.applied == ("0004_next",)
    async with opened(url):
        assert [await table.all().count() for table in (Organization, Capability, Claim)] == [1, 1, 1]


async def test_rebuilding_a_table_on_sqlite_keeps_its_indexes_and_unique_keys(
    sqlite_file: Path, add_next: AddNext
) -> None:
    await migrate(str(sqlite_file))
    before = _attached(sqlite_file)
    add_next("ops.AddConstraint(model_name='NeedParty', constraint=CheckConstraint(check='id > 0', name='c'))")
    await migrate(str(sqlite_file))
    assert _attached(sqlite_file) == before


async def test_a_failing_migration_changes_nothing_and_names_the_copy(sqlite_file: Path, add_next: AddNext) -> None:
    await migrate(str(sqlite_file))
    async with opened(str(sqlite_file)):
        await make_world()
    add_next(ADD_CHECK.format(version=2))
    with pytest.raises(MigrationFailed) as failure:
        await migrate(str(sqlite_file))
    (copy,) = _copies(sqlite_file)
    assert str(copy) in str(failure.value)
    assert _count(copy, "organization") == _count(sqlite_file, "organization") == 1
    assert _count(sqlite_file, "tortoise_migrations") == len(NAMES)


async def test_a_failing_migration_changes_nothing_on_either_engine(url: str, add_next: AddNext) -> None:
    async with opened(url):
        await make_world()
    add_next(ADD_CHECK.format(version=2))
    with pytest.raises(MigrationFailed, match="nothing was changed"):
        await migrate(url)
    with pytest.raises(NotMigrated, match="0004_next"):
        async with opened(url):
            pass


async def test_a_migration_that_loses_rows_is_undone(url: str, add_next: AddNext) -> None:
    async with opened(url):
        await make_world()
    add_next('ops.RunSQL("DELETE FROM service_record")')
    with pytest.raises(MigrationFailed, match="service_record 1 → 0"):
        await migrate(url)


async def test_a_migration_that_orphans_rows_is_undone(sqlite_file: Path, add_next: AddNext) -> None:
    await migrate(str(sqlite_file))
    async with opened(str(sqlite_file)):
        await make_world()
    add_next("ops.RunSQL(\"UPDATE organization SET id = 'org_2'\")")
    with pytest.raises(MigrationFailed, match="capability row 1 → organization"):
        await migrate(str(sqlite_file))
    assert _values(sqlite_file, "SELECT id FROM organization") == ["org_1"]


async def test_the_copy_is_readable_by_nobody_else(sqlite_file: Path, add_next: AddNext) -> None:
    await migrate(str(sqlite_file))
    _let_only_the_owner_read(sqlite_file)
    add_next(ADD_CHECK.format(version=1))
    copy = (await migrate(str(sqlite_file))).copy
    assert copy is not None
    assert copy.stat().st_mode & 0o777 == 0o600


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderMissing, match="nowhere"):
        await migrate(str(tmp_path / "nowhere" / "alliance.sqlite3"))


async def test_opening_a_database_that_was_not_migrated_names_the_way_out(fresh_url: str) -> None:
    with pytest.raises(NotMigrated, match="alliance migrate"):
        async with opened(fresh_url):
            pass


async def test_opening_a_database_that_is_not_there_makes_none(sqlite_file: Path) -> None:
    with pytest.raises(NotMigrated, match="alliance migrate"):
        async with opened(str(sqlite_file)):
            pass
    assert _files(sqlite_file.parent) == []


async def test_opening_a_database_of_a_newer_version_is_refused(
    url: str, add_next: AddNext, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_next(ADD_CHECK.format(version=1))
    await migrate(url)
    monkeypatch.undo()
    with pytest.raises(NotMigrated, match="newer version"):
        async with opened(url):
            pass


def _attached(file: Path) -> set[str]:
    indexes = (
        "SELECT m.tbl_name || ' ' || l.[unique] || ' ' || (SELECT group_concat(name) FROM pragma_index_info(l.name)) "
        "FROM sqlite_master m, pragma_index_list(m.name) l WHERE m.type = 'table'"
    )
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return {str(value) for query in (indexes, triggers) for value in _values(file, query)}


def _copies(file: Path) -> list[Path]:
    return list(file.parent.glob(f"{file.stem}.before-*{file.suffix}"))


def _let_only_the_owner_read(file: Path) -> None:
    file.chmod(0o600)


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _count(file: Path, table: str) -> int:
    return len(_values(file, f"SELECT rowid FROM {table}"))


def _values(file: Path, query: str) -> list[str | int]:
    with closing(sqlite3.connect(file)) as connection:
        return [value for (value,) in connection.execute(query)]
