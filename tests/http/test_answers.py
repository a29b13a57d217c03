"""GraphQL over HTTP: types, statuses, what is remembered between requests, and the time one may take."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from strawberry.extensions import ParserCache, ValidationCache

from alliance.kit import clock, messages
from alliance.kit.answering import GRAPHQL, JSON, answer_type, without_values
from alliance.kit.asked import RequestRefused
from alliance.kit.context import Context
from alliance.kit.database import as_unit_of_work, finish_running
from alliance.kit.endpoint import MOST_DOCUMENTS, Endpoint
from alliance.kit.guard import Guard
from alliance.schedule.tables import Room
from tests.graph.door import Door
from tests.graph.test_bad_input import change_tables

pytestmark = pytest.mark.anyio

ME = "{ me { role } }"


async def post(door: Door, content: object, **headers: str) -> httpx.Response:
    return await door.client.post("/graphql", json=content, headers={"accept-language": "en", **headers})


# --- types and statuses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.8, {JSON};q=0.9", JSON),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL.upper()}; charset=UTF-8", GRAPHQL),
        (f"{GRAPHQL}; charset=utf-16, {JSON}", JSON),
        (f"{JSON};q=0, */*", GRAPHQL),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", JSON),
        ("text/event-stream, application/json;q=0.1", JSON),
    ],
)
def test_the_type_is_the_one_the_caller_wants_most_and_plain_json_where_it_is_all_one(
    accept: str | None, given: str
) -> None:
    assert answer_type(accept) == given


@pytest.mark.parametrize("accept", ["text/html", f"{JSON};q=0", "*/*;q=0", f"{GRAPHQL};charset=utf-16", "image/*"])
def test_where_neither_type_fits_nothing_is_run(accept: str) -> None:
    with pytest.raises(RequestRefused, match="NOT_ACCEPTABLE"):
        answer_type(accept)


@pytest.mark.parametrize(
    "content",
    [
        {"query": "{ me { role }"},
        {"query": "{ me { nothing } }"},
        {"query": "query($id: ID!) { need(id: $id) { id } }"},
        {"query": "query A { me { role } } query B { me { id } }"},
        {"query": ME, "operationName": "A"},
        {"query": "subscription { x }"},
    ],
)
async def test_a_query_that_cannot_run_has_no_data_and_is_400_where_the_type_lets_a_status_speak(
    door: Door, content: dict[str, Any]
) -> None:
    for accept, status in ((GRAPHQL, 400), (JSON, 200)):
        answer = await post(door, content, accept=accept)
        assert (answer.status_code, answer.headers["content-type"]) == (status, accept)
        assert list(answer.json()) == ["errors"]
        assert answer.headers["vary"] == "Accept, Accept-Language"


async def test_a_field_that_breaks_leaves_the_others_and_the_status(door: Door) -> None:
    asked = {"query": "{ me { role } journal { totalCount } }"}
    authorization = f"Bearer {await door.city()}"
    await change_tables("ALTER TABLE journal_entry RENAME TO journal_gone")
    answer = await post(door, asked, accept=GRAPHQL, authorization=authorization)
    assert (answer.status_code, answer.json()["data"]) == (200, {"me": {"role": "CITY_BUREAU"}, "journal": None})
    assert [error["extensions"] for error in answer.json()["errors"]] == [{"code": "INTERNAL"}]


async def test_a_field_that_is_not_for_the_caller_is_null_and_no_error(door: Door) -> None:
    answer = await post(door, {"query": "{ me { role } journal { totalCount } }"}, accept=GRAPHQL)
    assert (answer.status_code, answer.json()) == (200, {"data": {"me": None, "journal": None}})


async def test_of_several_operations_the_named_one_is_run_and_none_where_none_is_named(door: Door) -> None:
    both = "query A { me { role } } mutation B { signOut { __typename } }"
    assert (await post(door, {"query": both, "operationName": "A"})).json() == {"data": {"me": None}}
    named = await post(door, {"query": both, "operationName": "B"})
    assert named.json() == {"data": {"signOut": {"__typename": "NotSignedIn"}}}
    (error,) = (await post(door, {"query": both})).json()["errors"]
    assert error["message"] == "The query has several operations. Say in `operationName` which one is meant."


async def test_five_errors_are_told_and_how_many_more_there_are(door: Door) -> None:
    answer = (await post(door, {"query": "{ " + " ".join(f"nothing{i}" for i in range(9)) + " }"})).json()
    assert (len(answer["errors"]), answer["extensions"]) == (5, {"moreErrors": 4})
    answer = (await post(door, {"query": "{ " + " ".join(f"nothing{i}" for i in range(5)) + " }"})).json()
    assert (len(answer["errors"]), "extensions" in answer) == (5, False)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Int cannot represent non-integer value: \"138\"", "Int cannot represent non-integer value."),
        (
            "Variable '$i' has invalid value at .a: Expected value of type 'A' not to include unknown field 'b', "
            "found: {'b': '138'}.",
            "Variable '$i' has invalid value at .a: Expected value of type 'A' not to include unknown field 'b'.",
        ),
        ("… not to include unknown field '<138>', found: {}.", "… not to include unknown field."),
        ("Variable '$i': Value '138' does not exist in 'A' enum.", "Variable '$i': No such value in the enum 'A'."),
        ("Syntax Error: Expected Name, found Int '138'.", "Syntax Error: Expected Name."),
        ("Syntax Error: Unexpected String \"138\".", "Syntax Error: Unexpected String."),
        ("Cannot query field 'rol' on type 'Account'.", "Cannot query field 'rol' on type 'Account'."),
        ("x" * 300, "x" * 200 + "…"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_query_is_told_by_names_and_without_values(said: str, told: str) -> None:
    assert without_values(said) == told


async def test_a_long_answer_is_packed_for_whoever_can_unpack_it(door: Door) -> None:
    long = {"query": "{ towns(first: 100) { nodes { code name } } }"}
    packed, plain = await post(door, long), await post(door, long, **{"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) * 3 < int(plain.headers["content-length"])
    assert packed.json() == plain.json()
    assert "content-encoding" not in (await post(door, {"query": ME})).headers


# --- read and checked once -------------------------------------------------------------------------------------------


async def test_a_document_is_read_and_checked_once_whoever_sends_it_with_whatever_variables(door: Door) -> None:
    read: Any = ParserCache(MOST_DOCUMENTS).cached_parse_document
    checked: Any = ValidationCache(MOST_DOCUMENTS).cached_validate_document
    read.cache_clear()
    checked.cache_clear()
    for i in range(20):
        token = await door.city() if i % 2 else None
        await door.data("query($id: ID!) { need(id: $id) { id } }", {"id": f"need_{i}"}, token=token)
    assert (read.cache_info().misses, read.cache_info().hits) == (1, 19)
    assert (checked.cache_info().misses, checked.cache_info().hits) == (1, 19)


async def test_what_is_remembered_is_bounded(door: Door) -> None:
    for i in range(2 * MOST_DOCUMENTS):
        await door.data(f"query Q{i} {{ me {{ role }} }}")
    read: Any = ParserCache(MOST_DOCUMENTS).cached_parse_document
    assert read.cache_info().currsize == MOST_DOCUMENTS


# --- the time one may take -------------------------------------------------------------------------------------------


@strawberry.type
class Query:
    """What takes its time."""

    @strawberry.field
    async def waited(self, seconds: float) -> float:
        """The seconds."""
        await asyncio.sleep(seconds)
        return seconds


@strawberry.type
class Mutation:
    """What takes its time before it is done."""

    @strawberry.mutation
    async def resized(self, seconds: float) -> int:
        """The number of rooms that were changed, in two steps."""

        async def resize() -> int:
            await Room.all().update(capacity=1)
            await asyncio.sleep(seconds)
            resized: int = await Room.all().update(capacity=2)
            return resized

        return await as_unit_of_work(resize)


def hurried(seconds: float) -> httpx.AsyncClient:
    """A service that gives up after so many seconds."""

    async def context_of(request: Request) -> Context:
        return Context(today=clock.today(), language=messages.ENGLISH)

    guard = Guard(Endpoint(strawberry.Schema(Query, Mutation), context_of, seconds=seconds), has_page=False)
    app = Starlette(routes=[Route("/graphql", guard)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")


async def test_what_takes_too_long_is_given_up_with_a_code() -> None:
    async with hurried(0.05) as client:
        for accept, status in ((GRAPHQL, 503), (JSON, 200)):
            answer = await client.post(
                "/graphql", json={"query": "{ waited(seconds: 20) }"}, headers={"accept": accept}
            )
            assert (answer.status_code, list(answer.json())) == (status, ["errors"])
            assert answer.json()["errors"][0]["extensions"] == {"code": "TIMEOUT"}
        quick = await client.post("/graphql", json={"query": "{ waited(seconds: 0) }"})
        assert quick.json() == {"data": {"waited": 0.0}}


async def test_a_deed_that_is_given_up_is_done_whole(door: Door) -> None:
    async with hurried(0.05) as client:
        answer = await client.post("/graphql", json={"query": "mutation { resized(seconds: 0.3) }"})
    assert answer.json()["errors"][0]["extensions"] == {"code": "TIMEOUT"}
    await finish_running()
    assert [room.capacity for room in await Room.all()] == [2] * await Room.all().count()


def test_the_shipped_deadline_is_five_seconds() -> None:
    async def nobody(request: Request) -> Context:
        return Context(today=clock.today())

    endpoint = Endpoint(strawberry.Schema(Query), nobody)
    assert timedelta(seconds=endpoint._seconds) == timedelta(seconds=5)
