"""How often a password is checked, and for whom."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from alliance.identity.limits import (
    FROM_ONE_ADDRESS,
    FROM_STRANGERS,
    PER_ACCOUNT,
    PER_ADDRESS,
    WINDOW,
    Attempt,
    account_key,
    address_key,
    network_of,
    recent,
    too_many,
    wait_for_account,
    wait_for_address,
)

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
NONE = timedelta()


def at(seconds: float, origin: str = "here", *, is_familiar: bool = False) -> Attempt:
    """A check so many seconds after noon."""
    return Attempt(at=NOON + timedelta(seconds=seconds), origin=origin, is_familiar=is_familiar)


def test_the_first_tries_wait_for_nothing() -> None:
    assert wait_for_account([], at(0)) == wait_for_address([], at(0)) == NONE


def test_one_address_waits_until_its_oldest_of_four_is_a_minute_old() -> None:
    made = [at(n) for n in range(FROM_ONE_ADDRESS)]
    assert wait_for_account(made[:-1], at(5)) == NONE
    assert wait_for_account(made, at(5)) == timedelta(seconds=55)
    assert wait_for_account(made, at(5, "there")) == NONE


def test_strangers_together_leave_one_check_to_a_familiar_address() -> None:
    made = [at(n, f"stranger {n}") for n in range(FROM_STRANGERS)]
    assert wait_for_account(made, at(5, "another")) == timedelta(seconds=55)
    assert wait_for_account(made, at(5, is_familiar=True)) == NONE


def test_nobody_gets_a_seventh() -> None:
    made = [at(n, f"known {n}", is_familiar=True) for n in range(PER_ACCOUNT)]
    assert wait_for_account(made, at(10, is_familiar=True)) == timedelta(seconds=50)


def test_one_address_has_twenty() -> None:
    made = [at(n, f"account {n}") for n in range(PER_ADDRESS)]
    assert wait_for_address(made[1:], at(20)) == NONE
    assert wait_for_address(made, at(20)) == timedelta(seconds=40)


def test_no_minute_however_cut_holds_more_than_six_checks() -> None:
    chance = random.Random(3)
    for _ in range(50):
        made: list[Attempt] = []
        seconds = 0.0
        for _ in range(300):
            seconds += chance.expovariate(2)
            own = at(seconds, f"address {chance.randrange(9)}", is_familiar=chance.random() < 0.3)
            if wait_for_account(recent(made, own.at), own) == NONE:
                made.append(own)
        ends = [attempt.at for attempt in made]
        assert all(last - first >= WINDOW for first, last in zip(ends, ends[PER_ACCOUNT:], strict=False))


def test_a_check_that_lies_ahead_counts_as_made_now() -> None:
    now = NOON - timedelta(hours=1)
    assert [each.at for each in recent([at(0), at(1)], now)] == [now, now]


def test_a_check_is_kept_as_it_was() -> None:
    for own in (at(1.25, "a" * 64, is_familiar=True), at(0)):
        assert Attempt.read(own.kept()) == own


@pytest.mark.parametrize(("seconds", "told"), [(0.001, 1), (1, 1), (1.1, 2), (60, 60)])
def test_the_wait_is_told_in_whole_seconds_that_are_enough(seconds: float, told: int) -> None:
    assert too_many(timedelta(seconds=seconds)).retry_after_seconds == told


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        (None, ""),
        ("", ""),
        ("testclient", ""),
        ("192.0.2.7:80", ""),
    ],
)
def test_an_address_is_its_network(address: str | None, network: str) -> None:
    assert network_of(address) == network


def test_spellings_of_a_name_are_one_key_and_kinds_of_keys_never_meet() -> None:
    assert account_key("lin") == account_key(" LIN ") == account_key("ｌｉｎ") != account_key("lin2")
    keys = [account_key("192.0.2.7"), address_key("192.0.2.7"), account_key("\ud800"), account_key("")]
    assert Counter(keys).most_common(1)[0][1] == 1
