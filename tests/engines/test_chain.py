"""The journal as a chain: whatever an insider does to it is found, and honest writers never break it."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import stat
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tortoise.connection import get_connection

from alliance.core.keys import Key, keys_in
from alliance.journal import sealing
from alliance.journal.audit import Anchor, Verified, verify
from alliance.journal.chain import COLUMNS, SEALS, Break, Flaw
from alliance.journal.sealing import KEY_FILE, JournalKeyError, hand_on, head_of_chain, require_key
from alliance.journal.tables import JournalEntry
from alliance.kit import clock
from alliance.kit.database import WRITER, as_unit_of_work, opened
from alliance.kit.migrating import migrate
from tests.engines.world import NOON
from tests.engines.writing import Done, do, do_at_once
from tests.postgres import postgres_url

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = 40
NONE_GIVEN = sealing._none_given  # before the tests put their own key there
OLD, NEW = Key(b"o" * 32), Key(b"n" * 32)
NULLABLE = {"actor_id", "actor_role", "body_id", "district_code"}
Tamper = Callable[["Insider", random.Random], Awaitable[int]]


class Undone(Exception):
    """Rolls a tampering back, and carries what was found."""

    def __init__(self, place: int, found: Verified) -> None:
        super().__init__()
        self.place, self.found = place, found


class Insider:
    """Somebody who may do anything with the database, but has not the key."""

    async def run(self, statement: str, *values: Any) -> None:
        """One statement, with `?` for values."""
        if not self.is_sqlite:
            for place in range(1, len(values) + 1):
                statement = statement.replace("?", f"${place}", 1)
        await get_connection(WRITER).execute_query(statement, list(values))

    @property
    def is_sqlite(self) -> bool:
        return bool(get_connection(WRITER).capabilities.dialect == "sqlite")

    async def row(self, place: int) -> dict[str, Any]:
        """An entry as it is stored."""
        query = f"SELECT * FROM journal_entry WHERE sequence = {place}"
        (row,) = await get_connection(WRITER).execute_query_dict(query)
        return dict(row)

    async def disarm(self) -> None:
        """Remove what makes the table append only."""
        on = "" if self.is_sqlite else " ON journal_entry"
        for deed in ("update", "delete"):
            await self.run(f"DROP TRIGGER journal_entry_no_{deed}{on}")

    async def put(self, row: dict[str, Any]) -> None:
        """Write an entry past the program."""
        names = ", ".join(f'"{name}"' for name in row)
        await self.run(f"INSERT INTO journal_entry ({names}) VALUES ({', '.join('?' * len(row))})", *row.values())

    async def renumber(self, first: int, by: int) -> None:
        """Move all entries from `first` on."""
        await self.run(f"UPDATE journal_entry SET sequence = sequence + 1000000 WHERE sequence >= {first}")
        await self.run(f"UPDATE journal_entry SET sequence = sequence - {1000000 - by} WHERE sequence >= 1000000")


async def change(insider: Insider, dice: random.Random) -> int:
    """Another value in one column of one entry."""
    place, column = dice.randint(1, ENTRIES), dice.choice([*COLUMNS[1:], *SEALS])
    now: Any
    was = (await insider.row(place))[column]
    if column == "at":
        now = str(NOON + timedelta(seconds=1)) if insider.is_sqlite else NOON + timedelta(seconds=1)
    elif column in NULLABLE:
        now = dice.choice(["320205", "x", ""]) if was is None else dice.choice([None, "320205"])
    elif column in ("before", "after"):
        now = was.replace("places", "taken") if dice.random() < 0.5 else "{}"
    elif column in SEALS:
        now = f"{int(was, 16) ^ 1 << dice.randrange(60):0{len(was)}x}"
    else:
        now = dice.choice(["", f"{was}x", f"{was} "])
    if now == was:
        return await change(insider, dice)
    await insider.run(f'UPDATE journal_entry SET "{column}" = ? WHERE sequence = {place}', now)
    return place


async def delete(insider: Insider, dice: random.Random) -> int:
    """One to three entries gone, the gap left or closed."""
    number = dice.randint(1, 3)
    place = dice.randint(1, ENTRIES - number)
    await insider.run(f"DELETE FROM journal_entry WHERE sequence BETWEEN {place} AND {place + number - 1}")
    if dice.random() < 0.5:
        await insider.renumber(place, -number)
    return place


async def insert(insider: Insider, dice: random.Random) -> int:
    """One invented entry, somewhere in between or at the end, as well made as it can be without the key."""
    place = dice.randint(1, ENTRIES + 1)
    like = await insider.row(dice.randint(1, ENTRIES))
    before = await insider.row(place - 1) if place > 1 else None
    await insider.renumber(place, 1)
    seal = dice.choice([like["seal"], f"{dice.getrandbits(256):064x}"])
    linked = before["seal"] if before else "0" * 64
    await insider.put(like | {"sequence": place, "previous_seal": linked, "seal": seal, "body_name": "someone"})
    return place


async def reorder(insider: Insider, dice: random.Random) -> int:
    """Two entries in each other's places."""
    first, second = sorted(dice.sample(range(1, ENTRIES + 1), 2))
    await insider.run(f"UPDATE journal_entry SET sequence = 1000000 WHERE sequence = {first}")
    await insider.run(f"UPDATE journal_entry SET sequence = {first} WHERE sequence = {second}")
    await insider.run(f"UPDATE journal_entry SET sequence = {second} WHERE sequence = 1000000")
    return first


FLAWS: dict[Tamper, set[Flaw]] = {
    change: {Flaw.CHANGED, Flaw.WRONG_KEY},
    delete: {Flaw.MISSING},
    insert: {Flaw.INSERTED, Flaw.CHANGED},  # at the end nothing tells an invented entry from a changed one
    reorder: {Flaw.REORDERED},
}


async def tampered(tamper: Tamper, seed: int) -> Undone:
    """Which entry was tampered with, and what was found; then all is as before."""

    async def work() -> None:
        insider = Insider()
        await insider.disarm()
        place = await tamper(insider, random.Random(seed))
        raise Undone(place, await verify())

    with pytest.raises(Undone) as undone:
        await as_unit_of_work(work)
    return undone.value


@pytest.fixture
async def chain(database: str) -> str:
    """A journal of so many entries."""
    for number in range(ENTRIES // 2):
        await do(number, number)
    return database


@pytest.fixture
def file(sqlite_file: Path, migrated_file: str) -> str:
    """A migrated SQLite file that nobody has written on."""
    return shutil.copy(migrated_file, str(sqlite_file))


def key_beside(file: str) -> str | None:
    """What the key file holds, None where there is none."""
    kept = Path(file + KEY_FILE)
    return kept.read_text("utf-8") if kept.exists() else None


def put_beside(file: str, text: str) -> None:
    """Write the key file."""
    Path(file + KEY_FILE).write_text(text, "utf-8")


# --- what an insider does --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tamper", FLAWS, ids=lambda tamper: tamper.__name__)
async def test_every_tampering_is_found_with_its_entry(chain: str, tamper: Tamper) -> None:
    tries = 100 if Insider().is_sqlite else 20
    outcomes = [await tampered(tamper, seed) for seed in range(tries)]
    found = [each for each in outcomes if each.found.broken and each.found.broken.sequence == each.place]
    print(f"\n{tamper.__name__} found with the entry: {len(found)} of {tries}")
    assert len(found) == tries
    assert {each.found.broken.flaw for each in outcomes if each.found.broken} <= FLAWS[tamper]
    assert await verify() == Verified(await head_of_chain(), None)


async def test_a_cut_off_end_is_found_against_the_anchor_and_only_so(chain: str) -> None:
    head = await head_of_chain()
    anchor = Anchor.parse(str(Anchor(head.sequence, head.seal, "2026-03-02T04:00:00+00:00", head.key_id or "")))
    insider = Insider()
    await insider.disarm()
    for left in (ENTRIES - 1, ENTRIES - 7, 0):
        await insider.run(f"DELETE FROM journal_entry WHERE sequence > {left}")
        assert (await verify()).broken is None
        assert (await verify([anchor])).broken == Break(left + 1, Flaw.CUT_OFF)


async def test_an_end_written_anew_is_found_against_the_anchor(chain: str) -> None:
    head = await head_of_chain()
    anchor = Anchor(head.sequence, head.seal, "2026-03-02T04:00:00+00:00", head.key_id or "")
    insider = Insider()
    await insider.disarm()
    await insider.run(f"DELETE FROM journal_entry WHERE sequence = {ENTRIES}")
    await do(7)
    assert (await verify()).broken is None
    assert (await verify([anchor])).broken == Break(ENTRIES, Flaw.NOT_ANCHORED)


async def test_an_anchor_is_met_by_a_journal_that_has_gone_on(chain: str) -> None:
    head = await head_of_chain()
    await do(1, 2, 3)
    anchors = [Anchor(0, "0" * 64, "x", "-"), Anchor(head.sequence, head.seal, "x", "x")]
    assert await verify(anchors) == Verified(await head_of_chain(), None)


@pytest.mark.parametrize("place", [-1, 0, 2.5, "late", "3", b"3"])
async def test_an_entry_at_a_place_that_is_none_is_found(file: str, place: Any) -> None:
    async with opened(file):
        await do(1, 2, 3)
        insider = Insider()
        await insider.run("PRAGMA ignore_check_constraints = ON")
        like = await insider.row(3) | {"sequence": place}
        if place == "3":  # the column makes a number of it
            await insider.disarm()
            await insider.run("DELETE FROM journal_entry WHERE sequence = 3")
            await insider.put(like)
            assert (await verify()).broken is None
            return
        await insider.put(like)
        broken = (await verify()).broken
        assert broken is not None
        assert broken.flaw in {Flaw.INSERTED, Flaw.CHANGED}


async def test_a_table_made_anew_without_its_key_hides_no_second_entry(file: str) -> None:
    async with opened(file):
        await do(*range(1_000))
        insider = Insider()
        await insider.run("ALTER TABLE journal_entry RENAME TO kept")
        await insider.run("CREATE TABLE journal_entry AS SELECT * FROM kept")
        assert (await verify()).broken is None
        await insider.put(await insider.row(1_000))  # just where one page ends
        assert (await verify()).broken == Break(1_000, Flaw.INSERTED)


# --- honest writers --------------------------------------------------------------------------------------------------


async def test_twenty_writers_at_once_make_one_chain(database: str) -> None:
    await do_at_once(100, at_once=20)
    entries = sum(number % 3 + 1 for number in range(100))
    assert await verify() == Verified(await head_of_chain(), None)
    assert (await head_of_chain()).sequence == await JournalEntry.all().count() == entries


@pytest.mark.slow
async def test_two_processes_make_one_chain_on_postgres() -> None:
    url = postgres_url()
    await migrate(url)
    words = [sys.executable, "-m", "tests.engines.writing", url, "100"]
    writers = [await asyncio.create_subprocess_exec(*words, cwd=ROOT) for _ in range(2)]
    assert [await writer.wait() for writer in writers] == [0, 0]
    async with opened(url):
        verified = await verify()
        linked = await JournalEntry.all().values_list("previous_seal", flat=True)
    assert (verified.broken, verified.head.sequence) == (None, 2 * sum(n % 3 + 1 for n in range(100)))
    assert len(set(linked)) == len(linked)


async def test_a_clock_that_jumps_back_leaves_the_order_of_deeds(database: str) -> None:
    jumps = [timedelta(), timedelta(hours=1), timedelta(minutes=-10), timedelta(days=-1), timedelta(days=1)]
    for number, jump in enumerate(jumps):
        with clock.held_at(NOON + jump):
            await do(number)
    rows = await JournalEntry.all().order_by("sequence")
    assert [row.after["places"] for row in rows] == [0, 1, 2, 3, 4]
    assert [row.at - NOON for row in rows] == jumps
    assert (await verify()).broken is None


async def test_a_deed_that_is_undone_leaves_no_link(database: str) -> None:
    await do(1)

    async def fails() -> Done:
        await sealing.append([])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await as_unit_of_work(fails)
    await do(2)
    assert await verify() == Verified(await head_of_chain(), None)
    assert (await head_of_chain()).sequence == 2


async def test_progress_is_told_page_by_page(database: str) -> None:
    await do(*range(2_500))
    told: list[int] = []
    await verify(progress=told.append)
    assert told == [1_000, 2_000, 2_500]


# --- keys ------------------------------------------------------------------------------------------------------------


async def test_the_key_beside_a_file_is_made_with_the_first_entry_and_read_by_nobody_else(file: str) -> None:
    async with opened(file):
        await require_key()
        assert key_beside(file) is None
        await do(1)
    assert stat.S_IMODE(os.stat(file + KEY_FILE).st_mode) == 0o600
    (key,) = keys_in(key_beside(file) or "")
    async with opened(file):
        await do(2)
        assert {row.key_id for row in await JournalEntry.all()} == {key.id}
        assert (await verify()).broken is None


async def test_without_its_key_a_file_is_not_written_on(file: str) -> None:
    async with opened(file):
        await do(1)
    key = key_beside(file)
    assert key
    os.remove(file + KEY_FILE)
    async with opened(file):
        with pytest.raises(JournalKeyError, match="not at hand"):
            await require_key()
        with pytest.raises(JournalKeyError, match="not at hand"):
            await do(2)
        assert (await head_of_chain()).sequence == 1
        assert (await verify()).broken == Break(1, Flaw.WRONG_KEY)
        assert key_beside(file) is None
        put_beside(file, key)
        await do(2)
        assert (await verify()).broken is None


@pytest.mark.parametrize("text", ["short", "00" * 31, "漢字"])
async def test_a_key_file_that_holds_none_is_named(file: str, text: str) -> None:
    put_beside(file, text)
    async with opened(file):
        with pytest.raises(JournalKeyError, match=KEY_FILE):
            await do(1)
        assert await JournalEntry.all().count() == 0


async def test_a_key_handed_on_goes_before_the_file_and_older_entries_stay_recognised(chain: str) -> None:
    old = await sealing.known_keys()
    hand_on((NEW, *old))
    await do(1)
    assert (await head_of_chain()).key_id == NEW.id
    assert (await verify()).broken is None


async def test_an_entry_sealed_with_an_older_key_after_a_newer_one_is_found(database: str) -> None:
    for keys in ((OLD,), (NEW, OLD), (OLD, NEW)):
        hand_on(keys)
        await do(1)
    hand_on((NEW, OLD))
    assert (await verify()).broken == Break(3, Flaw.WRONG_KEY)


async def test_a_process_that_does_not_know_the_newest_key_writes_nothing(database: str) -> None:
    hand_on((NEW, OLD))
    await do(1)
    hand_on((OLD,))
    with pytest.raises(JournalKeyError, match=NEW.id):
        await do(2)
    assert (await head_of_chain()).sequence == 1
    hand_on((OLD,))
    assert (await verify()).broken == Break(1, Flaw.WRONG_KEY)


@pytest.mark.slow
async def test_on_postgres_nothing_is_written_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    url = postgres_url()
    await migrate(url)

    monkeypatch.setattr(sealing, "_none_given", NONE_GIVEN)
    async with opened(url):
        with pytest.raises(JournalKeyError, match="ALLIANCE_JOURNAL_KEY is not set"):
            await require_key()
        with pytest.raises(JournalKeyError, match="ALLIANCE_JOURNAL_KEY is not set"):
            await do(1)
        assert await JournalEntry.all().count() == 0
        hand_on((NEW,))
        await require_key()
        await do(1)
        assert (await verify()).broken is None
