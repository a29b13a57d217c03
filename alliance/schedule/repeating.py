"""The times of a repetition rule that somebody else wrote: those near a stretch of time, in bounded work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from icalendar import vRecur

from alliance.core.period import SHANGHAI
from alliance.schedule.recurrence import cycles_ahead

MOST_MICROSECONDS = 1_500_000  # that the rules of one calendar may take together, as reckoned below
EACH_TIME = 3.0  # microseconds to find one, and of a day passed over; measured with dateutil 2.9 on two cores
EACH_DAY = {"HOURLY": 72.0, "DAILY": 3.0, "WEEKLY": 0.6, "MONTHLY": 0.3, "YEARLY": 0.2}
PICKS = ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYEASTER", "BYSETPOS")  # may leave nothing
LISTS = ("BYHOUR", "BYMINUTE", "BYSECOND")
ENDS = ("COUNT", "UNTIL")


class TooMuch(ValueError):
    """A rule takes more work, or gives more times, than one import has."""


class Unreadable(ValueError):
    """A rule cannot be read."""


@dataclass(slots=True)
class Work:
    """How much is left of what the rules of one calendar may take."""

    microseconds: float = MOST_MICROSECONDS

    def spend(self, microseconds: float) -> None:
        """Reckon with so much more. Raises TooMuch."""
        if microseconds > self.microseconds:
            raise TooMuch
        self.microseconds -= microseconds

    def give_back(self, microseconds: float) -> None:
        """What was reckoned with and not needed."""
        self.microseconds += microseconds


def times_of(
    rule: vRecur, start: date | datetime, *, since: datetime, until: datetime, most: int, work: Work
) -> list[date | datetime]:
    """The times that a rule gives from `since` to `until`, at most `most`, each such a date or time as `start` is.

    Raises TooMuch, Unreadable.
    """
    first, earliest, latest = _wall(start, start), _wall(since, start), _wall(until, start)
    if own := _one(rule, "UNTIL"):
        latest = min(latest, _wall(own, start, is_end=True))
    if first > latest:
        return []
    found: list[date | datetime] = []
    for at in _walked(rule, first, latest, work):
        if at >= earliest:
            found.append(_like(at, start))
        if len(found) > most:
            raise TooMuch
    return found


def _walked(rule: vRecur, first: datetime, latest: datetime, work: Work) -> Iterator[datetime]:
    """Every time of a rule up to `latest`; what looking for one that never comes would take is reckoned with."""
    count, interval = _number(rule, "COUNT"), _number(rule, "INTERVAL")
    if any(number is not None and number < 1 for number in (count, interval)):
        raise Unreadable
    later = cycles_ahead(latest)
    a_day = _microseconds_a_day(rule)
    work.spend(a_day * ((latest - first).days + 1))
    if_none_comes = a_day * (datetime.max - latest - later).days if _may_never_come(rule) else 0.0
    work.spend(if_none_comes)
    text = _text(vRecur({name: value for name, value in rule.items() if name.upper() not in ENDS}))
    for number, at in enumerate(rrulestr(text, dtstart=first + later), 1):
        if at - later > latest:
            break
        yield at - later
        if number == count:
            break
    else:
        return
    work.give_back(if_none_comes)


def _may_never_come(rule: vRecur) -> bool:
    """True for a rule that could name a day which no year has, such as the 30th of February."""
    counts_weekdays = any(len(str(each)) > 2 for each in rule.get("BYDAY", ()))
    return counts_weekdays or any(rule.get(each) for each in PICKS)


def _microseconds_a_day(rule: vRecur) -> float:
    frequency = str(_one(rule, "FREQ")).upper()
    if frequency not in EACH_DAY:
        raise TooMuch  # every minute or second
    times = 1
    for each in LISTS:
        times *= max(len(rule.get(each, ())), 1)
    return EACH_DAY[frequency] + (EACH_TIME * times if times > 1 else 0)


def _text(rule: vRecur) -> str:
    return bytes(rule.to_ical()).decode()  # type: ignore[no-untyped-call]


def _one(rule: vRecur, name: str) -> object:
    """A part of a rule that has one value; None where it is not there. Raises Unreadable for several."""
    value = rule.get(name)
    if isinstance(value, list):
        if len(value) != 1:
            raise Unreadable
        return value[0]
    return value


def _number(rule: vRecur, name: str) -> int | None:
    value = _one(rule, name)
    return None if value is None else int(str(value))


def _wall(at: object, start: date | datetime, *, is_end: bool = False) -> datetime:
    """A moment as clocks show it where `start` is told; of a whole day its first minute, or its last."""
    if isinstance(at, datetime):
        zone = (start.tzinfo if isinstance(start, datetime) else None) or SHANGHAI
        return at.astimezone(zone).replace(tzinfo=None) if at.tzinfo else at
    if isinstance(at, date):
        return datetime.combine(at, time(23, 59, 59) if is_end else time())
    raise Unreadable


def _like(wall: datetime, start: date | datetime) -> date | datetime:
    """A time as clocks show it, told as `start` is."""
    return wall.replace(tzinfo=start.tzinfo) if isinstance(start, datetime) else wall.date()


def moment_of(at: date | datetime) -> datetime:
    """The moment of a date or a time of a calendar, in UTC; what has no zone is told in Wuxi's."""
    if isinstance(at, datetime):
        return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    return datetime.combine(at, time(), SHANGHAI).astimezone(UTC)


def as_long_before(at: datetime, length: timedelta) -> datetime:
    """A moment earlier by a length, as far as years go back."""
    return at - min(length, at - datetime.min.replace(tzinfo=UTC) - timedelta(days=2))
