"""What a first visitor is shown: three questions to paste, and one need with every organization's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from alliance.cli.asking import Question, answer
from alliance.cli.bodies import Who
from alliance.cli.terminal import write, write_table

SENTENCE = "下周六上午想请人给四到六年级8个孩子做情绪小组"
CANDIDATES = 10

DIRECTORY = "{ organizations(first: 3) { totalCount nodes { name isFictional } } }"
DRAFT = """
mutation($text: String!) { draftNeed(input: {text: $text}) { __typename
  ... on NeedDraft { title minAge maxAge headcount categories { confidence category { name } } }
  ... on Problem { message } } }
"""
WORKLIST = """
{ worklist(first: 1) { totalCount nodes { points need { id label minimumPlaces } capability { id title } } } }
"""
CLAIM = """
mutation($need: ID!, $input: ClaimNeedInput!) { claimNeed(needId: $need, input: $input) { __typename
  ... on Claim { id state places capability { title } }
  ... on Problem { message } } }
"""
NEEDS = "{ needs(first: 30) { nodes { id title candidates(first: 1) { counts { verdict count } } } } }"
MATCH = """
query($id: ID!, $first: Int!) { need(id: $id) { title label station { name }
  candidates(first: $first, verdict: [ELIGIBLE, BARRED]) { counts { verdict count } nodes {
    organization { name } verdict points
    reasons { message points } obstacles { message cure { message } } } } } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A body and a token that speaks for it."""

    body: str
    body_id: str | None
    token: str


async def questions(server: str, passes: Mapping[Who, Pass]) -> list[tuple[str, Question]]:
    """Three questions that work as they stand: as anybody, as a station, as an organization."""
    asked = [("As anybody: who is in the alliance?", Question(DIRECTORY))]
    if station := passes.get(Who.STATION):
        asked.append(
            (f"As {station.body}: what does the system understand?", Question(DRAFT, station.token, {"text": SENTENCE}))
        )
    if organization := passes.get(Who.ORGANIZATION):
        asked.append(await _claim(server, organization))
    return asked


async def show_first_match(server: str, passes: Mapping[Who, Pass]) -> None:
    """Ask the server, as the city, for one need, and print who can serve it, who cannot, and why."""
    token = passes[Who.CITY].token
    needs = (await answer(server, Question(NEEDS, token)))["needs"]["nodes"]
    if not needs:
        write("There is no need yet to match. Post one as a station: postNeed.")
        return
    shown = Question(MATCH, token, {"id": max(needs, key=_shows_much)["id"], "first": CANDIDATES})
    need = (await answer(server, shown))["need"]
    write_table(
        f"A first match. {need['station']['name']}: {need['title']} ({need['label']})",
        ("organization", "verdict", "points", "best ground; or the first rule in the way, and its cure"),
        [_row(candidate) for candidate in need["candidates"]["nodes"]],
    )
    write(f"{_counts(need)['NOT_OFFERED']} more organizations offer nothing on this topic.")


async def _claim(server: str, organization: Pass) -> tuple[str, Question]:
    best = (await answer(server, Question(WORKLIST, organization.token)))["worklist"]["nodes"]
    if not best:
        return f"As {organization.body}: what could we serve?", Question(WORKLIST, organization.token)
    need, capability = best[0]["need"], best[0]["capability"]
    wanted = {"capabilityId": capability["id"], "places": need["minimumPlaces"]}
    variables = {"need": need["id"], "input": wanted}
    return f"As {organization.body}: claim {need['label']}", Question(CLAIM, organization.token, variables)


def _shows_much(need: Mapping[str, Any]) -> tuple[bool, int]:
    """Needs that somebody can serve and somebody cannot come first; the more who cannot, the better."""
    counts = _counts(need)
    return counts["ELIGIBLE"] > 0 and counts["BARRED"] > 0, counts["BARRED"]


def _counts(need: Mapping[str, Any]) -> dict[str, int]:
    return {each["verdict"]: each["count"] for each in need["candidates"]["counts"]}


def _row(candidate: Mapping[str, Any]) -> tuple[object, ...]:
    ground = ""
    if candidate["obstacles"]:
        first = candidate["obstacles"][0]
        ground = first["message"] + (f" → {first['cure']['message']}" if first["cure"] else "")
    elif candidate["reasons"]:
        ground = max(candidate["reasons"], key=lambda reason: int(reason["points"]))["message"]
    return candidate["organization"]["name"], candidate["verdict"], candidate["points"], ground
