"""Runs texts through the product's own screening: `screen.py TEXTS.jsonl OUT.jsonl`.

Each line of TEXTS holds `id`, `title`, `details`; each line of OUT holds `id`, `answer`, `kind`, in lower case.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from alliance.wording.screening import Screening, screen


def main(texts_path: str, out_path: str) -> None:
    """Write the answer to every text."""
    rows = [json.loads(line) for line in Path(texts_path).read_text("utf8").splitlines() if line.strip()]
    lines = [json.dumps(answer(row), ensure_ascii=False) for row in rows]
    Path(out_path).write_text("\n".join(lines) + "\n", "utf8")


def answer(row: dict[str, Any]) -> dict[str, str | None]:
    """The answer to one text."""
    screened = screen({"title": row.get("title") or "", "details": row.get("details") or ""})
    return {"id": row["id"], "answer": screened.answer.name.lower(), "kind": kind_of(screened)}


def kind_of(screened: Screening) -> str | None:
    """What was found: a signal of harm, kinds of identity, what the text is instead of a need."""
    kinds = [screened.harm, screened.not_a_need, *dict.fromkeys(finding.kind for finding in screened.findings)]
    return "+".join(kind.name.lower() for kind in kinds if kind is not None) or None


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: screen.py TEXTS.jsonl OUT.jsonl")
    main(sys.argv[1], sys.argv[2])
