"""What may be set on a booking: listed here once, taken by the GraphQL inputs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from alliance.core.drafts import ABSENT, Absent, Acknowledged, Doc
from alliance.core.vocabulary import CancelCode, ClosureReason, FeedScope, OnClash, SeriesPart

Start = Annotated[str, Doc("`HH:MM` in Wuxi, on a quarter-hour.")]
End = Annotated[str, Doc("`HH:MM` in Wuxi, after `start` and on the same day, up to 24:00; on a quarter-hour.")]
People = Annotated[int, Doc("How many people come, 1 to 1000.")]
ClashWay = Annotated[OnClash, Doc("What is done where some of the times cannot be had.")]
Part = Annotated[SeriesPart, Doc("How much of the series; what has begun stays as it is.")]


@dataclass(kw_only=True)
class ChoiceDraft:
    """An alternative that was chosen for one time of a series."""

    planned_at: Annotated[datetime, Doc("The time by the rule, as the preview shows it.")]
    room_id: Annotated[str, Doc("The room to have instead; of the same base.")]
    starts_at: Annotated[datetime, Doc("When it begins instead; it lasts as long as the others.")]


@dataclass(kw_only=True)
class RoomRequestDraft:
    """A room at one time or, by a rule, at many."""

    room_id: Annotated[str, Doc("Which room; see `bases`.")]
    first_day: Annotated[date, Doc("The day, or the first of a series; from today, at most 18 months ahead.")]
    start: Start
    end: End
    rule: Annotated[
        str,
        Doc(
            "How it repeats, an RRULE of RFC 5545 such as `FREQ=WEEKLY;BYDAY=SA;COUNT=6`: FREQ from DAILY to YEARLY, "
            "ends with COUNT or UNTIL, at most 100 times. Empty: once."
        ),
    ] = ""
    except_days: Annotated[tuple[date, ...], Doc("Days of the rule to leave out (EXDATE); at most 100.")] = ()
    extra_days: Annotated[tuple[date, ...], Doc("Days to add, at the same time (RDATE); at most 100.")] = ()
    choices: Annotated[tuple[ChoiceDraft, ...], Doc("Alternatives chosen for single times; at most 100.")] = ()
    on_clash: ClashWay = OnClash.ALL_OR_NOTHING


@dataclass(kw_only=True)
class PreviewBookingDraft(RoomRequestDraft):
    """What is to be looked at before it is booked; nothing is stored."""

    headcount: People
    holder_id: Annotated[
        str | None, Doc("For whom, an organization or a station: for the base manager only. Null: for oneself.")
    ] = None


@dataclass(kw_only=True)
class BookRoomDraft(PreviewBookingDraft):
    """A room for an activity."""

    title: Annotated[str, Doc("What takes place, 1 to 40 characters: no person, no contact.")]
    partners: Annotated[
        tuple[str, ...], Doc("Organizations that hold it together with the own one; at most 10.", is_id=True)
    ] = ()
    acknowledged: Acknowledged = ()


@dataclass(kw_only=True)
class MoveBookingDraft:
    """Another time, room or headcount: what is absent stays."""

    part: Part = SeriesPart.ONE
    room_id: Annotated[str, Doc("The new room, of the same base.")] | Absent = ABSENT
    day: Annotated[date, Doc("The new day; the other times of the part move by as many days.")] | Absent = ABSENT
    start: Start | Absent = ABSENT
    end: End | Absent = ABSENT
    headcount: People | Absent = ABSENT


@dataclass(kw_only=True)
class ConfirmBookingDraft:
    """How much of a series is confirmed."""

    part: Part = SeriesPart.ONE


@dataclass(kw_only=True)
class CancelBookingDraft:
    """Why, and how much of a series."""

    reason: Annotated[CancelCode, Doc("Why. Not CLAIM_ENDED, which the system gives.")]
    part: Part = SeriesPart.ONE


@dataclass(kw_only=True)
class CloseRoomsDraft:
    """When the base or one of its rooms is shut. Bookings stay; what they meet is answered."""

    room_id: Annotated[str | None, Doc("Which room. Null: the whole base.")] = None
    starts_at: Annotated[datetime, Doc("From when (inclusive).")]
    ends_at: Annotated[datetime, Doc("Until when (exclusive), at most 18 months ahead.")]
    reason: Annotated[ClosureReason, Doc("Why.")]
    title: Annotated[str, Doc("What to say of it, at most 40 characters; no person. Empty: the reason alone.")] = ""
    acknowledged: Acknowledged = ()


@dataclass(kw_only=True)
class ImportClosuresDraft:
    """A calendar whose events shut the base or one of its rooms."""

    calendar: Annotated[
        str,
        Doc(
            "The iCalendar file (RFC 5545, `.ics`): at most 500 events with 500 times, and as long as a request may be."
        ),
    ]
    reason: Annotated[ClosureReason, Doc("Why the rooms are shut then; for all events alike.")]
    room_id: Annotated[str | None, Doc("Which room. Null: the whole base.")] = None


@dataclass(kw_only=True)
class MakeCalendarFeedDraft:
    """What a calendar is to show."""

    scope: Annotated[FeedScope, Doc("How much it shows.")]
    target_id: Annotated[
        str | None, Doc("Which base or which room, as `scope` says. Null: one's own bookings, or one's own base.")
    ] = None
