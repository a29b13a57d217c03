"""The documents of the pages: each is valid, is answered to its role, and is far from every limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    validate,
    visit,
)
from graphql.language import FieldNode, InlineFragmentNode

from alliance.claims.tables import Claim
from alliance.directory.tables import Capability, CareStation, Organization
from alliance.kit.cost import written
from alliance.kit.limits import Limit, Limits
from alliance.needs.tables import Need
from alliance.schedule.tables import Room
from alliance.schema import ANONYMOUS, SIGNED_IN, cost_rule, schema
from tests.graph.door import QINGCHENG, A, Door

pytestmark = pytest.mark.anyio

DOCUMENTS = {path.stem: path.read_text("utf8") for path in (Path(__file__).parents[1] / "documents").glob("*.graphql")}
TITLE = "周六上午想给4-6年级5个孩子做情绪小组"
BY = {
    "station-home": "station", "station-need": "station", "check": "station", "post": "station",
    "org-worklist": "organization", "org-claim": "organization", "org-capabilities": "organization",
    "bureau-coverage": "city", "base-week": "base", "base-series": "organization", "base-book": "station",
    "directory": None,
}  # fmt: skip
MOST_USED = {Limit.ROWS: 80, Limit.VALUES: 80}  # per cent; of all others half
HALF = 50


def limits_of(name: str) -> Limits:
    return SIGNED_IN if BY[name] else ANONYMOUS


def used(name: str) -> dict[Limit, int]:
    """How much of each limit the page's document takes, in per cent, rounded up."""
    document, limits = parse(DOCUMENTS[name]), limits_of(name)
    ((operation, cost),) = cost_rule.costs(document, {})
    assert operation is not None
    at_root = Limit.MUTATIONS if operation.operation.value == "mutation" else Limit.ROOT_FIELDS
    counts = {
        Limit.TOKENS: tokens(document),
        Limit.OPERATIONS: 1,
        at_root: cost.fields,
        Limit.DEPTH: cost.depth,
        Limit.WIDTH: max(cost.width, cost.fields),
        Limit.ALIASES: cost.aliases,
        Limit.ROWS: cost.rows,
        Limit.VALUES: cost.values,
        **written(document),
    }
    return {limit: -(-100 * counts[limit] // getattr(limits, limit.value)) for limit in Limit if limit in counts}


def tokens(document: DocumentNode) -> int:
    """The tokens of a document, as the parser counts them."""
    assert document.loc is not None
    count, token = 0, document.loc.start_token.next
    while token is not None:
        count, token = count + 1, token.next
    return count


async def variables(name: str) -> dict[str, Any]:
    """Those of the page: a need that nobody has claimed, and the service that can."""
    station = await CareStation.filter(name__contains=QINGCHENG).order_by("id").first()
    assert station is not None
    need = await Need.filter(station_id=station.id, title=TITLE, held=0).order_by("id").first()
    organization = await Organization.get(name=A)
    own = Capability.filter(organization_id=organization.id, category_id="mental_health.group_counselling")
    capability = await own.order_by("id").first()
    assert need is not None
    assert capability is not None
    match name:
        case "station-need":
            return {"need": need.id}
        case "check":
            return {"input": {"text": TITLE}}
        case "post":
            return {"input": {"title": TITLE, "headcount": 5, "categories": ["mental_health.group_counselling"]}}
        case "org-claim":
            return {"need": need.id, "input": {"capabilityId": capability.id, "places": 5}}
        case "org-capabilities":
            return {"organization": organization.id}
        case "base-series" | "base-book":
            room = await Room.filter(capacity__gte=20).order_by("capacity").first()
            assert room is not None
            asked = {"roomId": room.id, "firstDay": "2026-06-27", "start": "14:00", "end": "16:00", "headcount": 12}
            return {
                "input": asked | ({"title": "亲子读书会"} if name == "base-book" else {"rule": "FREQ=WEEKLY;COUNT=6"})
            }
        case _:
            return {}


async def token(door: Door, name: str) -> str | None:
    match BY[name]:
        case "station":
            return await door.station(QINGCHENG)
        case "organization":
            return await door.organization(A)
        case "city":
            return await door.city()
        case "base":
            return await door.base()
        case _:
            return None


def test_every_document_belongs_to_somebody() -> None:
    assert DOCUMENTS.keys() == BY.keys()


@pytest.mark.parametrize("name", BY)
def test_a_page_s_document_is_one_valid_operation_named_after_it(name: str) -> None:
    document = parse(DOCUMENTS[name])
    assert validate(schema._schema, document) == []
    ((operation, _),) = cost_rule.costs(document, {})
    assert operation is not None
    assert operation.name is not None
    assert operation.name.value == re.sub(r"(?:^|-)(\w)", lambda found: found[1].upper(), name)


@pytest.mark.parametrize("name", BY)
def test_a_page_asks_every_result_for_the_message_of_any_problem(name: str) -> None:
    assert [place for place, spreads in results(parse(DOCUMENTS[name])) if "Problem" not in spreads] == []


def results(document: DocumentNode) -> Iterator[tuple[str, set[str]]]:
    """Every field that answers with a result union, and the types it is asked for."""
    found: list[tuple[str, set[str]]] = []
    info = TypeInfo(schema._schema)

    class Results(Visitor):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            kind = get_named_type(info.get_type())
            if isinstance(kind, GraphQLUnionType) and node.selection_set:
                inline = (each for each in node.selection_set.selections if isinstance(each, InlineFragmentNode))
                found.append(
                    (node.name.value, {each.type_condition.name.value for each in inline if each.type_condition})
                )

    visit(document, TypeInfoVisitor(info, Results()))
    yield from found


@pytest.mark.parametrize("name", BY)
def test_a_page_s_document_is_far_from_every_limit(name: str) -> None:
    over = {limit.name: share for limit, share in used(name).items() if share > MOST_USED.get(limit, HALF)}
    assert over == {}


@pytest.mark.parametrize("name", BY)
async def test_a_page_s_document_is_answered_to_its_role(door: Door, name: str) -> None:
    before = await Claim.all().count(), await Need.all().count()
    answer = await door.ask(DOCUMENTS[name], await variables(name), token=await token(door, name))
    assert "errors" not in answer, answer
    assert all(value is not None for value in answer["data"].values())
    made = {
        "postNeed": "Need",
        "draftNeed": "NeedDraft",
        "claimNeed": "Claim",
        "previewBooking": "BookingPreview",
        "bookRoom": "BookingSeries",
    }
    for field, value in answer["data"].items():
        if field in made:
            assert value["__typename"] == made[field], value
    after = await Claim.all().count(), await Need.all().count()
    assert after == (before[0] + (name == "org-claim"), before[1] + (name == "post"))


def test_the_home_of_a_station_shows_twenty_needs_with_ten_candidates_each() -> None:
    ((_, cost),) = cost_rule.costs(parse(DOCUMENTS["station-home"]), {})
    assert cost.rows >= 20 + 20 * 10
    assert used("station-home")[Limit.ROWS] <= MOST_USED[Limit.ROWS]


def main() -> None:
    """Per cent of each limit that each page's document takes: `python -m tests.graph.test_documents`."""
    columns = [limit for limit in Limit if limit not in {Limit.ALONE, Limit.DIGITS}]
    print("".join(["page".ljust(18), *(limit.name.rjust(12) for limit in columns)]))
    for name in BY:
        shares = used(name)
        print("".join([name.ljust(18), *(str(shares.get(limit, "-")).rjust(12) for limit in columns)]))


if __name__ == "__main__":
    main()
