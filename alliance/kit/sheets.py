"""Spreadsheets as people save them: CSV with a header row, every cell read into the type that its column declares."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from alliance.core.problems import N_
from alliance.kit.cells import (
    UnreadableCell,
    blank_value,
    has_default,
    kind_of_part,
    must_be_filled,
    parts,
    types_of,
    value_of,
)
from alliance.kit.rowfaults import HEADER, Line, Notes

C = TypeVar("C")


def read_sheet(
    path: Path, columns: type[C], *, today: date, notes: Notes, refers: Mapping[str, Collection[str]]
) -> tuple[Line[C], ...]:
    """The rows of a file whose columns are the fields of a dataclass; what has a default may be left out.

    Days are ISO or counted from `today` (`+14`, `-2`; `+14 SA` is the first Saturday from then on), lists are
    separated by `;`, weekly times read `6 09:00-11:30`. `refers` names the files whose keys a column takes.
    """
    records = _records(path, notes)
    if not records:
        return ()
    header = records[0][1]
    unread = _check_header(path.name, header, columns, notes)
    unread |= {column for column, files in refers.items() if notes.unread_files & {*files}}
    return tuple(
        _line(path.name, number, dict(zip(header, cells, strict=True)), columns, today, unread, notes)
        for number, cells in records[1:]
        if _is_whole(path.name, number, cells, header, notes)
    )


def _records(path: Path, notes: Notes) -> list[tuple[int, list[str]]]:
    """The filled lines of a file with the number of the line each begins on; none when it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        notes.file(path.name, N_("This file is missing."))
        return []
    except UnicodeDecodeError:
        notes.file(path.name, N_("This file is not UTF-8. Save it as “CSV UTF-8”."))
        return []
    reader, found, number = csv.reader(io.StringIO(text, newline=""), strict=True), [], HEADER
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((number, [cell.strip() for cell in cells]))
            number = reader.line_num + 1
    except csv.Error as error:
        notes.file(path.name, N_("This line is no CSV: {reason}."), line=number, reason=error)
        return []
    if not found:
        notes.file(path.name, N_("This file is empty; its first line names the columns."))
    return found


def _check_header(file: str, header: list[str], columns: type[Any], notes: Notes) -> set[str]:
    """Note unknown, repeated and missing columns; the missing ones are returned."""
    while header and not header[-1]:
        header.pop()
    known = {each.name: each for each in fields(columns)}
    for column in dict.fromkeys(header):
        if column not in known:
            says = N_("There is no such column here; there are {columns}.")
            notes.add(file, HEADER, column, column, says, columns=tuple(known))
        elif header.count(column) > 1:
            notes.add(file, HEADER, column, column, N_("This column is there twice."))
    missing = {name for name, each in known.items() if name not in header and not has_default(each)}
    for name in known:
        if name in missing:
            notes.add(file, HEADER, name, "", N_("This column is missing."))
    return missing


def _is_whole(file: str, number: int, cells: list[str], header: list[str], notes: Notes) -> bool:
    while len(cells) > len(header) and not cells[-1]:
        cells.pop()
    if len(cells) != len(header):
        says = N_("This line has {count} cells, the header names {columns} columns. Quote cells that hold a comma.")
        notes.add(file, number, "", "", says, count=len(cells), columns=len(header))
    return len(cells) == len(header)


def _line(
    file: str, number: int, cells: dict[str, str], columns: type[C], today: date, unread: Collection[str], notes: Notes
) -> Line[C]:
    values, quiet = {}, set(unread)
    for each in fields(columns):  # type: ignore[arg-type]
        hint, is_optional = types_of(columns)[each.name]  # type: ignore[arg-type]
        text, kind = cells.get(each.name, ""), kind_of_part(hint)
        faults: list[tuple[str, UnreadableCell]] = []
        read = _read(kind or hint, parts(text) if kind else (text,) if text else (), today, faults)
        if not text and must_be_filled(each, hint, is_optional) and each.name in cells:
            faults.append(("", UnreadableCell(N_("This cell must not be empty."))))
        blank = blank_value(each, hint, is_optional)
        values[each.name] = (tuple(read) or blank) if kind else next(iter(read), blank)
        for part, error in faults:
            quiet.add(each.name)
            notes.add(file, number, each.name, part, error.says, **error.values)
    return Line(file, number, cells, columns(**values), frozenset(quiet), notes)


def _read(hint: Any, texts: Iterable[str], today: date, faults: list[tuple[str, UnreadableCell]]) -> list[Any]:
    """The values of the texts that can be read; the others are added to `faults`."""
    values = []
    for text in texts:
        try:
            values.append(value_of(hint, text, today))
        except UnreadableCell as error:
            faults.append((text, error))
    return values
