"""Bad input: every fault named with its field, all of one input at once, in both languages, and nothing stored."""

from __future__ import annotations

import base64
import json
import logging
import re
from typing import Any

import pytest
from tortoise.connection import get_connection

from alliance.claims.tables import Claim
from alliance.core.vocabulary import ClaimState
from alliance.directory.tables import Capability
from alliance.kit.database import WRITER
from alliance.needs.tables import Need
from tests.graph.door import A, Door
from tests.graph.ledger import ledger
from tests.logged import bugs, lines

pytestmark = pytest.mark.anyio

HUGE = 2**31 - 1  # the largest GraphQL Int
YESTERDAY, TODAY, FAR = "2026-05-31", "2026-06-01", "2027-12-02"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLEASE_CORRECT = "Please correct what is marked and send it again."

EMPTY = "This is empty. Write at least 1 characters."
CONTROL = "The text holds control characters. Type it again as plain text."
BIDI = "The text holds marks that turn the writing direction. Type it again."
ONE_LINE = "This is one line only. Put a comma where the new line begins."
NO_CODE = "There is no such code. See the list this field takes its codes from."
NO_LEAF = "There is no such leaf category. Choose one from `categories`."
NO_AREA = "Say where it is offered: the city, districts or towns. Unknown is not everywhere."
NOT_HELD = "Your organization does not hold it. The bureau can record it."
NO_TIME = "This is not a time between 00:00 and 24:00; write it like 09:30."
END_FIRST = "The end must come after the start. Across midnight, give two windows."
NO_DAY = "None of these weekdays lies between the first and the last day."
LATE = "The deadline is after the last day. A claim must come before the service."
PAST = f"{YESTERDAY} is in the past; today is {TODAY}."
AHEAD = f"{FAR} is more than 18 months ahead. Check the year."

Fault = tuple[str, str]
Bad = tuple[dict[str, Any], list[Fault]]


def outside(value: int, low: int, high: int) -> str:
    """What is said of a number that is not in its range."""
    return f"{value} is not between {low} and {high}."


def too_long(count: int, most: int) -> str:
    """What is said of a text that is too long."""
    return f"The text has {count} characters, {count - most} more than the {most} that fit. Shorten it."


def too_many(count: int, most: int, what: str = "") -> str:
    """What is said of a list that is too long."""
    return f"{count} {what}are too many; give at most {most}."


def window(weekday: int = 6, start: str = "09:00", end: str = "11:00") -> dict[str, Any]:
    """A weekly window; a Saturday morning but for what is said."""
    return {"weekday": weekday, "start": start, "end": end}


def numbers(field: str, low: int, high: int) -> list[Bad]:
    """A number just below, just above and far outside its range."""
    return [({field: value}, [(field, outside(value, low, high))]) for value in (low - 1, high + 1, HUGE, -HUGE - 1)]


def texts(field: str, most: int, *, is_line: bool) -> list[Bad]:
    """Texts that cannot be kept."""
    bad = [
        ({field: "做" * (most + 1)}, [(field, too_long(most + 1, most))]),
        ({field: "做" * 5000}, [(field, too_long(5000, most))]),
        ({field: "情绪\x00小组"}, [(field, CONTROL)]),
        ({field: "情绪\x1b小组"}, [(field, CONTROL)]),
        ({field: "情绪\ud800小组"}, [(field, CONTROL)]),
        ({field: "情绪\u202e小组"}, [(field, BIDI)]),
        ({field: "\u2067情绪\x07小组"}, [(field, CONTROL), (field, BIDI)]),
    ]
    if is_line:
        bad += [({field: text}, [(field, EMPTY)]) for text in ("", "   ", "\u3000\u200b\u00a0")]
        bad += [({field: "情绪\n小组"}, [(field, ONE_LINE)])]
    return bad


NO_DAYS: dict[str, Any] = {"firstDay": None, "lastDay": None, "deadline": None, "windows": []}
WINDOWS: list[Bad] = [
    (NO_DAYS | {"windows": [window(0)]}, [("windows.0.weekday", outside(0, 1, 7))]),
    (NO_DAYS | {"windows": [window(), window(8)]}, [("windows.1.weekday", outside(8, 1, 7))]),
    (NO_DAYS | {"windows": [window(HUGE)]}, [("windows.0.weekday", outside(HUGE, 1, 7))]),
    (NO_DAYS | {"windows": [window(start="9")]}, [("windows.0.start", NO_TIME)]),
    (NO_DAYS | {"windows": [window(start="")]}, [("windows.0.start", NO_TIME)]),
    (NO_DAYS | {"windows": [window(start="九点")]}, [("windows.0.start", NO_TIME)]),
    (NO_DAYS | {"windows": [window(end="24:01")]}, [("windows.0.end", NO_TIME)]),
    (NO_DAYS | {"windows": [window(end="9" * 5000 + ":00")]}, [("windows.0.end", NO_TIME)]),
    (NO_DAYS | {"windows": [window(end="09:00")]}, [("windows.0.end", END_FIRST)]),
    (NO_DAYS | {"windows": [window(start="22:00", end="06:00")]}, [("windows.0.end", END_FIRST)]),
    (NO_DAYS | {"windows": [window()] * 22}, [("windows", too_many(22, 21, "windows "))]),
    (
        NO_DAYS | {"windows": [window(9, "x", "y")]},
        [("windows.0.weekday", outside(9, 1, 7)), ("windows.0.start", NO_TIME), ("windows.0.end", NO_TIME)],
    ),
]
AGES: list[Bad] = [
    *[({"minAge": v, "maxAge": None}, [("minAge", outside(v, 0, 18))]) for v in (-1, 19, HUGE)],
    *[({"minAge": None, "maxAge": v}, [("maxAge", outside(v, 0, 18))]) for v in (-1, 19, HUGE)],
    (
        {"minAge": 12, "maxAge": 9},
        [("minAge", "The lowest age 12 is above the highest age 9. Swap them.")],
    ),
]
GROUPS: list[Bad] = [
    ({"groups": ["nobody"]}, [("groups.0", NO_CODE)]),
    ({"groups": ["migrant", ""]}, [("groups.1", NO_CODE)]),
    ({"groups": ["harmed", "behaviour_risk"]}, [("groups.0", NO_CODE), ("groups.1", NO_CODE)]),
]
NEED_FAULTS: list[Bad] = [
    *texts("title", 40, is_line=True),
    *texts("details", 200, is_line=False),
    ({"categories": ["nothing"]}, [("categories.0", NO_CODE)]),
    ({"categories": ["mental_health.group_counselling", "mental_health"]}, [("categories.1", NO_CODE)]),
    ({"categories": ["a", "b", "c", "d"]}, [("categories", too_many(4, 3))]),
    ({"groups": ["a", "b", "c", "d", "e", "f"]}, [("groups", too_many(6, 5))]),
    *GROUPS,
    *AGES,
    *numbers("headcount", 1, 500),
    *[({"minimumPlaces": v, "headcount": 5}, [("minimumPlaces", outside(v, 1, 5))]) for v in (0, -1, 6, HUGE)],
    (NO_DAYS | {"firstDay": YESTERDAY}, [("firstDay", PAST)]),
    (NO_DAYS | {"firstDay": FAR}, [("firstDay", AHEAD)]),
    (NO_DAYS | {"firstDay": "0001-01-01"}, [("firstDay", f"0001-01-01 is in the past; today is {TODAY}.")]),
    (NO_DAYS | {"lastDay": "9999-12-31"}, [("lastDay", "9999-12-31 is more than 18 months ahead. Check the year.")]),
    (NO_DAYS | {"lastDay": YESTERDAY}, [("lastDay", PAST)]),
    (NO_DAYS | {"deadline": YESTERDAY}, [("deadline", PAST)]),
    (NO_DAYS | {"deadline": FAR}, [("deadline", AHEAD)]),
    (
        NO_DAYS | {"firstDay": "2026-07-02", "lastDay": "2026-07-01"},
        [("firstDay", "The first day 2026-07-02 is after the last day 2026-07-01. Swap them.")],
    ),
    (NO_DAYS | {"lastDay": "2026-07-01", "deadline": "2026-07-02"}, [("deadline", LATE)]),
    (
        NO_DAYS | {"firstDay": "2026-06-01", "lastDay": "2026-06-03", "windows": [window()]},
        [("windows", NO_DAY)],
    ),
    *WINDOWS,
]
CAPABILITY_FAULTS: list[Bad] = [
    *texts("title", 40, is_line=True),
    *texts("description", 200, is_line=False),
    ({"area": []}, [("area", NO_AREA)]),
    ({"area": ["320213", "999999", ""]}, [("area.1", NO_CODE), ("area.2", NO_CODE)]),
    ({"area": [str(number) for number in range(101)]}, [("area", too_many(101, 100))]),
    *GROUPS,
    *AGES,
    *numbers("maxGroupSize", 1, 500),
    *numbers("monthlyPlaces", 0, 10000),
    *numbers("leadDays", 0, 180),
    ({"validUntil": YESTERDAY}, [("validUntil", PAST)]),
    ({"validUntil": FAR}, [("validUntil", AHEAD)]),
    ({"qualifications": ["PSYCH_PROFESSIONAL", "LAWYER"]}, [("qualifications.1", NOT_HELD)]),
    *[({"windows": patch["windows"]}, faults) for patch, faults in WINDOWS],
]
CLAIM_FAULTS: list[Bad] = [
    *numbers("places", 1, 500),
    (
        {"firstDay": YESTERDAY},
        [("firstDay", PAST), ("firstDay", "The need begins on 2026-06-15; deliver from then on.")],
    ),
    ({"lastDay": FAR}, [("lastDay", AHEAD), ("lastDay", "The need ends on 2026-07-16; deliver until then.")]),
    (
        {"firstDay": "2026-07-02", "lastDay": "2026-07-01"},
        [("firstDay", "The first day 2026-07-02 is after the last day 2026-07-01. Swap them.")],
    ),
]
TOOK_PLACE, NOBODY = (
    "A delivered service took place at least once.",
    "Nobody can have attended what did not take place.",
)
RECORD_FAULTS: list[Bad] = [
    *[({"sessions": v}, [("sessions", outside(v, 0, 1000))]) for v in (-1, 1001, HUGE)],
    *[({"personTimes": v}, [("personTimes", outside(v, 0, 100000))]) for v in (-1, 100001, HUGE)],
    ({"sessions": 0, "personTimes": 0}, [("sessions", TOOK_PLACE)]),
    ({"sessions": 0}, [("sessions", TOOK_PLACE), ("personTimes", NOBODY)]),
    ({"sessions": 0, "outcome": "NOT_DELIVERED"}, [("personTimes", NOBODY)]),
    *texts("note", 200, is_line=False),
]
SENTENCE_FAULTS: list[Bad] = [
    *[bad for bad in texts("text", 240, is_line=True) if bad[1] != [("text", ONE_LINE)]],
    ({"text": "上周六想做情绪小组", "today": FAR}, [("today", AHEAD)]),
    (
        {"text": "下周六做情绪小组", "today": "9999-12-31"},
        [("today", "9999-12-31 is more than 18 months ahead. Check the year.")],
    ),
    (
        {"text": "上周六做情绪小组", "today": "0001-01-01"},
        [("today", "0001-01-01 is too long ago to count from. Check the year.")],
    ),
]

ANSWER = "{ __typename ... on Problem { message } ... on InvalidInput { fields { path message } } }"
POST = f"mutation($input: PostNeedInput!) {{ postNeed(input: $input) {ANSWER} }}"
REVISE = (
    "mutation($id: ID!, $version: Int!, $input: ReviseNeedInput!) "
    f"{{ reviseNeed(needId: $id, expectedVersion: $version, input: $input) {ANSWER} }}"
)
LIST = f"mutation($input: ListCapabilityInput!) {{ listCapability(input: $input) {ANSWER} }}"
REVISE_CAPABILITY = (
    "mutation($id: ID!, $version: Int!, $input: ReviseCapabilityInput!) "
    f"{{ reviseCapability(capabilityId: $id, expectedVersion: $version, input: $input) {ANSWER} }}"
)
CLAIM = f"mutation($id: ID!, $input: ClaimNeedInput!) {{ claimNeed(needId: $id, input: $input) {ANSWER} }}"
COMPLETE = (
    "mutation($id: ID!, $version: Int!, $input: CompleteClaimInput!) "
    f"{{ completeClaim(claimId: $id, expectedVersion: $version, input: $input) {ANSWER} }}"
)
DRAFT = f"mutation($input: DraftNeedInput!) {{ draftNeed(input: $input) {ANSWER} }}"

NEED = {"title": "周六上午给孩子们做情绪小组", "headcount": 5}
SERVICE = {"category": "mental_health.group_counselling", "title": "暑期情绪小组", "area": ["320213"]}
RECORD = {"sessions": 3, "personTimes": 24, "outcome": "DELIVERED"}


async def assert_refused(
    door: Door,
    document: str,
    base: dict[str, Any],
    patches: list[Bad],
    *,
    token: str,
    variables: dict[str, Any] | None = None,
) -> None:
    """Each patch of `base` is answered with exactly its faults, in both languages, and nothing is stored."""
    before, heard = await ledger(), set[str]()
    for patch, faults in patches:
        asked = (variables or {}) | {"input": base | patch}
        english = await door.data(document, asked, token=token)
        expected = [{"path": path, "message": message} for path, message in faults]
        assert english == {"__typename": "InvalidInput", "message": PLEASE_CORRECT, "fields": expected}, patch
        if heard.issuperset(message for _, message in faults):
            continue
        heard.update(message for _, message in faults)
        chinese = await door.data(document, asked, token=token, language="zh-CN")
        assert [fault["path"] for fault in chinese["fields"]] == [path for path, _ in faults], patch
        said = [chinese["message"], *(fault["message"] for fault in chinese["fields"])]
        assert all(map(CHINESE.search, said)), said
    assert await ledger() == before


async def need_of_qingcheng() -> Need:
    """The need for an emotion group that nobody has claimed."""
    return await Need.get(title__startswith="周六上午想给4-6年级5个孩子")


async def emotion_group() -> Capability:
    """The service of an organization that fits it."""
    return await Capability.get(title="小学生情绪与同伴小组")


# --- the faults of each deed -----------------------------------------------------------------------------------------


async def test_a_bad_need_is_not_posted(door: Door) -> None:
    await assert_refused(door, POST, NEED, NEED_FAULTS, token=await door.station())


async def test_a_bad_change_leaves_a_need_as_it_is(door: Door) -> None:
    need = await need_of_qingcheng()
    variables = {"id": need.id, "version": need.version}
    await assert_refused(door, REVISE, {}, NEED_FAULTS, token=await door.station(), variables=variables)


async def test_a_bad_service_is_not_listed(door: Door) -> None:
    categories: list[Bad] = [({"category": code}, [("category", NO_LEAF)]) for code in ("", "nothing", "mental_health")]
    token = await door.organization(A)
    await assert_refused(door, LIST, SERVICE, [*CAPABILITY_FAULTS, *categories], token=token)


async def test_a_bad_change_leaves_a_service_as_it_is(door: Door) -> None:
    capability = await emotion_group()
    variables = {"id": capability.id, "version": capability.version}
    token = await door.organization(A)
    await assert_refused(door, REVISE_CAPABILITY, {}, CAPABILITY_FAULTS, token=token, variables=variables)


async def test_a_bad_claim_takes_no_place(door: Door) -> None:
    need, base = await need_of_qingcheng(), {"capabilityId": (await emotion_group()).id}
    await assert_refused(door, CLAIM, base, CLAIM_FAULTS, token=await door.organization(A), variables={"id": need.id})


async def test_a_bad_record_completes_nothing(door: Door) -> None:
    claim = await Claim.filter(state=ClaimState.ACTIVE).order_by("id").first().select_related("organization")
    assert claim is not None
    variables = {"id": claim.id, "version": claim.version}
    token = await door.organization(claim.organization.name)
    await assert_refused(door, COMPLETE, RECORD, RECORD_FAULTS, token=token, variables=variables)


async def test_a_bad_sentence_is_not_read(door: Door) -> None:
    await assert_refused(door, DRAFT, {}, SENTENCE_FAULTS, token=await door.station())


@pytest.mark.parametrize("day", ["2000-01-01", "2026-06-01", "2027-12-01"])
async def test_any_day_may_be_today_for_a_sentence(door: Door, day: str) -> None:
    asked = {"input": {"text": "下周六和下个月给孩子们做情绪小组", "today": day}}
    assert await door.data(DRAFT, asked, token=await door.station()) == {"__typename": "NeedDraft"}


async def test_all_faults_of_a_need_are_named_at_once(door: Door) -> None:
    everything = {
        "title": "",
        "details": "做\u202e" * 201,
        "categories": ["x", "y"],
        "groups": ["z"],
        "minAge": 99,
        "maxAge": -1,
        "headcount": 0,
        "minimumPlaces": 0,
        "firstDay": YESTERDAY,
        "lastDay": FAR,
        "deadline": YESTERDAY,
        "windows": [window(8, "x")],
    }
    faults = [
        ("minAge", outside(99, 0, 18)),
        ("maxAge", outside(-1, 0, 18)),
        ("minAge", "The lowest age 99 is above the highest age -1. Swap them."),
        ("headcount", outside(0, 1, 500)),
        ("minimumPlaces", outside(0, 1, 500)),
        ("firstDay", PAST),
        ("lastDay", AHEAD),
        ("deadline", PAST),
        ("windows.0.weekday", outside(8, 1, 7)),
        ("windows.0.start", NO_TIME),
        ("title", EMPTY),
        ("details", BIDI),
        ("details", too_long(201, 200)),
        ("categories.0", NO_CODE),
        ("categories.1", NO_CODE),
        ("groups.0", NO_CODE),
    ]
    await assert_refused(door, POST, everything, [({}, faults)], token=await door.station())


async def test_all_faults_of_a_service_are_named_at_once(door: Door) -> None:
    everything = {
        "category": "x",
        "title": "",
        "area": [],
        "minAge": 12,
        "maxAge": 9,
        "groups": ["z"],
        "maxGroupSize": 0,
        "monthlyPlaces": -1,
        "leadDays": -1,
        "validUntil": YESTERDAY,
        "qualifications": ["LAWYER"],
        "windows": [window(8)],
    }
    faults = [
        ("category", NO_LEAF),
        ("minAge", "The lowest age 12 is above the highest age 9. Swap them."),
        ("maxGroupSize", outside(0, 1, 500)),
        ("monthlyPlaces", outside(-1, 0, 10000)),
        ("leadDays", outside(-1, 0, 180)),
        ("validUntil", PAST),
        ("area", NO_AREA),
        ("qualifications.0", NOT_HELD),
        ("title", EMPTY),
        ("groups.0", NO_CODE),
        ("windows.0.weekday", outside(8, 1, 7)),
    ]
    await assert_refused(door, LIST, everything, [({}, faults)], token=await door.organization(A))


async def test_the_edges_of_every_range_are_good(door: Door) -> None:
    lowest = {
        "title": "戏",
        "categories": ["development.arts"],
        "headcount": 1,
        "minimumPlaces": 1,
        "minAge": 0,
        "maxAge": 0,
        "firstDay": TODAY,
    }
    highest = {"title": "情" * 40, "details": "绪" * 200, "headcount": 500, "minimumPlaces": 500, "minAge": 18}
    highest |= {
        "categories": ["mental_health.group_counselling"],
        "maxAge": 18,
        "lastDay": "2027-12-01",
        "windows": [window(end="24:00"), window(7, "00:00")],
    }
    token = await door.station()
    for good in (lowest, highest):
        assert await door.data(POST, {"input": good}, token=token) == {"__typename": "Need"}


# --- queries that cannot be asked ------------------------------------------------------------------------------------

TITLE = "周六上午想给孩子们做小组"
UNASKABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "a number beyond 32 bits": (POST, {"input": {"title": TITLE, "headcount": 2**31}}),
    "a number beyond 64 bits": (POST, {"input": {"title": TITLE, "headcount": 10**30}}),
    "half a place": (POST, {"input": {"title": TITLE, "headcount": 1.5}}),
    "a number as text": (POST, {"input": {"title": TITLE, "headcount": "5"}}),
    "true as a number": (POST, {"input": {"title": TITLE, "headcount": True}}),
    "an unknown field of an input": (POST, {"input": {"title": TITLE, "childName": "x"}}),
    "no title": (POST, {"input": {"headcount": 5}}),
    "null for a title": (POST, {"input": {"title": None}}),
    "null for an input": (POST, {"input": None}),
    "no input": (POST, {}),
    "null in a list": (POST, {"input": {"title": TITLE, "groups": [None]}}),
    "no date": (POST, {"input": {"title": TITLE, "firstDay": "2026-13-01"}}),
    "a date that is none": (POST, {"input": {"title": TITLE, "firstDay": "tomorrow"}}),
    "an unknown word": (POST, {"input": {"title": TITLE, "urgency": "EMERGENCY"}}),
    "an unknown field": ("{ childNames }", {}),
    "an unknown field of a type": ("{ organizations { nodes { password } } }", {}),
    "an unknown argument": ("{ organizations(secret: 1) { totalCount } }", {}),
    "no query at all": ("周六", {}),
    "a page of a thing": ('{ organization(id: "x") }', {}),
    "a page beyond 32 bits": ("{ organizations(first: 99999999999) { totalCount } }", {}),
}
INSIDES = re.compile(r"Traceback|File \"|alliance\.|site-packages|strawberry|tortoise|sqlite|asyncpg|SELECT ", re.I)


async def test_a_query_that_cannot_be_asked_is_refused_with_a_code_and_nothing_inside(door: Door) -> None:
    token, before = await door.station(), await ledger()
    for what, (document, variables) in UNASKABLE.items():
        answer = await door.ask(document, variables, token=token)
        assert answer.get("data") is None, what
        assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_QUERY"}, what
        assert not INSIDES.search(json.dumps(answer, ensure_ascii=False)), what
    assert await ledger() == before


# --- pages that are not there ----------------------------------------------------------------------------------------

PAGED = ["organizations", "capabilities", "stations", "towns", "needs", "worklist", "claims", "journal"]


@pytest.mark.parametrize("name", PAGED)
async def test_a_page_of_the_wrong_size_has_the_nearest_size(door: Door, name: str) -> None:
    token = await door.organization(A)
    document = f"query($first: Int!) {{ {name}(first: $first) {{ totalCount nodes {{ __typename }} }} }}"
    for first, nearest in ((0, 1), (-1, 1), (-HUGE, 1), (101, 100), (HUGE, 100)):
        page = await door.data(document, {"first": first}, token=token)
        assert len(page["nodes"]) == min(page["totalCount"], nearest) > 0, first


def cursor(*values: object) -> str:
    """A cursor as somebody could make it up."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


MADE_UP = {
    "empty": "",
    "garbage": "garbage",
    "not base 64": "漢字 \x00",
    "a lone surrogate": "\ud800",
    "no list": base64.urlsafe_b64encode(b"{}").decode(),
    "no values": cursor(),
    "numbers": cursor(1, 2),
    "texts": cursor("x", "y"),
    "three numbers": cursor(1, 2, 3),
    "a huge number": cursor(10**18, 10**18),
    "nothing in it": cursor(None, None),
    "true": cursor(True, True),
    "very long": "A" * 50_000,
}


@pytest.mark.parametrize("name", PAGED)
async def test_a_made_up_cursor_has_no_page(door: Door, name: str) -> None:
    document = f"query($after: String) {{ {name}(after: $after) {{ totalCount nodes {{ __typename }} }} }}"
    token = await door.organization(A)
    answers = {what: await door.ask(document, {"after": after}, token=token) for what, after in MADE_UP.items()}
    assert {what: answer["data"] for what, answer in answers.items()} == {what: {name: None} for what in MADE_UP}
    assert [what for what, answer in answers.items() if "errors" in answer] == []


async def test_a_cursor_of_one_list_opens_no_other(door: Door) -> None:
    token = await door.organization(A)
    document = " ".join(f"{name}(first: 1) {{ pageInfo {{ endCursor }} }}" for name in PAGED)
    own = {
        name: page["pageInfo"]["endCursor"]
        for name, page in (await door.data(f"{{ {document} }}", token=token)).items()
    }
    assert all(own.values())
    for name in PAGED:
        asked = f"query($after: String) {{ {name}(after: $after) {{ totalCount }} }}"
        pages = {other: await door.data(asked, {"after": own[other]}, token=token) for other in PAGED}
        assert {other for other, page in pages.items() if page is not None} == {name}


async def test_a_cursor_of_one_order_does_not_serve_another(door: Door) -> None:
    token = await door.city()
    page = await door.data("{ needs(first: 1) { pageInfo { endCursor } } }", token=token)
    asked = "query($after: String) { needs(after: $after, orderBy: OLDEST_FIRST) { totalCount } }"
    assert await door.data(asked, {"after": page["pageInfo"]["endCursor"]}, token=token) is None


async def test_one_page_that_is_not_there_does_not_blank_the_others(door: Door) -> None:
    found = await door.data('{ organizations(after: "garbage") { totalCount } districts { code } }')
    assert found["organizations"] is None
    assert len(found["districts"]) == 7


# --- a bug inside ----------------------------------------------------------------------------------------------------

SECRET = "waterproof-lantern"


async def test_a_bug_inside_shows_a_number_and_nothing_of_the_insides(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    await change_tables("ALTER TABLE room RENAME TO elsewhere")
    document = f"query Q($id: ID!) {{ bases {{ rooms {{ name }} }} organization(id: $id) {{ name }} }} # {SECRET}"
    with caplog.at_level(logging.DEBUG):
        english = await door.ask(document, {"id": SECRET})
        chinese = await door.ask(document, {"id": SECRET}, language="zh-CN")
    for answer in (english, chinese):
        (error,) = answer["errors"]
        assert answer["data"] is None
        assert error["extensions"] == {"code": "INTERNAL"}
        assert error["path"] == ["bases", 0, "rooms"]
        assert "room" not in error["message"].lower()
        assert not INSIDES.search(json.dumps(answer, ensure_ascii=False))
    said = english["errors"][0]["message"]
    number = re.fullmatch(
        r"Something went wrong on our side\. Try again; if it stays, tell us this number: ([0-9a-f]{16})\.", said
    )
    assert number
    assert CHINESE.search(chinese["errors"][0]["message"])
    first, _ = bugs(caplog)
    assert (first["request_id"], first["error_type"], first["field"]) == (number[1], "OperationalError", "rooms")
    assert any("alliance.graph" in place for place in first["trace"])
    for logged in (str(lines(caplog)), own_words(caplog)):
        assert SECRET not in logged
        assert "query Q" not in logged


async def test_a_bug_inside_a_deed_leaves_nothing_behind(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    token = await door.station()
    before = len(await Need.all())
    await change_tables("ALTER TABLE journal_entry RENAME TO journal_gone")
    with caplog.at_level(logging.DEBUG):
        assert await door.codes(POST, {"input": NEED | {"details": SECRET}}, token=token) == ["INTERNAL"]
    assert len(await Need.all()) == before
    for logged in (str(lines(caplog)), own_words(caplog)):
        assert SECRET not in logged


def own_words(caplog: pytest.LogCaptureFixture) -> str:
    """What the service and the framework would log if nothing cut it down."""
    return "\n".join(
        logging.Formatter().format(r) for r in caplog.records if r.name.startswith(("alliance", "strawberry"))
    )


async def change_tables(statement: str) -> None:
    """Change the database itself, as no migration would."""
    await get_connection(WRITER).execute_query(statement)
