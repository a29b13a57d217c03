"""Whatever is sent, and however: nothing of it is found in the log, in the notes or in the counts of the server."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

import httpx
import pytest
from tortoise.connection import get_connection

from alliance.core.vocabulary import Role
from alliance.identity.actions import add_account
from alliance.journal.settle import settle
from alliance.kit.asked import MOST_BYTES
from alliance.kit.database import WRITER, connected, is_postgres, opened, sqlite_path
from alliance.kit.metrics import SHARED_FOLDER
from tests.cli.test_serving import running
from tests.e2e.faults import held
from tests.e2e.serving import PATIENCE_SECONDS, served
from tests.e2e.traffic import crowd

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

COUNTS_TOKEN = "a-token-for-counts-only"
ME = "{ me { role } }"
ASKED, ASKS = {"query": "{ districts { code } }"}, 48  # asked nowhere else
COUNTED = re.compile(r'^alliance_requests_total\{operation="districts",.*\} (.*)$', re.MULTILINE)
COMMANDS = ("journal", "verify"), ("check-database",)

NAME, PASSWORD = "canary.head.138", "correct-canary-battery"
SIGN_IN = f'mutation {{ signIn(input: {{name: "{NAME}", password: "{PASSWORD}"}}) {{ ... on SignedIn {{ token }} }} }}'
CANARIES = {  # nobody's
    "a child": "陶小夭夭",
    "an identity number": "320211209902307718",
    "a mobile": "19900001381",
    "an address": "槐古路138号7幢702室",
    "a school and a class": "示例第七小学三年级11班",
    "a title": "夭夭想找人陪读绘本",
    "a password": PASSWORD,
    "a token": "canarytoken0000000000000000000000000000000x",
    "an account": NAME,
    "a key": "canary-key:138",
    "a file": "/home/canary138/children.csv",
    "a name that fits everywhere": "canary138",
}
AS_NAME = re.compile(r"\W", re.ASCII)
TELLING = 8  # letters and digits; fewer are found anywhere

Entrance: TypeAlias = Callable[[str], httpx.Request]


def asking(address: str, station: str) -> Callable[..., httpx.Request]:
    """What makes a request of a station head."""

    def ask(query: object, variables: object = None, **more: Any) -> httpx.Request:
        content = {"query": query, "variables": variables, **more}
        return httpx.Request("POST", f"{address}/graphql", json=content, headers={"authorization": f"Bearer {station}"})

    return ask


def deed(ask: Callable[..., httpx.Request], name: str, given: str) -> Entrance:
    """A mutation with the text as `$text`."""
    return lambda text: ask(f"mutation($text: String!) {{ {name}({given}) {{ __typename }} }}", {"text": text})


def entrances_that_run(address: str, station: str) -> dict[str, Entrance]:
    """Every way past the checks of form, to what reads and writes."""
    ask = asking(address, station)
    return {
        "a string": lambda text: ask(f"mutation {{ draftNeed(input: {{text: {json.dumps(text)}}}) {{ __typename }} }}"),
        "a block string": lambda text: ask(f'mutation {{ draftNeed(input: {{text: """{text}"""}}) {{ __typename }} }}'),
        "a sentence": deed(ask, "draftNeed", "input: {text: $text}"),
        "a title": deed(ask, "postNeed", "input: {title: $text}"),
        "details": deed(ask, "postNeed", 'input: {title: "过节想热闹热闹", details: $text}'),
        "an idempotency key": deed(ask, "postNeed", 'input: {title: "过节想热闹热闹"}, idempotencyKey: $text'),
        "a code": deed(ask, "postNeed", 'input: {title: "过节想热闹热闹", categories: [$text]}'),
        "an account": deed(ask, "signIn", 'input: {name: $text, password: "wrong"}'),
        "a password": deed(ask, "signIn", 'input: {name: "nobody", password: $text}'),
        "an id": lambda text: ask("query($id: ID!) { need(id: $id) { title } }", {"id": text}),
        "an id of another kind": lambda text: ask("query($id: ID!) { node(id: $id) { id } }", {"id": f"need_{text}"}),
        "a cursor": lambda text: ask("query($a: String) { needs(after: $a) { totalCount } }", {"a": text}),
        "a filter": lambda text: ask("query($p: String) { needs(where: {district: $p}) { totalCount } }", {"p": text}),
        "a subject": lambda text: ask("query($s: ID) { journal(where: {subject: $s}) { totalCount } }", {"s": text}),
    }


def other_entrances(address: str, station: str) -> dict[str, Entrance]:
    """Every other way in, as what carries a text there; much of it is refused."""
    ask = asking(address, station)

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

    return {
        # in the document
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
        "the address of a calendar": at("/calendar/{}.ics"),
        "a path below": at("/graphql/{}"),
        "a query string": at("/graphql?query={}"),
        "a query string of another": at("/healthz?{0}={0}"),
        "a token for counts": lambda text: httpx.Request(
            "GET", f"{address}/metrics", headers=[(b"authorization", f"Bearer {text}".encode())]
        ),
        "a method": lambda text: httpx.Request(f"X{AS_NAME.sub('', text).upper()}", f"{address}/graphql"),
    }


BELOW = 5  # more
SOCKET = (
    b"GET /graphql? HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
)


def below_http(text: str) -> Iterator[bytes]:
    """What no client would send, each over a connection of its own."""
    sent = text.encode()
    yield sent + b"\r\n\r\n"
    yield b"GET /" + sent + b" HTTP/1.1\r\nHost: " + sent + b"\r\n\r\n"
    yield b"GET /graphql HTTP/1.1\r\nHost: a\r\n" + sent + b"\r\n\r\n"
    yield (
        SOCKET.replace(b"?", b"?a=" + quote(text).encode()) + b"Sec-WebSocket-Key: " + sent + b"\r\n"
        b"Sec-WebSocket-Protocol: " + sent + b"\r\n\r\n"
    )
    yield (
        SOCKET + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n"
        b"Origin: " + sent + b"\r\nAuthorization: Bearer " + sent + b"\r\n\r\n"
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
        await settle(lambda: add_account(name=NAME, role=Role.CITY_BUREAU, body_id=None, password=PASSWORD))

    with served(each_url, tmp_path, *options, ALLIANCE_METRICS_TOKEN=COUNTS_TOKEN, **shared) as server:
        heard = entrances_that_run(server.address, station)
        ways = heard | other_entrances(server.address, station)
        statuses, unheard = Counter[int](), set[str]()
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client:

            async def post_all() -> Counter[str]:
                """What became of the canaries posted as needs: the codes of errors, and the types of answers."""
                posts = [heard[way](text) for way in ("a title", "details") for text in CANARIES.values()]
                answers = [answer.json() for answer in await asyncio.gather(*map(client.send, posts))]
                return Counter(code for answer in answers for code in codes(answer) or {posted(answer)})

            signed_in = (await client.send(asking(server.address, station)(SIGN_IN))).json()["data"]["signIn"]
            for text in CANARIES.values():
                for name, way in ways.items():
                    answer = await client.send(way(text))
                    statuses[answer.status_code] += 1
                    unheard |= {name} if name in heard and codes(answer.json()) else set()
                for content in below_http(text):
                    await sent(server.port, content)
            async with held(each_url):
                busy = await post_all()
            async with broken(each_url):
                bugs = await post_all()
            asked = await asyncio.gather(*(client.post(f"{server.address}/graphql", json=ASKED) for _ in range(ASKS)))
            counted = await until_counted(client, server.address)
        kept = b"".join(file.read_bytes() for file in sorted(counts.iterdir()))
        processes = len(list(counts.glob("counter_*.db")))
        written, lines = server.written(), server.lines()
    printed = "".join([await said(tmp_path, each_url, *words) for words in COMMANDS])

    hidden = CANARIES | {"a token that was made": station, "a token that was given": signed_in["token"]}
    places = written, counted, kept.decode("latin-1"), printed
    found = [
        (name, form)
        for name, text in hidden.items()
        for form in forms(text)
        if any(form in place.lower() for place in places)
    ]
    events = Counter(line["event"] for line in lines)
    with capsys.disabled():
        print(
            f"\n{'PostgreSQL, 2 processes' if options else 'SQLite'}: {len(CANARIES)} canaries × {len(ways) + BELOW} "
            f"entrances and 2 tokens, answered {dict(statuses)}, held {dict(busy)}, broken {dict(bugs)}; "
            f"{len(found)} found in {sum(map(len, places)) / 1000:.0f} kB of log ({dict(events)}), notes, counts and "
            f"commands; {together(counted):.0f} of {ASKS} requests counted together"
        )
    assert found == []
    assert len(CANARIES) == 12
    assert unheard == set()
    assert statuses[500] == 0
    assert busy["BUSY"] > 0 == busy["INTERNAL"]
    assert bugs["INTERNAL"] > 0 == bugs["BUSY"]
    assert events["bug"] == bugs["INTERNAL"]
    assert {answer.status_code for answer in asked} == {200}
    assert together(counted) == ASKS
    assert processes == (2 if options else 0)
    assert events["request"] >= len(CANARIES) * len(ways)


def codes(answer: Any) -> set[str]:
    """The codes of the errors in an answer."""
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


def posted(answer: Any) -> str:
    """The type of what posting a need gave."""
    return str(answer["data"]["postNeed"]["__typename"])


def together(counts: str) -> float:
    """How often what is asked nowhere else was counted, in all processes."""
    return sum(float(number) for number in COUNTED.findall(counts))


async def until_counted(client: httpx.AsyncClient, address: str) -> str:
    """The counts, once what was asked last is in them: a request is counted when its answer has gone."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = await client.get(f"{address}/metrics", headers={"authorization": f"Bearer {COUNTS_TOKEN}"})
        if together(answer.text) >= ASKS or time.monotonic() > until:
            return answer.text
        await asyncio.sleep(0.05)


@asynccontextmanager
async def broken(url: str) -> AsyncIterator[None]:
    """Meanwhile no need can be written, and what the database says of it holds what was to be written."""
    if is_postgres(url):
        async with connected(url):
            server = get_connection(WRITER)
            await server.execute_query("ALTER TABLE need ADD CONSTRAINT canary CHECK (false) NOT VALID")
            yield
            await server.execute_query("ALTER TABLE need DROP CONSTRAINT canary")
        return
    with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as file:
        path = "json_extract('{}', NEW.title || NEW.details)"  # no path of JSON, which it is told by
        file.execute(f"CREATE TRIGGER canary BEFORE INSERT ON need BEGIN SELECT {path}; END")
        yield
        file.execute("DROP TRIGGER canary")


async def said(folder: Path, url: str, *words: str) -> str:
    """What a command prints about the database."""
    with running(*words, "--database", url, folder=folder) as command:
        assert await asyncio.to_thread(command.wait, PATIENCE_SECONDS) == 0
    return (folder / "out").read_text("utf-8") + (folder / "err").read_text("utf-8")


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
