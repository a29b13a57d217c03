"""Long numbers through their disguises: spaced out, in Chinese, split over two fields, last part first."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alliance.wording.numerals import AS_DIGIT

LONGEST = 19  # digits of the longest number looked for: a bank card
FIELD_BREAK = "\x1f"  # stands between the texts of two fields

# Letters that people type for digits; only inside a token that is mostly digits.
LOOKS_LIKE_DIGIT = str.maketrans({"o": "0", "i": "1", "l": "1", "|": "1", "×": "x", "叉": "x"})
TOKEN = re.compile(
    r"(?<![a-z0-9])[0-9oil|]{1,64}(?:x(?![a-z0-9])|[×叉])?(?![a-z])|"
    r"(?<![a-z])[oilx×叉](?![a-z])"
)
SEPARATORS = re.compile(r"[\s\-.·•・/\\~—–−_*+,，、|()（）'\"“”]{1,4}")
BETWEEN_WORDS = re.compile(
    r"[\s,，、:：;；]{0,4}(?:(?:再|然后|接|跟|又|之后|随后|紧|往|完了)?(?:打|拨|后面|后边|后头|下面|接着|接|"
    r"连着|跟着|然后|再来|再加|再|加上|加|来|后)"
    r"(?:是|为|跟|写|拨|四位|几位){0,3}|(?:中间|最后|末尾|后|末|前|尾)(?:[一二三四五六七八九十\d几]?(?:位|段))?(?:是|为)?)"
    r"[\s,，、:：]{0,4}"
)
LAST_FIRST = re.compile(r"(?:末|尾|后)(?:[一二三四五六七八九十\d]位|号|数|段|巴)?(?:是|为|数)?[\s,，:：]{0,4}$")
CALENDAR_OR_CLOCK = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}(?![\d\-/.])|"
    r"\d{1,2}:[0-5]\d(?:\s{0,2}[-~—–至到]\s{0,2}\d{1,2}:[0-5]\d)?)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Digits that belong together: `digits` (possibly ending in x) and their places in the text."""

    digits: str
    start: int
    end: int
    is_pieced: bool = False


def runs(text: str, lengths: frozenset[int]) -> Iterator[Run]:
    """Every run of one of the `lengths` in a folded text (fields joined by FIELD_BREAK), as written or pieced together.

    A run begins and ends with a token, so a longer number never yields its middle.
    """
    tokens = _tokens(text)
    links = [_is_joined(text, left, right) for left, right in itertools.pairwise(tokens)]
    for i, token in enumerate(tokens):
        digits, j = token.digits, i
        while len(digits) <= LONGEST:
            if len(digits) in lengths:
                yield Run(digits, token.start, tokens[j].end, is_pieced=j > i)
            if j >= len(links) or not links[j]:
                break
            j += 1
            digits += tokens[j].digits
    yield from _last_part_first(text, tokens, links, lengths)


def digits_as_figures(text: str) -> str:
    """The same text, of equal length, with every digit written as a word turned into a figure."""
    return text.translate(AS_DIGIT)


def _tokens(text: str) -> list[Run]:
    plain = digits_as_figures(text)
    barred = [match.span() for match in CALENDAR_OR_CLOCK.finditer(plain)]
    found = []
    for match in TOKEN.finditer(plain):
        word = match.group()
        inside = any(start <= match.start() < end for start, end in barred) if barred else False
        mostly = 2 * sum(char.isdigit() for char in word) >= len(word)
        if not inside and (mostly or len(word) == 1):
            found.append(Run(word.translate(LOOKS_LIKE_DIGIT), *match.span()))
    return found


def _is_joined(text: str, left: Run, right: Run) -> bool:
    gap = text[left.end : right.start]
    if FIELD_BREAK in gap:
        return gap.strip(" ") == FIELD_BREAK
    return not gap or bool(SEPARATORS.fullmatch(gap) or (len(gap) <= 12 and BETWEEN_WORDS.fullmatch(gap)))


def _last_part_first(text: str, tokens: Sequence[Run], links: Sequence[bool], lengths: frozenset[int]) -> Iterator[Run]:
    """尾号2537，前面是1380000: the part named last comes last, whatever its place."""
    for i, token in enumerate(tokens):
        if not LAST_FIRST.search(text[max(0, token.start - 8) : token.start]):
            continue
        last = token.digits
        for k in range(i + 1, min(i + LONGEST, len(tokens))):
            for whole, end in _continued(tokens, links, k, limit=LONGEST - len(last)):
                if len(whole) + len(last) in lengths and tokens[k].start - tokens[k - 1].end <= 12:
                    yield Run(whole + last, token.start, end, is_pieced=True)
            if not links[k - 1] or len(last) >= 6:
                break
            last += tokens[k].digits


def _continued(tokens: Sequence[Run], links: Sequence[bool], k: int, *, limit: int) -> Iterator[tuple[str, int]]:
    """The digits from token `k` on, growing while the tokens are joined, with where they end."""
    digits = ""
    for j in range(k, len(tokens)):
        if j > k and not links[j - 1]:
            return
        digits += tokens[j].digits
        if len(digits) > limit:
            return
        yield digits, tokens[j].end
