"""Calendars: those that people subscribe to, and those of others from which closures come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.vocabulary import FeedScope, ImportOutcome, ImportReason
from alliance.directory import reads
from alliance.directory import tables as directory
from alliance.graph.deeds import settled
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, input_of, mutation, shows
from alliance.schedule import importing, subscriptions, tables
from alliance.schedule import reads as schedule
from alliance.schedule.drafts import ImportClosuresDraft, MakeCalendarFeedDraft


@shows(tables.CalendarFeed)
class CalendarFeed(Node):
    """A calendar that was made for programs to subscribe to. Visible to the account that made it."""

    scope: Annotated[FeedScope, Doc("How much it shows, always as far as the account may see it.")]
    created_at: Annotated[datetime, Doc("When it was made.")]
    revoked_at: Annotated[datetime | None, Doc("When it was ended. Null: it works.")]

    @field
    async def base(self, root: strawberry.Parent[tables.CalendarFeed], info: Info) -> directory.ActivityBase | None:
        """The base that it shows. Null: not applicable, it shows a room or the own bookings."""
        target = root.target_id if root.scope is FeedScope.BASE else None
        return await info.context.load(reads.bases, target)

    @field
    async def room(self, root: strawberry.Parent[tables.CalendarFeed], info: Info) -> tables.Room | None:
        """The room that it shows. Null: not applicable, it shows a base or the own bookings."""
        target = root.target_id if root.scope is FeedScope.ROOM else None
        return await info.context.load(schedule.rooms, target)


@shows(subscriptions.MadeCalendarFeed)
class MadeCalendarFeed:
    """A fresh calendar. Whoever has its address reads it; `revokeCalendarFeed` ends it."""

    feed: Annotated[tables.CalendarFeed, Doc("The calendar.")]
    address: Annotated[
        str, Doc("Its path on this server, for `https://…`; shown this once and kept nowhere, as a password.")
    ]


@shows(importing.EventReport)
class ImportedEvent:
    """What became of one event of an imported calendar."""

    uid: Annotated[str, Doc("Its UID, as the calendar has it; empty where it has none.")]
    outcome: Annotated[ImportOutcome, Doc("What became of it.")]
    closures: Annotated[int, Doc("How many closures stand for it now, from today to 18 months ahead.")]
    reason: Annotated[ImportReason | None, Doc("Why nothing, or not all of it, is stored. Null: all of it is.")]


@shows(importing.ImportedClosures)
class ImportedClosures:
    """What became of a calendar."""

    events: Annotated[tuple[importing.EventReport, ...], Doc("Every event in its order; at most 500.")]


@input_of(MakeCalendarFeedDraft)
class MakeCalendarFeedInput(MakeCalendarFeedDraft):
    """What a calendar is to show."""


@input_of(ImportClosuresDraft)
class ImportClosuresInput(ImportClosuresDraft):
    """A calendar of closures, and what they shut."""


@strawberry.type
class CalendarsQuery:
    """Looks at the own calendars."""

    @field
    async def calendar_feeds(self, info: Info) -> list[tables.CalendarFeed]:
        """The calendars that the caller's account has made and not ended, the newest first; at most 20."""
        return await subscriptions.own_feeds(info.context.viewer)


FeedId = Annotated[strawberry.ID, Doc("Which of the own calendars.")]


@strawberry.type
class CalendarsMutation:
    """Making and ending calendars, and importing closures."""

    @mutation(MadeCalendarFeed, subscriptions.make_calendar_feed)
    async def make_calendar_feed(self, info: Info, input: MakeCalendarFeedInput) -> object:
        """Make a calendar (iCalendar) to subscribe to; at most 20 that work. It shows what the caller may see at the
        time of reading, as 占用 where no more is for these eyes, from 90 days back to the last booking."""
        return await settled(info, subscriptions.make_calendar_feed, draft=input)

    @mutation(CalendarFeed, subscriptions.revoke_calendar_feed)
    async def revoke_calendar_feed(self, info: Info, feed_id: FeedId) -> object:
        """End a calendar at once and for good: its address answers nothing from now on."""
        return await settled(info, subscriptions.revoke_calendar_feed, feed_id=feed_id)

    @mutation(ImportedClosures, importing.import_closures)
    async def import_closures(self, info: Info, input: ImportClosuresInput) -> object:
        """Shut the base or a room at the times of a calendar that is kept elsewhere, with a report for each event.

        The same calendar again changes nothing; a changed event replaces what it was; a cancelled one takes it back;
        what the calendar no longer holds stays.
        """
        return await settled(info, importing.import_closures, draft=input)
