"""Every mutation tried by four callers: nobody, a wrong role, the right role at another's thing, the right one.

The table of deeds is held against the schema: a mutation without a row here fails the first test.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
)

from alliance.claims.tables import Claim
from alliance.core.vocabulary import BookingState, ClaimState, NeedState, Role
from alliance.directory.tables import Capability
from alliance.identity.actions import add_account
from alliance.journal.settle import settle
from alliance.kit import clock
from alliance.needs.tables import Need
from alliance.schedule.tables import Booking, Closure
from alliance.schema import sdl
from tests.graph.door import A, B, Door
from tests.graph.ledger import entries, last_entry, ledger
from tests.graph.rooms import BASE, at, day_ahead, made_rooms

pytestmark = pytest.mark.anyio

SCHEMA: GraphQLSchema = build_schema(sdl())
assert SCHEMA.mutation_type is not None
MUTATIONS = SCHEMA.mutation_type.fields
IDS_OF_NOTHING = ("need_01AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "1", "", "%", "x" * 4000, "\x00", "\ud800", "😀;'")
ME = "{ me { id role station { id } organization { id } district { id: code } base { id } } }"
PASSWORD = "a short sentence is a good one"

NOT_SIGNED_IN = {
    "__typename": "NotSignedIn",
    "message": "Please sign in first: send `Authorization: Bearer <token>`.",
}
NOT_ALLOWED = {"__typename": "NotAllowed", "message": "Your role may not do this. Sign in with an account that may."}
NOT_FOUND = {
    "__typename": "NotFound",
    "message": "Nothing was found under this id. Check it, or list what you may see.",
}


@dataclass(frozen=True)
class Asked:
    """One right call: its variables, who may make it, and who has the role but not the thing."""

    variables: dict[str, Any]
    token: str | None
    strangers: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True)
class Case:
    """A mutation: which roles it is for, a right call of it, and what the journal calls it."""

    roles: frozenset[Role]
    ask: Callable[[Door], Awaitable[Asked]]
    deed: str = ""
    names: tuple[str, ...] = ()  # the variables that name a thing, each tried with an id of nothing


STATION, ORGANIZATION = frozenset({Role.STATION_HEAD}), frozenset({Role.ORGANIZATION_STAFF})
BUREAU, EVERYBODY = frozenset({Role.CITY_BUREAU, Role.DISTRICT_BUREAU}), frozenset(Role)
BASE_ALONE = frozenset({Role.BASE_MANAGER})
BOOKERS = STATION | ORGANIZATION | BASE_ALONE
NEED_INPUT = {
    "title": "周六上午想给4-6年级8个孩子做情绪小组",
    "categories": ["mental_health.group_counselling"],
    "headcount": 8,
}


def document(name: str) -> str:
    """The mutation with a variable for every argument, as the schema declares them."""
    arguments = MUTATIONS[name].args
    declared = ", ".join(f"${key}: {argument.type}" for key, argument in arguments.items())
    passed = ", ".join(f"{key}: ${key}" for key in arguments)
    call = f"{name}({passed})" if arguments else name
    head = f"mutation ({declared})" if arguments else "mutation"
    thing = "... on Node { id }" if is_node(thing_of(name)) else ""
    return f"{head} {{ {call} {{ __typename ... on Problem {{ message }} {thing} }} }}"


def is_node(name: str) -> bool:
    """True for a type that has a global id."""
    kind = SCHEMA.type_map[name]
    return isinstance(kind, GraphQLObjectType) and "Node" in {interface.name for interface in kind.interfaces}


def thing_of(name: str) -> str:
    """The type a mutation answers with when it is not refused."""
    answer = MUTATIONS[name].type
    union = answer.of_type if isinstance(answer, GraphQLNonNull) else answer
    assert isinstance(union, GraphQLUnionType)
    return str(union.types[0].name)


async def do(door: Door, name: str, variables: dict[str, Any], token: str | None) -> dict[str, Any]:
    """The answer to a mutation."""
    answer: dict[str, Any] = await door.data(document(name), variables, token=token)
    return answer


# --- a right call of each -------------------------------------------------------------------------------------------


async def own_need(door: Door) -> Asked:
    """An open need of a station that nobody has claimed; the head of another station knows its id."""
    need = await Need.get(title__startswith="周六上午想给4-6年级5个孩子")
    variables = {"needId": need.id, "expectedVersion": need.version}
    return Asked(variables, await door.station(), (await door.station("东亭"),), need.id)


async def delivered_need(door: Door) -> Asked:
    """A need of a station whose places are all delivered."""
    asked = await own_need(door)
    await Need.filter(id=asked.subject).update(held=5, completed=5)
    return asked


async def own_capability(door: Door) -> Asked:
    """A service of an organization; the staff of another know its id."""
    capability = await Capability.get(title="小学生情绪与同伴小组")
    variables = {"capabilityId": capability.id, "expectedVersion": capability.version}
    return Asked(variables, await door.organization(A), (await door.organization(B),), capability.id)


async def claim_at(door: Door, state: ClaimState, *, by_station: bool) -> Asked:
    """A claim in `state` for one of its two sides; the other side's peers know its id."""
    claim = await Claim.filter(state=state).order_by("id").first().select_related("need__station", "organization")
    assert claim is not None
    need: Need = claim.need
    variables = {"claimId": claim.id, "expectedVersion": claim.version}
    if by_station:
        strangers: tuple[str, ...] = (await door.station(),)
        return Asked(variables, await door.station(need.station.name), strangers, claim.id)
    return Asked(variables, await door.organization(claim.organization.name), (await door.organization(B),), claim.id)


async def open_contact(door: Door) -> Asked:
    """An accepted claim between two examples; an organization that has nothing to do with it knows its id."""
    asked = await claim_at(door, ACCEPTED, by_station=False)
    return Asked({"claimId": asked.subject}, asked.token, asked.strangers)


async def sign_in(door: Door) -> Asked:
    """The name and the password of an account."""
    await settle(lambda: add_account(name="qingcheng", role=Role.CITY_BUREAU, body_id=None, password=PASSWORD))
    return Asked({"input": {"name": "qingcheng", "password": PASSWORD}}, None)


async def own_feed(door: Door) -> Asked:
    """A calendar that an account has made; others know its id."""
    token = await door.organization(A)
    await do(door, "makeCalendarFeed", {"input": {"scope": "OWN"}}, token)
    (feed,) = await door.data("{ calendarFeeds { id } }", token=token)
    return Asked({"feedId": feed["id"]}, token, (await door.organization(B), await door.city()), feed["id"])


async def make_feed(door: Door) -> Asked:
    """A calendar of the own bookings."""
    return Asked({"input": {"scope": "OWN"}}, await door.organization(A))


async def import_closures(door: Door) -> Asked:
    """A calendar of one closed day."""
    event = "BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20260608\nEND:VEVENT"
    calendar = f"BEGIN:VCALENDAR\n{event}\nEND:VCALENDAR\n"
    return Asked({"input": {"calendar": calendar, "reason": "MAINTENANCE"}}, await door.base())


async def sign_out(door: Door) -> Asked:
    """A session to end."""
    return Asked({}, await door.city())


async def list_capability(door: Door) -> Asked:
    """A service to list."""
    service = {"category": "mental_health.group_counselling", "title": "暑期情绪小组", "area": ["320213"]}
    return Asked({"input": service}, await door.organization())


async def draft_need(door: Door) -> Asked:
    """A sentence to read."""
    return Asked({"input": {"text": "周六上午想给4-6年级5个孩子做情绪小组"}}, await door.station())


async def post_need(door: Door) -> Asked:
    """A need to post."""
    return Asked({"input": NEED_INPUT}, await door.station())


async def claim_need(door: Door) -> Asked:
    """An open need and an own service that fits it; another organization tries it with that service."""
    asked, need = await own_capability(door), await own_need(door)
    variables = {"needId": need.subject, "input": {"capabilityId": asked.subject}}
    return Asked(variables, asked.token, asked.strangers)


async def approve_need(door: Door) -> Asked:
    """A need held for review; the duty officer of another district knows its id."""
    asked = await own_need(door)
    await Need.filter(id=asked.subject).update(stored_state=NeedState.NEEDS_REVIEW)
    stranger = await door.district("锡山", is_duty_officer=True)
    return Asked(asked.variables, await door.district(is_duty_officer=True), (stranger,), asked.subject)


async def own_booking(door: Door) -> Asked:
    """A booking that an organization holds; another organization knows its id."""
    rooms, token = await made_rooms(door), await door.organization(A)
    booking = (await rooms.book(token))["bookings"][0]
    variables = {"bookingId": booking["id"], "expectedVersion": booking["version"]}
    return Asked(variables, token, (await door.organization(B), await door.base()), booking["id"])


async def booking_at_base(door: Door) -> Asked:
    """The same for the manager of the base; the manager of another base knows its id."""
    asked = await own_booking(door)
    manager = await door.token(Role.BASE_MANAGER, BASE)
    return Asked(asked.variables, manager, (await door.base(),), asked.subject)


async def booking_that_has_begun(door: Door) -> Asked:
    """A confirmed one that began yesterday."""
    asked = await booking_at_base(door)
    yesterday = clock.today() - timedelta(days=1)
    await Booking.filter(id=asked.subject).update(day=yesterday, stored_state=BookingState.CONFIRMED)
    return asked


async def preview_booking(door: Door) -> Asked:
    """A room to look at; the manager of another base looks at his own alone."""
    rooms = await made_rooms(door)
    asked = {name: value for name, value in rooms.wanted().items() if name != "title"}
    return Asked({"input": asked}, await door.organization(A), (await door.base(),))


async def book_room(door: Door) -> Asked:
    """A room to book; the manager of another base books his own alone."""
    rooms = await made_rooms(door)
    return Asked({"input": rooms.wanted()}, await door.organization(A), (await door.base(),))


async def close_rooms(door: Door) -> Asked:
    """A room of a base to shut; the manager of another base knows its id."""
    rooms = await made_rooms(door)
    when = {"startsAt": at(day_ahead(3), "09:00"), "endsAt": at(day_ahead(3), "12:00"), "reason": "WEATHER"}
    asked = {"input": when | {"roomId": rooms.rooms["hall"].id}}
    return Asked(asked, await rooms.manager(), (await door.base(),))


async def reopen_rooms(door: Door) -> Asked:
    """A closure to take back."""
    asked = await close_rooms(door)
    await do(door, "closeRooms", asked.variables, asked.token)
    closure = await Closure.filter(room_id=asked.variables["input"]["roomId"]).get()
    return Asked({"closureId": closure.id}, asked.token, asked.strangers, closure.id)


def having(ask: Callable[[Door], Awaitable[Asked]], **more: Any) -> Callable[[Door], Awaitable[Asked]]:
    """The same call with more variables."""

    async def asked(door: Door) -> Asked:
        found = await ask(door)
        return Asked(found.variables | more, found.token, found.strangers, found.subject)

    return asked


def claim(state: ClaimState, *, by_station: bool) -> Callable[[Door], Awaitable[Asked]]:
    """A claim in `state` for one of its sides."""
    return lambda door: claim_at(door, state, by_station=by_station)


OFFERED, ACCEPTED, ACTIVE = ClaimState.PROPOSED, ClaimState.ACCEPTED, ClaimState.ACTIVE
RECORD = {"sessions": 3, "personTimes": 24, "outcome": "DELIVERED"}
CASES = {
    "signIn": Case(EVERYBODY, sign_in, "SIGN_IN"),
    "signOut": Case(EVERYBODY, sign_out, "SIGN_OUT"),
    "makeCalendarFeed": Case(EVERYBODY, make_feed, "MAKE_CALENDAR_FEED"),
    "revokeCalendarFeed": Case(EVERYBODY, own_feed, "REVOKE_CALENDAR_FEED", ("feedId",)),
    "importClosures": Case(frozenset({Role.BASE_MANAGER}), import_closures, "IMPORT_CLOSURES"),
    "listCapability": Case(ORGANIZATION, list_capability, "LIST_CAPABILITY"),
    "reviseCapability": Case(
        ORGANIZATION, having(own_capability, input={"maxGroupSize": 12}), "REVISE_CAPABILITY", ("capabilityId",)
    ),
    "confirmCapability": Case(ORGANIZATION, own_capability, "CONFIRM_CAPABILITY", ("capabilityId",)),
    "withdrawCapability": Case(ORGANIZATION, own_capability, "WITHDRAW_CAPABILITY", ("capabilityId",)),
    "draftNeed": Case(STATION, draft_need),
    "postNeed": Case(STATION, post_need, "POST_NEED"),
    "reviseNeed": Case(STATION, having(own_need, input={"headcount": 9}), "REVISE_NEED", ("needId",)),
    "withdrawNeed": Case(STATION, having(own_need, input={"reason": "MET_OTHERWISE"}), "WITHDRAW_NEED", ("needId",)),
    "closeNeed": Case(STATION, delivered_need, "CLOSE_NEED", ("needId",)),
    "approveNeed": Case(BUREAU, approve_need, "APPROVE_NEED", ("needId",)),
    "claimNeed": Case(ORGANIZATION, claim_need, "CLAIM_NEED", ("needId", "input.capabilityId")),
    "acceptClaim": Case(STATION, claim(OFFERED, by_station=True), "ACCEPT_CLAIM", ("claimId",)),
    "declineClaim": Case(
        STATION, having(claim(OFFERED, by_station=True), input={"reason": "TIME"}), "DECLINE_CLAIM", ("claimId",)
    ),
    "releaseClaim": Case(
        STATION | ORGANIZATION,
        having(claim(OFFERED, by_station=False), input={"reason": "STAFF_UNAVAILABLE"}),
        "RELEASE_CLAIM",
        ("claimId",),
    ),
    "startClaim": Case(ORGANIZATION, claim(ACCEPTED, by_station=False), "START_CLAIM", ("claimId",)),
    "openContact": Case(
        STATION | ORGANIZATION,
        having(open_contact, input={"reason": "ARRANGE_VISIT"}),
        "OPEN_CONTACT",
        ("claimId",),
    ),
    "completeClaim": Case(
        ORGANIZATION, having(claim(ACTIVE, by_station=False), input=RECORD), "COMPLETE_CLAIM", ("claimId",)
    ),
}
CASES |= {
    "previewBooking": Case(BOOKERS, preview_booking, "", ("input.roomId",)),
    "bookRoom": Case(BOOKERS, book_room, "BOOK_ROOM", ("input.roomId",)),
    "confirmBooking": Case(BASE_ALONE, having(booking_at_base, input={}), "CONFIRM_BOOKING", ("bookingId",)),
    "moveBooking": Case(BOOKERS, having(own_booking, input={"start": "17:00"}), "MOVE_BOOKING", ("bookingId",)),
    "cancelBooking": Case(BOOKERS, having(own_booking, input={"reason": "TOO_FEW"}), "CANCEL_BOOKING", ("bookingId",)),
    "reportNoShow": Case(BASE_ALONE, booking_that_has_begun, "REPORT_NO_SHOW", ("bookingId",)),
    "closeRooms": Case(BASE_ALONE, close_rooms, "CLOSE_ROOMS", ("input.roomId",)),
    "reopenRooms": Case(BASE_ALONE, reopen_rooms, "REOPEN_ROOMS", ("closureId",)),
}
KEPT_FROM_SOMEBODY = sorted(name for name, case in CASES.items() if case.roles != EVERYBODY)
NAMING = [(name, path) for name, case in sorted(CASES.items()) for path in case.names]


# --- the table against the schema ------------------------------------------------------------------------------------


def test_every_mutation_of_the_schema_stands_in_the_table() -> None:
    assert sorted(CASES) == sorted(MUTATIONS)


def test_every_mutation_that_names_a_thing_is_tried_with_an_id_of_nothing() -> None:
    naming = {
        name: {key for key, argument in mutation.args.items() if str(argument.type) == "ID!"}
        for name, mutation in MUTATIONS.items()
    }
    assert {name: {path for path in case.names if "." not in path} for name, case in CASES.items()} == naming


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_every_mutation_answers_a_thing_or_a_problem(name: str) -> None:
    answer = MUTATIONS[name].type
    assert isinstance(answer, GraphQLNonNull)
    union = answer.of_type
    assert isinstance(union, GraphQLUnionType)
    assert union.name == f"{name[0].upper()}{name[1:]}Result"
    problem = SCHEMA.type_map["Problem"]
    assert isinstance(problem, GraphQLInterfaceType)
    thing, *others = union.types
    assert problem not in thing.interfaces
    assert all(isinstance(other, GraphQLObjectType) and problem in other.interfaces for other in others)


# --- four callers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CASES.keys() - {"signIn"}))
async def test_nobody_is_asked_to_sign_in_and_nothing_happens(door: Door, name: str) -> None:
    asked = await CASES[name].ask(door)
    before = await ledger()
    assert await do(door, name, asked.variables, None) == NOT_SIGNED_IN
    assert await ledger() == before


@pytest.mark.parametrize("name", KEPT_FROM_SOMEBODY)
async def test_no_wrong_role_may_do_it_and_nothing_happens(door: Door, name: str) -> None:
    asked = await CASES[name].ask(door)
    wrong = {role: await door.token(role) for role in Role if role not in CASES[name].roles}
    before = await ledger()
    answers = {role: await do(door, name, asked.variables, token) for role, token in wrong.items()}
    assert answers == dict.fromkeys(wrong, NOT_ALLOWED)
    assert await ledger() == before


@pytest.mark.parametrize("name", sorted(name for name, case in CASES.items() if case.names))
async def test_anothers_thing_is_not_found_and_nothing_happens(door: Door, name: str) -> None:
    asked = await CASES[name].ask(door)
    assert asked.strangers
    before = await ledger()
    for stranger in asked.strangers:
        assert await do(door, name, asked.variables, stranger) == NOT_FOUND
    assert await ledger() == before


@pytest.mark.parametrize(("name", "path"), NAMING)
async def test_an_id_of_nothing_is_not_found_just_like_anothers(door: Door, name: str, path: str) -> None:
    asked = await CASES[name].ask(door)
    before = await ledger()
    answers = {id: await do(door, name, replaced(asked.variables, path, id), asked.token) for id in IDS_OF_NOTHING}
    assert answers == dict.fromkeys(IDS_OF_NOTHING, NOT_FOUND)
    assert await ledger() == before


@pytest.mark.parametrize("name", sorted(CASES))
async def test_the_right_caller_gets_the_thing_and_the_journal_one_entry_of_who_did_it(door: Door, name: str) -> None:
    asked, deed = await CASES[name].ask(door), CASES[name].deed
    me = await door.data(ME, token=asked.token) or {"id": None}
    before = len(await entries())
    answer = await do(door, name, asked.variables, asked.token)
    assert answer["__typename"] == thing_of(name)
    assert answer.get("id") == asked.subject or not asked.subject
    assert len(await entries()) == before + bool(deed)
    if deed:
        entry = await last_entry()
        assert entry["deed"] == deed
        if asked.token:
            body = me["station"] or me["organization"] or me["district"] or me["base"] or {"id": None}
            assert (entry["actor_id"], entry["actor_role"].name) == (me["id"], me["role"])
            assert entry["body_id"] == body["id"]


# --- what the table cannot say ---------------------------------------------------------------------------------------


async def test_a_bureau_official_without_the_duty_approves_nothing(door: Door) -> None:
    asked = await approve_need(door)
    officials = [await door.city(), await door.district()]
    before = await ledger()
    assert [await do(door, "approveNeed", asked.variables, token) for token in officials] == [NOT_ALLOWED] * 2
    assert await ledger() == before


async def test_a_station_may_give_back_a_claim_on_its_own_need_but_not_on_anothers(door: Door) -> None:
    asked = await claim_at(door, ACCEPTED, by_station=True)
    variables = asked.variables | {"input": {"reason": "NEED_CHANGED"}}
    before = await ledger()
    assert await do(door, "releaseClaim", variables, asked.strangers[0]) == NOT_FOUND
    assert await ledger() == before
    assert await do(door, "releaseClaim", variables, asked.token) == {"__typename": "Claim", "id": asked.subject}


async def test_a_need_held_for_review_cannot_be_claimed_and_is_not_hinted_at(door: Door) -> None:
    asked = await claim_need(door)
    await Need.filter(id=asked.variables["needId"]).update(stored_state=NeedState.NEEDS_REVIEW)
    before = await ledger()
    assert await do(door, "claimNeed", asked.variables, asked.token) == NOT_FOUND
    assert await ledger() == before


async def test_a_restricted_need_is_not_hinted_at_to_those_who_may_not_read_it(door: Door) -> None:
    need = await own_need(door)
    await Need.filter(id=need.subject).update(categories=("legal.legal_aid",))  # asks for a lawyer
    asked = await claim_need(door)
    before = await ledger()
    assert await do(door, "claimNeed", asked.variables, asked.token) == NOT_FOUND
    assert await ledger() == before


def replaced(variables: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The variables with another value at `path`."""
    head, _, rest = path.partition(".")
    return variables | {head: replaced(variables[head], rest, value) if rest else value}
