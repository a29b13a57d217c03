"""A calendar that somebody else wrote (RFC 5545, iCalendar), read as the times at which rooms are shut."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import recurring_ical_events  # type: ignore[import-untyped]
from icalendar import Calendar, Event, vRecur

from alliance.core.problems import N_, Faults
from alliance.core.vocabulary import ImportReason
from alliance.schedule.repeating import TooMuch, Work, as_long_before, moment_of, times_of

MOST_BYTES = 100_000
MOST_EVENTS = 500
MOST_TIMES = 500  # of all events together
TIMES = frozenset({"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"})
CANCELLED = "CANCELLED"
A_DAY = timedelta(days=1)

TOO_LARGE = N_("The calendar has {bytes} bytes, at most {most} are taken. Leave old events out.")
NO_CALENDAR = N_("This is not one calendar. Send an iCalendar file, from BEGIN:VCALENDAR to END:VCALENDAR.")
NO_EVENTS = N_("There is no event in this calendar, so there is nothing to store.")
TOO_MANY_EVENTS = N_("The calendar has {count} events, at most {most} are taken. Leave old events out.")


@dataclass(frozen=True, slots=True)
class ClosedTime:
    """From when until when, and what the calendar says of it; the text is not screened yet."""

    starts_at: datetime
    ends_at: datetime
    summary: str


@dataclass(frozen=True, slots=True)
class ImportedEvent:
    """One event by its UID, with its times; or without any, and why."""

    uid: str
    times: tuple[ClosedTime, ...] = ()
    ignored: ImportReason | None = None


def mark_of(uid: str) -> str:
    """What is kept of a UID: its SHA-256, as others may write anything into it, names too."""
    return hashlib.sha256(uid.encode("utf-8", "surrogatepass")).hexdigest()


def events_in(text: str | bytes, faults: Faults, *, since: datetime, until: datetime) -> tuple[ImportedEvent, ...]:
    """Every event of a calendar in its order, with its times that end after `since` and not after `until`.

    What is wrong with the calendar as a whole is noted in `faults`; what is wrong with one event stands at it.
    """
    content = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(content) > MOST_BYTES:
        faults.add("calendar", TOO_LARGE, bytes=len(content), most=MOST_BYTES)
        return ()
    made, groups = _read(content)
    if made is None:
        faults.add("calendar", NO_CALENDAR)
        return ()
    if not groups:
        faults.add("calendar", NO_EVENTS)
    if len(groups) > MOST_EVENTS:
        faults.add("calendar", TOO_MANY_EVENTS, count=len(groups), most=MOST_EVENTS)
    if faults:
        return ()
    reading = _Reading(since, until)
    return tuple(reading.event(made, uid, some) for uid, some in groups)


def _read(content: bytes) -> tuple[Calendar | None, list[tuple[str, list[Event]]]]:
    """The calendar in a file with its events, those of one UID together; None where there is not just one."""
    try:
        made = Calendar.from_ical(content.decode("utf-8-sig", "replace"))
        is_known = isinstance(made, Calendar) and str(made.get("CALSCALE", "GREGORIAN")).upper() == "GREGORIAN"
        return (made, list(_by_uid(made))) if is_known else (None, [])
    except Exception:  # whatever a library stumbles over in what anybody may have written
        return None, []


def _by_uid(made: Calendar) -> Iterable[tuple[str, list[Event]]]:
    """The events of a calendar, those of one UID together; each that has none for itself."""
    found: dict[str, list[Event]] = {}
    for event in made.events:
        uid = str(event.get("UID") or "").strip()
        if uid:
            found.setdefault(uid, []).append(event)
        else:
            yield "", [event]
    yield from found.items()


class _Reading:
    """Reads the events of one file, one after the other, as far as there is room for their times."""

    def __init__(self, since: datetime, until: datetime) -> None:
        self._since, self._until = since, until
        self._left, self._work = MOST_TIMES, Work()

    def event(self, made: Calendar, uid: str, some: Sequence[Event]) -> ImportedEvent:
        """One event with its times; what cannot be read says so, and disturbs no other."""
        if not uid:
            return ImportedEvent(uid, ignored=ImportReason.NO_UID)
        try:
            found = self._times(made, some)
        except TooMuch:
            found = ImportReason.TOO_MANY
        except Exception:  # whatever a library stumbles over in what anybody may have written
            found = ImportReason.UNREADABLE
        if isinstance(found, ImportReason):
            return ImportedEvent(uid, ignored=found)
        self._left -= len(found)
        return ImportedEvent(uid, found)

    def _times(self, made: Calendar, some: Sequence[Event]) -> tuple[ClosedTime, ...] | ImportReason:
        if _is_cancelled(made, some):
            return ImportReason.CANCELLED
        if any(TIMES & {name.upper() for name, _ in each.errors if name} or "EXRULE" in each for each in some):
            return ImportReason.UNREADABLE
        if any("DTSTART" not in each for each in some):
            return ImportReason.NO_START
        if any(end_of(each) < start_of(each) for each in some):
            return ImportReason.UNREADABLE
        occurrences = self._occurrences(made, some)
        standing = [each for each in occurrences if not _says_cancelled(each)]
        if occurrences and not standing:
            return ImportReason.CANCELLED
        spans = [_closed_time(each) for each in standing]
        lasting = [each for each in spans if each.starts_at < each.ends_at]
        if spans and not lasting:
            return ImportReason.NO_LENGTH
        kept = {each for each in lasting if self._since < each.ends_at <= self._until}
        if len(kept) > self._left:
            return ImportReason.TOO_MANY
        if kept:
            return tuple(sorted(kept, key=lambda each: (each.starts_at, each.ends_at, each.summary)))
        is_ahead = any(each.ends_at > self._until for each in lasting) or _first(some) >= self._until
        return ImportReason.TOO_FAR_AHEAD if is_ahead else ImportReason.PAST

    def _occurrences(self, made: Calendar, some: Sequence[Event]) -> list[Event]:
        """What an independent reader makes of the events, the times of their rules spelled out before."""
        alone = Calendar()
        if is_zone(zone_of_all := str(made.get("X-WR-TIMEZONE", ""))):
            alone.add("X-WR-TIMEZONE", zone_of_all)
        for zone in made.timezones:
            alone.add_component(zone)
        for each in some:
            alone.add_component(self._spelled_out(each))
        wide = self._since - A_DAY, self._until + A_DAY  # times without a zone are looked for in that of the question
        found: list[Event] = recurring_ical_events.of(alone).between(*wide)
        return found

    def _spelled_out(self, event: Event) -> Event:
        """The event with the times of its rules as single ones: rules may never end, or take for ever."""
        rules = _rules(event)
        if not rules or "RECURRENCE-ID" in event:  # one time that differs repeats nothing
            return event
        made = event.copy(recursive=True)
        del made["RRULE"]
        start: Any = event["DTSTART"]
        length = A_DAY * 2 + max(end_of(event) - start_of(event), timedelta())
        for rule in rules:
            times = times_of(
                rule, start.dt, since=as_long_before(self._since, length), until=self._until + A_DAY,
                most=self._left, work=self._work,
            )  # fmt: skip
            if times:
                made.add("RDATE", times)
        return made


def is_zone(name: str) -> bool:
    """True for the name of a time zone, such as Asia/Shanghai."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # it may be the name of a folder, or anything
        return False
    return True


def start_of(event: Event) -> datetime:
    """When an event begins."""
    start: Any = event["DTSTART"]
    return moment_of(start.dt)


def end_of(event: Event) -> datetime:
    """When an event ends, or one time of it: as DTEND says, else DURATION, else at the end of its day, or at once."""
    start: Any = event["DTSTART"]
    end: Any = event.get("DTEND")
    if end is not None:
        return moment_of(end.dt)
    duration: Any = event.get("DURATION")
    if duration is not None:
        length: timedelta = duration.dt
        return start_of(event) + length
    return start_of(event) + (timedelta() if isinstance(start.dt, datetime) else A_DAY)


def _rules(event: Event) -> list[vRecur]:
    found: Any = event.get("RRULE")
    return found if isinstance(found, list) else [found] if found is not None else []


def _is_cancelled(made: Calendar, some: Sequence[Event]) -> bool:
    """True for an event that is cancelled as a whole."""
    whole = [each for each in some if "RECURRENCE-ID" not in each]
    return str(made.get("METHOD", "")).upper() == "CANCEL" or (bool(whole) and all(map(_says_cancelled, whole)))


def _says_cancelled(event: Event) -> bool:
    return str(event.get("STATUS", "")).strip().upper() == CANCELLED


def _first(some: Sequence[Event]) -> datetime:
    return min(map(start_of, some))


def _closed_time(event: Event) -> ClosedTime:
    summary: Any = event.get("SUMMARY", "")
    said = str(summary[0] if isinstance(summary, list) else summary)
    return ClosedTime(start_of(event), end_of(event), said)
