"""A unit of work ends in a COMMIT or a ROLLBACK, whoever stops waiting for it, and keeps no reader waiting."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError

from alliance.core.vocabulary import DistrictKind
from alliance.directory.tables import District
from alliance.kit.database import POSTGRES_CONNECTIONS, READER, WRITER, as_unit_of_work, finish_running, opened
from alliance.kit.migrating import migrate
from alliance.kit.outages import Outage, outage_of
from alliance.kit.sqlite import EXPECTED

pytestmark = pytest.mark.anyio

MANY = 50
MOMENT = 0.0005  # seconds; a statement on PostgreSQL takes about as long
SOON = 5.0  # seconds; a frozen database never answers


async def test_cancelling_many_units_of_work_leaves_the_database_usable(database: str) -> None:
    for steps in range(MANY):
        deed = asyncio.create_task(as_unit_of_work(lambda number=steps: _pair(number)))  # type: ignore[misc]
        for _ in range(steps % 12):  # some end before BEGIN, some inside it
            await asyncio.sleep(0)
        await asyncio.sleep(steps % 5 * MOMENT)  # and some between BEGIN and COMMIT
        deed.cancel()
        await asyncio.gather(deed, return_exceptions=True)
    async with asyncio.timeout(SOON):
        await finish_running()
        await as_unit_of_work(lambda: _pair(900))
        codes = {row.code for row in await District.all()}
    assert {"900", "900b"} <= codes
    assert {code for code in codes if not code.endswith("b")} == {code[:-1] for code in codes if code.endswith("b")}


async def test_cancelling_many_units_of_work_at_once_leaves_the_database_usable(database: str) -> None:
    deeds = [asyncio.create_task(as_unit_of_work(lambda n=n: _pair(n))) for n in range(MANY)]  # type: ignore[misc]
    await asyncio.sleep(0)
    for deed in deeds:
        deed.cancel()
    await asyncio.gather(*deeds, return_exceptions=True)
    async with asyncio.timeout(SOON):
        await finish_running()
        await as_unit_of_work(lambda: _pair(900))
        assert await District.filter(code__in=["900", "900b"]).count() == 2


async def test_what_a_unit_of_work_raises_undoes_all_of_it(database: str) -> None:
    async def fails() -> None:
        await _pair(1)
        raise ValueError("at the end")

    with pytest.raises(ValueError, match="at the end"):
        await as_unit_of_work(fails)
    assert await District.all().count() == 0


async def test_a_unit_of_work_reads_its_own_rows(database: str) -> None:
    async def counts() -> int:
        await _pair(1)
        return await District.all().count()

    assert await as_unit_of_work(counts) == 2


async def test_a_unit_of_work_inside_another_is_a_bug(database: str) -> None:
    with pytest.raises(RuntimeError, match="open already"):
        await as_unit_of_work(lambda: as_unit_of_work(lambda: _pair(1)))


async def test_a_reader_does_not_wait_for_an_open_unit_of_work(database: str) -> None:
    wrote, may_end = asyncio.Event(), asyncio.Event()

    async def holds() -> None:
        await _pair(1)
        wrote.set()
        await may_end.wait()

    deed = asyncio.create_task(as_unit_of_work(holds))
    async with asyncio.timeout(SOON):
        await wrote.wait()
        assert await District.all().count() == 0
        may_end.set()
        await deed
    assert await District.all().count() == 2


@pytest.mark.slow
@pytest.mark.parametrize("url", ["postgres"], indirect=True)
async def test_a_deadlock_refuses_one_of_the_two_and_nobody_who_queues(database: str) -> None:
    for number in (1, 2):
        await as_unit_of_work(lambda number=number: _pair(number))  # type: ignore[misc]
    each_holds, may_end = asyncio.Barrier(2), asyncio.Event()

    async def cross(first: str, second: str) -> None:
        await District.filter(code=first).update(en="first")
        await each_holds.wait()
        await District.filter(code=second).update(en="second")

    crossing = asyncio.gather(
        as_unit_of_work(lambda: cross("1", "2")), as_unit_of_work(lambda: cross("2", "1")), return_exceptions=True
    )
    holding = [as_unit_of_work(may_end.wait) for _ in range(POSTGRES_CONNECTIONS // 2 - 2)]
    queueing = [as_unit_of_work(lambda n=n: _pair(n)) for n in range(10, 10 + MANY)]  # type: ignore[misc]
    others = asyncio.gather(*holding, *queueing)
    async with asyncio.timeout(SOON):
        (victim,) = [each for each in await crossing if each]
        may_end.set()
        await others
    assert isinstance(victim, Exception)
    assert outage_of(victim) is Outage.BUSY
    assert await District.all().count() == 2 * (2 + MANY)


async def test_a_locked_sqlite_file_refuses_and_then_works_again(sqlite_file: Path) -> None:
    await migrate(str(sqlite_file))
    async with opened(str(sqlite_file)):
        await get_connection(WRITER).execute_query("PRAGMA busy_timeout = 0")
        reader = get_connection(READER)
        await reader.execute_query("PRAGMA query_only = OFF")
        await reader.execute_query("BEGIN IMMEDIATE")  # as another process would
        with pytest.raises(OperationalError, match="locked"):
            await as_unit_of_work(lambda: _pair(1))
        await reader.execute_query("ROLLBACK")
        async with asyncio.timeout(SOON):
            await as_unit_of_work(lambda: _pair(1))


async def test_the_reader_of_sqlite_cannot_write(sqlite_file: Path) -> None:
    await migrate(str(sqlite_file))
    async with opened(str(sqlite_file)):
        with pytest.raises(OperationalError, match="readonly"):
            await get_connection(READER).execute_query("DELETE FROM district")


async def test_writer_and_reader_of_sqlite_have_the_settings_durability_stands_on(sqlite_file: Path) -> None:
    await migrate(str(sqlite_file))
    async with opened(str(sqlite_file)):
        for name in (WRITER, READER):
            client = get_connection(name)
            rows = [await client.execute_query_dict(f"PRAGMA {pragma}") for pragma in EXPECTED]
            assert [value for (row,) in rows for value in row.values()] == ["wal", 2, 1, 2_000]


async def _pair(number: int) -> None:
    for code in (f"{number}", f"{number}b"):
        await District.create(code=code, zh="区", en="District", kind=DistrictKind.DISTRICT, lat=0.0, lng=0.0)
