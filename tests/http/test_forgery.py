"""What another page can make a browser send: nothing of it is carried out, even with the token that it has not got."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.types import Message

from alliance.kit.guard import Guard
from tests.graph.door import Door
from tests.graph.ledger import ledger

pytestmark = pytest.mark.anyio

DEED = "mutation { signOut { __typename } }"
BODY = '{"query": "mutation { signOut { __typename } }"}'
FROM_ELSEWHERE = {"origin": "https://example.org", "sec-fetch-site": "cross-site", "referer": "https://example.org/"}
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
FORGED: dict[str, tuple[str, dict[str, Any]]] = {
    "a form": ("POST", {"content": urlencode({"query": DEED}), "headers": {"content-type": FORM}}),
    "a form of plain text": ("POST", {"content": BODY + "=", "headers": {"content-type": "text/plain"}}),
    "JSON that calls itself a form": ("POST", {"content": BODY, "headers": {"content-type": FORM}}),
    "a form with a file": (
        "POST",
        {
            "content": f'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{BODY}\r\n--x--\r\n',
            "headers": {"content-type": MULTIPART},
        },
    ),
    "a picture's address": ("GET", {"params": {"query": DEED}}),
    "a page without an origin": (
        "POST",
        {"content": BODY, "headers": {"content-type": "text/plain", "origin": "null"}},
    ),
    "a body without a type": ("POST", {"content": BODY}),
    "a simple fetch": ("POST", {"content": BODY, "headers": {"content-type": "text/plain; charset=application/json"}}),
}


@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_request_is_not_carried_out(door: Door, what: str) -> None:
    method, given = FORGED[what]
    token = await door.city()
    before = await ledger(leaves_out=())
    headers = (
        FROM_ELSEWHERE | {"authorization": f"Bearer {token}", "cookie": f"token={token}"} | given.get("headers", {})
    )
    answer = await door.client.request(method, "/graphql", **{**given, "headers": headers})
    assert answer.status_code in {405, 415}
    assert list(answer.json()) == ["errors"]
    assert await ledger(leaves_out=()) == before
    assert await door.data("{ me { role } }", token=token) == {"role": "CITY_BUREAU"}


async def test_no_other_page_may_ask_whether_it_may_ask(door: Door) -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type"}
    answer = await door.client.options("/graphql", headers=FROM_ELSEWHERE | asks)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_a_socket_is_refused_before_it_opens() -> None:
    async def nothing() -> Message:
        raise AssertionError("read")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def answer(*_: object) -> Any:
        raise AssertionError("answered")

    scope = {"type": "websocket", "path": "/graphql", "headers": [], "subprotocols": ["graphql-transport-ws"]}
    await Guard(answer, has_page=True)(scope, nothing, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
