"""What time it is, in one place, so that a test can hold the clock still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from alliance.core.period import SHANGHAI

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """The moment, in UTC."""
    return _held.get() or datetime.now(UTC)


def today() -> date:
    """The calendar day in Wuxi."""
    return now().astimezone(SHANGHAI).date()


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` for everything that runs inside."""
    token = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(token)
