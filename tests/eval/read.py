"""Runs sentences through the product's own reading: `read.py SENTENCES.json RUN.json`.

SENTENCES is a list of `{id, text, today}`, or an object with such a list under `items`; RUN is an object by id.
"""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from alliance.core.period import clock_time
from alliance.core.vocabulary import NotANeedKind, ScreeningAnswer
from alliance.wording.lexicon import CategoryWords, GroupWords, Lexicon
from alliance.wording.reading import Reading, read
from alliance.wording.screening import screen

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
KINDS = {NotANeedKind.ROOM: "booking", NotANeedKind.MONEY: "money"}
SCREENED = {ScreeningAnswer.DIVERT: "harm", ScreeningAnswer.REFUSE_IDENTITY: "identity"}


def main(sentences_path: str, run_path: str) -> None:
    """Write the reading of every sentence."""
    data = json.loads(Path(sentences_path).read_text("utf8"))
    rows = data["items"] if isinstance(data, dict) else data
    lexicon = read_lexicon()
    run = {row["id"]: answer(row["text"], date.fromisoformat(row["today"]), lexicon) for row in rows}
    Path(run_path).write_text(json.dumps(run, ensure_ascii=False, indent=1) + "\n", "utf8")


def answer(text: str, today: date, lexicon: Lexicon) -> dict[str, Any]:
    """The answer to one sentence: screened first, as when a need is drafted."""
    screened = screen({"text": text})
    if kind := SCREENED.get(screened.answer):
        return {"kind": kind}
    reading = read(text, today=today, lexicon=lexicon)
    purpose = screened.not_a_need or reading.not_a_need
    return {"kind": KINDS.get(purpose, "unclear")} if purpose else as_need(reading)


def as_need(reading: Reading) -> dict[str, Any]:
    """A reading in the words of the set."""
    return {
        "kind": "need",
        "categories": [category.code for category in reading.categories],
        "split": reading.is_split,
        "min_age": reading.min_age,
        "max_age": reading.max_age,
        "headcount": reading.headcount,
        "groups": list(reading.groups) or None,
        "mode": reading.mode.name.lower() if reading.mode else None,
        "windows": [
            {"weekday": window.weekday, "from": clock_time(window.start), "to": clock_time(window.end)}
            for window in reading.windows
        ]
        or None,
        "date_from": reading.first_day.isoformat() if reading.first_day else None,
        "date_to": reading.last_day.isoformat() if reading.last_day else None,
        "urgency": reading.urgency.name if reading.urgency else None,
    }


def read_lexicon() -> Lexicon:
    """The words of the taxonomy and of the child groups in `fixtures/`."""
    return Lexicon.of(
        [CategoryWords(row["code"], row["zh"], words(row["synonyms"])) for row in rows("categories") if row["parent"]],
        [
            GroupWords(
                row["code"], row["zh"], words(row["colloquial"]), is_restricted=row["label_risk"] == "NEVER_PUBLIC"
            )
            for row in rows("child_groups")
        ],
    )


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a fixture file."""
    with (FIXTURES / f"{name}.csv").open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


def words(cell: str) -> tuple[str, ...]:
    """The words of a cell."""
    return tuple(word for word in cell.split(";") if word)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: read.py SENTENCES.json RUN.json")
    main(sys.argv[1], sys.argv[2])
