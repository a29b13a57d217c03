"""Brings the Chinese catalogue up to date: `python tests/catalogue.py` extracts, updates, compiles, says what is open.

Sentences stand in the code in English, marked `N_`. After the run write the Chinese into the `.po` file beside each
empty `msgstr`, look over what is marked `fuzzy` and delete that mark, and run it again.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HOUSE = Path(__file__).resolve().parents[1] / "alliance"
PO = HOUSE / "kit" / "locale" / "zh_CN" / "LC_MESSAGES" / "alliance.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {"N_": None}
REWORDED = 0.7  # likeness from which a new sentence is taken for a dropped one in other words
HEADERS = [
    ("Language", "zh_CN"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Transfer-Encoding", "8bit"),
    ("Plural-Forms", "nplurals=1; plural=0;"),
]


class PlainCatalog(Catalog):
    """A catalogue whose header never changes: no dates, no names, no version of the tool."""

    mime_headers = HEADERS


def main() -> int:
    """Update both files, print what is still to do, and answer 1 while something is."""
    before = read()
    update(before)
    after = read()
    gone = sorted(set(texts(before)) - set(texts(after)))
    for sentence in gone:
        print(f"dropped, no longer in the code: {sentence}\n    {texts(before)[sentence]}")
    faults = list(faults_of(after))
    print("\n".join(faults) or f"{len(texts(after))} sentences, all in Chinese")
    return 1 if faults else 0


def sentences() -> list[str]:
    """Every sentence marked `N_` in the code, in alphabetical order."""
    found: set[str] = set()
    for path in sorted(HOUSE.rglob("*.py")):
        found |= {str(message) for _, message, _, _ in extract_from_file("python", path, keywords=KEYWORDS)}
    return sorted(found)


def read() -> Catalog:
    """The catalogue as it lies in the `.po` file; empty where there is none."""
    if not PO.exists():
        return PlainCatalog()
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN")


def update(catalog: Catalog) -> None:
    """Write both files with exactly the sentences of the code; a reworded one keeps its Chinese, marked fuzzy."""
    known, marked, fresh = texts(catalog), sentences(), PlainCatalog(locale="zh_CN")
    gone = [sentence for sentence in known if sentence not in marked and known[sentence]]
    for sentence in marked:
        near = [] if known.get(sentence) else get_close_matches(sentence, gone, n=1, cutoff=REWORDED)
        is_doubtful = near or (sentence in known and catalog[sentence].fuzzy)
        chinese = known[near[0]] if near else known.get(sentence, "")
        fresh[sentence] = Message(sentence, chinese, flags={"fuzzy"} if is_doubtful else ())
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(fresh))
    MO.write_bytes(as_mo(fresh))


def as_po(catalog: Catalog) -> bytes:
    """The text of the `.po` file: sentences in alphabetical order, no line numbers."""
    buffer = io.BytesIO()
    write_po(buffer, plain(catalog), width=0, no_location=True, omit_header=True, sort_output=True)
    header = "".join(f'"{name}: {value}\\n"\n' for name, value in HEADERS)
    return f'msgid ""\nmsgstr ""\n{header}\n'.encode() + buffer.getvalue().strip() + b"\n"


def as_mo(catalog: Catalog) -> bytes:
    """The compilation: what gettext reads at run time."""
    buffer = io.BytesIO()
    write_mo(buffer, plain(catalog))
    return buffer.getvalue()


def plain(catalog: Catalog) -> PlainCatalog:
    """The same sentences under the fixed header, without comments and without marks other than fuzzy."""
    copy = PlainCatalog(locale="zh_CN")
    for message in entries(catalog):
        copy[message.id] = Message(message.id, message.string)
        copy[message.id].flags = message.flags & {"fuzzy"}
    return copy


def entries(catalog: Catalog) -> Iterator[Message]:
    """Every sentence without the header."""
    return (message for message in catalog if message.id)


def texts(catalog: Catalog) -> dict[str, str]:
    """English to Chinese."""
    return {str(message.id): str(message.string) for message in entries(catalog)}


def faults_of(catalog: Catalog) -> Iterator[str]:
    """What keeps the catalogue from being shipped, one line each."""
    known, marked = texts(catalog), sentences()
    yield from (f"missing: {sentence}" for sentence in marked if sentence not in known)
    yield from (f"not in the code: {sentence}" for sentence in [*known, *catalog.obsolete] if sentence not in marked)
    for message in entries(catalog):
        english, chinese = str(message.id), str(message.string)
        if not chinese:
            yield f"untranslated: {english}"
        elif message.fuzzy:
            yield f"fuzzy, compare and delete the mark: {english}\n    {chinese}"
        elif placeholders(english) != placeholders(chinese):
            yield f"placeholders differ: {english}\n    {chinese}"
    if not MO.exists() or MO.read_bytes() != as_mo(catalog):
        yield f"{MO.name} is not the compilation of {PO.name}: run `python tests/catalogue.py`"


def placeholders(sentence: str) -> set[str]:
    """The names in braces. Raises ValueError for a brace that is not closed."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


if __name__ == "__main__":
    sys.exit(main())
