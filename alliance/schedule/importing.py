"""Closures from a calendar that somebody else keeps: stored, replaced and taken back as its events say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alliance.core.permissions import Deed, allow
from alliance.core.problems import Faults, InvalidInput, NotFound, refuse, refuses
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import ClosureReason, ImportOutcome, ImportReason, Provenance
from alliance.directory.checks import FAR_AHEAD
from alliance.directory.tables import TITLE_LENGTH, ActivityBase
from alliance.journal.entrance import screened
from alliance.journal.settle import record
from alliance.kit import clock
from alliance.schedule.actions import BATCH, locked
from alliance.schedule.drafts import ImportClosuresDraft
from alliance.schedule.imported import ImportedEvent, events_in, mark_of
from alliance.schedule.tables import Closure, Room
from alliance.schedule.times import moment
from alliance.wording.folding import text_faults, tidy

STILL_KNOWN = frozenset({ImportReason.CANCELLED, ImportReason.PAST, ImportReason.TOO_FAR_AHEAD})


@dataclass(frozen=True, slots=True)
class EventReport:
    """What became of one event, and how many closures it has now; a reason where it is not stored, or not wholly."""

    uid: str
    outcome: ImportOutcome
    closures: int
    reason: ImportReason | None


@dataclass(slots=True)
class ImportedClosures:
    """What became of every event; unfrozen, as everything that `settle` hands back."""

    id: str
    events: tuple[EventReport, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A closure as an event asks for it."""

    starts_at: datetime
    ends_at: datetime
    reason: ClosureReason
    title: str


@refuses(NotFound, InvalidInput)
async def import_closures(viewer: Viewer, *, draft: ImportClosuresDraft) -> ImportedClosures:
    """Shut one's base, or one room, at the times of a calendar, from today to 18 months ahead.

    The same calendar again changes nothing; a changed event replaces what it was, a cancelled one takes it back, and
    what the calendar no longer holds stays. Bookings stay too.
    """
    allow(viewer, Deed.IMPORT_CLOSURES)
    faults, today = Faults(), clock.today()
    since, until = moment(today, 0), moment(today + FAR_AHEAD, 0)
    events = await asyncio.to_thread(events_in, draft.calendar, faults, since=since, until=until)
    base = await locked(viewer.base_id or "")  # not before the calendar is read, which can take a second
    if draft.room_id is not None and not await Room.filter(id=draft.room_id, base_id=base.id).exists():
        refuse(NotFound())
    faults.refuse_if_any()
    importing = _Import(viewer, base, draft, await _standing(base, draft, since))
    reports = [importing.settled(event) for event in events]
    await Closure.filter(id__in=importing.gone).delete()
    await Closure.bulk_create(importing.new, batch_size=BATCH)
    changed = {ImportOutcome.STORED, ImportOutcome.REPLACED, ImportOutcome.REMOVED}
    if any(each.outcome in changed for each in reports):
        subject = draft.room_id or base.id
        after = {"reason": draft.reason.name, "rows": sum(each.closures for each in reports)}
        record(Deed.IMPORT_CLOSURES, viewer, subjects=(subject,), district_code=base.district_id, after=after)
    return ImportedClosures(base.id, tuple(reports))


async def _standing(base: ActivityBase, draft: ImportClosuresDraft, since: datetime) -> dict[str, dict[str, Wanted]]:
    """What stands of earlier imports for the same base or room, by the mark of the event and the closure's id."""
    imported = Closure.filter(base_id=base.id, room_id=draft.room_id, ends_at__gt=since).exclude(source_uid="")
    found: dict[str, dict[str, Wanted]] = {}
    for row in await imported.order_by("id"):
        found.setdefault(row.source_uid, {})[row.id] = Wanted(row.starts_at, row.ends_at, row.reason, row.title)
    return found


class _Import:
    """One calendar on its way into the closures of one base or room: what goes, and what is new."""

    def __init__(
        self, viewer: Viewer, base: ActivityBase, draft: ImportClosuresDraft, standing: dict[str, dict[str, Wanted]]
    ) -> None:
        self._viewer, self._base, self._draft, self._standing = viewer, base, draft, standing
        self._titles: dict[str, str | None] = {}
        self.gone: list[str] = []
        self.new: list[Closure] = []

    def settled(self, event: ImportedEvent) -> EventReport:
        """What becomes of one event: exactly the closures that differ are written."""
        if event.ignored and event.ignored not in STILL_KNOWN:
            return EventReport(event.uid, ImportOutcome.IGNORED, 0, event.ignored)
        titles = [self._title(each.summary) for each in event.times]
        wanted = [
            Wanted(each.starts_at, each.ends_at, self._draft.reason, title or "")
            for each, title in zip(event.times, titles, strict=True)
        ]
        left_out = ImportReason.TITLE_LEFT_OUT if None in titles else None
        different = list(dict.fromkeys(wanted))
        outcome = self._outcome(mark_of(event.uid), different)
        return EventReport(event.uid, outcome, len(different), event.ignored or left_out)

    def _outcome(self, mark: str, wanted: Sequence[Wanted]) -> ImportOutcome:
        there = self._standing.get(mark, {})
        gone = [key for key, each in there.items() if each not in wanted]
        new = [each for each in wanted if each not in there.values()]
        self.gone += gone
        self.new += [self._closure(mark, each) for each in new]
        if not wanted:
            return ImportOutcome.REMOVED if there else ImportOutcome.IGNORED
        if not there:
            return ImportOutcome.STORED
        return ImportOutcome.REPLACED if gone or new else ImportOutcome.UNCHANGED

    def _closure(self, mark: str, wanted: Wanted) -> Closure:
        return Closure(
            base_id=self._base.id,
            room_id=self._draft.room_id,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
            reason=wanted.reason,
            title=wanted.title,
            source_uid=mark,
            provenance=Provenance.RECORDED,
        )

    def _title(self, summary: str) -> str | None:
        """What of a summary is kept as the title; None where screening, or the column, does not take it."""
        if summary not in self._titles:
            self._titles[summary] = self._screened(" ".join(tidy(summary).split()))
        return self._titles[summary]

    def _screened(self, text: str) -> str | None:
        title = text[:TITLE_LENGTH].strip()
        if text_faults(title, at_most=TITLE_LENGTH):
            return None
        texts = {"title": title} if title == text else {"title": title, "summary": text}
        return None if screened(self._viewer, texts, Faults(), district_code=self._base.district_id) else title
