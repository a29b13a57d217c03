"""The activity bases of a folder: their rooms, when they are open, and the holidays that all of them keep."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from alliance.core.period import parse_clock_time
from alliance.core.problems import N_, Faults
from alliance.core.vocabulary import DayKind
from alliance.directory.checks import check_day, check_number, check_windows
from alliance.directory.tables import ActivityBase
from alliance.kit.rowfaults import Line
from alliance.schedule.calendar import OpeningFacts
from alliance.schedule.reads import opening_facts
from alliance.schedule.tables import Closure, Opening, Room, SpecialDay
from alliance.schedule.times import moment
from alliance.seed import columns as sheet
from alliance.seed.content import NO_CLOCK_TIME, TWICE, Content, free_texts, named, once, texts_of

LARGEST_ROOM, LONGEST_SETUP = 1_000, 240  # places; minutes
LONGEST_HOLD, MOST_PEAKS = 20, 500  # working days, four weeks of them; peak times of one organization in a month
SEASON_DAY = re.compile("[0-9]{2}-[0-9]{2}")
LEAP_YEAR = 2024  # whose days are all that a season can have
EVERY_DAY = tuple(date(LEAP_YEAR, 1, 1) + timedelta(days=each) for each in range(366))

NO_SEASON = N_("Write the first and the last day of a season like 07-01, or leave both empty for the whole year.")
SEASONS_MEET = N_("Its season meets the one on line {line}; for one kind of day only one counts at a time.")
NOT_SPECIAL = N_("Only holidays and make-up workdays stand here; all other days are like their weekday.")
NO_WEEKEND = N_("Make-up workdays are Saturdays and Sundays; this day is a workday without it.")
ENDS_BEFORE_START = N_("The end must come after the start.")


def add_bases(content: Content, lines: Iterable[Line[sheet.BaseColumns]]) -> None:
    """The activity bases."""
    names: dict[str, int] = {}
    for line, own in once(lines, "key"):
        texts = texts_of(line, ActivityBase, "name")
        named(line, "district", content.districts, sheet.DISTRICTS)
        free_texts(line, {"name": own.name})
        if names.setdefault(texts["name"], line.number) != line.number:
            line.fault("name", TWICE, line=names[texts["name"]])
        faults = Faults()
        check_number(faults, "holdWorkingDays", own.hold_working_days, low=1, high=LONGEST_HOLD)
        check_number(faults, "peakLimit", own.peak_limit, low=1, high=MOST_PEAKS)
        line.faults(faults)
        content.bases[own.key] = ActivityBase(
            **texts,
            district_id=own.district,
            hold_working_days=own.hold_working_days,
            peak_limit=own.peak_limit,
            provenance=own.provenance,
        )
        content.doubt(line, content.bases[own.key].id)


def add_rooms(content: Content, lines: Iterable[Line[sheet.RoomColumns]]) -> None:
    """The rooms of the bases; a name stands once in each."""
    names: dict[tuple[str, str], int] = {}
    for line, own in once(lines, "key"):
        texts, faults = texts_of(line, Room, "name"), Faults()
        base = named(line, "base", content.bases, sheet.BASES)
        check_number(faults, "capacity", own.capacity, low=1, high=LARGEST_ROOM)
        check_number(faults, "setupMinutes", own.setup_minutes, low=0, high=LONGEST_SETUP)
        check_number(faults, "clearupMinutes", own.clearup_minutes, low=0, high=LONGEST_SETUP)
        line.faults(faults)
        free_texts(line, {"name": own.name, "equipment": "，".join(own.equipment)})
        place = own.base, texts["name"]
        if names.setdefault(place, line.number) != line.number:
            line.fault("name", TWICE, line=names[place])
        content.rooms[own.key] = Room(
            **texts,
            base_id=base.id if base else "",
            kind=own.kind,
            capacity=own.capacity,
            equipment=own.equipment,
            setup_minutes=own.setup_minutes,
            clearup_minutes=own.clearup_minutes,
            is_private=own.is_private,
            provenance=own.provenance,
        )
        content.doubt(line, content.rooms[own.key].id)


def add_special_days(content: Content, lines: Iterable[Line[sheet.SpecialDayColumns]]) -> None:
    """The public holidays and make-up workdays, each day once."""
    for line, own in once(lines, "day"):
        texts = texts_of(line, SpecialDay, "name", "source")
        free_texts(line, {"name": own.name, "source": own.source})
        if own.kind is DayKind.ORDINARY:
            line.fault("kind", NOT_SPECIAL)
        if own.kind is DayKind.MAKE_UP_WORKDAY and "day" not in line.quiet and own.day.isoweekday() <= 5:
            line.fault("kind", NO_WEEKEND)
        content.special_days[own.day] = SpecialDay(**texts, day=own.day, kind=own.kind)


def add_openings(content: Content, lines: Iterable[Line[sheet.OpeningColumns]]) -> None:
    """When the bases are open; the seasons of one base for one kind of day must not meet."""
    told: dict[tuple[str, DayKind], list[tuple[int, OpeningFacts]]] = {}
    for line, own in once(lines, "key"):
        base, faults = named(line, "base", content.bases, sheet.BASES), Faults()
        windows = check_windows(faults, "windows", own.windows)
        line.faults(faults)
        is_season = _is_season(own.season_start, own.season_end)
        if not is_season:
            line.fault("season_start", NO_SEASON)
        row = Opening(
            base_id=base.id if base else "",
            kind=own.kind,
            season_start=own.season_start if is_season else "",
            season_end=own.season_end if is_season else "",
            windows=windows,
            provenance=own.provenance,
        )
        here, facts = told.setdefault((own.base, own.kind), []), opening_facts(row)
        if is_season and (other := next((number for number, each in here if _meet(each, facts)), None)):
            line.fault("season_start", SEASONS_MEET, line=other)
        if is_season:
            here.append((line.number, facts))
        if base and (line.is_faulty or line.quiet):
            content.doubtful.add(base.id)
        content.openings[own.key] = row


def _is_season(first: str, last: str) -> bool:
    """True for two days of a year, and for none at all."""
    return not (first or last) or (_is_day_of_year(first) and _is_day_of_year(last))


def _is_day_of_year(text: str) -> bool:
    if not SEASON_DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(f"{LEAP_YEAR}-{text}")
    except ValueError:
        return False
    return True


def _meet(one: OpeningFacts, other: OpeningFacts) -> bool:
    """True when both are for the whole year, or for seasons that share a day; a season stands before the year."""
    if one.season is None or other.season is None:
        return one.season is other.season
    return any(one.holds(day) and other.holds(day) for day in EVERY_DAY)


def add_closures(content: Content, lines: Iterable[Line[sheet.ClosureColumns]]) -> None:
    """When a base or one of its rooms is shut for a while."""
    for line, own in once(lines, "key"):
        texts = texts_of(line, Closure, "title")
        base = named(line, "base", content.bases, sheet.BASES)
        room = named(line, "room", content.rooms, sheet.ROOMS)
        free_texts(line, {"title": own.title})
        if base and room and room.base_id != base.id:
            line.fault("room", N_("This room belongs to another base."))
        last, faults = own.ends_on or own.starts_on, Faults()
        check_day(faults, "endsOn" if own.ends_on else "startsOn", last, today=content.today)
        line.faults(faults)
        starts_at, ends_at = _at(line, "start", own.starts_on), _at(line, "end", last)
        if starts_at and ends_at and ends_at <= starts_at:
            line.fault("ends_on" if own.ends_on and own.ends_on < own.starts_on else "end", ENDS_BEFORE_START)
        if base and (line.is_faulty or line.quiet):
            content.doubtful.add(base.id)
        content.closures[own.key] = Closure(
            **texts,
            base_id=base.id if base else "",
            room_id=room.id if room else None,
            starts_at=starts_at or moment(content.today, 0),
            ends_at=ends_at or moment(content.today, 1),
            reason=own.reason,
            provenance=own.provenance,
        )


def _at(line: Line[sheet.ClosureColumns], column: str, day: date) -> datetime | None:
    try:
        return moment(day, parse_clock_time(getattr(line.content, column)))
    except ValueError:
        line.fault(column, NO_CLOCK_TIME)
        return None
