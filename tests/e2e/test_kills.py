"""SIGKILL at any moment loses nothing acknowledged, leaves no deed half done, and doubles none that is sent again."""

from __future__ import annotations

import asyncio
import random
import statistics
from pathlib import Path

import pytest

from alliance.claims.audit import inconsistencies
from alliance.claims.tables import Claim, ServiceRecord
from alliance.core.vocabulary import ClaimState
from alliance.journal.audit import verify
from alliance.journal.tables import Repeat
from alliance.kit.checking import check
from alliance.kit.database import opened
from tests.e2e.books import MADE_BY, kept
from tests.e2e.serving import served
from tests.e2e.traffic import Traffic, crowd

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

KILLS, CLIENTS, ACKNOWLEDGED = 100, 16, 5_000
BETWEEN = ACKNOWLEDGED // KILLS + 1  # acknowledged deeds from one kill to the next, at least


async def test_a_hundred_kills_lose_nothing_acknowledged(
    each_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chance, seconds = random.Random(5), list[float]()
    async with opened(each_url):
        people, before = await crowd(CLIENTS), await kept()
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}  # as an installed one is
    with served(each_url, tmp_path, **compiled) as server:
        traffic = Traffic(server.address, people, seed=5, hurries=True)
        async with asyncio.TaskGroup() as group:
            group.create_task(traffic.run(CLIENTS))
            for kill in range(1, KILLS + 1):
                await traffic.until_told(kill * BETWEEN)
                await asyncio.sleep(chance.uniform(0, 0.3))
                server.kill()
                seconds.append(await asyncio.to_thread(server.start))
            traffic.is_over = True

    async with opened(each_url):
        after, journal = await kept(), await verify()
        made = {key: row for key, row in after.items() if key not in before}
        repeats = await Repeat.filter(mutation__in=["postNeed", "claimNeed", "listCapability"])
        recorded = {record.claim_id for record in await ServiceRecord.all()}
        completed = {claim.id for claim in await Claim.filter(state=ClaimState.COMPLETED)}
    lost = [each for each in traffic.told if each.id not in made or not made[each.id].holds(each)]
    half = [key for key, row in made.items() if row.is_half]
    half += [repeat.subject_id for repeat in repeats if repeat.subject_id not in made]
    half += recorded ^ completed
    keys = [each.id for each in traffic.told if each.deed in MADE_BY]  # one acknowledged for each
    doubled = len(made) - len(set(keys)) + len(keys) - len(set(keys))
    sound = await check(each_url, inconsistencies)
    usual = statistics.quantiles(seconds, n=20, method="inclusive")[-1]
    with capsys.disabled():
        print(
            f"\n{sound.engine}: {KILLS} kills, {CLIENTS} clients, {len(traffic.told)} acknowledged, "
            f"{traffic.unanswered + traffic.put_off} sent again ({traffic.seen_again} steps found done): "
            f"lost {len(lost)}, half {len(half)}, doubled {doubled}; "
            f"up again in p95 {usual:.2f} s, at most {max(seconds):.2f} s; {dict(traffic.answers)}"
        )
    assert len(traffic.told) >= ACKNOWLEDGED
    assert (lost, half, doubled) == ([], [], 0)
    assert sound.is_sound, sound
    assert journal.broken is None
