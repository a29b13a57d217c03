"""How often a password is checked: per account and per address, in any minute, and fairly among addresses.

The decision. However it is asked, an account has at most 6 checks in any 60 seconds, so nobody guesses faster; the
account itself is never locked. Six for everybody would let one stranger use them all up and lock the bureau out, so
they are shared: one address gets at most 4 of an account's 6, and addresses from which the account has not signed in
within 30 days get at most 5 together. While one address attacks, the right password works from every other one; while
a thousand attack, it still works from where the account usually signs in. One address has 20 checks, whatever accounts
it names. An address is an IPv4 address or an IPv6 network of 64 bits, which is what one household is given.

A check frees its place 60 seconds later. One that lies in the future, because the clock was set back, counts as made
now: no place is freed early, and none is held longer than a minute.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.problems import N_, Problem

WINDOW = timedelta(minutes=1)  # SAFETY T5, as the two numbers of checks
PER_ACCOUNT, PER_ADDRESS = 6, 20
FROM_ONE_ADDRESS, FROM_STRANGERS = 4, 5  # of the account's 6: somebody who mistypes has 4 tries, others keep 2
FAMILIAR_FOR = timedelta(days=30)  # a station head signs in from the same place at least once a month
FAMILIAR, STRANGE = "familiar", "strange"


@dataclass(frozen=True, kw_only=True)
class TooManyAttempts(Problem):
    """The password was not looked at: it was tried too often within a minute. The account is not locked."""

    says = N_(
        "Too many tries to sign in. Wait {retry_after_seconds} seconds and try again; the account itself is not locked."
    )
    retry_after_seconds: Annotated[int, Doc("Seconds until the next try from here is looked at, 1 to 60.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One password check; `origin` stands for the address, `is_familiar` where the account signed in lately."""

    at: datetime
    origin: str
    is_familiar: bool

    def kept(self) -> str:
        """As it is kept in a list column."""
        return f"{self.at.isoformat()} {self.origin} {FAMILIAR if self.is_familiar else STRANGE}"

    @classmethod
    def read(cls, text: str) -> Attempt:
        """What `kept` wrote."""
        at, origin, standing = text.split(" ")
        return cls(at=datetime.fromisoformat(at), origin=origin, is_familiar=standing == FAMILIAR)


def recent(attempts: Sequence[Attempt], now: datetime) -> tuple[Attempt, ...]:
    """Those that still count, oldest first."""
    set_right = (replace(each, at=min(each.at, now)) for each in attempts)
    return tuple(sorted((each for each in set_right if now - each.at < WINDOW), key=lambda each: each.at))


def wait_for_account(attempts: Sequence[Attempt], own: Attempt) -> timedelta:
    """How long until one more check of this account from where `own` comes; zero: now. `attempts` as of `recent`."""
    from_here = [each for each in attempts if each.origin == own.origin]
    from_strangers = [each for each in attempts if not each.is_familiar]
    waits = [_wait(attempts, PER_ACCOUNT, own.at), _wait(from_here, FROM_ONE_ADDRESS, own.at)]
    return max(*waits, timedelta() if own.is_familiar else _wait(from_strangers, FROM_STRANGERS, own.at))


def wait_for_address(attempts: Sequence[Attempt], own: Attempt) -> timedelta:
    """How long until one more check from this address, of whichever account."""
    return _wait(attempts, PER_ADDRESS, own.at)


def _wait(attempts: Sequence[Attempt], most: int, now: datetime) -> timedelta:
    return attempts[-most].at + WINDOW - now if len(attempts) >= most else timedelta()


def too_many(wait: timedelta) -> TooManyAttempts:
    """The refusal that names `wait`, in whole seconds that are enough."""
    return TooManyAttempts(retry_after_seconds=max(1, math.ceil(wait.total_seconds())))


def account_key(name: str) -> str:
    """Under which the checks of an account name are counted: a hash, as people type passwords there by mistake."""
    return _hash("account", unicodedata.normalize("NFKC", name).casefold().strip())


def address_key(address: str | None) -> str:
    """Under which the checks from an address are counted; all whose address is unknown are one."""
    return _hash("address", network_of(address))


def origin_of(name: str, address: str | None) -> str:
    """By which an account recognises an address; of another account it is another one."""
    return _hash("origin", name, network_of(address))


def network_of(address: str | None) -> str:
    """The address itself, or the /64 of an IPv6 address; empty for what is no address."""
    try:
        known = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    return str(known)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
