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
query($text: String!) { draftNeed(input: {text: $text}) { __typename
  ... on NeedDraft { title minAge maxAge headcount categories { confidence category { zh } } }
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
OWN_NEEDS = """
query($station: ID!) { needs(first: 20, where: {station: $station}) {
  nodes { id candidates(first: 1) { counts { verdict count } } } } }
"""
MATCH = """
query($id: ID!, $first: Int!) { need(id: $id) { title label candidates(first: $first) { nodes {
  organization { name } verdict points mayClaim
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
    """Ask the server for one need of the station and print every organization's answer with its first ground."""
    station = passes.get(Who.STATION)
    needs = station and (await answer(server, Question(OWN_NEEDS, station.token, {"station": station.body_id})))
    if not station or not needs or not needs["needs"]["nodes"]:
        write("There is no need yet to match: post one as a station.")
        return
    need_id = max(needs["needs"]["nodes"], key=_shows_much)["id"]
    asked = Question(MATCH, station.token, {"id": need_id, "first": CANDIDATES})
    need = (await answer(server, asked))["need"]
    rows = [_row(candidate) for candidate in need["candidates"]["nodes"]]
    title = f"A first match. {station.body} asks: {need['title']} ({need['label']})"
    write_table(
        title, ("organization", "verdict", "points", "first reason, or what stands in the way and its cure"), rows
    )


async def _claim(server: str, organization: Pass) -> tuple[str, Question]:
    best = (await answer(server, Question(WORKLIST, organization.token)))["worklist"]["nodes"]
    if not best:
        return f"As {organization.body}: what could we serve?", Question(WORKLIST, organization.token)
    need, capability = best[0]["need"], best[0]["capability"]
    wanted = {"capabilityId": capability["id"], "places": need["minimumPlaces"]}
    variables = {"need": need["id"], "input": wanted}
    return f"As {organization.body}: claim {need['label']}", Question(CLAIM, organization.token, variables)


def _shows_much(need: Mapping[str, Any]) -> int:
    """How many of the verdicts occur."""
    return sum(each["count"] > 0 for each in need["candidates"]["counts"])


def _row(candidate: Mapping[str, Any]) -> tuple[object, ...]:
    ground = ""
    if candidate["obstacles"]:
        first = candidate["obstacles"][0]
        ground = first["message"] + (f" → {first['cure']['message']}" if first["cure"] else "")
    elif candidate["reasons"]:
        ground = max(candidate["reasons"], key=lambda reason: int(reason["points"]))["message"]
    return candidate["organization"]["name"], candidate["verdict"], candidate["points"], ground
