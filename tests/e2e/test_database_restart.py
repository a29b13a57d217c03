"""PostgreSQL goes down in mid-flight and comes back: so does the service, and no deed is lost or doubled."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from alliance.claims.audit import inconsistencies
from alliance.core.keys import keys_in
from alliance.journal.audit import verify
from alliance.journal.sealing import hand_on
from alliance.kit.copying import copy
from alliance.kit.database import opened
from alliance.needs.tables import Need
from tests.conftest import filled, key_of
from tests.e2e.faults import BUSY, OK, Told, client_of, every, looked_at, post_need, worst
from tests.e2e.serving import served
from tests.e2e.test_repeats_over_http import station_tokens
from tests.postgres import own_postgres

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

A_SECOND, SECONDS = 20, 18.0
RESTARTS = (3.0, 10.0)  # seconds after the first deed
SOON = 5.0  # seconds from the database to the service


async def test_two_restarts_under_load_lose_and_double_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = filled("sqlite", tmp_path)
    key = key_of(file)
    with own_postgres() as postgres:
        await copy(file, postgres.url, progress=lambda table, rows: None)
        async with opened(postgres.url):
            hand_on(keys_in(key))
            (token,) = await station_tokens(1)
            before = await Need.all().count()

        with served(postgres.url, tmp_path, ALLIANCE_JOURNAL_KEY=key) as server:
            async with client_of(server.address, token) as client:
                down: list[tuple[float, float]] = []

                async def restart() -> None:
                    begun = time.monotonic()
                    for after in RESTARTS:
                        await asyncio.sleep(begun + after - time.monotonic())
                        began = time.monotonic()
                        await asyncio.to_thread(postgres.restart)
                        down.append((began, time.monotonic()))

                async def post(place: int) -> Told:
                    return await post_need(client, f"restart-key-{place}")

                with looked_at(f"{server.address}/readyz") as ready:
                    answers, _ = await asyncio.gather(every(1 / A_SECOND, SECONDS, post), restart())
                again = [await post(place) for place in range(len(answers))]

        async with opened(postgres.url):
            hand_on(keys_in(key))
            rows = await Need.all().count() - before
            contradictions, journal = await inconsistencies(), await verify()

    acknowledged = {each.need_id for each in answers if each.code == OK}
    kept = {each.need_id for each in again}
    back = [
        min(each.sent_at + each.seconds for each in answers if each.code == OK and each.sent_at > ended) - ended
        for _, ended in down
    ]
    meanwhile = [each for each in ready if any(b < each.sent_at < each.sent_at + each.seconds < e for b, e in down)]
    apart = [
        each for each in ready if not any(began - each.seconds < each.sent_at < ended + SOON for began, ended in down)
    ]
    with capsys.disabled():
        print(
            f"\n{len(down)} restarts of {max(ended - began for began, ended in down):.1f} s under {A_SECOND} deeds a "
            f"second: {dict(Counter(each.code for each in answers))}, the slowest after {worst(answers):.2f} s; "
            f"/readyz {dict(Counter(each.status for each in ready))}; back {max(back):.2f} s after the database; the "
            f"same {len(again)} keys {dict(Counter(each.code for each in again))}, rows {rows}: "
            f"lost {len(acknowledged - kept)}, doubled {rows - len(answers)}"
        )
    assert len(down) == len(RESTARTS)
    assert {each.code for each in answers} == {OK, BUSY}
    assert {each.code for each in again} == {OK}
    assert {each.status for each in ready} <= {200, 503}
    assert {each.status for each in apart} == {200}
    assert not meanwhile or 503 in {each.status for each in meanwhile}
    assert acknowledged <= kept
    assert len(kept) == rows == len(answers)
    assert max(back) <= SOON
    assert (contradictions, journal.broken) == ((), None)
