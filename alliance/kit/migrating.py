"""Bringing a database to the tables this version works with: all or nothing, and with a copy beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.transactions import in_transaction

from alliance.kit import clock
from alliance.kit.database import (
    APPLIED,
    WRITER,
    applied_migrations,
    config,
    connected,
    is_postgres,
    known_migrations,
    lock_for_sequence,
    sqlite_path,
)
from alliance.kit.sqlite_schema import KeepingSchemaEditor

MIGRATION_LOCK = 2  # the advisory lock that lets one process at a time migrate on PostgreSQL


class FolderMissing(RuntimeError):
    """The folder in which the database file shall lie does not exist."""


class MigrationFailed(RuntimeError):
    """Nothing was changed; the message says why, and where the copy from before lies."""


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a run did: the names of the migrations it applied, and the copy made before them, if there was one."""

    applied: tuple[str, ...]
    copy: Path | None


async def migrate(url: str) -> Migrated:
    """Apply every migration the database has not had yet; one transaction for all of them.

    An SQLite file that holds tables is first copied beside itself. Raises FolderMissing, MigrationFailed.
    """
    if not is_postgres(url):
        _refuse_missing_folder(sqlite_path(url))
        _let_only_the_owner_read(sqlite_path(url))
    # Were keys enforced on SQLite, the rebuild of a table would delete or refuse the rows that point to it.
    async with connected(url, enforces_keys=False):
        applied = await applied_migrations()
        if not set(known_migrations()) - set(applied):
            return Migrated((), None)
        copy = None if is_postgres(url) else await _copied(sqlite_path(url))
        try:
            await _apply(config(url)["apps"])
        except Exception as error:
            kept = f" A copy from before lies at {copy}." if copy else ""
            raise MigrationFailed(f"Migrating failed and nothing was changed: {error}.{kept}") from error
        return Migrated(tuple(name for name in await applied_migrations() if name not in applied), copy)


async def _apply(apps: dict[str, dict[str, Any]]) -> None:
    async with in_transaction(WRITER) as connection:
        await lock_for_sequence(MIGRATION_LOCK)
        before = await row_counts(connection)
        await _Executor(connection, apps).apply_all()
        _refuse_lost_rows(before, await row_counts(connection))
        if broken := await broken_keys(connection):
            raise ValueError(f"rows point to rows that are not there: {', '.join(broken)}")


def _refuse_missing_folder(path: Path) -> None:
    if not path.absolute().parent.is_dir():
        raise FolderMissing(f"There is no folder {path.absolute().parent} for the database. Make it first.")


def _refuse_lost_rows(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """A table that is gone was dropped on purpose; one that stays keeps its rows."""
    kept = before.keys() & after.keys()
    changed = [f"{table} {before[table]} → {after[table]}" for table in kept if after[table] != before[table]]
    if changed:
        raise ValueError(f"rows were lost or doubled: {', '.join(changed)}")


async def _copied(path: Path) -> Path | None:
    """A whole and settled copy of a database that holds something."""
    writer = get_connection(WRITER)
    if not await tables(writer):
        return None
    copy = path.with_name(f"{path.stem}.before-{clock.now():%Y%m%dT%H%M%S%f}{path.suffix}")
    await writer.execute_query("VACUUM INTO ?", [str(copy)])
    _let_only_the_same_read(copy, path)
    return copy


def _let_only_the_owner_read(path: Path) -> None:
    """A file that is not there yet is made for its owner alone: it will hold contacts and password hashes."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


def _let_only_the_same_read(copy: Path, path: Path) -> None:
    copy.chmod(path.stat().st_mode & 0o777)


async def tables(connection: BaseDBAsyncClient) -> tuple[str, ...]:
    """The names of all tables of the program, without what records the migrations."""
    sources = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
        "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
    }
    rows = await connection.execute_query_dict(sources[connection.capabilities.dialect])
    return tuple(sorted(row["name"] for row in rows if row["name"] != APPLIED))


async def row_counts(connection: BaseDBAsyncClient) -> dict[str, int]:
    """The number of rows of every table."""
    counts = {}
    for table in await tables(connection):
        (row,) = await connection.execute_query_dict(f'SELECT count(*) AS n FROM "{table}"')
        counts[table] = row["n"]
    return counts


async def broken_keys(connection: BaseDBAsyncClient) -> tuple[str, ...]:
    """Rows that point to rows that are not there. PostgreSQL never lets it come so far."""
    if connection.capabilities.dialect != "sqlite":
        return ()
    rows = await connection.execute_query_dict("PRAGMA foreign_key_check")
    return tuple(f"{row['table']} row {row['rowid']} → {row['parent']}" for row in rows)


class _Recorder(MigrationRecorder):
    """Makes its table with a statement: the library's script would commit the transaction on SQLite."""

    async def ensure_schema(self, schema_editor: BaseSchemaEditor) -> None:
        statement = schema_editor._get_model_sql_data(self.model).table_sql
        await self.connection.execute_query(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))


class _Executor(MigrationExecutor):
    def __init__(self, connection: BaseDBAsyncClient, apps: dict[str, dict[str, Any]]) -> None:
        super().__init__(connection, apps)
        self.recorder = self.loader.recorder = _Recorder(connection)

    async def apply_all(self) -> None:
        """Apply what is pending. The table of records comes first: PostgreSQL gives a transaction up at one miss."""
        await self.recorder.ensure_schema(self._schema_editor(atomic=False))
        await self.migrate(direction="forward")

    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:
        if self.connection.capabilities.dialect == "sqlite":
            return KeepingSchemaEditor(self.connection, atomic=atomic, collect_sql=collect_sql)
        return super()._schema_editor(atomic, collect_sql)
