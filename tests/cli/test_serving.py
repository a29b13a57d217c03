"""Real servers, as processes: served, refused, ended; and the demo from its first line to its last."""

from __future__ import annotations

import json
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from alliance.kit.database import is_postgres
from tests.cli.conftest import Shell, refusal
from tests.postgres import JOURNAL_KEY

PATIENCE = 60  # seconds; far more than it takes
ROLES = ["station", "organization", "city", "district", "base"]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running(*words: str, folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`alliance …` as a process of its own, with `folder` as the place for temporary files."""
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        is_keyed = any(is_postgres(word) for word in (*words, *environment.values()))
        environment |= {"ALLIANCE_JOURNAL_KEY": JOURNAL_KEY} if is_keyed else {}
        process = subprocess.Popen(
            [sys.executable, "-m", "alliance", *words],
            stdout=out,
            stderr=err,
            env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder), "PYTHONUTF8": "1"} | environment,
            cwd=folder,
            text=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(folder: Path, text: str, process: subprocess.Popen[str]) -> str:
    """Everything printed, once `text` is in it."""
    until = time.monotonic() + PATIENCE
    while text not in (printed := (folder / "out").read_text("utf-8") + (folder / "err").read_text("utf-8")):
        assert process.poll() is None, printed
        assert time.monotonic() < until, printed
        time.sleep(0.05)
    return printed


def pasted(line: str) -> Any:
    """What the server answers to a printed `curl` line."""
    words = shlex.split(line)
    assert words[:2] == ["curl", "-s"]
    headers = dict(words[i + 1].split(": ", 1) for i, word in enumerate(words) if word == "-H")
    answer = httpx.post(words[2], headers=headers, content=words[words.index("-d") + 1].encode(), timeout=PATIENCE)
    return answer.json()["data"]


def ended(process: subprocess.Popen[str], how: signal.Signals) -> int:
    """The exit code after a signal."""
    process.send_signal(how)
    return process.wait(PATIENCE)


def test_the_demo_shows_everything_and_leaves_nothing(tmp_path: Path) -> None:
    port = free_port()
    with running("demo", "--port", str(port), folder=tmp_path) as process:
        printed = said(tmp_path, "\nReady.", process)
        lines = printed.splitlines()

        tokens = [line.strip() for line in lines if line.strip().startswith("alliance_")]
        assert len(set(tokens)) == len(ROLES)
        assert [line.split()[0] for line in lines if line.startswith("  ") and line.split()[0] in ROLES] == ROLES

        directory, draft, claim = [pasted(line) for line in lines if line.startswith("curl ")]
        assert directory["organizations"]["totalCount"] == 10
        assert (draft["draftNeed"]["__typename"], draft["draftNeed"]["headcount"]) == ("NeedDraft", 8)
        assert (claim["claimNeed"]["__typename"], claim["claimNeed"]["state"]) == ("Claim", "PROPOSED")

        table = printed[printed.index("A first match.") :]
        assert "ELIGIBLE" in table
        assert any("BARRED" in line and "→" in line for line in table.splitlines())
        assert "\x1b" not in printed
        assert list(tmp_path.glob("alliance-demo-*/demo.sqlite3"))

        assert ended(process, signal.SIGTERM) == 0
    assert "Traceback" not in (tmp_path / "err").read_text("utf-8")
    assert not list(tmp_path.glob("alliance-demo-*"))


@pytest.mark.slow
def test_a_given_database_is_filled_when_empty_kept_and_not_filled_twice(shell: Shell, tmp_path: Path) -> None:
    port = str(free_port())
    with running("demo", "--port", port, "--database", shell.url, folder=tmp_path) as process:
        printed = said(tmp_path, "A first match.", process)
        assert "holds data already" in printed
        assert ended(process, signal.SIGINT) == 0
    if not is_postgres(shell.url):
        assert Path(shell.url).is_file()
    assert shell("check-database").exit_code == 0


@pytest.mark.slow
def test_a_demo_that_is_ended_before_it_is_up_leaves_nothing(tmp_path: Path) -> None:
    with running("demo", "--port", str(free_port()), folder=tmp_path) as process:
        said(tmp_path, "Filling", process)
        assert ended(process, signal.SIGTERM) == 0
    assert not list(tmp_path.glob("alliance-demo-*"))
    assert "Traceback" not in (tmp_path / "err").read_text("utf-8")


def test_serve_answers_and_ends_on_ctrl_c(shell: Shell, tmp_path: Path) -> None:
    port = free_port()
    token = shell("token", "city").stdout.strip()
    with running("serve", folder=tmp_path, ALLIANCE_PORT=str(port), ALLIANCE_DATABASE=shell.url) as process:
        said(tmp_path, f"http://127.0.0.1:{port}/graphql", process)
        asked = {"query": "{ me { role } }"}
        answer = httpx.post(
            f"http://127.0.0.1:{port}/graphql",
            json=asked,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE,
        )
        assert answer.json() == {"data": {"me": {"role": "CITY_BUREAU"}}}
        assert ended(process, signal.SIGINT) == 0
    assert "Traceback" not in (tmp_path / "err").read_text("utf-8")
    assert token not in (tmp_path / "err").read_text("utf-8") + json.dumps(answer.json())


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_refused_with_another(shell: Shell, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        line = refusal(shell(command, "--port", str(port)))
    assert f"Port {port} is taken" in line
    assert f"--port {port + 1}" in line


def test_an_address_that_is_not_ours_is_refused(shell: Shell) -> None:
    assert "Use --host 127.0.0.1" in refusal(shell("serve", "--host", "192.0.2.1", "--port", "0"))


def test_the_demo_refuses_a_folder_that_is_not_there(shell: Shell, tmp_path: Path) -> None:
    result = shell("demo", "--port", "0", "--folder", str(tmp_path / "no"))

    assert result.exit_code == 1
    assert "There is no folder" in result.stderr.splitlines()[-1]
