"""Keys are read as people write them, recognised by an id, and never shown."""

from __future__ import annotations

import base64

import pytest

from alliance.core.keys import BadKey, Key, keys_in

SECRET = bytes(range(200, 233))


@pytest.mark.parametrize(
    "text",
    [
        SECRET.hex(),
        SECRET.hex().upper(),
        base64.b64encode(SECRET).decode(),
        base64.urlsafe_b64encode(SECRET).decode().rstrip("="),
        f"  {SECRET.hex()}\n",
    ],
)
def test_a_key_is_hexadecimal_or_base64(text: str) -> None:
    assert keys_in(text) == (Key(SECRET),)


@pytest.mark.parametrize("between", [",", ", ", " ", "\n", ",\n"])
def test_several_keys_stand_newest_first(between: str) -> None:
    assert keys_in(f"{'01' * 32}{between}{'02' * 40}") == (Key(b"\1" * 32), Key(b"\2" * 40))


def test_no_text_is_no_key() -> None:
    assert keys_in("") == keys_in(" ,\n") == ()


@pytest.mark.parametrize("text", ["00" * 31, "0" * 65, "c2hvcnQ=", "not a key", "é" * 44, "a" * 43 + "!"])
def test_what_is_no_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadKey) as bad:
        keys_in(text)
    assert text not in str(bad.value)


def test_a_key_shows_its_id_alone() -> None:
    key = Key(SECRET)
    assert len(key.id) == 16
    assert key.id != Key(b"x" * 32).id
    assert "secret" not in repr(key)
    assert SECRET.hex() not in repr(key)
