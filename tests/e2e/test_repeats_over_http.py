"""One key, fifty requests at once over HTTP: one effect and one answer, also through two processes on PostgreSQL."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from alliance.core.problems import Problem
from alliance.core.vocabulary import Role
from alliance.identity.actions import issue_token
from alliance.identity.reads import bodies
from alliance.journal.audit import verify
from alliance.journal.settle import settle
from alliance.journal.tables import Repeat
from alliance.kit.database import opened
from alliance.needs.tables import Need
from tests.e2e.serving import PATIENCE_SECONDS, servers

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

AT_ONCE = 50
POST = """mutation($input: PostNeedInput!) { postNeed(input: $input, idempotencyKey: "one-key:for.all") {
    __typename ... on Need { id title version postedAt } } }"""
NEED = {"title": "周六上午给孩子们做情绪小组", "headcount": 5}


async def station_tokens(number: int) -> list[str]:
    """Tokens of so many stations."""
    tokens = []
    for body in (await bodies(Role.STATION_HEAD))[:number]:
        body_id = body.id

        async def issue(station: str = body_id) -> Any:
            return await issue_token(role=Role.STATION_HEAD, body_id=station, length=timedelta(hours=1))

        issued = await settle(issue)
        assert not isinstance(issued, Problem)
        tokens.append(issued.token)
    return tokens


async def posted(client: httpx.AsyncClient, address: str, token: str, **changes: Any) -> Any:
    """The answer to the need, posted under the one key."""
    sent = {"query": POST, "variables": {"input": NEED | changes}}
    response = await client.post(f"{address}/graphql", json=sent, headers={"authorization": f"Bearer {token}"})
    answer = response.json()
    assert "errors" not in answer, answer
    return answer["data"]["postNeed"]


async def test_fifty_requests_under_one_key(each_url: str, tmp_path: Path) -> None:
    async with opened(each_url):
        token, another = await station_tokens(2)
        before = await Need.all().count()
    limits = httpx.Limits(max_connections=AT_ONCE)
    with servers(each_url, tmp_path, on_postgres=2) as addresses:
        processes = len(addresses)
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, limits=limits) as client:
            turns = [addresses[place % processes] for place in range(AT_ONCE * processes)]
            answers = await asyncio.gather(*(posted(client, address, token) for address in turns))
            other = [await posted(client, address, token, headcount=6) for address in addresses]
            elsewhere = await posted(client, addresses[0], another)
    async with opened(each_url):
        effects = await Need.all().count() - before - 1  # one is the other station's
        assert await Repeat.all().count() == 2
        assert (await verify()).broken is None
    equal = answers.count(answers[0])
    print(f"\n{processes} processes, {len(turns)} at once: effects {effects}, equal answers {equal} of {len(turns)}")
    assert (effects, equal) == (1, len(turns))
    assert answers[0]["__typename"] == elsewhere["__typename"] == "Need"
    assert answers[0]["id"] != elsewhere["id"]
    assert other == [{"__typename": "KeyReused"}] * processes
