"""One database by URL: opened, routed, and written in units of work that cancellation cannot break."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.expressions import F
from tortoise.models import Model
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from alliance.core.problems import Stale, refuse
from alliance.kit.outages import SECONDS_TO_BEGIN
from alliance.kit.sqlite import PRAGMAS

T = TypeVar("T")
M = TypeVar("M", bound=Model)
APP = "alliance"
WRITER, READER = "default", "reader"
MODELS = tuple(
    f"alliance.{name}.tables" for name in ("journal", "directory", "identity", "schedule", "needs", "claims")
)
MIGRATIONS, APPLIED = "alliance.migrations", "tortoise_migrations"
POSTGRES_CONNECTIONS = 10  # of a process: one half writes, the other only reads

_is_settling: ContextVar[bool] = ContextVar("is_settling", default=False)


class DatabaseUrlUnknown(ValueError):
    """The database URL names no engine we speak."""


class NotMigrated(RuntimeError):
    """The database has not the tables this version of the program works with."""


def is_postgres(url: str) -> bool:
    """True for `postgres://…` and `postgresql://…`."""
    return url.startswith(("postgres://", "postgresql://"))


def sqlite_path(url: str) -> Path:
    """The file behind `sqlite:///abs/path`, `sqlite:rel/path` or a bare path. Raises DatabaseUrlUnknown."""
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:")
        path = path.removeprefix("//") if path.startswith("//") else path
    elif "://" in url:
        raise DatabaseUrlUnknown(f"Unknown database {url.partition('://')[0]}://…; use a file path or postgres://…")
    else:
        path = url
    if not path or ":memory:" in path:
        raise DatabaseUrlUnknown("The database must be a file: readers and the writer are separate connections.")
    return Path(path)


def config(url: str, *, for_process: bool = False, enforces_keys: bool = True) -> dict[str, Any]:
    """The ORM's configuration for `url`; one that serves a process waits for nobody's lock for long."""
    if is_postgres(url):
        engine, credentials = "postgres", _postgres(url, for_process=for_process)
    else:
        engine = "sqlite"
        credentials = {"file_path": str(sqlite_path(url)), **PRAGMAS, "foreign_keys": "ON" if enforces_keys else "OFF"}
    return {
        "connections": {
            WRITER: {"engine": f"alliance.kit.{engine}", "credentials": credentials},
            READER: {"engine": f"alliance.kit.{engine}_reader", "credentials": credentials},
        },
        "apps": {APP: {"models": list(MODELS), "default_connection": WRITER, "migrations": MIGRATIONS}},
        "routers": [Router],
        "use_tz": True,
        "timezone": "UTC",
    }


def _postgres(url: str, *, for_process: bool) -> dict[str, Any]:
    parts = urlsplit(url)
    host = unquote(parts.hostname or "")
    for pair in parts.query.split("&"):  # libpq's way to name a unix socket: ?host=/folder
        key, _, value = pair.partition("=")
        host = unquote(value) if key == "host" else host
    impatient = {
        "server_settings": {"lock_timeout": f"{SECONDS_TO_BEGIN}s"},
        "timeout": SECONDS_TO_BEGIN,  # to connect
    }
    return {
        "host": host or "localhost",
        "port": parts.port or 5432,
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password or ""),
        "database": unquote(parts.path.lstrip("/")) or "postgres",
        "minsize": 1,
        "maxsize": POSTGRES_CONNECTIONS // 2,
        **(impatient if for_process else {}),
    }


class Router:
    """Inside a unit of work the writer answers, so that it reads its own rows; outside a reader does."""

    def db_for_read(self, model: type) -> str:
        """The connection for a read."""
        return WRITER if _is_settling.get() else READER

    def db_for_write(self, model: type) -> str:
        """The connection for a write."""
        return WRITER


@asynccontextmanager
async def opened(url: str, *, for_process: bool = False) -> AsyncIterator[TortoiseContext]:
    """The migrated database at `url`, usable by this task and the tasks it starts; closed on leaving.

    `for_process` makes it the one database of every task in the process, which a server needs. Raises NotMigrated.
    """
    refuse_absent(url)
    async with connected(url, for_process=for_process) as context:
        await require_migrated()
        yield context


@asynccontextmanager
async def connected(
    url: str, *, for_process: bool = False, enforces_keys: bool = True
) -> AsyncIterator[TortoiseContext]:
    """Like `opened`, whatever the database holds; an SQLite file is made when there is none."""
    EXECUTOR_CACHE.clear()  # tortoise-orm 1.1.9 keeps statements by table, also for the next engine of this process
    settings = config(url, for_process=for_process, enforces_keys=enforces_keys)
    async with TortoiseContext() as context:
        await context.init(config=settings, _enable_global_fallback=for_process)
        yield context


def refuse_absent(url: str) -> None:
    """Raises NotMigrated where `url` names a file that is not there: opening it would make an empty one."""
    if not is_postgres(url) and not sqlite_path(url).is_file():
        raise NotMigrated(f"There is no database {sqlite_path(url)}. `alliance migrate` makes it.")


async def require_migrated() -> None:
    """Raises NotMigrated unless the database stands exactly where this version of the program expects it."""
    known, applied = known_migrations(), await applied_migrations()
    if missing := [name for name in known if name not in applied]:
        raise NotMigrated(f"The database lacks {', '.join(missing)}. Run `alliance migrate` first.")
    if strange := [name for name in applied if name not in known]:
        raise NotMigrated(f"The database was made by a newer version ({', '.join(strange)}). Update the program.")


def known_migrations() -> tuple[str, ...]:
    """The names of all migrations that come with the program, in order."""
    folder = importlib.import_module(MIGRATIONS).__path__
    return tuple(sorted(module.name for module in pkgutil.iter_modules(folder)))


async def applied_migrations() -> tuple[str, ...]:
    """The names of the migrations that the open database has had, in order."""
    writer = get_connection(WRITER)
    table = {"sqlite": "sqlite_master WHERE name", "postgres": "pg_tables WHERE tablename"}
    where = table[writer.capabilities.dialect]
    if not await writer.execute_query_dict(f"SELECT 1 FROM {where} = '{APPLIED}'"):
        return ()
    rows = await writer.execute_query_dict(f"SELECT name FROM {APPLIED} WHERE app = '{APP}' ORDER BY name")
    return tuple(row["name"] for row in rows)


def connection() -> BaseDBAsyncClient:
    """The connection for the few statements the ORM cannot say: the writer inside a unit of work."""
    return get_connection(Router().db_for_read(object))


async def as_unit_of_work(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` in one transaction and return what it returned; whatever it raises rolls everything back.

    The transaction runs in a task of its own behind a shield: a caller that is cancelled stops waiting, and the
    transaction still ends in a COMMIT or a ROLLBACK.
    """
    if _is_settling.get():
        raise RuntimeError("A unit of work is open already: actions never open one, so that they compose.")
    task = asyncio.create_task(_transaction(work))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)


async def _transaction(work: Callable[[], Awaitable[T]]) -> T:
    _is_settling.set(True)  # this task's own context
    async with in_transaction(WRITER):
        return await work()


_running: set[asyncio.Task[Any]] = set()


async def finish_running() -> None:
    """Wait for every unit of work that is still open; called on shutdown."""
    if _running:
        await asyncio.wait(list(_running))


async def rows_by(query: QuerySet[M], column: str, keys: Iterable[Any]) -> dict[Any, M]:
    """The rows of `query` whose unique `column` is among `keys`, by that column."""
    return {getattr(row, column): row for row in await query.filter(**{f"{column}__in": list(keys)})}


async def revised(row: M, expected_version: int, changes: Mapping[str, Any]) -> M:
    """The row after `changes`, made only when nobody changed it since `expected_version`. Refuses: Stale."""
    kind, key = type(row), row.pk
    if not await kind.filter(pk=key, version=expected_version).update(**changes, version=F("version") + 1):
        current: Any = await kind.get(pk=key)
        refuse(Stale(current_version=current.version))
    return await kind.get(pk=key)


async def lock_for_sequence(key: int) -> None:
    """Let one unit of work at a time past this point until it commits. SQLite's write lock does so already."""
    writer = get_connection(WRITER)
    if writer.capabilities.dialect == "postgres":
        await writer.execute_query("SELECT pg_advisory_xact_lock($1)", [key])
