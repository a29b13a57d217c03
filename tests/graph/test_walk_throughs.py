"""The walk-throughs of the trade, from the sentence to the answer; their numbers are those of domain.md §11."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from alliance.claims.tables import Claim, ServiceRecord
from alliance.kit import clock
from alliance.kit.database import is_postgres, sqlite_path
from alliance.needs.tables import Need
from tests.graph.door import QINGCHENG, A, B, C, D, Door, E, F
from tests.graph.errands import (
    ACCEPT,
    COMPLETE,
    DRAFT,
    SAID,
    START,
    all_but_the_journal,
    books_are_right,
    candidates,
    capability_id,
    claim,
    claimed,
    journalled,
    need_id,
    post,
    posted,
    step,
)
from tests.graph.ledger import places_holding
from tests.graph.rooms import CONFIRM, day_ahead, made_rooms

pytestmark = pytest.mark.anyio

TO_THE_REPORT = (
    "孩子可能有危险。请先报告，不要等：报警110，急救120，当地民政部门。"
    "有怀疑就报，不需要先查清楚。这段文字没有发布，也没有保存。"
)
TO_A_GROUP = "标出的字能认出某个人，所以没有保存。请写一群孩子：多少人、几岁、需要什么。这里不收照片和附件。"
GAPS = """query($where: CoverageWhereInput) { coverageGaps(where: $where) {
    figures { needs { value } asked { value } delivered { value } inHand { value } unmet { value } }
    causes { stage needs { value } places { value } }
    cells { place { name } category { code } nearest { title } }
    silentStations { name }
} }"""


async def refused(door: Door, text: str, *hidden: str) -> dict[str, Any]:
    """The answer to a text refused as a sentence and as a need alike, after which nothing holds a word of it."""
    before, token = await all_but_the_journal(), await door.station()
    drafted: dict[str, Any] = await door.data(DRAFT, {"input": {"text": text}}, token=token, language="zh")
    answer: dict[str, Any] = await post(door, token, language="zh", title=text)
    assert {**drafted, "findings": None} == {**answer, "findings": None}
    assert await all_but_the_journal() == before
    for part in (text, *hidden):
        assert await places_holding(part) == []
    return answer


# 1: a plain hit ------------------------------------------------------------------------------------------------------


async def test_1_a_plain_sentence_is_read_as_a_need(door: Door) -> None:
    text = "周六上午想给4-6年级5个孩子做情绪方面的小组"
    draft = await door.data(DRAFT, {"input": {"text": text}}, token=await door.station())
    assert draft["__typename"] == "NeedDraft"
    assert draft["title"] == text
    assert draft["categories"] == [{"category": {"code": "mental_health.group_counselling"}}]
    assert draft["headcount"] == 5
    assert [window["weekday"] for window in draft["windows"]] == [6]
    assert draft["minAge"] == 9
    assert draft["question"] is None


async def test_1_a_first_then_b_and_every_reason_is_shown(door: Door) -> None:
    need = await posted_emotion_group(door)
    found = await candidates(door, await door.station(), need, language="zh")
    assert list(found)[:2] == [A, B]
    best = found[A]
    assert (best["verdict"], best["mayClaim"], best["obstacles"]) == ("ELIGIBLE", True, [])
    assert best["capability"] == {"title": "小学生情绪与同伴小组"}
    assert best["points"] == sum(reason["points"] for reason in best["reasons"])
    said = {reason["criterion"]: reason["message"] for reason in best["reasons"]}
    assert said["CATEGORY"] == "服务类目是心理团体辅导"
    assert said["NEARNESS"] == "覆盖梁溪区"
    assert said["TIME_FIT"] == "每周共同时间150分钟"
    assert said["PLACES_LEFT"] == "还有20个名额，够用"
    assert [found[name]["verdict"] for name in list(found)[2:]] == ["NOT_OFFERED"] * 8


async def test_1_a_claims_and_the_station_accepts(door: Door) -> None:
    need = await posted_emotion_group(door)
    offer = await claimed(door, A, need, "小学生情绪与同伴小组")
    assert (offer["state"], offer["places"], offer["need"]["state"]) == ("PROPOSED", 5, "CLAIMED")
    accepted = await step(door, await door.station(), ACCEPT, offer)
    assert (accepted["state"], accepted["need"]["state"]) == ("ACCEPTED", "CLAIMED")
    assert [deed for deed, _ in await journalled()] == ["POST_NEED", "CLAIM_NEED", "ACCEPT_CLAIM"]
    await books_are_right()


async def test_1_a_room_of_the_base_is_proposed_and_taken_in_the_same_step(door: Door) -> None:
    rooms, token = await made_rooms(door), await door.organization(A)
    need = await posted(
        door, title="周六上午想给5个孩子做情绪小组", categories=["mental_health.group_counselling"], headcount=5
    )
    look = """query($base: ID!, $day: Date!) { freeHours(where: {base: $base, headcount: 5}, minutes: 90,
        firstDay: $day, lastDay: $day) { nodes { room { id name } period { start end } } } }"""
    saturday = day_ahead(12).isoformat()
    proposed = (await door.data(look, {"base": rooms.base.id, "day": saturday}, token=token))["nodes"]
    assert proposed[0]["room"]["name"] == "示例·craft"  # the smallest that holds five
    offer = await claimed(
        door, A, need, "小学生情绪与同伴小组",
        room={"roomId": proposed[0]["room"]["id"], "firstDay": saturday, "start": "09:00", "end": "10:30"},
    )  # fmt: skip
    accepted = await step(door, await door.station(), ACCEPT, offer)
    shown = await door.data(
        "query($id: ID!) { claim(id: $id) { roomStanding bookings { room { name } } } }",
        {"id": accepted["id"]},
        token=token,
    )
    assert shown == {"roomStanding": "HELD", "bookings": [{"room": {"name": "示例·craft"}}]}
    await books_are_right()


async def posted_emotion_group(door: Door) -> str:
    return await posted(
        door,
        title="周六上午想给4-6年级5个孩子做情绪方面的小组",
        categories=["mental_health.group_counselling"],
        minAge=9,
        maxAge=11,
        headcount=5,
        minimumPlaces=5,
        mode="AT_STATION",
        windows=[{"weekday": 6, "start": "09:00", "end": "11:30"}],
        firstDay="2026-06-13",
        lastDay="2026-07-11",
    )


# 2: typing errors ----------------------------------------------------------------------------------------------------


async def test_2_two_services_with_typing_errors_are_both_read_and_offered_apart(door: Door) -> None:
    text = "想找人做心里疏导和课业辅道"
    draft = await door.data(DRAFT, {"input": {"text": text}}, token=await door.station())
    codes = [found["category"]["code"] for found in draft["categories"]]
    assert codes == ["mental_health.counselling", "learning.tutoring"]
    assert len(draft["parts"]) == 2


# 3 to 5: what points to a person -------------------------------------------------------------------------------------


async def test_3_a_childs_name_is_marked_and_nothing_of_the_text_is_kept(door: Door) -> None:
    answer = await refused(door, "帮帮王小雨，四年级，妈妈走了", "王小雨", "妈妈走了")
    assert answer == {
        "__typename": "IdentityFound",
        "message": TO_A_GROUP,
        "findings": [{"kind": "NAME", "field": "title", "start": 2, "end": 5}],
        "rewritten": "帮帮一名孩子，四年级，妈妈走了",
    }
    assert await journalled() == [("REFUSE_TEXT", {"kind": "NAME"})] * 2


async def test_3_one_child_of_a_rare_group_is_asked_about_and_then_hidden(door: Door) -> None:
    token = await door.station()
    given: dict[str, Any] = {
        "title": "想有人周末来陪陪",
        "categories": ["mental_health.emotional_companionship"],
        "groups": ["orphan"],
        "headcount": 1,
    }
    asked = await post(door, token, **given)
    assert (asked["__typename"], asked["findings"]) == ("PleaseConfirm", [])
    assert await journalled() == []
    answer = await post(door, token, **given, acknowledged=[asked["token"]])
    assert (answer["__typename"], answer["state"]) == ("Need", "OPEN")
    see = "query($id: ID!) { need(id: $id) { title town { name } groups { code } headcount publicGroups { code } } }"
    assert await door.data(see, {"id": answer["id"]}, token=await door.organization(E)) == {
        "title": None,
        "town": None,
        "groups": None,
        "headcount": None,
        "publicGroups": [{"code": "disadvantaged"}],
    }


async def test_4_an_id_number_is_refused_and_its_digits_are_nowhere(door: Door, alliance_url: str) -> None:
    digits = "320299201501010011"
    answer = await refused(door, f"落户手续办不下来，身份证{digits}", digits)
    assert answer == {
        "__typename": "IdentityFound",
        "message": TO_A_GROUP,
        "findings": [{"kind": "ID_NUMBER", "field": "title", "start": 12, "end": 30}],
        "rewritten": "落户手续办不下来",
    }
    assert await journalled() == [("REFUSE_TEXT", {"kind": "ID_NUMBER"})] * 2
    assert not any(digits.encode() in written for written in files_of(alliance_url))


async def test_5_eighteen_digits_with_a_wrong_check_digit_pass_after_a_look(door: Door) -> None:
    token, title = await door.station(), "项目号320299201501010012，想要一堂普法课"
    asked = await post(door, token, title=title)
    assert asked["__typename"] == "PleaseConfirm"
    assert asked["findings"] == [{"kind": "ID_NUMBER", "field": "title", "start": 3, "end": 21}]
    answer = await post(door, token, title=title, acknowledged=[asked["token"]])
    assert (answer["__typename"], answer["state"]) == ("Need", "OPEN")
    other = await post(door, token, title=title + "啊", acknowledged=[asked["token"]])
    assert other["__typename"] == "PleaseConfirm"


def files_of(url: str) -> list[bytes]:
    """The bytes of everything that a database of one file has written so far; none of a server's."""
    if is_postgres(url):
        return []
    path = sqlite_path(url)
    return [each.read_bytes() for each in Path(path.parent).iterdir() if each.name.startswith(path.name)]


# 6 to 8: harm --------------------------------------------------------------------------------------------------------


async def test_6_bruises_are_answered_with_the_reporting_route_and_never_posted(door: Door, alliance_url: str) -> None:
    answer = await refused(door, "发现孩子身上多处淤青，问也不说", "淤青")
    assert answer == {"__typename": "Diverted", "message": TO_THE_REPORT, "signal": "MANDATORY_REPORT"}
    assert not any("淤青".encode() in written for written in files_of(alliance_url))


async def test_6_the_bureau_sees_that_a_text_was_diverted_at_this_station_and_nothing_of_it(door: Door) -> None:
    await post(door, await door.station(), title="发现孩子身上多处淤青，问也不说")
    look = """{ journal(where: { deed: DIVERT_TEXT }) {
        nodes { deed actorRole bodyName subjects before { name } after { name value } } } }"""
    seen = {
        "deed": "DIVERT_TEXT",
        "actorRole": "STATION_HEAD",
        "bodyName": "扬名街道“清橙童乐园”未成年人保护工作站（关爱之家）",
        "subjects": [],
        "before": [],
        "after": [{"name": "kind", "value": "MANDATORY_REPORT"}],
    }
    for token in (await door.city(is_duty_officer=True), await door.district("梁溪"), await door.station()):
        assert await door.data(look, token=token) == {"nodes": [seen]}
    assert await door.data(look, token=await door.district("宜兴")) == {"nodes": []}
    assert await door.data(look, token=await door.organization()) == {"nodes": []}


async def test_7_a_course_about_prevention_is_a_need_like_any_other(door: Door) -> None:
    token, text = await door.station(), "想请人来讲防性侵，五六年级女生40人"
    draft = await door.data(DRAFT, {"input": {"text": text}}, token=token)
    assert draft["categories"][0] == {"category": {"code": "safety.sexual_abuse_prevention"}}
    assert draft["headcount"] == 40
    answer = await post(door, token, title=text, categories=["safety.sexual_abuse_prevention"], headcount=40)
    assert (answer["__typename"], answer["state"]) == ("Need", "OPEN")


async def test_8_a_wish_to_die_is_answered_at_once(door: Door) -> None:
    answer = await refused(door, "孩子说不想活", "不想活")
    assert answer == {"__typename": "Diverted", "message": TO_THE_REPORT, "signal": "PSYCHOLOGICAL_EMERGENCY"}
    assert await journalled() == [("DIVERT_TEXT", {"kind": "PSYCHOLOGICAL_EMERGENCY"})] * 2


async def test_8_harm_comes_before_every_fault_and_every_other_doubt(door: Door) -> None:
    answer = await post(door, await door.station(), title="王小雨说不想活", headcount=0, categories=["none.such"])
    assert (answer["__typename"], answer["signal"]) == ("Diverted", "PSYCHOLOGICAL_EMERGENCY")


# 9 and 10: sharing and racing ----------------------------------------------------------------------------------------


async def test_9_two_organizations_share_fifteen_places_and_a_third_finds_none_left(door: Door) -> None:
    need = await need_id("放假15个娃白天没人看，想托管")
    first = await claimed(door, C, need, "假期日间托管", places=10)
    assert first["need"] == {"state": "PARTLY_CLAIMED"}
    second = await claimed(door, D, need, "假期小班托管", places=5)
    assert second["need"] == {"state": "CLAIMED"}
    third = await claim(door, await door.organization(E), need, await capability_id("四季物资包"), places=1)
    assert third == {
        "__typename": "NotEnoughLeft",
        "message": "0 places are left. Claim at most that many, or look at the next need of your worklist.",
        "left": 0,
    }
    assert await Claim.filter(need_id=need).count() == 2
    await books_are_right()


async def test_10_of_two_claims_on_the_last_six_exactly_one_wins_and_the_other_has_a_next_best(door: Door) -> None:
    need = await need_id("5年级的6个想开个情绪小组，周六上午")
    tokens = {name: await door.organization(name) for name in (A, B)}
    services = {A: await capability_id("小学生情绪与同伴小组"), B: await capability_id("沙盘与绘画成长小组")}
    answers = dict(
        zip(tokens, await asyncio.gather(*(claim(door, tokens[n], need, services[n]) for n in tokens)), strict=True)
    )
    assert sorted(answer["__typename"] for answer in answers.values()) == ["Claim", "NotEnoughLeft"]
    loser = next(name for name, answer in answers.items() if answer["__typename"] == "NotEnoughLeft")
    assert answers[loser]["left"] == 0
    worklist = await door.data("{ worklist(first: 1) { nodes { need { id } } } }", token=tokens[loser])
    assert [item["need"]["id"] != need for item in worklist["nodes"]] == [True]
    assert await Claim.filter(need_id=need).count() == 1
    await books_are_right()


# 11 to 14: who may serve ---------------------------------------------------------------------------------------------


async def test_11_a_reach_gap_names_the_nearest_outside_and_is_counted_under_its_district(door: Door) -> None:
    need = await need_id("星娃家长想歇口气，每周两个钟头")
    found = await candidates(door, await door.station("湖㳇"), need, language="zh")
    assert not any(each["mayClaim"] for each in found.values())
    assert (next(iter(found)), found[B]["verdict"]) == (B, "BARRED")
    assert found[B]["obstacles"] == [
        {
            "rule": "AREA",
            "asked": "320282113",
            "offered": "320211",
            "message": "需求在湖㳇镇，服务只到滨湖区",
            "cure": {"code": "OPEN_AREA", "message": "开放宜兴市"},
        }
    ]
    asked = {"where": {"place": "320282", "category": "care.caregiver_respite"}}
    gaps = await door.data(GAPS, asked, token=await door.city(), language="zh")
    assert gaps["causes"] == [{"stage": "AREA", "needs": {"value": 1}, "places": {"value": 6}}]
    assert gaps["cells"] == [
        {
            "place": {"name": "宜兴市"},
            "category": {"code": "care.caregiver_respite"},
            "nearest": {"title": "特殊儿童家长喘息半日"},
        }
    ]


async def test_12_a_claim_without_the_qualification_is_refused_and_companionship_is_on_the_worklist(door: Door) -> None:
    token, need = await door.organization(E), await need_id("初中的4个想请心老师单独聊聊")
    answer = await claim(door, token, need, await capability_id("周末陪伴与亲情电话"), places=1, language="zh")
    assert answer == {
        "__typename": "QualificationMissing",
        "message": "这项服务要有资质：心理咨询、治疗或精神科专业人员。你们机构还没有登记，有的话请民政局登记。",
        "missing": ["PSYCH_PROFESSIONAL"],
    }
    assert await Claim.filter(need_id=need).count() == 0
    assert await journalled() == []
    worklist = await door.data("{ worklist { nodes { need { categories { code } } } } }", token=token)
    codes = [code["code"] for item in worklist["nodes"] for code in item["need"]["categories"]]
    assert "mental_health.emotional_companionship" in codes
    await books_are_right()


async def test_12_a_service_without_the_qualification_cannot_be_listed(door: Door) -> None:
    before = await all_but_the_journal()
    listing = f"""mutation($input: ListCapabilityInput!) {{ listCapability(input: $input) {{ {SAID}
        ... on QualificationMissing {{ missing }} }} }}"""
    given = {"category": "mental_health.counselling", "title": "周末谈心", "area": ["320214"]}
    answer = await door.data(listing, {"input": given}, token=await door.organization(E))
    assert (answer["__typename"], answer["missing"]) == ("QualificationMissing", ["PSYCH_PROFESSIONAL"])
    assert await all_but_the_journal() == before


async def test_13_a_lapsed_check_bars_from_suggestion_and_claim_and_the_own_page_says_which_date(door: Door) -> None:
    need, token = await need_id("想上一堂法治课，初中生80个"), await door.organization(F)
    obstacle = {
        "rule": "VETTING",
        "asked": "2025-06-02",
        "offered": "2025-05-02",
        "message": "上次查询 2025-05-02，须在 2025-06-02 或之后",
    }
    found = await candidates(door, await door.station("安镇"), need, language="zh")
    assert found[F]["verdict"] == "BARRED"
    cure = {"code": "RENEW_CHECK", "message": "补一份 2025-06-02 或之后的从业查询结果"}
    assert found[F]["obstacles"] == [obstacle | {"cure": cure}]
    answer = await claim(door, token, need, await capability_id("普法课与模拟法庭"), language="zh")
    assert answer == {
        "__typename": "NotEligible",
        "message": "这项服务接不了这条需求，卡在：从业查询一年内有效。看看怎么改能接，或换一项服务。",
        "broken": [obstacle],
    }
    assert await Claim.filter(need_id=need).count() == 0
    me = await door.data("{ me { organization { name checkedOn } } }", token=token)
    assert me == {"organization": {"name": F, "checkedOn": "2025-05-02"}}
    worklist = await door.data("{ worklist { nodes { need { title } } } }", token=token)
    assert all(item["need"]["title"] != "想上一堂法治课，初中生80个" for item in worklist["nodes"])


async def test_14_the_stations_own_operator_may_claim_and_is_marked(door: Door) -> None:
    need = await need_id("名单上6户，想有社工一道走一趟")
    found = await candidates(door, await door.station("黄巷"), need)
    assert (found[A]["isStationOperator"], found[A]["verdict"]) == (True, "ELIGIBLE")
    assert (await claimed(door, A, need, "社工陪同入户走访"))["isByOperator"] is True
    seen = await door.data("{ claims { totalCount nodes { isByOperator } } }", token=await door.city())
    assert (seen["totalCount"], [each["isByOperator"] for each in seen["nodes"]].count(True)) == (20, 5)
    assert ("CLAIM_NEED", True) in [(deed, after.get("is_by_operator")) for deed, after in await journalled()]


# 15 to 19: what is not answered, or not here -------------------------------------------------------------------------


async def test_15_a_district_learns_no_number_of_another_district(door: Door) -> None:
    orphans: dict[str, Any] = {"title": "想有人周末来陪陪", "groups": ["orphan"], "headcount": 3}
    await posted(door, **orphans, categories=["mental_health.emotional_companionship"])
    look = """query($where: CoverageWhereInput) { coverageGaps(where: $where, placeLevel: TOWN) {
        figures { needs { state value } asked { state value } unmet { state value } }
        causes { stage } byPlace { place { name } figures { asked { state value } } } cells { place { name } }
        silentStations { name } } }"""
    withheld = {"state": "WITHHELD", "value": None}
    answer = await door.data(look, {"where": {"place": "320213"}}, token=await door.district("滨湖"), language="zh")
    assert answer == {
        "figures": {"needs": withheld, "asked": withheld, "unmet": withheld},
        "causes": [],
        "byPlace": [{"place": {"name": "梁溪区"}, "figures": {"asked": withheld}}],
        "cells": [],
        "silentStations": [],
    }
    town = await door.data(look, {"where": {"place": "320213026"}}, token=await door.district("滨湖"), language="zh")
    assert town == answer


async def test_15_the_bureau_reads_no_free_text_in_bulk(door: Door) -> None:
    look = "{ needs(first: 100) { totalCount nodes { title details label } } }"
    for token in (await door.city(), await door.district("梁溪")):
        needs = await door.data(look, token=token)
        assert needs["totalCount"] > 10
        assert {(need["title"], need["details"]) for need in needs["nodes"]} == {(None, None)}
        assert all(need["label"] for need in needs["nodes"])


async def test_16_the_rooms_of_the_base_are_known_with_the_minutes_around_a_booking(door: Door) -> None:
    look = "{ bases { rooms { name capacity setupMinutes clearupMinutes } } }"
    rooms = [room for base in await door.data(look) for room in base["rooms"]]
    assert len(rooms) == 8
    assert {"name": "示例·培训室", "capacity": 50, "setupMinutes": 15, "clearupMinutes": 15} in rooms


async def test_17_a_room_is_not_a_need(door: Door) -> None:
    answer = await refused(door, "场地借一下 周三下午 30人")
    assert (answer["__typename"], answer["kind"]) == ("NotANeed", "ROOM")
    assert answer["message"] == "这是借场地，不是要服务：请在共享基地的日历里预约。"
    assert await journalled() == [("REFUSE_TEXT", {"kind": "ROOM"})] * 2


async def test_17_a_room_request_goes_to_the_calendar_of_the_base_with_no_list_of_organizations(door: Door) -> None:
    document = """mutation($text: String!) { draftNeed(input: {text: $text}) { __typename
        ... on NotANeed { kind headcount windows { weekday start end } } } }"""
    token = await door.station()
    asked = await door.data(document, {"text": "场地借一下 周三下午 30人"}, token=token)
    assert (asked["headcount"], [each["weekday"] for each in asked["windows"]]) == (30, [3])
    rooms = await made_rooms(door)
    look = """query($base: ID!, $n: Int!) { freeHours(where: {base: $base, headcount: $n}, minutes: 120, first: 100) {
        nodes { room { name capacity } period { start end } } } }"""
    free = (await door.data(look, {"base": rooms.base.id, "n": asked["headcount"]}, token=token))["nodes"]
    assert {each["room"]["name"] for each in free} == {"示例·hall"}
    wednesday = next(each for each in free if datetime.fromisoformat(each["period"]["start"]).isoweekday() == 3)
    ahead = (datetime.fromisoformat(wednesday["period"]["start"]).date() - clock.today()).days
    booked = await rooms.book(token, "hall", days=ahead, headcount=30)
    assert booked["bookings"][0]["state"] == "REQUESTED"
    confirmed = await rooms.step(CONFIRM, await rooms.manager(), booked["bookings"][0])
    assert confirmed["state"] == "CONFIRMED"
    later = (await door.data(look, {"base": rooms.base.id, "n": 30}, token=token))["nodes"]
    assert wednesday not in later


async def test_18_a_service_beyond_the_alliance_is_understood_and_nobody_may_claim_it(door: Door) -> None:
    text = "检察官能来讲一课伐"
    draft = await door.data(DRAFT, {"input": {"text": text}}, token=await door.station())
    assert [found["category"]["code"] for found in draft["categories"]] == ["legal.rule_of_law_education"]
    need = await posted(door, title=text, categories=["legal.rule_of_law_education"], mode="AT_STATION")
    found = await candidates(door, await door.station(), need)
    assert not any(each["mayClaim"] for each in found.values())


async def test_19_money_is_no_need(door: Door) -> None:
    answer = await refused(door, "能不能给这家捐2000")
    assert (answer["__typename"], answer["kind"]) == ("NotANeed", "MONEY")


async def test_19_an_account_number_is_refused_before_anything_else(door: Door, alliance_url: str) -> None:
    number = "6222020200112345678"
    answer = await refused(door, f"能不能给这家捐2000，账号{number}", number)
    assert (answer["__typename"], answer["message"]) == ("IdentityFound", TO_A_GROUP)
    assert [finding["kind"] for finding in answer["findings"]] == ["BANK_CARD"]
    assert not any(number.encode() in written for written in files_of(alliance_url))


# 20: stale and silent ------------------------------------------------------------------------------------------------


async def test_20_a_need_whose_only_capable_member_is_full_is_a_capacity_gap_and_stays_open(door: Door) -> None:
    need = await need_id("做康复的排不上队，7个小的")
    found = await candidates(door, await door.station("华士"), need, language="zh")
    (barred,) = [each for each in found.values() if each["verdict"] == "BARRED"]
    assert barred["obstacles"] == [
        {
            "rule": "CAPACITY",
            "asked": "3",
            "offered": "2026-06: 0;2026-07: 0",
            "message": "至少要3个名额，服务2026年6月还剩0个；2026年7月还剩0个",
            "cure": {"code": "RAISE_MONTHLY_PLACES", "message": "把2026年6月、2026年7月的剩余名额增加到3个"},
        }
    ]
    asked = {"where": {"place": "320281107", "category": "health.rehabilitation"}}
    gaps = await door.data(GAPS, asked, token=await door.city())
    assert gaps["causes"] == [{"stage": "CAPACITY", "needs": {"value": 1}, "places": {"value": 7}}]
    seen = await door.data(
        "query($id: ID!) { need(id: $id) { state postedAt } }", {"id": need}, token=await door.station("华士")
    )
    assert (seen["state"], seen["postedAt"][:10]) == ("OPEN", "2026-05-11")


async def test_20_stations_without_a_post_in_ninety_days_are_no_data_and_not_zero(door: Door) -> None:
    gaps = await door.data(GAPS, token=await door.city())
    silent = ["示例·锡北镇未保站", "示例·钱桥街道关爱之家", "示例·周庄镇未保站", "示例·张渚镇未保站"]
    assert [station["name"] for station in gaps["silentStations"]] == silent
    await posted(door, "钱桥", title="想有人周末来讲故事")
    gaps = await door.data(GAPS, token=await door.city())
    assert "示例·钱桥街道关爱之家" not in [station["name"] for station in gaps["silentStations"]]


# more refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [("老人没人照顾，想请人陪护", "ELDER_CARE"), ("想领养一个孩子", "CUSTODY")],
)
async def test_what_is_no_need_of_children_says_what_it_is_instead(door: Door, text: str, kind: str) -> None:
    answer = await refused(door, text)
    assert (answer["__typename"], answer["kind"]) == ("NotANeed", kind)


@pytest.mark.parametrize("text", ["想搞点活动", "我们想要服务", "asdf"])
async def test_a_text_that_says_nothing_is_asked_what_should_happen(door: Door, text: str) -> None:
    assert (await refused(door, text))["__typename"] == "Unclear"


async def test_a_childs_name_in_a_service_record_is_refused_and_the_claim_stays_active(door: Door) -> None:
    need = await posted_emotion_group(door)
    organization, station = await door.organization(A), await door.station(QINGCHENG)
    offer = await claimed(door, A, need, "小学生情绪与同伴小组")
    active = await step(door, organization, START, await step(door, station, ACCEPT, offer))
    before = await all_but_the_journal()
    given = {"sessions": 6, "personTimes": 30, "outcome": "DELIVERED", "note": "王小雨这次主动开口了"}
    answer = await step(door, organization, COMPLETE, active, input=given)
    assert answer["__typename"] == "IdentityFound"
    assert await all_but_the_journal() == before
    assert await ServiceRecord.filter(claim_id=offer["id"]).count() == 0
    assert await places_holding("王小雨") == []
    assert (await journalled())[-1] == ("REFUSE_TEXT", {"kind": "NAME"})


async def test_a_story_with_a_name_in_a_service_description_is_refused(door: Door) -> None:
    before = await all_but_the_journal()
    listing = f"mutation($input: ListCapabilityInput!) {{ listCapability(input: $input) {{ {SAID} }} }}"
    given = {
        "category": "mental_health.emotional_companionship",
        "title": "周末陪伴",
        "description": "王小雨同学去年四年级，现在肯上学了",
        "area": ["320214"],
    }
    answer = await door.data(listing, {"input": given}, token=await door.organization(E))
    assert answer["__typename"] == "IdentityFound"
    assert await all_but_the_journal() == before
    assert await places_holding("王小雨") == []


async def test_a_need_is_posted_for_the_stations_own_town_only(door: Door) -> None:
    need = await posted(door, "丁蜀", title="想有人周末来讲故事")
    assert (await Need.get(id=need)).town_id == "320282112"
