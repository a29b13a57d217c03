"""All rows of one database into another, empty one, on whichever engine: equal by counts and checksums, or not at all.

Values travel as Python's own; a checksum is the sum of the hashes of all rows, so that no engine's way of sorting
matters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from graphlib import TopologicalSorter
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.fields import BooleanField, DateField, DatetimeField
from tortoise.models import Model
from tortoise.transactions import in_transaction

from alliance.kit.database import WRITER, connected, is_postgres, opened, sqlite_path
from alliance.kit.migrating import migrate, row_counts

BATCH = 1_000  # rows in one statement
SPACE = 2**256  # in which the hashes of rows are added up

Row = tuple[Any, ...]
Progress = Callable[[str, int], None]


class TargetNotEmpty(RuntimeError):
    """The database to copy into holds rows already, and stays as it is."""


class CopyFailed(RuntimeError):
    """Nothing was copied; the message says at which table and why."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the rows of one table are, in short. Two tables are equal when these are."""

    rows: int = 0
    total: int = 0

    @property
    def checksum(self) -> str:
        """The sum in 64 hexadecimal digits."""
        return f"{self.total:064x}"

    def with_rows(self, rows: Iterable[Row]) -> Fingerprint:
        """This one after more rows."""
        numbers = [int.from_bytes(hashlib.sha256(canonical(row)).digest()) for row in rows]
        return Fingerprint(self.rows + len(numbers), (self.total + sum(numbers)) % SPACE)


async def copy(source_url: str, target_url: str, *, progress: Progress) -> dict[str, Fingerprint]:
    """Copy every table into the empty database at `target_url`, which is migrated if need be; in one transaction.

    The source is read as of one moment; on SQLite nobody writes to it meanwhile. `progress` is told each table and its
    rows. Raises NotMigrated, TargetNotEmpty, MigrationFailed, CopyFailed.
    """
    async with opened(source_url), in_transaction(WRITER) as source:
        await _see_one_moment(source)
        await _refuse_filled(target_url)
        await migrate(target_url)
        async with opened(target_url) as context, in_transaction(WRITER) as target:
            copied = {}
            for model in parents_first(context.apps.get_models_iterable() if context.apps else ()):
                copied[model._meta.db_table] = await _copy_table(model, source, target)
                progress(model._meta.db_table, copied[model._meta.db_table].rows)
            return copied


async def fingerprints(url: str) -> dict[str, Fingerprint]:
    """What every table of the migrated database at `url` holds, in short."""
    async with opened(url) as context, in_transaction(WRITER) as connection:
        await _see_one_moment(connection)
        models = parents_first(context.apps.get_models_iterable() if context.apps else ())
        return {model._meta.db_table: await _fingerprint(model, connection) for model in models}


def parents_first(models: Iterable[type[Model]]) -> tuple[type[Model], ...]:
    """The tables in an order in which every one comes after those that its foreign keys point to."""
    points_to = {model: set(_relations(model).values()) - {model} for model in models}
    return tuple(TopologicalSorter(points_to).static_order())


def canonical(row: Row) -> bytes:
    """A row as bytes that are the same whichever engine it was read from."""
    return json.dumps(row, ensure_ascii=False, default=_in_words).encode()


def _in_words(value: date) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


async def _see_one_moment(source: BaseDBAsyncClient) -> None:
    if source.capabilities.dialect == "postgres":
        await source.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


async def _refuse_filled(url: str) -> None:
    if not is_postgres(url) and not sqlite_path(url).is_file():
        return
    async with connected(url):
        counts = await row_counts(get_connection(WRITER))
    if filled := [table for table, rows in counts.items() if rows]:
        raise TargetNotEmpty(f"It holds rows already ({', '.join(filled)}), and stays as it is. Name an empty one.")


async def _copy_table(model: type[Model], source: BaseDBAsyncClient, target: BaseDBAsyncClient) -> Fingerprint:
    table, read = model._meta.db_table, Fingerprint()
    try:
        async for rows in _batches(model, source):
            await target.execute_many(_insert(model, target), [list(row) for row in rows])
            read = read.with_rows(rows)
        await _continue_numbering(model, target)
        written = await _fingerprint(model, target)
    except Exception as error:
        raise CopyFailed(f"Nothing was copied: {table}: {error}") from error
    if read != written:
        raise CopyFailed(f"Nothing was copied: {table} differs: {read.rows} rows read, {written.rows} written.")
    return read


async def _fingerprint(model: type[Model], connection: BaseDBAsyncClient) -> Fingerprint:
    found = Fingerprint()
    async for rows in _pages(model, connection):
        found = found.with_rows(rows)
    return found


async def _batches(model: type[Model], source: BaseDBAsyncClient) -> AsyncIterator[list[Row]]:
    """The pages of a table; of one that points to itself all rows, parents first."""
    own = [column for column, to in _relations(model).items() if to is model]
    if not own:
        async for rows in _pages(model, source):
            yield rows
        return
    columns = list(_columns(model))
    waiting = [row async for rows in _pages(model, source) for row in rows]
    key, pointing, placed = columns.index(_key(model)), [columns.index(name) for name in own], {None}
    while waiting:
        ready = [row for row in waiting if placed.issuperset(row[place] for place in pointing)] or waiting
        yield ready
        placed |= {row[key] for row in ready}
        waiting = [row for row in waiting if row[key] not in placed]


async def _pages(model: type[Model], connection: BaseDBAsyncClient) -> AsyncIterator[list[Row]]:
    """All rows by their key, with values as Python's own."""
    columns, key, after = _columns(model), _key(model), None
    listed = ", ".join(f'"{name}"' for name in columns)
    place = _places(connection, 1)[0]
    while True:
        where = f'WHERE "{key}" > {place} ' if after is not None else ""
        query = f'SELECT {listed} FROM "{model._meta.db_table}" {where}ORDER BY "{key}" LIMIT {BATCH}'
        found = await connection.execute_query_dict(query, [] if after is None else [after])
        if found:
            yield [tuple(take(row[name]) for name, take in columns.items()) for row in found]
        if len(found) < BATCH:
            return
        after = found[-1][key]


def _insert(model: type[Model], target: BaseDBAsyncClient) -> str:
    columns = list(_columns(model))
    listed, places = ", ".join(f'"{name}"' for name in columns), ", ".join(_places(target, len(columns)))
    return f'INSERT INTO "{model._meta.db_table}" ({listed}) VALUES ({places})'


def _places(connection: BaseDBAsyncClient, number: int) -> list[str]:
    is_numbered = connection.capabilities.dialect == "postgres"
    return [f"${place}" if is_numbered else "?" for place in range(1, number + 1)]


async def _continue_numbering(model: type[Model], target: BaseDBAsyncClient) -> None:
    """Let PostgreSQL number new rows after the copied ones; SQLite does so by itself."""
    if model._meta.pk.generated and target.capabilities.dialect == "postgres":
        table, key = model._meta.db_table, _key(model)
        await target.execute_query(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{key}'), max(\"{key}\")) "
            f'FROM "{table}" HAVING max("{key}") IS NOT NULL'
        )


def _key(model: type[Model]) -> str:
    return str(model._meta.db_pk_column)


def _relations(model: type[Model]) -> dict[str, type[Model]]:
    """The tables that the columns of a table point to, by column."""
    fields = model._meta.fields_map
    return {fields[f"{name}_id"].source_field or f"{name}_id": _related(fields[name]) for name in model._meta.fk_fields}


def _related(field: Any) -> type[Model]:
    related: type[Model] = field.related_model
    return related


def _columns(model: type[Model]) -> Mapping[str, Callable[[Any], Any]]:
    """Every column, and how its stored value becomes Python's own."""
    fields = model._meta.fields_map
    return {column: _taken(fields[name]) for name, column in model._meta.fields_db_projection.items()}


def _taken(field: object) -> Callable[[Any], Any]:
    kinds: tuple[tuple[type, Callable[[Any], Any]], ...] = (
        (BooleanField, bool),
        (DatetimeField, _moment),
        (DateField, _day),
    )
    take = next((take for kind, take in kinds if isinstance(field, kind)), None)
    return (lambda value: value) if take is None else (lambda value: None if value is None else take(value))


def _moment(value: str | datetime) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(value: str | date) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
