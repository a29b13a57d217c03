"""How each entry of the journal is sealed to the one before it, and what is wrong where a seal does not fit."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from alliance.core.keys import Key

# What a seal covers, in this order, as the database holds it. A new column is added to the end, with a migration that
# seals nothing anew: entries from before are checked without it.
COLUMNS = (
    *("sequence", "at", "deed", "actor_id", "actor_role", "body_id", "body_name"),
    *("subjects", "bodies", "district_code", "before", "after"),
)
SEALS = ("previous_seal", "seal", "key_id")
NOTHING = "0" * 64  # what the first entry is sealed to
FAR = 1_000  # how many entries past the last one are tried when one stands in a wrong place


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One entry as the database holds it: whatever somebody put there, so of any type."""

    values: tuple[Any, ...]
    previous_seal: Any
    seal: Any
    key_id: Any

    @property
    def sequence(self) -> Any:
        """Its place."""
        return self.values[0]


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain."""

    sequence: int = 0
    seal: str = NOTHING
    key_id: str | None = None


class Flaw(Enum):
    """What is wrong with the first entry that does not fit."""

    CHANGED = "its content is not what was sealed: it was changed, or not written by this program"
    MISSING = "entries were deleted here"
    INSERTED = "it was put in between"
    REORDERED = "it was moved here from another place"
    WRONG_KEY = "it is sealed with a key that is not at hand, or with an older one than the entry before it"
    CUT_OFF = "the journal ends before an entry that an anchor names"
    NOT_ANCHORED = "it is another entry than the one an anchor names"


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which a chain does not hold."""

    sequence: Any
    flaw: Flaw


def seal(key: Key, previous_seal: str, values: Sequence[Any]) -> str:
    """The keyed hash of an entry's content and of the seal before it: 64 hexadecimal digits."""
    content = json.dumps([previous_seal, *map(_canonical, values)], separators=(",", ":"), default=repr)
    return hmac.new(key.secret, content.encode(), hashlib.sha256).hexdigest()


def _canonical(value: Any) -> Any:
    """A moment as the same text on every engine; everything else as it is."""
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def moment(stored: Any) -> Any:
    """The moment behind the text that SQLite keeps; whatever else stands there, as it is."""
    try:
        read = datetime.fromisoformat(stored)
    except (TypeError, ValueError):
        return stored
    return read if read.tzinfo else stored


@dataclass
class Judge:
    """Goes along a chain, entry by entry, and keeps nothing but the last one that held."""

    keys: Sequence[Key]
    anchors: Mapping[int, str]
    head: Head = Head()

    def __post_init__(self) -> None:
        self._by_id = {key.id: key for key in self.keys}
        self._rank = {key.id: place for place, key in enumerate(self.keys)}  # 0 is the newest

    def broken(self, link: Link, following: Link | None, last: int) -> Break | None:
        """What is wrong with the next entry, None when it fits; `following` and the `last` place help to name it."""
        place, head = self.head.sequence + 1, self.head
        if type(link.sequence) is not int or link.sequence < place:
            return Break(link.sequence, Flaw.INSERTED)
        if link.sequence > place:
            return Break(place, Flaw.MISSING)
        if not self._may_seal(link.key_id):
            return Break(place, Flaw.WRONG_KEY)
        if not self._stands_at(link, place):
            return Break(place, self._misplaced(link, following, place, last))
        if link.previous_seal != head.seal:
            return Break(place, Flaw.INSERTED)
        if self.anchors.get(place, link.seal) != link.seal:
            return Break(place, Flaw.NOT_ANCHORED)
        self.head = Head(place, link.seal, link.key_id)
        return None

    def ended(self) -> Break | None:
        """What is wrong after the last entry: nothing, unless an anchor has seen more."""
        is_cut = any(place > self.head.sequence for place in self.anchors)
        return Break(self.head.sequence + 1, Flaw.CUT_OFF) if is_cut else None

    def _may_seal(self, key_id: Any) -> bool:
        rank, before = self._rank.get(key_id), self._rank.get(self.head.key_id or "", len(self._rank))
        return rank is not None and rank <= before

    def _stands_at(self, link: Link, place: int) -> bool:
        key = self._by_id.get(link.key_id)
        if key is None or not isinstance(link.seal, str):
            return False
        return hmac.compare_digest(seal(key, link.previous_seal, (place, *link.values[1:])).encode(), _bytes(link.seal))

    def _place_of(self, link: Link | None, last: int) -> int | None:
        """Where an entry was written, whatever number it bears now."""
        places = range(1, last + FAR) if link else ()
        return next((place for place in places if link and self._stands_at(link, place)), None)

    def _misplaced(self, link: Link, following: Link | None, place: int, last: int) -> Flaw:
        own, next_own = self._place_of(link, last), self._place_of(following, last)
        if own is None:
            return Flaw.INSERTED if next_own == place else Flaw.CHANGED
        is_shifted = own > place and (following is None or next_own == own + 1)
        return Flaw.MISSING if is_shifted else Flaw.REORDERED


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
