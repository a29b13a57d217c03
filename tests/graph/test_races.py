"""Many claims at once: no place is given twice, and everybody who loses is told so in a typed answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from alliance.claims.tables import Claim
from alliance.core.permissions import Deed
from alliance.directory.tables import CapabilityMonth
from alliance.journal.tables import JournalEntry
from alliance.needs.tables import Need
from tests.graph.door import Door
from tests.graph.errands import ACCEPT, DECLINE, RELEASE, books_are_right, claim, step
from tests.rivals import Rival, contested, fitting_service, rival, rivals

pytestmark = pytest.mark.anyio


async def claim_at_once(door: Door, crowd: Sequence[Rival], needs: Sequence[str], places: int) -> list[dict[str, Any]]:
    """The answers to one claim by each, made in the same moment."""
    asked = (
        claim(door, each.token, need, each.capability_id, places=places)
        for each, need in zip(crowd, needs, strict=True)
    )
    return list(await asyncio.gather(*asked))


def kinds(answers: Sequence[dict[str, Any]]) -> Counter[str]:
    """How many answers there are of each type."""
    return Counter(answer["__typename"] for answer in answers)


async def test_of_thirty_claims_on_the_last_place_exactly_one_wins(door: Door) -> None:
    need, crowd = await contested(headcount=1), await rivals(30)
    answers = await claim_at_once(door, crowd, [need] * 30, 1)
    assert kinds(answers) == {"Claim": 1, "NotEnoughLeft": 29}
    assert {answer["left"] for answer in answers if answer["__typename"] == "NotEnoughLeft"} == {0}
    (won,) = await Claim.filter(need_id=need)
    (entry,) = await JournalEntry.filter(deed=Deed.CLAIM_NEED)
    assert entry.subjects == (won.id, need, won.capability_id)
    await books_are_right()


async def test_of_thirty_claims_of_two_on_fifteen_places_seven_win_and_one_place_is_left(door: Door) -> None:
    need, crowd = await contested(headcount=15, minimum_places=2), await rivals(30)
    answers = await claim_at_once(door, crowd, [need] * 30, 2)
    assert kinds(answers) == {"Claim": 7, "NotEnoughLeft": 23}
    assert (await Need.get(id=need)).held == 14
    assert sum(row.places for row in await Claim.filter(need_id=need)) == 14
    assert await JournalEntry.filter(deed=Deed.CLAIM_NEED).count() == 7
    await books_are_right()


async def test_a_service_of_five_places_a_month_takes_five_of_twenty_claims(door: Door) -> None:
    service = await fitting_service("示例·限额社", "shili·xianeshe", monthly_places=5)
    crowd = [await rival(service) for _ in range(20)]
    needs = [await contested(headcount=1) for _ in range(20)]
    answers = await claim_at_once(door, crowd, needs, 1)
    assert kinds(answers) == {"Claim": 5, "QuotaExceeded": 15}
    refused = {(each["month"], each["left"]) for each in answers if each["__typename"] == "QuotaExceeded"}
    assert refused == {("2026-06", 0)}
    assert (await CapabilityMonth.get(capability_id=service.id)).taken == 5
    assert await Need.filter(id__in=needs, held=1).count() == 5
    await books_are_right()


async def test_a_claim_is_answered_once_by_both_sides_at_the_same_time(door: Door) -> None:
    need, (only,) = await contested(headcount=4), await rivals(1)
    offer = await claim(door, only.token, need, only.capability_id)
    station = await door.station((await Need.get(id=need).select_related("station")).station.name)
    answers = await asyncio.gather(
        step(door, station, ACCEPT, offer),
        step(door, station, DECLINE, offer, reason="TIME"),
        step(door, only.token, RELEASE, offer, reason="TIME_CONFLICT"),
    )
    assert kinds(answers) == {"Claim": 1, "Stale": 2}
    await books_are_right()


async def test_the_same_claim_sent_twice_at_once_under_one_key_is_made_once(door: Door) -> None:
    need, (only,) = await contested(headcount=4), await rivals(1)
    document = """mutation($need: ID!, $input: ClaimNeedInput!) {
        claimNeed(needId: $need, input: $input, idempotencyKey: "one-tap-only") {
            __typename ... on Problem { message } ... on Claim { id } } }"""
    variables = {"need": need, "input": {"capabilityId": only.capability_id, "places": 2}}
    answers = await asyncio.gather(*(door.data(document, variables, token=only.token) for _ in range(5)))
    assert kinds(answers) == {"Claim": 5}
    assert len({answer["id"] for answer in answers}) == 1
    assert await Claim.filter(need_id=need).count() == 1
    await books_are_right()
