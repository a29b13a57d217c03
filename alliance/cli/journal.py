"""`alliance journal verify` and `anchor`: is the journal what was written; a mark of it to keep elsewhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from alliance.cli.opening import DatabaseOption, checked_url, database, shown
from alliance.cli.terminal import note, run, stop, write
from alliance.journal.audit import Anchor, BadAnchor
from alliance.journal.audit import verify as verified
from alliance.journal.chain import Break, Head
from alliance.journal.sealing import head_of_chain
from alliance.kit import clock

TOLD_EVERY = 10_000  # entries between two lines of progress

journal = typer.Typer(no_args_is_help=True, help="Check that nobody changed the journal, and anchor it elsewhere.")


@journal.command("verify")
def verify(
    anchor: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Anchors from `alliance journal anchor`, one a line. Without any, a cut-off end is not seen.",
            show_default=False,
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Walk the journal from its first entry; name the first that was changed, deleted, put in or moved.

    Exits with 1 when one is found. Changes nothing. Needs the keys that sealed the entries: ALLIANCE_JOURNAL_KEY, or
    the file beside an SQLite database.
    """
    run(_verify(database, _anchors(anchor) if anchor else ()))


@journal.command("anchor")
def anchor(
    append: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Add the line to this file instead of printing it. Keep it where nobody who administers the database "
            "can write.",
            show_default=False,
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Print the last entry's number, seal, moment and key, in one line. Do it daily, and keep the lines elsewhere."""
    line = str(run(_anchor(database)))
    if append is None:
        write(line)
        return
    try:
        with append.open("a", encoding="ascii") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        stop(f"{append} cannot be written ({error.strerror}). Name a file in a folder that is there.")


def told_head(head: Head) -> str:
    """That the chain holds, and up to where."""
    return f"The journal is whole: {head.sequence} entries, each sealed to the one before."


def told_break(broken: Break) -> str:
    """Where the chain breaks, and how."""
    return f"Entry {broken.sequence}, {broken.flaw.name.lower().replace('_', ' ')}: {broken.flaw.value}."


async def _verify(url: str | None, anchors: tuple[Anchor, ...]) -> None:
    url = checked_url(url)
    async with database(url):
        found = await verified(anchors, _progress)
    if found.broken:
        stop(f"The journal of {shown(url)} is not what was written. {told_break(found.broken)}")
    write(told_head(found.head))
    if anchors:
        write(f"Anchors met: {len(anchors)}, the last at entry {max(each.sequence for each in anchors)}.")


async def _anchor(url: str | None) -> Anchor:
    async with database(checked_url(url)):
        head = await head_of_chain()
    return Anchor(head.sequence, head.seal, clock.now().isoformat(timespec="seconds"), head.key_id or "-")


def _progress(entries: int) -> None:
    if entries % TOLD_EVERY == 0:
        note(f"{entries:>10}  entries read")


def _anchors(file: Path) -> tuple[Anchor, ...]:
    try:
        found = tuple(Anchor.parse(line) for line in file.read_text("utf-8").splitlines() if line.strip())
    except BadAnchor as bad:
        stop(f"{file} holds a line that is no anchor: {str(bad)[:80]!r}. `alliance journal anchor` makes them.")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file} cannot be read: {error}.")
    if not found:
        stop(f"{file} holds no anchor. `alliance journal anchor --append {file}` adds one.")
    return found
