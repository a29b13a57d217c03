"""What the service does by itself while it runs: what was not confirmed in time is ended."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

from alliance.claims.actions import expire_bookings
from alliance.core.viewer import ANYBODY
from alliance.journal.settle import settle
from alliance.kit.answering import broken
from alliance.kit.watching import watch
from alliance.schedule.reads import overdue_series

SECONDS_BETWEEN_LOOKS = 60.0  # a hold lasts two working days; a minute more is nobody's loss


async def end_overdue() -> int:
    """End every hold that ran out and every request whose time has come, each series in a transaction of its own.

    How many series were looked at. Several processes may do it at once: whoever comes second finds nothing to end.
    """
    series_ids = await overdue_series()
    for series_id in series_ids:
        try:
            await settle(partial(expire_bookings, ANYBODY, series_id=series_id))
        except Exception as error:  # and the others are looked at nevertheless
            broken(error)
    return len(series_ids)


@asynccontextmanager
async def upkeep() -> AsyncIterator[None]:
    """Look every minute for as long as the service runs; a database that is busy or away is looked at again later."""
    task = asyncio.create_task(_every_minute())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _every_minute() -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS * random.uniform(0.8, 1.2))  # processes drift apart
        watch()
        try:
            await end_overdue()
        except Exception as error:
            broken(error)
