"""What a document costs: added up along every path, each fragment read once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from graphql import GraphQLSyntaxError, build_schema, parse
from graphql.language import FragmentDefinitionNode, OperationDefinitionNode

from alliance.kit.cost import Bounds, Cost, CostRule, Walk
from alliance.kit.limits import SENTENCES, Excess, Limit, Limits, excess_of_parser, refusal

SCHEMA = build_schema("""
    type Query {
      me: Body  bodies(first: Int!): BodyPage  all: [Body!]!  any: Thing  cells(first: Int): [Cell!]!
    }
    type Mutation { signIn(name: String): Body  post: Body }
    interface Thing { id: ID! }
    type Body implements Thing {
      id: ID!  name: String!  boss: Body  children(first: Int!): BodyPage  all: [Body!]!
      words: [String!]!  windows: [Window!]!
    }
    type Window { day: Int! hour: Int! }
    type Cell { value: Int! body: Body }
    type BodyPage { nodes: [Body!]! edges: [BodyEdge!]! pageInfo: PageInfo! totalCount: Int! }
    type BodyEdge { node: Body! cursor: String! }
    type PageInfo { hasNextPage: Boolean! }
""")
for place, size in {"Query.bodies": 20, "Body.children": 20, "Query.cells": 7}.items():
    kind, _, name = place.partition(".")
    SCHEMA.type_map[kind].fields[name].args["first"].default_value = size  # type: ignore[attr-defined]
BOUNDS = Bounds(
    rows={"Query.all": 5, "Body.all": 3}, parts={"Body.words": 4, "Body.windows": 6}, most={"Query.cells": 1_000}
)
RULE = CostRule(SCHEMA, BOUNDS, alone=frozenset({"signIn"}))
LIMITS = Limits(
    tokens=2_000, operations=3, digits=40, fragments=20, directives=4, root_fields=4, mutations=2, depth=6,
    introspection_depth=12, width=10, aliases=5, rows=1_000, values=10_000,
)  # fmt: skip


def cost(document: str, variables: dict[str, Any] | None = None) -> Cost:
    """Of the one operation of a document."""
    ((_, found),) = RULE.costs(parse(document), variables)
    return found


def rows(document: str, variables: dict[str, Any] | None = None) -> int:
    return cost(document, variables).rows


def excess(document: str, variables: dict[str, Any] | None = None) -> tuple[str, int, int] | None:
    found = RULE.excess(parse(document), variables, LIMITS)
    return (found.limit.name, found.value, found.most) if found else None


# --- rows and values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ me { id boss { id } } }", 0),
        ("{ all { id } }", 5),
        ("{ all { all { id } } }", 5 + 5 * 3),
        ("{ all { windows { day } words } }", 5),
        ("{ bodies { nodes { id } } }", 20),
        ("{ bodies(first: 3) { nodes { id } } }", 3),
        ("{ bodies(first: 3) { totalCount pageInfo { hasNextPage } } }", 0),
        ("{ bodies(first: 3) { nodes { id } edges { node { id } } } }", 6),
        ("{ bodies(first: 3) { nodes { children(first: 4) { nodes { id } } } } }", 3 + 3 * 4),
        ("{ bodies(first: 3) { nodes { id } } again: bodies(first: 4) { nodes { id } } }", 7),
        ("{ bodies(first: 3) { ...P } } fragment P on BodyPage { nodes { all { id } } }", 3 + 3 * 3),
        ("{ ...A ...B } fragment A on Query { bodies(first: 2) { ...P } } "
         "fragment B on Query { bodies(first: 7) { ...P } } fragment P on BodyPage { nodes { id } }", 9),
        ("{ any { ... on Body { all { id } } ... on Cell { body { all { id } } } } }", 6),
        ("{ cells { value } }", 7),
        ("{ cells(first: 9) { body { all { id } } } }", 9 + 9 * 3),
        ("{ all @skip(if: true) { id } }", 5),
    ],
)  # fmt: skip
def test_rows_are_the_page_sizes_multiplied_along_each_path_and_summed(document: str, expected: int) -> None:
    assert rows(document) == expected


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ me { id name boss { id } } }", 3),
        ("{ me { words } }", 4),
        ("{ me { windows { day hour } } }", 12),
        ("{ all { id windows { day } } }", 5 * 7),
        ("{ bodies(first: 3) { totalCount nodes { id name } } }", 1 + 3 * 2),
        ("{ bodies(first: 3) { edges { cursor node { id } } } }", 3 * 2),
    ],
)
def test_values_are_what_an_answer_fills_in(document: str, expected: int) -> None:
    assert cost(document).values == expected


INNER = " fragment P on BodyPage { nodes { children(first: $n) { nodes { id } } } }"
ASKED = "query($n: Int! = 6) { bodies(first: $n) { ...P } }" + INNER


@pytest.mark.parametrize(
    ("given", "expected"),
    [({}, 6), ({"n": 2}, 2), ({"n": 2.0}, 2), ({"n": "2"}, 20), ({"n": 2.5}, 20), ({"n": None}, 20), ({"n": True}, 20),
     ({"n": -5}, 1), ({"n": 0}, 1), ({"n": 101}, 100), ({"n": 2**31}, 100), ({"n": [3]}, 20), ({"other": 3}, 6)],
)  # fmt: skip
def test_a_page_size_is_read_from_the_variables_and_their_defaults(given: dict[str, Any], expected: int) -> None:
    """What is no integer counts as the argument's default: validation refuses it."""
    assert rows(ASKED, given) == expected + expected**2


@pytest.mark.parametrize(
    ("first", "bodies", "cells"),
    [(-(10**9), 1, 1), (0, 1, 1), (1, 1, 1), (100, 100, 100), (101, 100, 101), (10**9, 100, 1_000)],
)
def test_a_page_size_counts_as_the_nearest_that_is_answered(first: int, bodies: int, cells: int) -> None:
    assert rows(f"{{ bodies(first: {first}) {{ nodes {{ id }} }} }}") == bodies
    assert rows(f"{{ cells(first: {first}) {{ value }} }}") == cells


def test_a_page_of_a_page_is_reckoned_at_its_most() -> None:
    inner = "children(first: 2147483647) { nodes { id } }"
    assert rows(f"{{ bodies(first: 2147483647) {{ nodes {{ {inner} }} }} }}") == 100 + 100 * 100


@pytest.mark.parametrize("first", ['"3"', "null", "3.5", "[3]", "{a: 3}", "X", "99999999999", "9" * 5_000, "$none"])
def test_a_page_size_that_is_none_is_left_to_validation(first: str) -> None:
    assert rows(f"{{ bodies(first: {first}) {{ nodes {{ id }} }} }}") == 20


def test_variables_of_one_operation_do_not_count_in_another() -> None:
    document = (
        "query A($n: Int! = 2) { bodies(first: $n) { ...P } } query B($n: Int! = 3) { bodies(first: $n) { ...P } } "
    )
    assert [found.rows for _, found in RULE.costs(parse(document + INNER), None)] == [2 + 4, 3 + 9]


# --- depth, aliases, fields ------------------------------------------------------------------------------------------


def test_depth_is_counted_through_fragments_wherever_they_are_first_met() -> None:
    """A fragment that is met near the root first counts in full further down."""
    deep = "{ me { ...F boss { boss { boss { ...F } } } } } fragment F on Body { boss { boss { id } } }"
    assert cost(deep).depth == 4 + 3


def test_an_alias_in_a_fragment_counts_each_time_the_fragment_is_spread() -> None:
    assert cost("{ a: me { ...F boss { ...F } } } fragment F on Body { x: id y: name }").aliases == 5


def test_fields_side_by_side_count_those_of_fragments() -> None:
    assert cost("{ me { ...F ...F id ... { id } } } fragment F on Body { id name }").width == 6


@pytest.mark.parametrize(
    "document",
    [
        "{ me { ...A } } fragment A on Body { id ...B } fragment B on Body { id ...A }",
        "{ me { ...A } } fragment A on Body { boss { ...A } }",
        "{ ...Gone ... on Nothing { here { id } } }",
        "{ one { two { three(first: 5) { four } } } }",
        "subscription { anything { id } }",
        "{ me }",
        "{ me { id { id } } }",
        "type A { b: Int } extend type B { c: Int }",
    ],
)
def test_what_validation_will_refuse_is_measured_without_complaint(document: str) -> None:
    list(RULE.costs(parse(document), None))


def test_only_the_real_introspection_fields_are_exempt_from_depth() -> None:
    deep = "types { fields { type { ofType { ofType { ofType { name } } } } } }"
    assert cost(f"{{ __schema {{ {deep} }} }}").depth == 1
    assert excess(f"{{ __schema {{ {deep} }} }}") is None
    assert excess(f"{{ me {{ __schema {{ {deep} }} }} }}") == ("DEPTH", 9, 6)
    assert excess("{ __schema: me { boss { boss { boss { boss { boss { id } } } } } } }") == (
        "DEPTH",
        7,
        6,
    )
    assert excess(f"{{ __schema {{ types {{ {'ofType { ' * 20} name {'} ' * 20} }} }} }}") == ("DEPTH", 22, 12)


# --- linear ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [5, 28, 90])
def test_each_fragment_is_read_once_however_often_it_is_spread(count: int) -> None:
    body = "".join(
        f"fragment F{i} on Body {{ a: boss {{ ...F{i + 1} }} b: boss {{ ...F{i + 1} }} }} " for i in range(count)
    )
    document = parse(f"{{ me {{ ...F0 ...F0 }} }} {body} fragment F{count} on Body {{ id }}")
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    walk = Walk(RULE, fragments, {})
    found = walk.below(operation.selection_set, SCHEMA.query_type, 1)
    assert walk.steps == 3 + 4 * count + 1  # as many selections as are written
    assert found.aliases == 2 * (2 ** (count + 1) - 2)


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("{ me { id } }", None),
        ("query A { me { id } } " * 4, ("OPERATIONS", 4, 3)),
        ("{ bodies(first: " + "9" * 41 + ") { totalCount } }", ("DIGITS", 41, 40)),
        ("{ me { id } } " + "".join(f"fragment F{i} on Body {{ id }} " for i in range(21)), ("FRAGMENTS", 21, 20)),
        ("{" + " ... { me { id } }" * 21 + " }", ("FRAGMENTS", 21, 20)),
        ("query($a: Int @x) @x { me @x { ... @x { id @x } } }", ("DIRECTIVES", 5, 4)),
        ("{ me { id }" * 1 + " all { id }" * 4 + " }", ("ROOT_FIELDS", 5, 4)),
        ("{ ...F ...F ...F } fragment F on Query { me { id } any { id } }", ("ROOT_FIELDS", 6, 4)),
        ("mutation { post { id } post { id } post { id } }", ("MUTATIONS", 3, 2)),
        ("mutation { signIn { id } }", None),
        ("mutation { signIn { id } post { id } }", ("ALONE", 2, 1)),
        ("mutation { a: signIn { id } b: signIn { id } }", ("ALONE", 2, 1)),
        ("mutation { ...F } fragment F on Mutation { a: signIn { id } b: signIn { id } }", ("ALONE", 2, 1)),
        ("mutation A { signIn { id } } mutation B { signIn { id } }", ("ALONE", 2, 1)),
        ("mutation A { signIn { id } } query B { me { id } }", ("ALONE", 2, 1)),
        ("{ me { boss { boss { boss { boss { boss { id } } } } } } }", ("DEPTH", 7, 6)),
        ("{ me { id } } fragment F on Body { " + "boss { " * 7 + " id " + "}" * 7 + " }", ("DEPTH", 8, 6)),
        ("{ me {" + " id" * 11 + " } }", ("WIDTH", 11, 10)),
        ("{ me { a: id b: id c: id d: id e: id f: id } }", ("ALIASES", 6, 5)),
        ("{ cells(first: 1001) { value } all { id } }", ("ROWS", 1005, 1000)),
        ("{ cells(first: 1000) { body { words id name windows { day } } } }", ("VALUES", 12_000, 10_000)),
    ],
)  # fmt: skip
def test_a_document_beyond_a_limit_is_refused_by_that_limit(document: str, expected: Any) -> None:
    assert excess(document) == expected


def test_a_list_without_a_bound_stops_the_start() -> None:
    with pytest.raises(LookupError, match=r"how many entries these lists count: Body\.words$"):
        CostRule(SCHEMA, replace(BOUNDS, parts={"Body.windows": 6}))


@pytest.mark.parametrize(
    "strange",
    [{"parts": {**BOUNDS.parts, "Body.gone": 6}}, {"most": {"Query.gone": 1_000}}, {"most": {"Body.words": 9}}],
)
def test_a_bound_of_no_such_list_stops_the_start(strange: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="of no such list"):
        CostRule(SCHEMA, replace(BOUNDS, **strange))


@pytest.mark.parametrize("limit", Limit)
def test_a_refusal_names_limit_value_and_way_out_in_both_languages(limit: Limit) -> None:
    assert hasattr(LIMITS, limit.value) or limit is Limit.ALONE
    for language in ("en", "zh-CN"):
        error = refusal(Excess(limit, 10**12, 7), language)
        assert error.extensions == {"code": "TOO_EXPENSIVE", "limit": limit.name, "value": 10**9, "most": 7}
        assert ("7" in error.message) or limit is Limit.ALONE
        assert "{" not in error.message
    assert refusal(Excess(limit, 9, 7), "en").message != refusal(Excess(limit, 9, 7), "zh-CN").message
    assert SENTENCES.keys() == set(Limit)


@pytest.mark.parametrize(
    ("document", "limit"), [("{" + " a" * 2_000 + "}", Limit.TOKENS), ("{ a" * 400 + " }" * 400, Limit.DEPTH)]
)
def test_the_words_with_which_the_parser_gives_up_are_understood(document: str, limit: Limit) -> None:
    with pytest.raises(GraphQLSyntaxError) as given_up:
        parse(document, max_tokens=LIMITS.tokens)
    found = excess_of_parser(given_up.value, LIMITS)
    assert found is not None
    assert (found.limit, found.most) == (limit, getattr(LIMITS, limit.value))


def test_any_other_fault_of_a_document_is_none_of_the_parser_s_limits() -> None:
    with pytest.raises(GraphQLSyntaxError) as wrong:
        parse("{ a")
    assert excess_of_parser(wrong.value, LIMITS) is None
