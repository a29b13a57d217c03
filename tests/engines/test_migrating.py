"""Migrating loses no row, does all or nothing, and leaves a copy to go back to."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tortoise.backends.asyncpg.client import TransactionWrapper as PostgresTransactionWrapper
from tortoise.backends.sqlite.client import SqliteTransactionWrapper
from tortoise.connection import get_connection
from tortoise.context import require_context
from tortoise.exceptions import OperationalError
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.operations import AlterModelOptions

import alliance.migrations
from alliance.claims.tables import Claim
from alliance.directory.tables import Capability, Organization
from alliance.kit import database
from alliance.kit.database import WRITER, NotMigrated, config, connected, opened
from alliance.kit.migrating import FolderMissing, MigrationFailed, migrate, tables
from tests.conftest import EACH_ENGINE
from tests.engines.world import make_world
from tests.postgres import postgres_url

pytestmark = pytest.mark.anyio

NAMES = (
    *("0001_initial", "0002_checks", "0003_journal_append_only"),
    *("0004_schedule", "0005_schedule_checks", "0006_calendar_feed"),
)
AddNext = Callable[[str], None]
ADD_CHECK = (
    "ops.AddConstraint(model_name='Organization', "
    "constraint=CheckConstraint(check='version >= {version}', name='organization_version_fits'))"
)

MANY_STEPS = ", ".join(
    (
        ADD_CHECK.format(version=1),
        "ops.AddField(model_name='Claim', name='note', field=fields.CharField(max_length=20, null=True))",
        "ops.RunSQL(\"UPDATE claim SET note = 'none'\")",
        "ops.AddConstraint(model_name='Claim', constraint=CheckConstraint(check='places >= 1', name='claim_some'))",
        "ops.AddIndex(model_name='Claim', index=Index(fields=['note'], name='claim_note'))",
        "ops.AddConstraint(model_name='Need', constraint=CheckConstraint(check='held >= 0', name='need_some'))",
    )
)
MOST_STATEMENTS = 500  # far more than there are
SHAPE = {
    "sqlite": ["SELECT type, name, tbl_name, sql FROM sqlite_master"],
    "postgres": [
        "SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns "
        "WHERE table_schema = current_schema()",
        "SELECT conname, pg_get_constraintdef(oid) AS says FROM pg_constraint",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()",
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    ],
}


@dataclass
class Failing:
    """Lets the statement of this number fail, counted from the beginning of a transaction; none while it is None."""

    at: int | None = None
    done: int = 0

    def count(self) -> None:
        """One more statement; it fails when it is the one."""
        if self.at is not None:
            self.done += 1
            if self.done == self.at:
                raise OperationalError("injected")


@pytest.fixture(params=EACH_ENGINE)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine."""
    return str(request.param)


@pytest.fixture
def failing(engine: str, monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Where every statement inside a transaction is counted, on the engine under test."""
    wrapper, found = (SqliteTransactionWrapper if engine == "sqlite" else PostgresTransactionWrapper), Failing()

    def counted(name: str) -> None:
        run = getattr(wrapper, name)

        async def counting(self: object, *arguments: object) -> object:
            found.count()
            return await run(self, *arguments)

        monkeypatch.setattr(wrapper, name, counting)

    for name in ("execute_query", "execute_query_dict", "execute_script", "execute_insert", "execute_many"):
        counted(name)
    return found


@pytest.fixture
def add_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AddNext:
    """Let the program have one more migration, of the one operation given."""

    def add(operation: str) -> None:
        package = tmp_path / f"later_{tmp_path.name}"
        shutil.copytree(Path(alliance.migrations.__path__[0]), package)
        (package / "9999_next.py").write_text(
            "from tortoise import fields, migrations\n"
            "from tortoise.indexes import Index\n"
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
    assert migrated.applied == ("9999_next",)
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
    with pytest.raises(NotMigrated, match="9999_next"):
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


@pytest.mark.slow
async def test_whichever_statement_fails_all_is_as_before_and_no_row_is_lost(
    engine: str,
    migrated_file: str,
    add_next: AddNext,
    failing: Failing,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    first = (
        shutil.copy(migrated_file, str(tmp_path / "0.sqlite3")) if engine == "sqlite" else await _migrated_postgres()
    )
    async with opened(first):
        await make_world()
    add_next(MANY_STEPS)
    before = await _everything(first)
    for step in range(1, MOST_STATEMENTS):
        url = shutil.copy(first, str(tmp_path / f"{step}.sqlite3")) if engine == "sqlite" else postgres_url(like=first)
        failing.at, failing.done = step, 0
        try:
            migrated = await migrate(url)
        except MigrationFailed:
            failing.at = None
            assert await _everything(url) == before, f"statement {step} left something behind"
        else:
            break
    assert migrated.applied == ("9999_next",)
    async with opened(url):
        assert [await table.all().count() for table in (Organization, Capability, Claim)] == [1, 1, 1]
    with capsys.disabled():
        print(f"\n{engine}: failed at each of {step - 1} statements: before every time; 0 rows lost")


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


async def _migrated_postgres() -> str:
    url = postgres_url()
    await migrate(url)
    return url


async def _everything(url: str) -> tuple[object, ...]:
    """Every table, column, index, CHECK and trigger, and every row, whatever migrations know of them."""
    async with connected(url):
        writer = get_connection(WRITER)
        queries = SHAPE[writer.capabilities.dialect]
        shape = [sorted(map(str, await writer.execute_query_dict(query))) for query in queries]
        names = [*await tables(writer), "tortoise_migrations"]
        return shape, [sorted(map(str, await writer.execute_query_dict(f'SELECT * FROM "{name}"'))) for name in names]


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
