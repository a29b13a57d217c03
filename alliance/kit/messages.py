"""Sentences for people: one gettext catalogue, English in the code, simplified Chinese by default."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path

from alliance.core.period import SHANGHAI, Days, Window, clock_time
from alliance.core.problems import N_, Fault
from alliance.core.vocabulary import Word
from alliance.matching.rules import Broken

CHINESE, ENGLISH = "zh-CN", "en"
DEFAULT = CHINESE
DOMAIN = "alliance"
LOCALE = Path(__file__).parent / "locale"

UNKNOWN, AND = N_("unknown"), N_(", ")
YES, NO = N_("yes"), N_("no")
WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
FIRST_HALF = (N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"))
SECOND_HALF = (N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December"))
MONTHS = FIRST_HALF + SECOND_HALF
HOTLINE = N_("the civil-affairs hotline {number}")
NO_HOTLINE = N_("the local civil-affairs department")

# One member of the header: a language range and its weight, RFC 9110 §12.5.4. Others are passed over.
WISH = re.compile(r"([a-z]{1,8}(?:[-_][a-z0-9]{1,8})*|\*)(?:\s*;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?", re.I)
NOT_NAMED = 0.0001  # below every weight that can be written, above a language that is refused with 0


def language_of(accept_language: str | None) -> str:
    """The language to answer in, from an `Accept-Language` header; Chinese where it prefers none of ours.

    Weights count, then the order of the header; `*` stands for every language not named; `q=0` refuses one.
    """
    weights: dict[str, float] = {}
    for member in (accept_language or "").split(","):
        if wish := WISH.fullmatch(member.strip()):
            language = re.split("[-_]", wish[1].lower())[0]
            weights[language] = max(weights.get(language, 0.0), float(wish[2] or 1))
    unnamed = weights.get("*", NOT_NAMED)
    ours = {"zh": CHINESE, "en": ENGLISH}
    named = [language for language, weight in weights.items() if language in ours and weight]
    order = [*named, *(language for language in ours if language not in named)]
    return ours[max(order, key=lambda language: weights.get(language, unnamed))]


def say(sentence: str, language: str, /, **values: object) -> str:
    """`sentence` (English, marked `N_` where it is written) in `language`, with its values filled in."""
    return translated(sentence, language).format_map(_Shown(values, language))


def translated(sentence: str, language: str) -> str:
    """`sentence` in `language` with its placeholders still in it; English where the catalogue lacks it."""
    return _catalogue(language).gettext(sentence) if sentence else ""  # gettext answers "" with the catalogue's header


def hotline(number: str | None, language: str) -> str:
    """Whom to report harm to besides 110 and 120: the configured hotline, or the department where there is none."""
    return say(HOTLINE, language, number=number) if number else say(NO_HOTLINE, language)


def weekday_name(weekday: int, language: str) -> str:
    """The name of weekday 1 (Monday) to 7 (Sunday)."""
    return translated(WEEKDAYS[weekday - 1], language)


def month_name(month: str, language: str) -> str:
    """A calendar month written `YYYY-MM`, as `June 2026`."""
    year, _, number = month.partition("-")
    return say(N_("{month} {year}"), language, month=translated(MONTHS[int(number) - 1], language), year=year)


def shown(value: object, language: str) -> str:
    """A value as people read it in `language`; nothing at all reads as unknown.

    A broken rule shows its name only: its sentence needs the names of places and stands in `graph.sentences`.
    """
    match value:
        case None | "":
            return translated(UNKNOWN, language)
        case Word():
            return value.label(language)
        case Broken():
            return value.rule.label(language)
        case Fault():
            return say(value.says, language, **dict(value.values))
        case bool():
            return translated(YES if value else NO, language)
        case datetime():
            return _local(value).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Window():
            return _window(value, language)
        case Days():
            return _days(value, language)
        case frozenset() | set():
            return listed(sorted(shown(part, language) for part in value), language)
        case tuple() | list():
            return listed([shown(part, language) for part in value], language)
        case _:
            return str(value)


def listed(parts: list[str], language: str) -> str:
    """Parts that are ready to read as one list; unknown where there are none."""
    return translated(AND, language).join(parts) or translated(UNKNOWN, language)


class _Shown(dict[str, str]):
    """Values as people read them; a name the sentence does not know shows as unknown, never as an error."""

    def __init__(self, values: Mapping[str, object], language: str) -> None:
        super().__init__({name: shown(value, language) for name, value in values.items()})
        self.language = language

    def __missing__(self, name: str) -> str:
        return translated(UNKNOWN, self.language)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI) if moment.tzinfo else moment


def _window(window: Window, language: str) -> str:
    day = weekday_name(window.weekday, language)
    start, end = clock_time(window.start), clock_time(window.end)
    return say(N_("{weekday} {start}-{end}"), language, weekday=day, start=start, end=end)


def _days(days: Days, language: str) -> str:
    if days.first == days.last:
        return shown(days.first, language)
    if days.last is None:
        return say(N_("from {first}"), language, first=days.first)
    if days.first is None:
        return say(N_("until {last}"), language, last=days.last)
    return say(N_("{first} to {last}"), language, first=days.first, last=days.last)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, languages=["zh_CN"])
