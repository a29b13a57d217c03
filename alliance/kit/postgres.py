"""PostgreSQL as the engine to grow into: a pool that writes and one that cannot, and transactions that leak neither."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

from alliance.kit.outages import Jam, has_waited_in_vain


class _Transaction(TransactionContextPooled):
    """The library's transaction, corrected: a failed or cancelled BEGIN gives the connection back to the pool.

    tortoise-orm 1.1.9 loses one connection of the pool each time, until none is left.
    """

    def __init__(self, client: Any, pool_init_lock: asyncio.Lock, jam: Jam) -> None:
        super().__init__(client, pool_init_lock)
        self._jam = jam

    async def __aenter__(self) -> TransactionalDBClient:
        came_at = time.monotonic()
        await self.ensure_connection()
        pool = self.client._parent._pool
        connection = await pool.acquire()
        token = None
        try:
            self._jam.refuse(came_at)
            self.client._connection = connection
            token = self.token = get_connections().set(self.connection_name, self.client)
            await self.client.begin()
        except BaseException:
            if token is not None:
                get_connections().reset(token)
            await asyncio.shield(pool.release(connection))
            raise
        return self.client

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        if exc_val is not None and has_waited_in_vain(exc_val):
            self._jam.note()
        await super().__aexit__(exc_type, exc_val, exc_tb)


class WriterClient(AsyncpgDBClient):
    """The connections that write."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._jam = Jam()

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(TransactionWrapper(self), self._pool_init_lock, self._jam)


class ReaderClient(AsyncpgDBClient):
    """Connections that cannot write; reads on them never wait for those that do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.server_settings["default_transaction_read_only"] = "on"


client_class = WriterClient
