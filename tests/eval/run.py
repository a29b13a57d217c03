"""Runs a labelled set of needs and capabilities through the product's own matching: `run.py SET.json RUN.json`.

Reads capabilities and needs only. Facts that a set lacks (membership, vetting, validity, lead days) are passing; pairs
off the need's topic stand in neither list. The format is that of the set's evaluator.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from alliance.core.period import Days, Window
from alliance.core.vocabulary import CauseStage, Mode, Qualification, ScreeningAnswer, Sensitivity, Urgency
from alliance.matching.coverage import furthest_stage
from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts, OrganizationFacts, Places
from alliance.matching.rank import Judged, rank_capabilities
from alliance.wording.screening import screen

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CITY = "320200"
TODAY = date(2025, 6, 1)  # any day does: the facts of a set hold in every month, and checks are given as of today


def main(set_path: str, run_path: str) -> None:
    """Write the run of a set."""
    data = json.loads(Path(set_path).read_text("utf8"))
    answers = run(data, read_categories(), Places(city=CITY, neighbours=read_neighbours()))
    Path(run_path).write_text(json.dumps({"needs": answers}, ensure_ascii=False, indent=1) + "\n", "utf8")


def run(data: Mapping[str, Any], categories: Mapping[str, CategoryFacts], places: Places) -> dict[str, dict[str, Any]]:
    """Return the answer to each need of a set, by need id."""
    capabilities = [read_capability(row) for row in data["capabilities"]]
    return {row["id"]: answer(read_need(row), capabilities, categories, places) for row in data["needs"]}


def answer(
    need: NeedFacts, capabilities: list[CapabilityFacts], categories: Mapping[str, CategoryFacts], places: Places
) -> dict[str, Any]:
    """Return what the product says to one need: a diversion and nothing else, or lists and the cause of a gap."""
    if signal := diversion(need):
        return {"ranked": [], "excluded": [], "gap_cause": None, "diversion": signal}
    ranked = rank_capabilities(need, capabilities, categories, places, today=TODAY)
    judged = [item for item in ranked if item.is_on_topic]
    return {
        "ranked": [scored(item) for item in judged if not item.broken],
        "excluded": [excluded(item) for item in judged if item.broken],
        "gap_cause": gap_cause(need, capabilities, categories, places),
        "diversion": None,
    }


def scored(judged: Judged) -> dict[str, str | int]:
    """A ranked pair."""
    return {"capability_id": judged.capability.id, "score": judged.points}


def excluded(judged: Judged) -> dict[str, str | list[str]]:
    """A barred pair with the names of its broken rules."""
    return {"capability_id": judged.capability.id, "rules": [item.rule.name.lower() for item in judged.broken]}


def gap_cause(
    need: NeedFacts, capabilities: list[CapabilityFacts], categories: Mapping[str, CategoryFacts], places: Places
) -> str | None:
    """The stage that stops a need nobody can serve; None where somebody can."""
    stage, _ = furthest_stage(
        need,
        capabilities,
        categories,
        places,
        today=TODAY,
        had_declined=False,
        had_silent=False,
        is_claimed_undelivered=False,
    )
    return None if stage is CauseStage.UNASKED else stage.name.lower()


def diversion(need: NeedFacts) -> str | None:
    """The kind of harm for which the text is answered with the reporting route; None where it may be matched."""
    screened = screen({"title": need.title, "details": need.details})
    if screened.answer is not ScreeningAnswer.DIVERT or screened.harm is None:
        return None
    return screened.harm.name.lower()


def read_need(row: Mapping[str, Any]) -> NeedFacts:
    """A need of the set as the rules see it."""
    mode = row.get("mode")
    return NeedFacts(
        id=row["id"],
        town=row["station"]["town_code"],
        title=row["title"],
        details=row.get("details") or "",
        categories=tuple(row.get("categories") or ()),
        groups=frozenset(row.get("groups") or ()),
        min_age=row.get("min_age"),
        max_age=row.get("max_age"),
        headcount=row.get("headcount"),
        minimum_places=row.get("min_claim") or 1,
        mode=Mode[mode.upper()] if mode else None,
        days=Days(read_day(row.get("date_from")), read_day(row.get("date_to"))),
        windows=read_windows(row),
        urgency=Urgency[row.get("urgency") or "ROUTINE"],
    )


def read_capability(row: Mapping[str, Any]) -> CapabilityFacts:
    """A capability of the set as the rules see it. What is left this month counts in every month."""
    known = row["organization"]
    return CapabilityFacts(
        id=row["id"],
        organization=OrganizationFacts(id=known["id"], name=known.get("name") or known["id"], checked_on=TODAY),
        category=row["category"],
        title=row["title"],
        description=row.get("description") or "",
        area=frozenset(CITY if code == "city" else code for code in row["districts"]),
        min_age=row.get("min_age"),
        max_age=row.get("max_age"),
        groups=frozenset(row.get("groups") or ()),
        modes=frozenset(Mode[mode.upper()] for mode in row.get("modes") or ()),
        max_group_size=row.get("max_group_size"),
        monthly_places=row.get("remaining_places"),
        windows=read_windows(row),
        qualifications=frozenset(Qualification[held.upper()] for held in row.get("qualifications") or ()),
        confirmed_on=TODAY,
    )


def read_windows(row: Mapping[str, Any]) -> tuple[Window, ...]:
    """The weekly windows of a row."""
    given = row.get("windows") or ()
    return tuple(Window.parse(f"{window['weekday']} {window['from']}-{window['to']}") for window in given)


def read_day(text: str | None) -> date | None:
    """An ISO day, None where there is none."""
    return date.fromisoformat(text) if text else None


def read_categories() -> dict[str, CategoryFacts]:
    """The leaves of the taxonomy in `fixtures/`, by code."""
    with (FIXTURES / "categories.csv").open(encoding="utf8", newline="") as file:
        return {row["code"]: read_category(row) for row in csv.DictReader(file) if row["parent"]}


def read_category(row: Mapping[str, str]) -> CategoryFacts:
    """A leaf of the taxonomy as the rules see it."""
    return CategoryFacts(
        code=row["code"],
        name=row["zh"],
        sensitivity=Sensitivity[row["sensitivity"]],
        qualifications=frozenset(Qualification[code] for code in row["qualifications"].split(";") if code),
        words=tuple(word for word in row["synonyms"].split(";") if word),
        definition=row["definition"],
    )


def read_neighbours() -> dict[str, frozenset[str]]:
    """Which districts touch, by code."""
    with (FIXTURES / "districts.csv").open(encoding="utf8", newline="") as file:
        return {row["code"]: frozenset(filter(None, row["neighbours"].split(";"))) for row in csv.DictReader(file)}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: run.py SET.json RUN.json")
    main(sys.argv[1], sys.argv[2])
