"""What passes by itself is told apart from bugs, whichever driver says it, through whatever wraps it."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from asyncpg import exceptions as postgres  # type: ignore[import-untyped]
from tortoise.exceptions import OperationalError

from alliance.kit.outages import Busy, Jam, Outage, has_waited_in_vain, outage_of


def of_sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("whatever it says")
    error.sqlite_errorcode = code
    return error


PASSING = [
    (of_sqlite(sqlite3.SQLITE_BUSY), Outage.BUSY),
    (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Outage.BUSY),
    (of_sqlite(sqlite3.SQLITE_LOCKED), Outage.BUSY),
    (of_sqlite(sqlite3.SQLITE_FULL), Outage.STORAGE_FULL),
    (of_sqlite(sqlite3.SQLITE_IOERR_SHMSIZE), Outage.STORAGE_FULL),
    (OSError(errno.ENOSPC, "whatever it says"), Outage.STORAGE_FULL),
    (OSError(errno.EDQUOT, "whatever it says"), Outage.STORAGE_FULL),
    (postgres.DiskFullError(), Outage.STORAGE_FULL),
    (ConnectionRefusedError(), Outage.BUSY),
    (FileNotFoundError(errno.ENOENT, "the socket is gone"), Outage.BUSY),
    (TimeoutError(), Outage.BUSY),
    (Busy(), Outage.BUSY),
    (postgres.LockNotAvailableError(), Outage.BUSY),
    (postgres.DeadlockDetectedError(), Outage.BUSY),
    (postgres.SerializationError(), Outage.BUSY),
    (postgres.TooManyConnectionsError(), Outage.BUSY),
    (postgres.CannotConnectNowError(), Outage.BUSY),
    (postgres.AdminShutdownError(), Outage.BUSY),
    (postgres.CrashShutdownError(), Outage.BUSY),
    (postgres.ConnectionDoesNotExistError(), Outage.BUSY),
    (postgres.InterfaceError("the underlying connection is closed"), Outage.BUSY),
]
BUGS = [
    of_sqlite(sqlite3.SQLITE_ERROR),
    of_sqlite(sqlite3.SQLITE_CORRUPT),
    of_sqlite(sqlite3.SQLITE_CONSTRAINT),
    of_sqlite(sqlite3.SQLITE_READONLY),
    sqlite3.ProgrammingError("no code of SQLite's"),
    postgres.UniqueViolationError(),
    postgres.UndefinedTableError(),
    postgres.ReadOnlySQLTransactionError(),
    postgres.InterfaceError("cannot use a bound argument"),
    OperationalError("no such table"),
    LookupError("database is locked"),
    RuntimeError("connection is closed"),
]


@pytest.mark.parametrize(("error", "outage"), PASSING, ids=[repr(error) for error, _ in PASSING])
def test_what_passes_by_itself_is_an_outage_also_behind_another_error(error: Exception, outage: Outage) -> None:
    assert outage_of(error) is outage
    with pytest.raises(OperationalError) as caused:
        raise OperationalError("wrapped") from error
    assert outage_of(caused.value) is outage


@pytest.mark.parametrize("error", BUGS, ids=repr)
def test_whatever_else_goes_wrong_is_a_bug(error: Exception) -> None:
    assert outage_of(error) is None


def test_of_those_who_queue_only_those_are_refused_that_came_before_one_had_waited_in_vain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jam = Jam()
    jam.refuse(0.0)
    monkeypatch.setattr("time.monotonic", lambda: 10.0)
    jam.note()
    with pytest.raises(Busy):
        jam.refuse(9.9)
    jam.refuse(10.0)
    jam.refuse(12.0)


def test_one_deadlock_full_disk_or_lost_connection_refuses_nobody_who_queues() -> None:
    vain = [error for error, _ in PASSING if has_waited_in_vain(error)]
    assert [repr(error) for error in vain] == [repr(of_sqlite(0)), repr(postgres.LockNotAvailableError())]
    for error in vain:
        with pytest.raises(OperationalError) as wrapped:
            raise OperationalError("wrapped") from error
        assert has_waited_in_vain(wrapped.value)
