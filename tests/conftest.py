"""What every test stands on: the loop of the service, and a database of its own on the engine under test."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alliance.core.keys import keys_in
from alliance.journal import sealing
from alliance.journal.sealing import KEY_FILE
from alliance.kit import clock
from alliance.kit.database import is_postgres, opened
from alliance.kit.migrating import migrate
from alliance.seed.load import seed
from alliance.settings import fixtures_folder
from tests.postgres import JOURNAL_KEY, postgres_url

EACH_ENGINE = ("sqlite", pytest.param("postgres", marks=pytest.mark.slow))  # with its second half in `.ci/run`
MONDAY_MORNING = datetime(2026, 6, 1, 2, tzinfo=UTC)  # 10:00 in Wuxi; where the tests stand in time


@pytest.fixture
def anyio_backend() -> str:
    """The loop the service runs on."""
    return "asyncio"


@pytest.fixture
def monday_morning() -> Iterator[datetime]:
    """The clock, held."""
    with clock.held_at(MONDAY_MORNING):
        yield MONDAY_MORNING


@pytest.fixture(scope="session", autouse=True)
def journal_key() -> Iterator[None]:
    """A PostgreSQL database that a test opens without a key is sealed with the one of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_none_given", lambda: keys_in(JOURNAL_KEY))
        yield


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine postgres` runs what goes through the door on PostgreSQL; so does a PostgreSQL in ALLIANCE_DATABASE."""
    named = "postgres" if is_postgres(os.environ.get("ALLIANCE_DATABASE", "")) else "sqlite"
    parser.addoption("--engine", choices=("sqlite", "postgres"), default=named)


@pytest.fixture
def alliance_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database filled with the fixtures as of that Monday, on the engine under test."""
    return filled(request.config.getoption("--engine"), tmp_path)


@pytest.fixture(params=EACH_ENGINE)
def each_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Such a database on each engine, for proofs that are of both whatever engine is under test."""
    return filled(request.param, tmp_path)


def filled(engine: str, folder: Path) -> str:
    """The URL of a fresh database filled with the fixtures; a file lies in `folder`, with its key."""
    if engine == "postgres":
        return postgres_url(like=_filled_postgres())
    file = _filled_file(folder.parent)
    shutil.copy(file + KEY_FILE, str(folder / f"alliance.sqlite3{KEY_FILE}"))
    return shutil.copy(file, str(folder / "alliance.sqlite3"))


def key_of(file: str) -> str:
    """The key that an SQLite file's journal is sealed with."""
    return Path(file + KEY_FILE).read_text("ascii").strip()


@functools.cache
def _filled_file(folder: Path) -> str:
    """Made once, beside the folders of the tests, with which it goes."""
    return _filled(str(folder / "filled.sqlite3"))


@functools.cache
def _filled_postgres() -> str:
    return _filled(postgres_url())


def _filled(url: str) -> str:
    async def fill() -> None:
        await migrate(url)
        with clock.held_at(MONDAY_MORNING):
            async with opened(url):
                await seed(fixtures_folder(), today=clock.today())

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, fill()).result()
    return url
