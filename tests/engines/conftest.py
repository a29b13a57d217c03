"""A database of its own for every test, on each engine; those on PostgreSQL are slow."""

from __future__ import annotations

import asyncio
import functools
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from alliance.kit.database import opened
from alliance.kit.migrating import migrate
from tests.conftest import EACH_ENGINE
from tests.postgres import postgres_url


@pytest.fixture
def anyio_backend() -> str:
    """The loop the service runs on."""
    return "asyncio"


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """Where a database may be made."""
    return tmp_path / "alliance.sqlite3"


@pytest.fixture(params=EACH_ENGINE)
def fresh_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each engine."""
    return postgres_url() if request.param == "postgres" else str(tmp_path / "alliance.sqlite3")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated SQLite file to copy: migrating anew takes most of a second."""
    return _migrated(str(tmp_path_factory.mktemp("migrated") / "alliance.sqlite3"))


@pytest.fixture(params=EACH_ENGINE)
def url(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: str) -> str:
    """A migrated database of each engine."""
    if request.param == "postgres":
        return postgres_url(like=_migrated_postgres())
    return shutil.copy(migrated_file, str(tmp_path / "alliance.sqlite3"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[str]:
    """A migrated database of each engine, open."""
    async with opened(url):
        yield url


@functools.cache
def _migrated_postgres() -> str:
    return _migrated(postgres_url())


def _migrated(url: str) -> str:
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate(url)).result()
    return url
