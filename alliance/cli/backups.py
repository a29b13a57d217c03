"""`alliance backup`, `restore` and `copy`: a whole copy, a database made of one, and the way to the other engine."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from tortoise.connection import get_connection

from alliance.claims.audit import inconsistencies
from alliance.cli.databases import faults_of
from alliance.cli.journal import told_break, told_head
from alliance.cli.opening import DatabaseOption, checked_url, settings, shown, told
from alliance.cli.terminal import CommandError, note, run, stop, write, write_table
from alliance.core.keys import BadKey, Key, keys_in
from alliance.identity.actions import end_all_sessions
from alliance.journal.audit import Verified, verify
from alliance.journal.sealing import KEY_FILE, VARIABLE, hand_on
from alliance.kit.backup import BackupRefused, back_up
from alliance.kit.backup import restore as restored
from alliance.kit.checking import Checked, Finding, check
from alliance.kit.copying import CopyFailed, TargetNotEmpty
from alliance.kit.copying import copy as copied
from alliance.kit.database import WRITER, is_postgres, sqlite_path
from alliance.kit.migrating import tables
from alliance.kit.postgres_programs import ProgramFailed, ProgramMissing
from alliance.schedule.subscriptions import end_all_feeds
from alliance.schedule.tables import CalendarFeed

REFUSALS = (BackupRefused, TargetNotEmpty, CopyFailed, ProgramMissing, ProgramFailed)
SHOWN_OF_CHECKSUM = 16  # characters: enough to compare by eye; the program compared all 64


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, which must not be there yet.")],
    database: DatabaseOption = None,
) -> None:
    """Write a whole copy of the database, as of one moment, while the service goes on; verify it; then name it.

    SQLite by its online backup, PostgreSQL by pg_dump, which must be on the PATH and as new as the server. Exits with 1
    when the file could not be made, and when it was made but what it holds is not in order.

    A plain copy (cp, a file sync) of a database file in use is no backup: what was written last lies beside the file,
    and the copy can lack all of it. The file is not encrypted, and the journal's key is not in it.
    """
    run(_backup(file, database))


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file from `alliance backup`.", show_default=False)],
    database: Annotated[
        str,
        typer.Option(
            "--database",
            metavar="FILE-OR-URL",
            help="Where to: a file that is not there yet, or an empty PostgreSQL database.",
            show_default=False,
        ),
    ],
) -> None:
    """Make a database of a backup, in a place where nothing is; verify it, and end every session in it.

    Whoever signed out, or was closed out, after the backup was made would be let in again otherwise. Everybody signs in
    anew, and tokens of programs are made anew.
    """
    run(_restore(file, database))


def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The database to read.", show_default=False)],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="An empty database; its tables are made.", show_default=False)
    ],
) -> None:
    """Copy everything into an empty database of either engine: all of it, compared table by table, or nothing.

    From an SQLite file to PostgreSQL, or back. End the server first: what is written to FROM afterwards is not in TO.
    """
    run(_copy(source, target))


async def _backup(file: Path, database: str | None) -> None:
    url = checked_url(database)
    began, journal = time.perf_counter(), _Journal(_keys(url))
    with _told(url):
        made = await back_up(url, file, inconsistencies, journal.look)
    seconds = time.perf_counter() - began
    _write_rows(f"{file}: {shown(url)} as of one moment, {made.checked.engine}", made.rows)
    write(f"{_size(file)} in {seconds:.1f} s, verified. SHA-256 {_digest(file)}")
    key = VARIABLE if is_postgres(url) or not _key_file(url).exists() else str(_key_file(url))
    write(
        f"The journal's key is not in it. Keep {key} elsewhere: without it nothing is written to a restored database."
    )
    _stop_unless_sound(
        made.checked, journal, f"The backup {file} is whole, but what it holds, and {shown(url)}, is not in order"
    )


async def _restore(file: Path, database: str) -> None:
    url = checked_url(database)
    began, journal = time.perf_counter(), _Journal(_keys(url))
    with _told(url):
        made = await restored(file, url, inconsistencies, journal.look, first=_end_access)
    seconds = time.perf_counter() - began
    _write_rows(f"{shown(url)} from {file}, {made.checked.engine}", made.checked.rows)
    ended = f"Sessions ended: {made.first}, and all calendar addresses; everybody signs in anew."
    write(f"Restored and verified in {seconds:.1f} s. {ended}")
    if made.checked.pending:
        write(f"It was made by an older version. Next: alliance migrate --database {shown(url)}")
    if not journal.keys:
        write(f"The key of its journal is not at hand. Next: {_place_of_key(url)}; nothing is written without it.")
    write(f"Next: alliance serve --database {shown(url)}")
    _stop_unless_sound(made.checked, journal, f"{shown(url)} is restored, but not in order")


async def _end_access() -> int:
    """End what must not live again: sessions, of which it tells how many, and addresses of calendars."""
    if CalendarFeed._meta.db_table in await tables(get_connection(WRITER)):  # a backup can be older
        await end_all_feeds()
    return await end_all_sessions()


async def _copy(source: str, target: str) -> None:
    source, target = checked_url(source), checked_url(target)
    began, journal = time.perf_counter(), _Journal((*_keys(source), *_keys(target)))
    with _told(target):
        made = await copied(source, target, progress=_copied)
        checked = await check(target, inconsistencies, journal.look)
    seconds = time.perf_counter() - began
    rows = [(table, each.rows, each.checksum[:SHOWN_OF_CHECKSUM]) for table, each in made.items()]
    write_table(f"{shown(target)} holds what {shown(source)} does", ("table", "rows", "checksum on both"), rows)
    write(f"{sum(each.rows for each in made.values())} rows in {seconds:.1f} s, equal by counts and checksums.")
    if not set(_keys(source)) <= set(_keys(target)):
        write(f"Next: {_place_of_key(target)}. It lies in {_key_file(source)}; nothing is written without it.")
    write(f"Next: alliance serve --database {shown(target)}. {shown(source)} is as it was.")
    _stop_unless_sound(checked, journal, f"{shown(target)} is an equal copy, but not in order")


@dataclass(slots=True)
class _Journal:
    """Looks at the journal as an audit among others, with keys that need not lie where the database does."""

    keys: tuple[Key, ...]
    verified: Verified | None = None

    async def look(self) -> tuple[Finding, ...]:
        """Nothing: what is wrong is no number, and stands in `verified`."""
        if self.keys:
            hand_on(self.keys)
            self.verified = await verify()
        return ()

    def faults(self) -> list[tuple[str, str]]:
        """What is wrong; that all is well, or was not looked at, is told in a line."""
        if self.verified and self.verified.broken:
            return [("journal", told_break(self.verified.broken))]
        write(told_head(self.verified.head) if self.verified else "The journal was not checked.")
        return []


def _keys(url: str) -> tuple[Key, ...]:
    """The keys from the environment, and those beside an SQLite file. Raises CommandError."""
    given = settings().journal_keys
    if is_postgres(url) or not _key_file(url).is_file():
        return given
    try:
        return tuple(dict.fromkeys((*given, *keys_in(_key_file(url).read_text("ascii")))))
    except (OSError, UnicodeDecodeError, BadKey) as error:
        raise CommandError(f"{_key_file(url)} holds no usable key of the journal: {error}.") from None


def _key_file(url: str) -> Path:
    path = sqlite_path(url)
    return path.with_name(f"{path.name}{KEY_FILE}")


def _place_of_key(url: str) -> str:
    if is_postgres(url):
        return f"set {VARIABLE} to the key that sealed the journal"
    return f"put the key that sealed the journal into {_key_file(url)}"


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what can go wrong into one line. Raises CommandError."""
    try:
        with told(url):
            yield
    except REFUSALS as error:
        raise CommandError(f"{shown(url)}: {error}") from None


def _copied(table: str, rows: int) -> None:
    note(f"{rows:>8}  {table}")


def _write_rows(title: str, rows: Mapping[str, int]) -> None:
    write_table(title, ("table", "rows"), rows.items())


def _stop_unless_sound(checked: Checked, journal: _Journal, message: str) -> None:
    """An older version's tables are no fault here: they are migrated next."""
    faults = [*faults_of(replace(checked, pending=())), *journal.faults()]
    if faults:
        write_table("What is wrong", ("kind", "what"), faults)
        stop(f"{message}; what is wrong, {len(faults)} in all, is listed above.")


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1_000_000:.1f} MB"


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
