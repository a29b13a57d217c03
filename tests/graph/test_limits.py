"""What asks for too much is refused by name, before it costs anything; what is let through costs what was reckoned."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import get_introspection_query, parse

from alliance.claims.tables import Claim
from alliance.directory.tables import Organization
from alliance.graph.bounds import BOUNDS
from alliance.identity.tables import Session
from alliance.kit.cost import unpaged_lists
from alliance.kit.limits import TOO_EXPENSIVE
from alliance.needs.tables import Need
from alliance.schema import ANONYMOUS, SIGNED_IN, cost_rule, schema
from tests.graph.door import Door
from tests.graph.hostile import HOSTILE, SIGN_IN, answered
from tests.graph.made_queries import Maker, held, names_that_mean_both

README = Path(__file__).parents[2] / "README.md"
QUERIES = 500
SEED = 20260601

pytestmark = pytest.mark.anyio


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_document_that_asks_for_too_much_is_refused_by_the_limit_it_breaks(name: str) -> None:
    document, limit = HOSTILE[name]
    result = await answered(document)
    assert result.data is None
    codes = [(error.extensions or {}).get("code") for error in result.errors]
    if limit is None:
        assert set(codes) == {"BAD_QUERY"}
    else:
        assert codes == [TOO_EXPENSIVE]
        assert result.errors[0].extensions["limit"] == limit
    assert not re.search(r"recursion|Exceeds|Traceback|alliance\.", " ".join(error.message for error in result.errors))


@pytest.mark.parametrize("name", HOSTILE)
async def test_the_service_answers_after_each_of_them(name: str) -> None:
    await answered(HOSTILE[name][0])
    result = await answered("{ __typename }")
    assert (result.data, result.errors) == ({"__typename": "Query"}, None)


async def test_a_refusal_speaks_the_caller_s_language_and_names_limit_value_and_most(door: Door) -> None:
    document = "{ needs(first: 100) { nodes { candidates(first: 100) { nodes { points } } } } }"
    for language, says in (
        ("en", "The query may answer 10100 rows; at most 5000. Ask for smaller pages with `first`."),
        ("zh-CN", "这个查询可能返回10100行，最多5000行。请用 `first` 把每页改小一些。"),
    ):
        answer = await door.ask(document, token=await door.city(), language=language)
        told = {"code": TOO_EXPENSIVE, "limit": "ROWS", "value": 10_100, "most": 5_000}
        assert answer.get("data") is None
        assert answer["errors"] == [{"message": says, "extensions": told}]


async def test_somebody_signed_in_may_ask_for_more(door: Door) -> None:
    document = "{ organizations(first: 70) { nodes { capabilities { id } } } }"  # 70 + 70 × 15
    assert await door.codes(document) == [TOO_EXPENSIVE]
    assert len((await door.data(document, token=await door.station()))["nodes"]) == 10
    aliases = "{ me {" + "".join(f" a{i}: id" for i in range(20)) + " } }"
    assert await door.codes(aliases) == [TOO_EXPENSIVE]
    assert await door.data(aliases, token=await door.station())


@pytest.mark.parametrize(
    "document",
    [
        f"mutation {{ a: {SIGN_IN} b: {SIGN_IN} }}",
        f"mutation {{ a: {SIGN_IN} signOut {{ __typename }} }}",
        f"mutation {{ ...A ...B }} fragment A on Mutation {{ a: {SIGN_IN} }} fragment B on Mutation {{ b: {SIGN_IN} }}",
        f"mutation A {{ {SIGN_IN} }} mutation B {{ {SIGN_IN} }}",
    ],
)
async def test_signing_in_stands_alone_in_its_document_and_nothing_is_tried(door: Door, document: str) -> None:
    before = await Session.all().count()
    answer = await door.ask(document)
    assert [error["extensions"].get("limit") for error in answer["errors"]] == ["ALONE"] or "operationName" in str(
        answer
    )
    assert await Session.all().count() == before
    assert (await door.data(f"mutation {{ {SIGN_IN} }}"))["__typename"] != "Session"


async def test_no_deed_of_a_document_with_too_many_is_done(door: Door) -> None:
    before = await Need.all().count()
    post = 'postNeed(input: { title: "放假15个娃白天没人看，想托管", headcount: 15 }) { __typename }'
    document = "mutation {" + "".join(f" a{i}: {post}" for i in range(ANONYMOUS.mutations + 1)) + " }"
    assert await door.codes(document, token=await door.station()) == [TOO_EXPENSIVE]
    assert await Need.all().count() == before


async def test_the_tools_of_programmers_may_ask_for_the_whole_schema(door: Door) -> None:
    for options in ({}, {"specified_by_url": True, "input_value_deprecation": True, "schema_description": True}):
        answer = await door.ask(get_introspection_query(**options))
        assert "errors" not in answer


async def test_what_a_variable_asks_for_is_counted_before_it_is_fetched(door: Door) -> None:
    document = "query($n: Int!) { organizations(first: $n) { nodes { capabilities { id } } } }"
    assert len((await door.data(document, {"n": 50}))["nodes"]) == 10
    assert await door.codes(document, {"n": 100}) == [TOO_EXPENSIVE]
    assert await door.codes(document, {"n": 100.0}) == [TOO_EXPENSIVE]
    assert await door.codes(document, {"n": 2**31 - 1}) == [TOO_EXPENSIVE]
    assert await door.codes(document, {"n": "100"}) == ["BAD_QUERY"]


@pytest.mark.parametrize("first", [-(2**31), -1, 0, 101, 2**31 - 1])
async def test_a_page_size_costs_what_it_is_taken_as(door: Door, first: int) -> None:
    document = f"{{ organizations(first: {first}) {{ nodes {{ id }} }} }}"
    nearest = 1 if first < 1 else 100
    ((_, cost),) = cost_rule.costs(parse(document), {})
    assert cost.rows == nearest
    assert len((await door.data(document))["nodes"]) == min(nearest, 10)


@pytest.mark.parametrize(("first", "rows"), [(0, 1), (1_000, 1_000), (2**31 - 1, 1_000)])
def test_cells_of_coverage_are_reckoned_up_to_a_thousand(first: int, rows: int) -> None:
    document = f"{{ coverageGaps {{ cells(first: {first}) {{ ageBand }} }} }}"
    assert [cost.rows for _, cost in cost_rule.costs(parse(document), {})] == [rows]


# --- the estimate ----------------------------------------------------------------------------------------------------


def test_every_bound_is_of_a_list_of_the_schema_and_each_name_means_one_thing() -> None:
    assert {*BOUNDS.rows, *BOUNDS.parts} == set(unpaged_lists(schema._schema))
    assert BOUNDS.rows.keys() & BOUNDS.parts.keys() == set()
    assert names_that_mean_both() == set()


@pytest.mark.slow
async def test_five_hundred_random_queries_answer_no_more_than_was_reckoned(door: Door) -> None:
    tokens = [None, await door.station(), await door.organization(), await door.city(), await door.base()]
    ids = {
        "Need": await Need.all().limit(20).values_list("id", flat=True),
        "Claim": await Claim.all().values_list("id", flat=True),
        "Organization": await Organization.all().values_list("id", flat=True),
    }
    maker = Maker(SEED, ids)  # type: ignore[arg-type]
    asked, more, reckoned, found = 0, [], 0, 0
    while asked < QUERIES:
        document, variables = maker.query()
        if cost_rule.excess(parse(document), variables, ANONYMOUS):
            continue
        answer = await door.ask(document, variables, token=tokens[asked % len(tokens)])
        asked += 1
        assert "errors" not in answer, document
        ((_, cost),) = cost_rule.costs(parse(document), variables)
        rows, values = held(answer["data"])
        if rows > cost.rows or values > cost.values:
            more.append((document, variables, rows, cost.rows, values, cost.values))
        reckoned, found = reckoned + cost.rows, found + rows
    assert more == []
    assert found > QUERIES  # the queries are no empty ones
    assert reckoned < 20 * found  # and the reckoning is no wild guess


# --- told ------------------------------------------------------------------------------------------------------------


def test_the_readme_and_the_schema_name_the_limits() -> None:
    readme, described = README.read_text("utf8"), schema._schema.query_type.description  # type: ignore[union-attr]
    for limits in (ANONYMOUS, SIGNED_IN):
        for name in ("tokens", "fragments", "directives", "root_fields", "depth", "width", "aliases", "rows", "values"):
            number = f"{getattr(limits, name):,}"
            assert re.search(rf"\b{number}\b", described or ""), name
            assert re.search(rf"\b{number}\b", readme), name
    assert TOO_EXPENSIVE in readme
