"""Passwords as Argon2id hashes, checked off the event loop and in equal time for unknown names."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP minimum for Argon2id: 19 MiB, 2 passes, 1 lane. SAFETY T9.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_threads = ThreadPoolExecutor(2, "passwords")  # at most two at once, so that hashing itself is no denial of service


async def hashed(password: str) -> str:
    """The Argon2id hash of `password`."""
    return await asyncio.get_running_loop().run_in_executor(_threads, HASHER.hash, _typed(password))


async def is_right(password: str, password_hash: str | None) -> bool:
    """True when `password` has `password_hash`; without a hash it takes as long and is False."""
    loop = asyncio.get_running_loop()
    return (
        await loop.run_in_executor(_threads, _verified, _typed(password), password_hash) and password_hash is not None
    )


def _typed(password: str) -> bytes:
    """The same bytes from every keyboard (NFKC, NIST SP 800-63B 3.1.1.2), for any text that JSON can carry."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _verified(password: bytes, password_hash: str | None) -> bool:
    nobodys = _nobodys()  # made with the first check of all, not with the first of an unknown name
    try:
        return HASHER.verify(password_hash or nobodys, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_hex(16))
