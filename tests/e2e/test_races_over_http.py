"""Many claims at once over HTTP against the shipped server: exactly as many win as there are places."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from alliance.claims.audit import inconsistencies
from alliance.claims.tables import Claim
from alliance.core.problems import Problem
from alliance.core.vocabulary import Role
from alliance.identity.actions import issue_token
from alliance.journal.settle import settle
from alliance.kit.database import opened
from alliance.needs.tables import Need
from tests.e2e.serving import PATIENCE_SECONDS, serving
from tests.rivals import Rival, contested, fitting_service, rival, rivals

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

CLAIM = """mutation($need: ID!, $input: ClaimNeedInput!) { claimNeed(needId: $need, input: $input) {
    __typename ... on Problem { message } ... on NotEnoughLeft { left } ... on QuotaExceeded { left } } }"""
JOURNAL = """query($need: ID) { journal(where: { deed: CLAIM_NEED, subject: $need }) {
    totalCount nodes { subjects after { name value } } } }"""


async def asked(client: httpx.AsyncClient, token: str, document: str, variables: dict[str, Any]) -> Any:
    """The only field of an answer without errors."""
    response = await client.post(
        "/graphql",
        json={"query": document, "variables": variables},
        headers={"authorization": f"Bearer {token}", "accept-language": "en"},
    )
    answer = response.json()
    assert "errors" not in answer, answer
    (value,) = answer["data"].values()
    return value


async def claims_at_once(
    address: str, crowd: Sequence[Rival], needs: Sequence[str], places: int, city: str
) -> tuple[list[Any], Any]:
    """The answers to one claim by each, all under way together, and what the journal then says to the city."""
    limits = httpx.Limits(max_connections=len(crowd))
    async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS, limits=limits) as client:
        inputs = ({"capabilityId": each.capability_id, "places": places} for each in crowd)
        answers = await asyncio.gather(
            *(
                asked(client, each.token, CLAIM, {"need": need, "input": given})
                for each, need, given in zip(crowd, needs, inputs, strict=True)
            )
        )
        subject = needs[0] if len(set(needs)) == 1 else None
        return list(answers), await asked(client, city, JOURNAL, {"need": subject})


async def city_token() -> str:
    issued = await settle(lambda: issue_token(role=Role.CITY_BUREAU, body_id=None, length=timedelta(hours=1)))
    assert not isinstance(issued, Problem)
    return issued.token


async def test_thirty_claims_on_the_last_place(each_url: str, tmp_path: Path) -> None:
    async with opened(each_url):
        need, crowd, city = await contested(headcount=1), await rivals(30), await city_token()
    with serving(each_url, tmp_path) as address:
        answers, journal = await claims_at_once(address, crowd, [need] * 30, 1, city)
    refusal = {
        "__typename": "NotEnoughLeft",
        "message": "0 places are left. Claim at most that many, or look at the next need of your worklist.",
        "left": 0,
    }
    assert Counter(answer["__typename"] for answer in answers) == {"Claim": 1, "NotEnoughLeft": 29}
    assert [answer for answer in answers if answer["__typename"] != "Claim"] == [refusal] * 29
    async with opened(each_url):
        (won,) = await Claim.filter(need_id=need)
        assert await inconsistencies() == ()
    assert journal["totalCount"] == 1
    assert journal["nodes"][0]["subjects"] == [won.id, need, won.capability_id]


async def test_thirty_claims_of_two_on_fifteen_places(each_url: str, tmp_path: Path) -> None:
    async with opened(each_url):
        need, crowd, city = await contested(headcount=15, minimum_places=2), await rivals(30), await city_token()
    with serving(each_url, tmp_path) as address:
        answers, journal = await claims_at_once(address, crowd, [need] * 30, 2, city)
    assert Counter(answer["__typename"] for answer in answers) == {"Claim": 7, "NotEnoughLeft": 23}
    assert journal["totalCount"] == 7
    async with opened(each_url):
        assert [row.places for row in await Claim.filter(need_id=need)] == [2] * 7
        assert (await Need.get(id=need)).held == 14
        assert await inconsistencies() == ()


async def test_twenty_claims_on_five_places_a_month(each_url: str, tmp_path: Path) -> None:
    async with opened(each_url):
        service = await fitting_service("示例·限额社", "shili·xianeshe", monthly_places=5)
        crowd = [await rival(service) for _ in range(20)]
        needs, city = [await contested(headcount=1) for _ in range(20)], await city_token()
    with serving(each_url, tmp_path) as address:
        answers, journal = await claims_at_once(address, crowd, needs, 1, city)
    assert Counter(answer["__typename"] for answer in answers) == {"Claim": 5, "QuotaExceeded": 15}
    assert {answer["left"] for answer in answers if answer["__typename"] == "QuotaExceeded"} == {0}
    assert journal["totalCount"] == 5
    async with opened(each_url):
        assert await Claim.filter(capability_id=service.id).count() == 5
        assert await inconsistencies() == ()
