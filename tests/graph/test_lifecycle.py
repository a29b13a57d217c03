"""How needs and claims go on, what each step frees, and what each side sees before and after acceptance."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alliance.claims.tables import Claim, ServiceRecord
from alliance.core.vocabulary import ClaimState
from alliance.needs.tables import Need
from tests.graph.door import QINGCHENG, A, B, Door, E
from tests.graph.errands import (
    ACCEPT,
    APPROVE,
    CANDIDATES,
    CLOSE,
    COMPLETE,
    DECLINE,
    NOT_THERE,
    RELEASE,
    SAID,
    START,
    WITHDRAW_NEED,
    all_but_the_journal,
    books_are_right,
    capability_id,
    claim,
    claimed,
    journalled,
    need_id,
    post,
    posted,
    step,
    taken,
)

pytestmark = pytest.mark.anyio

EMOTIONS, SANDPLAY = "小学生情绪与同伴小组", "沙盘与绘画成长小组"  # of A and of B
NOTE = "四次都来齐了"
RECORD = {"sessions": 4, "personTimes": 12, "outcome": "DELIVERED", "note": NOTE}
SEE = """query($id: ID!) { need(id: $id) {
    title details town { name } station { name } groups { code } headcount minimumPlaces remaining
    publicGroups { code } headcountBand label district { name } state
} }"""
HIDDEN_TEXT = {"title": None, "details": None, "town": None, "station": None, "groups": None}
HIDDEN_NUMBERS = {"headcount": None, "minimumPlaces": None, "remaining": None}
NOT_ALLOWED = {"__typename": "NotAllowed", "message": "Your role may not do this. Sign in with an account that may."}
DOUBTFUL = "多我一个也不多，想有人周末来陪陪"  # screening leaves it to a person


async def eight_places(door: Door) -> str:
    """A need of eight places, two at least, over two months, that A and B can serve."""
    return await posted(
        door,
        title="周六上午想做个情绪小组",
        categories=["mental_health.group_counselling"],
        minAge=9,
        maxAge=11,
        headcount=8,
        minimumPlaces=2,
        mode="AT_STATION",
        firstDay="2026-06-13",
        lastDay="2026-07-11",
    )


async def state(need: str) -> tuple[int, int, int, int]:
    """The version of a need, and its places held, active and completed."""
    row = await Need.get(id=need)
    return row.version, row.held, row.active, row.completed


# from proposal to record ---------------------------------------------------------------------------------------------


async def test_a_need_goes_from_open_to_closed_and_every_step_is_derived_and_journalled(door: Door) -> None:
    need, station = await eight_places(door), await door.station()
    a, b = await door.organization(A), await door.organization(B)

    mine = await claimed(door, A, need, EMOTIONS, places=3)
    assert (mine["state"], mine["need"]["state"], await state(need)) == ("PROPOSED", "PARTLY_CLAIMED", (1, 3, 0, 0))
    other = await claimed(door, B, need, SANDPLAY)
    assert (other["places"], other["need"]["state"], await state(need)) == (5, "CLAIMED", (1, 8, 0, 0))
    assert await taken(EMOTIONS) == {"2026-06": 3, "2026-07": 3}
    assert await taken(SANDPLAY) == {"2026-06": 5, "2026-07": 5}

    mine, other = await step(door, station, ACCEPT, mine), await step(door, station, ACCEPT, other)
    assert (mine["state"], other["state"], other["need"]["state"]) == ("ACCEPTED", "ACCEPTED", "CLAIMED")
    mine = await step(door, a, START, mine)
    assert (mine["state"], mine["need"]["state"], await state(need)) == ("ACTIVE", "IN_DELIVERY", (1, 8, 3, 0))
    mine = await step(door, a, COMPLETE, mine, input=RECORD)
    assert (mine["state"], mine["need"]["state"], await state(need)) == ("COMPLETED", "IN_DELIVERY", (1, 8, 0, 3))
    assert mine["record"] == RECORD
    other = await step(door, b, COMPLETE, await step(door, b, START, other), input=RECORD)
    assert (other["state"], other["need"]["state"], await state(need)) == ("COMPLETED", "DELIVERED", (1, 8, 0, 8))
    assert await taken(EMOTIONS) == {"2026-06": 3, "2026-07": 3}

    closed = await step(door, station, CLOSE, {"id": need, "version": 1})
    assert (closed["__typename"], closed["state"]) == ("Need", "CLOSED")
    assert [(deed, after.get("state")) for deed, after in await journalled()] == [
        ("POST_NEED", "OPEN"),
        ("CLAIM_NEED", "PROPOSED"),
        ("CLAIM_NEED", "PROPOSED"),
        ("ACCEPT_CLAIM", "ACCEPTED"),
        ("ACCEPT_CLAIM", "ACCEPTED"),
        ("START_CLAIM", "ACTIVE"),
        ("COMPLETE_CLAIM", "COMPLETED"),
        ("START_CLAIM", "ACTIVE"),
        ("COMPLETE_CLAIM", "COMPLETED"),
        ("CLOSE_NEED", "CLOSED"),
    ]
    assert await ServiceRecord.filter(claim_id__in=[mine["id"], other["id"]]).count() == 2
    assert NOTE not in str(await journalled())
    await books_are_right()


async def test_a_step_out_of_turn_is_refused_with_where_the_claim_stands_and_changes_nothing(door: Door) -> None:
    offer = await claimed(door, A, await eight_places(door), EMOTIONS)
    station, a = await door.station(), await door.organization(A)
    before = await all_but_the_journal()
    for document, given in ((START, {}), (COMPLETE, {"input": RECORD})):
        answer = await step(door, a, document, offer, **given)
        assert (answer["__typename"], answer["state"]) == ("WrongClaimState", "PROPOSED")
    assert await all_but_the_journal() == before
    accepted = await step(door, station, ACCEPT, offer)
    again = await step(door, station, DECLINE, accepted, reason="TIME")
    assert (again["__typename"], again["state"]) == ("WrongClaimState", "ACCEPTED")
    stale = await step(door, station, ACCEPT, offer)
    assert (stale["__typename"], stale["currentVersion"]) == ("Stale", 2)
    assert [deed for deed, _ in await journalled()] == ["POST_NEED", "CLAIM_NEED", "ACCEPT_CLAIM"]


async def test_a_completed_claim_is_not_given_back(door: Door) -> None:
    offer = await claimed(door, A, await eight_places(door), EMOTIONS)
    a = await door.organization(A)
    active = await step(door, a, START, await step(door, await door.station(), ACCEPT, offer))
    done = await step(door, a, COMPLETE, active, input=RECORD)
    answer = await step(door, a, RELEASE, done, reason="STAFF_UNAVAILABLE")
    assert (answer["__typename"], answer["state"]) == ("WrongClaimState", "COMPLETED")
    await books_are_right()


async def test_only_the_two_sides_move_a_claim_and_each_only_its_own_steps(door: Door) -> None:
    offer = await claimed(door, A, await eight_places(door), EMOTIONS)
    before = await all_but_the_journal()
    assert await step(door, await door.station("丁蜀"), ACCEPT, offer) == NOT_THERE
    assert await step(door, await door.organization(B), START, offer) == NOT_THERE
    assert await step(door, await door.organization(A), ACCEPT, offer) == NOT_ALLOWED
    assert await step(door, await door.city(), DECLINE, offer, reason="TIME") == NOT_ALLOWED
    assert await all_but_the_journal() == before


# giving back ---------------------------------------------------------------------------------------------------------


async def test_declining_frees_exactly_the_places_and_the_code_is_told(door: Door) -> None:
    need = await eight_places(door)
    kept = await claimed(door, B, need, SANDPLAY, places=2)
    offer = await claimed(door, A, need, EMOTIONS, places=6)
    declined = await step(door, await door.station(), DECLINE, offer, reason="AREA")
    assert (declined["state"], declined["declineCode"]) == ("DECLINED", "AREA")
    assert (declined["need"]["state"], await state(need)) == ("PARTLY_CLAIMED", (1, 2, 0, 0))
    assert (await taken(EMOTIONS), await taken(SANDPLAY)) == ({}, {"2026-06": 2, "2026-07": 2})
    assert (await journalled())[-1] == ("DECLINE_CLAIM", {"state": "DECLINED", "places": 6, "reason": "AREA"})
    seen = await seen_claim(door, await door.organization(A), offer["id"])
    assert (seen["declineCode"], kept["state"]) == ("AREA", "PROPOSED")
    await books_are_right()


@pytest.mark.parametrize("steps", [[], [ACCEPT], [ACCEPT, START]])
@pytest.mark.parametrize("side", ["station", "organization"])
async def test_either_side_gives_a_claim_back_before_it_is_completed(door: Door, side: str, steps: list[str]) -> None:
    need = await eight_places(door)
    tokens = {ACCEPT: await door.station(), START: await door.organization(A)}
    row = await claimed(door, A, need, EMOTIONS)
    for document in steps:
        row = await step(door, tokens[document], document, row)
    token = tokens[ACCEPT] if side == "station" else tokens[START]
    released = await step(door, token, RELEASE, row, reason="TIME_CONFLICT")
    assert (released["state"], released["releaseCode"]) == ("RELEASED", "TIME_CONFLICT")
    assert (released["need"]["state"], await state(need)) == ("OPEN", (1, 0, 0, 0))
    assert await taken(EMOTIONS) == {}
    again = await claimed(door, B, need, SANDPLAY)
    assert again["places"] == 8
    await books_are_right()


async def test_a_withdrawn_need_gives_its_claims_back_and_takes_no_more(door: Door) -> None:
    need, station = await eight_places(door), await door.station()
    first = await claimed(door, A, need, EMOTIONS, places=3)
    second = await step(door, station, ACCEPT, await claimed(door, B, need, SANDPLAY, places=5))
    answer = await step(door, station, WITHDRAW_NEED, {"id": need, "version": 1}, reason="MET_OTHERWISE")
    assert (answer["__typename"], answer["state"]) == ("Need", "WITHDRAWN")
    rows = await Claim.filter(id__in=[first["id"], second["id"]])
    assert {(row.state.name, row.release_code and row.release_code.name) for row in rows} == {
        ("RELEASED", "NEED_WITHDRAWN")
    }
    assert (await taken(EMOTIONS), await taken(SANDPLAY)) == ({}, {})
    assert [deed for deed, _ in await journalled()][-3:] == ["WITHDRAW_NEED", "RELEASE_CLAIM", "RELEASE_CLAIM"]
    again = await claim(door, await door.organization(A), need, await capability_id(EMOTIONS))
    assert (again["__typename"], again["stands"]) == ("NeedClosed", "WITHDRAWN")
    unseen = await claim(door, await door.organization(E), need, await capability_id("四季物资包"))
    assert unseen == NOT_THERE
    await books_are_right()


async def test_a_need_whose_service_has_begun_is_neither_withdrawn_nor_closed(door: Door) -> None:
    need, station = await eight_places(door), await door.station()
    accepted = await step(door, station, ACCEPT, await claimed(door, A, need, EMOTIONS, places=3))
    await step(door, await door.organization(A), START, accepted)
    before = await all_but_the_journal()
    for document, given in ((WITHDRAW_NEED, {"reason": "MET_OTHERWISE"}), (CLOSE, {})):
        answer = await step(door, station, document, {"id": need, "version": 1}, **given)
        assert (answer["__typename"], answer["unfinished"]) == ("StillHeld", 3)
    assert await all_but_the_journal() == before


async def test_a_withdrawn_service_gives_back_what_has_not_begun_and_goes_on_with_the_rest(door: Door) -> None:
    need, a = await eight_places(door), await door.organization(A)
    begun = await step(door, await door.station(), ACCEPT, await claimed(door, A, need, EMOTIONS, places=3))
    begun = await step(door, a, START, begun)
    waiting = await claimed(door, A, need, EMOTIONS, places=5)
    withdraw = f"""mutation($id: ID!, $v: Int!) {{ withdrawCapability(capabilityId: $id, expectedVersion: $v) {{
        {SAID} ... on Capability {{ isWithdrawn }} }} }}"""
    answer = await step(door, a, withdraw, {"id": await capability_id(EMOTIONS), "version": 1})
    assert answer == {"__typename": "Capability", "isWithdrawn": True}
    assert (await Claim.get(id=waiting["id"])).state is ClaimState.RELEASED
    assert (await Claim.get(id=begun["id"])).state is ClaimState.ACTIVE
    assert await taken(EMOTIONS) == {"2026-06": 3, "2026-07": 3}
    done = await step(door, a, COMPLETE, begun, input=RECORD)
    assert (done["state"], done["need"]["state"]) == ("COMPLETED", "PARTLY_CLAIMED")
    refused = await claim(door, a, need, await capability_id(EMOTIONS), places=2)
    assert refused["__typename"] == "AlreadyWithdrawn"
    await books_are_right()


# matters of safety ---------------------------------------------------------------------------------------------------


async def test_a_decline_for_safety_is_hidden_from_the_organization_in_claim_and_journal(door: Door) -> None:
    offer = await claimed(door, A, await eight_places(door), EMOTIONS)
    declined = await step(door, await door.station(), DECLINE, offer, reason="SAFETY")
    assert (declined["state"], declined["declineCode"]) == ("DECLINED", "SAFETY")
    assert (await journalled())[-1] == ("DECLINE_CLAIM", {"state": "DECLINED", "places": 8, "reason": "NOT_SAID"})
    for token in (await door.city(), await door.district()):
        assert (await seen_claim(door, token, offer["id"]))["declineCode"] == "SAFETY"
    organization = await door.organization(A)
    seen = await seen_claim(door, organization, offer["id"])
    assert (seen["state"], seen["declineCode"]) == ("DECLINED", "NOT_SAID")
    look = "{ journal(first: 100) { nodes { deed after { name value } } } claims { nodes { declineCode state } } }"
    assert "SAFETY" not in json.dumps(await door.data(look, token=organization))


async def test_a_release_for_safety_is_for_the_bureaus_eyes_only(door: Door) -> None:
    offer = await claimed(door, A, await eight_places(door), EMOTIONS)
    organization = await door.organization(A)
    await step(door, organization, RELEASE, offer, reason="SAFETY")
    assert (await seen_claim(door, await door.city(), offer["id"]))["releaseCode"] == "SAFETY"
    assert (await seen_claim(door, await door.station(), offer["id"]))["releaseCode"] == "NOT_SAID"
    assert (await journalled())[-1] == ("RELEASE_CLAIM", {"state": "RELEASED", "places": 8, "reason": "NOT_SAID"})


async def seen_claim(door: Door, token: str, claim_id: str) -> Any:
    look = "query($id: ID!) { claim(id: $id) { state declineCode releaseCode } }"
    return await door.data(look, {"id": claim_id}, token=token)


# held for review -----------------------------------------------------------------------------------------------------


async def test_a_doubtful_text_is_seen_by_its_station_and_the_duty_officer_only(door: Door) -> None:
    answer = await post(door, await door.station(), title=DOUBTFUL)
    assert (answer["__typename"], answer["state"]) == ("Need", "NEEDS_REVIEW")
    for token in (
        await door.station(),
        await door.city(is_duty_officer=True),
        await door.district(is_duty_officer=True),
    ):
        seen = await door.data(SEE, {"id": answer["id"]}, token=token)
        assert (seen["title"], seen["state"]) == (DOUBTFUL, "NEEDS_REVIEW")
    look = "query($id: ID!) { need(id: $id) { id } node(id: $id) { id } needs(first: 100) { nodes { id state } } }"
    others = (
        await door.station("丁蜀"),
        await door.organization(A),
        await door.city(),
        await door.district(),
        await door.district("宜兴", is_duty_officer=True),
        await door.base(),
    )
    for anybody in (*others, None):
        found = await door.data(look, {"id": answer["id"]}, token=anybody)
        assert (found["need"], found["node"]) == (None, None)
        assert "NEEDS_REVIEW" not in {need["state"] for need in found["needs"]["nodes"]}
    assert await claim(door, await door.organization(A), answer["id"], await capability_id(EMOTIONS)) == NOT_THERE


async def test_only_a_duty_officer_of_the_district_or_city_approves(door: Door) -> None:
    need = await post(door, await door.station(), title=DOUBTFUL)
    before = await all_but_the_journal()
    for token in (await door.station(), await door.organization(A), await door.city(), await door.district()):
        assert await step(door, token, APPROVE, need) == NOT_ALLOWED
    assert await step(door, await door.district("宜兴", is_duty_officer=True), APPROVE, need) == NOT_THERE
    assert await all_but_the_journal() == before
    approved = await step(door, await door.district(is_duty_officer=True), APPROVE, need)
    assert (approved["__typename"], approved["state"]) == ("Need", "OPEN")
    again = await step(door, await door.city(is_duty_officer=True), APPROVE, approved)
    assert again == {
        "__typename": "NotInReview",
        "message": "This need is not held for review; it stands at: open: no place is held.",
        "stands": "OPEN",
    }
    assert (await door.data(SEE, {"id": need["id"]}, token=await door.organization(A)))["title"] == DOUBTFUL
    assert (await journalled())[-1] == ("APPROVE_NEED", {"state": "OPEN"})


async def test_a_need_held_for_review_is_not_counted_in_coverage(door: Door) -> None:
    look = "{ coverageGaps { figures { needs { value } } } }"
    before = await door.data(look, token=await door.city(is_duty_officer=True))
    await post(door, await door.station(), title=DOUBTFUL)
    assert await door.data(look, token=await door.city(is_duty_officer=True)) == before


# what an organization sees -------------------------------------------------------------------------------------------


async def test_a_plain_need_is_open_to_every_member(door: Door) -> None:
    seen = await door.data(SEE, {"id": await eight_places(door)}, token=await door.organization(E), language="zh")
    assert seen == {
        "title": "周六上午想做个情绪小组",
        "details": "",
        "town": {"name": "扬名街道"},
        "station": {"name": "扬名街道“清橙童乐园”未成年人保护工作站（关爱之家）"},
        "groups": [],
        "headcount": 8,
        "minimumPlaces": 2,
        "remaining": 8,
        "publicGroups": [],
        "headcountBand": "FROM_5_TO_9",
        "label": "心理团体辅导，9-11岁，5-9人，梁溪区",
        "district": {"name": "梁溪区"},
        "state": "OPEN",
    }


async def test_an_elevated_need_shows_its_text_and_place_from_acceptance_until_it_is_given_back(door: Door) -> None:
    need, a = await need_id("初中的4个想请心老师单独聊聊"), await door.organization(A)
    numbers = {"headcount": 4, "minimumPlaces": 1, "remaining": 4}
    hidden = HIDDEN_TEXT | {
        "publicGroups": [],
        "headcountBand": "UNDER_5",
        "label": "个别心理疏导，12-14岁，5人以下，新吴区",
        "district": {"name": "新吴区"},
    }
    assert await door.data(SEE, {"id": need}, token=a, language="zh") == hidden | numbers | {"state": "OPEN"}
    offer = await claimed(door, A, need, "个别心理疏导（预约制）", places=3)
    left = {"state": "PARTLY_CLAIMED", "remaining": 1}
    assert await door.data(SEE, {"id": need}, token=a, language="zh") == hidden | numbers | left
    accepted = await step(door, await door.station("旺庄"), ACCEPT, offer)
    opened = await door.data(SEE, {"id": need}, token=a, language="zh")
    assert (opened["title"], opened["town"]) == ("初中的4个想请心老师单独聊聊", {"name": "旺庄街道"})
    assert opened["station"] == {"name": "示例·旺庄街道未保站（新市民童屋）"}
    assert opened["details"] == "礼拜六下午有空，来站里谈，地方安静的"
    assert (
        await door.data(SEE, {"id": need}, token=await door.organization(B), language="zh") == hidden | numbers | left
    )
    await step(door, a, RELEASE, accepted, reason="STAFF_UNAVAILABLE")
    assert await door.data(SEE, {"id": need}, token=a, language="zh") == hidden | numbers | {"state": "OPEN"}


async def test_a_restricted_need_is_there_only_for_who_holds_the_qualification(door: Door) -> None:
    need, look = (
        await need_id("抚养方面的事想问问律师"),
        "{ needs(first: 100) { nodes { id } } worklist(first: 100) { nodes { need { id } } } }",
    )
    for name, is_there in (("明礼", True), (E, False), (B, False)):
        token = await door.organization(name)
        seen = await door.data(SEE, {"id": need}, token=token)
        assert (seen is not None) is is_there
        found = await door.data(look, token=token)
        assert ({"id": need} in found["needs"]["nodes"]) is is_there
        assert ({"need": {"id": need}} in found["worklist"]["nodes"]) is is_there
    assert await claim(door, await door.organization(E), need, await capability_id("周末陪伴与亲情电话")) == NOT_THERE
    seen = await door.data(SEE, {"id": need}, token=await door.organization("明礼"))
    assert {name: seen[name] for name in HIDDEN_TEXT} == HIDDEN_TEXT


async def test_a_need_of_a_telling_group_is_claimed_whole_and_shown_after_acceptance(door: Door) -> None:
    need, b = await need_id("星娃想有特教老师带带"), await door.organization(B)
    hidden = {
        **HIDDEN_TEXT,
        **HIDDEN_NUMBERS,
        "publicGroups": [{"code": "disadvantaged"}],
        "headcountBand": "FROM_5_TO_9",
        "label": "特殊需要儿童支持，5-10岁，5-9人，滨湖区",
        "district": {"name": "滨湖区"},
        "state": "OPEN",
    }
    assert await door.data(SEE, {"id": need}, token=b, language="zh") == hidden
    service = await capability_id("星星伙伴社交小组")
    part = await claim(door, b, need, service, places=3)
    assert part == {
        "__typename": "OnlyWhole",
        "message": "How many it is for is not shown before a claim: claim the whole need, without `places`.",
    }
    assert await Claim.filter(need_id=need).count() == 0
    whole = await claim(door, b, need, service)
    assert (whole["state"], whole["places"]) == ("PROPOSED", 6)
    assert await door.data(SEE, {"id": need}, token=b, language="zh") == hidden | {"state": "CLAIMED"}
    await step(door, await door.station("河埒"), ACCEPT, whole)
    opened = await door.data(SEE, {"id": need}, token=b, language="zh")
    assert (opened["title"], opened["groups"]) == ("星娃想有特教老师带带", [{"code": "autistic"}])
    assert (opened["headcount"], opened["minimumPlaces"], opened["remaining"]) == (6, 3, 0)


async def test_two_needs_that_differ_only_in_what_is_hidden_get_the_same_answer(door: Door) -> None:
    common = {"categories": ["health.special_needs_support"], "minAge": 5, "maxAge": 10}
    given: list[tuple[str, dict[str, Any]]] = [
        ("马山", {"title": "周六上午想要特教老师", "groups": ["autistic"], "headcount": 5, "minimumPlaces": 2}),
        ("华庄", {"title": "星娃社交小组，融合训练", "groups": ["orphan"], "headcount": 9, "minimumPlaces": 4}),
    ]
    needs = [await posted(door, station, **common, **each) for station, each in given]
    token = await door.organization(B)
    answers = [await door.data(CANDIDATES, {"id": need}, token=token, language="zh") for need in needs]
    assert answers[0] == answers[1]
    (candidate,) = answers[0]["candidates"]["nodes"]
    assert candidate["points"] == sum(each["points"] for each in candidate["reasons"])
    look = """{ worklist(first: 100) { nodes {
        need { id label } points reasons { criterion points of message } capability { title } } } }"""
    items = (await door.data(look, token=token, language="zh"))["nodes"]
    first, second = [item | {"need": None} for item in items if item["need"]["id"] in needs]
    assert first == second


async def test_why_not_says_nothing_of_a_hidden_town_group_or_number(door: Door) -> None:
    token, need = await door.organization(B), await need_id("星娃家长想歇口气，每周两个钟头")
    refused = await claim(door, token, need, await capability_id("特殊儿童家长喘息半日"), language="zh")
    assert refused == {
        "__typename": "NotEligible",
        "message": "这项服务接不了这条需求，卡在：服务区域。看看怎么改能接，或换一项服务。",
        "broken": [{"rule": "AREA", "asked": "320282", "offered": "320211", "message": "需求在宜兴市，服务只到滨湖区"}],
    }
    told = [refused]
    for language in ("zh", "en"):
        told.append(await door.data(CANDIDATES, {"id": need}, token=token, language=language))
    for secret in ("湖㳇", "Hufu", "320282113", "星娃", "孤独症", "autis"):
        assert secret not in json.dumps(told, ensure_ascii=False)


async def test_a_full_service_learns_that_it_is_too_small_and_not_for_how_many(door: Door) -> None:
    token, need = await door.organization("澄康"), await need_id("做康复的排不上队，7个小的")
    found = await door.data(CANDIDATES, {"id": need}, token=token, language="zh")
    (candidate,) = found["candidates"]["nodes"]
    assert candidate["obstacles"] == [
        {
            "rule": "CAPACITY",
            "asked": "",
            "offered": "2026-06: 0;2026-07: 0",
            "message": "名额达不到至少要的数量；2026年6月还剩0个；2026年7月还剩0个",
            "cure": None,
        }
    ]
    refused = await claim(door, token, need, await capability_id("感统与肢体康复训练"))
    assert (refused["__typename"], refused["month"], refused["left"]) == ("QuotaExceeded", "2026-06", 0)
    await books_are_right()


async def test_nobody_but_the_two_sides_and_the_bureau_sees_a_claim(door: Door) -> None:
    offer = await claimed(door, A, await eight_places(door), EMOTIONS)
    look = "query($id: ID!) { claim(id: $id) { state } node(id: $id) { id } }"
    sides = (await door.station(QINGCHENG), await door.organization(A), await door.city(), await door.district())
    for token in sides:
        assert (await door.data(look, {"id": offer["id"]}, token=token))["claim"] == {"state": "PROPOSED"}
    others = (await door.station("丁蜀"), await door.organization(B), await door.district("宜兴"))
    for anybody in (*others, None):
        assert await door.data(look, {"id": offer["id"]}, token=anybody) == {"claim": None, "node": None}
