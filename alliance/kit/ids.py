"""Global ids: a prefix that names the kind, a time that sorts, and 100 random bits that nobody guesses."""

from __future__ import annotations

import secrets
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32, no I L O U
TIME_CHARACTERS, RANDOM_CHARACTERS = 10, 20  # 50 bits of milliseconds, 100 random bits (SAFETY: at least 96)
MAX_LENGTH = 40


def new_id(prefix: str) -> str:
    """A fresh id such as `need_01JC…`; ids made later sort later within a prefix, to the millisecond."""
    return f"{prefix}_{_base32(time.time_ns() // 1_000_000, TIME_CHARACTERS)}{_random(RANDOM_CHARACTERS)}"


def prefix_of(global_id: str) -> str:
    """The prefix that names the kind; empty when there is none."""
    return global_id.rpartition("_")[0]


def _base32(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _random(length: int) -> str:
    return _base32(secrets.randbits(5 * length), length)
