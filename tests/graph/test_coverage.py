"""What the bureau reads of demand and supply: figures that add up, causes that are true, districts kept apart."""

from __future__ import annotations

from typing import Any

import pytest

from alliance.core.vocabulary import CauseStage
from tests.graph.door import A, Door
from tests.graph.errands import ACCEPT, COMPLETE, DECLINE, START, claimed, posted, step

pytestmark = pytest.mark.anyio

EMOTIONS = "小学生情绪与同伴小组"
NAMES = ("needs", "asked", "delivered", "inHand", "unmet")
FIGURES = "figures { " + " ".join(f"{name} {{ state value }}" for name in NAMES) + " }"
COVERAGE = f"""query($where: CoverageWhereInput, $place: PlaceLevel! = DISTRICT, $category: CategoryLevel! = LEAF) {{
    coverageGaps(where: $where, placeLevel: $place, categoryLevel: $category) {{
        {FIGURES}
        causes {{ stage needs {{ value }} places {{ value }} }}
        byPlace {{ place {{ code name }} {FIGURES} causes {{ stage places {{ value }} }} nearest {{ title }} }}
        byCategory {{ category {{ code }} {FIGURES} }}
        byAgeBand {{ ageBand {FIGURES} }}
        cells(first: 1000) {{ place {{ code }} category {{ code }} {FIGURES} }}
        silentStations {{ name town {{ district {{ name }} }} }}
    }}
}}"""
WITHHELD = {"state": "WITHHELD", "value": None}


async def coverage(door: Door, where: dict[str, Any] | None = None, *, token: str = "", **levels: str) -> Any:
    """The whole answer, for the city unless another asks."""
    asked = {"where": where, **levels}
    return await door.data(COVERAGE, asked, token=token or await door.city(), language="zh")


def numbers(figures: dict[str, Any]) -> dict[str, int]:
    """Exact figures as plain numbers."""
    assert {figures[name]["state"] for name in NAMES} == {"EXACT"}
    return {name: figures[name]["value"] for name in NAMES}


# figures -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "category"), [("DISTRICT", "LEAF"), ("TOWN", "TOP")])
async def test_every_list_adds_up_to_the_whole(door: Door, place: str, category: str) -> None:
    found = await coverage(door, place=place, category=category)
    whole = numbers(found["figures"])
    assert whole["asked"] == whole["delivered"] + whole["inHand"] + whole["unmet"]
    assert whole["needs"] == 73
    for name in ("byPlace", "byCategory", "byAgeBand", "cells"):
        parts = [numbers(gap["figures"]) for gap in found[name]]
        assert {key: sum(part[key] for part in parts) for key in NAMES} == whole
        assert all(part["asked"] == part["delivered"] + part["inHand"] + part["unmet"] for part in parts)
        assert [part["unmet"] for part in parts] == sorted((part["unmet"] for part in parts), reverse=True)
    assert sum(cause["places"]["value"] for cause in found["causes"]) == whole["inHand"] + whole["unmet"]
    for gap in found["byPlace"]:
        own = numbers(gap["figures"])
        assert sum(cause["places"]["value"] for cause in gap["causes"]) == own["inHand"] + own["unmet"]


async def test_places_move_from_unmet_to_in_hand_to_delivered(door: Door) -> None:
    async def moved() -> tuple[int, int, int]:
        figures = numbers((await coverage(door, {"place": "320213028", "category": "mental_health"}))["figures"])
        return figures["unmet"], figures["inHand"], figures["delivered"]

    need = await posted_in_huangxiang(door, headcount=8)
    station, a = await door.station("黄巷"), await door.organization(A)
    assert await moved() == (8, 0, 0)
    row = await claimed(door, A, need, EMOTIONS, places=6)
    assert await moved() == (2, 6, 0)
    row = await step(door, a, START, await step(door, station, ACCEPT, row))
    assert await moved() == (2, 6, 0)
    await step(door, a, COMPLETE, row, input={"sessions": 1, "personTimes": 6, "outcome": "DELIVERED"})
    assert await moved() == (2, 0, 6)


async def test_a_withdrawn_need_is_no_demand_and_an_unknown_number_counts_its_smallest_part(door: Door) -> None:
    where = {"place": "320213028", "category": "mental_health"}
    need = await posted_in_huangxiang(door, minimumPlaces=3)
    assert numbers((await coverage(door, where))["figures"])["asked"] == 3
    withdraw = """mutation($id: ID!) {
        withdrawNeed(needId: $id, input: {reason: MET_OTHERWISE}, expectedVersion: 1) { __typename } }"""
    assert await door.data(withdraw, {"id": need}, token=await door.station("黄巷")) == {"__typename": "Need"}
    found = await coverage(door, where)
    assert found["figures"]["asked"] == {"state": "NOTHING_ASKED", "value": None}
    assert (found["causes"], found["byPlace"], found["byCategory"], found["cells"]) == ([], [], [], [])


async def posted_in_huangxiang(door: Door, **given: Any) -> str:
    """A need of an emotion group in a town that asks for no other."""
    common: dict[str, Any] = {
        "title": "想做个情绪小组",
        "categories": ["mental_health.group_counselling"],
        "minAge": 9,
        "maxAge": 11,
        "mode": "AT_STATION",
        "firstDay": "2026-06-13",
        "lastDay": "2026-06-27",
    }
    return await posted(door, "黄巷", **common | given)


# causes --------------------------------------------------------------------------------------------------------------


WEDNESDAY_EVENING = [{"weekday": 3, "start": "18:30", "end": "20:00"}]


@pytest.mark.parametrize(
    ("category", "given", "stage"),
    [
        ("learning.school_return", {"title": "想有人领着慢慢回教室"}, CauseStage.NO_CAPABILITY),
        ("care.caregiver_respite", {"title": "家长想歇口气"}, CauseStage.AREA),
        ("health.special_needs_support", {"title": "大孩子想要特教老师", "minAge": 15, "maxAge": 17}, CauseStage.AGE),
        ("safety.bullying_prevention", {"title": "想上防欺凌课", "mode": "HOME_VISIT"}, CauseStage.MODE),
        ("mental_health.group_counselling", {"windows": WEDNESDAY_EVENING}, CauseStage.WINDOW),
        ("mental_health.group_counselling", {"headcount": 50, "minimumPlaces": 50}, CauseStage.CAPACITY),
        ("legal.rule_of_law_education", {"title": "想上一堂法治课"}, CauseStage.QUALIFICATION),
        ("mental_health.group_counselling", {}, CauseStage.UNASKED),
    ],
)
async def test_an_unmet_need_is_counted_under_the_furthest_stage_it_reached(
    door: Door, category: str, given: dict[str, Any], stage: CauseStage
) -> None:
    await posted_in_huangxiang(door, **{"categories": [category], "headcount": 8, **given})
    found = await coverage(door, {"place": "320213028", "category": category})
    places = given.get("headcount", 8)
    assert found["causes"] == [{"stage": stage.name, "needs": {"value": 1}, "places": {"value": places}}]


async def test_what_a_claim_has_reached_counts_further_than_that_nobody_was_asked(door: Door) -> None:
    async def stages() -> dict[str, int]:
        found = await coverage(door, {"place": "320213028", "category": "mental_health"})
        return {cause["stage"]: cause["places"]["value"] for cause in found["causes"]}

    need = await posted_in_huangxiang(door, headcount=8)
    offer = await claimed(door, A, need, EMOTIONS, places=6)
    assert await stages() == {"UNDELIVERED": 6, "UNASKED": 2}
    await step(door, await door.station("黄巷"), DECLINE, offer, reason="TIME")
    assert await stages() == {"DECLINED": 8}


async def test_a_claim_that_lapsed_counts_as_silent(door: Door) -> None:
    found = await coverage(door, {"place": "320213024", "category": "mental_health.screening"})
    assert found["causes"] == [{"stage": "SILENT", "needs": {"value": 1}, "places": {"value": 50}}]


async def test_the_fixtures_show_every_stage(door: Door) -> None:
    found = await coverage(door)
    assert {cause["stage"] for cause in found["causes"]} == {stage.name for stage in CauseStage}
    assert [cause["places"]["value"] for cause in found["causes"]] == sorted(
        (cause["places"]["value"] for cause in found["causes"]), reverse=True
    )


# who sees what -------------------------------------------------------------------------------------------------------


async def test_a_district_sees_its_own_figures_and_the_others_named_and_withheld(door: Door) -> None:
    mine = await coverage(door, token=await door.district("滨湖"))
    theirs = await coverage(door, {"place": "320211"})
    own, *others = mine["byPlace"]
    assert (own["place"]["name"], own["figures"]) == ("滨湖区", theirs["figures"])
    assert mine["figures"] == theirs["figures"]
    assert mine["causes"] == theirs["causes"]
    assert [gap["place"]["code"] for gap in others] == ["320205", "320206", "320213", "320214", "320281", "320282"]
    for gap in others:
        assert gap["figures"] == dict.fromkeys(NAMES, WITHHELD)
        assert (gap["causes"], gap["nearest"]) == ([], None)
    assert {gap["place"]["code"] for gap in mine["cells"]} == {"320211"}


@pytest.mark.parametrize("place", ["320213", "320213026"])
async def test_a_district_that_asks_for_another_is_not_told_that_nothing_was_asked(door: Door, place: str) -> None:
    found = await coverage(door, {"place": place}, token=await door.district("滨湖"))
    assert found["figures"] == dict.fromkeys(NAMES, WITHHELD)
    assert [gap["place"]["code"] for gap in found["byPlace"]] == ["320213"]
    assert (found["causes"], found["cells"], found["silentStations"]) == ([], [], [])


async def test_only_the_bureau_asks_for_coverage(door: Door) -> None:
    for token in (await door.station(), await door.organization(), await door.base()):
        assert await door.data(COVERAGE, token=token) is None
    assert await door.data("{ coverageGaps { figures { asked { value } } } }") is None
    assert await door.data(COVERAGE, token=await door.district()) is not None


async def test_a_district_hears_of_its_own_silent_stations_only(door: Door) -> None:
    found = await coverage(door, token=await door.district("宜兴"))
    assert found["silentStations"] == [{"name": "示例·张渚镇未保站", "town": {"district": {"name": "宜兴市"}}}]


# filters -------------------------------------------------------------------------------------------------------------


async def test_a_period_counts_what_is_wanted_in_it_or_was_posted_in_it_where_no_days_are_given(door: Door) -> None:
    async def asked(first: str | None, last: str | None) -> int | None:
        where = {"place": "320213028", "category": "mental_health", "firstDay": first, "lastDay": last}
        value: int | None = (await coverage(door, where))["figures"]["asked"]["value"]
        return value

    await posted_in_huangxiang(door, headcount=8)  # 13 to 27 June
    await posted_in_huangxiang(door, headcount=3, firstDay=None, lastDay=None)  # posted on 1 June
    assert await asked(None, None) == 11
    assert await asked("2026-06-27", "2026-06-30") == 8
    assert await asked("2026-06-28", None) is None
    assert await asked("2026-06-01", "2026-06-01") == 3
    assert await asked("2026-05-01", "2026-05-31") is None
    assert await asked("2026-06-02", "2026-06-12") is None
    assert await asked("2026-06-01", "2026-06-13") == 11


async def test_a_category_may_be_a_top_or_a_leaf(door: Door) -> None:
    place = {"place": "320282"}
    whole = await coverage(door, place)
    top = await coverage(door, place | {"category": "care"})
    leaves = [gap for gap in whole["byCategory"] if (gap["category"] or {"code": ""})["code"].startswith("care.")]
    assert len(leaves) > 1
    assert numbers(top["figures"])["asked"] == sum(numbers(gap["figures"])["asked"] for gap in leaves)
    one = await coverage(door, place | {"category": leaves[0]["category"]["code"]})
    assert one["figures"] == leaves[0]["figures"]
    assert (await coverage(door, place | {"category": "car"}))["figures"]["asked"]["state"] == "NOTHING_ASKED"


async def test_an_age_band_holds_the_needs_whose_middle_age_lies_in_it(door: Door) -> None:
    where = {"place": "320213"}
    whole = {gap["ageBand"]: gap["figures"] for gap in (await coverage(door, where))["byAgeBand"]}
    assert {"AGES_6_8", "AGES_9_11"} <= whole.keys()
    for band in ("AGES_6_8", "AGES_9_11"):
        found = await coverage(door, where | {"ageBand": band})
        assert found["figures"] == whole[band]
        assert [each["ageBand"] for each in found["byAgeBand"]] == [band]


async def test_an_unknown_place_finds_nothing(door: Door) -> None:
    found = await coverage(door, {"place": "999999"})
    assert found["figures"]["needs"] == {"state": "NOTHING_ASKED", "value": None}
    assert (found["byPlace"], found["silentStations"]) == ([], [])
