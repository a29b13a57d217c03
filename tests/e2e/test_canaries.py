"""Whatever is sent, and however: nothing of it is found in the log, in the notes or in the counts of the server."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import httpx
import pytest

from alliance.kit.asked import MOST_BYTES
from alliance.kit.database import is_postgres, opened
from alliance.kit.metrics import SHARED_FOLDER
from tests.e2e.faults import held
from tests.e2e.serving import PATIENCE_SECONDS, served
from tests.e2e.traffic import crowd

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

COUNTS_TOKEN = "a-token-for-counts-only"
ME = "{ me { role } }"
A_MOMENT = 2.0  # seconds, in which what is answered is counted too
COUNTED = re.compile(r'^alliance_requests_total\{.*route="/graphql"\} (.*)$', re.MULTILINE)

CANARIES = {  # each nobody's
    "a child": "陶小夭夭",
    "an identity number": "320211209902307718",
    "a mobile": "19900001381",
    "an address": "槐古路138号7幢702室",
    "a school and a class": "示例第七小学三年级11班",
    "a title": "夭夭想找人陪读绘本",
    "a password": "correct-canary-battery",
    "a token": "canarytoken0000000000000000000000000000000x",
    "an account": "canary.head.138",
    "a key": "canary-key:138",
    "a file": "/home/canary138/children.csv",
    "a name that fits everywhere": "canary138",
}
AS_NAME = re.compile(r"\W", re.ASCII)
TELLING = 8  # letters and digits; fewer are found anywhere

Entrance: TypeAlias = Callable[[str], httpx.Request]


def entrances(address: str, station: str) -> dict[str, Entrance]:
    """Every way in, as what carries a text there."""

    def ask(query: object, variables: object = None, **more: Any) -> httpx.Request:
        content = {"query": query, "variables": variables, **more}
        return httpx.Request("POST", f"{address}/graphql", json=content, headers={"authorization": f"Bearer {station}"})

    def raw(content: bytes, kind: str = "application/json") -> httpx.Request:
        return httpx.Request("POST", f"{address}/graphql", content=content, headers={"content-type": kind})

    def under(header: str, form: str = "{}") -> Entrance:
        def request(text: str) -> httpx.Request:
            value = (header.encode(), form.format(text).encode())
            kept = [] if header == "content-type" else [(b"content-type", b"application/json")]
            content = json.dumps({"query": ME}).encode()
            return httpx.Request("POST", f"{address}/graphql", content=content, headers=[*kept, value])

        return request

    def at(url: str, method: str = "GET") -> Entrance:
        return lambda text: httpx.Request(method, f"{address}{url.format(quote(text, safe=''))}")

    def deed(name: str, given: str, **variables: Any) -> Entrance:
        """A mutation with the text as `$text`."""
        declared = "".join(f", ${key}: {kind}" for key, (kind, _) in variables.items())
        document = f"mutation($text: String!{declared}) {{ {name}({given}) {{ __typename }} }}"
        return lambda text: ask(document, {"text": text} | {key: value for key, (_, value) in variables.items()})

    return {
        # in the document
        "a string": lambda text: ask(f"mutation {{ draftNeed(sentence: {json.dumps(text)}) {{ __typename }} }}"),
        "a block string": lambda text: ask(f'mutation {{ draftNeed(sentence: """{text}""") {{ __typename }} }}'),
        "a comment": lambda text: ask(f"# {text}\n{ME}"),
        "a broken document": lambda text: ask(f"{{ me {{ {text}"),
        "a field": lambda text: ask(f"{{ {AS_NAME.sub('_', text)} }}"),
        "a bare word": lambda text: ask(f"{{ {text} }}"),
        "an alias": lambda text: ask(f"{{ {AS_NAME.sub('_', text)}: me {{ role }} }}"),
        "an operation": lambda text: ask(f"query {AS_NAME.sub('_', f'q{text}')} {ME}"),
        "a fragment": lambda text: ask(
            "{{ ...{name} }} fragment {name} on Query {{ me {{ role }} }}".format(name=AS_NAME.sub("_", f"f{text}"))
        ),
        "a directive": lambda text: ask(f"{{ me @{AS_NAME.sub('_', f'd{text}')} {{ role }} }}"),
        "a type": lambda text: ask(f"{{ me {{ ... on {AS_NAME.sub('_', f'T{text}')} {{ role }} }} }}"),
        # in the variables
        "a sentence": deed("draftNeed", "sentence: $text"),
        "a title": deed("postNeed", "input: {title: $text}"),
        "details": deed("postNeed", 'input: {title: "过节想热闹热闹", details: $text}'),
        "an idempotency key": deed("postNeed", 'input: {title: "过节想热闹热闹"}, idempotencyKey: $text'),
        "a code": deed("postNeed", 'input: {title: "过节想热闹热闹", categories: [$text]}'),
        "an account": deed("signIn", 'name: $text, password: "wrong"'),
        "a password": deed("signIn", 'name: "nobody", password: $text'),
        "an id": lambda text: ask("query($id: ID!) { need(id: $id) { title } }", {"id": text}),
        "an id of another kind": lambda text: ask("query($id: ID!) { node(id: $id) { id } }", {"id": f"need_{text}"}),
        "a cursor": lambda text: ask("query($a: String) { needs(after: $a) { totalCount } }", {"a": text}),
        "a filter": lambda text: ask("query($p: String) { needs(where: {district: $p}) { totalCount } }", {"p": text}),
        "a subject": lambda text: ask("query($s: ID) { journal(where: {subject: $s}) { totalCount } }", {"s": text}),
        "a variable of another type": lambda text: ask(
            "query($n: Int!) { needs(first: $n) { totalCount } }", {"n": text}
        ),
        "the name of a variable": lambda text: ask(ME, {text: 1}),
        # in the body
        "operationName": lambda text: ask(ME, operationName=text),
        "extensions": lambda text: ask(ME, extensions={text: text}),
        "another key": lambda text: ask(ME, **{text: text}),
        "a query that is a list": lambda text: ask([text]),
        "a body that is no JSON": lambda text: raw(f'{{"query": "{text}'.encode()),
        "a body that is a string": lambda text: raw(json.dumps(text).encode()),
        "a body of broken UTF-8": lambda text: raw(f'{{"query": "{text}'.encode() + b'\xff"}'),
        "a body too large": lambda text: raw(json.dumps({"query": text * (MOST_BYTES // len(text) + 1)}).encode()),
        "a form": lambda text: raw(f"query={quote(text)}".encode(), "application/x-www-form-urlencoded"),
        "plain text": lambda text: raw(text.encode(), "text/plain"),
        # in the head
        "a token": under("authorization", "Bearer {}"),
        "another scheme": under("authorization", "Basic {}"),
        **{
            f"the header {name}": under(name)
            for name in (
                *("user-agent", "x-request-id", "accept-language", "accept", "accept-encoding", "cookie", "referer"),
                *("origin", "x-forwarded-for", "forwarded", "content-type", "traceparent", "x-canary"),
            )
        },
        "a path": at("/{}"),
        "a path below": at("/graphql/{}"),
        "a query string": at("/graphql?query={}"),
        "a query string of another": at("/healthz?{0}={0}"),
        "a token for counts": lambda text: httpx.Request(
            "GET", f"{address}/metrics", headers=[(b"authorization", f"Bearer {text}".encode())]
        ),
        "a method": lambda text: httpx.Request(f"X{AS_NAME.sub('', text).upper()}", f"{address}/graphql"),
    }


def below_http(text: str) -> Iterator[bytes]:
    """What no client would send, each over a connection of its own."""
    sent = text.encode()
    yield sent + b"\r\n\r\n"
    yield b"GET /" + sent + b" HTTP/1.1\r\nHost: " + sent + b"\r\n\r\n"
    yield b"GET /graphql HTTP/1.1\r\nHost: a\r\n" + sent + b"\r\n\r\n"
    yield (
        b"GET /graphql?a=" + quote(text).encode() + b" HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + sent + b"\r\n"
        b"Sec-WebSocket-Protocol: " + sent + b"\r\n\r\n"
    )


async def test_twelve_canaries_through_every_entrance_are_in_no_log_and_no_count(
    each_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts = tmp_path / "counts"
    counts.mkdir()
    options = ("--workers", "2") if is_postgres(each_url) else ()
    shared = {SHARED_FOLDER: str(counts)} if options else {}
    async with opened(each_url):
        station = (await crowd(0)).stations[0]
    codes = Counter[int]()

    with served(each_url, tmp_path, *options, ALLIANCE_METRICS_TOKEN=COUNTS_TOKEN, **shared) as server:
        ways = entrances(server.address, station)
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:
            for text in CANARIES.values():
                for request in (way(text) for way in ways.values()):
                    codes[(await client.send(request)).status_code] += 1
                for content in below_http(text):
                    await sent(server.port, content)
            async with held(each_url):
                busy = await asyncio.gather(*(client.send(ways["a title"](text)) for text in CANARIES.values()))
            asked = [await client.send(ways["the header x-canary"](text)) for text in list(CANARIES.values()) * 4]
            await asyncio.sleep(A_MOMENT)
            counted = await client.get(f"{server.address}/metrics", headers={"authorization": f"Bearer {COUNTS_TOKEN}"})
        kept = b"".join(file.read_bytes() for file in sorted(counts.iterdir()))
        written = server.written()
        requests = [line for line in server.lines() if line["event"] == "request"]

    places = written, counted.text, kept.decode("latin-1")
    found = [
        (name, form)
        for name, text in CANARIES.items()
        for form in forms(text)
        if any(form in place.lower() for place in places)
    ]
    total = sum(float(number) for number in COUNTED.findall(counted.text))
    logged = sum(line["route"] == "/graphql" for line in requests)
    with capsys.disabled():
        print(
            f"\n{'PostgreSQL, 2 processes' if options else 'SQLite'}: {len(CANARIES)} canaries × {len(ways) + 5} "
            f"entrances, answered {dict(codes)}, {len(requests)} requests logged: {len(found)} found in "
            f"{sum(map(len, places)) / 1000:.0f} kB of log, notes and counts; {total:.0f} requests counted together"
        )
    assert found == []
    assert len(CANARIES) == 12
    assert codes[500] == 0
    told = [error["extensions"]["code"] for answer in busy for error in answer.json().get("errors", ())]
    assert set(told) == {"BUSY"}
    assert {answer.status_code for answer in asked} == {200}
    assert total == logged
    assert bool(kept) == bool(options)
    assert len(requests) >= len(CANARIES) * len(ways)


def forms(text: str) -> set[str]:
    """A text in small letters as it may have been written down."""
    names = {name for name in (AS_NAME.sub("_", text), AS_NAME.sub("", text)) if len(name.strip("_")) >= TELLING}
    content = text.encode()
    written = {text, quote(text), quote(text, safe=""), json.dumps(text)[1:-1]}
    written |= {content.decode("latin-1"), repr(content)[2:-1]}
    return {each.lower() for each in written | names}


async def sent(port: int, content: bytes) -> None:
    """Send it over a connection of its own, and read what comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(content)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await reader.readline()
    except ConnectionError:
        pass  # it is not talked to at all
    finally:
        writer.transport.abort()
