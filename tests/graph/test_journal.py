"""Who did what: one entry a deed, coded values only, for those whom it concerns, in one sequence without gaps."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from alliance.core.permissions import Deed
from alliance.directory.tables import Capability, Organization
from alliance.journal.entries import CODED
from alliance.journal.tables import JournalEntry
from alliance.needs.tables import Need
from tests.graph.door import QINGCHENG, A, B, Door
from tests.graph.errands import ACCEPT, DECLINE, capability_id, claimed, need_id, post, posted, step

pytestmark = pytest.mark.anyio

TITLE = "周六上午想给4-6年级8个孩子做情绪小组"
WANTED: dict[str, Any] = {
    "title": TITLE,
    "details": "来站里最好",
    "categories": ["mental_health.group_counselling"],
    "headcount": 8,
}
SERVICE = "小学生情绪与同伴小组"  # of A
LISTED: dict[str, Any] = {"title": "暑期情绪小组", "description": "八次一期", "area": ["320213"], "monthlyPlaces": 20}
WHERE = "query($where: JournalWhereInput) { journal(first: 100, where: $where) { totalCount nodes { sequence deed } } }"


async def last() -> JournalEntry:
    entry = await JournalEntry.all().order_by("-sequence").first()
    assert entry is not None
    return entry


async def since(sequence: int) -> list[JournalEntry]:
    return await JournalEntry.filter(sequence__gt=sequence).order_by("sequence")


async def test_a_posted_need_leaves_its_codes_and_none_of_its_words(door: Door) -> None:
    token = await door.station()
    before = await last()
    need = await posted(door, **WANTED)
    (entry,) = await since(before.sequence)
    row = await Need.get(id=need)
    assert (entry.sequence, entry.deed, entry.subjects) == (before.sequence + 1, Deed.POST_NEED, (need,))
    assert (entry.bodies, entry.body_id, entry.district_code) == ((row.station_id,), row.station_id, "320213")
    assert (entry.actor_role and entry.actor_role.name, entry.before) == ("STATION_HEAD", {})
    assert entry.after == {
        "state": "OPEN", "categories": ["mental_health.group_counselling"], "groups": [], "min_age": None,
        "max_age": None, "headcount": 8, "minimum_places": 1, "mode": None, "first_day": None, "last_day": None,
        "windows": [], "urgency": "ROUTINE", "deadline": None,
    }  # fmt: skip
    shown = await door.data(
        """query($id: ID!) { journal(where: {subject: $id}) { nodes { deed actorRole bodyName subjects
        before { name } after { name value } } } }""",
        {"id": need},
        token=token,
    )
    (node,) = shown["nodes"]
    assert (node["deed"], node["actorRole"], node["subjects"], node["before"]) == (
        "POST_NEED", "STATION_HEAD", [need], [],
    )  # fmt: skip
    assert QINGCHENG in node["bodyName"]
    assert {"name": "headcount", "value": "8"} in node["after"]
    assert {"name": "deadline", "value": None} in node["after"]
    assert {"name": "categories", "value": "mental_health.group_counselling"} in node["after"]


async def test_a_revision_leaves_both_sides_of_what_changed_and_nothing_for_words(door: Door) -> None:
    need, token = await posted(door, **WANTED), await door.station()
    before = await last()
    document = """mutation($id: ID!, $v: Int!, $input: ReviseNeedInput!) {
        reviseNeed(needId: $id, expectedVersion: $v, input: $input) { __typename } }"""
    for version, given in enumerate(({"headcount": 9}, {"details": "周日也行"}), start=1):
        answer = await door.data(document, {"id": need, "v": version, "input": given}, token=token)
        assert answer == {"__typename": "Need"}
    counted, worded = await since(before.sequence)
    assert (counted.deed, counted.before, counted.after) == (Deed.REVISE_NEED, {"headcount": 8}, {"headcount": 9})
    assert (worded.deed, worded.before, worded.after) == (Deed.REVISE_NEED, {}, {})


async def test_a_claim_and_its_steps_leave_an_entry_each_for_both_sides(door: Door) -> None:
    need = await posted(door, **WANTED)
    await door.organization(A)  # signs in, which is an entry of its own
    station, before = await door.station(), await last()
    claim = await claimed(door, A, need, SERVICE)
    accepted = await step(door, station, ACCEPT, claim)
    assert accepted["state"] == "ACCEPTED"
    entries = await since(before.sequence)
    row, own = await Need.get(id=need), await Organization.get(name=A)
    assert [(e.deed, e.before, e.after) for e in entries] == [
        (
            Deed.CLAIM_NEED,
            {},
            {"state": "PROPOSED", "places": 8, "category": "mental_health.group_counselling", "is_by_operator": False},
        ),
        (Deed.ACCEPT_CLAIM, {"state": "PROPOSED"}, {"state": "ACCEPTED"}),
    ]
    for entry in entries:
        assert set(entry.bodies) == {row.station_id, own.id}
        assert entry.subjects == (claim["id"], need, await capability_id(SERVICE))


async def test_a_decline_for_safety_keeps_its_reason_from_the_other_side(door: Door) -> None:
    need, station = await posted(door, **WANTED), await door.station()
    claim = await claimed(door, A, need, SERVICE)
    answer = await step(door, station, DECLINE, claim, reason="SAFETY")
    assert answer["state"] == "DECLINED"
    assert (await last()).after == {"state": "DECLINED", "places": 8, "reason": "NOT_SAID"}


@pytest.mark.parametrize("deed", ["list", "confirm", "withdraw"])
async def test_what_an_organization_does_with_its_list_is_there_for_its_district(door: Door, deed: str) -> None:
    token, own = await door.organization(A), await Organization.get(name=A)
    calls: dict[str, tuple[str, dict[str, Any]]] = {
        "list": (
            "mutation($input: ListCapabilityInput!) { listCapability(input: $input) { __typename } }",
            {"input": {"category": "mental_health.group_counselling", **LISTED}},
        ),
        "confirm": (
            """mutation($id: ID!, $v: Int!) {
                confirmCapability(capabilityId: $id, expectedVersion: $v) { __typename } }""",
            {"id": await capability_id(SERVICE), "v": 1},
        ),
        "withdraw": (
            """mutation($id: ID!, $v: Int!) {
                withdrawCapability(capabilityId: $id, expectedVersion: $v) { __typename } }""",
            {"id": await capability_id(SERVICE), "v": 1},
        ),
    }
    document, variables = calls[deed]
    before = await last()
    assert await door.data(document, variables, token=token) == {"__typename": "Capability"}
    entry = (await since(before.sequence))[-1]
    assert (entry.deed.name, entry.district_code, entry.bodies) == (f"{deed}_capability".upper(), "320213", (own.id,))
    assert not {LISTED["title"], LISTED["description"]} & set(map(str, entry.after.values()))


# --- refusals --------------------------------------------------------------------------------------------------------


async def test_a_refused_deed_leaves_no_entry(door: Door) -> None:
    need, capability = await posted(door, **WANTED), await capability_id(SERVICE)
    organization, station, city = await door.organization(A), await door.station(), await door.city()
    stranger = await door.organization(B)
    await claimed(door, A, need, SERVICE)
    before = await last()
    refused: dict[str, tuple[str, dict[str, Any], str | None]] = {
        "InvalidInput": (POST_ANY, {"input": {"title": "", "headcount": 0}}, station),
        "NotAllowed": (POST_ANY, {"input": WANTED}, city),
        "NotSignedIn": (POST_ANY, {"input": WANTED}, None),
        "NotFound": (CONFIRM, {"id": capability, "v": 1}, stranger),
        "Stale": (CONFIRM, {"id": capability, "v": 7}, organization),
        "NotEnoughLeft": (CLAIM_ANY, {"need": need, "input": {"capabilityId": capability}}, organization),
    }
    for name, (document, variables, token) in refused.items():
        assert await door.data(document, variables, token=token) == {"__typename": name}
    assert (await last()).sequence == before.sequence


POST_ANY = "mutation($input: PostNeedInput!) { postNeed(input: $input) { __typename } }"
CLAIM_ANY = "mutation($need: ID!, $input: ClaimNeedInput!) { claimNeed(needId: $need, input: $input) { __typename } }"
CONFIRM = """mutation($id: ID!, $v: Int!) {
    confirmCapability(capabilityId: $id, expectedVersion: $v) { __typename } }"""


@pytest.mark.parametrize(
    ("title", "answer", "deed", "kind"),
    [
        ("有个孩子身上有伤，像是被打的", "Diverted", Deed.DIVERT_TEXT, "MANDATORY_REPORT"),
        ("联系家长13812345678想做情绪小组", "IdentityFound", Deed.REFUSE_TEXT, "MOBILE"),
        ("想借活动室开个会", "NotANeed", Deed.REFUSE_TEXT, "ROOM"),
    ],
)
async def test_of_a_refused_text_only_its_kind_is_remembered(
    door: Door, title: str, answer: str, deed: Deed, kind: str
) -> None:
    token, before = await door.station(), await last()
    said = await post(door, token, title=title)
    assert said["__typename"] == answer
    (entry,) = await since(before.sequence)
    assert (entry.deed, entry.subjects, entry.before, entry.after) == (deed, (), {}, {"kind": kind})
    assert entry.district_code == "320213"


# --- who reads what --------------------------------------------------------------------------------------------------


async def test_each_reads_what_concerns_it(door: Door) -> None:
    need = await posted(door, **WANTED)
    claim = await claimed(door, A, need, SERVICE)
    where = {"where": {"subject": claim["id"]}}
    readers = {
        "own station": (await door.station(), 1),
        "other station": (await door.station("清名桥"), 0),
        "claimant": (await door.organization(A), 1),
        "other organization": (await door.organization(B), 0),
        "own district": (await door.district("梁溪"), 1),
        "other district": (await door.district("宜兴"), 0),
        "city": (await door.city(), 1),
        "base": (await door.base(), 0),
    }
    for reader, (token, count) in readers.items():
        found = await door.data(WHERE, where, token=token)
        assert (reader, found["totalCount"], len(found["nodes"])) == (reader, count, count)
    assert await door.data(WHERE, where) is None  # nobody


async def test_no_entry_is_read_by_a_body_it_does_not_name(door: Door) -> None:
    document = "{ journal(first: 100) { totalCount nodes { sequence } } }"
    await posted(door, **WANTED)
    for token, body in ((await door.station(), QINGCHENG), (await door.organization(B), B)):
        found = await door.data(document, token=token)
        entries = await JournalEntry.filter(sequence__in=[node["sequence"] for node in found["nodes"]])
        assert found["totalCount"] == len(entries) > 0
        assert all(body in entry.body_name or entry.bodies for entry in entries)
        own = {entry.body_id for entry in entries if body in entry.body_name}
        assert len(own) == 1
        assert all(own <= set(entry.bodies) for entry in entries)


async def test_the_newest_comes_first_and_can_be_narrowed_by_deed(door: Door) -> None:
    await posted(door, **WANTED)
    token = await door.city()
    sequences = [node["sequence"] for node in (await door.data(WHERE, {"where": {}}, token=token))["nodes"]]
    assert sequences == sorted(sequences, reverse=True)
    only = await door.data(WHERE, {"where": {"deed": "POST_NEED"}}, token=token)
    assert {node["deed"] for node in only["nodes"]} == {"POST_NEED"}


# --- the book as a whole ---------------------------------------------------------------------------------------------


async def test_twenty_deeds_at_once_stand_in_one_sequence_without_gaps(door: Door) -> None:
    station, organization = await door.station(), await door.organization(A)
    services = await Capability.filter(organization__name=A, is_withdrawn=False).order_by("id")
    before = await last()
    deeds: list[Any] = [
        door.data(POST_ANY, {"input": WANTED | {"headcount": place}}, token=station) for place in range(5, 15)
    ]
    deeds += [door.data(POST_ANY, {"input": {"title": ""}}, token=station) for _ in range(5)]
    confirmed = services[:10]
    deeds += [door.data(CONFIRM, {"id": each.id, "v": each.version}, token=organization) for each in confirmed]
    answers = [answer["__typename"] for answer in await asyncio.gather(*deeds)]
    assert sorted(answers) == ["Capability"] * len(confirmed) + ["InvalidInput"] * 5 + ["Need"] * 10
    entries = await since(before.sequence)
    done = 10 + len(confirmed)
    assert [entry.sequence for entry in entries] == list(range(before.sequence + 1, before.sequence + 1 + done))
    assert len({entry.subjects for entry in entries}) == done


async def test_every_entry_holds_coded_fields_and_no_free_text(door: Door) -> None:
    need = await posted(door, **WANTED)
    await claimed(door, A, need, SERVICE)
    await post(door, await door.station(), title="联系家长13812345678想做情绪小组")
    told = []
    for entry in await JournalEntry.all():
        assert set(entry.before) | set(entry.after) <= CODED
        told.append(json.dumps([entry.before, entry.after, entry.subjects], ensure_ascii=False))
    texts = [text for need in await Need.all() for text in (need.title, need.details) if text]
    assert [text for text in texts if any(text in line for line in told)] == []
    assert not any("13812345678" in line for line in told)
    assert await need_id(TITLE) == need
