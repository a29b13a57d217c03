"""The schema as the contract it is: committed, described, and shaped alike from one end to the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_specified_scalar_type,
)

from alliance.claims import actions as claims
from alliance.core.problems import InvalidInput, KeyReused, refusals_of
from alliance.directory import actions as directory
from alliance.identity import actions as identity
from alliance.needs import actions as needs
from alliance.schedule import actions as schedule
from alliance.schedule import importing
from alliance.schedule import subscriptions as feeds
from alliance.schema import schema, sdl

if TYPE_CHECKING:
    from graphql import GraphQLSchema

SDL = Path(__file__).resolve().parents[2] / "schema.graphql"
core: GraphQLSchema = schema._schema
TYPES: list[GraphQLNamedType] = [
    kind
    for name, kind in sorted(core.type_map.items())
    if not is_introspection_type(kind) and not is_specified_scalar_type(kind)
]
OBJECTS = [kind for kind in TYPES if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
ROOTS = [kind for kind in (core.query_type, core.mutation_type) if kind is not None]
DEEDS: dict[str, Callable[..., Any]] = {
    name: getattr(module, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
    for name in (core.mutation_type.fields if core.mutation_type else ())
    for module in (claims, needs, directory, identity, schedule, feeds, importing)
    if hasattr(module, re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower())
}
CREATING = {"listCapability", "postNeed", "claimNeed", "bookRoom", "closeRooms"}
CHANGING = {
    "reviseCapability", "confirmCapability", "withdrawCapability", "reviseNeed", "closeNeed", "approveNeed",
    "withdrawNeed", "acceptClaim", "declineClaim", "releaseClaim", "startClaim", "completeClaim",
    "confirmBooking", "moveBooking", "cancelBooking", "reportNoShow",
}  # fmt: skip
BOUND = re.compile(r"at most \d+|\b\d+ to \d+\b|\bthree\b|\bseven\b", re.IGNORECASE)
VERB = re.compile(r"(is|has|may)[A-Z]")


def described() -> Iterator[tuple[str, str | None]]:
    """Everything that can carry a description, by its place in the schema."""
    for kind in TYPES:
        yield kind.name, kind.description
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", field.description
                for argument, asked in field.args.items():
                    yield f"{kind.name}.{name}({argument})", asked.description
        if isinstance(kind, GraphQLInputObjectType):
            for name, given in kind.fields.items():
                yield f"{kind.name}.{name}", given.description
        if isinstance(kind, GraphQLEnumType):
            for name, value in kind.values.items():
                yield f"{kind.name}.{name}", value.description


def outputs() -> Iterator[tuple[str, Any, str]]:
    """Every field that is read: its place, its type, its description."""
    for kind in OBJECTS:
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.type, field.description or ""


def inputs() -> Iterator[tuple[str, Any, str]]:
    """Every field and argument that is sent: its place, its type, its description."""
    for kind in TYPES:
        if isinstance(kind, GraphQLInputObjectType):
            for name, given in kind.fields.items():
                yield f"{kind.name}.{name}", given.type, given.description or ""
    for each in OBJECTS:
        for name, field in each.fields.items():
            for argument, asked in field.args.items():
                yield f"{each.name}.{name}({argument})", asked.type, asked.description or ""


def is_list(kind: Any) -> bool:
    return isinstance(get_nullable_type(kind), GraphQLList)


def mutations() -> list[tuple[str, Any]]:
    assert core.mutation_type is not None
    return sorted(core.mutation_type.fields.items())


def test_the_committed_schema_is_the_one_the_program_prints() -> None:
    assert SDL.read_text() == sdl(), "schema.graphql is stale: run `alliance schema > schema.graphql`"


def test_everything_is_described() -> None:
    assert [place for place, says in described() if not says] == []


def test_every_description_is_a_sentence_with_a_full_stop() -> None:
    wrong = [
        (place, says)
        for place, says in described()
        if says and (not says.endswith(".") or not re.match(r"[A-Z0-9`]", says) or "  " in says or "\n" in says)
    ]
    assert wrong == []


def test_a_field_that_may_be_null_says_what_null_means() -> None:
    silent = [place for place, kind, says in outputs() if not isinstance(kind, GraphQLNonNull) and "Null" not in says]
    assert silent == []


def test_a_field_that_is_never_null_does_not_speak_of_null() -> None:
    assert [place for place, kind, says in outputs() if isinstance(kind, GraphQLNonNull) and "Null" in says] == []


def test_every_list_is_bounded_by_its_description_or_is_the_page_of_a_connection() -> None:
    unbounded = [
        place
        for place, kind, says in outputs()
        if is_list(kind) and not BOUND.search(says) and not re.search(r"Connection\.(nodes|edges)$", place)
    ]
    assert unbounded == []


def test_lists_hold_no_nulls() -> None:
    for place, kind, _ in (*outputs(), *inputs()):
        if is_list(kind):
            assert isinstance(get_nullable_type(kind).of_type, GraphQLNonNull), place


def test_a_page_takes_first_and_after_and_is_of_nodes_edges_page_info_and_total_count() -> None:
    for kind in OBJECTS:
        for name, field in kind.fields.items():
            page = get_named_type(field.type)
            if page.name.endswith("Connection"):
                assert isinstance(page, GraphQLObjectType)
                assert {"first", "after"} <= set(field.args), f"{kind.name}.{name}"
                assert list(page.fields)[:4] == ["nodes", "edges", "pageInfo", "totalCount"], page.name
                assert field.args["first"].default_value == 20


def test_root_fields_that_can_be_refused_are_nullable_so_that_one_refusal_does_not_blank_the_page() -> None:
    assert core.query_type is not None
    never_refused = {name for name, field in core.query_type.fields.items() if isinstance(field.type, GraphQLNonNull)}
    assert never_refused == {"categories", "childGroups", "districts", "bases", "rooms", "calendarFeeds"}


@pytest.mark.parametrize(("name", "field"), mutations())
def test_a_mutation_answers_with_its_result_union_of_the_thing_and_the_refusals_of_its_deed(
    name: str, field: Any
) -> None:
    union = field.type.of_type
    assert isinstance(field.type, GraphQLNonNull)
    assert isinstance(union, GraphQLUnionType)
    assert union.name == name[0].upper() + name[1:] + "Result"
    thing, *problems = union.types
    problem_interface = core.type_map["Problem"]
    assert problem_interface not in thing.interfaces
    assert all(problem_interface in kind.interfaces for kind in problems)
    repeated = (InvalidInput, KeyReused) if name in CREATING else ()
    expected = dict.fromkeys(kind.__name__ for kind in (*refusals_of(DEEDS[name]), *repeated))
    assert [kind.name for kind in problems] == list(expected)


@pytest.mark.parametrize(("name", "field"), mutations())
def test_a_mutation_takes_the_version_it_changes_or_the_key_under_which_it_creates(name: str, field: Any) -> None:
    assert ("expectedVersion" in field.args) == (name in CHANGING)
    assert ("idempotencyKey" in field.args) == (name in CREATING)
    if name in CHANGING:
        assert str(field.args["expectedVersion"].type) == "Int!"
    if name in CREATING:
        assert str(field.args["idempotencyKey"].type) == "String"


def test_every_mutation_creates_or_changes_or_is_known_to_need_neither() -> None:
    assert {name for name, _ in mutations()} - CREATING - CHANGING == {
        "signIn", "signOut", "draftNeed", "openContact", "previewBooking", "reopenRooms",
        "makeCalendarFeed", "revokeCalendarFeed", "importClosures",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "field"), mutations())
def test_the_input_of_a_mutation_is_named_after_it_and_required(name: str, field: Any) -> None:
    given = {argument: str(asked.type) for argument, asked in field.args.items() if argument == "input"}
    assert given in ({}, {"input": f"{name[0].upper()}{name[1:]}Input!"})


@pytest.mark.parametrize("name", ["ReviseNeedInput", "ReviseCapabilityInput"])
def test_a_revision_requires_nothing(name: str) -> None:
    kind = core.type_map[name]
    assert isinstance(kind, GraphQLInputObjectType)
    assert [key for key, given in kind.fields.items() if given.type != get_nullable_type(given.type)] == [
        "acknowledged"
    ]
    assert kind.fields["acknowledged"].default_value == []


def test_there_are_no_scalars_but_exact_ones() -> None:
    own = {kind.name for kind in TYPES if isinstance(kind, GraphQLScalarType)}
    assert own == {"Date", "DateTime"}


def test_problems_are_reached_through_the_results_that_name_them() -> None:
    named = {kind.name for union in TYPES if isinstance(union, GraphQLUnionType) for kind in union.types}
    problem = core.type_map["Problem"]
    assert isinstance(problem, GraphQLInterfaceType)
    assert {kind.name for kind in core.get_possible_types(problem)} <= named


def test_values_of_enums_are_capitals_described_in_english_and_chinese() -> None:
    wrong = [
        f"{kind.name}.{name}"
        for kind in TYPES
        if isinstance(kind, GraphQLEnumType)
        for name, value in kind.values.items()
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name)
        or not re.fullmatch(r"[A-Z0-9].* \(.*[\u4e00-\u9fff].*\)\.", value.description or "")
    ]
    assert wrong == []


def test_a_yes_or_no_is_asked_as_a_question() -> None:
    wrong = [
        place
        for place, kind, _ in (*outputs(), *inputs())
        if get_named_type(kind).name == "Boolean"
        and not VERB.match(place.rpartition(".")[2])
        and not place.partition(".")[0].endswith("Deeds")  # `viewerCan { revise }` is a question already
    ]
    assert wrong == []


def test_nothing_is_named_in_the_negative_or_by_a_generic_word() -> None:
    places = [place for place, *_ in (*outputs(), *inputs())]
    assert [place for place in places if re.search(r"\.(not|no|dis|un)[A-Z]|\.(data|info|status|type)\b", place)] == []


def test_an_id_is_of_the_type_id() -> None:
    wrong = [
        place
        for place, kind, says in (*outputs(), *inputs())
        if (re.search(r"(\bid|Id|Ids)$", place.rstrip(")")) or re.match(r"Ids? of ", says))
        and get_named_type(kind).name != "ID"
    ]
    assert wrong == []


def test_things_with_a_global_id_are_nodes() -> None:
    node = core.type_map["Node"]
    with_id = {kind.name for kind in OBJECTS if "id" in kind.fields and kind is not node}
    assert isinstance(node, GraphQLInterfaceType)
    assert with_id == {kind.name for kind in core.get_possible_types(node)}


def test_a_field_of_one_name_and_an_enum_is_of_the_same_enum_wherever_it_stands() -> None:
    """`verdict` of an organization and of a room, `outcome` of a service and of an import differ, and some more."""
    kinds: dict[str, set[str]] = {}
    for place, kind, _ in outputs():
        if isinstance(get_named_type(kind), GraphQLEnumType):
            kinds.setdefault(place.rpartition(".")[2], set()).add(get_named_type(kind).name)
    assert {name for name, found in kinds.items() if len(found) > 1} == {
        "state", "kind", "role", "verdict", "outcome", "reason",
    }  # fmt: skip


def test_the_first_door_of_every_deed_is_known() -> None:
    assert set(DEEDS) == {name for name, _ in mutations()}
