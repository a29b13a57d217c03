"""Sentences for people: one gettext catalogue, English in the code, simplified Chinese by default."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from alliance.core.vocabulary import Word

CHINESE, ENGLISH = "zh-CN", "en"
DEFAULT = CHINESE
DOMAIN = "alliance"
LOCALE = Path(__file__).parent / "locale"
UNKNOWN = {CHINESE: "不详", ENGLISH: "unknown"}
AND = {CHINESE: "、", ENGLISH: ", "}


def language_of(accept_language: str | None) -> str:
    """The language to answer in, from an `Accept-Language` header; Chinese where it names none of ours."""
    wishes = []
    for place, part in enumerate((accept_language or "").split(",")):
        tag, _, quality = part.strip().partition(";q=")
        with_quality = float(quality) if quality.replace(".", "", 1).isdigit() else 1.0
        wishes.append((-with_quality, place, tag.lower()))
    for quality, _, tag in sorted(wishes):
        if quality < 0 and tag.startswith(("zh", "en")):
            return CHINESE if tag.startswith("zh") else ENGLISH
    return DEFAULT


def say(sentence: str, language: str, **values: object) -> str:
    """`sentence` (English, marked `N_` where it is written) in `language`, with its values filled in."""
    return _catalogue(language).gettext(sentence).format_map(_Shown(values, language))


class _Shown(dict[str, str]):
    """Values as people read them; a name the sentence does not know shows as unknown, never as an error."""

    def __init__(self, values: Mapping[str, object], language: str) -> None:
        super().__init__({name: shown(value, language) for name, value in values.items()})
        self.language = language

    def __missing__(self, name: str) -> str:
        return UNKNOWN[self.language]


def shown(value: object, language: str) -> str:
    """A value as people read it in `language`."""
    if value is None or value == "":
        return UNKNOWN[language]
    if isinstance(value, Word):
        return value.label(language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list | frozenset):
        return AND[language].join(shown(part, language) for part in value) or UNKNOWN[language]
    return str(value)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, languages=["zh_CN"], fallback=True)
