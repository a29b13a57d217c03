"""A deed that is sent twice under one key is done once; the key itself is kept nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from alliance.claims.tables import Claim
from alliance.directory.tables import Capability
from alliance.identity.tables import Account
from alliance.journal.tables import Repeat
from alliance.kit import clock
from alliance.needs.tables import Need
from tests.graph.door import A, B, Door
from tests.graph.ledger import entries, ledger, places_holding

pytestmark = pytest.mark.anyio

KEY = "tap-7d1e:lantern.04"
ANSWER = "{ __typename ... on Node { id } ... on Problem { message } ... on InvalidInput { fields { path message } } }"
POST = f"mutation($input: PostNeedInput!, $key: String) {{ postNeed(input: $input, idempotencyKey: $key) {ANSWER} }}"
LIST = (
    "mutation($input: ListCapabilityInput!, $key: String) "
    f"{{ listCapability(input: $input, idempotencyKey: $key) {ANSWER} }}"
)
CLAIM = (
    "mutation($id: ID!, $input: ClaimNeedInput!, $key: String) "
    f"{{ claimNeed(needId: $id, input: $input, idempotencyKey: $key) {ANSWER} }}"
)
NEED = {"title": "周六上午给孩子们做情绪小组", "headcount": 5}
SERVICE = {"category": "mental_health.group_counselling", "title": "暑期情绪小组", "area": ["320213"]}
REUSED = {
    "__typename": "KeyReused",
    "message": "This idempotency key was used with other input. Use a new key for a new deed.",
}
BAD_KEY = {
    "__typename": "InvalidInput",
    "message": "Please correct what is marked and send it again.",
    "fields": [
        {
            "path": "idempotencyKey",
            "message": "A key has 8 to 64 characters of A-Z, a-z, 0-9, `.`, `_`, `:`, `-`.",
        }
    ],
}


async def post(door: Door, token: str, *, key: str | None = KEY, **changes: Any) -> dict[str, Any]:
    """The answer to a need posted under a key."""
    answer: dict[str, Any] = await door.data(POST, {"input": NEED | changes, "key": key}, token=token)
    return answer


async def deeds(name: str) -> int:
    """How many entries of a deed the journal has."""
    return sum(entry.deed.name == name for entry in await entries())


async def test_a_repeated_post_answers_the_same_need_and_makes_no_second(door: Door) -> None:
    token, before, told = await door.station(), await Need.all().count(), await deeds("POST_NEED")
    first = await post(door, token)
    assert first["__typename"] == "Need"
    after = await ledger()
    assert [await post(door, token) for _ in range(3)] == [first] * 3
    assert await ledger() == after
    assert await Need.all().count() == before + 1
    assert await deeds("POST_NEED") == told + 1


async def test_a_repeated_listing_answers_the_same_service(door: Door) -> None:
    token, before, told = await door.organization(A), await Capability.all().count(), await deeds("LIST_CAPABILITY")
    first, second = [await door.data(LIST, {"input": SERVICE, "key": KEY}, token=token) for _ in range(2)]
    assert first["__typename"] == "Capability"
    assert second == first
    assert await Capability.all().count() == before + 1
    assert await deeds("LIST_CAPABILITY") == told + 1


async def test_a_repeated_claim_takes_its_places_once(door: Door) -> None:
    need = await Need.get(title__startswith="周六上午想给4-6年级5个孩子")
    capability = await Capability.get(title="小学生情绪与同伴小组")
    variables = {"id": need.id, "input": {"capabilityId": capability.id}, "key": KEY}
    token, told = await door.organization(A), await deeds("CLAIM_NEED")
    first, second = [await door.data(CLAIM, variables, token=token) for _ in range(2)]
    assert first["__typename"] == "Claim"
    assert second == first
    assert await Claim.filter(need_id=need.id).count() == 1
    assert (await Need.get(id=need.id)).held == need.headcount
    assert await deeds("CLAIM_NEED") == told + 1


async def test_a_repeat_answers_the_thing_as_it_stands_now(door: Door) -> None:
    token = await door.station()
    first = await post(door, token)
    await Need.filter(id=first["id"]).update(version=7)
    document = POST.replace("... on Node { id }", "... on Need { id version }")
    again = await door.data(document, {"input": NEED, "key": KEY}, token=token)
    assert again == {"__typename": "Need", "id": first["id"], "version": 7}


async def test_a_default_that_is_written_out_is_the_same_input(door: Door) -> None:
    token = await door.station()
    first = await post(door, token)
    assert await post(door, token, details="", groups=[], mode=None, urgency="ROUTINE", minimumPlaces=1) == first


@pytest.mark.parametrize("change", [{"headcount": 6}, {"title": "周六"}, {"urgency": "SOON"}, {"groups": ["migrant"]}])
async def test_the_same_key_with_other_input_is_refused_and_nothing_happens(door: Door, change: dict[str, Any]) -> None:
    token = await door.station()
    await post(door, token)
    before = await ledger()
    assert await post(door, token, **change) == REUSED
    assert await ledger() == before


async def test_another_account_may_use_the_same_key_for_its_own_deed(door: Door) -> None:
    here, there = await post(door, await door.station()), await post(door, await door.station("东亭"))
    assert here["__typename"] == there["__typename"] == "Need"
    assert here["id"] != there["id"]
    stations = {(await Need.get(id=answer["id"])).station_id for answer in (here, there)}
    assert len(stations) == 2


async def test_two_mutations_may_share_a_key(door: Door) -> None:
    token = await door.organization(A)
    need = await Need.get(title__startswith="周六上午想给4-6年级5个孩子")
    capability = await Capability.get(title="小学生情绪与同伴小组")
    listed = await door.data(LIST, {"input": SERVICE, "key": KEY}, token=token)
    variables = {"id": need.id, "input": {"capabilityId": capability.id}, "key": KEY}
    claimed = await door.data(CLAIM, variables, token=token)
    assert (listed["__typename"], claimed["__typename"]) == ("Capability", "Claim")


async def test_a_refused_deed_leaves_its_key_free(door: Door) -> None:
    token, before = await door.station(), await ledger()
    assert (await post(door, token, title=""))["__typename"] == "InvalidInput"
    assert await ledger() == before
    assert (await post(door, token))["__typename"] == "Need"


async def test_a_refusal_that_leaves_a_trace_leaves_its_key_free(door: Door) -> None:
    token = await door.station()
    refused = await post(door, token, details="请打13912345678联系")
    assert refused["__typename"] == "IdentityFound"
    assert await Repeat.all().count() == 0
    assert (await post(door, token))["__typename"] == "Need"


async def test_a_text_that_no_database_holds_is_refused_under_a_key_as_well(door: Door) -> None:
    answer = await post(door, await door.station(), title="情绪\ud800小组")
    assert [fault["path"] for fault in answer["fields"]] == ["title"]


async def test_concurrent_repeats_have_one_effect_and_one_answer(door: Door) -> None:
    token, before, told = await door.station(), await Need.all().count(), await deeds("POST_NEED")
    answers = await asyncio.gather(*(post(door, token) for _ in range(8)))
    assert answers == [answers[0]] * 8
    assert answers[0]["__typename"] == "Need"
    assert await Need.all().count() == before + 1
    assert await deeds("POST_NEED") == told + 1


async def test_without_a_key_every_post_is_a_need_of_its_own(door: Door) -> None:
    token = await door.station()
    first, second = await post(door, token, key=None), await post(door, token, key=None)
    assert first["__typename"] == second["__typename"] == "Need"
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    "key", ["", "short", "a" * 65, "with blank", "漢字漢字漢字漢字", "a" * 8 + "\n", "tap\x00tap0", "\ud800" * 8]
)
async def test_a_malformed_key_is_named_and_nothing_happens(door: Door, key: str) -> None:
    token, before = await door.station(), await ledger()
    assert await post(door, token, key=key) == BAD_KEY
    assert await ledger() == before


@pytest.mark.parametrize("key", ["a" * 8, "a" * 64, "AZaz09._:-"])
async def test_the_edges_of_a_key_are_good(door: Door, key: str) -> None:
    assert (await post(door, await door.station(), key=key))["__typename"] == "Need"


async def test_the_key_is_kept_nowhere(door: Door) -> None:
    await post(door, await door.station())
    assert await Repeat.all().count() == 1
    assert await places_holding(KEY) == []


async def test_a_repeat_of_one_who_may_not_any_more_is_refused(door: Door) -> None:
    token = await door.organization(B)
    first = await door.data(LIST, {"input": SERVICE | {"area": ["320211"]}, "key": KEY}, token=token)
    assert first["__typename"] == "Capability"
    await Account.filter(name__startswith="token-organization").update(is_disabled=True)
    again = await door.data(LIST, {"input": SERVICE | {"area": ["320211"]}, "key": KEY}, token=token)
    assert again["__typename"] == "NotSignedIn"


# --- many at once, and for how long ----------------------------------------------------------------------------------


async def test_fifty_at_once_under_one_key_have_one_effect_and_equal_answers(door: Door) -> None:
    token, before, told = await door.station(), await Need.all().count(), await deeds("POST_NEED")
    answers = await asyncio.gather(*(post(door, token) for _ in range(50)))
    effects, equal = await Need.all().count() - before, answers.count(answers[0])
    print(f"\neffects of 50 under one key: {effects}; equal answers: {equal} of 50")
    assert answers == [answers[0]] * 50
    assert answers[0]["__typename"] == "Need"
    assert (await Need.all().count(), await deeds("POST_NEED")) == (before + 1, told + 1)


async def test_of_many_inputs_at_once_under_one_key_one_is_done_and_the_others_are_refused(door: Door) -> None:
    token, before = await door.station(), await Need.all().count()
    answers = await asyncio.gather(*(post(door, token, headcount=5 + i % 5) for i in range(50)))
    done = [answer for answer in answers if answer["__typename"] == "Need"]
    assert done == [done[0]] * 10
    assert [answer for answer in answers if answer not in done] == [REUSED] * 40
    assert await Need.all().count() == before + 1


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    """The clock, held again, so much later."""
    with clock.held_at(clock.now() + by):
        yield


async def test_a_key_is_kept_for_seven_days_and_then_free(door: Door) -> None:
    first = await post(door, await door.station())
    with later(timedelta(days=7)):
        door.tokens.clear()
        assert await post(door, await door.station()) == first
    with later(timedelta(days=7, seconds=1)):
        door.tokens.clear()
        second = await post(door, await door.station())
        assert second["__typename"] == "Need"
        assert second["id"] != first["id"]
        assert await Repeat.all().count() == 1
        assert await post(door, await door.station()) == second
        assert await post(door, await door.station(), headcount=6) == REUSED


async def test_keys_past_their_time_go_a_few_with_each_new_one(door: Door) -> None:
    now = clock.now()
    old = [
        Repeat(account_id="a", mutation="m", key=f"{i:064}", input_hash="", subject_id="x", at=now - timedelta(days=8))
        for i in range(50)
    ]
    await Repeat.bulk_create(old)
    left = []
    for place in range(4):
        await post(door, await door.station(), key=f"{KEY}{place}")
        left.append(await Repeat.filter(account_id="a").count())
    assert left == [30, 10, 0, 0]
    assert await Repeat.all().count() == 4


async def test_a_repeat_removes_nothing(door: Door) -> None:
    await post(door, await door.station())
    await Repeat.create(
        account_id="a", mutation="m", key="k", input_hash="", subject_id="x", at=clock.now() - timedelta(days=8)
    )
    before = await ledger()
    await post(door, await door.station())
    assert await ledger() == before
