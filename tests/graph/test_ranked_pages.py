"""Pages of lists that are ranked when asked for: the worklist, and the candidates of a need."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.graph.door import A, Door
from tests.graph.errands import claim, posted

pytestmark = pytest.mark.anyio

WANTED: dict[str, Any] = {
    "title": "周六上午想给4-6年级8个孩子做情绪小组",
    "categories": ["mental_health.group_counselling"],
}
PAGE = "totalCount pageInfo { hasNextPage endCursor }"
WORKLIST = f"""query($first: Int!, $after: String) {{ worklist(first: $first, after: $after) {{
    {PAGE} nodes {{ points need {{ id }} capability {{ id }} }} }} }}"""
CANDIDATES = f"""query($id: ID!, $first: Int!, $after: String, $verdict: [Verdict!]) {{ need(id: $id) {{
    candidates(first: $first, after: $after, verdict: $verdict) {{ {PAGE} nodes {{ verdict organization {{ id }} }} }}
}} }}"""


async def worklist(door: Door, first: int, after: str | None = None) -> dict[str, Any]:
    page: dict[str, Any] = await door.data(WORKLIST, {"first": first, "after": after}, token=await door.organization(A))
    return page


async def candidates(door: Door, id: str, first: int, after: str | None = None, **given: Any) -> Any:
    asked = {"id": id, "first": first, "after": after, **given}
    return (await door.data(CANDIDATES, asked, token=await door.station()))["candidates"]


def moved(cursor: str, *place: object) -> str:
    """A cursor of the same list, at another place."""
    of_list, *_ = json.loads(base64.urlsafe_b64decode(cursor + "=="))
    return base64.urlsafe_b64encode(json.dumps([of_list, *place]).encode()).decode()


async def test_the_worklist_by_two_gives_every_need_once_and_in_order(door: Door) -> None:
    whole, seen, after = await worklist(door, 100), [], None
    while True:
        page = await worklist(door, 2, after)
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole["nodes"]
    assert len(seen) == whole["totalCount"] > 4


async def test_the_worklist_goes_on_where_the_need_behind_the_cursor_has_been_claimed(door: Door) -> None:
    whole = (await worklist(door, 100))["nodes"]
    first = await worklist(door, 2)
    last = first["nodes"][-1]
    answer = await claim(door, await door.organization(A), last["need"]["id"], last["capability"]["id"])
    assert answer["__typename"] == "Claim"
    second = await worklist(door, 2, first["pageInfo"]["endCursor"])
    assert second["totalCount"] == len(whole) - 1
    assert [each["need"]["id"] for each in second["nodes"]] == [each["need"]["id"] for each in whole[2:4]]


async def test_the_candidates_by_three_give_every_organization_once_and_in_order(door: Door) -> None:
    need = await posted(door, **WANTED)
    whole, seen, after = await candidates(door, need, 100), [], None
    while True:
        page = await candidates(door, need, 3, after)
        seen += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == whole["nodes"]
    assert len(seen) == whole["totalCount"] == 10


async def test_a_cursor_among_the_candidates_goes_on_among_those_of_one_verdict(door: Door) -> None:
    need = await posted(door, **WANTED)
    whole = (await candidates(door, need, 100))["nodes"]
    first = await candidates(door, need, 1)
    rest = await candidates(door, need, 100, first["pageInfo"]["endCursor"], verdict=["NOT_OFFERED"])
    assert rest["nodes"] == [each for each in whole[1:] if each["verdict"] == "NOT_OFFERED"] != []


async def test_a_cursor_of_the_candidates_of_one_need_serves_no_other(door: Door) -> None:
    one, other = await posted(door, **WANTED), await posted(door, **WANTED)
    cursor = (await candidates(door, one, 1))["pageInfo"]["endCursor"]
    assert await candidates(door, other, 1, cursor) is None
    assert await candidates(door, one, 1, cursor) is not None


@pytest.mark.parametrize("place", [(), (1,), ("1", "x"), (1, 2), (True, "x"), (1.0, "x"), (None, "x"), (1, "x", 1)])
async def test_a_place_that_no_need_can_have_is_no_cursor_of_the_worklist(door: Door, place: tuple[Any, ...]) -> None:
    cursor = (await worklist(door, 1))["pageInfo"]["endCursor"]
    assert await worklist(door, 1, moved(cursor, *place)) is None


async def test_a_place_before_and_behind_all_needs_gives_all_and_none(door: Door) -> None:
    whole = await worklist(door, 100)
    cursor = whole["pageInfo"]["endCursor"]
    assert (await worklist(door, 100, moved(cursor, -(10**9), "")))["nodes"] == whole["nodes"]
    assert (await worklist(door, 100, moved(cursor, 10**9, "")))["nodes"] == []


@pytest.mark.parametrize(
    ("moment", "has_page"),
    [
        ("0001-01-01T00:00:00+23:59", False),
        ("9999-12-31T23:59:59-23:59", False),
        ("0001-01-01T00:00:00+00:00", True),
        ("9999-12-31T23:59:59+00:00", True),
        ("2026-06-01T00:00:00+00:00", True),
        ("2026-06-01T00:00:00", False),
        ("2026-06-01", False),
        ("then", False),
    ],
)
async def test_a_moment_at_the_edge_of_time_breaks_no_list(door: Door, moment: str, has_page: bool) -> None:
    document = "query($after: String) { claims(after: $after) { pageInfo { endCursor } } }"
    token = await door.city()
    cursor = (await door.data(document, token=token))["pageInfo"]["endCursor"]
    page = await door.data(document, {"after": moved(cursor, moment, "x")}, token=token)
    assert (page is not None) == has_page
