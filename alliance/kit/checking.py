"""What can be said of a database from outside: settings, soundness, what guards it, and how many rows it holds."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from alliance.kit.database import (
    WRITER,
    applied_migrations,
    as_unit_of_work,
    connected,
    is_postgres,
    known_migrations,
    refuse_absent,
)
from alliance.kit.migrating import broken_keys, row_counts
from alliance.kit.sqlite import EXPECTED

POSTGRES_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")  # none may be off: a power cut would tell
REFUSED_DEEDS = ("update", "delete")  # what the triggers of an append-only table refuse

ROOM = """SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true), '0')::int AS admitted,
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS used"""


@dataclass(frozen=True, slots=True)
class Finding:
    """A kept number that is not what it should be when worked out anew."""

    subject: str
    column: str
    kept: int
    recomputed: int


Audit = Callable[[], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found. Everything is in order when `is_sound`."""

    engine: str
    settings: Mapping[str, str | int]
    wrong_settings: tuple[str, ...]
    pending: tuple[str, ...]
    integrity: tuple[str, ...]
    broken_keys: tuple[str, ...]
    missing: tuple[str, ...]
    rows: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """True when nothing is wrong, pending or missing."""
        wrong = (self.wrong_settings, self.pending, self.integrity, self.broken_keys, self.missing, self.findings)
        return not any(wrong)


async def check(url: str, *audits: Audit) -> Checked:
    """Look the database at `url` over; `audits` recompute what the business keeps as sums, once all is migrated.

    Changes nothing. Raises NotMigrated when there is no database at all.
    """
    refuse_absent(url)
    async with connected(url) as context:
        writer = get_connection(WRITER)
        engine, settings, wrong = await (_postgres(writer) if is_postgres(url) else _sqlite(writer))
        applied = await applied_migrations()
        pending = tuple(name for name in known_migrations() if name not in applied)
        return Checked(
            engine=engine,
            settings=settings,
            wrong_settings=wrong,
            pending=pending,
            integrity=await _integrity(writer),
            broken_keys=await broken_keys(writer),
            missing=() if pending else await _missing(writer, context),
            rows=await row_counts(writer),
            findings=() if pending else await _audited(audits),
        )


@dataclass(frozen=True, slots=True)
class Room:
    """How many connections a PostgreSQL server admits for ordinary users, and how many others hold now."""

    limit: int
    used: int


async def room_for_connections() -> Room | None:
    """What the server of the open database admits; None on SQLite, which has no server."""
    writer = get_connection(WRITER)
    if writer.capabilities.dialect != "postgres":
        return None
    (row,) = await writer.execute_query_dict(ROOM)
    return Room(row["admitted"], row["used"])


Settings = Mapping[str, str | int]


async def _sqlite(writer: BaseDBAsyncClient) -> tuple[str, Settings, tuple[str, ...]]:
    (version,) = await writer.execute_query_dict("SELECT sqlite_version() AS version")
    settings = {name: (await _values(writer, f"PRAGMA {name}"))[0] for name in EXPECTED}
    wrong = tuple(name for name, wanted in EXPECTED.items() if settings[name] != wanted)
    return f"SQLite {version['version']}", settings, wrong


async def _postgres(writer: BaseDBAsyncClient) -> tuple[str, Settings, tuple[str, ...]]:
    (version,) = await _values(writer, "SHOW server_version")
    settings = {name: (await _values(writer, f"SHOW {name}"))[0] for name in POSTGRES_SETTINGS}
    wrong = tuple(name for name, value in settings.items() if value == "off")
    return f"PostgreSQL {version}", settings, wrong


async def _integrity(writer: BaseDBAsyncClient) -> tuple[str, ...]:
    """What SQLite finds wrong with its file; PostgreSQL keeps checksums of its own."""
    if writer.capabilities.dialect != "sqlite":
        return ()
    return tuple(str(line) for line in await _values(writer, "PRAGMA integrity_check") if line != "ok")


async def _audited(audits: Sequence[Audit]) -> tuple[Finding, ...]:
    """What the audits find at one moment: nobody's deed lies between their reads, on either engine."""

    async def all_of_them() -> tuple[Finding, ...]:
        writer = get_connection(WRITER)
        if writer.capabilities.dialect == "postgres":
            await writer.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return tuple([finding for audit in audits for finding in await audit()])

    return await as_unit_of_work(all_of_them)


async def _missing(writer: BaseDBAsyncClient, context: TortoiseContext) -> tuple[str, ...]:
    """The CHECKs and triggers that the tables ask for and the database has not."""
    models = context.apps.get_models_iterable() if context.apps else ()
    there = await _guards(writer)
    return tuple(name for name in expected_guards(models) if name not in there)


def expected_guards(models: Iterable[type[Model]]) -> tuple[str, ...]:
    """The names of the CHECKs in every Meta, and of the triggers of tables that are append only."""
    names = []
    for model in models:
        names += [each.name for each in model._meta.constraints if isinstance(each, CheckConstraint)]
        if getattr(model, "is_append_only", False):
            names += [f"{model._meta.db_table}_no_{deed}" for deed in REFUSED_DEEDS]
    return tuple(sorted(names))


async def _guards(writer: BaseDBAsyncClient) -> frozenset[str]:
    if writer.capabilities.dialect == "sqlite":
        triggers = await _values(writer, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
        tables = await _values(writer, "SELECT sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
        checks = [name for sql in tables for name in re.findall(r'CONSTRAINT "(\w+)" CHECK', str(sql))]
    else:
        triggers = await _values(writer, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        checks = [str(name) for name in await _values(writer, "SELECT conname FROM pg_constraint WHERE contype = 'c'")]
    return frozenset([*checks, *(str(name) for name in triggers)])


async def _values(writer: BaseDBAsyncClient, query: str) -> list[str | int]:
    return [value for row in await writer.execute_query_dict(query) for value in row.values()]
