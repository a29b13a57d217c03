"""Signing in and out: the same answer to every wrong try, tokens that work until they do not, and kept nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from alliance.core.vocabulary import Role
from alliance.directory.tables import Organization
from alliance.identity.actions import add_account, disable_account
from alliance.identity.rules import token_hash
from alliance.identity.tables import Account, Session
from alliance.journal.settle import settle
from alliance.kit import clock
from tests.conftest import MONDAY_MORNING
from tests.graph.door import QINGCHENG, A, Door, body_named
from tests.graph.ledger import entries, last_entry, ledger, places_holding

pytestmark = pytest.mark.anyio

NAME, PASSWORD = "qingcheng.head", "清橙童乐园 of 扬名"
SIGN_IN = """mutation($name: String!, $password: String!) { signIn(input: {name: $name, password: $password}) {
    __typename ... on Problem { message } ... on SignedIn { token expiresAt account { name role station { name } } }
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
    before = await ledger(leaves_out=())
    assert await sign_in(door, *WRONG[what]) == FAILED
    assert await ledger(leaves_out=()) == before


async def test_a_disabled_account_gets_that_answer_too(door: Door, head: Account) -> None:
    await settle(lambda: disable_account(NAME))
    before = await ledger(leaves_out=())
    assert await sign_in(door) == FAILED
    assert await ledger(leaves_out=()) == before


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


# --- tokens ----------------------------------------------------------------------------------------------------------


async def test_neither_token_nor_password_is_kept_anywhere(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    assert await places_holding(token) == []
    assert await places_holding(token.removeprefix("alliance_")) == []
    assert await places_holding(PASSWORD) == []
    assert await places_holding(token_hash(token)) == ["Session.token_hash"]


async def test_a_token_works_until_its_last_moment_and_not_after(door: Door, head: Account) -> None:
    token = (await sign_in(door))["token"]
    with clock.held_at(MONDAY_MORNING + timedelta(hours=12) - timedelta(microseconds=1)):
        assert await door.data("{ me { name } }", token=token) == {"name": NAME}
    with clock.held_at(MONDAY_MORNING + timedelta(hours=12)):
        assert await door.data("{ me { name } }", token=token) is None
        assert (await door.data(SIGN_OUT, token=token))["__typename"] == "NotSignedIn"


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
    assert await door.codes(worklist, token=token) == ["NOT_ALLOWED"]
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
