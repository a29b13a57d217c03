"""What is acknowledged has reached the disk: a power cut loses nothing that a SIGKILL would not lose either."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from alliance.kit.database import opened
from tests.conftest import filled
from tests.e2e.serving import PATIENCE_SECONDS, served
from tests.e2e.test_races_over_http import CLAIM, asked
from tests.rivals import contested, rivals

STRACE = shutil.which("strace")
DEEDS = 50


@pytest.mark.anyio
@pytest.mark.slow
@pytest.mark.skipif(STRACE is None, reason="strace, which counts the calls, is not installed")
async def test_every_deed_of_an_sqlite_server_is_synced_before_it_is_acknowledged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = filled("sqlite", tmp_path)  # PostgreSQL syncs in processes of its own, as `check-database` sees to
    async with opened(file):
        (only,), needs = await rivals(1), [await contested(headcount=1) for _ in range(DEEDS)]
    with served(file, tmp_path) as server, counted_syncs(server.process, tmp_path / "syncs") as syncs:
        async with httpx.AsyncClient(base_url=server.address, timeout=PATIENCE_SECONDS, trust_env=False) as client:
            for need in needs:
                given = {"need": need, "input": {"capabilityId": only.capability_id, "places": 1}}
                assert (await asked(client, only.token, CLAIM, given))["__typename"] == "Claim"
        synced = syncs()
    with capsys.disabled():
        print(f"\n{DEEDS} single deeds: {synced} syncs")
    assert synced >= DEEDS


@contextmanager
def counted_syncs(process: int, told: Path) -> Iterator[Callable[[], int]]:
    """Traces a process meanwhile; what it gives ends that, and says how often the process had the disk written."""
    words = [str(STRACE), "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", str(told), "-p", str(process)]
    tracer = subprocess.Popen(words, stderr=subprocess.DEVNULL)

    def counted() -> int:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(PATIENCE_SECONDS)
        lines = told.read_text().splitlines()
        return sum(int(line.split()[3]) for line in lines if line.endswith((" fsync", " fdatasync")))

    try:
        wait_until_traced(process, tracer)
        yield counted
    finally:
        tracer.kill()
        tracer.wait()


def wait_until_traced(process: int, tracer: subprocess.Popen[bytes]) -> None:
    """Return once every thread of a process is traced; skips where that is not allowed."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if tracer.poll() is not None:
            pytest.skip("strace may not trace a process here")
        threads = list(Path(f"/proc/{process}/task").glob("*/status"))
        if all(f"TracerPid:\t{tracer.pid}" in thread.read_text() for thread in threads):
            return
        time.sleep(0.05)
    pytest.fail("strace has not begun")
