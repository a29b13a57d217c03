"""The shipped server as a process of its own, for as long as a test needs it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from alliance.kit.database import is_postgres
from tests.postgres import JOURNAL_KEY

PATIENCE_SECONDS = 60  # far more than it takes


class Server:
    """`alliance serve` on one database at one address: started, killed and started again, ended."""

    def __init__(self, url: str, folder: Path, *options: str, **told: str) -> None:
        """`told` goes into its environment; what it writes, into `folder`."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.log, self.notes = folder / "server.jsonl", folder / "server.log"  # for programs, and for people
        self._words = [sys.executable, "-m", "alliance", "serve", "--port", str(self.port), "--database", url, *options]
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
        self._environment |= {"ALLIANCE_JOURNAL_KEY": JOURNAL_KEY} if is_postgres(url) else {}
        self._environment |= told
        self._process: subprocess.Popen[bytes] | None = None
        for file in (self.log, self.notes):
            file.write_text("")

    @property
    def process(self) -> int:
        """The number of the process; of several the one that started the others."""
        return self._running.pid

    def start(self) -> float:
        """The seconds until the server and its database answer."""
        began = time.perf_counter()
        with self.log.open("a") as log, self.notes.open("a") as notes:
            self._process = subprocess.Popen(
                self._words, stdout=log, stderr=notes, env=self._environment, cwd=self.log.parent
            )
        self._wait_until_ready()
        return time.perf_counter() - began

    def tell_to_end(self) -> None:
        """SIGTERM, as whoever runs a machine sends before switching it off."""
        self._running.terminate()

    def wait(self) -> int:
        """The exit code, once it has ended."""
        return self._running.wait(PATIENCE_SECONDS)

    def end(self) -> None:
        """Tell the server to end; asserts that it does so well."""
        self.tell_to_end()
        assert self.wait() == 0
        assert "Traceback" not in self.written()

    def kill(self) -> None:
        """SIGKILL, as a machine does that has no memory left; nothing where no process is."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def written(self) -> str:
        """All that it has written so far, log and notes."""
        return self.log.read_text("utf-8") + self.notes.read_text("utf-8")

    def lines(self) -> list[dict[str, Any]]:
        """Its log, line by line. Raises ValueError for a line that is no JSON."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process, "the server was not started"
        return self._process

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        with httpx.Client(base_url=self.address, timeout=PATIENCE_SECONDS, trust_env=False) as client:
            while time.monotonic() < until:
                assert self._running.poll() is None, f"the server has ended: {self.written()}"
                try:
                    if client.get("/readyz").status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                time.sleep(0.05)
        raise AssertionError("the server is not ready")


@contextmanager
def served(url: str, folder: Path, *options: str, **told: str) -> Iterator[Server]:
    """A server on the database at `url`, ready; asserts that it ends well when asked to. `told`: its environment."""
    server = Server(url, folder, *options, **told)
    try:
        server.start()
        yield server
        server.end()
    finally:
        server.kill()


@contextmanager
def serving(url: str, folder: Path, *options: str, **told: str) -> Iterator[str]:
    """The address of such a server."""
    with served(url, folder, *options, **told) as server:
        yield server.address


@contextmanager
def servers(url: str, folder: Path, *, on_postgres: int) -> Iterator[tuple[str, ...]]:
    """The addresses of so many servers of one PostgreSQL database; of the only one that an SQLite file has."""
    with ExitStack() as running:
        folders = [folder / f"server{n}" for n in range(on_postgres if is_postgres(url) else 1)]
        for each in folders:
            each.mkdir()
        yield tuple(running.enter_context(serving(url, each)) for each in folders)
