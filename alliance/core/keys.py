"""Secret keys as people write them down, and how one is recognised without showing it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field

LEAST_BYTES = 32  # as long as what HMAC-SHA256 gives out: RFC 2104 §3
HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
BETWEEN = re.compile(r"[\s,]+")
ID_LENGTH = 16


class BadKey(ValueError):
    """A text holds no key; the message says why and never repeats the text."""


@dataclass(frozen=True, slots=True)
class Key:
    """One secret of at least 32 bytes; never shown."""

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """16 hexadecimal digits by which the key is recognised; they tell nothing of it."""
        return hashlib.sha256(b"alliance key id\0" + self.secret).hexdigest()[:ID_LENGTH]


def keys_in(text: str) -> tuple[Key, ...]:
    """The keys in a text, newest first: each hexadecimal or base64, with commas or blanks between. Raises BadKey."""
    return tuple(Key(_secret(word)) for word in BETWEEN.split(text.strip()) if word)


def _secret(word: str) -> bytes:
    secret = bytes.fromhex(word) if HEX.fullmatch(word) else _from_base64(word)
    if len(secret) < LEAST_BYTES:
        raise BadKey(f"it has {len(secret)} bytes, needed are {LEAST_BYTES}")
    return secret


def _from_base64(word: str) -> bytes:
    padded = word.translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        return base64.b64decode(padded + "=" * (-len(padded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise BadKey("it is neither hexadecimal nor base64") from None
