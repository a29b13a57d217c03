"""`alliance migrate`, `seed` and `check-database`: making, filling and examining a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alliance.claims.audit import inconsistencies
from alliance.cli import opening
from alliance.cli.journal import told_break, told_head
from alliance.cli.opening import DatabaseOption, checked_url, shown, told
from alliance.cli.terminal import CommandError, note, run, stop, write, write_table
from alliance.journal.audit import verify
from alliance.journal.sealing import JournalKeyError
from alliance.kit import clock
from alliance.kit.checking import Checked, check
from alliance.kit.messages import ENGLISH
from alliance.kit.migrating import Migrated
from alliance.kit.migrating import migrate as migrated
from alliance.seed.load import BadFixtures, DatabaseNotEmpty, Seeded
from alliance.seed.load import seed as seeded


def migrate(database: DatabaseOption = None) -> None:
    """Bring the database to the tables of this version; make it when there is none.

    All or nothing. An SQLite file that holds data is first copied beside itself.
    """
    run(_migrate(database))


def seed(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="A folder of CSV sheets, in the form of fixtures/.", show_default=False),
    ],
    database: DatabaseOption = None,
) -> None:
    """Fill an empty, migrated database from a folder of CSV sheets: all rows, or none.

    Every row is judged by the rules of the trade. When any is wrong, all that are wrong are listed with file, line and
    column, and nothing is stored.
    """
    run(_seed(path, database))


def check_database(database: DatabaseOption = None) -> None:
    """Examine the database without changing it; exit with 1 when anything is wrong.

    Looks at the settings that durability stands on, the file itself, references, the guards of the tables, and whether
    every kept sum equals a recomputation.
    """
    run(_check(database))


async def migrated_at(url: str) -> Migrated:
    """Migrate the database at `url`. Raises CommandError."""
    with told(url):
        return await migrated(url)


async def seeded_from(folder: Path) -> Seeded:
    """Fill the open database, showing how far it is. Raises CommandError, DatabaseNotEmpty."""
    _need_folder(folder)
    try:
        return await seeded(folder, today=clock.today(), progress=_loaded, language=ENGLISH)
    except BadFixtures as bad:
        rows = [(fault.file, fault.line, fault.column, fault.value, fault.reason) for fault in bad.faults]
        write_table("Nothing was stored", ("file", "line", "column", "value", "reason"), rows)
        raise CommandError(f"{folder} has faults, {len(rows)} in all: correct what is listed and seed again.") from None


async def _migrate(database: str | None) -> None:
    url = checked_url(database)
    done = await migrated_at(url)
    if done.copy:
        write(f"A copy from before lies at {done.copy}.")
    write(f"{shown(url)} is up to date: {', '.join(done.applied) + ' applied' if done.applied else 'nothing to do'}.")


async def _seed(path: Path, database: str | None) -> None:
    url = checked_url(database)
    async with opening.database(url):
        try:
            done = await seeded_from(path)
        except DatabaseNotEmpty:
            raise CommandError(f"{shown(url)} holds data already; only an empty database can be seeded.") from None
    write(f"{shown(url)} holds {done.total} rows from {path}.")


async def _check(database: str | None) -> None:
    url = checked_url(database)
    with told(url):
        found = await check(url, inconsistencies)
    write_table(f"{shown(url)}, {found.engine}", ("table", "rows"), found.rows.items())
    faults = [*faults_of(found), *(() if found.pending else await _journal(url))]
    if faults:
        write_table("What is wrong", ("kind", "what"), faults)
        stop(f"{shown(url)} is not in order; what is wrong, {len(faults)} in all, is listed above.")
    write("Everything is in order.")


async def _journal(url: str) -> list[tuple[str, str]]:
    """What is wrong with the journal; what holds, or cannot be checked for want of a key, is told in a line."""
    async with opening.database(url):
        try:
            verified = await verify()
        except JournalKeyError as error:
            note(f"The journal was not checked. {error}")
            return []
    if verified.broken:
        return [("journal", told_break(verified.broken))]
    write(told_head(verified.head))
    return []


def _loaded(file: str, rows: int) -> None:
    note(f"{rows:>6}  {file}")


def _need_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise CommandError(f"There is no folder {folder}. Name one that holds sheets like those of fixtures/.")


def faults_of(found: Checked) -> list[tuple[str, str]]:
    """What is wrong, each with its kind."""
    kept = [f"{f.subject} {f.column}: kept {f.kept}, recomputed {f.recomputed}" for f in found.findings]
    return [
        *(("setting", f"{name} = {found.settings[name]}") for name in found.wrong_settings),
        *(("not migrated", name) for name in found.pending),
        *(("file", line) for line in found.integrity),
        *(("reference", line) for line in found.broken_keys),
        *(("guard missing", name) for name in found.missing),
        *(("sum", line) for line in kept),
    ]
