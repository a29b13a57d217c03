"""The table of who sees what: it covers the whole schema, it is enforced, and no id, filter or input goes round it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, build_schema, get_named_type

from alliance.core.vocabulary import BookingState, ClaimState, ClosureReason, FeedScope, NeedState, Provenance, Role
from alliance.directory.tables import ActivityBase, Capability, CareStation, Organization
from alliance.graph.node import READERS
from alliance.graph.visibility import (
    INSIDE,
    LOOKS_AT,
    PLACE,
    PUBLIC,
    ROW,
    TABLE,
    Unruled,
    arguments_of,
    differences,
    differing_arguments,
    enforce,
    fields_of,
    rules_of,
)
from alliance.identity.reads import viewer_of
from alliance.identity.tables import Account
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work
from alliance.kit.ids import new_id, prefix_of
from alliance.needs.tables import Need
from alliance.schedule.tables import Booking, BookingParty, CalendarFeed, Closure, Room
from alliance.schema import ANONYMOUS, schema
from tests.graph.door import B, D, Door
from tests.graph.ledger import ledger
from tests.graph.rooms import BASE, made_rooms
from tests.graph.world import ACCEPTED, World, claimed, made_world

pytestmark = pytest.mark.anyio

SCHEMA = schema._schema
RULES = rules_of(TABLE)
NARROW = sorted(place for place, rule in RULES.items() if rule.shows)
AT_ONCE = ANONYMOUS.root_fields


@pytest.fixture
async def world(door: Door) -> World:
    """The needs with their claims."""
    return await made_world(door)


# --- the table against the schema ------------------------------------------------------------------------------------


def test_every_field_of_every_type_has_a_rule() -> None:
    there = [place for place, _ in fields_of(SCHEMA)]
    ruled = [place for place in there if place in RULES]
    print(f"fields: {len(there)}; with a rule: {len(ruled)}; narrower than their row: {len(NARROW)}")
    print(f"filters and orders: {len(LOOKS_AT)}; carrying a narrower rule: {filters_of(narrow=True)}")
    assert ruled == there
    assert set(RULES) == set(there)
    assert set(LOOKS_AT) == set(arguments_of(SCHEMA))


def filters_of(*, narrow: bool) -> list[str]:
    return [place for place, (rule, _) in LOOKS_AT.items() if bool(rule.shows) is narrow]


def test_what_is_narrower_than_its_row_is_exactly_this() -> None:
    assert NARROW == [
        "Booking.cancelCode", "Booking.headcount", "Booking.heldUntil", "Booking.organization", "Booking.series",
        "Booking.station", "Booking.title", "Capability.monthlyPlaces", "Capability.months", "Claim.contact",
        "Need.details", "Need.groups", "Need.headcount", "Need.minimumPlaces", "Need.remaining", "Need.station",
        "Need.title", "Need.town", "Organization.checkedOn",
    ]  # fmt: skip


@pytest.mark.parametrize("place", sorted(RULES))
def test_a_field_that_is_left_out_of_the_table_is_named(place: str) -> None:
    rules = {name: rule for name, rule in RULES.items() if name != place}
    assert differences(SCHEMA, rules) == (f"{place} has no rule.",)


def test_a_rule_for_what_is_not_there_is_named() -> None:
    assert differences(SCHEMA, RULES | {"Need.child": ROW}) == ("Need.child is not in the schema.",)


def test_a_narrower_field_that_cannot_answer_null_is_named() -> None:
    assert differences(SCHEMA, RULES | {"Need.label": PLACE}) == (
        "Need.label has the rule PLACE and must be nullable.",
    )


def test_a_field_with_two_rules_is_named() -> None:
    with pytest.raises(Unruled, match=r"Need\.title has two rules"):
        rules_of({**TABLE, "Need Room": {ROW: "title"}})


@pytest.mark.parametrize("place", sorted(LOOKS_AT))
def test_a_filter_that_is_left_out_of_the_table_is_named(place: str) -> None:
    looks_at = {name: looks for name, looks in LOOKS_AT.items() if name != place}
    assert differing_arguments(SCHEMA, RULES, looks_at) == (f"{place} has no field that it looks at.",)


def test_a_filter_must_carry_the_rule_of_the_field_it_looks_at() -> None:
    odd = {
        "NeedsWhereInput.station": (ROW, "Need.station"),
        "OrganizationsWhereInput.search": (PUBLIC, "Organization.name Organization.checkedOn"),
        "OrganizationsWhereInput.district": (INSIDE, "Organization.district"),
        "TownsWhereInput.search": (PUBLIC, "Town.secret"),
        "TownsWhereInput.phone": (PUBLIC, "Town.name"),
    }
    assert set(differing_arguments(SCHEMA, RULES, LOOKS_AT | odd)) == {
        "NeedsWhereInput.station must carry the rule PLACE of Need.station.",
        "OrganizationsWhereInput.search must carry the rule INSIDE of Organization.checkedOn.",
        "OrganizationsWhereInput.district must carry the rule PUBLIC of Organization.district.",
        "TownsWhereInput.search looks at Town.secret, which has no rule.",
        "TownsWhereInput.phone is not in the schema.",
    }


def test_a_schema_that_the_table_does_not_cover_does_not_start() -> None:
    with pytest.raises(Unruled, match=r"Query\.children has no rule"):
        enforce(build_schema("type Query { children: [String!] }"))


def test_exactly_the_narrower_fields_are_held_before_their_resolvers() -> None:
    held = [place for place, made in fields_of(SCHEMA) if getattr(made.resolve, "__name__", "") == "held"]
    assert sorted(held) == NARROW


# --- ids -------------------------------------------------------------------------------------------------------------

SIX = ("nobody", "own", "accepted", "district", "city", "base")
TYPES = {
    "Organization": "org", "Capability": "cap", "CareStation": "station", "ActivityBase": "base", "Room": "room",
    "Account": "account", "Need": "need", "Claim": "claim", "Booking": "booking", "BookingSeries": "series",
    "Closure": "closure", "CalendarFeed": "feed",
}  # fmt: skip
EVERYBODY = dict.fromkeys(SIX, (True, True))
SEEN: dict[str, dict[str, tuple[bool, bool]]] = {  # by kind and caller: one's own, another's
    "org": EVERYBODY,
    "cap": EVERYBODY,
    "station": EVERYBODY,
    "base": EVERYBODY,
    "room": EVERYBODY,
    "account": dict.fromkeys(SIX, (True, False)) | {"nobody": (False, False)},
    "feed": dict.fromkeys(SIX, (True, False)) | {"nobody": (False, False)},
    "need": dict.fromkeys(SIX, (True, False)) | {"nobody": (False, False), "base": (False, False)},
    "claim": dict.fromkeys(SIX, (True, False)) | {"nobody": (False, False), "base": (False, False)},
    "booking": dict.fromkeys(SIX, (True, False)),  # one that takes its room, and a request of another
    "series": dict.fromkeys(SIX, (False, False)) | {"own": (True, False), "accepted": (True, False)},
    "closure": EVERYBODY,
}


def entries() -> Iterator[tuple[str, str]]:
    """Every field of `Query` that takes an id, with the type it answers."""
    assert SCHEMA.query_type is not None
    for name, made in SCHEMA.query_type.fields.items():
        if "id" in made.args:
            yield name, get_named_type(made.type).name


async def things(world: World, caller: str) -> dict[str, tuple[str, str]]:
    """The ids of one's own thing and of another's, of every kind that has an id."""
    far = await Need.filter(town_id__startswith="320282", held=0).order_by("id").first()
    assert far is not None
    await as_unit_of_work(lambda: Need.filter(id=far.id).update(stored_state=NeedState.WITHDRAWN))
    theirs = await claimed(far, await Organization.get(name=B), ClaimState.DECLINED)
    organizations = [await Organization.get(name=name) for name in (D, B)]
    capabilities = [await Capability.filter(organization_id=row.id).order_by("id").first() for row in organizations]
    rooms = await Room.all().order_by("id").limit(2)
    base = await ActivityBase.get(name__contains="梁溪")
    taken_room, request, closure = await bookings(world)
    me = await world.door.data("{ me { id } }", token=await world.token(caller))
    stranger = await Account.exclude(id=me["id"] if me else "").order_by("id").first()
    assert stranger is not None
    plain, taken, unread = (world.needs[kind].id for kind in ("plain", "taken", "review"))
    needs = {"accepted": (taken, far.id), "city": (plain, unread)}.get(caller, (plain, far.id))
    claims = world.claims["plain"]
    foreign = {"accepted": claims["PROPOSED"].id, "city": world.claims["review"]["ACCEPTED"].id}.get(caller, theirs.id)
    return {
        "org": (organizations[0].id, organizations[1].id),
        "cap": (capabilities[0].id if capabilities[0] else "", capabilities[1].id if capabilities[1] else ""),
        "station": (world.station.id, world.other.id),
        "base": (base.id, base.id),
        "room": (rooms[0].id, rooms[1].id),
        "account": (me["id"] if me else stranger.id, stranger.id),
        "feed": (await feed_of(me["id"] if me else stranger.id), await feed_of(stranger.id)),
        "need": needs,
        "claim": (claims["ACCEPTED"].id, foreign),
        "booking": (taken_room.id, request.id),
        "series": (taken_room.series_id, request.series_id),
        "closure": (closure.id, closure.id),
    }


async def bookings(world: World) -> tuple[Booking, Booking, Closure]:
    """A room that a station and an organization hold together, the request of somebody else, and a closure."""
    if not await ActivityBase.filter(name=BASE).exists():
        rooms = await made_rooms(world.door)
        await rooms.book(await world.door.organization(ACCEPTED))
        await rooms.book(await world.door.station("东亭"), days=15)
    booking = await Booking.get(stored_state=BookingState.HELD, room__base__name=BASE)
    request = await Booking.get(stored_state=BookingState.REQUESTED, room__base__name=BASE).select_related("room")

    async def work() -> Closure:
        await BookingParty.bulk_create(
            [BookingParty(series_id=booking.series_id, body_id=world.station.id)], ignore_conflicts=True
        )
        return await Closure.create(
            base_id=request.room.base_id, starts_at=clock.now(), ends_at=clock.now() + timedelta(hours=1),
            reason=ClosureReason.WEATHER, provenance=Provenance.FICTIONAL,
        )  # fmt: skip

    return booking, request, await as_unit_of_work(work)


async def feed_of(account_id: str) -> str:
    """The id of a calendar that an account has made."""
    made = CalendarFeed(
        account_id=account_id, scope=FeedScope.OWN, target_id="", token_hash=new_id("hash"), created_at=clock.now()
    )
    await as_unit_of_work(made.save)
    return made.id


async def found_under(door: Door, token: str | None, asked: list[tuple[str, str]]) -> list[bool]:
    """Whether each entry finds something under its id; as many in a document as are allowed."""
    found: list[bool] = []
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        fields = " ".join(f'a{place}: {entry}(id: "{id}") {{ id }}' for place, (entry, id) in enumerate(some))
        answer = await door.ask(f"{{ {fields} }}", token=token)
        assert "errors" not in answer, answer
        found += [value is not None for value in answer["data"].values()]
    return found


async def test_no_id_finds_more_than_the_table_says(world: World) -> None:
    assert set(TYPES.values()) == set(READERS) == set(SEEN)
    cells, wrong = 0, []
    for caller in SIX:
        await world.token(caller)
    for caller in SIX:
        ids = await things(world, caller)
        asked, expected = [], []
        for entry, answers in entries():
            for kind, (own, foreign) in ids.items():
                fits = answers == "Node" or TYPES[answers] == kind
                for id, seen in zip((own, foreign, new_id(kind)), (*SEEN[kind][caller], False), strict=True):
                    asked.append((entry, id))
                    expected.append(fits and seen)
        found = await found_under(world.door, await world.token(caller), asked)
        cells += len(found)
        wrong += [
            (caller, *each) for each, was, should in zip(asked, found, expected, strict=True) if was is not should
        ]
    print(f"entries × kinds × callers × own/foreign/missing: {cells} cells; differences from the table: {len(wrong)}")
    assert cells == len(list(entries())) * len(READERS) * len(SIX) * 3
    assert wrong == []


async def guessed(count: int) -> list[str]:
    """Ids that look right: fresh ones, and true ones with one character changed."""
    true = [str(row.pk) for kind in (Need, Organization, Capability, CareStation, Room) for row in await kind.all()]
    near = [id[:-1] + ("0" if id[-1] != "0" else "1") for id in true]
    near += [id[:12] + secrets.choice("23456789") + id[13:] for id in true if id[12] == "0"]
    fresh = [new_id(kind) for kind in sorted(READERS) for _ in range(count)]
    return [*near, *(id for place in range(count) for id in fresh[place::count])][:count]


async def test_a_thousand_guessed_ids_find_nothing_for_any_role(door: Door) -> None:
    guesses = sorted(set(await guessed(1_000)))
    assert len(guesses) == 1_000
    tokens = {role.name: await door.token(role) for role in Role}
    found: dict[str, int] = {}
    for caller, token in {"nobody": None, **tokens}.items():
        viewer = await viewer_of(token)
        found[caller] = 0
        for kind, read in READERS.items():  # what `node` asks, without asking a hundred documents
            found[caller] += len(await read(viewer, [id for id in guesses if prefix_of(id) == kind]))
        found[caller] += sum(await found_under(door, token, [("node", id) for id in guesses[::25]]))
    print(f"{len(guesses)} guessed ids; found by each: {found}")
    assert set(found.values()) == {0}


# --- filters ---------------------------------------------------------------------------------------------------------

LOOKERS = ("nobody", "other", "without", "lawyers", "proposed", "elsewhere", "base")


async def listed(world: World, caller: str, where: dict[str, Any]) -> tuple[set[str], int]:
    document = "query($where: NeedsWhereInput) { needs(first: 100, where: $where) { totalCount nodes { id } } }"
    found = await world.door.data(document, {"where": where}, token=await world.token(caller))
    return {need["id"] for need in found["nodes"]}, found["totalCount"]


def test_every_filter_on_a_protected_field_is_tried_below() -> None:
    assert filters_of(narrow=True) == ["NeedsWhereInput.station"]


@pytest.mark.parametrize("caller", LOOKERS)
@pytest.mark.parametrize("with_others", [{}, {"district": "320213"}, {"category": "learning"}, {"states": ["OPEN"]}])
async def test_a_filter_on_a_hidden_station_finds_the_same_with_and_without_a_match(
    world: World, caller: str, with_others: dict[str, Any]
) -> None:
    """Only needs whose station is hidden are left at the station, so that any difference would tell of one."""
    token = await world.token(caller)
    shows = await seen_stations(world, token)
    hidden = [need.id for need in world.needs.values() if shows.get(need.id) is None]
    assert hidden
    shown = Need.filter(station_id=world.station.id).exclude(id__in=hidden)
    await as_unit_of_work(lambda: shown.update(station_id=world.other.id))
    match = await listed(world, caller, {"station": world.station.id, **with_others})
    other = await listed(world, caller, {"station": new_id("station"), **with_others})
    assert match == other == (set(), 0)


async def seen_stations(world: World, token: str | None) -> dict[str, str | None]:
    """Of each visible need, the id of its station as far as it is shown."""
    document = "{ needs(first: 100) { nodes { id station { id } } } }"
    nodes = (await world.door.data(document, token=token))["nodes"]
    return {need["id"]: need["station"] and need["station"]["id"] for need in nodes}


# --- rights on the next request --------------------------------------------------------------------------------------


async def test_a_change_of_role_takes_effect_on_the_next_request(door: Door) -> None:
    token, organization = await door.city(), await Organization.get(name=B)
    document = "query($id: ID!) { me { id role } organization(id: $id) { checkedOn } worklist { totalCount } }"
    before = await door.ask(document, {"id": organization.id}, token=token)
    assert before["data"]["me"]["role"] == "CITY_BUREAU"
    assert before["data"]["organization"]["checkedOn"] is not None
    assert before["data"]["worklist"] is None
    account = Account.filter(id=before["data"]["me"]["id"])
    other = await Organization.get(name=D)
    await account.update(role=Role.ORGANIZATION_STAFF, body_id=other.id)
    after = await door.data(document, {"id": organization.id}, token=token)
    assert (after["me"]["role"], after["organization"]["checkedOn"]) == ("ORGANIZATION_STAFF", None)
    assert after["worklist"]["totalCount"] >= 0
    await account.update(body_id=organization.id)
    own = await door.data(document, {"id": organization.id}, token=token)
    assert own["organization"]["checkedOn"] is not None
    await account.update(is_disabled=True)
    gone = await door.ask(document, {"id": organization.id}, token=token)
    assert (gone["data"]["me"], gone["data"]["organization"]["checkedOn"]) == (None, None)


# --- inputs ----------------------------------------------------------------------------------------------------------

FORBIDDEN = (
    "id", "role", "accountId", "organizationId", "stationId", "townId", "bodyId", "version", "provenance", "state",
    "storedState", "held", "isDutyOfficer", "isWithdrawn", "isByOperator", "maySeeAll", "confirmedOn", "checkedOn",
    "unknown", "__typename",
)  # fmt: skip


def inputs_of_mutations() -> Iterator[tuple[str, GraphQLInputObjectType]]:
    assert SCHEMA.mutation_type is not None
    for name, made in SCHEMA.mutation_type.fields.items():
        if "input" in made.args:
            kind = get_named_type(made.args["input"].type)
            assert isinstance(kind, GraphQLInputObjectType)
            yield name, kind


async def test_no_mutation_takes_a_field_that_its_input_does_not_list(door: Door) -> None:
    assert SCHEMA.mutation_type is not None
    token, tried, taken = await door.city(is_duty_officer=True), 0, []
    before = await ledger()
    for name, kind in inputs_of_mutations():
        arguments = SCHEMA.mutation_type.fields[name].args
        declared = ", ".join(f"${key}: {argument.type}" for key, argument in arguments.items())
        passed = ", ".join(f"{key}: ${key}" for key in arguments)
        document = f"mutation({declared}) {{ {name}({passed}) {{ __typename }} }}"
        for extra in (field for field in FORBIDDEN if field not in kind.fields):
            tried += 1
            given: dict[str, Any] = {extra: None, **{key: right(field.type) for key, field in kind.fields.items()}}
            others = {key: right(argument.type) for key, argument in arguments.items() if key != "input"}
            answer = await door.ask(document, {"input": given, **others}, token=token)
            told = [
                (error["extensions"]["code"], "unknown field" in error["message"]) for error in answer.get("errors", [])
            ]
            if answer.get("data") or told != [("BAD_QUERY", True)]:
                taken.append((name, extra, answer))
    print(f"forbidden or unknown fields in inputs of mutations: {tried} tried, {len(taken)} not refused by validation")
    assert taken == []
    assert await ledger() == before


def right(kind: Any) -> Any:
    """A value of the kind, so that nothing but the forbidden field is wrong."""
    name, text = get_named_type(kind), str(kind)
    if text.startswith("["):
        return []
    if not text.endswith("!"):
        return None
    return next(iter(name.values)) if isinstance(name, GraphQLEnumType) else RIGHT[name.name]


RIGHT = {"Int": 1, "ID": "x", "String": "x", "Date": "2026-07-01", "DateTime": "2026-07-01T09:00:00+08:00"}


@pytest.mark.parametrize("argument", ["role", "viewer", "organizationId", "expectedRole"])
async def test_no_mutation_takes_an_argument_that_it_does_not_list(door: Door, argument: str) -> None:
    assert SCHEMA.mutation_type is not None
    token, before = await door.city(), await ledger()
    for name in SCHEMA.mutation_type.fields:
        codes = await door.codes(f"mutation {{ {name}({argument}: 1) {{ __typename }} }}", token=token)
        assert set(codes) == {"BAD_QUERY"}, name
    assert await ledger() == before
