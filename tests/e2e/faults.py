"""A database that cannot be used for a while, and what its service answers meanwhile, timed."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from tortoise.transactions import in_transaction

from alliance.claims.audit import inconsistencies
from alliance.journal.audit import verify
from alliance.kit.answering import GRAPHQL, JSON
from alliance.kit.database import WRITER, connected, is_postgres, opened, sqlite_path
from alliance.needs.tables import Need
from tests.e2e.serving import PATIENCE_SECONDS

OK, DROPPED, BUSY, STORAGE_FULL = "OK", "DROPPED", "BUSY", "STORAGE_FULL"
MOST_SECONDS = 2.5  # from request to answer, whatever becomes of the database
SECONDS_BETWEEN_LOOKS = 0.05
POST = """mutation($input: PostNeedInput!, $key: String) { postNeed(input: $input, idempotencyKey: $key) {
    __typename ... on Need { id } } }"""
QUERY = "{ me { role } needs(first: 3) { nodes { id title } } }"
NEED = {"title": "周六上午给孩子们做情绪小组", "headcount": 5}


@dataclass(frozen=True)
class Told:
    """What came of one request: OK, the code of its error, or that nothing came."""

    code: str
    sent_at: float  # by time.monotonic()
    seconds: float
    status: int = 0
    text: str = ""
    need_id: str = ""


@asynccontextmanager
async def held(url: str) -> AsyncIterator[None]:
    """Meanwhile somebody else than the server holds what every deed would write to."""
    if is_postgres(url):
        async with connected(url), in_transaction(WRITER) as holder:
            await holder.execute_query("LOCK TABLE need IN SHARE ROW EXCLUSIVE MODE")
            yield
    else:
        with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            yield
            file.execute("ROLLBACK")


def client_of(address: str, token: str) -> httpx.AsyncClient:
    """A client that signs in with `token` and never waits for a connection."""
    return httpx.AsyncClient(
        base_url=address,
        timeout=PATIENCE_SECONDS,
        limits=httpx.Limits(max_connections=None),
        headers={"authorization": f"Bearer {token}", "accept-language": "en"},
    )


async def post_need(client: httpx.AsyncClient, key: str, *, accept: str = JSON) -> Told:
    """What came of posting the one need under a key."""
    return await told(client, POST, {"input": NEED, "key": key}, accept=accept)


async def told(
    client: httpx.AsyncClient, document: str, variables: dict[str, Any] | None = None, *, accept: str = JSON
) -> Told:
    """What came of a document; asserts the form in which an outage is told."""
    sent_at = time.monotonic()
    try:
        response = await client.post(
            "/graphql", json={"query": document, "variables": variables or {}}, headers={"accept": accept}
        )
    except httpx.TransportError as error:
        return Told(DROPPED, sent_at, time.monotonic() - sent_at, text=repr(error))
    seconds, content = time.monotonic() - sent_at, response.json()
    code, need_id = OK, ""
    if errors := content.get("errors"):
        (code,) = {error["extensions"]["code"] for error in errors}
        assert all(error["extensions"] == {"code": code, "retryable": True} for error in errors), content
        could_begin = "data" in content
        assert response.status_code == (503 if accept == GRAPHQL and not could_begin else 200), content
        assert response.status_code == 200 or int(response.headers["retry-after"]) > 0
    else:
        need_id = (content["data"].get("postNeed") or {}).get("id", "")
    return Told(code, sent_at, seconds, response.status_code, response.text, need_id)


async def every(seconds: float, length: float, one: Any) -> list[Told]:
    """What came of calling `one` with 0, 1, 2 … so often for so long, each without waiting for the one before."""
    started: list[asyncio.Task[Told]] = []
    begun = time.monotonic()
    for place in range(round(length / seconds)):
        await asyncio.sleep(max(0.0, begun + place * seconds - time.monotonic()))
        started.append(asyncio.create_task(one(place)))
    return list(await asyncio.gather(*started))


@contextmanager
def looked_at(url: str) -> Iterator[list[Told]]:
    """Meanwhile a page is asked for again and again, by a thread of its own; what it answered, with its status."""
    seen: list[Told] = []
    is_over = threading.Event()

    def look() -> None:
        with httpx.Client(timeout=PATIENCE_SECONDS, trust_env=False) as client:
            while not is_over.wait(SECONDS_BETWEEN_LOOKS):
                at = time.monotonic()
                try:
                    answer = client.get(url)
                except httpx.TransportError as error:
                    seen.append(Told(DROPPED, at, time.monotonic() - at, text=repr(error)))
                    continue
                seen.append(Told(OK, at, time.monotonic() - at, answer.status_code, answer.text))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()


async def posted_since(url: str, before: int) -> int:
    """How many needs are new; asserts that every kept number and the journal are right."""
    async with opened(url):
        assert await inconsistencies() == ()
        assert (await verify()).broken is None
        return await Need.all().count() - before


def worst(answers: Sequence[Told]) -> float:
    """The longest that anybody waited, in seconds."""
    return max(answer.seconds for answer in answers)


def milliseconds_of_99_in_100(answers: Sequence[Told]) -> float:
    """What 99 of 100 took at most."""
    return statistics.quantiles([answer.seconds * 1000 for answer in answers], n=100, method="inclusive")[-1]
