"""PostgreSQL's own programs for copies: found, old enough to be told so, and run without a password in sight."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance.kit.database import WRITER, config

COPY_OF = re.compile(rb"COPY (?:\S+\.)?\"?(\w+)\"? ")
END_OF_COPY = b"\\.\n"
LONGEST_LINE = 2**26  # 64 MB; a row of ours has a few thousand characters


class ProgramMissing(RuntimeError):
    """A program of PostgreSQL is not there, or too old for the server; the message says how to get it."""


class ProgramFailed(RuntimeError):
    """A program of PostgreSQL said no; the message is what it said."""


async def dump(url: str, file: Path, *, snapshot: str, server_version: int) -> None:
    """Write the database as it is in `snapshot`. Raises ProgramMissing, ProgramFailed."""
    await _need_new_enough("pg_dump", server_version)
    options = ["--format=custom", "--no-owner", "--no-acl", f"--snapshot={snapshot}", f"--file={file}"]
    await _run("pg_dump", options, _environment(url))


async def load(url: str, file: Path) -> None:
    """Fill the empty database at `url` from a dump, in one transaction. Raises ProgramMissing, ProgramFailed."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-acl"]
    environment = _environment(url)
    await _run("pg_restore", [*options, f"--dbname={environment['PGDATABASE']}", str(file)], environment)


async def rows_in(file: Path) -> dict[str, int]:
    """The number of rows that a dump holds of every table: it is read to its end. Raises as `load` does."""
    program = _found("pg_restore")
    reading = await asyncio.create_subprocess_exec(
        program,
        *("--data-only", "--file=-", str(file)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=LONGEST_LINE,
    )
    assert reading.stdout is not None
    assert reading.stderr is not None
    said = asyncio.create_task(reading.stderr.read())
    counts, table = Counter[str](), ""
    async for line in reading.stdout:
        if table:
            counts[table] += line != END_OF_COPY
            table = "" if line == END_OF_COPY else table
        elif begins := COPY_OF.match(line):
            table = begins[1].decode()
            counts[table] += 0
    if await reading.wait():
        raise ProgramFailed(_one_line(await said))
    await said
    return dict(counts)


async def _run(program: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    running = await asyncio.create_subprocess_exec(
        _found(program),
        *arguments,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await running.communicate()
    except BaseException:
        running.kill()
        await running.wait()
        raise
    if running.returncode:
        raise ProgramFailed(_one_line(said))


async def _need_new_enough(program: str, server_version: int) -> None:
    """It refuses a newer server by itself, in words that help nobody."""
    asked = await asyncio.create_subprocess_exec(_found(program), "--version", stdout=asyncio.subprocess.PIPE)
    said, _ = await asked.communicate()
    version = re.search(rb"\) (\d+)", said)
    if version and int(version[1]) < server_version:
        raise ProgramMissing(
            f"The server is PostgreSQL {server_version}, {program} on the PATH is of {int(version[1])}. "
            f"Put the programs of PostgreSQL {server_version} first on the PATH (postgresql-client-{server_version})."
        )


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise ProgramMissing(
            f"{program} is not on the PATH. It comes with PostgreSQL's client programs (postgresql-client)."
        )
    return path


def _environment(url: str) -> dict[str, str]:
    """How libpq is told the database: not by arguments, which other users of the computer can read."""
    told: Mapping[str, Any] = config(url)["connections"][WRITER]["credentials"]
    names = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGPASSWORD": "password", "PGDATABASE": "database"}
    return {name: str(told[key]) for name, key in names.items() if told[key]}


def _one_line(said: bytes) -> str:
    return " ".join(said.decode(errors="replace").split())
