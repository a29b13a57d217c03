"""Traffic as stations, organizations and the bureau make it over HTTP, with what of it was acknowledged."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from alliance.core.permissions import Deed
from alliance.core.problems import Problem
from alliance.core.vocabulary import Role
from alliance.directory.tables import CareStation
from alliance.identity.actions import issue_token
from alliance.journal.settle import settle
from tests.e2e.serving import PATIENCE_SECONDS
from tests.http.hostile import Hostile
from tests.rivals import DISTRICT, LEAF, Rival, rivals

HOSTILE_SHARE = 0.05
HURRIED_SHARE, HURRY_SECONDS = 0.02, 0.01  # who hangs up before an answer can be there, and sends it again at once
ON_THE_BOARD, WAITING, OFFERED = 25, 60, 8  # about so many open needs, claims under way, services beside the first
ELSEWHERE = "320282"  # coverage holds every need it counts: where this traffic posts, it would be asked for ever more
READINGS = ("station-home", "org-worklist", "bureau-coverage")
DOCUMENTS = {name: (Path(__file__).parents[1] / f"documents/{name}.graphql").read_text("utf8") for name in READINGS}

PROBLEM, STALE = "__typename ... on Problem { message }", "... on Stale { currentVersion }"
CLAIM_ROW, SERVICE_ROW = "... on Claim { id version state }", "... on Capability { id version }"
POST = f"""mutation($input: PostNeedInput!, $key: String!) {{
    postNeed(input: $input, idempotencyKey: $key) {{ {PROBLEM} ... on Need {{ id version state }} }} }}"""
CLAIM = f"""mutation($need: ID!, $input: ClaimNeedInput!, $key: String!) {{
    claimNeed(needId: $need, input: $input, idempotencyKey: $key) {{ {PROBLEM} {CLAIM_ROW} }} }}"""
LIST = f"""mutation($input: ListCapabilityInput!, $key: String!) {{
    listCapability(input: $input, idempotencyKey: $key) {{ {PROBLEM} {SERVICE_ROW} }} }}"""
OF_CLAIMS = {
    Deed.ACCEPT_CLAIM: ("acceptClaim", "", "ACCEPTED"),
    Deed.DECLINE_CLAIM: ("declineClaim", ", input: {reason: TIME}", "DECLINED"),
    Deed.RELEASE_CLAIM: ("releaseClaim", ", input: {reason: TIME_CONFLICT}", "RELEASED"),
    Deed.START_CLAIM: ("startClaim", "", "ACTIVE"),
    Deed.COMPLETE_CLAIM: ("completeClaim", ", input: {sessions: 1, personTimes: 1, outcome: DELIVERED}", "COMPLETED"),
}
OF_SERVICES = {Deed.CONFIRM_CAPABILITY: "confirmCapability", Deed.WITHDRAW_CAPABILITY: "withdrawCapability"}
NEXT = {  # what follows on a claim in this state, the most likely first
    "PROPOSED": (*[Deed.ACCEPT_CLAIM] * 6, Deed.DECLINE_CLAIM, Deed.RELEASE_CLAIM),
    "ACCEPTED": (*[Deed.START_CLAIM] * 3, Deed.RELEASE_CLAIM),
    "ACTIVE": (*[Deed.COMPLETE_CLAIM] * 3, Deed.RELEASE_CLAIM),
}
EXPLAINED = {"NotEnoughLeft"}  # refusals that this traffic brings about
DONE_BEFORE = {"Stale", "AlreadyWithdrawn"}  # what a step finds that was done and not answered
TRY_AGAIN = {"TIMEOUT", "BUSY"}  # what a machine that stands still for a while brings about


@dataclass(frozen=True, slots=True)
class Crowd:
    """Whose tokens the clients use."""

    stations: tuple[str, ...]
    organizations: tuple[Rival, ...]
    city: str


@dataclass(frozen=True, slots=True)
class Told:
    """A deed as it was acknowledged: the row it made or changed, in the version and the state it then had."""

    deed: Deed
    id: str
    version: int
    state: str | None


@dataclass(slots=True)
class Standing:
    """A claim or a service that waits for its next step, in the hands of one client at a time."""

    id: str
    version: int
    state: str
    organization: str
    station: str = ""
    need: str = ""


async def crowd(organizations: int) -> Crowd:
    """The stations of one district, the bureau, and so many organizations whose service fits."""
    stations = await CareStation.filter(town_id__startswith=DISTRICT).order_by("id")
    return Crowd(
        tuple([await token_of(Role.STATION_HEAD, station.id) for station in stations]),
        tuple(await rivals(organizations)),
        await token_of(Role.CITY_BUREAU),
    )


async def token_of(role: Role, body_id: str | None = None) -> str:
    """A token that outlives the longest proof."""
    issued = await settle(lambda: issue_token(role=role, body_id=body_id, length=timedelta(hours=12)))
    assert not isinstance(issued, Problem)
    return issued.token


@dataclass
class Traffic:
    """Clients that each do one errand after another; what is not answered they send again, under the same key.

    `pause` is the mean of the seconds between two errands of a client. Some hang up where `hurries`, and
    `hostile` requests are one in twenty.
    """

    address: str
    crowd: Crowd
    seed: int
    pause: float = 0.0
    hurries: bool = False
    hostile: Sequence[Hostile] = ()
    told: list[Told] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    unclean: list[str] = field(default_factory=list)
    unanswered: int = 0
    put_off: int = 0
    seen_again: int = 0
    is_over: bool = False

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._needs: set[tuple[str, str]] = set()
        self._claims: list[Standing] = []
        self._services: list[Standing] = []
        self._keys = self._attacks = 0

    async def run(self, clients: int) -> None:
        """Until `is_over`, and until every errand then begun is answered."""
        limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
        async with (
            httpx.AsyncClient(
                base_url=self.address, timeout=PATIENCE_SECONDS, limits=limits, trust_env=False
            ) as self._client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(clients):
                group.create_task(self._one_client())

    async def send_all_hostile(self) -> None:
        """Each hostile request once, one after the other."""
        async with httpx.AsyncClient(base_url=self.address, timeout=PATIENCE_SECONDS, trust_env=False) as self._client:
            for _ in self.hostile:
                await self._attack()

    async def until_told(self, number: int) -> None:
        """Return once so many deeds are acknowledged."""
        while len(self.told) < number:  # noqa: ASYNC110 - what is waited for is a list that grows
            await asyncio.sleep(0.005)

    async def _one_client(self) -> None:
        while not self.is_over:
            if self.hostile and self._chance.random() < HOSTILE_SHARE:
                await self._attack()
            else:
                await self._errand()
            await asyncio.sleep(self._chance.uniform(0, 2 * self.pause))

    async def _errand(self) -> None:
        lot = self._chance.random()
        if lot < 0.03:
            await self._read()
        elif lot < 0.10:
            await self._list_or_step()
        elif (lot < 0.40 and len(self._needs) < ON_THE_BOARD) or not self._needs:
            await self._post()
        elif (lot < 0.60 and len(self._claims) < WAITING) or not self._claims:
            await self._claim()
        else:
            await self._step()

    # --- errands -----------------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        name = self._chance.choice(READINGS)
        station, organization = self._chance.choice(self.crowd.stations), self._chance.choice(self.crowd.organizations)
        who = {"station-home": station, "org-worklist": organization.token, "bureau-coverage": self.crowd.city}
        given = {"where": {"place": ELSEWHERE}} if name == "bureau-coverage" else {}
        await self._data(who[name], DOCUMENTS[name], given)
        self.answers[name] += 1

    async def _post(self) -> None:
        station = self._chance.choice(self.crowd.stations)
        wanted = {"title": "过节想热闹热闹", "categories": [LEAF], "headcount": self._chance.randint(1, 3)}
        need = await self._created(Deed.POST_NEED, station, POST, {"input": wanted})
        if need:
            self._needs.add((need["id"], station))

    async def _claim(self) -> None:
        need, station = self._chance.choice(sorted(self._needs))
        rival = self._chance.choice(self.crowd.organizations)
        given = {"need": need, "input": {"capabilityId": rival.capability_id, "places": 1}}
        claim = await self._created(Deed.CLAIM_NEED, rival.token, CLAIM, given)
        if claim:
            self._claims.append(Standing(claim["id"], claim["version"], claim["state"], rival.token, station, need))
        else:
            self._needs.discard((need, station))

    async def _list_or_step(self) -> None:
        """As many services are withdrawn as are listed, so that there are never many."""
        if len(self._services) < self._chance.randint(1, OFFERED):
            rival = self._chance.choice(self.crowd.organizations)
            offered = {"category": LEAF, "title": "节日游园会", "area": [DISTRICT]}
            service = await self._created(Deed.LIST_CAPABILITY, rival.token, LIST, {"input": offered})
            assert service
            self._services.append(Standing(service["id"], service["version"], "", rival.token))
            return
        service = self._services.pop(self._chance.randrange(len(self._services)))
        deed = self._chance.choice(list(OF_SERVICES))
        asked = f"{OF_SERVICES[deed]}(capabilityId: $id, expectedVersion: $v) {{ {PROBLEM} {STALE} {SERVICE_ROW} }}"
        await self._stepped(deed, service, service.organization, asked, None)
        if deed is Deed.CONFIRM_CAPABILITY:
            self._services.append(service)

    async def _step(self) -> None:
        claim = self._claims.pop(self._chance.randrange(len(self._claims)))
        deed = self._chance.choice(NEXT[claim.state])
        name, given, after = OF_CLAIMS[deed]
        who = claim.station if deed in {Deed.ACCEPT_CLAIM, Deed.DECLINE_CLAIM} else claim.organization
        asked = f"{name}(claimId: $id, expectedVersion: $v{given}) {{ {PROBLEM} {STALE} {CLAIM_ROW} }}"
        await self._stepped(deed, claim, who, asked, after)
        claim.state = after
        if after in NEXT:
            self._claims.append(claim)
        elif after != "COMPLETED":
            self._needs.add((claim.need, claim.station))

    # --- what is sent, and sent again --------------------------------------------------------------------------------

    async def _created(self, deed: Deed, token: str, document: str, variables: dict[str, Any]) -> Any:
        """The row that a deed with a key of its own has made; None where it was refused as can be expected."""
        self._keys += 1
        row, _ = await self._data(token, document, variables | {"key": f"traffic:{self.seed}:{self._keys}"})
        self.answers[row["__typename"]] += 1
        if "id" not in row:
            assert row["__typename"] in EXPLAINED, row
            return None
        self.told.append(Told(deed, row["id"], row["version"], row.get("state")))
        return row

    async def _stepped(self, deed: Deed, row: Standing, token: str, asked: str, after: str | None) -> None:
        """One step of a row that nobody else moves: sent again, it finds its own trace instead of an answer."""
        document = f"mutation($id: ID!, $v: Int!) {{ {asked} }}"
        answer, is_repeat = await self._data(token, document, {"id": row.id, "v": row.version})
        self.answers[answer["__typename"]] += 1
        row.version += 1
        if is_repeat and answer["__typename"] in DONE_BEFORE:
            assert answer.get("currentVersion", row.version) == row.version, answer
            self.seen_again += 1
        else:
            assert (answer.get("version"), answer.get("state")) == (row.version, after), answer
        self.told.append(Told(deed, row.id, row.version, after))

    async def _data(self, token: str, document: str, variables: dict[str, Any]) -> tuple[Any, bool]:
        """The only field of an answer without errors, or all its fields; and whether it was asked more than once."""
        content = {"query": document, "variables": variables}
        headers, is_repeat = {"authorization": f"Bearer {token}"}, False
        while True:
            is_hurried = self.hurries and not is_repeat and self._chance.random() < HURRIED_SHARE
            seconds = HURRY_SECONDS if is_hurried else PATIENCE_SECONDS
            try:
                response = await self._client.post("/graphql", json=content, headers=headers, timeout=seconds)
            except httpx.TransportError:
                self.unanswered, is_repeat = self.unanswered + 1, True
                await asyncio.sleep(0 if is_hurried else self._chance.uniform(0, 0.4))
                continue
            answer = response.json()
            if errors := answer.get("errors"):
                assert {error["extensions"]["code"] for error in errors} <= TRY_AGAIN, answer
                self.put_off, is_repeat = self.put_off + 1, True
                await asyncio.sleep(self._chance.uniform(0, 0.4))
                continue
            data = answer["data"]
            return (next(iter(data.values())) if len(data) == 1 else data), is_repeat

    async def _attack(self) -> None:
        each = self.hostile[self._attacks % len(self.hostile)]
        self._attacks += 1
        response = await self._client.post("/graphql", content=each.body, headers=each.raw_headers("application/json"))
        codes = {error["extensions"]["code"] for error in response.json().get("errors", ())}
        self.answers["hostile"] += 1
        if response.status_code >= 500 or not (codes <= each.codes if each.codes else not codes):
            self.unclean.append(f"{each}: {response.status_code} {sorted(codes)}")
