"""What a name, a password and a token must be like, and which body an account of each role belongs to."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from alliance.core.problems import N_, Faults, Problem
from alliance.core.vocabulary import Role

TOKEN_BYTES = 32  # 256 bits, SAFETY T10
TOKEN_MARK = "alliance_"  # so that a leaked token is recognised by scanners
SHOWN_PREFIX = len(TOKEN_MARK) + 3
SESSION_LENGTH = timedelta(hours=12)  # SAFETY T10: absolute, station computers are shared
IDLE_LENGTH = timedelta(hours=1)  # SAFETY T10; signed-in sessions only: a token from the command line is a program's
USE_IS_NOTED_EVERY = timedelta(minutes=1)  # so that a read is a write once a minute at most
LONGEST_TOKEN_LIFE_HOURS = 24 * 90
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128
SHORTEST_NAME, LONGEST_NAME = 3, 40
ACCOUNT_NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{{SHORTEST_NAME - 1},{LONGEST_NAME - 1}}}")  # SAFETY T14


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Problem):
    """Name and password do not belong together, or the account is disabled; the answers are the same."""

    says = N_("Name or password is not right. Check both, or ask the bureau for a new password.")


def new_token() -> str:
    """A fresh bearer token of 256 random bits."""
    return TOKEN_MARK + secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """What is kept of a token: its SHA-256. A random token needs no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_over(*, expires_at: datetime, last_used_at: datetime, ends_when_idle: bool, now: datetime) -> bool:
    """True once a session has reached its end or, where that counts, nobody used it for an hour.

    No session gets younger when the clock is set back: it is never earlier than its last use.
    """
    is_idle = ends_when_idle and now - last_used_at >= IDLE_LENGTH
    return is_idle or max(now, last_used_at) >= expires_at


def check_account_name(faults: Faults, name: str) -> None:
    """3 to 40 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit."""
    if not ACCOUNT_NAME.fullmatch(name):
        says = N_("An account name has {low} to {high} characters of a-z, 0-9, `.`, `-`, `_`.")
        faults.add("name", says, low=SHORTEST_NAME, high=LONGEST_NAME)


def check_password(faults: Faults, password: str) -> None:
    """Long enough; nothing else, as every further rule makes worse passwords (NIST SP 800-63B)."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        says = N_("A password has {low} to {high} characters; a short sentence is a good one.")
        faults.add("password", says, low=SHORTEST_PASSWORD, high=LONGEST_PASSWORD)


def needs_body(role: Role) -> bool:
    """True for every role but the city's: an account stands for one station, organization, base or district."""
    return role is not Role.CITY_BUREAU
