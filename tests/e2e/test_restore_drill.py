"""The drill: a backup taken during writes, restored elsewhere, started; all acknowledged before it is there."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from alliance.claims.audit import inconsistencies
from alliance.claims.tables import Claim
from alliance.core.keys import keys_in
from alliance.journal.audit import verify
from alliance.journal.sealing import hand_on
from alliance.kit.copying import copy
from alliance.kit.database import opened
from tests.conftest import EACH_ENGINE, filled, key_of
from tests.e2e.serving import PATIENCE_SECONDS, serving
from tests.e2e.test_races_over_http import asked
from tests.postgres import postgres_url
from tests.postgres_programs import path_with_programs
from tests.rivals import Rival, contested, rivals

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

WRITES, WRITERS, BEFORE = 200, 4, 60  # acknowledged in all; at a time; before the backup begins
CLAIM = """mutation($need: ID!, $input: ClaimNeedInput!) { claimNeed(needId: $need, input: $input) {
    __typename ... on Claim { id } ... on Problem { message } } }"""


@pytest.mark.parametrize("engine", EACH_ENGINE)
async def test_a_backup_taken_during_200_writes_holds_all_acknowledged_before(
    engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = filled("sqlite", tmp_path)
    async with opened(file):
        crowd, needs = await rivals(WRITERS), [await contested(headcount=1) for _ in range(WRITES)]
    key = key_of(file)
    url, elsewhere = file, str(tmp_path / "elsewhere.sqlite3")
    if engine == "postgres":
        url, elsewhere = postgres_url(), postgres_url()
        await copy(file, url, progress=lambda table, rows: None)

    acknowledged: list[str] = []
    with serving(url, tmp_path, ALLIANCE_JOURNAL_KEY=key) as address:
        async with writing(address, crowd, needs, acknowledged):
            await until_acknowledged(acknowledged, BEFORE)
            before = set(acknowledged)
            began = time.perf_counter()
            await alliance("backup", str(tmp_path / "kept.backup"), "--database", url, key=key)
            backed_up_in, meanwhile = time.perf_counter() - began, len(acknowledged) - len(before)
    assert len(acknowledged) == WRITES

    began = time.perf_counter()
    told = await alliance("restore", str(tmp_path / "kept.backup"), "--database", elsewhere, key=key)
    restored_in = time.perf_counter() - began
    with serving(elsewhere, tmp_path, ALLIANCE_JOURNAL_KEY=key) as address:
        back_after = time.perf_counter() - began
        revoked = await me(address, crowd[0].token)
    async with opened(elsewhere):
        hand_on(keys_in(key))
        there = set(await Claim.filter(id__in=acknowledged).values_list("id", flat=True))
        assert await inconsistencies() == ()
        journal = await verify()
    with capsys.disabled():
        print(f"\n{engine}: acknowledged before the backup: {len(before)}, of them restored: {len(before & there)}")
        print(f"{engine}: acknowledged while it was made: {meanwhile}, restored in all: {len(there)} of {WRITES}")
        print(f"{engine}: backup {backed_up_in:.1f} s, restore {restored_in:.1f} s, serving after {back_after:.1f} s")
        print(f"{engine}: journal whole up to entry {journal.head.sequence}; sessions that live again: {int(revoked)}")
    assert before <= there
    assert journal.broken is None
    assert not revoked
    assert "everybody signs in anew" in told


@asynccontextmanager
async def writing(address: str, crowd: list[Rival], needs: list[str], acknowledged: list[str]) -> AsyncIterator[None]:
    """Meanwhile every need is claimed; the ids of the claims are noted as they are answered. Waits for the last."""
    left = list(needs)

    async def one(client: httpx.AsyncClient, writer: Rival) -> None:
        while left:
            given = {"need": left.pop(), "input": {"capabilityId": writer.capability_id, "places": 1}}
            claim = await asked(client, writer.token, CLAIM, given)
            acknowledged.append(claim["id"])

    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
        writers = [asyncio.create_task(one(client, writer)) for writer in crowd]
        yield
        await asyncio.gather(*writers)


async def until_acknowledged(acknowledged: list[str], number: int) -> None:
    """Return once so many writes are answered."""
    while len(acknowledged) < number:  # noqa: ASYNC110 - what is waited for is a list that grows
        await asyncio.sleep(0.005)


async def me(address: str, token: str) -> bool:
    """Whether a token still lets in."""
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as client:
        answer: dict[str, Any] = (
            await client.post(
                "/graphql", json={"query": "{ me { role } }"}, headers={"authorization": f"Bearer {token}"}
            )
        ).json()
    return bool((answer.get("data") or {}).get("me"))


async def alliance(*words: str, key: str) -> str:
    """What a command printed; it must have gone well."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "alliance", *words),
        env=environment | {"PATH": path_with_programs(), "ALLIANCE_JOURNAL_KEY": key},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await running.communicate()
    assert running.returncode == 0, printed.decode()
    return printed.decode()
