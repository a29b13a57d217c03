"""The public directory: found in any script, paged without loss, open to nobody and everybody; organizations' lists."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any

import pytest

from alliance.claims.tables import Claim
from alliance.core.vocabulary import ClaimState, Qualification
from alliance.directory.tables import Capability, CapabilityMonth, Organization
from alliance.settings import fixtures_folder
from tests.graph.door import A, B, Door, E, F
from tests.graph.ledger import last_entry, ledger

pytestmark = pytest.mark.anyio

G = "示例·澄康儿童健康与康复中心"  # 江阴


def sheet(name: str) -> list[dict[str, str]]:
    """The rows of a sheet of the fixtures."""
    with (fixtures_folder() / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def names(door: Door, what: str, field: str = "name", **where: Any) -> list[str]:
    """The names of the rows of a list that `where` leaves."""
    kind = f"{what[0].upper()}{what[1:]}WhereInput"
    document = f"query($where: {kind}) {{ {what}(where: $where, first: 100) {{ nodes {{ {field} }} totalCount }} }}"
    page = await door.data(document, {"where": where})
    assert page["totalCount"] == len(page["nodes"])
    return [node[field] for node in page["nodes"]]


# --- search ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "晨光",
        "示例·晨光社工服务中心",
        "晨光 社工",
        "  晨光  ",
        "晨\u200b光",
        "示例・晨光社工服務中心",
        "晨光社工服務",
        "chenguang",
        "ChenGuang",
        "ＣＨＥＮＧＵＡＮＧ",
        "chen guang",
        "chengguan",
        "cg",
        "cgsg",
        "ＣＧＳＧ",
        "晨光社公服务",
        "辰光",
        "晨光服务中心",
    ],
)
async def test_an_organization_is_found_however_it_is_typed(door: Door, query: str) -> None:
    assert A in await names(door, "organizations", search=query)


@pytest.mark.parametrize("query", ["晨光", "晨光中心", "chenguangshegong", "cgsg", "辰光社工"])
async def test_a_plain_search_finds_nobody_else(door: Door, query: str) -> None:
    assert await names(door, "organizations", search=query) == [A]


@pytest.mark.parametrize(
    "query", ["航天研究所", "zzzz", "\x00", "\ud800", "%", "_", "🙂", "' OR 1=1", "晨光" * 2000 + "x"]
)
async def test_a_search_for_what_is_not_there_finds_nothing(door: Door, query: str) -> None:
    assert await names(door, "organizations", search=query) in ([], [A])


async def test_a_search_that_holds_nothing_finds_nothing(door: Door) -> None:
    assert [await names(door, "organizations", search=blank) for blank in ("", "  ", "\u200b")] == [[], [], []]


async def test_stations_are_found_by_the_name_of_their_town(door: Door) -> None:
    found = await names(door, "stations", search="扬名")
    assert found == ["扬名街道“清橙童乐园”未成年人保护工作站（关爱之家）"]
    assert await names(door, "stations", search="ymjd") == found
    assert await names(door, "stations", search="揚名") == found


async def test_towns_and_services_are_found_by_their_names(door: Door) -> None:
    assert await names(door, "towns", search="丁蜀") == ["丁蜀镇"]
    assert "小学生情绪与同伴小组" in await names(door, "capabilities", "title", search="情緒小組")


# --- filters ---------------------------------------------------------------------------------------------------------


async def test_organizations_are_narrowed_by_district_membership_and_what_they_list(door: Door) -> None:
    rows = sheet("organizations")
    all_of_them = await names(door, "organizations")
    assert sorted(all_of_them) == sorted(row["name"] for row in rows)
    assert await names(door, "organizations", district="320213") == [A]
    suspended = [row["name"] for row in rows if row["membership"] == "SUSPENDED"]
    assert suspended
    assert sorted(await names(door, "organizations", membership="SUSPENDED")) == sorted(suspended)
    keys = {row["organization"] for row in sheet("capabilities") if row["category"].startswith("legal.")}
    listing = [row["name"] for row in rows if row["key"] in keys]
    assert sorted(await names(door, "organizations", serves="legal")) == sorted(listing)
    assert await names(door, "organizations", serves="legal", district="320213") == []


async def test_services_are_narrowed_by_category_area_age_and_organization(door: Door) -> None:
    rows = sheet("capabilities")

    async def keys_of(**where: Any) -> list[str]:
        return sorted(await names(door, "capabilities", "title", **where))

    def titles(*kept: bool) -> list[str]:
        return sorted(row["title"] for row, is_kept in zip(rows, kept, strict=True) if is_kept)

    assert await keys_of() == titles(*[True] * len(rows))
    leaf = "mental_health.group_counselling"
    assert await keys_of(category=leaf) == titles(*(row["category"] == leaf for row in rows))
    assert await keys_of(category="mental_health") == titles(
        *(row["category"].startswith("mental_health.") for row in rows)
    )
    town = {"320282112", "320282", "320200"}
    assert await keys_of(covers="320282112") == titles(*(bool(town & {*row["area"].split(";")}) for row in rows))
    assert await keys_of(age=5) == titles(*(int(row["min_age"] or 0) <= 5 <= int(row["max_age"] or 99) for row in rows))
    organization = await Organization.get(name=A)
    own = titles(*(row["organization"] == "example-a" for row in rows))
    assert await keys_of(organization=organization.id) == own
    assert await keys_of(organization=organization.id, category="legal") == []


ODD = ["nothing", "", "%", "_", "\x00", "\ud800", "x" * 5000]


@pytest.mark.parametrize(
    ("what", "field"),
    [
        ("organizations", "district"),
        ("organizations", "serves"),
        ("capabilities", "category"),
        ("capabilities", "covers"),
        ("capabilities", "organization"),
        ("stations", "district"),
        ("towns", "district"),
    ],
)
async def test_a_code_of_nothing_finds_nothing_and_breaks_nothing(door: Door, what: str, field: str) -> None:
    kind = f"{what[0].upper()}{what[1:]}WhereInput"
    whole = await door.data(f"{{ {what} {{ totalCount }} }}")
    for code in ODD:
        document = f"query($where: {kind}) {{ {what}(where: $where) {{ totalCount nodes {{ __typename }} }} }}"
        page = await door.data(document, {"where": {field: code}})
        city_wide = field == "covers"  # what is offered in the whole city is offered there too, wherever it is
        assert page["totalCount"] in {0, whole["totalCount"]} or city_wide, code


@pytest.mark.parametrize(
    ("what", "field"), [("needs", "category"), ("needs", "district"), ("needs", "station"), ("journal", "subject")]
)
async def test_a_code_of_nothing_finds_nothing_in_the_lists_of_the_bureau(door: Door, what: str, field: str) -> None:
    token, kind = await door.city(), f"{what[0].upper()}{what[1:]}WhereInput"
    for code in [code for code in ODD if code]:
        document = f"query($where: {kind}) {{ {what}(where: $where) {{ totalCount nodes {{ __typename }} }} }}"
        assert await door.data(document, {"where": {field: code}}, token=token) == {"totalCount": 0, "nodes": []}, code


async def test_a_place_of_nothing_has_no_gap(door: Door) -> None:
    document = "query($place: String) { coverageGaps(where: {place: $place}) { figures { needs { state value } } } }"
    found = {code: await door.data(document, {"place": code}, token=await door.city()) for code in ODD if code}
    nothing = {"figures": {"needs": {"state": "NOTHING_ASKED", "value": None}}}
    assert found == dict.fromkeys(found, nothing)


@pytest.mark.parametrize("age", [-1, 19, 2**31 - 1, -(2**31)])
async def test_an_age_no_child_has_finds_only_what_has_no_bound(door: Door, age: int) -> None:
    titles = await names(door, "capabilities", "title", age=age)
    rows = [row for row in sheet("capabilities") if row["title"] in titles]
    assert all(not (row["min_age"] if age < 0 else row["max_age"]) for row in rows)


@pytest.mark.parametrize("root", ["organization", "need", "claim", "node"])
async def test_an_odd_id_finds_nothing_and_breaks_nothing(door: Door, root: str) -> None:
    document = f"query($id: ID!) {{ {root}(id: $id) {{ id }} }}"
    token = await door.city()
    odd = [*ODD, "org_\x00", "need_\ud800", "station_" + "x" * 5000, "_", "__", "account_", "room_1", "base_x", "cap_%"]
    assert [await door.data(document, {"id": id}, token=token) for id in odd] == [None] * len(odd)


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["organizations", "capabilities", "stations", "towns", "needs", "claims", "journal"])
async def test_paging_by_two_gives_every_row_once_and_in_order(door: Door, name: str) -> None:
    key = {"towns": "code", "journal": "sequence"}.get(name, "id")
    page = f"nodes {{ {key} }} edges {{ cursor node {{ {key} }} }} pageInfo {{ hasNextPage endCursor }} totalCount"
    token, seen, after = await door.city(), [], None
    document = f"query($after: String, $first: Int!) {{ {name}(first: $first, after: $after) {{ {page} }} }}"
    whole = await door.data(document, {"first": 100}, token=token)
    assert not whole["pageInfo"]["hasNextPage"]
    while True:
        found = await door.data(document, {"first": 2, "after": after}, token=token)
        assert found["nodes"] == [edge["node"] for edge in found["edges"]]
        assert found["totalCount"] == whole["totalCount"]
        seen += [node[key] for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
        assert len(found["nodes"]) == 2
        assert after == found["edges"][-1]["cursor"]
    assert seen == [node[key] for node in whole["nodes"]]
    assert len(seen) == len(set(seen)) == whole["totalCount"]


async def test_a_page_behind_the_last_row_is_empty(door: Door) -> None:
    last = await door.data("{ organizations(first: 100) { pageInfo { endCursor } } }")
    document = (
        "query($after: String) { organizations(after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }"
    )
    assert await door.data(document, {"after": last["pageInfo"]["endCursor"]}) == {
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }


async def test_a_row_that_comes_in_between_moves_no_other(door: Door) -> None:
    document = "query($after: String) { towns(first: 2, after: $after) { nodes { code } pageInfo { endCursor } } }"
    first = await door.data(document)
    (second,) = [await door.data(document, {"after": first["pageInfo"]["endCursor"]})]
    codes = [node["code"] for page in (first, second) for node in page["nodes"]]
    assert codes == sorted(row["code"] for row in sheet("towns"))[:4]


# --- who sees what ---------------------------------------------------------------------------------------------------

CAPABILITY = """query($id: ID!) { node(id: $id) { ... on Capability {
    title category { code } area { code name } minAge maxAge groups { code } modes maxGroupSize leadDays
    isDue isWithdrawn windows { weekday start end } organization { name checkedOn } provenance
    monthlyPlaces months { month taken limit left } viewerCan { revise confirm withdraw }
} } }"""


async def test_nobody_reads_the_whole_directory_but_what_is_inside(door: Door) -> None:
    capability = await Capability.get(title="小学生情绪与同伴小组")
    found = await door.data(CAPABILITY, {"id": capability.id})
    assert found == {
        "title": "小学生情绪与同伴小组",
        "category": {"code": "mental_health.group_counselling"},
        "area": [{"code": "320213", "name": "梁溪区"}],
        "minAge": 6,
        "maxAge": 14,
        "groups": [{"code": "disadvantaged"}, {"code": "migrant"}],
        "modes": ["AT_STATION", "AT_BASE"],
        "maxGroupSize": 10,
        "leadDays": 3,
        "isDue": False,
        "isWithdrawn": False,
        "windows": [{"weekday": 6, "start": "09:00", "end": "12:00"}],
        "organization": {"name": A, "checkedOn": None},
        "provenance": "FICTIONAL",
        "monthlyPlaces": None,
        "months": None,
        "viewerCan": {"revise": False, "confirm": False, "withdraw": False},
    }


async def test_quota_and_background_check_are_for_the_own_organization_and_the_bureau(door: Door) -> None:
    claim = (
        await Claim.filter(state=ClaimState.ACTIVE).order_by("id").first().select_related("capability", "organization")
    )
    assert claim is not None
    own, capability = claim.organization, claim.capability
    other = B if own.name != B else A
    may = {
        "own": await door.organization(own.name),
        "city": await door.city(),
        "district": await door.district("宜兴"),
    }
    may_not = {
        "nobody": None,
        "another organization": await door.organization(other),
        "station": await door.station(),
        "base": await door.base(),
    }
    months = [
        {
            "month": row.month,
            "taken": row.taken,
            "limit": row.places,
            "left": None if row.places is None else row.places - row.taken,
        }
        for row in await CapabilityMonth.filter(capability_id=capability.id).order_by("month")
    ]
    assert months
    for who, token in (may | may_not).items():
        found = await door.data(CAPABILITY, {"id": capability.id}, token=token)
        inside = (found["monthlyPlaces"], found["months"], found["organization"]["checkedOn"])
        shown = (capability.monthly_places, months, own.checked_on.isoformat())
        assert inside == (shown if who in may else (None, None, None)), who


async def test_what_the_viewer_can_do_is_what_is_not_refused(door: Door) -> None:
    capability = await Capability.get(title="小学生情绪与同伴小组")
    callers = {A: await door.organization(A), B: await door.organization(B), "": None, "city": await door.city()}
    callers["station"] = await door.station()
    for name, token in callers.items():
        can = (await door.data(CAPABILITY, {"id": capability.id}, token=token))["viewerCan"]
        assert can == dict.fromkeys(("revise", "confirm", "withdraw"), name == A)
        confirmed = await confirm(door, capability.id, capability.version, token)
        assert (confirmed["__typename"] == "Capability") == can["confirm"]
    await withdraw(door, capability.id, 2, callers[A])
    gone = await door.data(CAPABILITY, {"id": capability.id}, token=callers[A])
    assert gone["viewerCan"] == dict.fromkeys(("revise", "confirm", "withdraw"), False)


async def test_a_service_is_due_when_nobody_has_confirmed_it_for_180_days(door: Door) -> None:
    capability = await Capability.get(title="小学生情绪与同伴小组")
    due = {}
    for confirmed in (date(2025, 12, 3), date(2025, 12, 2), date(2025, 12, 1), None):
        await Capability.filter(id=capability.id).update(confirmed_on=confirmed)
        due[confirmed] = (await door.data(CAPABILITY, {"id": capability.id}))["isDue"]
    assert due == {date(2025, 12, 3): False, date(2025, 12, 2): True, date(2025, 12, 1): True, None: True}


async def test_the_taxonomy_the_districts_and_the_base_are_public(door: Door) -> None:
    found = await door.data(
        "{ categories { code leaves { code } parent { code } } districts { code towns { code } } "
        "childGroups { code } bases { name rooms { name capacity } } }"
    )
    assert [row["code"] for row in found["categories"]] == sorted(row["code"] for row in sheet("categories"))
    assert sum(len(row["leaves"]) for row in found["categories"]) == 60
    assert sum(len(row["towns"]) for row in found["districts"]) == len(sheet("towns"))
    assert len(found["childGroups"]) == len(sheet("child_groups"))
    (base,) = found["bases"]
    assert sorted(room["name"] for room in base["rooms"]) == sorted(row["name"] for row in sheet("rooms"))
    assert [room["capacity"] for room in base["rooms"]] == sorted(
        (int(r["capacity"]) for r in sheet("rooms")), reverse=True
    )


# --- an organization's own list --------------------------------------------------------------------------------------

SERVICE = "... on Capability { id version confirmedOn isWithdrawn provenance monthlyPlaces }"
SAID = f"__typename ... on Problem {{ message }} {SERVICE}"


async def list_capability(door: Door, token: str | None, **service: Any) -> dict[str, Any]:
    """The answer to a service to list."""
    document = f"""mutation($input: ListCapabilityInput!) {{
        listCapability(input: $input) {{ {SAID} ... on QualificationMissing {{ missing }}
            ... on InvalidInput {{ fields {{ path message }} }} }}
    }}"""
    asked = {"input": {"title": "暑期服务", "area": ["320213"]} | service}
    answer: dict[str, Any] = await door.data(document, asked, token=token)
    return answer


async def on(door: Door, deed: str, id: str, version: int, token: str | None) -> dict[str, Any]:
    """The answer to a deed on a service."""
    document = f"""mutation($id: ID!, $version: Int!) {{
        {deed}Capability(capabilityId: $id, expectedVersion: $version) {{ {SAID} }}
    }}"""
    answer: dict[str, Any] = await door.data(document, {"id": id, "version": version}, token=token)
    return answer


async def confirm(door: Door, id: str, version: int, token: str | None) -> dict[str, Any]:
    """The answer to a confirmation."""
    return await on(door, "confirm", id, version, token)


async def withdraw(door: Door, id: str, version: int, token: str | None) -> dict[str, Any]:
    """The answer to a withdrawal."""
    return await on(door, "withdraw", id, version, token)


async def set_places(door: Door, id: str, version: int, token: str, places: int | None) -> dict[str, Any]:
    """The answer to a new monthly limit."""
    document = f"""mutation($id: ID!, $version: Int!, $input: ReviseCapabilityInput!) {{
        reviseCapability(capabilityId: $id, expectedVersion: $version, input: $input) {{
            {SAID} ... on QuotaBelowTaken {{ month taken }}
        }}
    }}"""
    asked = {"id": id, "version": version, "input": {"monthlyPlaces": places}}
    answer: dict[str, Any] = await door.data(document, asked, token=token)
    return answer


async def test_a_listed_service_is_public_at_once_and_counts_as_confirmed_today(door: Door) -> None:
    token = await door.organization(A)
    listed = await list_capability(door, token, category="mental_health.group_counselling", monthlyPlaces=20)
    id = listed.pop("id")
    assert listed == {
        "__typename": "Capability",
        "version": 1,
        "confirmedOn": "2026-06-01",
        "isWithdrawn": False,
        "provenance": "RECORDED",
        "monthlyPlaces": 20,
    }
    assert "暑期服务" in await names(door, "capabilities", "title")
    entry = await last_entry()
    organization = await Organization.get(name=A)
    assert (entry["deed"], entry["subjects"], entry["body_id"]) == ("LIST_CAPABILITY", (id,), organization.id)
    assert entry["after"]["category"] == "mental_health.group_counselling"
    assert entry["after"]["monthly_places"] == 20
    assert "title" not in entry["after"]


async def test_a_service_whose_qualification_is_not_held_is_not_listed(door: Door) -> None:
    token = await door.organization(E)
    before = await ledger()
    assert await list_capability(door, token, category="mental_health.counselling") == {
        "__typename": "QualificationMissing",
        "message": f"This service asks for {Qualification.PSYCH_PROFESSIONAL.en}, "
        "which your organization does not hold. The bureau can record it.",
        "missing": ["PSYCH_PROFESSIONAL"],
    }
    assert await ledger() == before


async def test_a_service_of_the_reporting_route_is_not_listed(door: Door) -> None:
    token = await door.organization(A)
    before = await ledger()
    refused = await list_capability(door, token, category="mental_health.crisis_intervention")
    assert refused["__typename"] == "InvalidInput"
    assert refused["fields"] == [
        {
            "path": "category",
            "message": "This category is answered with the reporting route; nobody lists or posts it.",
        }
    ]
    assert await ledger() == before


async def test_confirming_a_service_makes_it_fresh(door: Door) -> None:
    token, capability = await door.organization(A), await Capability.get(title="小学生情绪与同伴小组")
    before = capability.confirmed_on
    assert before is not None
    confirmed = await confirm(door, capability.id, 1, token)
    assert (confirmed["version"], confirmed["confirmedOn"]) == (2, "2026-06-01")
    entry = await last_entry()
    assert (entry["before"], entry["after"]) == (
        {"confirmed_on": before.isoformat()},
        {"confirmed_on": "2026-06-01"},
    )


async def test_a_withdrawn_service_leaves_the_lists_but_can_still_be_named(door: Door) -> None:
    token, capability = await door.organization(A), await Capability.get(title="小学生情绪与同伴小组")
    gone = await withdraw(door, capability.id, 1, token)
    assert (gone["version"], gone["isWithdrawn"]) == (2, True)
    assert capability.title not in await names(door, "capabilities", "title")
    offered = await door.data("{ organizations(first: 50) { nodes { capabilities { id } } } }")
    assert capability.id not in [c["id"] for node in offered["nodes"] for c in node["capabilities"]]
    assert (await door.data(CAPABILITY, {"id": capability.id}))["isWithdrawn"] is True
    already = {
        "__typename": "AlreadyWithdrawn",
        "message": "This service is withdrawn already. List it anew when you offer it again.",
    }
    before = await ledger()
    assert await withdraw(door, capability.id, 2, token) == already
    assert await confirm(door, capability.id, 2, token) == already
    assert await set_places(door, capability.id, 2, token, 5) == already
    assert await ledger() == before


async def taken_service() -> tuple[Capability, CapabilityMonth]:
    """A service of which places are taken in a coming month, and the month in which most are."""
    months = CapabilityMonth.filter(month__gte="2026-06", taken__gt=1).order_by("-taken", "id")
    month = await months.first().select_related("capability__organization")
    assert month is not None
    return month.capability, month


async def test_a_quota_is_not_lowered_below_what_is_taken(door: Door) -> None:
    capability, month = await taken_service()
    token = await door.organization(capability.organization.name)
    over = CapabilityMonth.filter(capability_id=capability.id, month__gte="2026-06", taken__gt=month.taken - 1)
    first = await over.order_by("month").first()
    assert first is not None
    before = await ledger()
    refused = await set_places(door, capability.id, capability.version, token, month.taken - 1)
    says = f"already {first.taken} places are taken. Give at least that many, or release claims first."
    assert refused.pop("message").endswith(says)
    assert refused == {"__typename": "QuotaBelowTaken", "month": first.month, "taken": first.taken}
    assert await ledger() == before


async def test_a_quota_is_lowered_to_exactly_what_is_taken_in_every_month_from_now_on(door: Door) -> None:
    capability, month = await taken_service()
    await CapabilityMonth.create(capability_id=capability.id, month="2026-05", places=90, taken=80)
    token = await door.organization(capability.organization.name)
    lowered = await set_places(door, capability.id, capability.version, token, month.taken)
    assert lowered["monthlyPlaces"] == month.taken
    months = await CapabilityMonth.filter(capability_id=capability.id).order_by("month")
    assert [m.places for m in months if m.month >= "2026-06"] == [month.taken] * (len(months) - 1)
    assert [(m.places, m.taken) for m in months if m.month < "2026-06"] == [(90, 80)]
    raised = await set_places(door, capability.id, lowered["version"], token, None)
    assert raised["monthlyPlaces"] is None
    limits = await CapabilityMonth.filter(capability_id=capability.id, month__gte="2026-06").values_list(
        "places", flat=True
    )
    assert set(limits) == {None}


async def test_an_organization_whose_check_has_lapsed_may_still_keep_its_list(door: Door) -> None:
    token = await door.organization(F)
    capability = await Capability.filter(organization__name=F, is_withdrawn=False).order_by("id").first()
    assert capability is not None
    assert (await confirm(door, capability.id, capability.version, token))["__typename"] == "Capability"
