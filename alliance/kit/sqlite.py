"""SQLite as the embedded engine: one writer that begins IMMEDIATE and never leaks its lock, one read-only reader."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import suppress
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from alliance.kit.outages import SECONDS_TO_BEGIN, Jam, has_waited_in_vain

BUSY_TIMEOUT_MILLISECONDS = int(SECONDS_TO_BEGIN * 1_000)  # for the locks of other processes; here one writes at a time

PRAGMAS: dict[str, str | int] = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # an acknowledged deed survives a power cut
    "foreign_keys": "ON",
    "busy_timeout": BUSY_TIMEOUT_MILLISECONDS,
}
EXPECTED: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": BUSY_TIMEOUT_MILLISECONDS,
}


class SqliteSettingRefused(RuntimeError):
    """SQLite did not take a setting that durability or integrity stands on."""


class _ImmediateWrapper(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error


class _ImmediateTransaction(SqliteTransactionContext):
    """The library's transaction, corrected: a failed or cancelled BEGIN gives everything back.

    tortoise-orm 1.1.9 takes its lock and then awaits BEGIN; whatever interrupts it there freezes the process for good.
    """

    def __init__(self, connection: Any, trxlock: asyncio.Lock, jam: Jam) -> None:
        super().__init__(connection, trxlock)
        self._jam = jam

    async def __aenter__(self) -> TransactionalDBClient:
        came_at = time.monotonic()
        await self._trxlock.acquire()
        token = None
        try:
            self._jam.refuse(came_at)
            await self.ensure_connection()
            token = self.token = get_connections().set(self.connection_name, self.connection)
            await self.connection.begin()
        except BaseException as error:
            if has_waited_in_vain(error):
                self._jam.note()
            with suppress(Exception):
                await asyncio.shield(self.connection._connection.rollback())
            if token is not None:
                get_connections().reset(token)
            self._trxlock.release()
            raise
        return self.connection  # type: ignore[no-any-return]


class WriterClient(SqliteClient):
    """The one connection that writes."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self._jam = Jam()

    async def create_connection(self, with_db: bool) -> None:
        is_new = self._connection is None
        await super().create_connection(with_db)
        if is_new:
            await self._check_settings()

    async def _check_settings(self) -> None:
        assert self._connection is not None
        for pragma, wanted in EXPECTED.items():
            if pragma == "foreign_keys" and self.pragmas.get(pragma) == "OFF":
                continue  # only while migrating, which checks all keys itself
            (row,) = await self._connection.execute_fetchall(f"PRAGMA {pragma}")
            if row[0] != wanted:
                raise SqliteSettingRefused(f"SQLite says {pragma} = {row[0]}, needed is {wanted}: {self.filename}")

    def _in_transaction(self) -> TransactionContext:
        return _ImmediateTransaction(_ImmediateWrapper(self), self._lock, self._jam)


class ReaderClient(SqliteClient):
    """A connection that cannot write; reads on it never wait for an open write transaction."""

    def __init__(self, file_path: str, **kwargs: Any) -> None:
        super().__init__(file_path, **kwargs)
        self.pragmas["query_only"] = "ON"


client_class = WriterClient
