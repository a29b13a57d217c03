"""What one sentence asks for: services, for whom, how many, when, where. Nothing is filled in that is not said."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from alliance.core.period import Window
from alliance.core.vocabulary import Mode, NotANeedKind, Urgency
from alliance.wording.ages import read_ages
from alliance.wording.circumstances import read_groups, read_mode, read_urgency
from alliance.wording.counts import read_count
from alliance.wording.dates import read_dates
from alliance.wording.folding import Folded, folded
from alliance.wording.lexicon import LeafHit, Lexicon
from alliance.wording.purposes import other_purpose
from alliance.wording.times import read_times

Span = tuple[int, int]
MOST_CATEGORIES = 3
SURE_ENOUGH = 0.45  # below, a leaf is not proposed at all
SURE_PART = 0.7  # each part of a split must speak of its service that clearly
JOINT = re.compile(
    r"再就是|另外|还想|还要|还有|再来(?!一)|再请|再找|再有|再配|再学|再讲|再搞|再加|以及|顺便|同时|外加|"
    r"加上|并且|一是|二是|一来|二来|第二|其二|一想|二想|两样|两件事|也想|也要|也请|二则|一则|再一个|"
    r"还缺|还得|此外|又想|又要|"
    r"[;；+＋]|[一-鿿]和[一-鿿]|(?<=[一-鿿])、(?=[一-鿿])|与|跟着"
)
PAUSE = re.compile(
    r"[,，。;；、\s+＋]|再就是|另外|还想|还要|以及|顺便|同时|外加|二是|二来|二想|也想|也要|也请|"
    r"(?<=[一-鿿])和(?=[一-鿿])|(?<=[一-鿿])与(?=[一-鿿])|再来|再请|再找|再配|再讲|再搞|此外"
)


@dataclass(frozen=True, slots=True)
class CategoryReading:
    """A leaf the text may ask for, how surely (0 to 1), and its words in the original text."""

    code: str
    confidence: float
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence says. None or empty: it does not say. `origins`: field name → places in the original text."""

    categories: tuple[CategoryReading, ...] = ()
    is_split: bool = False
    parts: tuple[str, ...] = ()
    min_age: int | None = None
    max_age: int | None = None
    headcount: int | None = None
    minimum_places: int | None = None
    groups: tuple[str, ...] = ()
    mode: Mode | None = None
    windows: tuple[Window, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    urgency: Urgency | None = None
    not_a_need: NotANeedKind | None = None
    question: str | None = None
    origins: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the text with the leaves it speaks of."""

    start: int
    end: int
    leaves: tuple[LeafHit, ...]


def read(text: str, *, today: date, lexicon: Lexicon) -> Reading:
    """What the sentence asks for. Conventions: 五六个 is 6, 三年级 is 8 to 9, 上午 is 08:00-12:00, 国庆后 after 10-07.

    `question` is `CATEGORY` when no service is named, `WHICH_CATEGORY` when two are equally near.
    """
    plain = folded(text)
    leaves = tuple(hit for hit in lexicon.leaves(plain.text) if hit.confidence >= SURE_ENOUGH)
    purpose = other_purpose(plain.text)
    if purpose is None and not leaves:
        purpose = NotANeedKind.UNCLEAR
    if purpose is not None:
        return Reading(not_a_need=purpose, question="CATEGORY" if purpose is NotANeedKind.UNCLEAR else None)
    parts = _parts(plain.text, lexicon)
    if len(parts) > 1:
        first = [part.leaves[0].code for part in parts]
        leaves = tuple(sorted(leaves, key=lambda hit: first.index(hit.code) if hit.code in first else len(first)))
    return _circumstances(plain, text, today, lexicon, leaves, parts)


def read_room_request(text: str, *, today: date, lexicon: Lexicon) -> Reading:
    """When, and for how many, a sentence asks for a room; no service is looked for."""
    return _circumstances(folded(text), text, today, lexicon, (), [])


def _circumstances(
    plain: Folded, original: str, today: date, lexicon: Lexicon, leaves: tuple[LeafHit, ...], parts: list[Part]
) -> Reading:
    text = plain.text
    ages, dates = read_ages(text), read_dates(text, today)
    times = read_times(text, dated=dates.weekday, taken=dates.spans)
    count = read_count(_covered(text, (*ages.spans, *dates.spans, *times.spans)))
    mode, mode_spans = read_mode(text)
    urgency, urgency_spans = read_urgency(text)
    groups, group_spans = read_groups(text, [hit.code for hit in leaves], lexicon)
    chosen = leaves[:MOST_CATEGORIES]
    categories = tuple(CategoryReading(hit.code, hit.confidence, _original(plain, hit.spans)) for hit in chosen)
    places = {
        "categories": tuple(span for hit in chosen for span in hit.spans),
        "min_age": ages.spans if ages.low is not None else (),
        "max_age": ages.spans if ages.high is not None else (),
        "headcount": count.spans,
        "minimum_places": count.minimum_spans,
        "groups": group_spans,
        "mode": mode_spans,
        "windows": times.spans,
        "first_day": dates.spans if dates.first else (),
        "last_day": dates.spans if dates.last else (),
        "urgency": urgency_spans,
    }
    return Reading(
        categories=categories,
        is_split=len(parts) > 1,
        parts=tuple(_part_text(plain, original, part) for part in parts) if len(parts) > 1 else (),
        min_age=ages.low,
        max_age=ages.high,
        headcount=count.places,
        minimum_places=count.minimum,
        groups=groups,
        mode=mode,
        windows=times.windows,
        first_day=dates.first,
        last_day=dates.last,
        urgency=urgency,
        question=_question(leaves, is_split=len(parts) > 1),
        origins={name: _original(plain, spans) for name, spans in places.items() if spans},
    )


def _covered(text: str, spans: tuple[Span, ...]) -> str:
    """The text, of equal length, without words that were read already: the 二 of 初二一个 counts nobody."""
    for start, end in spans:
        text = text[:start] + "〓" * (end - start) + text[end:]
    return text


def _question(leaves: tuple[LeafHit, ...], *, is_split: bool) -> str | None:
    if is_split or len(leaves) < 2 or leaves[0].confidence > leaves[1].confidence:
        return None
    return "WHICH_CATEGORY"


def _original(plain: Folded, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(sorted({plain.span(start, end) for start, end in spans}))


def _parts(text: str, lexicon: Lexicon) -> list[Part]:
    """The stretches that ask for different services, where a word joins them; one stretch otherwise."""
    if not JOINT.search(text):
        return []
    cuts = [0, *(match.end() for match in PAUSE.finditer(text)), len(text)]
    parts: list[Part] = []
    for start, end in itertools.pairwise(cuts):
        leaves = tuple(hit for hit in lexicon.leaves(text[start:end]) if hit.confidence >= SURE_PART)
        if not leaves or any(leaves[0].code in {hit.code for hit in part.leaves} for part in parts):
            continue
        parts.append(Part(start, end, leaves))
    if len(parts) < 2 or not _is_joined(text, parts[0], parts[-1]):
        return []
    return [
        Part(part.start, parts[i + 1].start if i + 1 < len(parts) else len(text), part.leaves)
        for i, part in enumerate(parts)
    ]


def _is_joined(text: str, first: Part, last: Part) -> bool:
    """True when a joining word stands between the first service and the end of the last."""
    return any(first.start <= match.start() <= last.end for match in JOINT.finditer(text))


def _part_text(plain: Folded, original: str, part: Part) -> str:
    start, end = plain.span(part.start, part.end)
    return original[start:end].strip(" ,，。;；、+＋")
