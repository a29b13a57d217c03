"""Why a room cannot be had at a time, as sentences for people."""

from __future__ import annotations

from collections.abc import Mapping

from alliance.core.period import clock_time
from alliance.core.problems import N_
from alliance.core.vocabulary import RoomVerdict
from alliance.kit import messages
from alliance.schedule.calendar import Shut, Span
from alliance.schedule.judging import Occurrence

MOST_ROOMS_NAMED = 3  # a line on a phone

TAKEN = N_("Taken {hours}, set-up and clear-up included.")
TAKES_ITSELF = N_("Overlaps another time of the same series, which takes {hours} with set-up and clear-up.")
OVER_PEAK = N_("The month's peak times of your organization are used up. Choose another day, or ask the base.")
HOLDS = N_("This room holds {capacity}. Room enough for all: {rooms}.")
HOLDS_NONE = N_("This room holds {capacity}, and no room of the base holds all. Split the group.")
SHUT_FOR = N_("Shut from {first} to {last}: {reason}.")
HOLIDAY = N_("{day} is {name}: {kind}, and the base is shut.")
SPECIAL_HOURS = N_("{day} is {name}: {kind}. Open: {hours}.")
SHUT_ALL_DAY = N_("The base is shut on {day}.")
OTHER_HOURS = N_("Open on {day}: {hours}.")


def occurrence_sentence(occurrence: Occurrence, rooms: Mapping[str, str], language: str) -> str | None:
    """Why a time cannot be had and what to do; None where it can. `rooms` are the names of those that hold all."""
    match occurrence.verdict:
        case RoomVerdict.CLASH:
            return messages.say(TAKEN, language, hours=_hours([(b.start, b.end) for b in occurrence.busy], language))
        case RoomVerdict.SELF_CLASH:
            hours = _hours([(b.start, b.end) for b in occurrence.busy], language)
            return messages.say(TAKES_ITSELF, language, hours=hours)
        case RoomVerdict.OVER_PEAK_LIMIT:
            return messages.translated(OVER_PEAK, language)
        case RoomVerdict.TOO_LARGE:
            names = messages.listed([rooms[key] for key in occurrence.fitting[:MOST_ROOMS_NAMED]], language)
            says = HOLDS if occurrence.fitting else HOLDS_NONE
            return messages.say(says, language, capacity=occurrence.capacity, rooms=names)
        case RoomVerdict.CLOSED if occurrence.shut:
            return _shut_sentence(occurrence.shut, occurrence, language)
        case _:
            return None


def _shut_sentence(shut: Shut, occurrence: Occurrence, language: str) -> str:
    day = occurrence.place.use.day
    if shut.closure:
        reason = shut.closure.title or shut.closure.reason.label(language)
        ends = {"first": shut.closure.starts_at, "last": shut.closure.ends_at}
        return messages.say(SHUT_FOR, language, reason=reason, **ends)
    hours = _hours(shut.hours, language)
    if shut.day:
        says = SPECIAL_HOURS if shut.hours else HOLIDAY
        kind = shut.day.kind.label(language)
        return messages.say(says, language, day=day, name=shut.day.name, kind=kind, hours=hours)
    return messages.say(OTHER_HOURS if shut.hours else SHUT_ALL_DAY, language, day=day, hours=hours)


def _hours(spans: list[Span] | tuple[Span, ...], language: str) -> str:
    return messages.listed([f"{clock_time(start)}-{clock_time(end)}" for start, end in sorted(set(spans))], language)
