"""The most used documents cost the same number of SQL statements when everything has grown tenfold."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from tortoise.models import Model

from alliance.claims.tables import Claim, ServiceRecord
from alliance.directory.tables import Capability, CapabilityMonth, CareStation, Organization
from alliance.journal.tables import JournalEntry
from alliance.kit.database import as_unit_of_work
from alliance.needs.tables import Need, NeedParty
from tests.graph.door import QINGCHENG, A, Door

pytestmark = pytest.mark.anyio

TIMES = 10
TITLE = "周六上午想给4-6年级5个孩子做情绪小组"
GROWING: tuple[type[Model], ...] = (
    Organization, Capability, CapabilityMonth, CareStation, Need, NeedParty, Claim, ServiceRecord, JournalEntry,
)  # fmt: skip
DOCUMENTS = {
    "directory": "{ organizations(first: 100) { totalCount nodes { name district { name } membership isFictional } } }",
    "organization": """query($organization: ID!) { organization(id: $organization) { name district { name } checkedOn
        stations { name town { name } } capabilities { title category { name parent { name } } area { code name }
        groups { name } windows { weekday start end } monthlyPlaces months { month taken left } isDue
        viewerCan { revise } organization { name } } } }""",
    "organizations with capabilities": """{ organizations(first: 100) { nodes { name stations { name }
        capabilities { title category { name } area { name } groups { name } months { month left } } } } }""",
    "needs": """{ needs(first: 100) { totalCount pageInfo { hasNextPage endCursor } nodes { id label title state
        headcount headcountBand minimumPlaces remaining categories { name } groups { name } publicGroups { name }
        district { name } town { name } station { name operator { name } } viewerCan { revise claim } } } }""",
    "need with candidates": """query($need: ID!) { need(id: $need) { label candidates(first: 100) {
        counts { verdict count } totalCount nodes { organization { name } capability { title category { name } }
        verdict points mayClaim isStationOperator reasons { criterion points of message }
        missingQualifications obstacles { rule asked offered message cure { code message } } } } } }""",
    "needs with candidates": """{ needs(first: 10) { nodes { label candidates(first: 5) { counts { verdict count }
        nodes { organization { name } verdict points } } } } }""",
    "worklist": """{ worklist(first: 100) { totalCount nodes { points reasons { message } capability { title }
        need { label title headcount remaining town { name } station { name } categories { name }
        publicGroups { name } claims { state } } } } }""",
    "claims": """{ claims(first: 100) { totalCount nodes { places state organization { name } capability { title }
        declineCode record { sessions outcome } viewerCan { accept openContact }
        contact { name maskedPhone }
        need { label title state headcount station { name town { name } } } } } }""",
    "coverage": """{ coverageGaps(where: { place: "320213026" }) { figures { asked { value } unmet { value } }
        causes { stage places { value } }
        byPlace { place { name } nearest { title organization { name } } }
        byCategory { category { name } figures { unmet { value } } }
        cells(first: 1000) { place { name } category { name } nearest { title } } silentStations { name } } }""",
    "journal": "{ journal(first: 100) { totalCount nodes { sequence deed bodyName subjects after { name value } } } }",
    "me": "{ me { name role station { name town { name district { name } } } } }",
    "postNeed": """mutation { postNeed(input: { title: "周六上午想给4-6年级5个孩子做情绪小组", headcount: 5,
        categories: ["mental_health.group_counselling"] }) { __typename ... on Need { label title } } }""",
    "claimNeed": """mutation($need: ID!, $capability: ID!) { claimNeed(needId: $need, input: {
        capabilityId: $capability }) { __typename ... on Claim { places need { label title } } } }""",
}


class Statements(logging.Handler):
    """Counts what the database is asked, whatever the engine."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.asked: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """One statement."""
        self.asked.append(record.getMessage())


@contextmanager
def counted() -> Iterator[list[str]]:
    log, handler = logging.getLogger("tortoise.db_client"), Statements()
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        yield handler.asked
    finally:
        log.setLevel(level)
        log.removeHandler(handler)


@dataclass
class Growth:
    """Copies of every row that grows in the trade, each pointing at the copies of its own round."""

    round: int
    keys: dict[str, str] = field(default_factory=dict)

    def copied(self, row: Model) -> Model:
        """The row once more, under new keys."""
        values: dict[str, Any] = {name: getattr(row, name) for name in row._meta.db_fields}
        for name, value in values.items():
            if isinstance(value, str):
                values[name] = self.keys.get(value, value)
        match row:
            case JournalEntry():
                values["sequence"] += 100_000 * self.round
            case NeedParty() | CapabilityMonth():
                del values["id"]
            case _:
                fresh = type(row)._meta.fields_map["id"].default
                values["id"] = fresh()
                self.keys[str(row.pk)] = values["id"]
        for unique in ("name", "name_skeleton"):
            if unique in values:
                values[unique] = f"{values[unique]}{self.round}"
        if values.get("credit_code"):
            values["credit_code"] = None
        return type(row)(**values)


async def grow() -> None:
    """Make ten of each, in one unit of work."""
    present = {kind: list(await kind.all()) for kind in GROWING}

    async def work() -> None:
        for place in range(1, TIMES):
            growth = Growth(place)
            for kind, rows in present.items():
                await kind.bulk_create([growth.copied(row) for row in rows])

    await as_unit_of_work(work)
    assert await Need.all().count() == TIMES * len(present[Need])
    assert await Claim.all().count() == TIMES * len(present[Claim])


async def callers(door: Door, name: str) -> list[str | None]:
    """Everybody whose page asks for the document."""
    station, organization, city = await door.station(QINGCHENG), await door.organization(A), await door.city()
    match name:
        case "directory" | "organization":
            return [None, organization, city]
        case "organizations with capabilities":  # more rows than nobody may ask for
            return [organization, city]
        case "worklist" | "claimNeed":
            return [organization]
        case "coverage":
            return [city, await door.district()]
        case "me" | "postNeed":
            return [station]
        case _:
            return [station, organization, city]


async def variables() -> dict[str, Any]:
    """A need that nobody has claimed, and the organization and service that can."""
    station = await CareStation.filter(name__contains=QINGCHENG).order_by("id").first()
    assert station is not None
    need = await Need.filter(station_id=station.id, title=TITLE, held=0).order_by("-posted_at", "-id").first()
    organization = await Organization.get(name=A)
    own = Capability.filter(organization_id=organization.id, category_id="mental_health.group_counselling")
    capability = await own.order_by("id").first()
    assert need is not None
    assert capability is not None
    return {"need": need.id, "organization": organization.id, "capability": capability.id}


async def test_a_document_costs_as_many_statements_with_ten_times_the_rows(door: Door) -> None:
    await costs(door, "postNeed", "claimNeed")  # so that there is a claim and an own need on every page that counts
    few = await costs(door, *DOCUMENTS)
    await grow()
    many = await costs(door, *DOCUMENTS)
    grown = {key: (asked, many[key]) for key, asked in few.items() if len(many[key]) > len(asked)}
    assert grown == {}


async def costs(door: Door, *names: str) -> dict[tuple[str, int], list[str]]:
    """The statements of these documents, for each caller."""
    found = {}
    for name in names:
        document = DOCUMENTS[name]
        for place, token in enumerate(await callers(door, name)):
            given = {key: value for key, value in (await variables()).items() if f"${key}" in document}
            with counted() as asked:
                answer = await door.data(document, given, token=token)
            assert answer
            assert answer.get("__typename") in {None, "Need", "Claim"}
            found[name, place] = list(asked)
    return found


async def test_what_an_organization_has_ever_claimed_is_in_none_of_its_statements(door: Door) -> None:
    organization, token = await Organization.get(name=A), await door.organization(A)
    parties = [NeedParty(need_id=need.id, body_id=organization.id) for need in await Need.all()]

    async def work() -> None:
        await NeedParty.bulk_create(parties, ignore_conflicts=True)

    await as_unit_of_work(work)
    page = 5
    with counted() as asked:
        await door.data("query($n: Int) { needs(first: $n) { totalCount nodes { id } } }", {"n": page}, token=token)
    assert max(each.count("need_0") for each in asked) <= page
