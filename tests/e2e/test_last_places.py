"""Everybody wants the last places of many needs: each is given once, none stays free, no refusal is unexplained."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from alliance.claims.audit import inconsistencies
from alliance.claims.tables import Claim
from alliance.journal.audit import verify
from alliance.kit.database import opened
from alliance.needs.tables import Need
from tests.e2e.serving import PATIENCE_SECONDS, servers
from tests.e2e.test_races_over_http import CLAIM, asked
from tests.rivals import Rival, contested, rivals

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

NEEDS, CLIENTS, MOST_PLACES = 200, 16, 3


async def test_two_hundred_needs_of_one_to_three_places_go_to_sixteen_who_want_them_all(
    each_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(1)
    async with opened(each_url):
        wanted = [await contested(headcount=chance.randint(1, MOST_PLACES)) for _ in range(NEEDS)]
        crowd = await rivals(CLIENTS)
    answers, seconds = Counter[tuple[str, int | None]](), list[float]()

    async def claim_all(client: httpx.AsyncClient, each: Rival, order: list[str]) -> None:
        """One place of each need after the other, and again, until it is refused."""
        given = {"capabilityId": each.capability_id, "places": 1}
        for need in order:
            answer: dict[str, Any] = {"__typename": "Claim"}
            while answer["__typename"] == "Claim":
                began = time.perf_counter()
                answer = await asked(client, each.token, CLAIM, {"need": need, "input": given})
                seconds.append(time.perf_counter() - began)
                answers[answer["__typename"], answer.get("left")] += 1

    with servers(each_url, tmp_path, on_postgres=2) as addresses:
        async with AsyncExitStack() as open_clients:
            clients = [
                await open_clients.enter_async_context(
                    httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS, trust_env=False)
                )
                for address in addresses
            ]
            async with asyncio.TaskGroup() as group:
                for place, each in enumerate(crowd):
                    order = chance.sample(wanted, NEEDS)
                    group.create_task(claim_all(clients[place % len(clients)], each, order))

    async with opened(each_url):
        needs, claims = await Need.filter(id__in=wanted), await Claim.filter(need_id__in=wanted)
        held = Counter(claim.need_id for claim in claims)
        overbooked = sum(max(held[need.id] - (need.headcount or 0), 0) for need in needs)
        unfilled = sum(max((need.headcount or 0) - held[need.id], 0) for need in needs)
        assert await inconsistencies() == ()
        assert (await verify()).broken is None
    explained = {("Claim", None): len(claims), ("NotEnoughLeft", 0): NEEDS * CLIENTS}
    unexplained = sum((answers - Counter(explained)).values())
    usual = statistics.quantiles(seconds, n=20, method="inclusive")[-1] * 1_000
    with capsys.disabled():
        print(
            f"\n{len(addresses)} process(es), {CLIENTS} clients: {sum(held.values())} places of {NEEDS} needs "
            f"claimed in {answers.total()} tries: overbooked {overbooked}, unfilled {unfilled}, "
            f"unexplained errors {unexplained}; p95 {usual:.0f} ms"
        )
    assert (overbooked, unfilled, unexplained) == (0, 0, 0)
    assert answers == explained
