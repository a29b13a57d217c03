"""The door itself: what it takes, in which language it answers, and what it never tells."""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from alliance.core.vocabulary import Role
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work, connection
from alliance.settings import Settings
from tests.graph.door import Door, served
from tests.logged import bugs, lines

pytestmark = pytest.mark.anyio

JSON = {"content-type": "application/json"}
ME = '{"query": "{ me { role } }"}'
REFUSED = "mutation { signOut { ... on Problem { message } } }"
IN_ENGLISH = "Please sign in first: send `Authorization: Bearer <token>`."
IN_CHINESE = "请先登录（接口里带上 `Authorization: Bearer <token>`）。"


async def raw(door: Door, content: str | bytes, **headers: str) -> httpx.Response:
    return await door.client.post("/graphql", content=content, headers=JSON | headers)


def codes_in(answer: httpx.Response) -> list[str]:
    """The codes of an answer that has errors and nothing else."""
    assert set(answer.json()) == {"errors"}
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


async def test_a_document_is_posted_as_json_and_answered_as_json(door: Door) -> None:
    answer = await raw(door, ME)
    assert (answer.status_code, answer.json()) == (200, {"data": {"me": None}})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_every_other_method_is_not_allowed(door: Door, method: str) -> None:
    answer = await door.client.request(method, "/graphql", params={"query": "{ me { role } }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_the_page_for_trying_queries_is_there_only_where_it_is_switched_on(
    alliance_url: str, monday_morning: datetime
) -> None:
    async with served(Settings(database=alliance_url, is_ide_on=True)) as client:
        client.headers["accept"] = "text/html"
        page = await client.get("/graphql")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        for asked in (
            await client.get("/graphql", params={"query": "{ me { role } }"}),
            await client.get("/graphql", headers={"accept": "*/*"}),
            await client.put("/graphql"),
        ):
            assert (asked.status_code, asked.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql"],
)
async def test_no_other_kind_of_body_is_read_so_that_no_form_of_another_page_can_ask(door: Door, kind: str) -> None:
    answer = await raw(door, ME, **{"content-type": kind})
    assert (answer.status_code, codes_in(answer)) == (415, ["UNSUPPORTED_MEDIA"])


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff\xfe", b"null", b"5", b'"x"', b"[]", b'[{"query": "{ me { role } }"}]', b"[" * 100_000, b"{}",
        b'{"query": null}', b'{"query": ""}', b'{"query": 5}', b'{"query": ["{ me { role } }"]}',
        b'{"query": "{ me { role } }", "variables": [1]}', b'{"query": "{ me { role } }", "variables": "a"}',
        b'{"query": "{ me { role } }", "operationName": 5}', b'{"query": "{ me { role } }", "extensions": 5}',
    ],
)  # fmt: skip
async def test_a_body_of_another_shape_is_refused_and_no_fault_of_the_server(door: Door, body: bytes) -> None:
    answer = await raw(door, body)
    assert answer.status_code == 400
    assert codes_in(answer) in (["NOT_JSON"], ["BAD_REQUEST"])


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ me { role }", None),
        ("{ me { nothing } }", None),
        ("subscription { x }", None),
        ("query($id: ID!) { need(id: $id) { id } }", None),
        ("query($id: ID!) { need(id: $id) { id } }", {"id": {"a": 1}}),
        ('{ coverageGaps(where: { firstDay: "31.12." }) { figures { asked { value } } } }', None),
    ],
)
async def test_a_query_that_is_none_is_answered_with_a_code(door: Door, query: str, variables: Any) -> None:
    assert await door.codes(query, variables) == ["BAD_QUERY"]


async def test_no_name_is_suggested_to_somebody_who_guesses(door: Door) -> None:
    answer = await door.ask("{ me { rol } }")
    assert [error["message"] for error in answer["errors"]] == ["Cannot query field 'rol' on type 'Account'."]


# --- who asks --------------------------------------------------------------------------------------------------------


async def test_a_bearer_token_is_heeded_and_its_scheme_in_any_case(door: Door) -> None:
    token = await door.city()
    for scheme in ("Bearer", "bearer", "BEARER"):
        answer = await raw(door, ME, authorization=f"{scheme} {token}")
        assert answer.json() == {"data": {"me": {"role": "CITY_BUREAU"}}}


async def test_a_token_anywhere_else_is_nobodys(door: Door) -> None:
    token = await door.city()
    for headers in (
        {"cookie": f"authorization=Bearer {token}; token={token}; session={token}"},
        {"authorization": f"Basic {token}"},
        {"authorization": token},
        {"authorization": "Bearer"},
        {"authorization": "Bearer  "},
        {"authorization": f"Bearer {token}x"},
        {"x-authorization": f"Bearer {token}"},
    ):
        assert (await raw(door, ME, **headers)).json() == {"data": {"me": None}}
    answer = await door.client.post(f"/graphql?access_token={token}", content=ME, headers=JSON)
    assert answer.json() == {"data": {"me": None}}


async def test_nobody_is_given_a_cookie(door: Door) -> None:
    answer = await raw(door, ME, authorization=f"Bearer {await door.city()}")
    assert "set-cookie" not in answer.headers


async def test_an_expired_token_is_nobodys_to_the_second(door: Door, monday_morning: datetime) -> None:
    token = await door.city()  # lives for an hour
    with clock.held_at(monday_morning + timedelta(minutes=59, seconds=59)):
        assert await door.data("{ me { role } }", token=token) == {"role": "CITY_BUREAU"}
    with clock.held_at(monday_morning + timedelta(hours=1)):
        assert await door.data("{ me { role } }", token=token) is None
        assert await door.data("{ journal { totalCount } }", token=token) is None


async def test_a_revoked_token_is_nobodys_from_the_next_request_on(door: Door) -> None:
    token = await door.city()
    ended = await door.data("mutation { signOut { ... on SignedOut { endedAt } } }", token=token)
    assert ended == {"endedAt": "2026-06-01T02:00:00+00:00"}
    assert await door.data("{ me { role } }", token=token) is None


async def test_the_roles_see_themselves(door: Door) -> None:
    found = {
        role: await door.data("{ me { role isDutyOfficer } }", token=token)
        for role, token in {
            Role.STATION_HEAD: await door.station(),
            Role.ORGANIZATION_STAFF: await door.organization(),
            Role.DISTRICT_BUREAU: await door.district(is_duty_officer=True),
            Role.BASE_MANAGER: await door.base(),
        }.items()
    }
    assert found == {role: {"role": role.name, "isDutyOfficer": role is Role.DISTRICT_BUREAU} for role in found}


# --- languages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (None, IN_CHINESE),
        ("zh-CN", IN_CHINESE),
        ("zh", IN_CHINESE),
        ("fr-FR", IN_CHINESE),
        ("*", IN_CHINESE),
        ("en", IN_ENGLISH),
        ("en-GB,en;q=0.9", IN_ENGLISH),
        ("zh-CN;q=0.5, en;q=0.9", IN_ENGLISH),
        ("en;q=nonsense", IN_CHINESE),
        ("x" * 5000, IN_CHINESE),
    ],
)
async def test_a_refusal_is_said_in_the_language_asked_for_and_otherwise_in_chinese(
    door: Door, asked: str | None, said: str
) -> None:
    headers = {} if asked is None else {"accept-language": asked}
    answer = await door.client.post("/graphql", json={"query": REFUSED}, headers=headers)
    assert answer.json() == {"data": {"signOut": {"message": said}}}


# --- what is not told ------------------------------------------------------------------------------------------------


async def test_no_answer_may_be_kept_and_no_other_page_may_read_one(door: Door) -> None:
    for answer in (
        await raw(door, ME, origin="https://example.org"),
        await raw(door, "{", origin="https://example.org"),
        await door.client.options(
            "/graphql", headers={"origin": "https://example.org", "access-control-request-method": "POST"}
        ),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


async def test_a_bug_is_answered_with_a_number_and_logged_without_a_word_of_the_request(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    await as_unit_of_work(lambda: connection().execute_query("ALTER TABLE room RENAME TO gone"))
    with caplog.at_level(logging.INFO):
        answer = await door.ask('{ bases { rooms { name } } organization(id: "13812345678") { id } }')
    (error,) = answer["errors"]
    number = re.fullmatch(
        r"Something went wrong on our side\. Try again; if it stays, tell us this number: ([0-9a-f]{16})\.",
        error["message"],
    )
    assert number
    assert error["extensions"] == {"code": "INTERNAL"}
    (bug,) = bugs(caplog)
    assert (bug["request_id"], bug["error_type"], bug["field"]) == (number[1], "OperationalError", "rooms")
    assert "13812345678" not in str(lines(caplog))
    assert "13812345678" not in caplog.text


async def test_the_process_and_the_database_can_be_asked_whether_they_answer(door: Door) -> None:
    healthy, ready = await door.client.get("/healthz"), await door.client.get("/readyz")
    assert (healthy.status_code, healthy.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})


async def test_there_is_nothing_else(door: Door) -> None:
    for path in ("/", "/graphiql", "/docs", "/openapi.json", "/schema", "/metrics"):
        assert (await door.client.get(path)).status_code == 404


async def test_no_address_leads_to_another(door: Door) -> None:
    answer = await door.client.post("/graphql/", content=ME, headers=JSON | {"host": "example.org"})
    assert (answer.status_code, "location" in answer.headers) == (404, False)
