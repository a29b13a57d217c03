"""A folder of sheets into an empty database: everything is checked, then everything is loaded, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tortoise.models import Model

from alliance.claims.tables import Claim, ServiceRecord
from alliance.core.permissions import Deed
from alliance.core.problems import Problem
from alliance.core.viewer import ANYBODY
from alliance.core.vocabulary import ScreeningAnswer
from alliance.directory.tables import (
    ActivityBase,
    Capability,
    CapabilityMonth,
    CareStation,
    Category,
    ChildGroup,
    Contact,
    District,
    Organization,
    Town,
)
from alliance.journal.settle import record, settle
from alliance.kit import messages
from alliance.kit.rowfaults import Line, Notes, RowFault
from alliance.kit.sheets import C, read_sheet
from alliance.needs.tables import Need, NeedParty
from alliance.schedule.tables import (
    BookedSlot,
    Booking,
    BookingParty,
    BookingSeries,
    Closure,
    Opening,
    Room,
    SpecialDay,
)
from alliance.seed import bodies, bookings, contacts, needs, places, schedule
from alliance.seed import columns as sheet
from alliance.seed.claims import Claimed, claimed
from alliance.seed.content import Content
from alliance.wording.screening import screen

BATCH = 500  # rows in one statement
FILLED: tuple[type[Model], ...] = (
    *(District, Town, Category, ChildGroup, Organization, Capability, CapabilityMonth, CareStation, Contact),
    *(ActivityBase, Room, SpecialDay, Opening, Closure, BookingSeries, BookingParty, Booking, BookedSlot),
    *(Need, NeedParty, Claim, ServiceRecord),
)
Progress = Callable[[str, int], None]


@dataclass
class Seeded:
    """How many rows each file gave, in the order in which they were loaded."""

    rows: Mapping[str, int]
    id: str = ""  # `settle` asks it of every deed; there is no single thing here

    @property
    def total(self) -> int:
        """All rows together."""
        return sum(self.rows.values())


class BadFixtures(ValueError):
    """The folder has faults; all of them are listed, and nothing was loaded."""

    def __init__(self, faults: tuple[RowFault, ...]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class DatabaseNotEmpty(RuntimeError):
    """The database holds data already. Only an empty one can be seeded."""


async def seed(
    folder: Path, *, today: date, progress: Progress | None = None, language: str = messages.DEFAULT
) -> Seeded:
    """Load the sheets in `folder` into the open database, which is migrated and empty, in one transaction.

    Days such as `+14` count from `today`. `progress` is told each file and its rows as they are loaded. Reasons are
    said in `language`. Raises BadFixtures, DatabaseNotEmpty.
    """
    content, done, notes = checked(folder, today=today, language=language)
    faults = notes.all(sheet.FILES, _may_show)
    if faults:
        raise BadFixtures(faults)
    loaded = await settle(lambda: _load(content, done, progress or _silent))
    assert not isinstance(loaded, Problem)  # loading refuses nothing: it raises
    return loaded


def checked(folder: Path, *, today: date, language: str) -> tuple[Content, Claimed, Notes]:
    """The rows of a folder, and everything found wrong with them."""
    content, notes = Content(today), Notes(language)

    def lines(file: str, columns: type[C]) -> tuple[Line[C], ...]:
        return read_sheet(folder / file, columns, today=today, notes=notes, refers=sheet.REFERS)

    places.add_districts(content, lines(sheet.DISTRICTS, sheet.DistrictColumns))
    places.add_towns(content, lines(sheet.TOWNS, sheet.TownColumns))
    places.add_categories(content, lines(sheet.CATEGORIES, sheet.CategoryColumns))
    places.add_groups(content, lines(sheet.GROUPS, sheet.GroupColumns))
    bodies.add_organizations(content, lines(sheet.ORGANIZATIONS, sheet.OrganizationColumns))
    bodies.add_capabilities(content, lines(sheet.CAPABILITIES, sheet.CapabilityColumns))
    bodies.add_stations(content, lines(sheet.STATIONS, sheet.StationColumns))
    contacts.add_contacts(content, lines(sheet.CONTACTS, sheet.ContactColumns))
    schedule.add_bases(content, lines(sheet.BASES, sheet.BaseColumns))
    schedule.add_rooms(content, lines(sheet.ROOMS, sheet.RoomColumns))
    schedule.add_special_days(content, lines(sheet.SPECIAL_DAYS, sheet.SpecialDayColumns))
    schedule.add_openings(content, lines(sheet.OPENINGS, sheet.OpeningColumns))
    schedule.add_closures(content, lines(sheet.CLOSURES, sheet.ClosureColumns))
    bookings.add_bookings(content, lines(sheet.BOOKINGS, sheet.BookingColumns))
    needs.add_needs(content, lines(sheet.NEEDS, sheet.NeedColumns))
    return content, claimed(content, lines(sheet.CLAIMS, sheet.ClaimColumns)), notes


async def _load(content: Content, done: Claimed, progress: Progress) -> Seeded:
    for table in FILLED:
        if await table.exists():
            raise DatabaseNotEmpty(f"The database holds rows of {table._meta.db_table}; only an empty one is filled.")
    by_file: dict[str, tuple[type[Model], Mapping[Any, Any]]] = {
        sheet.DISTRICTS: (District, content.districts),
        sheet.TOWNS: (Town, content.towns),
        sheet.CATEGORIES: (Category, content.categories),
        sheet.GROUPS: (ChildGroup, content.groups),
        sheet.ORGANIZATIONS: (Organization, content.organizations),
        sheet.CAPABILITIES: (Capability, content.capabilities),
        sheet.STATIONS: (CareStation, content.stations),
        sheet.CONTACTS: (Contact, content.contacts),
        sheet.BASES: (ActivityBase, content.bases),
        sheet.ROOMS: (Room, content.rooms),
        sheet.SPECIAL_DAYS: (SpecialDay, content.special_days),
        sheet.OPENINGS: (Opening, content.openings),
        sheet.CLOSURES: (Closure, content.closures),
        sheet.BOOKINGS: (BookingSeries, content.series),
        sheet.NEEDS: (Need, content.needs),
        sheet.CLAIMS: (Claim, done.claims),
    }
    for file, (table, made) in by_file.items():
        await _insert(table, made.values())
        progress(file, len(made))
    await _insert(BookingParty, content.parties)
    await _insert(Booking, content.bookings)
    await _insert(BookedSlot, content.slots)
    await _insert(CapabilityMonth, done.months.values())
    await _insert(NeedParty, done.parties.values())
    await _insert(ServiceRecord, done.records)
    seeded = Seeded({file: len(made) for file, (_, made) in by_file.items()})
    record(Deed.SEED, ANYBODY, after={"rows": seeded.total})
    return seeded


async def _insert(table: type[Model], made: Iterable[Any]) -> None:
    await table.bulk_create(list(made), batch_size=BATCH)


def _may_show(value: str) -> bool:
    """False for a cell that must not appear in a terminal or a log, whatever column it stands in."""
    answer = screen({"value": value}, is_need=False).answer
    return answer not in {ScreeningAnswer.REFUSE_IDENTITY, ScreeningAnswer.DIVERT}


def _silent(file: str, count: int) -> None:
    pass
