"""What a name, a password and a token must be like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alliance.core.problems import Faults
from alliance.core.vocabulary import Role
from alliance.identity.rules import (
    check_account_name,
    check_password,
    is_over,
    needs_body,
    new_token,
    token_hash,
)

OPENED = datetime(2026, 6, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_tokens_are_marked_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(token.startswith("alliance_") and len(token) >= 50 for token in tokens)


def test_a_token_is_kept_as_its_hash_only() -> None:
    token = new_token()
    assert token_hash(token) == token_hash(token) != token_hash(new_token())
    assert token not in token_hash(token)
    assert len(token_hash(token)) == 64


@pytest.mark.parametrize("name", ["abc", "a.b-c_9", "0" * 40])
def test_a_plain_name_is_an_account_name(name: str) -> None:
    faults = Faults()
    check_account_name(faults, name)
    assert not faults


@pytest.mark.parametrize(
    "name", ["", "ab", "a" * 41, "Abc", ".abc", "-abc", "张三丰", "a b c", "abc\n", "ａｂｃ", "abc\x00"]
)
def test_anything_else_is_not(name: str) -> None:
    faults = Faults()
    check_account_name(faults, name)
    assert [(fault.path, dict(fault.values)) for fault in faults.all()] == [("name", {"low": 3, "high": 40})]


@pytest.mark.parametrize(("length", "count"), [(9, 1), (10, 0), (128, 0), (129, 1)])
def test_a_password_is_judged_by_its_length_alone(length: int, count: int) -> None:
    faults = Faults()
    check_password(faults, "密" * length)
    assert len(faults.all()) == count


def test_every_account_but_the_city_s_stands_for_a_body() -> None:
    assert {role for role in Role if not needs_body(role)} == {Role.CITY_BUREAU}


@pytest.mark.parametrize(
    ("used", "now", "ends_when_idle", "over"),
    [
        (0 * HOUR, 1 * HOUR, True, True),
        (0 * HOUR, 0.99 * HOUR, True, False),
        (0 * HOUR, 11 * HOUR, False, False),
        (11.5 * HOUR, 12 * HOUR, True, True),
        (11.5 * HOUR, 12 * HOUR, False, True),
        (12 * HOUR, 1 * HOUR, False, True),  # the clock was set back after the end
        (2 * HOUR, -24 * HOUR, True, False),
    ],
)
def test_a_session_is_over_at_its_end_or_after_an_idle_hour(
    used: timedelta, now: timedelta, ends_when_idle: bool, over: bool
) -> None:
    session = {"expires_at": OPENED + 12 * HOUR, "last_used_at": OPENED + used}
    assert is_over(**session, ends_when_idle=ends_when_idle, now=OPENED + now) is over
