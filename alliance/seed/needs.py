"""The needs of a folder, as their stations posted them."""

from __future__ import annotations

from collections.abc import Iterable

from alliance.core.problems import Faults
from alliance.directory.rules import NEVER_LISTED
from alliance.kit.rowfaults import Line
from alliance.needs.actions import state_after
from alliance.needs.rules import is_emergency, need_columns
from alliance.needs.tables import Need
from alliance.seed import columns as sheet
from alliance.seed.content import Content, beginning_of, happened, named, note_answer, once
from alliance.wording.screening import screen


def add_needs(content: Content, lines: Iterable[Line[sheet.NeedColumns]]) -> None:
    """The needs as `post_need` would have taken them on the day they were posted; no place is held yet."""
    known, facts = content.known(), content.group_facts()
    for line, own in once(lines, "key"):
        station, faults = named(line, "station", content.stations, sheet.STATIONS), Faults()
        columns = need_columns(own, known, faults, today=own.posted_on)
        line = line.without("posted_on", "first_day", "last_day", "deadline")
        line.faults(faults)
        happened(line, content.today, posted_on=own.posted_on)
        if is_emergency(own, known):
            line.fault("categories", NEVER_LISTED)
        texts = {"title": own.title, "details": own.details}
        telling = [code for code in own.groups if code in facts and facts[code].is_telling]
        found = screen(texts, groups=telling, headcount=own.headcount)
        note_answer(line, found, texts, own.acknowledged, has_reviewer=True)
        content.needs[own.key] = Need(
            **columns,
            station_id=station.id if station else "",
            town_id=station.town_id if station else "",
            stored_state=state_after(found),
            posted_at=beginning_of(own.posted_on),
            provenance=own.provenance,
        )
        content.doubt(line, content.needs[own.key].id)
