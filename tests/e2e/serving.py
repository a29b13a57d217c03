"""The shipped server as a process of its own, for as long as a test needs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from alliance.kit.database import is_postgres
from tests.postgres import JOURNAL_KEY

PATIENCE_SECONDS = 60  # far more than it takes


@contextmanager
def serving(url: str, folder: Path, *options: str, **told: str) -> Iterator[str]:
    """The address of `alliance serve` on the database at `url`, ready; asserts that it ends well when asked to.

    `told` goes into its environment.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["-m", "alliance", "serve", "--port", str(port), "--database", url, *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
    environment |= {"ALLIANCE_JOURNAL_KEY": JOURNAL_KEY} if is_postgres(url) else {}
    environment |= told
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen([sys.executable, *words], stdout=log, stderr=log, env=environment, cwd=folder)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, process)
        yield address
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
        assert "Traceback" not in (folder / "server.log").read_text("utf-8")
    finally:
        process.kill()
        process.wait()


def wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the server and its database answer."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the server has ended"
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the server is not ready")
