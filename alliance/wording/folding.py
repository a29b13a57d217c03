"""One form for what people write in many: width, script and case folded, what it sounds like, what may be stored."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import opencc
from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

from alliance.core.problems import N_

INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BLANKS = re.compile(r"[^\S\n]+")
EMPTY_LINES = re.compile(r"\n{3,}")
WORD = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
# Southern speakers and fast typists mix these up: zh/z, ch/c, sh/s, -ng/-n, n-/l-.
NEAR_SOUNDS = ((re.compile("^([zcs])h"), r"\1"), (re.compile("ng$"), "n"), (re.compile("^n(?=.)"), "l"))

MAX_SEARCH = 64  # characters of a query that are looked at: longer than any name in the directory
SURE_TYPO = 70  # of 100 in rapidfuzz's partial ratio: one wrong character of four is 75, unrelated names stay below 50


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `origins[i]` is where character `i` of `text` starts in the original, `ends[i]` where it ends."""

    text: str
    origins: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open place in the original of `text[start:end]`; (0, 0) for nothing."""
        if start >= end:
            return (0, 0)
        return self.origins[start], self.ends[end - 1]


@dataclass(frozen=True)
class TextFault:
    """What is wrong with a text: an English sentence with placeholders, and their values."""

    says: str
    values: tuple[tuple[str, str | int], ...] = ()


def fold(text: str) -> str:
    """The text in one form: NFKC, simplified, lower case, nothing invisible, single blanks."""
    return folded(text).text


def folded(text: str) -> Folded:
    """The same as `fold`, with the place of each character in the original."""
    pieces: list[str] = []
    origins: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        for char in _plain(text[start:end]):
            if char == " " and (not pieces or pieces[-1] == " "):
                continue
            pieces.append(char)
            origins.append(start)
            ends.append(end)
    if pieces and pieces[-1] == " ":
        pieces.pop()
    return Folded(_simplified("".join(pieces)), tuple(origins[: len(pieces)]), tuple(ends[: len(pieces)]))


def initials(text: str) -> str:
    """The first letter of each syllable or word, lower case: `wxs` for 无锡市."""
    return "".join(syllable[0] for syllable in _syllables(fold(text)))


def skeleton(text: str) -> str:
    """Toneless pinyin in which near sounds are the same, blanks between syllables: one form for homophones."""
    return " ".join(map(_merged, _syllables(fold(text))))


def search_score(query: str, text: str) -> int:
    """How well a query finds a text, 0 to 100; below 60 it does not.

    Each word of the query must be found: as written (100 whole, 95 part), by pinyin or its initials, by sound, with
    gaps, or with a typo. Looks at the first MAX_SEARCH characters.
    """
    words, name = fold(query[:MAX_SEARCH]).split(), fold(text)
    if not words or not name:
        return 0
    if "".join(words) == name.replace(" ", ""):
        return 100
    return min(_word_score(word, name) for word in words)


def tidy(text: str) -> str:
    """What is stored: NFC, trimmed, runs of blanks as one, at most one empty line, nothing without width."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.strip() for line in BLANKS.sub(" ", plain).split("\n"))
    return EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def text_faults(text: str, *, at_most: int, at_least: int = 0, multiline: bool = False) -> tuple[TextFault, ...]:
    """Everything that keeps a text from being stored; lengths are those of the tidied text."""
    faults: list[TextFault] = []
    if CONTROL.search(text):
        faults.append(TextFault(N_("The text holds control characters. Type it again as plain text.")))
    if BIDI.search(text):
        faults.append(TextFault(N_("The text holds marks that turn the writing direction. Type it again.")))
    plain = tidy(text)
    if not multiline and "\n" in plain:
        faults.append(TextFault(N_("This is one line only. Put a comma where the new line begins.")))
    return (*faults, *_length_faults(len(plain), at_least, at_most))


def _length_faults(count: int, at_least: int, at_most: int) -> tuple[TextFault, ...]:
    if not count and at_least:
        return (TextFault(N_("This is empty. Write at least {at_least} characters."), (("at_least", at_least),)),)
    if count < at_least:
        says = N_("{count} characters are too few. Write at least {at_least}.")
        return (TextFault(says, (("count", count), ("at_least", at_least))),)
    if count > at_most:
        says = N_("The text has {count} characters, {over} more than the {at_most} that fit. Shorten it.")
        return (TextFault(says, (("count", count), ("over", count - at_most), ("at_most", at_most))),)
    return ()


def _clusters(text: str) -> list[tuple[int, int]]:
    """Each character with the combining marks that follow it, so that composing works across them."""
    starts = [i for i, char in enumerate(text) if i == 0 or char < "\u0300" or not unicodedata.combining(char)]
    return list(zip(starts, [*starts[1:], len(text)], strict=False))


@lru_cache(maxsize=16384)
def _plain(cluster: str) -> str:
    """One cluster without width, case, invisible or control characters; any digit of any script as 0-9."""
    digit = unicodedata.digit(cluster, None) if len(cluster) == 1 else None
    if digit is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", INVISIBLE.sub("", cluster)).lower())
    return "".join(" " if char.isspace() or CONTROL.match(char) else char for char in INVISIBLE.sub("", plain))


def _simplified(text: str) -> str:
    """Traditional characters as simplified ones, of equal length."""
    if text.isascii():
        return text
    whole = _converter().convert(text)
    return whole if len(whole) == len(text) else "".join(map(_simplified_character, text))


@lru_cache(maxsize=16384)
def _simplified_character(char: str) -> str:
    simple = _converter().convert(char)
    return simple if len(simple) == 1 else char


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _word_score(word: str, name: str) -> int:
    whole = name.replace(" ", "")
    if word in whole:
        return 95
    by_sound = _sound_score(_syllables(word), _syllables(name), is_typed_latin=word.isascii())
    if by_sound or len(word) < (4 if word.isascii() else 3):
        return by_sound
    letters = iter(whole)
    if not word.isascii() and all(char in letters for char in word):
        return 75
    typo = fuzz.partial_ratio(word, "".join(_syllables(name)) if word.isascii() else whole)
    return round(typo) if typo >= (SURE_TYPO if not word.isascii() else 85) else round(typo / 2)


def _sound_score(word: tuple[str, ...], name: tuple[str, ...], *, is_typed_latin: bool) -> int:
    """What pinyin finds: initials, whole pinyin from a syllable's beginning, the same sounds in other characters."""
    typed = "".join(word)
    if is_typed_latin:
        if typed in "".join(syllable[0] for syllable in name):
            return 90 if len(typed) > 1 else 60
        starts = [_flat("".join(name[i:])) for i in range(len(name))]
        return 88 if len(typed) > 1 and any(start.startswith(_flat(typed)) for start in starts) else 0
    sounds, heard = f" {' '.join(map(_merged, word))} ", f" {' '.join(map(_merged, name))} "
    return 85 if len(word) > 1 and sounds in heard else 0


@lru_cache(maxsize=4096)
def _syllables(text: str) -> tuple[str, ...]:
    """The toneless pinyin of each character; Latin words and numbers stay whole."""
    return tuple(part for piece in lazy_pinyin(text) for part in WORD.findall(piece))


@lru_cache(maxsize=2048)
def _merged(syllable: str) -> str:
    for pattern, same in NEAR_SOUNDS:
        syllable = pattern.sub(same, syllable)
    return syllable


def _flat(pinyin: str) -> str:
    """Running pinyin with near sounds made the same, where syllables cannot be told apart."""
    return pinyin.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n")
