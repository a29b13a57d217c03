"""Every request has an id, one line in the log and a place in the counts, in names of the schema alone."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from alliance.kit.database import as_unit_of_work, connection
from alliance.settings import Settings
from tests.graph.door import Door, served
from tests.logged import lines

pytestmark = pytest.mark.anyio

TOKEN = "a-token-for-counts-only"
CANARY = "canary138"


@pytest.fixture
async def door(alliance_url: str, monday_morning: datetime) -> AsyncIterator[Door]:
    """The service with its counts served."""
    async with served(Settings(database=alliance_url, metrics_token=TOKEN)) as client:
        yield Door(client)


async def counts(door: Door) -> dict[str, float]:
    """How many requests there were, by labels."""
    answer = await door.client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    found = re.findall(r"^alliance_requests_total\{(.*)\} (.*)$", answer.text, re.MULTILINE)
    return {labels: float(value) for labels, value in found}


@pytest.mark.parametrize(
    ("document", "operation", "outcome"),
    [
        ("query {NAME} {{ {NAME}: organizations(first: 1) {{ nodes {{ {NAME}: name }} }} }}", "organizations", "ok"),
        ("{{ me {{ id }} {NAME}: districts {{ code }} }}", "several", "ok"),
        ("query {{ ...{NAME} }} fragment {NAME} on Query {{ districts {{ code }} }}", "several", "ok"),
        ("{{ {NAME}: __typename }}", "__typename", "ok"),
        ("{{ {NAME} }}", "none", "BAD_QUERY"),
        ("{{ {NAME}", "none", "BAD_QUERY"),
        ("mutation {NAME} {{ {NAME}: signOut {{ __typename }} }}", "signOut", "NotSignedIn"),
    ],
)
async def test_a_request_is_counted_and_logged_by_its_field_and_outcome(
    door: Door, caplog: pytest.LogCaptureFixture, document: str, operation: str, outcome: str
) -> None:
    before = await counts(door)
    with caplog.at_level(logging.INFO):
        sent = {"query": document.format(NAME=CANARY)}
        answer = await door.client.post(
            "/graphql", json=sent, headers={"user-agent": CANARY, "x-request-id": CANARY, "accept-language": CANARY}
        )
    after = await counts(door)
    changed = {labels for labels, value in after.items() if value != before.get(labels, 0) and "/graphql" in labels}
    assert changed == {f'operation="{operation}",outcome="{outcome}",route="/graphql"'}
    (line,) = [each for each in lines(caplog) if each.get("route") == "/graphql"]
    assert (line["operation"], line["outcome"], line["status"]) == (operation, outcome, answer.status_code)
    assert line["request_id"] == answer.headers["x-request-id"]
    assert CANARY not in str(after)
    assert CANARY not in str(lines(caplog))


async def test_a_path_that_is_not_served_is_not_written_down(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        answer = await door.client.get(f"/{CANARY}?{CANARY}={CANARY}")
    assert answer.status_code == 404
    assert answer.headers["x-request-id"]
    assert CANARY not in str(await counts(door))
    assert CANARY not in str(lines(caplog))
    assert [each["route"] for each in lines(caplog) if each["event"] == "request"][:1] == ["other"]


@pytest.mark.parametrize("given", [None, "Bearer wrong", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer 密"])
async def test_the_counts_are_for_whoever_brings_the_token(door: Door, given: str | None) -> None:
    headers = [(b"authorization", given.encode())] if given else []
    answer = await door.client.get("/metrics", headers=headers)
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_without_a_token_there_are_no_counts(alliance_url: str) -> None:
    async with served(Settings(database=alliance_url)) as client:
        for given in ({}, {"authorization": f"Bearer {TOKEN}"}):
            assert (await client.get("/metrics", headers=given)).status_code == 404


async def test_a_bug_before_the_query_begins_is_answered_in_the_form_asked_for(door: Door) -> None:
    await as_unit_of_work(lambda: connection().execute_query("ALTER TABLE session RENAME TO gone"))
    token = "x" * 43
    plain = await door.ask("{ districts { code } }", token=token)
    strict = await door.client.post(
        "/graphql",
        json={"query": "{ districts { code } }"},
        headers={"authorization": f"Bearer {token}", "accept": "application/graphql-response+json"},
    )
    assert plain["errors"][0]["extensions"] == {"code": "INTERNAL"}
    assert strict.status_code == 500
    assert re.search(r"[0-9a-f]{16}", strict.json()["errors"][0]["message"])
