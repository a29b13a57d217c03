"""Writing entries into the chain, and the keys they are sealed with: handed on at the start, or kept beside a file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakKeyDictionary

from tortoise.connection import get_connection
from tortoise.context import TortoiseContext, require_context

from alliance.core.keys import LEAST_BYTES, BadKey, Key, keys_in
from alliance.journal.chain import COLUMNS, Head, seal
from alliance.journal.entries import Entry
from alliance.journal.tables import JournalEntry
from alliance.kit import clock
from alliance.kit.database import WRITER, lock_for_sequence

JOURNAL_LOCK = 1  # the advisory lock under which sequence numbers are given out on PostgreSQL
KEY_FILE = ".journal-key"  # after the name of an SQLite file
VARIABLE = "ALLIANCE_JOURNAL_KEY"

_given: WeakKeyDictionary[TortoiseContext, tuple[Key, ...]] = WeakKeyDictionary()
_known: WeakKeyDictionary[TortoiseContext, tuple[Key, ...]] = WeakKeyDictionary()


class JournalKeyError(RuntimeError):
    """There is no key to seal the next entry with; the message says what to do."""


def hand_on(keys: tuple[Key, ...]) -> None:
    """Have the open database sealed with the first of `keys`; the others only recognise older entries."""
    _given[require_context()] = keys
    _known.pop(require_context(), None)


async def require_key() -> None:
    """Nothing, if the next entry can be sealed. Raises JournalKeyError."""
    head = await head_of_chain()
    keys = await known_keys()
    if keys or head.sequence:
        _refuse_stranger(head, keys)


async def known_keys() -> tuple[Key, ...]:
    """The keys of the open database, newest first: those handed on, then those in the file beside an SQLite one.

    None yet where SQLite has no entry. Raises JournalKeyError.
    """
    given, file = _given.get(require_context(), ()), await _key_file()
    if file is None:
        return given or _none_given()
    return tuple(dict.fromkeys((*given, *_kept_in(file))))


async def head_of_chain() -> Head:
    """The last entry, as a writer sees it inside a unit of work."""
    last = await JournalEntry.all().order_by("-sequence").limit(1).values_list("sequence", "seal", "key_id")
    return Head(*last[0]) if last else Head()


async def append(entries: Sequence[Entry]) -> None:
    """Seal and write entries: last statements before COMMIT, under one lock, so the sequence is the order of commits.

    Raises JournalKeyError.
    """
    await lock_for_sequence(JOURNAL_LOCK)
    head = await head_of_chain()
    key = await _sealing_key(head)
    rows = []
    for entry in entries:
        row = _row(head.sequence + 1, entry)
        row.previous_seal, row.seal, row.key_id = head.seal, seal(key, head.seal, _stored(row)), key.id
        rows.append(row)
        head = Head(row.sequence, row.seal, row.key_id)
    await JournalEntry.bulk_create(rows)


async def _sealing_key(head: Head) -> Key:
    """The newest key; looked up anew when the last entry knows a newer one than this process does."""
    keys = _known.get(require_context(), ())
    if not keys or head.key_id not in {None, *(key.id for key in keys)}:
        keys = await known_keys()
        if not keys and not head.sequence:
            keys = (_made(await _key_file()),)
        _refuse_stranger(head, keys)
        _known[require_context()] = keys
    return keys[0]


def _refuse_stranger(head: Head, keys: Sequence[Key]) -> None:
    if head.key_id not in {None, *(key.id for key in keys)}:
        raise JournalKeyError(
            f"The last entry of the journal is sealed with the key {head.key_id}, which is not at hand. Put that key "
            f"into {VARIABLE} (several: the newest first, commas between); a database file keeps its key beside it, "
            f"in a file of the same name with {KEY_FILE} at its end, which moves with it."
        )


def _none_given() -> tuple[Key, ...]:
    raise JournalKeyError(
        f"{VARIABLE} is not set, and on PostgreSQL nothing is written without it: it seals the journal. "
        f"Make a key with `openssl rand -hex {LEAST_BYTES}`, keep it apart from the database, and set it."
    )


async def _key_file() -> Path | None:
    """The file beside an open SQLite database; None on PostgreSQL."""
    writer = get_connection(WRITER)
    if writer.capabilities.dialect != "sqlite":
        return None
    (main,) = [row for row in await writer.execute_query_dict("PRAGMA database_list") if row["name"] == "main"]
    return Path(main["file"] + KEY_FILE)


def _kept_in(file: Path) -> tuple[Key, ...]:
    try:
        return keys_in(file.read_text("ascii")) if file.exists() else ()
    except (OSError, UnicodeDecodeError, BadKey) as error:
        raise JournalKeyError(f"{file} holds no usable key of the journal: {error}. Put the right one back.") from None


def _made(file: Path | None) -> Key:
    """A fresh key, on disk before the first entry that is sealed with it."""
    assert file is not None
    text = secrets.token_hex(LEAST_BYTES)
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as kept:
            kept.write(f"{text}\n")
            kept.flush()
            os.fsync(kept.fileno())
    except OSError as error:
        raise JournalKeyError(f"The key of the journal cannot be kept in {file}: {error.strerror}.") from None
    return keys_in(text)[0]


def _row(sequence: int, entry: Entry) -> JournalEntry:
    return JournalEntry(
        sequence=sequence,
        at=clock.now(),
        deed=entry.deed,
        actor_id=entry.actor.account_id,
        actor_role=entry.actor.role,
        body_id=entry.actor.body_id,
        body_name=entry.actor.body_name,
        subjects=entry.subjects,
        bodies=entry.bodies,
        district_code=entry.district_code,
        before=dict(entry.before),
        after=dict(entry.after),
        previous_seal="",
        seal="",
        key_id="",
    )


def _stored(row: JournalEntry) -> tuple[object, ...]:
    """The content of a row as the database will hold it."""
    columns = row._meta.fields_map
    return tuple(columns[name].to_db_value(getattr(row, name), row) for name in COLUMNS)
