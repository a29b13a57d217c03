"""The walk-throughs of the trade, from the sentence to the answer."""

from __future__ import annotations

import pytest

from tests.graph.door import A, B, Door

pytestmark = pytest.mark.anyio


async def test_spike(door: Door) -> None:
    print(
        await door.data(
            "{ organizations(first: 3) { totalCount nodes { name membership capabilities { title area { name } windows { start } } } } }"
        )
    )
    t = await door.station()
    print(
        await door.ask(
            "{ me { id name role station { name town { name district { name } } } } needs(first: 2) { nodes { title label headcount state claims { state } candidates(first: 3) { counts { verdict count } nodes { organization { name } verdict points reasons { message points } obstacles { message cure { message } } } } } } }",
            token=t,
            language="zh",
        )
    )
    print(
        await door.ask(
            'mutation { postNeed(input: {title: "", headcount: 0}) { __typename ... on Problem { message } ... on InvalidInput { faults { path message } } ... on Need { id } } }',
            token=t,
            language="zh",
        )
    )
    print(
        await door.ask(
            'mutation { postNeed(input: {title: "周六上午想给4-6年级5个孩子做情绪方面的小组", categories: ["mental_health.group_counselling"], headcount: 5}) { __typename ... on Problem { message } ... on InvalidInput { faults { path message } } ... on Need { id } } }',
            token=t,
            language="zh",
        )
    )
    c = await door.city()
    print(
        await door.ask(
            "{ coverageGaps { figures { asked { value } unmet { value } } causes { stage places { value } } byPlace { place { name } figures { asked { state value }} nearest { title } } } journal(first: 2) { nodes { deed after { name value } } } }",
            token=c,
            language="zh",
        )
    )
    assert 0
