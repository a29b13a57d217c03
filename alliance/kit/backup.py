"""A whole copy of a database while it is written to, and a database made of such a copy: verified, then named."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tortoise.connection import get_connection

from alliance.kit import postgres_programs
from alliance.kit.checking import Audit, Checked, check
from alliance.kit.database import (
    APPLIED,
    WRITER,
    applied_migrations,
    as_unit_of_work,
    connected,
    is_postgres,
    known_migrations,
    refuse_absent,
    sqlite_path,
)
from alliance.kit.migrating import row_counts, tables
from alliance.kit.sqlite import BUSY_TIMEOUT_MILLISECONDS

SQLITE, POSTGRES = b"SQLite format 3\0", b"PGDMP"  # with which the files begin
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file in use
PRIVATE = 0o600


class BackupRefused(RuntimeError):
    """Nothing was written and nothing was changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What lies in the file: its rows by table, and what was found when it was looked over."""

    rows: Mapping[str, int]
    checked: Checked


@dataclass(frozen=True, slots=True)
class Restored:
    """What lies in the new database, how it was found, and what the caller's first deed in it returned."""

    checked: Checked
    first: int


async def back_up(url: str, file: Path, *audits: Audit) -> BackedUp:
    """Write the database at `url` as of one moment into `file`, which must not be there. Nobody waits for it.

    A database that is not in order is backed up all the same, and `checked` says so. Raises NotMigrated,
    BackupRefused, ProgramMissing, ProgramFailed.
    """
    refuse_absent(url)
    with _written_whole(file) as part:
        if is_postgres(url):
            return await _dumped(url, part, audits)
        return await _copied(sqlite_path(url), part, audits)


async def restore(file: Path, url: str, *audits: Audit, first: Callable[[], Awaitable[int]]) -> Restored:
    """Make the database at `url`, where nothing may be yet, of a backup.

    `first` is done in it before anybody else can use it: the caller's way to end what must not live again. Raises
    BackupRefused, ProgramMissing, ProgramFailed.
    """
    kind = _kind(file)
    if (kind == POSTGRES) != is_postgres(url):
        raise BackupRefused(_other_engine(file, kind))
    if is_postgres(url):
        return await _loaded(file, url, audits, first)
    with _written_whole(sqlite_path(url)) as part:
        await asyncio.to_thread(shutil.copyfile, file, part)
        try:
            restored = await _looked_over(str(part), audits, first)
        except sqlite3.DatabaseError as error:
            raise BackupRefused(f"{file} is damaged ({error}), and nothing was made of it.") from None
        _make_one_file(part)
        return restored


async def _copied(source: Path, part: Path, audits: tuple[Audit, ...]) -> BackedUp:
    rows = await asyncio.to_thread(_copy_live, source, part)
    checked = _but_for_pending(await check(str(part), *audits))
    _refuse_damaged(checked)
    _make_one_file(part)
    _refuse_other_rows(rows, checked.rows)
    return BackedUp(checked.rows, checked)


def _copy_live(source: Path, part: Path) -> dict[str, int]:
    """Copy what one read transaction sees, and count it there."""
    address = f"{source.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(address, uri=True, isolation_level=None)) as live,
        closing(sqlite3.connect(part)) as copy,
    ):
        live.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}")
        live.execute("BEGIN")
        names = live.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        )
        rows = {name: _count(live, name) for (name,) in names.fetchall()}
        live.backup(copy)
        return rows


def _make_one_file(part: Path) -> None:
    """Leave nothing beside it; whoever opens it next sets it to write-ahead logging again."""
    with closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")


def _count(live: sqlite3.Connection, table: str) -> int:
    (number,) = live.execute(f'SELECT count(*) FROM "{table}"').fetchone()
    return int(number)


async def _dumped(url: str, part: Path, audits: tuple[Audit, ...]) -> BackedUp:
    async def dump() -> dict[str, int]:
        writer = get_connection(WRITER)
        await writer.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (seen,) = await writer.execute_query_dict(
            "SELECT pg_export_snapshot() AS snapshot, current_setting('server_version_num')::int / 10000 AS version"
        )
        rows = await row_counts(writer)
        await postgres_programs.dump(url, part, snapshot=seen["snapshot"], server_version=seen["version"])
        return rows

    async with connected(url):
        rows = await as_unit_of_work(dump)
    _refuse_other_rows(rows, await postgres_programs.rows_in(part))
    return BackedUp(rows, _but_for_pending(await check(url, *audits)))


async def _loaded(file: Path, url: str, audits: tuple[Audit, ...], first: Callable[[], Awaitable[int]]) -> Restored:
    async with connected(url):
        if await tables(get_connection(WRITER)):
            raise BackupRefused("This database holds tables already, and stays as it is. Name an empty one.")
    await postgres_programs.load(url, file)
    return await _looked_over(url, audits, first)


async def _looked_over(url: str, audits: tuple[Audit, ...], first: Callable[[], Awaitable[int]]) -> Restored:
    async with connected(url):
        _refuse_stranger(await applied_migrations())
        done = await as_unit_of_work(first)
    checked = await check(url, *audits)
    _refuse_damaged(checked)
    return Restored(checked, done)


def _kind(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(SQLITE))
    except OSError as error:
        raise BackupRefused(f"{file} cannot be read: {error.strerror}.") from None
    if begins.startswith(POSTGRES):
        return POSTGRES
    if begins != SQLITE:
        raise BackupRefused(f"{file} is no backup. `alliance backup` makes them.")
    waiting = file.with_name(f"{file.name}-wal")
    if waiting.exists() and waiting.stat().st_size:
        raise BackupRefused(
            f"{file} is a database in use: what was written last lies in {waiting.name}. Make a backup of it first: "
            f"alliance backup FILE --database {file}"
        )
    return SQLITE


def _other_engine(file: Path, kind: bytes) -> str:
    if kind == POSTGRES:
        return f"{file} is a backup of PostgreSQL: restore it to an empty database there, postgresql://…"
    return f"{file} is a backup of SQLite: restore it to a file; `alliance copy FILE URL` takes it to PostgreSQL."


def _refuse_stranger(applied: tuple[str, ...]) -> None:
    if not applied:
        raise BackupRefused("This is a database of another program: it never was migrated.")
    if strange := [name for name in applied if name not in known_migrations()]:
        raise BackupRefused(f"It was made by a newer version ({', '.join(strange)}). Update the program.")


def _refuse_damaged(checked: Checked) -> None:
    if checked.integrity:
        raise BackupRefused(f"The file is damaged and was not kept: {checked.integrity[0]}")


def _refuse_other_rows(wanted: Mapping[str, int], found: Mapping[str, int]) -> None:
    differing = [
        f"{table} {number} → {found.get(table, 0)}"
        for table, number in wanted.items()
        if table != APPLIED and found.get(table, 0) != number
    ]
    if differing:
        raise BackupRefused(f"The file does not hold what was read, and was not kept: {', '.join(differing)}.")


def _but_for_pending(checked: Checked) -> Checked:
    """A backup is made before an update, too."""
    return replace(checked, pending=())


@contextmanager
def _written_whole(file: Path) -> Iterator[Path]:
    """Where to write; it gets its name when all went well, and nobody else can read it. Raises BackupRefused."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise BackupRefused(f"There is no folder {folder}. Make it first.")
    if os.path.lexists(file):
        raise BackupRefused(f"{file} is there already, and stays as it is. Choose another name.")
    part = folder / f".{file.name}.{secrets.token_hex(4)}"
    os.close(os.open(part, os.O_CREAT | os.O_EXCL, PRIVATE))
    try:
        yield part
        _give_name(part, file)
    finally:
        for left in (part, *(part.with_name(f"{part.name}{ending}") for ending in BESIDE)):
            left.unlink(missing_ok=True)


def _give_name(part: Path, file: Path) -> None:
    """On disk first; then the name, which is taken only when nobody has it."""
    _sync(part)
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL, PRIVATE))
    except FileExistsError:
        raise BackupRefused(f"{file} has come up meanwhile, and stays as it is. Choose another name.") from None
    part.replace(file)
    _sync(file.absolute().parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
