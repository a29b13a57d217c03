"""What is for whose eyes: every narrower field, by every caller, of needs of every sensitivity and risk."""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from graphql import GraphQLObjectType

from alliance.claims.tables import Claim
from alliance.core.vocabulary import ClaimState, DeclineCode, ReleaseCode
from alliance.directory.tables import ActivityBase, Capability, Organization
from alliance.identity.tables import Account
from alliance.journal.tables import JournalEntry
from alliance.kit.database import as_unit_of_work
from alliance.needs.tables import Need
from alliance.schema import ANONYMOUS, schema
from tests.graph.door import C, Door
from tests.graph.world import (
    ACCEPTED,
    CALLERS,
    KINDS,
    LAWYERS,
    OTHER,
    PROPOSED,
    WITHOUT,
    World,
    claimed,
    made_world,
)

pytestmark = pytest.mark.anyio

TEXT, GROUPS, NUMBERS, PLACE = (
    ("title", "details"),
    ("groups",),
    ("headcount", "minimumPlaces", "remaining"),
    ("town", "station"),
)
PARTS = {"T": TEXT, "G": GROUPS, "N": NUMBERS, "P": PLACE}
NOT_THERE = "-"
SIGHT = {
    #              plain   medium  small   high    elevated restricted taken  review
    "nobody":     ("-",    "-",    "-",    "-",    "-",     "-",       "-",    "-"),
    "own":        ("TGNP", "TGNP", "TGNP", "TGNP", "TGNP",  "TGNP",    "TGNP", "TGNP"),
    "other":      ("-",    "-",    "-",    "-",    "-",     "-",       "-",    "-"),
    "without":    ("TGNP", "TGNP", "TG",   "",     "N",     "-",       "-",    "-"),
    "lawyers":    ("TGNP", "TGNP", "TG",   "",     "N",     "N",       "-",    "-"),
    "proposed":   ("TGNP", "TGNP", "TG",   "",     "N",     "N",       "TGNP", "GNP"),
    "accepted":   ("TGNP", "TGNP", "TGNP", "TGNP", "TGNP",  "TGNP",    "TGNP", "GNP"),
    "district":   ("GNP",  "GNP",  "GNP",  "GNP",  "GNP",   "GNP",     "GNP",  "-"),
    "elsewhere":  ("-",    "-",    "-",    "-",    "-",     "-",       "-",    "-"),
    "city":       ("GNP",  "GNP",  "GNP",  "GNP",  "GNP",   "GNP",     "GNP",  "-"),
    "duty":       ("TGNP", "TGNP", "TGNP", "TGNP", "TGNP",  "TGNP",    "TGNP", "TGNP"),
    "base":       ("-",    "-",    "-",    "-",    "-",     "-",       "-",    "-"),
}  # fmt: skip

NEED = """fragment All on Need { id title details groups { code } headcount minimumPlaces remaining town { code }
    station { id } label publicGroups { code } headcountBand district { code } claims { organization { name } } }"""


@pytest.fixture
async def world(door: Door) -> World:
    """The needs with their claims."""
    return await made_world(door)


def test_the_table_holds_every_caller() -> None:
    assert tuple(SIGHT) == CALLERS


def test_the_table_holds_every_field_of_a_need_that_is_not_for_all_eyes() -> None:
    kind = schema._schema.type_map["Need"]
    assert isinstance(kind, GraphQLObjectType)
    narrower = [
        name
        for name, field in kind.fields.items()
        if re.search(r"not for your eyes|Null where headcount is", field.description or "")
    ]
    assert sorted(narrower) == sorted(name for part in PARTS.values() for name in part)


def parts_of(need: dict[str, Any] | None) -> str:
    """Which parts of a need are shown; every part whole or not at all."""
    if need is None:
        return NOT_THERE
    shown = ""
    for letter, names in PARTS.items():
        nulls = {need[name] is None for name in names}
        assert len(nulls) == 1, letter
        shown += "" if nulls.pop() else letter
    return shown


@pytest.mark.parametrize("caller", CALLERS)
async def test_each_caller_sees_of_each_need_what_the_table_says(world: World, caller: str) -> None:
    found = await each(world, await world.token(caller), "need", [need.id for need in world.needs.values()])
    shown = [parts_of(need) for need in found]
    assert dict(zip(KINDS, shown, strict=True)) == dict(zip(KINDS, SIGHT[caller], strict=True))


AT_ONCE = ANONYMOUS.root_fields - 1


async def each(world: World, token: str | None, field: str, ids: list[str], asks: str = "...All") -> list[Any]:
    """What a root field finds under each of the ids."""
    all_found: list[Any] = []
    for start in range(0, len(ids), AT_ONCE):
        some = enumerate(ids[start : start + AT_ONCE])
        aliases = " ".join(f'a{place}: {field}(id: "{id}") {{ {asks} }}' for place, id in some)
        found = await world.door.ask(f"{{ me {{ id }} {aliases} }} {NEED if '...All' in asks else ''}", token=token)
        assert "errors" not in found, found
        all_found += list(found["data"].values())[1:]
    return all_found


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_list_and_a_node_show_no_more_than_the_direct_way(world: World, caller: str) -> None:
    token, door = await world.token(caller), world.door
    listed = await door.data(f"{{ needs(first: 100) {{ totalCount nodes {{ ...All }} }} }} {NEED}", token=token)
    by_id = {need["id"]: need for need in listed["nodes"]}
    expected = [by_id.get(need.id) for need in world.needs.values()]
    assert await each(world, token, "need", [need.id for need in world.needs.values()]) == expected
    assert await each(world, token, "node", [need.id for need in world.needs.values()]) == expected


@pytest.mark.parametrize("caller", CALLERS)
async def test_what_everybody_may_see_of_a_need_tells_no_group_number_or_place(world: World, caller: str) -> None:
    token = await world.token(caller)
    document = "query($id: ID!) { need(id: $id) { label publicGroups { code } headcountBand district { code } } }"
    need = await world.door.data(document, {"id": world.needs["high"].id}, token=token)
    assert need in (
        None,
        {
            "label": "Reading promotion, any age, 10 to 29, Liangxi District",
            "publicGroups": [{"code": "disadvantaged"}],
            "headcountBand": "FROM_10_TO_29",
            "district": {"code": "320213"},
        },
    )
    assert (need is None) == (SIGHT[caller][list(KINDS).index("high")] == NOT_THERE)


# --- claims ----------------------------------------------------------------------------------------------------------

PARTIES = {
    "nobody": "", "own": "both", "other": "", "without": "", "lawyers": "", "proposed": "PROPOSED",
    "accepted": "ACCEPTED", "district": "both", "elsewhere": "", "city": "both", "duty": "both", "base": "",
}  # fmt: skip


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_claim_is_there_for_both_sides_and_the_bureau(world: World, caller: str) -> None:
    token, door = await world.token(caller), world.door
    listed = [
        claim["id"] for claim in (await door.data("{ claims(first: 100) { nodes { id } } }", token=token))["nodes"]
    ]
    for kind, claims in world.claims.items():
        is_unread = kind == "review" and caller in {"district", "city"}
        ids = [
            claim.id if PARTIES[caller] in {state, "both"} and not is_unread else None
            for state, claim in claims.items()
        ]
        asked = [claim.id for claim in claims.values()]
        need = {"id": world.needs[kind].id}
        assert await each(world, token, "claim", asked, "id need { id }") == [
            id and {"id": id, "need": need} for id in ids
        ]
        assert await each(world, token, "node", asked, "id") == [id and {"id": id} for id in ids]
        assert [id if id in listed else None for id in asked] == ids


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_claim_leads_to_no_more_of_its_need_and_to_no_other_claim(world: World, caller: str) -> None:
    token, door = await world.token(caller), world.door
    document = f"{{ claims(first: 100) {{ nodes {{ organization {{ name }} need {{ ...All }} }} }} }} {NEED}"
    claims = (await door.data(document, token=token))["nodes"]
    assert [claim["need"] for claim in claims] == await each(
        world, token, "need", [claim["need"]["id"] for claim in claims]
    )
    for claim in claims:
        if caller in {"proposed", "accepted"}:
            others = {other["organization"]["name"] for other in claim["need"]["claims"]}
            assert others == {claim["organization"]["name"]}


CODES = {
    # caller: (declined for age, declined for safety, released for time, released for safety); "-": not there
    "own": ("AGE", "SAFETY", "TIME_CONFLICT", "NOT_SAID"),
    "proposed": ("AGE", "NOT_SAID", "TIME_CONFLICT", "NOT_SAID"),
    "district": ("AGE", "SAFETY", "TIME_CONFLICT", "SAFETY"),
    "city": ("AGE", "SAFETY", "TIME_CONFLICT", "SAFETY"),
    "duty": ("AGE", "SAFETY", "TIME_CONFLICT", "SAFETY"),
}


@pytest.mark.parametrize("caller", CALLERS)
async def test_why_a_claim_ended_is_told_to_its_parties_and_a_matter_of_safety_is_not(
    world: World, caller: str
) -> None:
    need, organization = world.needs["plain"], await Organization.get(name=PROPOSED)
    ended: list[Claim] = []

    async def work() -> None:
        for code in (DeclineCode.AGE, DeclineCode.SAFETY):
            ended.append(await claimed(need, organization, ClaimState.DECLINED, decline_code=code))
        for reason in (ReleaseCode.TIME_CONFLICT, ReleaseCode.SAFETY):
            ended.append(await claimed(need, organization, ClaimState.RELEASED, release_code=reason))

    await as_unit_of_work(work)
    found = []
    for claim in ended:
        document = "query($id: ID!) { claim(id: $id) { declineCode releaseCode } }"
        answer = await world.door.data(document, {"id": claim.id}, token=await world.token(caller))
        found.append(NOT_THERE if answer is None else answer["declineCode"] or answer["releaseCode"])
    assert tuple(found) == CODES.get(caller, (NOT_THERE,) * 4)


# --- candidates, organizations, capabilities -------------------------------------------------------------------------


@pytest.mark.parametrize("caller", CALLERS)
async def test_an_organization_sees_itself_among_the_candidates_and_nobody_else(world: World, caller: str) -> None:
    document = """query($id: ID!) { need(id: $id) { candidates(first: 100) { totalCount counts { count }
        nodes { organization { name } } } } }"""
    need = await world.door.data(document, {"id": world.needs["plain"].id}, token=await world.token(caller))
    everybody = await Organization.all().count()
    names = {"without": WITHOUT, "lawyers": LAWYERS, "proposed": PROPOSED, "accepted": ACCEPTED}
    if need is None:
        assert SIGHT[caller][0] == NOT_THERE
    elif caller in names:
        assert [each["organization"]["name"] for each in need["candidates"]["nodes"]] == [names[caller]]
        assert sum(each["count"] for each in need["candidates"]["counts"]) == need["candidates"]["totalCount"] == 1
    else:
        assert need["candidates"]["totalCount"] == len(need["candidates"]["nodes"]) == everybody


async def test_the_grounds_of_a_verdict_tell_no_hidden_town_number_or_group(world: World) -> None:
    document = """query($id: ID!) { need(id: $id) { candidates { nodes { reasons { message }
        obstacles { rule asked message cure { message } } } } } }"""
    need = world.needs["high"]
    await as_unit_of_work(lambda: Need.filter(id=need.id).update(headcount=37, minimum_places=37))
    answer = await world.door.ask(document, {"id": need.id}, token=await world.door.organization(C), language="zh")
    told = str(answer["data"])
    assert "errors" not in answer
    assert '"AREA"' in told.replace("'", '"')
    for secret in ("扬名", "320213026", "37", "残疾", "disabled", "要high", "补充high"):
        assert secret not in told


@pytest.mark.parametrize("caller", CALLERS)
async def test_checks_and_quotas_are_for_the_bureau_and_the_organization_itself(world: World, caller: str) -> None:
    document = """query($id: ID!) { organization(id: $id) { checkedOn
        capabilities { monthlyPlaces months { month } } } }"""
    inside = set()
    token = await world.token(caller)
    for name in (WITHOUT, PROPOSED, ACCEPTED, LAWYERS):
        organization = await Organization.get(name=name)
        found = await world.door.data(document, {"id": organization.id}, token=token)
        months = {capability["months"] is not None for capability in found["capabilities"]}
        places = any(capability["monthlyPlaces"] is not None for capability in found["capabilities"])
        assert len(months) == 1
        if months.pop():
            inside.add(name)
            assert found["checkedOn"] is not None
        else:
            assert (found["checkedOn"], places) == (None, False)
    own = {"without": {WITHOUT}, "proposed": {PROPOSED}, "accepted": {ACCEPTED}, "lawyers": {LAWYERS}}
    everybody = {WITHOUT, PROPOSED, ACCEPTED, LAWYERS}
    assert inside == own.get(caller, everybody if caller in {"city", "duty", "district", "elsewhere"} else set())


# --- ids and filters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", CALLERS)
async def test_two_hundred_guessed_ids_find_nothing(world: World, caller: str) -> None:
    need, claim = world.needs["plain"], world.claims["plain"]["PROPOSED"]
    await world.door.base(), await world.door.district("滨湖")
    token = await world.token(caller)
    own = await world.door.data("{ me { id } }", token=token)
    foreign = await Account.exclude(id=own["id"] if own else "").first()
    assert foreign is not None
    guesses = [
        *(id[:-1] + ("0" if id[-1] != "0" else "1") for id in (need.id, claim.id)),
        *(id.lower() for id in (need.id, claim.id)),
        *(f"{id}%" for id in (need.id, claim.id)),
        *(id.partition("_")[2] for id in (need.id, claim.id)),
        need.id.replace("need_", "claim_"), claim.id.replace("claim_", "need_"), "need_", "need_%", "", "1", "%",
        foreign.id, "session_1", "record_1", "journal_1", (await JournalEntry.all().first() or need).pk,
    ]  # fmt: skip
    guesses += [
        prefix + secrets.token_hex(14).upper()
        for prefix in ("need_01", "claim_01", "org_01", "cap_01", "station_01", "account_01", "base_01", "room_01")
        for _ in range(23)
    ]
    guesses = [str(guess) for guess in guesses][:200]
    assert len(guesses) == 200
    for start in range(0, 200, 5):
        some = enumerate(guesses[start : start + 5])
        asked = " ".join(f'a{i}: node(id: "{g}") {{ id }} b{i}: need(id: "{g}") {{ id }}' for i, g in some)
        found = await world.door.data(f"{{ {asked} }}", token=token)
        assert {key: value for key, value in found.items() if value is not None} == {}


async def test_what_is_not_yours_is_answered_exactly_like_what_is_not_there(world: World) -> None:
    token = await world.door.station(OTHER)
    for field, foreign in (("need", world.needs["plain"].id), ("claim", world.claims["plain"]["PROPOSED"].id)):
        for asked in (f"{field}(id: $id) {{ id }}", "node(id: $id) { __typename id }"):
            document = f"query($id: ID!) {{ {asked} }}"
            missing = foreign[:-1] + ("0" if foreign[-1] != "0" else "1")
            answers = [await world.door.ask(document, {"id": id}, token=token) for id in (foreign, missing)]
            assert answers[0] == answers[1]


async def test_public_things_are_found_by_their_id_by_anybody(world: World) -> None:
    for row in (
        await Organization.all().first(),
        await Capability.all().first(),
        world.station,
        await ActivityBase.all().first(),
    ):
        assert row is not None
        assert await world.door.data("query($id: ID!) { node(id: $id) { id } }", {"id": row.id}) == {"id": row.id}


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_filter_by_station_finds_only_where_the_station_is_shown(world: World, caller: str) -> None:
    token = await world.token(caller)
    document = """query($station: ID) { needs(first: 100, where: {station: $station}) {
        totalCount nodes { id station { id } } } }"""
    found = await world.door.data(document, {"station": world.station.id}, token=token)
    assert {need["station"]["id"] for need in found["nodes"] if need["station"]} <= {world.station.id}
    assert all(need["station"] for need in found["nodes"])
    assert found["totalCount"] == len(found["nodes"])
    shown = {world.needs[kind].id for kind, parts in zip(KINDS, SIGHT[caller], strict=True) if "P" in parts}
    assert shown <= {need["id"] for need in found["nodes"]}
    hidden = {need.id for need in world.needs.values()} - shown
    assert not hidden & {need["id"] for need in found["nodes"]}


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_filter_by_category_district_or_state_finds_what_the_list_shows_and_nothing_else(
    world: World, caller: str
) -> None:
    token, door = await world.token(caller), world.door
    document = """query($where: NeedsWhereInput) { needs(first: 100, where: $where) {
        totalCount nodes { id state district { code } categories { code } } } }"""
    everything = (await door.data(document, {"where": {}}, token=token))["nodes"]
    for where, holds in (
        ({"category": "legal.legal_aid"}, lambda need: {"code": "legal.legal_aid"} in need["categories"]),
        ({"category": "learning"}, lambda need: any(c["code"].startswith("learning.") for c in need["categories"])),
        ({"district": "320213"}, lambda need: need["district"]["code"] == "320213"),
        ({"district": "320213026"}, lambda need: need["district"]["code"] == "320213"),
        ({"states": ["NEEDS_REVIEW"]}, lambda need: need["state"] == "NEEDS_REVIEW"),
        ({"states": ["CLAIMED", "DELIVERED"]}, lambda need: need["state"] in {"CLAIMED", "DELIVERED"}),
        ({"states": []}, lambda need: False),
        ({"category": "%"}, lambda need: False),
        ({"district": "%"}, lambda need: False),
        ({"district": "3202"}, lambda need: False),
        ({"district": "32021302"}, lambda need: False),
    ):
        found = await door.data(document, {"where": where}, token=token)
        assert found["nodes"] == [need for need in everything if holds(need)], where
        assert found["totalCount"] == len(found["nodes"])


async def test_nobody_reaches_anything_but_the_directory(world: World) -> None:
    answer = await world.door.ask("{ me { id } needs { totalCount } claims { totalCount } }")
    assert answer["data"] == {"me": None, "needs": {"totalCount": 0}, "claims": {"totalCount": 0}}
    for field in ("worklist { totalCount }", "coverageGaps { figures { asked { value } } }", "journal { totalCount }"):
        assert await world.door.data(f"{{ {field} }}") is None


async def test_an_account_sees_itself_only(world: World) -> None:
    own = await world.door.data("{ me { id } }", token=await world.door.station())
    for caller in CALLERS:
        token = await world.token(caller)
        found = await world.door.data("query($id: ID!) { node(id: $id) { id } }", {"id": own["id"]}, token=token)
        assert found == (own if caller == "own" else None)
