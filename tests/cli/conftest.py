"""The command line over a database of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tortoise.models import Model
from typer.testing import CliRunner, Result

from alliance.cli import app
from alliance.core.viewer import Viewer
from alliance.identity.reads import viewer_of
from alliance.kit.database import opened

UNSET = {f"ALLIANCE_{name}": None for name in ("DATABASE", "JOURNAL_KEY", "HOTLINE", "HOST", "PORT", "PROXIES", "IDE")}


@dataclass
class Shell:
    """Types commands; `ALLIANCE_DATABASE` names the database, nothing else is set."""

    url: str

    def __call__(self, *words: str, typed: str = "", **environment: str) -> Result:
        """What a command answers; a traceback fails the test."""
        told = UNSET | {"ALLIANCE_DATABASE": self.url} | environment
        result = CliRunner().invoke(app, list(words), input=typed, env=told)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def ask(self, read: Callable[[], Awaitable[Any]]) -> Any:
        """What `read` finds in the database."""

        async def asked() -> Any:
            async with opened(self.url):
                return await read()

        return asyncio.run(asked())

    def count(self, table: type[Model]) -> int:
        """How many rows a table has."""
        rows: int = self.ask(lambda: table.all().count())
        return rows

    def viewer(self, token: str) -> Viewer:
        """Who stands behind a token."""
        found: Viewer = self.ask(lambda: viewer_of(token))
        return found


@pytest.fixture
def shell(alliance_url: str) -> Shell:
    """A shell beside a filled database."""
    return Shell(alliance_url)


@pytest.fixture
def empty(tmp_path: Path) -> Shell:
    """A shell beside a database that is migrated and holds nothing."""
    made = Shell(str(tmp_path / "empty.sqlite3"))
    assert made("migrate").exit_code == 0
    return made


@pytest.fixture
def nothing(tmp_path: Path) -> Shell:
    """A shell whose database is not there."""
    return Shell(str(tmp_path / "nothing.sqlite3"))


def refusal(result: Result, code: int = 1) -> str:
    """The one line with which a command refused."""
    assert result.exit_code == code, result.output
    (line,) = result.stderr.splitlines()
    return str(line)
