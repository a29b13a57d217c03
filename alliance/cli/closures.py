"""`alliance closures`: the times at which a base is shut, from a calendar file that is kept elsewhere."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alliance.cli.bodies import Who, body_of, room_of
from alliance.cli.opening import DatabaseOption, checked_url, database
from alliance.cli.terminal import accepted, run, stop, write, write_table
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import ClosureReason, ImportOutcome, Role
from alliance.journal.settle import settle
from alliance.schedule import reads
from alliance.schedule.drafts import ImportClosuresDraft
from alliance.schedule.imported import MOST_BYTES
from alliance.schedule.importing import EventReport, ImportedClosures, import_closures


class Reason(StrEnum):
    """Why the rooms are shut, as the command line calls it."""

    MAINTENANCE = "maintenance"
    OWN_EVENT = "own-event"
    WEATHER = "weather"
    OTHER = "other"


def closures(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The calendar: an iCalendar file (.ics), at most 100 kB.")
    ],
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="NAME-OR-ID", help="Which base is shut, where there are several.", show_default=False
        ),
    ] = None,
    room: Annotated[
        str | None,
        typer.Option(
            "--room",
            metavar="NAME-OR-ID",
            help="Only this room, by a part of its name that fits no other.",
            show_default=False,
        ),
    ] = None,
    reason: Annotated[Reason, typer.Option("--reason", help="Why it is shut then, for all events.")] = Reason.OTHER,
    database: DatabaseOption = None,
) -> None:
    """Shut a base, or one room, at the times of a calendar, and print what became of every event.

    Times are taken from today to 18 months ahead; those without a zone are Wuxi's. The same file again changes
    nothing; a changed event replaces what it was, a cancelled one takes it back, and what the file no longer holds
    stays. Bookings stay too. Ends with 1 where nothing of the file is stored.
    """
    done = run(_closures(database, _content(file), base, room, ClosureReason[reason.name]))
    counted = Counter(each.outcome for each in done.events)
    said = ", ".join(f"{counted[outcome]} {outcome.name.lower()}" for outcome in ImportOutcome if counted[outcome])
    columns = ("event", "what became of it", "closures", "why")
    write_table(f"Events: {len(done.events)} ({said})", columns, map(_row, done.events))
    if counted[ImportOutcome.IGNORED] == len(done.events):
        stop("Nothing of this calendar is stored. The last column says why.")
    write(f"Closures that stand for this calendar: {sum(each.closures for each in done.events)}.")


async def _closures(
    url: str | None, content: str, base: str | None, room: str | None, reason: ClosureReason
) -> ImportedClosures:
    async with database(checked_url(url)):
        body = await body_of(Who.BASE, base)
        assert body is not None  # only the city has none
        viewer = Viewer(role=Role.BASE_MANAGER, body_id=body.id, body_name=body.name)
        rooms = (await reads.rooms_of(viewer, [body.id]))[body.id]
        room_id = room_of(rooms, room).id if room else None
        draft = ImportClosuresDraft(calendar=content, reason=reason, room_id=room_id)
        return accepted(await settle(lambda: import_closures(viewer, draft=draft)))


def _content(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}. Name the calendar's file.")
    if len(content) > MOST_BYTES:
        stop(f"{file} is larger than {MOST_BYTES:,} bytes. Leave old events out.")
    return content.decode("utf-8-sig", "replace")


def _row(event: EventReport) -> tuple[object, ...]:
    why = event.reason.en if event.reason else ""
    return event.uid or "(no UID)", event.outcome.name.lower(), event.closures, why
