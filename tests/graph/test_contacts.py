"""How the two sides of a claim reach each other: masked, one at a time, counted, and never before or after."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from alliance.claims.contacts import MOST_A_DAY
from alliance.claims.tables import Claim, ContactQuota
from alliance.core.permissions import Deed
from alliance.core.vocabulary import ClaimState, ContactReason, NeedState, Provenance, Role
from alliance.directory.tables import Contact
from alliance.journal.tables import JournalEntry
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work
from tests.graph.door import Door
from tests.graph.ledger import ledger, places_holding
from tests.graph.world import CALLERS, made_world
from tests.logged import lines

pytestmark = pytest.mark.anyio

SHOWN = "contact { name maskedPhone role hours { weekday start end } isFictional } viewerCan { openContact }"
CLAIM = f"query($id: ID!) {{ claim(id: $id) {{ {SHOWN} }} }}"
OPEN = """mutation($id: ID!, $reason: ContactReason!) { openContact(claimId: $id, input: {reason: $reason}) {
    __typename ... on Problem { message } ... on ContactClosed { state } ... on ContactQuotaUsed { most }
    ... on OpenedContact { name phone role hours { weekday start end } isFictional } } }"""
OPEN_STATES = {ClaimState.ACCEPTED, ClaimState.ACTIVE, ClaimState.COMPLETED}
SIDES = ("station", "organization")


@dataclass
class Pair:
    """A claim between two examples, with the contact and a token of each side."""

    door: Door
    claim: Claim
    contacts: dict[str, Contact]
    tokens: dict[str, str]

    async def stands_at(self, state: ClaimState, *, since: timedelta = timedelta()) -> None:
        """Let it stand there since then."""
        row = Claim.filter(id=self.claim.id)
        await as_unit_of_work(lambda: row.update(state=state, changed_at=clock.now() - since))

    async def look(self, side: str) -> dict[str, Any]:
        """The claim as one side sees it."""
        found: dict[str, Any] = await self.door.data(CLAIM, {"id": self.claim.id}, token=self.tokens[side])
        return found

    async def open(self, side: str, reason: ContactReason = ContactReason.ARRANGE_VISIT) -> dict[str, Any]:
        """What one side is answered."""
        given = {"id": self.claim.id, "reason": reason.name}
        answer: dict[str, Any] = await self.door.data(OPEN, given, token=self.tokens[side])
        return answer

    def other(self, side: str) -> Contact:
        """Whom one side reaches."""
        return self.contacts["organization" if side == "station" else "station"]


@pytest.fixture
async def pair(door: Door) -> Pair:
    """An accepted claim."""
    both = {"need__station__provenance": Provenance.FICTIONAL, "organization__provenance": Provenance.FICTIONAL}
    accepted = Claim.filter(state=ClaimState.ACCEPTED, **both).order_by("id")
    claim = await accepted.first().select_related("need__station", "organization")
    assert claim is not None
    station, organization = claim.need.station, claim.organization
    contacts = {
        "station": await Contact.get(station_id=station.id),
        "organization": await Contact.get(organization_id=organization.id),
    }
    tokens = {
        "station": await door.station(station.name),
        "organization": await door.organization(organization.name),
    }
    return Pair(door, claim, contacts, tokens)


async def openings() -> list[JournalEntry]:
    return await JournalEntry.filter(deed=Deed.OPEN_CONTACT).order_by("sequence")


# --- looking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", list(ClaimState))
async def test_a_side_sees_the_other_s_contact_masked_and_only_while_it_is_open(
    pair: Pair, side: str, state: ClaimState
) -> None:
    await pair.stands_at(state)
    seen, other = await pair.look(side), pair.other(side)
    assert (seen["contact"] is not None) is seen["viewerCan"]["openContact"] is (state in OPEN_STATES)
    if seen["contact"]:
        assert seen["contact"]["name"] == other.name
        assert seen["contact"]["maskedPhone"] == f"0510-****{other.phone[-4:]}"
        assert seen["contact"]["role"] == other.role.name
        assert seen["contact"]["isFictional"] is True
        assert len(seen["contact"]["hours"]) == len(other.hours)
    assert other.phone not in str(seen)


@pytest.mark.parametrize("side", SIDES)
async def test_thirty_days_after_completion_nothing_can_be_read_any_more(pair: Pair, side: str) -> None:
    await pair.stands_at(ClaimState.COMPLETED, since=timedelta(days=30))
    assert (await pair.look(side))["contact"] is not None
    assert (await pair.open(side))["__typename"] == "OpenedContact"
    await pair.stands_at(ClaimState.COMPLETED, since=timedelta(days=30, seconds=1))
    assert await pair.look(side) == {"contact": None, "viewerCan": {"openContact": False}}
    assert (await pair.open(side))["__typename"] == "ContactClosed"


@pytest.mark.parametrize("caller", CALLERS)
async def test_nobody_but_the_two_sides_sees_a_contact(door: Door, caller: str) -> None:
    world = await made_world(door)
    token = await world.token(caller)
    document = "{ claims(first: 100) { nodes { id contact { name } viewerCan { openContact } } } }"
    claims = (await door.data(document, token=token))["nodes"]
    shown = {claim["id"] for claim in claims if claim["contact"]}
    may_open = {claim["id"] for claim in claims if claim["viewerCan"]["openContact"]}
    if caller not in {"own", "other", "without", "lawyers", "proposed", "accepted"}:
        assert shown == may_open == set()
    # the real station of this world has no contact on record; it reaches others, nobody reaches it
    here = {claim.id for claims in world.claims.values() for claim in claims.values()}
    accepted = {claims["ACCEPTED"].id for claims in world.claims.values()}
    assert shown & here == (accepted if caller == "own" else set())
    assert may_open & here == (accepted if caller in {"own", "accepted"} else set())


# --- opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("reason", list(ContactReason))
async def test_opening_shows_the_whole_contact_and_leaves_one_entry_with_the_reason_and_no_value(
    pair: Pair, side: str, reason: ContactReason, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "alliance")
    other, before = pair.other(side), await JournalEntry.all().count()
    answer = await pair.open(side, reason)
    assert (answer["__typename"], answer["name"], answer["phone"]) == ("OpenedContact", other.name, other.phone)
    assert (answer["role"], answer["isFictional"]) == (other.role.name, True)
    (entry,) = await openings()
    assert await JournalEntry.all().count() == before + 1
    assert (entry.before, entry.after) == ({}, {"reason": reason.name})
    assert entry.subjects == (pair.claim.id, pair.claim.need_id, pair.claim.capability_id)
    assert set(entry.bodies) == {pair.claim.organization_id, pair.contacts["station"].station_id}
    assert {place.partition(".")[0] for place in await places_holding(other.phone)} == {"Contact"}
    assert {place.partition(".")[0] for place in await places_holding(other.name)} == {"Contact"}
    for logged in (str(lines(caplog)), caplog.text):
        assert other.phone not in logged
        assert other.name not in logged


async def test_the_other_side_reads_in_its_journal_that_its_contact_was_opened(pair: Pair) -> None:
    await pair.open("organization", ContactReason.ON_THE_WAY)
    document = "{ journal(where: {deed: OPEN_CONTACT}) { nodes { deed bodyName after { name value } } } }"
    seen = await pair.door.data(document, token=pair.tokens["station"])
    assert [(each["deed"], each["after"]) for each in seen["nodes"]] == [
        ("OPEN_CONTACT", [{"name": "reason", "value": "ON_THE_WAY"}])
    ]


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", [state for state in ClaimState if state not in OPEN_STATES])
async def test_a_claim_not_accepted_or_ended_opens_nothing_and_nothing_happens(
    pair: Pair, side: str, state: ClaimState
) -> None:
    await pair.stands_at(state)
    before = await ledger()
    answer = await pair.open(side)
    assert (answer["__typename"], answer["state"]) == ("ContactClosed", state.name)
    assert pair.other(side).phone not in str(answer)
    assert await ledger() == before


async def test_after_a_claim_is_given_back_neither_side_reads_anything_of_the_other(pair: Pair) -> None:
    for side in SIDES:
        assert (await pair.open(side))["__typename"] == "OpenedContact"
    document = """mutation($id: ID!, $v: Int!) { releaseClaim(claimId: $id, expectedVersion: $v,
        input: {reason: STAFF_UNAVAILABLE}) { __typename ... on Claim { contact { name } } } }"""
    given = {"id": pair.claim.id, "v": pair.claim.version}
    answer = await pair.door.data(document, given, token=pair.tokens["organization"])
    assert answer == {"__typename": "Claim", "contact": None}
    readable = [side for side in SIDES if (await pair.look(side))["contact"]]
    readable += [side for side in SIDES if (await pair.open(side))["__typename"] == "OpenedContact"]
    print(f"contacts readable after the claim ended: {len(readable)}")
    assert readable == []


async def test_a_body_without_a_contact_is_said_to_have_none(door: Door, pair: Pair) -> None:
    await as_unit_of_work(lambda: Contact.filter(id=pair.contacts["station"].id).delete())
    before = await ledger()
    answer = await pair.open("organization")
    assert answer["__typename"] == "NoContact"
    assert (await pair.look("organization"))["contact"] is None
    assert await ledger() == before


async def test_strangers_and_the_bureau_open_nothing(pair: Pair) -> None:
    door, given = pair.door, {"id": pair.claim.id, "reason": "FEEDBACK"}
    wrong = [await door.token(role) for role in (Role.CITY_BUREAU, Role.DISTRICT_BUREAU, Role.BASE_MANAGER)]
    stranger, before = await door.station(), await ledger()
    for token in wrong:
        assert (await door.data(OPEN, given, token=token))["__typename"] == "NotAllowed"
    assert (await door.data(OPEN, given, token=stranger))["__typename"] == "NotFound"
    assert (await door.data(OPEN, given))["__typename"] == "NotSignedIn"
    assert await ledger() == before


async def test_a_need_back_in_review_still_lets_its_sides_reach_each_other(pair: Pair) -> None:
    need = await pair.claim.need
    await as_unit_of_work(lambda: type(need).filter(id=need.id).update(stored_state=NeedState.NEEDS_REVIEW))
    assert {(await pair.open(side))["__typename"] for side in SIDES} == {"OpenedContact"}


# --- one at a time, thirty a day -------------------------------------------------------------------------------------


async def test_the_thirty_first_opening_of_a_day_is_refused_and_every_opening_has_its_entry(pair: Pair) -> None:
    answers = [await pair.open("organization") for _ in range(MOST_A_DAY + 1)]
    kinds = Counter(answer["__typename"] for answer in answers)
    entries = await openings()
    print(f"openings: {kinds['OpenedContact']}; entries: {len(entries)}; the next: {answers[-1]['__typename']}")
    assert kinds == {"OpenedContact": MOST_A_DAY, "ContactQuotaUsed": 1}
    assert (answers[-1]["__typename"], answers[-1]["most"]) == ("ContactQuotaUsed", MOST_A_DAY)
    assert pair.contacts["station"].phone not in str(answers[-1])
    assert len(entries) == MOST_A_DAY
    assert (await pair.open("station"))["__typename"] == "OpenedContact"  # another account has its own thirty


async def test_the_next_day_in_wuxi_has_its_own_thirty_and_one_row_per_account_is_kept(pair: Pair) -> None:
    account = await pair.door.data("{ me { id } }", token=pair.tokens["station"])
    used = ContactQuota(account_id=account["id"], day=clock.today(), opened=MOST_A_DAY)
    await as_unit_of_work(used.save)
    assert (await pair.open("station"))["__typename"] == "ContactQuotaUsed"
    yesterday = clock.today() - timedelta(days=1)
    await as_unit_of_work(lambda: ContactQuota.filter(id=used.id).update(day=yesterday))
    assert (await pair.open("station"))["__typename"] == "OpenedContact"
    (row,) = await ContactQuota.all()
    assert (row.day, row.opened) == (clock.today(), 1)


async def test_of_forty_openings_at_once_thirty_are_answered(pair: Pair) -> None:
    answers = await asyncio.gather(*(pair.open("organization") for _ in range(40)))
    assert Counter(answer["__typename"] for answer in answers) == {"OpenedContact": 30, "ContactQuotaUsed": 10}
    assert len(await openings()) == MOST_A_DAY == (await ContactQuota.get()).opened


@pytest.mark.parametrize(
    "document",
    [
        "mutation($id: ID!) { a: openContact(claimId: $id, input: {reason: FEEDBACK}) { __typename } "
        "b: openContact(claimId: $id, input: {reason: FEEDBACK}) { __typename } }",
        "mutation($id: ID!) { openContact(claimId: $id, input: {reason: FEEDBACK}) { __typename } ...B } "
        "fragment B on Mutation { b: openContact(claimId: $id, input: {reason: FEEDBACK}) { __typename } }",
        "mutation($id: ID!) { openContact(claimId: $id, input: {reason: FEEDBACK}) { __typename } "
        "signOut { __typename } }",
    ],
)
async def test_a_contact_is_opened_alone_in_its_document(pair: Pair, document: str) -> None:
    before = await ledger()
    codes = await pair.door.codes(document, {"id": pair.claim.id}, token=pair.tokens["station"])
    assert codes == ["TOO_EXPENSIVE"]
    assert await ledger() == before
