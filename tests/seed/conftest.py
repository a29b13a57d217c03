"""A migrated database for every test, and a copy of the shipped folder to spoil."""

from __future__ import annotations

import asyncio
import csv
import functools
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from alliance.kit.database import opened
from alliance.kit.migrating import migrate
from alliance.kit.rowfaults import RowFault
from alliance.seed.load import BadFixtures, seed
from alliance.settings import fixtures_folder
from tests.postgres import postgres_url

TODAY = date(2026, 3, 2)
SHIPPED = fixtures_folder()


class Folder:
    """A copy of the shipped folder whose cells can be changed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self, file: str) -> list[dict[str, str]]:
        """The rows of a file by column."""
        with (self.path / file).open(encoding="utf-8", newline="") as text:
            return list(csv.DictReader(text))

    def line_of(self, file: str, key: str) -> int:
        """The line on which the row with this key or code stands."""
        keys = [next(iter(row.values())) for row in self.rows(file)]
        return keys.index(key) + 2

    def change(self, file: str, key: str, **cells: str) -> int:
        """Change cells of one row; the number of its line."""
        rows, line = self.rows(file), self.line_of(file, key)
        rows[line - 2] |= cells
        self._write(file, rows)
        return line

    def add(self, file: str, like: str, **cells: str) -> int:
        """Add a row at the end that is like another; the number of its line."""
        rows = self.rows(file)
        rows.append(rows[self.line_of(file, like) - 2] | cells)
        self._write(file, rows)
        return len(rows) + 1

    def replace(self, file: str, old: str, new: str) -> None:
        """Change the first place where `old` stands in the text of a file."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert old in text
        (self.path / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def _write(self, file: str, rows: list[dict[str, str]]) -> None:
        with (self.path / file).open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The shipped folder, to be changed."""
    return Folder(Path(shutil.copytree(SHIPPED, tmp_path / "folder")))


@pytest.fixture
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A migrated, empty database on the engine under test, open."""
    if request.config.getoption("--engine") == "postgres":
        url = postgres_url(like=_migrated_postgres())
    else:
        url = shutil.copy(_migrated_file(tmp_path.parent), str(tmp_path / "alliance.sqlite3"))
    async with opened(url):
        yield url


async def faults_of(folder: Folder, language: str = "en") -> tuple[RowFault, ...]:
    """What seeding complains of."""
    with pytest.raises(BadFixtures) as refused:
        await seed(folder.path, today=TODAY, language=language)
    return refused.value.faults


@functools.cache
def _migrated_file(folder: Path) -> str:
    return _migrated(str(folder / "migrated.sqlite3"))


@functools.cache
def _migrated_postgres() -> str:
    return _migrated(postgres_url())


def _migrated(url: str) -> str:
    """In a thread of its own, because a test may run in a loop already."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(asyncio.run, migrate(url)).result()
    return url
