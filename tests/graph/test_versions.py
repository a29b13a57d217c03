"""Nobody overwrites what they have not read; a change leaves what it does not name and clears what it calls null."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from graphql import GraphQLInputObjectType

from alliance.claims.tables import Claim
from alliance.core.vocabulary import ClaimState, NeedState
from alliance.directory.tables import Capability
from alliance.needs.tables import Need
from alliance.schedule.tables import Booking
from tests.graph.door import A, Door
from tests.graph.ledger import entries, last_entry, ledger
from tests.graph.test_deeds import CASES, MUTATIONS, SCHEMA, do

pytestmark = pytest.mark.anyio

VERSIONED = sorted(name for name, mutation in MUTATIONS.items() if "expectedVersion" in mutation.args)
CREATING = {
    *("signIn", "signOut", "draftNeed", "postNeed", "listCapability", "claimNeed", "openContact"),
    *("previewBooking", "bookRoom", "closeRooms", "reopenRooms"),
}
KINDS = (Need, Capability, Claim, Booking)
CURRENT = 5

OF_CALENDARS = {"makeCalendarFeed", "revokeCalendarFeed", "importClosures"}  # made, ended for good, compared
NEED_FIELDS = """title details minAge maxAge headcount minimumPlaces mode firstDay lastDay urgency deadline
    categories { code } groups { code } windows { weekday start end }"""
CAPABILITY_FIELDS = """title description minAge maxAge modes maxGroupSize monthlyPlaces qualifications leadDays
    validUntil area { code } groups { code } windows { weekday start end }"""
REFUSED = """__typename ... on Problem { message } ... on Stale { currentVersion }
    ... on InvalidInput { fields { path } }"""
REVISE_NEED = f"""mutation($id: ID!, $version: Int!, $input: ReviseNeedInput!) {{
    reviseNeed(needId: $id, expectedVersion: $version, input: $input) {{
        {REFUSED} ... on Need {{ version {NEED_FIELDS} }}
    }}
}}"""
REVISE_CAPABILITY = f"""mutation($id: ID!, $version: Int!, $input: ReviseCapabilityInput!) {{
    reviseCapability(capabilityId: $id, expectedVersion: $version, input: $input) {{
        {REFUSED} ... on Capability {{ version {CAPABILITY_FIELDS} }}
    }}
}}"""


def stale(version: int) -> dict[str, Any]:
    """What is answered to one who has read another version."""
    says = f"This is not the current version: it is now version {version}. Read it again and repeat."
    return {"__typename": "Stale", "message": says, "currentVersion": version}


async def need_of_qingcheng() -> Need:
    """The need for an emotion group that nobody has claimed."""
    return await Need.get(title__startswith="周六上午想给4-6年级5个孩子")


async def emotion_group() -> Capability:
    """The service of an organization that fits it."""
    return await Capability.get(title="小学生情绪与同伴小组")


async def revise_need(door: Door, need: Need, version: int, **changes: Any) -> dict[str, Any]:
    """The answer to a change of a need."""
    variables = {"id": need.id, "version": version, "input": changes}
    answer: dict[str, Any] = await door.data(REVISE_NEED, variables, token=await door.station())
    return answer


async def revise_capability(door: Door, capability: Capability, version: int, **changes: Any) -> dict[str, Any]:
    """The answer to a change of a service."""
    variables = {"id": capability.id, "version": version, "input": changes}
    answer: dict[str, Any] = await door.data(REVISE_CAPABILITY, variables, token=await door.organization(A))
    return answer


# --- stale versions --------------------------------------------------------------------------------------------------


def test_every_deed_that_changes_a_thing_asks_which_version_was_read() -> None:
    assert set(MUTATIONS) - CREATING - OF_CALENDARS == set(VERSIONED)
    assert {str(MUTATIONS[name].args["expectedVersion"].type) for name in VERSIONED} == {"Int!"}


@pytest.mark.parametrize("name", VERSIONED)
async def test_another_version_is_refused_with_the_current_one_and_nothing_happens(door: Door, name: str) -> None:
    asked = await CASES[name].ask(door)
    for kind in KINDS:
        await kind.filter(id=asked.subject).update(version=CURRENT)
    before = await ledger()
    says = {key: value for key, value in stale(CURRENT).items() if key != "currentVersion"}
    for version in (CURRENT - 1, CURRENT + 1, 0, -1, 2**31 - 1, -(2**31)):
        assert await do(door, name, asked.variables | {"expectedVersion": version}, asked.token) == says
    assert await ledger() == before
    answer = await do(door, name, asked.variables | {"expectedVersion": CURRENT}, asked.token)
    assert answer["id"] == asked.subject


@pytest.mark.parametrize("name", VERSIONED)
async def test_a_deed_moves_the_version_by_one(door: Door, name: str) -> None:
    asked = await CASES[name].ask(door)
    await do(door, name, asked.variables, asked.token)
    found = [await kind.filter(id=asked.subject).values_list("version", flat=True) for kind in KINDS]
    assert [version for versions in found for version in versions] == [asked.variables["expectedVersion"] + 1]


async def test_the_answer_to_a_stale_version_carries_the_current_one(door: Door) -> None:
    need, capability = await need_of_qingcheng(), await emotion_group()
    assert await revise_need(door, need, 7, headcount=6) == stale(1)
    assert await revise_capability(door, capability, 7, maxGroupSize=6) == stale(1)


@pytest.mark.parametrize("name", VERSIONED)
async def test_of_two_writers_exactly_one_wins(door: Door, name: str) -> None:
    asked = await CASES[name].ask(door)
    before = await entries()
    answers = await asyncio.gather(*(do(door, name, asked.variables, asked.token) for _ in range(2)))
    kinds = sorted(answer["__typename"] for answer in answers)
    assert len([answer for answer in answers if "id" in answer]) == 1
    too_late = {"NeedClosed", "NotInReview", "AlreadyWithdrawn", "WrongClaimState", "WrongBookingState"}
    assert set(kinds) & {"Stale", *too_late}
    assert len(await entries()) == len(before) + 1


async def test_of_many_writers_exactly_one_wins_and_the_others_learn_the_version(door: Door) -> None:
    need = await need_of_qingcheng()
    answers = await asyncio.gather(*(revise_need(door, need, 1, headcount=6 + i) for i in range(8)))
    won = [answer for answer in answers if answer["__typename"] == "Need"]
    assert len(won) == 1
    assert [answer for answer in answers if answer not in won] == [stale(2)] * 7
    assert (await need_of_qingcheng()).headcount == won[0]["headcount"]


async def test_a_need_is_not_withdrawn_while_its_service_begins(door: Door) -> None:
    claim = (
        await Claim.filter(state=ClaimState.ACCEPTED)
        .order_by("id")
        .first()
        .select_related("need__station", "organization")
    )
    assert claim is not None
    need = claim.need
    station, organization = await door.station(need.station.name), await door.organization(claim.organization.name)
    withdraw = {"needId": need.id, "expectedVersion": need.version, "input": {"reason": "MET_OTHERWISE"}}
    start = {"claimId": claim.id, "expectedVersion": claim.version}
    withdrawn, started = await asyncio.gather(
        do(door, "withdrawNeed", withdraw, station), do(door, "startClaim", start, organization)
    )
    ends = {withdrawn["__typename"], started["__typename"]}
    assert ends in ({"Need", "Stale"}, {"Need", "WrongClaimState"}, {"StillHeld", "Claim"})
    need, claim = await Need.get(id=need.id), await Claim.get(id=claim.id)
    is_withdrawn = need.stored_state is NeedState.WITHDRAWN
    assert claim.state is (ClaimState.RELEASED if is_withdrawn else ClaimState.ACTIVE)
    assert need.active == (0 if is_withdrawn else claim.places)


async def test_a_quota_is_not_lowered_while_places_are_taken(door: Door) -> None:
    need, capability = await need_of_qingcheng(), await emotion_group()
    claim = {"needId": need.id, "input": {"capabilityId": capability.id}}
    organization = await door.organization(A)
    claimed, revised = await asyncio.gather(
        do(door, "claimNeed", claim, organization), revise_capability(door, capability, 1, monthlyPlaces=1)
    )
    ends = (claimed["__typename"], revised["__typename"])
    assert ends in {("Claim", "QuotaBelowTaken"), ("QuotaExceeded", "Capability")}


async def test_a_service_is_not_withdrawn_while_it_is_claimed(door: Door) -> None:
    need, capability = await need_of_qingcheng(), await emotion_group()
    claim, organization = {"needId": need.id, "input": {"capabilityId": capability.id}}, await door.organization(A)
    withdraw = {"capabilityId": capability.id, "expectedVersion": 1}
    claimed, withdrawn = await asyncio.gather(
        do(door, "claimNeed", claim, organization), do(door, "withdrawCapability", withdraw, organization)
    )
    assert withdrawn["__typename"] == "Capability"
    assert claimed["__typename"] in {"Claim", "AlreadyWithdrawn"}
    states = [made.state for made in await Claim.filter(need_id=need.id)]
    assert states == ([ClaimState.RELEASED] if claimed["__typename"] == "Claim" else [])
    assert (await Need.get(id=need.id)).held == 0


# --- absent leaves, null clears --------------------------------------------------------------------------------------

FULL_NEED: dict[str, Any] = {
    "title": "周六上午给小学生做情绪小组",
    "details": "老师来站里最好",
    "categories": ["mental_health.group_counselling"],
    "groups": ["migrant"],
    "minAge": 9,
    "maxAge": 11,
    "headcount": 8,
    "minimumPlaces": 4,
    "mode": "AT_STATION",
    "firstDay": "2026-06-15",
    "lastDay": "2026-07-16",
    "windows": [{"weekday": 6, "start": "09:00", "end": "11:30"}],
    "urgency": "SOON",
    "deadline": "2026-06-11",
}
NEED_CLEARED: dict[str, Any] = {
    "details": "",
    "categories": [],
    "groups": [],
    "minAge": None,
    "maxAge": None,
    "headcount": None,
    "minimumPlaces": 1,
    "mode": None,
    "firstDay": None,
    "lastDay": None,
    "windows": [],
    "urgency": "ROUTINE",
    "deadline": None,
}
FULL_CAPABILITY: dict[str, Any] = {
    "title": "小学生情绪小组",
    "description": "每期六次",
    "area": ["320213", "320205"],
    "minAge": 6,
    "maxAge": 14,
    "groups": ["migrant"],
    "modes": ["AT_STATION", "ONLINE"],
    "maxGroupSize": 10,
    "monthlyPlaces": 20,
    "windows": [{"weekday": 6, "start": "09:00", "end": "12:00"}],
    "qualifications": ["PSYCH_PROFESSIONAL"],
    "leadDays": 3,
    "validUntil": "2027-06-01",
}
CAPABILITY_CLEARED: dict[str, Any] = {
    "description": "",
    "minAge": None,
    "maxAge": None,
    "groups": [],
    "modes": [],
    "maxGroupSize": None,
    "monthlyPlaces": None,
    "windows": [],
    "qualifications": [],
    "leadDays": 0,
    "validUntil": None,
}


INPUTS = {name: kind.fields for name, kind in SCHEMA.type_map.items() if isinstance(kind, GraphQLInputObjectType)}


def shown(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of an input as the thing shows them: codes as objects."""
    return {
        name: [{"code": code} for code in value] if name in {"categories", "groups", "area"} else value
        for name, value in values.items()
    }


async def test_null_clears_each_field_of_a_need_and_leaves_the_others(door: Door) -> None:
    need, stands = await need_of_qingcheng(), {"__typename": "Need"} | shown(FULL_NEED)
    assert await revise_need(door, need, 1, **FULL_NEED) == stands | {"version": 2}
    for version, (field, cleared) in enumerate(NEED_CLEARED.items(), start=2):
        stands |= shown({field: cleared}) | {"version": version + 1}
        assert await revise_need(door, need, version, **{field: None}) == stands


async def test_null_clears_each_field_of_a_service_and_leaves_the_others(door: Door) -> None:
    capability, stands = await emotion_group(), {"__typename": "Capability"} | shown(FULL_CAPABILITY)
    assert await revise_capability(door, capability, 1, **FULL_CAPABILITY) == stands | {"version": 2}
    for version, (field, cleared) in enumerate(CAPABILITY_CLEARED.items(), start=2):
        stands |= shown({field: cleared}) | {"version": version + 1}
        assert await revise_capability(door, capability, version, **{field: None}) == stands


def test_the_tables_of_fields_are_complete() -> None:
    needs = {name for name in INPUTS["ReviseNeedInput"] if name != "acknowledged"}
    assert needs == set(FULL_NEED) == {*NEED_CLEARED, "title"}
    services = {name for name in INPUTS["ReviseCapabilityInput"] if name != "acknowledged"}
    assert services == set(FULL_CAPABILITY) == {*CAPABILITY_CLEARED, "title", "area"}


async def test_what_a_thing_cannot_do_without_is_not_cleared(door: Door) -> None:
    need, capability = await need_of_qingcheng(), await emotion_group()
    await asyncio.gather(door.station(), door.organization(A))
    before = await ledger()
    answers = [
        await revise_need(door, need, 1, title=None),
        await revise_capability(door, capability, 1, title=None),
        await revise_capability(door, capability, 1, area=None),
    ]
    assert [answer["__typename"] for answer in answers] == ["InvalidInput"] * 3
    assert [answer["fields"] for answer in answers] == [[{"path": "title"}], [{"path": "title"}], [{"path": "area"}]]
    assert await ledger() == before


async def test_a_change_of_nothing_leaves_everything_but_the_version(door: Door) -> None:
    need, capability = await need_of_qingcheng(), await emotion_group()
    full_need = await revise_need(door, need, 1, **FULL_NEED)
    full_capability = await revise_capability(door, capability, 1, **FULL_CAPABILITY)
    assert await revise_need(door, need, 2) == full_need | {"version": 3}
    assert await revise_capability(door, capability, 2) == full_capability | {"version": 3}


async def test_the_journal_tells_what_a_change_changed_and_nothing_else(door: Door) -> None:
    need = await need_of_qingcheng()
    await revise_need(door, need, 1, headcount=8, details="换一位老师")
    entry = await last_entry()
    assert (entry["deed"], entry["subjects"]) == ("REVISE_NEED", (need.id,))
    assert (entry["before"], entry["after"]) == ({"headcount": 5}, {"headcount": 8})


async def test_what_has_become_wrong_by_itself_does_not_forbid_another_change(door: Door) -> None:
    need = await need_of_qingcheng()
    await Need.filter(id=need.id).update(first_day="2026-05-01", deadline="2026-05-20")
    assert (await revise_need(door, need, 1, headcount=9))["headcount"] == 9
    refused = await revise_need(door, need, 2, firstDay="2026-05-02")
    assert (refused["__typename"], refused["fields"]) == ("InvalidInput", [{"path": "firstDay"}])


async def test_a_need_does_not_shrink_below_what_is_held(door: Door) -> None:
    claim = await Claim.filter(state=ClaimState.PROPOSED).order_by("id").first().select_related("need__station")
    assert claim is not None
    need = claim.need
    token, before = await door.station(need.station.name), await ledger()
    variables = {"id": need.id, "version": need.version, "input": {"headcount": need.held - 1, "minimumPlaces": 1}}
    answer = await door.data(REVISE_NEED, variables, token=token)
    assert answer == {
        "__typename": "BelowHeld",
        "message": f"{need.held} places are already held by claims. Give at least that many, or release claims first.",
    }
    assert await ledger() == before


@pytest.mark.parametrize("state", [NeedState.WITHDRAWN, NeedState.CLOSED, NeedState.EXPIRED])
async def test_a_need_off_the_board_is_not_changed(door: Door, state: NeedState) -> None:
    need = await need_of_qingcheng()
    await Need.filter(id=need.id).update(stored_state=state)
    await door.station()
    before = await ledger()
    assert (await revise_need(door, need, 1, headcount=9))["__typename"] == "NeedClosed"
    assert await ledger() == before
