"""Whatever is sent is answered cleanly within two seconds, tells nothing of server or sender, and ends no server."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from alliance.kit.migrating import migrate
from tests.e2e.serving import serving
from tests.http.hostile import CANARY, ME, PLAIN, Hostile, hostile, request

pytestmark = pytest.mark.slow

SECONDS = 2.0
INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|sqlite|asyncpg|tortoise|strawberry|graphql-core|starlette|uvicorn|recursion|"
    r"codec|surrogate|Expecting|line \d+ column|NoneType|object at 0x",
    re.IGNORECASE,
)
REQUESTS = tuple(hostile())


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for all of them, so that each finds it as the one before has left it."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    url = str(folder / "alliance.sqlite3")
    asyncio.run(migrate(url))
    with serving(url, folder) as found:
        yield found


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    """One client, whose connections the server may close at any time."""
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as found:
        yield found


def test_there_are_enough_of_them() -> None:
    assert len(REQUESTS) >= 200
    assert len({each.name for each in REQUESTS}) == len(REQUESTS)


@pytest.mark.parametrize("each", REQUESTS, ids=str)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
def test_a_hostile_request_is_answered_cleanly(client: httpx.Client, each: Hostile, accept: str) -> None:
    start = time.monotonic()
    answer = sent(client, each, accept)
    assert time.monotonic() - start < SECONDS
    assert answer.status_code < 500
    assert CANARY not in answer.text
    assert not INSIDE.search(answer.text), answer.text
    assert len(answer.content) < 2_000
    content = answer.json()
    codes = {error["extensions"]["code"] for error in content.get("errors", ())}
    assert codes <= each.codes if each.codes else not codes, content
    assert bool(codes) == bool(each.codes), content
    assert ("data" in content) == (not codes)
    assert client.post("/graphql", content=request(ME), headers=PLAIN).json() == {"data": {"me": None}}


def sent(client: httpx.Client, each: Hostile, accept: str) -> httpx.Response:
    """The answer to one request."""
    body = iter([each.body[i : i + 8_192] for i in range(0, len(each.body), 8_192)]) if each.is_chunked else each.body
    return client.post("/graphql", content=body, headers=each.raw_headers(accept))


# --- below HTTP ------------------------------------------------------------------------------------------------------

HEAD = b"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
BODY = request(ME)
BROKEN = {
    "no request": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no length": HEAD + b"\r\n",
    "two lengths": HEAD + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\n" + BODY,
    "a negative length": HEAD + b"Content-Length: -5\r\n\r\n" + BODY,
    "a length that is none": HEAD + b"Content-Length: 1e3\r\n\r\n" + BODY,
    "a length and chunks": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks that are none": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "an endless length": HEAD + b"Content-Length: 99999999999999999999\r\n\r\n" + BODY,
    "a terabyte": HEAD + b"Content-Length: 1000000000000\r\n\r\n" + BODY,
    "a header of 200 kB": HEAD + b"X: " + b"x" * 200_000 + b"\r\n\r\n",
    "10,000 headers": HEAD + b"X: y\r\n" * 10_000 + b"\r\n",
    "a NUL in a header": HEAD + b"X: a\x00b\r\nContent-Length: 0\r\n\r\n",
    "two content types": HEAD + b"Content-Type: text/plain\r\nContent-Length: 30\r\n\r\n" + BODY,
    "a socket": b"GET /graphql HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    b"Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n",
    "an upgrade to HTTP/2": b"POST /graphql HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n"
    b"Content-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
    "a method that is none": b"BREW /graphql HTTP/1.1\r\nHost: a\r\n\r\n",
    "another address": b"POST http://example.org/graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "a way up": b"GET /graphql/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_request_is_refused_and_the_server_lives(address: str, name: str) -> None:
    start = time.monotonic()
    head = answered(address, BROKEN[name])
    assert time.monotonic() - start < SECONDS
    assert head == b"" or re.match(rb"HTTP/1\.1 4\d\d ", head), head
    assert not INSIDE.search(head.decode("latin-1"))
    assert httpx.get(f"{address}/healthz").status_code == 200


def answered(address: str, sent: bytes, *, patience: float = SECONDS) -> bytes:
    """What comes back over a bare connection; nothing where it is only closed."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=patience) as connection:
        try:
            connection.sendall(sent)
            return connection.recv(65_536)
        except ConnectionError:
            return b""


def test_a_caller_who_never_ends_is_given_up_and_holds_up_nobody(address: str) -> None:
    parts = urlsplit(address)
    slow = [socket.create_connection((parts.hostname, parts.port), timeout=30) for _ in range(50)]
    for connection in slow:
        connection.sendall(HEAD + b"Content-Length: 1000\r\n\r\n{")
    start = time.monotonic()
    assert httpx.post(f"{address}/graphql", content=BODY, headers=PLAIN).json() == {"data": {"me": None}}
    assert time.monotonic() - start < SECONDS
    first = b"".join(iter(lambda: slow[0].recv(65_536), b""))
    assert first.startswith(b"HTTP/1.1 408 ")
    assert json.loads(first.partition(b"\r\n\r\n")[2])["errors"][0]["extensions"] == {"code": "TOO_SLOW"}
    for connection in slow:
        connection.close()


def test_callers_who_hang_up_leave_nothing_behind(address: str) -> None:
    parts = urlsplit(address)
    for i in range(200):
        with socket.create_connection((parts.hostname, parts.port)) as connection:
            connection.sendall(HEAD + f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY[: i % len(BODY)])
    assert httpx.post(f"{address}/graphql", content=BODY, headers=PLAIN).json() == {"data": {"me": None}}
