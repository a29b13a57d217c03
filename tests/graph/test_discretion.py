"""Before a claim nobody learns by answers what fields hide, and a concern about safety looks like any other silence."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alliance.directory.tables import Capability, Organization
from tests.graph.door import A, B, Door
from tests.graph.errands import (
    ACCEPT,
    CANDIDATES,
    DECLINE,
    RELEASE,
    all_but_the_journal,
    books_are_right,
    capability_id,
    claim,
    claimed,
    posted,
    step,
)

pytestmark = pytest.mark.anyio

WORKLIST = """{ worklist(first: 100) { nodes { points capability { title } reasons { criterion points of message }
    need { id label categories { code } publicGroups { code } headcountBand district { code } viewerCan { claim } }
} } }"""
HAND_IN_HAND, COUNSELLING, HUAZHUANG = "星星伙伴社交小组", "个别心理疏导（预约制）", "320211006"
# Two towns of one district; the pairs differ in everything that a sight may hide.
TELLING: tuple[dict[str, Any], dict[str, Any]] = (
    {"title": "周六上午想要特教老师", "details": "", "groups": ["autistic"], "headcount": 5, "minimumPlaces": 2},
    {
        "title": "星娃社交小组，融合训练",
        "details": "影子老师也好，家长可以陪",
        "groups": ["orphan"],
        "headcount": 9,
        "minimumPlaces": 9,
    },
)
ELEVATED: tuple[dict[str, Any], dict[str, Any]] = (
    {"title": "想请心理老师一对一谈谈", "details": "厌学，不爱说话", "groups": ["migrant"], "headcount": 6},
    {"title": "想有人陪着聊聊", "details": "", "groups": [], "headcount": 6},
)
PAIRS = {
    "a telling group": ("health.special_needs_support", TELLING),
    "a sensitive service": ("mental_health.counselling", ELEVATED),
    "both": ("mental_health.counselling", TELLING),
}


async def pair(door: Door, kind: str) -> list[str]:
    """The ids of two needs that show the same and hide different things."""
    category, given = PAIRS[kind]
    common: dict[str, Any] = {"categories": [category], "minAge": 5, "maxAge": 10}
    return [
        await posted(door, station, **common, **each) for station, each in zip(("马山", "华庄"), given, strict=True)
    ]


async def of_huazhuang_only(title: str, **changes: Any) -> None:
    """Let a service reach one of the two towns, for any age and any number, and be the only one of its organization."""
    service = await Capability.get(title=title)
    await Capability.filter(organization_id=service.organization_id).exclude(id=service.id).update(is_withdrawn=True)
    fits: dict[str, Any] = {"min_age": None, "max_age": None, "max_group_size": None, "monthly_places": None}
    await Capability.filter(id=service.id).update(**{**fits, "area": (HUAZHUANG,), **changes})


# candidates and worklist ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "language"), [*((kind, "zh") for kind in PAIRS), ("both", "en")])
async def test_needs_that_differ_only_in_what_is_hidden_are_answered_alike(
    door: Door, kind: str, language: str
) -> None:
    await of_huazhuang_only(HAND_IN_HAND, max_group_size=4, groups=("orphan",))
    await of_huazhuang_only(COUNSELLING, max_group_size=4, groups=("migrant",))
    needs, compared = await pair(door, kind), 0
    for name in await Organization.all().values_list("name", flat=True):
        token = await door.organization(str(name))
        first, second = [
            json.dumps(await door.ask(CANDIDATES, {"id": need}, token=token, language=language)) for need in needs
        ]
        assert first == second
        items = (await door.data(WORKLIST, token=token, language=language))["nodes"]
        ours = [item for item in items if item["need"]["id"] in needs]
        compared += len(ours)
        assert len(ours) in {0, 2}
        assert len({json.dumps(item | {"need": item["need"] | {"id": ""}}) for item in ours}) == len(ours) // 2
    assert compared > 0


async def test_a_service_of_another_town_of_the_district_looks_fit_until_the_true_rules_judge_the_claim(
    door: Door,
) -> None:
    await of_huazhuang_only(HAND_IN_HAND)
    mashan, huazhuang = await pair(door, "a telling group")
    token, service = await door.organization(B), await capability_id(HAND_IN_HAND)
    for need in (mashan, huazhuang):
        (only,) = (await door.data(CANDIDATES, {"id": need}, token=token))["candidates"]["nodes"]
        assert (only["verdict"], only["obstacles"]) == ("ELIGIBLE", [])
    before = await all_but_the_journal()
    refused = await claim(door, token, mashan, service)
    assert (refused["__typename"], [(each["rule"], each["asked"]) for each in refused["broken"]]) == (
        "NotEligible",
        [("AREA", "320211")],
    )
    assert await all_but_the_journal() == before
    assert (await claim(door, token, huazhuang, service))["places"] == 9
    await books_are_right()


async def test_the_bureau_and_the_station_read_the_true_verdict(door: Door) -> None:
    await of_huazhuang_only(HAND_IN_HAND)
    mashan, _ = await pair(door, "a telling group")
    for token in (await door.city(), await door.station("马山")):
        found = (await door.data(CANDIDATES, {"id": mashan}, token=token))["candidates"]["nodes"]
        (own,) = [each for each in found if each["organization"]["name"] == B]
        assert (own["verdict"], [(each["rule"], each["asked"]) for each in own["obstacles"]]) == (
            "BARRED",
            [("AREA", "320211009")],
        )


async def test_a_number_that_is_hidden_bars_nobody_until_the_claim(door: Door) -> None:
    await of_huazhuang_only(HAND_IN_HAND, max_group_size=8)
    _, huazhuang = await pair(door, "a telling group")
    token = await door.organization(B)
    look = "query($id: ID!) { need(id: $id) { candidates { nodes { verdict obstacles { rule } } } } }"
    (before,) = (await door.data(look, {"id": huazhuang}, token=token))["candidates"]["nodes"]
    assert before == {"verdict": "ELIGIBLE", "obstacles": []}
    refused = await claim(door, token, huazhuang, await capability_id(HAND_IN_HAND))
    assert (refused["__typename"], [each["rule"] for each in refused["broken"]]) == ("NotEligible", ["CAPACITY"])


@pytest.mark.parametrize(
    ("category", "shown"),
    [("health.special_needs_support", [{"code": "disadvantaged"}]), ("mental_health.counselling", [])],
)
async def test_wider_groups_are_shown_unless_the_service_itself_hides_groups(
    door: Door, category: str, shown: list[Any]
) -> None:
    need = await posted(door, "马山", title="想找老师", categories=[category], groups=["autistic"], headcount=8)
    look = "query($id: ID!) { need(id: $id) { groups { code } publicGroups { code } } }"
    assert await door.data(look, {"id": need}, token=await door.organization(A)) == {
        "groups": None,
        "publicGroups": shown,
    }
    for token in (await door.city(), await door.station("马山")):
        assert (await door.data(look, {"id": need}, token=token))["groups"] == [{"code": "autistic"}]


@pytest.mark.parametrize("place", ["320211006", "320211009"])
async def test_a_filter_by_town_tells_an_organization_no_more_than_the_district(door: Door, place: str) -> None:
    needs = await pair(door, "both")
    look = """query($place: String) { needs(first: 100, where: {district: $place}) { nodes { id } } }"""
    found = await door.data(look, {"place": place}, token=await door.organization(A))
    assert {need["id"] for need in found["nodes"]} >= set(needs)


# a concern about safety ----------------------------------------------------------------------------------------------

EMOTIONS = "小学生情绪与同伴小组"
LOOK = """query($id: ID!) { claim(id: $id) { state version declineCode releaseCode record { sessions }
    viewerCan { accept decline release start complete } need { state remaining viewerCan { claim } } } }"""
ENTRIES = "{ journal(first: 1) { nodes { deed actorRole before { name value } after { name value } } } }"


async def told(door: Door, token: str, claim_id: str) -> str:
    """All that somebody reads of a claim and of the last entry in the journal."""
    seen = await door.data(LOOK, {"id": claim_id}, token=token, language="zh")
    return json.dumps([seen, await door.data(ENTRIES, token=token, language="zh")], ensure_ascii=False)


async def offered(door: Door) -> dict[str, Any]:
    """A claim on a new need, the same each time."""
    need = await posted(
        door, title="周六上午想做个情绪小组", categories=["mental_health.group_counselling"], headcount=4
    )
    return await claimed(door, A, need, EMOTIONS)


@pytest.mark.parametrize("reason", ["SAFETY", "NOT_SAID"])
async def test_who_declines_reads_the_own_reason_and_so_does_the_bureau(door: Door, reason: str) -> None:
    offer = await offered(door)
    await step(door, await door.station(), DECLINE, offer, reason=reason)
    for token in (await door.station(), await door.city(), await door.district()):
        assert (await door.data(LOOK, {"id": offer["id"]}, token=token))["declineCode"] == reason
    assert (await door.data(LOOK, {"id": offer["id"]}, token=await door.organization(A)))["declineCode"] == "NOT_SAID"


async def test_a_decline_for_safety_reads_exactly_like_one_without_a_reason(door: Door) -> None:
    read = []
    for reason in ("SAFETY", "NOT_SAID"):
        offer = await offered(door)
        await step(door, await door.station(), DECLINE, offer, reason=reason)
        read.append(await told(door, await door.organization(A), offer["id"]))
    assert read[0] == read[1]
    assert "NOT_SAID" in read[0]
    assert "SAFETY" not in read[0]


@pytest.mark.parametrize("side", ["station", "organization"])
async def test_a_release_for_safety_reads_exactly_like_one_without_a_reason(door: Door, side: str) -> None:
    sides = {"station": await door.station(), "organization": await door.organization(A)}
    read: list[list[str]] = []
    for reason in ("SAFETY", "NOT_SAID"):
        accepted = await step(door, sides["station"], ACCEPT, await offered(door))
        await step(door, sides[side], RELEASE, accepted, reason=reason)
        seen = await door.data(LOOK, {"id": accepted["id"]}, token=await door.city())
        assert seen["releaseCode"] == reason
        read.append([await told(door, token, accepted["id"]) for token in sides.values()])
    assert read[0] == read[1]
    assert "SAFETY" not in str(read)
