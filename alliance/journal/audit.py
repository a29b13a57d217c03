"""Whether the journal is what was written: every entry walked, in little memory, up to the first that does not fit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from alliance.journal.chain import COLUMNS, SEALS, Break, Flaw, Head, Judge, Link, moment
from alliance.journal.sealing import known_keys
from alliance.kit.database import connection

PAGE = 1_000
NAMES = ", ".join(f'"{name}"' for name in (*COLUMNS, *SEALS))
SELECT = f"SELECT {NAMES} FROM journal_entry"

Progress = Callable[[int], None]


class BadAnchor(ValueError):
    """A line that is no anchor."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the chain at some moment, written down elsewhere."""

    sequence: int
    seal: str
    at: str
    key_id: str

    def __str__(self) -> str:
        return f"{self.sequence} {self.seal} {self.at} {self.key_id}"

    @classmethod
    def parse(cls, line: str) -> Anchor:
        """The anchor in a line. Raises BadAnchor."""
        try:
            sequence, seal, at, key_id = line.split()
            return cls(int(sequence), seal, at, key_id)
        except ValueError:
            raise BadAnchor(line) from None


@dataclass(frozen=True, slots=True)
class Verified:
    """How far the chain holds, and where it breaks, if it does."""

    head: Head
    broken: Break | None


async def verify(anchors: Iterable[Anchor] = (), progress: Progress | None = None) -> Verified:
    """Walk the journal of the open database; `progress` is told after each page how many entries were read.

    Raises JournalKeyError.
    """
    judge = Judge(await known_keys(), {anchor.sequence: anchor.seal for anchor in anchors if anchor.sequence})
    last, link = await _last(), None
    async for following in _links(progress or _silent):
        if link and (broken := judge.broken(link, following, last)):
            return Verified(judge.head, broken)
        link = following
    if link and (broken := judge.broken(link, None, last)):
        return Verified(judge.head, broken)
    return Verified(judge.head, judge.ended() or await _uncounted(judge.head.sequence))


async def _links(progress: Progress) -> AsyncIterator[Link]:
    """Every row in the order of its sequence, whatever somebody made of that."""
    page = await connection().execute_query_dict(f"{SELECT} ORDER BY sequence LIMIT {PAGE}")
    place, read = "?" if _is_sqlite() else "$1", 0
    while page:
        for row in page:
            yield _link(row)
        read += len(page)
        progress(read)
        after = page[-1]["sequence"]
        page = await connection().execute_query_dict(
            f"{SELECT} WHERE sequence > {place} ORDER BY sequence LIMIT {PAGE}", [after]
        )


def _silent(read: int) -> None:
    pass


def _link(row: Any) -> Link:
    values = tuple(moment(row[name]) if name == "at" else row[name] for name in COLUMNS)
    return Link(values=values, **{name: row[name] for name in SEALS})


def _is_sqlite() -> bool:
    return bool(connection().capabilities.dialect == "sqlite")


async def _last() -> int:
    (row,) = await connection().execute_query_dict("SELECT max(sequence) AS last FROM journal_entry")
    return row["last"] if isinstance(row["last"], int) else 0


async def _uncounted(last: int) -> Break | None:
    """Rows that no walk meets: without a place, or twice at one, in a table that was made anew without its key."""
    (row,) = await connection().execute_query_dict(
        f"SELECT count(*) AS n FROM journal_entry WHERE sequence IS NULL OR sequence <= {last}"
    )
    return None if row["n"] == last else Break(last, Flaw.INSERTED)
