"""What keeps a database from working for a while: told apart from bugs, whichever driver says it, in which words."""

from __future__ import annotations

import errno
import math
import sqlite3
import time
from collections.abc import Iterator
from enum import Enum

from alliance.core.problems import N_

SECONDS_TO_BEGIN = 2.0  # for another's lock, after which a deed is refused; SAFETY C9: every answer within 2.5 s

_SQLITE_FULL = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE}
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_LOCK_NOT_RELEASED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY}  # by another process, in time
_POSTGRES_FULL = "53100"  # disk_full
_LOCK_NOT_RELEASED = "55P03"  # by another, in time
_POSTGRES_BUSY = (  # PostgreSQL's manual, appendix A
    "08",  # the connection was lost, or could not be made
    "40001",  # another transaction came first
    "40P01",  # two transactions waited for one another
    "53300",  # too many connections
    _LOCK_NOT_RELEASED,
    "57014",  # the statement was given up
    "57P",  # the server is ending, has crashed, or is only starting
)


class Outage(Enum):
    """What is wrong, and what a person is told; the name stands in `extensions.code`. All pass by themselves."""

    BUSY = N_(
        "The database is busy or starting anew. Try again in a moment; look whether a change was made before you "
        "repeat it, or repeat it with the same `idempotencyKey`."
    )
    STORAGE_FULL = N_(
        "There is no space left to write. Nothing was changed, and reading goes on. Tell whoever runs the server, and "
        "try again then."
    )


class Busy(Exception):
    """Refused at once, together with the one that waited in vain."""


class Jam:
    """Lets those who queue behind one that waits in vain be refused together with it, not each after as long again."""

    def __init__(self) -> None:
        self._seen_at = -math.inf

    def note(self) -> None:
        """One has waited in vain, just now."""
        self._seen_at = time.monotonic()

    def refuse(self, came_at: float) -> None:
        """Raises Busy for one that came, by `time.monotonic()`, before another had waited in vain."""
        if came_at < self._seen_at:
            raise Busy


def outage_of(error: BaseException) -> Outage | None:
    """The outage that `error` tells of, or that was behind it; None for a bug."""
    return next((found for each in _behind(error) if (found := _outage(each))), None)


def has_waited_in_vain(error: BaseException) -> bool:
    """True when the engine gave up waiting for another's lock; of all that is busy, others wait for that alone."""
    return any(
        getattr(each, "sqlstate", None) == _LOCK_NOT_RELEASED
        or getattr(each, "sqlite_errorcode", None) in _SQLITE_LOCK_NOT_RELEASED
        for each in _behind(error)
    )


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came of: the ORM wraps what a driver says, and a lost connection fails its rollback too."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _outage(error: BaseException) -> Outage | None:
    match error:
        case sqlite3.Error():
            return _of_sqlite(getattr(error, "sqlite_errorcode", 0))
        case OSError():  # from the socket of the database, or a time-out on the way to it
            return Outage.STORAGE_FULL if error.errno in {errno.ENOSPC, errno.EDQUOT} else Outage.BUSY
        case Busy():
            return Outage.BUSY
    return _of_postgres(error)


def _of_sqlite(code: int) -> Outage | None:
    if code in _SQLITE_FULL:
        return Outage.STORAGE_FULL
    return Outage.BUSY if code & 0xFF in _SQLITE_BUSY else None


def _of_postgres(error: BaseException) -> Outage | None:
    """By SQLSTATE; asyncpg is installed with an extra only, so its classes are known by their names."""
    state = str(getattr(error, "sqlstate", None) or "")
    if state == _POSTGRES_FULL:
        return Outage.STORAGE_FULL
    if state.startswith(_POSTGRES_BUSY):
        return Outage.BUSY
    is_of_driver = type(error).__name__ == "InterfaceError" and type(error).__module__.startswith("asyncpg")
    return Outage.BUSY if is_of_driver and "closed" in str(error) else None
