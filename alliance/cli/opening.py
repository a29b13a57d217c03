"""Which database a command works on, and opening it with every foreseeable fault told in one line."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from importlib.util import find_spec
from typing import Annotated, TypeAlias

import typer
from tortoise.exceptions import BaseORMException

from alliance.cli.terminal import CommandError
from alliance.journal.sealing import hand_on
from alliance.kit.database import DatabaseUrlUnknown, NotMigrated, is_postgres, opened, sqlite_path
from alliance.kit.migrating import FolderMissing, MigrationFailed
from alliance.settings import DATABASE, Settings

try:
    from asyncpg import PostgresError  # type: ignore[import-untyped]
except ImportError:  # asyncpg comes with the extra `postgres` only
    PostgresError = sqlite3.Error

CANNOT_OPEN = (OSError, sqlite3.Error, BaseORMException, PostgresError)

DatabaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="FILE-OR-URL",
        help=f"An SQLite file, or postgresql://user:password@host/name. Without it {DATABASE} decides, "
        "then alliance.sqlite3 in this folder.",
        show_default=False,
    ),
]


def settings() -> Settings:
    """The settings of this process, read from its environment. Raises SettingError."""
    return Settings.from_environment(os.environ)


def checked_url(database: str | None) -> str:
    """The database to work on: the option, else the environment. Raises CommandError, SettingError."""
    url = settings().database if database is None else database
    try:
        if is_postgres(url):
            _need_driver()
        else:
            sqlite_path(url)
    except DatabaseUrlUnknown as error:
        raise CommandError(f"{error} (--database, or the variable {DATABASE})") from None
    return url


def shown(url: str) -> str:
    """The database for people: without its password."""
    return re.sub(r"(://[^:/@]+):[^@]*@", r"\1:…@", url)


@asynccontextmanager
async def database(url: str) -> AsyncIterator[None]:
    """The migrated database at `url`, for as long as the command needs it. Raises CommandError."""
    async with AsyncExitStack() as stack:
        with told(url):
            await stack.enter_async_context(opened(url))
            hand_on(settings().journal_keys)
        yield


@contextmanager
def told(url: str) -> Iterator[None]:
    """Turn what can go wrong with opening or migrating the database at `url` into one line. Raises CommandError."""
    try:
        yield
    except (NotMigrated, FolderMissing, MigrationFailed) as error:
        raise CommandError(str(error)) from None
    except CANNOT_OPEN as error:
        raise CommandError(
            f"The database {shown(url)} cannot be used: {error}. Check that it is there, that it is one, "
            "and that you may write it."
        ) from None


def _need_driver() -> None:
    if find_spec("asyncpg") is None:
        raise CommandError("PostgreSQL needs a driver that is not installed: pip install 'alliance[postgres]'.")
