"""What a folder has given so far, and the checks that its rows share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, TypeVar

from tortoise.models import Model

from alliance.core.period import SHANGHAI
from alliance.core.problems import N_, Faults
from alliance.directory.checks import check_text
from alliance.directory.reads import CITY
from alliance.directory.rules import Known, is_postable
from alliance.directory.tables import (
    ActivityBase,
    Capability,
    CareStation,
    Category,
    ChildGroup,
    Contact,
    District,
    Organization,
    Town,
)
from alliance.kit.rowfaults import Line
from alliance.matching.facts import CategoryFacts
from alliance.needs.sight import GroupFacts
from alliance.needs.tables import Need
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
from alliance.wording.answers import Diverted, IdentityFound, NotANeed, PleaseConfirm, problem_of
from alliance.wording.screening import Screening, screen

M = TypeVar("M", bound=Model)
C = TypeVar("C")
LONGEST_TEXT = 500  # definitions and descriptions of organizations: half a page of a phone

NO_SUCH = N_("There is no {key} in {file}.")
TWICE = N_("Line {line} says the same; it must be there once only.")
NO_CLOCK_TIME = N_("This is not a time between 00:00 and 24:00; write it like 09:30.")
AHEAD = N_("{day} is after {today}; it must have happened already.")
POINTS_TO_A_PERSON = N_("This points to a person ({kinds}). Describe the group or the service instead.")
SPEAKS_OF_HARM = N_("This speaks of harm ({signal}). It is reported at once, by people to people, and never loaded.")
DOUBTFUL = N_("This may point to a person. If it does not, put {token} into the column `acknowledged`.")


@dataclass
class Content:
    """The rows of a folder by their codes and keys, in the order in which they stand.

    `doubtful` are the ids of rows with faults: nothing is concluded from them.
    """

    today: date
    doubtful: set[str] = field(default_factory=set)
    districts: dict[str, District] = field(default_factory=dict)
    towns: dict[str, Town] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    groups: dict[str, ChildGroup] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    capabilities: dict[str, Capability] = field(default_factory=dict)
    stations: dict[str, CareStation] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    bases: dict[str, ActivityBase] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)
    special_days: dict[date, SpecialDay] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    closures: dict[str, Closure] = field(default_factory=dict)
    series: dict[str, BookingSeries] = field(default_factory=dict)
    parties: list[BookingParty] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    slots: list[BookedSlot] = field(default_factory=list)
    needs: dict[str, Need] = field(default_factory=dict)

    def leaves(self) -> Mapping[str, CategoryFacts]:
        """The leaves of the taxonomy as the rules see them."""
        return {
            row.code: CategoryFacts(
                code=row.code,
                name=row.zh,
                sensitivity=row.sensitivity,
                qualifications=frozenset(row.qualifications),
                words=row.synonyms,
                definition=row.definition,
            )
            for row in self.categories.values()
            if row.parent_id is not None
        }

    def known(self) -> Known:
        """The codes that drafts may name."""
        groups = frozenset(row.code for row in self.groups.values() if is_postable(row.kind, row.label_risk))
        return Known(self.leaves(), groups, frozenset({*self.districts, *self.towns, CITY}))

    def doubt(self, line: Line[Any], row_id: str) -> None:
        """Conclude nothing from a row with faults."""
        if line.is_faulty:
            self.doubtful.add(row_id)

    def group_facts(self) -> Mapping[str, GroupFacts]:
        """The child groups as disclosure sees them."""
        return {row.code: GroupFacts(row.code, row.parent_id, row.label_risk) for row in self.groups.values()}


# --- checks that rows share -----------------------------------------------------------------------------------------


def beginning_of(day: date) -> datetime:
    """The first moment of a day in Wuxi: sheets know days, not hours."""
    return datetime.combine(day, time(), SHANGHAI)


def once(lines: Iterable[Line[C]], column: str) -> Iterator[tuple[Line[C], C]]:
    """Each line with what it holds, without those whose key stands on an earlier line, which are noted."""
    first: dict[str, int] = {}
    for line in lines:
        key = getattr(line.content, column)
        if key and first.setdefault(key, line.number) != line.number:
            line.fault(column, TWICE, line=first[key])
        else:
            yield line, line.content


def texts_of(line: Line[Any], table: type[Model], *columns: str) -> dict[str, str]:
    """Texts as they are kept, no longer than their columns."""
    kept, faults = {}, Faults()
    for column in columns:
        at_most = getattr(table._meta.fields_map[column], "max_length", LONGEST_TEXT)
        kept[column] = check_text(faults, column, getattr(line.content, column), at_most=at_most)
    line.faults(faults)
    return kept


def named(line: Line[Any], column: str, rows: Mapping[str, M], file: str) -> M | None:
    """The row that a cell names; one that names nothing there is noted."""
    key = getattr(line.content, column)
    if key and key not in rows:
        line.fault(column, NO_SUCH, key=key, file=file)
    return rows.get(key)


def above(line: Line[Any], parent: str | None, rows: Mapping[str, M]) -> M | None:
    if parent is not None and parent not in rows:
        line.fault("parent", N_("There is no {parent} above this line; a parent comes first."), parent=parent)
    return rows.get(parent or "")


def has_digits(line: Line[Any], code: str, digits: int) -> None:
    if not (code.isascii() and code.isdigit() and len(code) == digits):
        line.fault("code", N_("It must have {digits} digits."), digits=digits)


def happened(line: Line[Any], today: date, **days: date | None) -> None:
    for column, day in days.items():
        if day is not None and day > today:
            line.fault(column, AHEAD, day=day, today=today)


def free_texts(line: Line[Any], texts: Mapping[str, str], *, acknowledged: tuple[str, ...] = ()) -> None:
    found = _screened(tuple((name, text) for name, text in texts.items() if text))
    note_answer(line, found, texts, acknowledged, has_reviewer=False)


@lru_cache(maxsize=1_000)
def _screened(texts: tuple[tuple[str, str], ...]) -> Screening:
    """What screening says of texts; the same ones, as of a holiday that lasts for days, are looked at once."""
    return screen(dict(texts), is_need=False)


def note_answer(
    line: Line[Any], found: Screening, texts: Mapping[str, str], acknowledged: tuple[str, ...], *, has_reviewer: bool
) -> None:
    """Note what screening answers; words that point to a person or speak of harm are not repeated."""
    problem = problem_of(found, texts, acknowledged=acknowledged, has_reviewer=has_reviewer)
    marked = tuple(dict.fromkeys(finding.field for finding in found.findings)) or tuple(texts)
    match problem:
        case IdentityFound():
            for column in marked:
                kinds = {finding.kind for finding in found.findings if finding.field == column and finding.is_sure}
                line.withheld(column, POINTS_TO_A_PERSON, kinds=sorted(kinds, key=lambda kind: kind.name))
        case Diverted():
            for column in texts:
                line.withheld(column, SPEAKS_OF_HARM, signal=problem.signal)
        case PleaseConfirm():
            line.fault(marked[0], DOUBTFUL, token=problem.token)
        case NotANeed():
            line.problem(marked[0], problem)
        case _:
            return
