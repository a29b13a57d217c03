"""Rebuilding a table on SQLite so that it keeps its indexes, unique keys and triggers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.schema_editor.sqlite import SqliteSchemaEditor
from tortoise.models import Model


@dataclass(frozen=True, slots=True)
class Attached:
    """What hangs on a table: the statement that made it (empty for a unique key of the table itself)."""

    name: str
    columns: tuple[str, ...]
    is_unique: bool
    statement: str


class KeepingSchemaEditor(SqliteSchemaEditor):
    """The library's editor, corrected: what hangs on a table survives its rebuild.

    tortoise-orm 1.1.9 copies the rows into a new table and drops the old one, and with it silently every index,
    every unique key over several columns and every trigger.
    """

    async def _remake_table(self, model: type[Model], *args: Any, **options: Any) -> None:
        table = model._meta.db_table
        before = await attached(self.client, table)
        await super()._remake_table(model, *args, **options)
        rows = await self.client.execute_query_dict(f'PRAGMA table_info("{table}")')
        columns = {row["name"] for row in rows}
        for each in _lost(before, await attached(self.client, table)):
            if columns.issuperset(each.columns):
                await self.client.execute_query(each.statement or self._unique_index(model, each.columns))

    def _unique_index(self, model: type[Model], columns: tuple[str, ...]) -> str:
        name, listed = self._generate_index_name("uid", model, list(columns)), ", ".join(map(self.quote, columns))
        return f'CREATE UNIQUE INDEX "{name}" ON "{model._meta.db_table}" ({listed})'


async def attached(client: BaseDBAsyncClient, table: str) -> tuple[Attached, ...]:
    """Every index, unique key and trigger of an SQLite table, in the order they were made."""
    found = []
    for row in await client.execute_query_dict(f'PRAGMA index_list("{table}")'):
        if row["origin"] != "pk":
            columns = await client.execute_query_dict(f'PRAGMA index_info("{row["name"]}")')
            found.append(Attached(row["name"], tuple(each["name"] for each in columns), bool(row["unique"]), ""))
    made = await client.execute_query_dict(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger')", [table]
    )
    statements = {row["name"]: row["sql"] or "" for row in made}
    indexes = tuple(Attached(e.name, e.columns, e.is_unique, statements[e.name]) for e in reversed(found))
    return *indexes, *(Attached(row["name"], (), False, row["sql"]) for row in made if row["type"] == "trigger")


def _lost(before: Iterable[Attached], after: Iterable[Attached]) -> list[Attached]:
    names = {each.name for each in after if each.statement}
    keys = {each.columns for each in after if each.is_unique}
    return [each for each in before if (each.name not in names if each.statement else each.columns not in keys)]
