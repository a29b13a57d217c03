"""Everything wrong with some sheets, by file, line and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Generic, TypeVar

from alliance.core.problems import Faults, Problem
from alliance.kit import messages
from alliance.kit.cells import parts

C = TypeVar("C")
WHOLE_FILE, HEADER = 0, 1  # lines that are no row
LONGEST_SHOWN = 80  # characters of a cell: enough to find it again, one line of a terminal


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with a sheet. `line` as an editor counts it; 1 is the header, 0 the file as a whole.

    `value` is the cell, or the one part of a list; empty where there is none or it must not be repeated. `reason` is
    a sentence for people.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass
class Notes:
    """Everything found wrong with some sheets, said in one language."""

    language: str = messages.DEFAULT
    unread_files: set[str] = field(default_factory=set)
    _found: dict[RowFault, None] = field(default_factory=dict)
    _lines: set[tuple[str, int]] = field(default_factory=set)
    _withheld: set[tuple[str, int, str]] = field(default_factory=set)

    def add(self, file: str, line: int, column: str, value: str, says: str, /, **values: object) -> None:
        """Note one fault; `says` is a sentence marked `N_`."""
        fault = RowFault(file, line, column, value, messages.say(says, self.language, **values))
        self._found[fault] = None
        self._lines.add((file, line))

    def file(self, file: str, says: str, /, *, line: int = WHOLE_FILE, **values: object) -> None:
        """Note that a file cannot be read, so that nobody complains about what it would have held."""
        self.unread_files.add(file)
        self.add(file, line, "", "", says, **values)

    def has(self, file: str, line: int) -> bool:
        """True when something was noted of this line."""
        return (file, line) in self._lines

    def withhold(self, file: str, line: int, column: str) -> None:
        """Never repeat this cell."""
        self._withheld.add((file, line, column))

    def all(self, order: Iterable[str], may_show: Callable[[str], bool]) -> tuple[RowFault, ...]:
        """The faults by file in this order, then by line; a cell that may not be repeated is left empty."""
        place = {file: i for i, file in enumerate(order)}
        found = sorted(self._found, key=lambda fault: (place[fault.file], fault.line))
        return tuple(replace(fault, value=self._shown(fault, may_show)) for fault in found)

    def _shown(self, fault: RowFault, may_show: Callable[[str], bool]) -> str:
        if (fault.file, fault.line, fault.column) in self._withheld or not may_show(fault.value):
            return ""
        return fault.value if len(fault.value) <= LONGEST_SHOWN else f"{fault.value[:LONGEST_SHOWN]}…"


@dataclass(frozen=True, slots=True)
class Line(Generic[C]):
    """One row of a sheet as its columns declare it; what could not be read is a neutral value, and noted.

    `quiet` are the columns about which nothing more is said, because something is wrong with them already.
    """

    file: str
    number: int
    cells: Mapping[str, str]
    content: C
    quiet: frozenset[str]
    notes: Notes

    @property
    def is_faulty(self) -> bool:
        """True when something was noted of this row."""
        return self.notes.has(self.file, self.number)

    def without(self, cause: str, *columns: str) -> Line[C]:
        """The same row, but of `columns` nothing is said when `cause`, by which they are judged, cannot be read."""
        return replace(self, quiet=self.quiet.union(columns)) if cause in self.quiet else self

    def fault(self, column: str, says: str, /, **values: object) -> None:
        """Note a fault of one cell."""
        self._note(column, self.cells.get(column, ""), says, values)

    def faults(self, faults: Faults) -> None:
        """Note what a rule found: its paths are columns, an index after it one part of a list."""
        for fault in faults.all():
            path, _, rest = fault.path.partition(".")
            column, index = _snake(path), rest.partition(".")[0]
            value = self.cells.get(column, "")
            self._note(column, parts(value)[int(index)] if index.isdigit() else value, fault.says, dict(fault.values))

    def problem(self, column: str, problem: Problem, /, **values: object) -> None:
        """Note a refusal; `values` replace fields that are no words for people."""
        own = {each.name: getattr(problem, each.name) for each in fields(problem)}
        self.fault(column, problem.sentence, **(own | values))

    def withheld(self, column: str, says: str, /, **values: object) -> None:
        """Note a fault of a cell that is never repeated."""
        self.notes.withhold(self.file, self.number, column)
        self.fault(column, says, **values)

    def _note(self, column: str, value: str, says: str, values: Mapping[str, object]) -> None:
        if column not in self.quiet:
            self.notes.add(self.file, self.number, column, value, says, **values)


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)
