"""Many claims at once: no place is given twice, and everybody who loses is told so in a typed answer."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from tortoise.expressions import F

from alliance.claims import reads
from alliance.claims.tables import Claim
from alliance.core.permissions import Deed
from alliance.core.vocabulary import ClaimState
from alliance.directory.tables import Capability, CapabilityMonth
from alliance.journal.tables import JournalEntry
from alliance.needs import reads as needs_reads
from alliance.needs.tables import Need
from tests.graph.door import Door
from tests.graph.errands import ACCEPT, DECLINE, RELEASE, SAID, WITHDRAW_NEED, books_are_right, claim, step
from tests.rivals import Rival, contested, fitting_service, rival, rivals

pytestmark = pytest.mark.anyio

WITHDRAW_CAPABILITY = f"""mutation($id: ID!, $v: Int!) {{
    withdrawCapability(capabilityId: $id, expectedVersion: $v) {{ {SAID} ... on Capability {{ isWithdrawn }} }} }}"""
REVISE = f"""mutation($id: ID!, $v: Int!, $input: ReviseNeedInput!) {{
    reviseNeed(needId: $id, expectedVersion: $v, input: $input) {{ {SAID} ... on ClaimedAsItIs {{ held }} }} }}"""


async def claim_at_once(door: Door, crowd: Sequence[Rival], needs: Sequence[str], places: int) -> list[dict[str, Any]]:
    """The answers to one claim by each, made in the same moment."""
    asked = (
        claim(door, each.token, need, each.capability_id, places=places)
        for each, need in zip(crowd, needs, strict=True)
    )
    return list(await asyncio.gather(*asked))


def kinds(answers: Sequence[dict[str, Any]]) -> Counter[str]:
    """How many answers there are of each type."""
    return Counter(answer["__typename"] for answer in answers)


async def test_of_thirty_claims_on_the_last_place_exactly_one_wins(door: Door) -> None:
    need, crowd = await contested(headcount=1), await rivals(30)
    answers = await claim_at_once(door, crowd, [need] * 30, 1)
    assert kinds(answers) == {"Claim": 1, "NotEnoughLeft": 29}
    assert {answer["left"] for answer in answers if answer["__typename"] == "NotEnoughLeft"} == {0}
    (won,) = await Claim.filter(need_id=need)
    (entry,) = await JournalEntry.filter(deed=Deed.CLAIM_NEED)
    assert entry.subjects == (won.id, need, won.capability_id)
    await books_are_right()


async def test_of_thirty_claims_of_two_on_fifteen_places_seven_win_and_one_place_is_left(door: Door) -> None:
    need, crowd = await contested(headcount=15, minimum_places=2), await rivals(30)
    answers = await claim_at_once(door, crowd, [need] * 30, 2)
    assert kinds(answers) == {"Claim": 7, "NotEnoughLeft": 23}
    assert (await Need.get(id=need)).held == 14
    assert sum(row.places for row in await Claim.filter(need_id=need)) == 14
    assert await JournalEntry.filter(deed=Deed.CLAIM_NEED).count() == 7
    await books_are_right()


async def test_a_service_of_five_places_a_month_takes_five_of_twenty_claims(door: Door) -> None:
    service = await fitting_service("示例·限额社", "shili·xianeshe", monthly_places=5)
    crowd = [await rival(service) for _ in range(20)]
    needs = [await contested(headcount=1) for _ in range(20)]
    answers = await claim_at_once(door, crowd, needs, 1)
    assert kinds(answers) == {"Claim": 5, "QuotaExceeded": 15}
    refused = {(each["month"], each["left"]) for each in answers if each["__typename"] == "QuotaExceeded"}
    assert refused == {("2026-06", 0)}
    assert (await CapabilityMonth.get(capability_id=service.id)).taken == 5
    assert await Need.filter(id__in=needs, held=1).count() == 5
    await books_are_right()


async def test_a_claim_is_answered_once_by_both_sides_at_the_same_time(door: Door) -> None:
    need, (only,) = await contested(headcount=4), await rivals(1)
    offer = await claim(door, only.token, need, only.capability_id)
    station = await door.station((await Need.get(id=need).select_related("station")).station.name)
    answers = await asyncio.gather(
        step(door, station, ACCEPT, offer),
        step(door, station, DECLINE, offer, reason="TIME"),
        step(door, only.token, RELEASE, offer, reason="TIME_CONFLICT"),
    )
    assert kinds(answers) == {"Claim": 1, "Stale": 2}
    await books_are_right()


async def test_the_same_claim_sent_twice_at_once_under_one_key_is_made_once(door: Door) -> None:
    need, (only,) = await contested(headcount=4), await rivals(1)
    document = """mutation($need: ID!, $input: ClaimNeedInput!) {
        claimNeed(needId: $need, input: $input, idempotencyKey: "one-tap-only") {
            __typename ... on Problem { message } ... on Claim { id } } }"""
    variables = {"need": need, "input": {"capabilityId": only.capability_id, "places": 2}}
    answers = await asyncio.gather(*(door.data(document, variables, token=only.token) for _ in range(5)))
    assert kinds(answers) == {"Claim": 5}
    assert len({answer["id"] for answer in answers}) == 1
    assert await Claim.filter(need_id=need).count() == 1
    await books_are_right()


# giving back, and revising -------------------------------------------------------------------------------------------


async def the_station(door: Door) -> str:
    """A token of the station that asks for all contested needs."""
    need = await Need.get(id=await contested(headcount=1)).select_related("station")
    return await door.station(need.station.name)


async def each_claims_each(door: Door, crowd: Sequence[Rival], needs: Sequence[str]) -> list[dict[str, Any]]:
    """A claim of one place by each on each need, in turn forwards and backwards, over two months."""
    await Need.filter(id__in=list(needs)).update(first_day="2026-06-10", last_day="2026-07-20")
    made = []
    for place, need in enumerate(needs):
        for each in crowd if place % 2 else reversed(crowd):
            made.append(await claim(door, each.token, need, each.capability_id, places=1))
    assert kinds(made) == {"Claim": len(crowd) * len(needs)}
    return made


async def everything_is_given_back(needs: Sequence[str]) -> None:
    """Assert that no place is held or taken any more, each claim is given back once, and the books are right."""
    claims = await Claim.filter(need_id__in=list(needs))
    assert {row.state for row in claims} == {ClaimState.RELEASED}
    assert {row.held for row in await Need.filter(id__in=list(needs))} == {0}
    months = await CapabilityMonth.filter(capability_id__in=[row.capability_id for row in claims])
    assert {(row.month, row.taken) for row in months} == {("2026-06", 0), ("2026-07", 0)}
    assert await JournalEntry.filter(deed=Deed.RELEASE_CLAIM).count() == len(claims)
    await books_are_right()


async def test_a_service_is_withdrawn_while_its_claims_are_given_back_by_both_sides(door: Door) -> None:
    needs, (only,) = [await contested(headcount=2) for _ in range(6)], await rivals(1)
    station, offers = await the_station(door), await each_claims_each(door, [only], needs)
    withdrawn, *released = await asyncio.gather(
        step(door, only.token, WITHDRAW_CAPABILITY, {"id": only.capability_id, "version": 1}),
        *(
            step(door, token, RELEASE, offer, reason="TIME_CONFLICT")
            for token, offer in zip([only.token, station] * 3, reversed(offers), strict=True)
        ),
    )
    assert withdrawn == {"__typename": "Capability", "isWithdrawn": True}
    assert set(kinds(released)) <= {"Claim", "Stale", "WrongClaimState"}
    await everything_is_given_back(needs)


async def test_needs_that_share_services_are_withdrawn_at_once(door: Door) -> None:
    crowd, needs = await rivals(4), [await contested(headcount=4) for _ in range(4)]
    station = await the_station(door)
    await each_claims_each(door, crowd, needs)
    answers = await asyncio.gather(
        *(step(door, station, WITHDRAW_NEED, {"id": need, "version": 1}, reason="MET_OTHERWISE") for need in needs)
    )
    assert [(answer["__typename"], answer["state"]) for answer in answers] == [("Need", "WITHDRAWN")] * 4
    await everything_is_given_back(needs)


async def test_needs_and_the_services_claimed_for_them_are_withdrawn_at_once(door: Door) -> None:
    crowd, needs = await rivals(3), [await contested(headcount=3) for _ in range(3)]
    station = await the_station(door)
    await each_claims_each(door, crowd, needs)
    answers = await asyncio.gather(
        *(step(door, station, WITHDRAW_NEED, {"id": need, "version": 1}, reason="MET_OTHERWISE") for need in needs),
        *(step(door, each.token, WITHDRAW_CAPABILITY, {"id": each.capability_id, "version": 1}) for each in crowd),
    )
    assert kinds(answers) == {"Need": 3, "Capability": 3}
    await everything_is_given_back(needs)


async def test_no_claim_is_made_that_the_need_as_revised_bars(door: Door) -> None:
    crowd, needs = await rivals(10), [await contested(headcount=2) for _ in range(10)]
    station, years = await the_station(door), {"minAge": 12, "maxAge": 15}
    await Capability.filter(id__in=[each.capability_id for each in crowd]).update(min_age=3, max_age=6)
    claims = [claim(door, each.token, need, each.capability_id) for each, need in zip(crowd, needs, strict=True)]
    revisions = [step(door, station, REVISE, {"id": need, "version": 1}, input=years) for need in needs]
    answers = await asyncio.gather(*(each for pair in zip(claims, revisions, strict=True) for each in pair))
    for need, claimed, revised in zip(needs, answers[::2], answers[1::2], strict=True):
        row = await Need.get(id=need)
        ends = (claimed["__typename"], revised["__typename"], row.held, row.min_age)
        assert ends in {("NotEligible", "Need", 0, 12), ("Claim", "ClaimedAsItIs", 2, None)}
    await books_are_right()


# reading while others claim ------------------------------------------------------------------------------------------

WORKLIST = """{ worklist(first: 100) { nodes { need { id title headcount remaining label } capability { id } } } }"""
NEEDS = """{ needs(first: 100) { nodes { id title headcount remaining publicGroups { code }
    candidates { nodes { verdict } } } } }"""


async def test_a_worklist_shows_a_need_as_it_was_read_when_it_is_taken_meanwhile(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, (only,) = await contested(headcount=2), await rivals(1)
    taken_before(monkeypatch, reads, "supply", need)
    found = await door.data(WORKLIST, token=only.token)
    shown = {each["need"]["id"]: each["need"] for each in found["nodes"]}
    assert (await Need.get(id=need)).held == 2
    assert (shown[need]["title"], shown[need]["headcount"], shown[need]["remaining"]) == ("过节想热闹热闹", 2, 2)


async def test_a_list_shows_a_need_with_its_candidates_when_it_is_taken_meanwhile(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, (only,) = await contested(headcount=2), await rivals(1)
    taken_before(monkeypatch, needs_reads, "group_facts", need)
    taken_before(monkeypatch, reads, "whole_supply", need)
    found = await door.data(NEEDS, token=only.token)
    shown = {each["id"]: each for each in found["nodes"]}
    assert (await Need.get(id=need)).held == 2
    assert (shown[need]["title"], shown[need]["headcount"], shown[need]["remaining"]) == ("过节想热闹热闹", 2, 2)
    assert shown[need]["candidates"]["nodes"] == [{"verdict": "ELIGIBLE"}]


def taken_before(monkeypatch: pytest.MonkeyPatch, module: object, name: str, need: str) -> None:
    """Have somebody take all of a need in the moment before one of the reads of whoever looks."""
    read = getattr(module, name)

    async def taken_then_read(*given: Any, **named: Any) -> Any:
        await Need.filter(id=need).update(held=F("headcount"))
        return await read(*given, **named)

    monkeypatch.setattr(module, name, taken_then_read)
