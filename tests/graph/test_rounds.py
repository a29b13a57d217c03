"""Eight writers, a hundred rounds on one row: one winner a round, and the others are told what they have not read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from alliance.needs.tables import Need
from tests.graph.door import Door
from tests.graph.ledger import entries

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

WRITERS, ROUNDS = 8, 100
REVISE = """mutation($id: ID!, $version: Int!, $input: ReviseNeedInput!) {
    reviseNeed(needId: $id, expectedVersion: $version, input: $input) {
        __typename ... on Need { version } ... on Stale { currentVersion } } }"""
CHANGES: list[dict[str, Any]] = [
    *({"headcount": 6}, {"minAge": 7}, {"maxAge": 13}, {"urgency": "SOON"}, {"groups": ["migrant"]}),
    *({"mode": "AT_STATION"}, {"lastDay": "2026-07-31"}, {"headcount": 7}),
]


async def test_eight_writers_a_hundred_rounds(door: Door) -> None:
    token = await door.station()
    need = await Need.get(title__startswith="周六上午想给4-6年级5个孩子")
    start, told = need.version, len(await entries())
    acknowledged, winners, current_told = 0, [], 0
    for number in range(ROUNDS):
        version = start + number
        answers = await asyncio.gather(
            *(
                door.data(REVISE, {"id": need.id, "version": version, "input": CHANGES[(i + number) % 8]}, token=token)
                for i in range(WRITERS)
            )
        )
        won = [answer for answer in answers if answer == {"__typename": "Need", "version": version + 1}]
        stale = [answer for answer in answers if answer == {"__typename": "Stale", "currentVersion": version + 1}]
        winners.append(len(won))
        acknowledged += len(won)
        current_told += len(stale)
    final = (await Need.get(id=need.id)).version
    print(f"\nwinners a round: {set(winners)}; final version - start = {final - start}, acknowledged {acknowledged}")
    print(f"losers told the current version: {current_told} of {ROUNDS * (WRITERS - 1)}")
    assert winners == [1] * ROUNDS
    assert final - start == acknowledged == ROUNDS
    assert current_told == ROUNDS * (WRITERS - 1)
    assert len(await entries()) - told == ROUNDS
