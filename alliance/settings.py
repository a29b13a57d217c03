"""What this installation is told: read once from the environment, checked, frozen; and where its fixtures lie."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from pathlib import Path

from alliance.core.keys import LEAST_BYTES, BadKey, Key, keys_in

NAMES = ("DATABASE", "JOURNAL_KEY", "HOTLINE", "HOST", "PORT", "PROXIES", "METRICS_TOKEN", "IDE")
VARIABLES = [f"ALLIANCE_{name}" for name in NAMES]
DATABASE, JOURNAL_KEY, HOTLINE, HOST, PORT, PROXIES, METRICS_TOKEN, IDE = VARIABLES
SWITCH = {"on": True, "off": False}
PHONE = re.compile(r"[0-9+][0-9 -]{2,19}")  # 12345, 0510-82700110
HIGHEST_PORT = 65_535
SECRET = re.compile(r"[!-~]{16,200}")  # what fits into a header, and nobody guesses
PACKAGE = Path(__file__).parent


class SettingError(ValueError):
    """A variable holds something unusable; the message names it, the cause and the way out."""


class NoFixturesError(FileNotFoundError):
    """Neither a checkout nor the installed package carries fixtures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation. `hotline` is None where no reporting number is configured.

    Only a reverse proxy among `proxies` is believed which address a request comes from (`X-Forwarded-For`).

    /metrics is served to whoever brings `metrics_token`; without one it is not there.

    `journal_keys` seal the journal, newest first; without any, an SQLite file keeps its own beside it.
    """

    database: str = "alliance.sqlite3"
    journal_keys: tuple[Key, ...] = field(default=(), repr=False)
    hotline: str | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    proxies: tuple[str, ...] = ()
    metrics_token: str | None = field(default=None, repr=False)
    is_ide_on: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """The settings in `environ`; a variable that is missing or empty leaves the default. Raises SettingError."""
        given = {name: environ[name].strip() for name in VARIABLES if name in environ}
        return cls(
            database=given.get(DATABASE) or cls().database,
            journal_keys=_keys(given.get(JOURNAL_KEY) or ""),
            hotline=_hotline(given.get(HOTLINE) or None),
            host=given.get(HOST) or cls().host,
            port=_port(given.get(PORT) or str(cls().port)),
            proxies=_proxies(given.get(PROXIES) or ""),
            metrics_token=_secret(given.get(METRICS_TOKEN) or None),
            is_ide_on=_switch(given.get(IDE) or "off"),
        )


def fixtures_folder() -> Path:
    """The folder of fixtures: inside the installed package, or beside it in a checkout. Raises NoFixturesError."""
    for folder in (PACKAGE / "fixtures", PACKAGE.parent / "fixtures"):
        if (folder / "districts.csv").is_file():
            return folder
    raise NoFixturesError("This installation carries no fixtures. Install it again, or name a folder of fixtures.")


def _keys(text: str) -> tuple[Key, ...]:
    try:
        return keys_in(text)
    except BadKey as error:
        raise SettingError(
            f"{JOURNAL_KEY} holds no usable key: {error}. Make one with `openssl rand -hex {LEAST_BYTES}`; give "
            "several with commas between, the newest first."
        ) from None


def _hotline(text: str | None) -> str | None:
    if text is not None and not PHONE.fullmatch(text):
        raise SettingError(
            f"{HOTLINE} is {text!r}, which is no telephone number. Give digits such as 12345, or unset it."
        )
    return text


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= HIGHEST_PORT):
        raise SettingError(
            f"{PORT} is {text!r}, which is no port. Give 1 to {HIGHEST_PORT} (0: any free one), or unset it."
        )
    return int(text)


def _proxies(text: str) -> tuple[str, ...]:
    named = tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return tuple(str(ip_network(part)) if "/" in part else str(ip_address(part)) for part in named)
    except ValueError:
        raise SettingError(
            f"{PROXIES} is {text!r}. Give the addresses or networks of your reverse proxies with commas between, such "
            "as 10.0.0.4, or unset it."
        ) from None


def _secret(text: str | None) -> str | None:
    if text is not None and not SECRET.fullmatch(text):
        raise SettingError(
            f"{METRICS_TOKEN} is no usable token: it needs 16 to 200 letters, digits and signs. Make one with "
            "`openssl rand -hex 32`, or unset it."
        )
    return text


def _switch(text: str) -> bool:
    if text.lower() not in SWITCH:
        raise SettingError(f"{IDE} is {text!r}. Give 'on' to serve GraphiQL at /graphql or 'off', or unset it.")
    return SWITCH[text.lower()]
