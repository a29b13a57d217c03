"""What becomes of a need: when it is late, revised, withdrawn, closed or approved, and what is read of a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from alliance.claims.tables import Claim
from alliance.directory.tables import Capability
from alliance.needs.tables import Need
from tests.graph.door import QINGCHENG, A, B, Door
from tests.graph.errands import (
    ACCEPT,
    APPROVE,
    CLOSE,
    COMPLETE,
    DRAFT,
    FAULTS,
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
    post,
    posted,
    step,
    taken,
)

pytestmark = pytest.mark.anyio

GROUPS, TUTORING = "mental_health.group_counselling", "learning.tutoring"
EMOTIONS, SANDPLAY = "小学生情绪与同伴小组", "沙盘与绘画成长小组"  # of A and of B
RECORD = {"sessions": 4, "personTimes": 12, "outcome": "DELIVERED"}
DOUBTFUL = "多我一个也不多，想有人周末来陪陪"  # screening leaves it to a person
YESTERDAY, TODAY = "2026-05-31", "2026-06-01"
CAN = "query($id: ID!) { need(id: $id) { viewerCan { revise withdraw close approve claim } } }"
REVISE = f"""mutation($id: ID!, $v: Int!, $input: ReviseNeedInput!) {{
    reviseNeed(needId: $id, expectedVersion: $v, input: $input) {{ {SAID}
        ... on Need {{ id state version title }} ... on ClaimedAsItIs {{ held }} ... on BelowHeld {{ held }}
        ... on Diverted {{ signal }} }} }}"""


async def eight_places(door: Door, **given: Any) -> str:
    """A need of eight places that A and B can serve."""
    common: dict[str, Any] = {"categories": [GROUPS], "minAge": 9, "maxAge": 11, "headcount": 8, "minimumPlaces": 1}
    return await posted(door, **{"title": "周六上午想做个情绪小组", **common, **given})


async def can(door: Door, token: str, need: str) -> set[str]:
    """The deeds that the viewer may do with a need now."""
    answer = await door.data(CAN, {"id": need}, token=token)
    return {name for name, is_open in answer["viewerCan"].items() if is_open}


async def delivered(door: Door, need: str, places: int) -> None:
    """Places of a need, claimed by A and brought to their record."""
    a, row = await door.organization(A), await claimed(door, A, need, EMOTIONS, places=places)
    row = await step(door, a, START, await step(door, await door.station(), ACCEPT, row))
    assert (await step(door, a, COMPLETE, row, input=RECORD))["state"] == "COMPLETED"


async def revise(door: Door, need: str, version: int = 1, **changes: Any) -> dict[str, Any]:
    """The answer to a change by the station."""
    return await step(door, await door.station(), REVISE, {"id": need, "version": version}, input=changes)


# late ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [{"deadline": YESTERDAY}, {"last_day": YESTERDAY}])
async def test_a_need_whose_day_has_passed_is_off_the_board_and_a_claim_learns_the_day(
    door: Door, late: dict[str, Any]
) -> None:
    need, token, service = await eight_places(door), await door.organization(B), await capability_id(SANDPLAY)
    await Need.filter(id=need).update(**late)
    look = f"""{{ need(id: "{need}") {{ id }} needs(first: 100) {{ nodes {{ id }} }}
        worklist(first: 100) {{ nodes {{ need {{ id }} }} }} }}"""
    seen = await door.data(look, token=token)
    assert seen["need"] is None
    assert {"id": need} not in seen["needs"]["nodes"]
    assert {"need": {"id": need}} not in seen["worklist"]["nodes"]
    before = await all_but_the_journal()
    assert await claim(door, token, need, service) == {
        "__typename": "NeedOverdue",
        "message": "This need was wanted until 2026-05-31. Look at the next need of your worklist.",
        "lastDay": YESTERDAY,
    }
    assert await all_but_the_journal() == before
    assert "revise" in await can(door, await door.station(), need)


async def test_on_its_last_day_a_need_is_still_on_the_board_and_claimed(door: Door) -> None:
    need, token = await eight_places(door), await door.organization(A)
    await Need.filter(id=need).update(deadline=TODAY, last_day=TODAY)
    found = await door.data("{ needs(first: 100) { nodes { id } } }", token=token)
    assert {"id": need} in found["nodes"]
    assert await can(door, token, need) == {"claim"}
    await Capability.filter(title=EMOTIONS).update(lead_days=0)
    assert (await claim(door, token, need, await capability_id(EMOTIONS)))["__typename"] == "Claim"


async def test_who_has_claimed_part_of_a_late_need_sees_it_and_may_claim_no_more(door: Door) -> None:
    need, token = await eight_places(door), await door.organization(A)
    await claimed(door, A, need, EMOTIONS, places=2)
    assert await can(door, token, need) == {"claim"}
    await Need.filter(id=need).update(deadline=YESTERDAY)
    assert await can(door, token, need) == set()
    assert (await claim(door, token, need, await capability_id(EMOTIONS), places=2))["lastDay"] == YESTERDAY
    assert await Claim.filter(need_id=need).count() == 1


async def test_months_that_are_over_take_no_places(door: Door) -> None:
    need = await eight_places(door)
    await Need.filter(id=need).update(first_day="2026-04-10", last_day="2026-07-20")
    await Capability.filter(title=EMOTIONS).update(lead_days=0)
    await claimed(door, A, need, EMOTIONS, places=3)
    assert await taken(EMOTIONS) == {"2026-06": 3, "2026-07": 3}
    await books_are_right()


# revised -------------------------------------------------------------------------------------------------------------


async def test_what_the_duty_officer_approved_stays_approved_until_the_words_change(door: Door) -> None:
    need = await post(door, await door.station(), title=DOUBTFUL)
    assert need["state"] == "NEEDS_REVIEW"
    assert await can(door, await door.city(is_duty_officer=True), need["id"]) == {"approve"}
    need = await step(door, await door.city(is_duty_officer=True), APPROVE, need)
    for changes in ({"urgency": "SOON"}, {"minAge": 8}, {"title": DOUBTFUL, "details": None}, {"categories": [GROUPS]}):
        need = await revise(door, need["id"], need["version"], **changes)
        assert (need["__typename"], need["state"]) == ("Need", "OPEN")
        assert "state" not in (await journalled())[-1][1]
    need = await revise(door, need["id"], need["version"], details="周日也行")
    assert need["state"] == "NEEDS_REVIEW"
    assert (await journalled())[-1] == ("REVISE_NEED", {"state": "NEEDS_REVIEW"})
    need = await revise(door, need["id"], need["version"], title="周末想做个情绪小组", details="")
    assert need["state"] == "OPEN"
    assert (await journalled())[-1] == ("REVISE_NEED", {"state": "OPEN"})


@pytest.mark.parametrize(
    "changes",
    [
        {"categories": [TUTORING]},
        {"groups": ["migrant"]},
        {"minAge": 8},
        {"maxAge": None},
        {"mode": "AT_BASE"},
        {"firstDay": "2026-06-20"},
        {"lastDay": "2026-07-31"},
    ],
)
async def test_what_places_are_held_for_is_not_changed_under_their_claims(door: Door, changes: dict[str, Any]) -> None:
    need = await eight_places(door)
    offer = await claimed(door, A, need, EMOTIONS, places=3)
    before = await all_but_the_journal()
    assert await revise(door, need, **changes) == {
        "__typename": "ClaimedAsItIs",
        "message": "Places held by claims for it as it is: 3. Have them given back first, or post a new need.",
        "held": 3,
    }
    assert await all_but_the_journal() == before
    await step(door, await door.station(), RELEASE, offer, reason="NEED_CHANGED")
    assert (await revise(door, need, **changes))["__typename"] == "Need"


async def test_what_claims_do_not_rest_on_is_changed_while_places_are_held(door: Door) -> None:
    need = await eight_places(door)
    await claimed(door, A, need, EMOTIONS, places=3)
    same: dict[str, Any] = {"categories": [GROUPS], "groups": [], "minAge": 9, "maxAge": 11, "mode": None}
    more: dict[str, Any] = {
        "title": "周六想做个情绪小组",
        "details": "带点水",
        "headcount": 9,
        "urgency": "SOON",
        "deadline": "2026-06-20",
    }
    assert (await revise(door, need, **same, **more))["__typename"] == "Need"
    assert (await revise(door, need, 2, headcount=2))["__typename"] == "BelowHeld"


async def test_a_posted_need_does_not_become_an_emergency_or_nothing_by_its_categories_alone(door: Door) -> None:
    need = await posted(door, title="我们想要服务", categories=["participation.festival_event"])
    before = await all_but_the_journal()
    emergency = await revise(door, need, categories=["mental_health.crisis_intervention"])
    assert (emergency["__typename"], emergency["signal"]) == ("Diverted", "PSYCHOLOGICAL_EMERGENCY")
    assert (await revise(door, need, categories=None))["__typename"] == "Unclear"
    assert await all_but_the_journal() == before


# withdrawn, closed, approved, given back -----------------------------------------------------------------------------


async def test_a_need_with_delivered_places_is_closed_and_not_withdrawn(door: Door) -> None:
    need, station = await eight_places(door), await door.station()
    assert await can(door, station, need) == {"revise", "withdraw"}
    await delivered(door, need, 3)
    assert await can(door, station, need) == {"revise", "close"}
    waiting = await claimed(door, B, need, SANDPLAY, places=2)
    assert await can(door, station, need) == {"revise"}
    before = await all_but_the_journal()
    assert await step(door, station, WITHDRAW_NEED, {"id": need, "version": 1}, reason="MET_OTHERWISE") == {
        "__typename": "AlreadyDelivered",
        "message": "Places delivered already: 3. Close the need instead of withdrawing it.",
        "completed": 3,
    }
    held = await step(door, station, CLOSE, {"id": need, "version": 1})
    assert (held["__typename"], held["unfinished"]) == ("StillHeld", 2)
    assert await all_but_the_journal() == before
    await step(door, station, RELEASE, waiting, reason="NEED_CHANGED")
    assert (await step(door, station, CLOSE, {"id": need, "version": 1}))["state"] == "CLOSED"
    await books_are_right()


async def test_a_need_of_which_nothing_was_delivered_is_not_closed(door: Door) -> None:
    station = await door.station()
    unclaimed: dict[str, Any] = {"id": await eight_places(door), "version": 1}
    for need in (unclaimed, await post(door, station, title=DOUBTFUL)):
        assert "close" not in await can(door, station, need["id"])
        before = await all_but_the_journal()
        assert await step(door, station, CLOSE, need) == {
            "__typename": "NothingDelivered",
            "message": "Nothing was delivered for this need. Withdraw it with a reason instead.",
        }
        assert await all_but_the_journal() == before


@pytest.mark.parametrize("kind", ["OPEN", "WITHDRAWN"])
async def test_only_a_need_in_review_is_approved(door: Door, kind: str) -> None:
    officer = await door.city(is_duty_officer=True)
    need: dict[str, Any] = {"id": await eight_places(door), "version": 1}
    if kind == "WITHDRAWN":
        need = await step(door, await door.station(), WITHDRAW_NEED, need, reason="MET_OTHERWISE")
    assert "approve" not in await can(door, officer, need["id"])
    before = await all_but_the_journal()
    answer = await step(door, officer, APPROVE, need)
    assert (answer["__typename"], answer["stands"]) == ("NotInReview", kind)
    assert await all_but_the_journal() == before


@pytest.mark.parametrize("reason", ["NEED_WITHDRAWN", "CAPABILITY_WITHDRAWN"])
async def test_nobody_gives_a_claim_back_with_a_reason_of_the_system(door: Door, reason: str) -> None:
    offer = await claimed(door, A, await eight_places(door), EMOTIONS)
    sides, before = (await door.station(), await door.organization(A)), await all_but_the_journal()
    release = RELEASE.replace(SAID, f"{SAID} {FAULTS}")
    for token in sides:
        answer = await step(door, token, release, offer, reason=reason)
        assert answer["__typename"] == "InvalidInput"
        assert answer["fields"] == [
            {"path": "reason", "message": "This reason is given by the system. Choose another."}
        ]
    assert await all_but_the_journal() == before


# read and posted -----------------------------------------------------------------------------------------------------


async def test_a_draft_shows_its_doubts_and_posting_asks_about_them(door: Door) -> None:
    text, token = "项目号320299201501010012，想要一堂普法课", await door.station()
    draft = await door.data(DRAFT, {"input": {"text": text}}, token=token)
    assert (draft["__typename"], draft["title"]) == ("NeedDraft", text)
    assert draft["doubts"] == [{"kind": "ID_NUMBER", "field": "text", "start": 3, "end": 21}]
    assert (await post(door, token, title=text))["__typename"] == "PleaseConfirm"
    assert await journalled() == []


@pytest.mark.parametrize("text", ["周六上午想给五个孩子做情绪小组", f"{DOUBTFUL}，想做情绪小组"])
async def test_a_draft_that_posting_asks_nothing_about_has_no_doubts(door: Door, text: str) -> None:
    draft = await door.data(DRAFT, {"input": {"text": text}}, token=await door.station())
    assert (draft["__typename"], draft["doubts"]) == ("NeedDraft", [])


async def test_a_long_sentence_is_drafted_into_title_and_details_that_can_be_posted(door: Door) -> None:
    text = "想给五年级做情绪小组，" + "最好是周六上午" * 32 + "谢谢"
    token = await door.station()
    draft = await door.data(DRAFT, {"input": {"text": text}}, token=token)
    assert draft["title"] + draft["details"] == text
    assert (await post(door, token, title=draft["title"], details=draft["details"]))["__typename"] == "Need"


async def test_a_need_without_a_service_in_category_or_words_is_asked_what_it_wants(door: Door) -> None:
    token, before = await door.station(), await all_but_the_journal()
    assert await post(door, token, title="我们想要服务", details="越早越好") == {
        "__typename": "Unclear",
        "message": "It is not clear which service is wanted. Say what should happen, for whom and how many.",
    }
    assert await all_but_the_journal() == before
    enough: tuple[dict[str, Any], ...] = ({"categories": [GROUPS]}, {"details": "想做情绪小组"})
    for given in enough:
        assert (await post(door, token, **{"title": "我们想要服务", **given}))["__typename"] == "Need"
    assert (await post(door, token, title=DOUBTFUL))["state"] == "NEEDS_REVIEW"


# places --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "is_found"), [("320213", True), ("320213026", True), ("3202", False), ("32021302", False), ("", False)]
)
async def test_coverage_is_asked_for_whole_codes_only(door: Door, place: str, is_found: bool) -> None:
    await posted(door, QINGCHENG, title="周六上午想做个情绪小组", categories=[GROUPS], headcount=20)
    look = "query($place: String) { coverageGaps(where: {place: $place}) { figures { needs { value } } } }"
    found = await door.data(look, {"place": place}, token=await door.city())
    assert bool(found["figures"]["needs"]["value"]) is is_found


@pytest.mark.parametrize(
    ("place", "is_found"), [("320213", True), ("320213026", True), ("3202", False), ("32021302", False)]
)
async def test_stations_are_asked_for_by_whole_codes_only(door: Door, place: str, is_found: bool) -> None:
    look = "query($place: String) { stations(where: {district: $place}) { nodes { name } } }"
    names = [each["name"] for each in (await door.data(look, {"place": place}))["nodes"]]
    assert any(QINGCHENG in name for name in names) is is_found
