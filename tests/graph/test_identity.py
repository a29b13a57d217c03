"""Signing in and out: the same answer to every wrong try, tokens that work until they do not, and kept nowhere."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import httpx
import pytest

from alliance.core.vocabulary import Role
from alliance.directory.tables import Organization
from alliance.identity.actions import SignedIn, add_account, disable_account, issue_token
from alliance.identity.limits import FROM_ONE_ADDRESS
from alliance.identity.rules import token_hash
from alliance.identity.tables import Account, Session, SignInCounter
from alliance.journal.settle import settle
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work, finish_running
from tests.conftest import MONDAY_MORNING
from tests.graph.door import QINGCHENG, A, Door, body_named
from tests.graph.ledger import entries, last_entry, ledger, places_holding

pytestmark = pytest.mark.anyio

NAME, PASSWORD = "qingcheng.head", "清橙童乐园 of 扬名"
SIGN_IN = """mutation($name: String!, $password: String!) { signIn(input: {name: $name, password: $password}) {
    __typename ... on Problem { message } ... on TooManyAttempts { retryAfterSeconds }
    ... on SignedIn { token expiresAt account { name role station { name } } }
} }"""
SIGN_OUT = "mutation { signOut { __typename ... on Problem { message } ... on SignedOut { endedAt } } }"
ME = "{ me { name role isDutyOfficer station { name } organization { name } district { name } base { name } } }"
FAILED = {
    "__typename": "SignInFailed",
    "message": "Name or password is not right. Check both, or ask the bureau for a new password.",
}


@pytest.fixture
async def head(door: Door) -> Account:
    """The account of a station head, with a password."""
    station = await body_named(Role.STATION_HEAD, QINGCHENG)
    added = await settle(lambda: add_account(name=NAME, role=Role.STATION_HEAD, body_id=station, password=PASSWORD))
    assert isinstance(added, Account)
    return added


async def sign_in(door: Door, name: str = NAME, password: str = PASSWORD) -> dict[str, Any]:
    """The answer to a name and a password."""
    answer: dict[str, Any] = await door.data(SIGN_IN, {"name": name, "password": password})
    return answer


def door_at(door: Door, address: str) -> Door:
    """The same service, asked from another address."""
    app = door.client._transport.app  # type: ignore[attr-defined]
    transport = httpx.ASGITransport(app=app, client=(address, 4000))
    return Door(httpx.AsyncClient(transport=transport, base_url="http://test"))


async def kinds(door: Door, count: int, name: str = NAME, password: str = "not this one") -> Counter[str]:
    """How `count` tries one after the other were answered."""
    return Counter([(await sign_in(door, name, password))["__typename"] for _ in range(count)])


async def who_is(door: Door, token: str, later: timedelta) -> Any:
    """Who stands behind a token then; what the request leaves behind is written when this returns."""
    with clock.held_at(MONDAY_MORNING + later):
        me = await door.data("{ me { name } }", token=token)
    await finish_running()
    return me


# --- signing in ------------------------------------------------------------------------------------------------------


async def test_name_and_password_give_a_token_for_twelve_hours(door: Door, head: Account) -> None:
    signed_in = await sign_in(door)
    token = signed_in.pop("token")
    assert token.startswith("alliance_")
    assert len(token) == len("alliance_") + 43  # 256 bits
    assert signed_in == {
        "__typename": "SignedIn",
        "expiresAt": "2026-06-01T14:00:00+00:00",
        "account": {
            "name": NAME,
            "role": "STATION_HEAD",
            "station": {"name": "扬名街道“清橙童乐园”未成年人保护工作站（关爱之家）"},
        },
    }
    assert await door.data("{ me { name } }", token=token) == {"name": NAME}


async def test_two_sign_ins_give_two_tokens_that_both_work(door: Door, head: Account) -> None:
    tokens = [(await sign_in(door))["token"] for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert [await door.data("{ me { name } }", token=token) for token in tokens] == [{"name": NAME}] * 2


WRONG = {
    "a wrong password": (NAME, PASSWORD + "!"),
    "no password": (NAME, ""),
    "a password in other case": (NAME, PASSWORD.upper()),
    "an unknown name": ("nobody.here", PASSWORD),
    "a name in other case": (NAME.upper(), PASSWORD),
    "no name": ("", ""),
    "a very long name": ("a" * 5000, PASSWORD),
    "a very long password": (NAME, "a" * 50_000),
    "control characters": (f"{NAME}\x00", f"{PASSWORD}\x00"),
    "a turned name": (f"\u202e{NAME}", PASSWORD),
    "lone surrogates": ("\ud800", "\ud800"),
    "a wildcard": ("%", "%"),
}


@pytest.mark.parametrize("what", WRONG)
async def test_every_wrong_try_gets_the_same_answer_and_leaves_nothing(door: Door, head: Account, what: str) -> None:
    before = await ledger(leaves_out=(SignInCounter,))
    assert await sign_in(door, *WRONG[what]) == FAILED
    assert await ledger(leaves_out=(SignInCounter,)) == before


async def test_a_disabled_account_gets_that_answer_too(door: Door, head: Account) -> None:
    await settle(lambda: disable_account(NAME))
    before = await ledger(leaves_out=(SignInCounter,))
    assert await sign_in(door) == FAILED
    assert await ledger(leaves_out=(SignInCounter,)) == before


async def test_an_account_without_a_password_gets_that_answer_too(door: Door) -> None:
    await door.station()
    account = await Account.get(role=Role.STATION_HEAD)
    assert [await sign_in(door, account.name, password) for password in ("", PASSWORD)] == [FAILED, FAILED]


async def test_a_password_is_the_same_from_every_keyboard(door: Door, head: Account) -> None:
    assert (await sign_in(door, password="清橙童乐园 ｏｆ 扬名"))["__typename"] == "SignedIn"


async def test_signing_in_is_told_in_the_journal_without_name_or_password(door: Door, head: Account) -> None:
    await sign_in(door)
    session = await Session.get(account_id=head.id)
    assert await last_entry() == {
        "deed": "SIGN_IN",
        "actor_id": head.id,
        "actor_role": Role.STATION_HEAD,
        "body_id": head.body_id,
        "subjects": (session.id,),
        "bodies": (head.body_id,),
        "before": {},
        "after": {},
    }


# --- too many tries ---------------------------------------------------------------------------------------------------


async def test_one_address_has_four_tries_a_minute_and_learns_how_long_to_wait(door: Door, head: Account) -> None:
    assert [await sign_in(door, password="not this one") for _ in range(FROM_ONE_ADDRESS)] == [FAILED] * 4
    too_many = {
        "__typename": "TooManyAttempts",
        "message": "Too many tries to sign in. Wait 60 seconds and try again; the account itself is not locked.",
        "retryAfterSeconds": 60,
    }
    before = await ledger(leaves_out=())
    assert [await sign_in(door), await sign_in(door, password="not this one")] == [too_many] * 2
    assert await ledger(leaves_out=()) == before
    with clock.held_at(MONDAY_MORNING + timedelta(seconds=59.5)):
        assert (await sign_in(door))["retryAfterSeconds"] == 1
    with clock.held_at(MONDAY_MORNING + timedelta(seconds=60)):
        assert (await sign_in(door))["__typename"] == "SignedIn"


async def test_the_right_password_works_from_another_address_during_the_attack(door: Door, head: Account) -> None:
    assert await kinds(door, 200) == {"SignInFailed": 4, "TooManyAttempts": 196}
    assert (await sign_in(door_at(door, "192.0.2.7")))["__typename"] == "SignedIn"


async def test_a_thousand_strangers_leave_a_try_to_where_the_account_signs_in(door: Door, head: Account) -> None:
    await sign_in(door)
    with clock.held_at(MONDAY_MORNING + timedelta(days=29)):
        told = [await sign_in(door_at(door, f"192.0.2.{n}"), password="not this one") for n in range(1, 51)]
        assert Counter(one["__typename"] for one in told) == {"SignInFailed": 5, "TooManyAttempts": 45}
        assert (await sign_in(door_at(door, "198.51.100.1")))["__typename"] == "TooManyAttempts"
        assert (await sign_in(door))["__typename"] == "SignedIn"
        assert (await sign_in(door))["__typename"] == "TooManyAttempts"  # the seventh of all


async def test_one_address_has_twenty_tries_over_all_accounts(door: Door, head: Account) -> None:
    told: Counter[str] = Counter()
    for n in range(30):
        told += await kinds(door, 1, f"nobody.{n}")
    assert told == {"SignInFailed": 20, "TooManyAttempts": 10}
    assert (await sign_in(door))["__typename"] == "TooManyAttempts"
    assert (await sign_in(door_at(door, "192.0.2.7")))["__typename"] == "SignedIn"


async def test_the_addresses_of_one_household_are_one(door: Door, head: Account) -> None:
    told: Counter[str] = Counter()
    for n in range(8):
        told += await kinds(door_at(door, f"2001:db8::{n}"), 1)
    assert told == {"SignInFailed": 4, "TooManyAttempts": 4}


async def test_tries_at_the_same_time_take_no_more_places(door: Door, head: Account) -> None:
    doors = [door_at(door, f"192.0.2.{n}") for n in range(10)]
    told = await asyncio.gather(*(sign_in(doors[n % 10], password="not this one") for n in range(50)))
    assert Counter(one["__typename"] for one in told) == {"SignInFailed": 5, "TooManyAttempts": 45}


async def test_a_name_that_does_not_exist_is_counted_alike_and_kept_nowhere(door: Door) -> None:
    for name in ("nobody.here", PASSWORD, "", "\ud800", "a" * 5000):
        assert await kinds(door_at(door, f"192.0.2.{len(name) % 250}"), 6, name) == {
            "SignInFailed": 4,
            "TooManyAttempts": 2,
        }
    assert [await places_holding(name) for name in ("nobody.here", PASSWORD)] == [[], []]


async def test_other_spellings_of_a_name_are_no_further_tries(door: Door, head: Account) -> None:
    told: Counter[str] = Counter()
    for n, name in enumerate((NAME, NAME.upper(), f" {NAME}", f"{NAME} ", "ｑingcheng.head", NAME, NAME, NAME)):
        told += await kinds(door_at(door, f"192.0.2.{n}"), 1, name)
    assert told == {"SignInFailed": 5, "TooManyAttempts": 3}


async def test_a_clock_set_back_frees_no_try_and_holds_none_longer_than_a_minute(door: Door, head: Account) -> None:
    assert await kinds(door, 5) == {"SignInFailed": 4, "TooManyAttempts": 1}
    for back in (timedelta(minutes=-10), timedelta(days=-1)):
        with clock.held_at(MONDAY_MORNING + back):
            assert (await sign_in(door))["retryAfterSeconds"] == 60
        with clock.held_at(MONDAY_MORNING + back + timedelta(seconds=59)):
            assert await kinds(door, 4) == {"TooManyAttempts": 4}
    with clock.held_at(MONDAY_MORNING - timedelta(days=1) + timedelta(seconds=60)):
        assert (await sign_in(door))["__typename"] == "SignedIn"


async def test_counters_are_removed_when_they_count_no_more(door: Door, head: Account) -> None:
    for n in range(12):
        await kinds(door, 1, f"nobody.{n}")
    assert await SignInCounter.all().count() == 13
    with clock.held_at(MONDAY_MORNING + timedelta(minutes=2)):
        await sign_in(door)
    assert await SignInCounter.all().count() == 2


# --- tokens ----------------------------------------------------------------------------------------------------------


async def test_neither_token_nor_password_is_kept_anywhere(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    assert await places_holding(token) == []
    assert await places_holding(token.removeprefix("alliance_")) == []
    assert await places_holding(PASSWORD) == []
    assert await places_holding(token_hash(token)) == ["Session.token_hash"]


async def test_a_token_in_use_works_until_its_last_moment_and_not_after(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    for minutes in range(50, 12 * 60, 50):
        assert await who_is(door, token, timedelta(minutes=minutes)) == {"name": NAME}
    assert await who_is(door, token, timedelta(hours=12, microseconds=-1)) == {"name": NAME}
    assert await who_is(door, token, timedelta(hours=12)) is None
    with clock.held_at(MONDAY_MORNING + timedelta(hours=12)):
        assert (await door.data(SIGN_OUT, token=token))["__typename"] == "NotSignedIn"


async def test_an_hour_without_a_request_ends_a_session(door: Door, head: Account) -> None:
    idle, used = [(await sign_in(door))["token"] for _ in range(2)]
    assert await who_is(door, used, timedelta(minutes=1)) == {"name": NAME}
    assert await who_is(door, idle, timedelta(hours=1)) is None
    assert await who_is(door, used, timedelta(hours=1)) == {"name": NAME}


async def test_a_token_of_the_command_line_works_its_whole_time_unused(door: Door) -> None:
    issued = await settle(lambda: issue_token(role=Role.CITY_BUREAU, body_id=None, length=timedelta(days=30)))
    assert isinstance(issued, SignedIn)
    assert await who_is(door, issued.token, timedelta(days=30, microseconds=-1)) is not None
    assert await who_is(door, issued.token, timedelta(days=30)) is None


async def test_that_a_session_was_used_is_written_once_a_minute(door: Door, head: Account) -> None:
    token, noted = (await sign_in(door))["token"], []
    for seconds in (1, 59, 60, 90, 119, 120):
        await who_is(door, token, timedelta(seconds=seconds))
        noted.append(((await Session.get(account_id=head.id)).last_used_at - MONDAY_MORNING).total_seconds())
    assert noted == [0, 0, 60, 60, 60, 120]


async def test_a_read_does_not_wait_for_a_write_to_note_that_it_happened(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    is_written, goes_on = asyncio.Event(), asyncio.Event()

    async def write_slowly() -> None:
        await Account.filter(id=head.id).update(is_duty_officer=False)
        is_written.set()
        await goes_on.wait()

    writing = asyncio.create_task(as_unit_of_work(write_slowly))
    await is_written.wait()
    with clock.held_at(MONDAY_MORNING + timedelta(minutes=5)):
        me = await asyncio.wait_for(door.data("{ me { name } }", token=token), 3)
    goes_on.set()
    await writing
    await finish_running()
    assert me == {"name": NAME}
    assert (await Session.get(account_id=head.id)).last_used_at == MONDAY_MORNING + timedelta(minutes=5)


async def test_a_clock_set_back_revives_no_session_that_was_seen_to_have_ended(door: Door, head: Account) -> None:
    old, idle, left = [(await sign_in(door))["token"] for _ in range(3)]
    await door.data(SIGN_OUT, token=left)
    assert await who_is(door, old, timedelta(hours=13)) is None
    assert await who_is(door, idle, timedelta(minutes=61)) is None
    for back in (timedelta(minutes=51), timedelta(minutes=1), -timedelta(hours=1), -timedelta(days=1)):
        assert [await who_is(door, token, back) for token in (old, idle, left)] == [None] * 3


async def test_a_session_gets_no_younger_than_its_last_use(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    assert await who_is(door, token, timedelta(minutes=50)) == {"name": NAME}
    assert await who_is(door, token, -timedelta(days=1)) == {"name": NAME}
    assert (await Session.get(account_id=head.id)).last_used_at == MONDAY_MORNING + timedelta(minutes=50)
    assert await who_is(door, token, timedelta(minutes=110)) is None


async def test_signing_out_ends_the_session_at_once_and_no_other(door: Door, head: Account) -> None:
    token, other = [(await sign_in(door))["token"] for _ in range(2)]
    signed_out = {"__typename": "SignedOut", "endedAt": "2026-06-01T02:00:00+00:00"}
    assert await door.data(SIGN_OUT, token=token) == signed_out
    assert await door.data("{ me { name } }", token=token) is None
    assert await door.data("{ me { name } }", token=other) == {"name": NAME}
    before = len(await entries())
    assert (await door.data(SIGN_OUT, token=token))["__typename"] == "NotSignedIn"
    assert len(await entries()) == before


async def test_disabling_an_account_ends_all_its_sessions_at_once(door: Door, head: Account) -> None:
    tokens = [(await sign_in(door))["token"] for _ in range(2)]
    await settle(lambda: disable_account(NAME))
    assert [await door.data("{ me { name } }", token=token) for token in tokens] == [None, None]


@pytest.mark.parametrize("token", ["x", "alliance_", "alliance_" + "A" * 43, "%", "' OR 1=1 --", "é", "A" * 9000])
async def test_nobody_stands_behind_a_made_up_token(door: Door, head: Account, token: str) -> None:
    await sign_in(door)
    headers = {b"authorization": f"Bearer {token}".encode("latin-1")}
    response = await door.client.post("/graphql", json={"query": "{ me { name } }"}, headers=headers)
    assert response.json() == {"data": {"me": None}}


async def test_the_hash_of_a_token_is_no_token(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    assert await door.data("{ me { name } }", token=token_hash(token)) is None


@pytest.mark.parametrize("scheme", ["Basic {}", "{}", "Bearer", "Token {}", "Bearer: {}"])
async def test_only_the_bearer_scheme_carries_a_token(door: Door, head: Account, scheme: str) -> None:
    token = (await sign_in(door))["token"]
    headers = {"authorization": scheme.format(token)}
    response = await door.client.post("/graphql", json={"query": "{ me { name } }"}, headers=headers)
    assert response.json() == {"data": {"me": None}}


async def test_a_token_in_a_cookie_counts_for_nothing(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    headers = {"cookie": f"authorization=Bearer {token}; token={token}"}
    response = await door.client.post("/graphql", json={"query": "{ me { name } }"}, headers=headers)
    assert response.json() == {"data": {"me": None}}


# --- who asks --------------------------------------------------------------------------------------------------------


async def test_nobody_has_no_account(door: Door) -> None:
    assert await door.data("{ me { name } }") is None


async def test_each_account_names_its_own_body_only(door: Door) -> None:
    none = dict.fromkeys(("station", "organization", "district", "base"))
    told = {}
    for role, token in {
        "STATION_HEAD": await door.station(),
        "ORGANIZATION_STAFF": await door.organization(A),
        "CITY_BUREAU": await door.city(is_duty_officer=True),
        "DISTRICT_BUREAU": await door.district(),
        "BASE_MANAGER": await door.base(),
    }.items():
        me = await door.data(ME, token=token)
        assert me.pop("name").startswith("token-")
        assert me.pop("role") == role
        told[role] = me
    assert told == {
        "STATION_HEAD": none
        | {"isDutyOfficer": False, "station": {"name": "扬名街道“清橙童乐园”未成年人保护工作站（关爱之家）"}},
        "ORGANIZATION_STAFF": none | {"isDutyOfficer": False, "organization": {"name": A}},
        "CITY_BUREAU": none | {"isDutyOfficer": True},
        "DISTRICT_BUREAU": none | {"isDutyOfficer": False, "district": {"name": "梁溪区"}},
        "BASE_MANAGER": none
        | {"isDutyOfficer": False, "base": {"name": (await door.data("{ bases { name } }"))[0]["name"]}},
    }


async def test_a_change_of_role_takes_effect_on_the_next_request(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    worklist = "{ worklist(first: 1) { totalCount } }"
    assert await door.data(worklist, token=token) is None
    organization = await Organization.get(name=A)
    await Account.filter(id=head.id).update(role=Role.ORGANIZATION_STAFF, body_id=organization.id)
    assert await door.data("{ me { role organization { name } station { name } } }", token=token) == {
        "role": "ORGANIZATION_STAFF",
        "organization": {"name": A},
        "station": None,
    }
    assert (await door.data(worklist, token=token))["totalCount"] > 0


async def test_an_account_is_found_by_id_by_itself_only(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    document = "query($id: ID!) { node(id: $id) { id __typename } }"
    assert await door.data(document, {"id": head.id}, token=token) == {"id": head.id, "__typename": "Account"}
    others = [None, await door.station(), await door.city(is_duty_officer=True)]
    assert [await door.data(document, {"id": head.id}, token=other) for other in others] == [None] * 3
