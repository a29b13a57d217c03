"""Calendars to subscribe to: made and ended by an account, and read by whoever has the secret address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tortoise.queryset import QuerySet

from alliance.core.permissions import Deed, allow, may
from alliance.core.problems import N_, Faults, InvalidInput, NotFound, refuse, refuses
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import FeedScope, Membership, Role
from alliance.directory.tables import ActivityBase, Organization
from alliance.identity.reads import viewer_for
from alliance.identity.rules import new_token, token_hash
from alliance.identity.tables import Account
from alliance.journal.settle import record
from alliance.kit import clock
from alliance.kit.database import rows_by
from alliance.schedule import reads
from alliance.schedule.drafts import MakeCalendarFeedDraft
from alliance.schedule.feed import MOST_FEEDS, OCCUPIED, FeedBooking, FeedSeries, TooManyFeeds
from alliance.schedule.filters import BookingsWhere
from alliance.schedule.reads import SeriesSight
from alliance.schedule.tables import Booking, CalendarFeed, Room

PAST_SHOWN = timedelta(days=90)
ADDRESS = "/calendar/{token}.ics"
HAVE_BOOKINGS = frozenset({Role.STATION_HEAD, Role.ORGANIZATION_STAFF, Role.BASE_MANAGER})


@dataclass(slots=True)
class MadeCalendarFeed:
    """A fresh calendar with its address, which is shown this once; unfrozen, as everything that `settle` hands back."""

    id: str
    feed: CalendarFeed
    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a calendar shows at this moment, ready to be written."""

    name: str
    series: tuple[FeedSeries, ...]


# --- deeds -----------------------------------------------------------------------------------------------------------


@refuses(NotFound, TooManyFeeds, InvalidInput)
async def make_calendar_feed(viewer: Viewer, *, draft: MakeCalendarFeedDraft) -> MadeCalendarFeed:
    """Make a calendar for programs to read, under an address that is as good as a password for it."""
    allow(viewer, Deed.MAKE_CALENDAR_FEED)
    target = await _target(viewer, draft)
    account = await Account.select_for_update().get(id=viewer.account_id)  # so that two at once are counted
    if await _working(account.id).count() >= MOST_FEEDS:
        refuse(TooManyFeeds(most=MOST_FEEDS))
    token = new_token()
    feed = await CalendarFeed.create(
        account_id=account.id,
        scope=draft.scope,
        target_id=target,
        token_hash=token_hash(token),
        created_at=clock.now(),
    )
    _record(viewer, Deed.MAKE_CALENDAR_FEED, feed)
    return MadeCalendarFeed(feed.id, feed, ADDRESS.format(token=token))


@refuses(NotFound)
async def revoke_calendar_feed(viewer: Viewer, *, feed_id: str) -> CalendarFeed:
    """End one's own calendar, at once and for good. Ending it again changes nothing."""
    allow(viewer, Deed.REVOKE_CALENDAR_FEED)
    own = CalendarFeed.filter(id=feed_id, account_id=viewer.account_id)
    is_ended_now = await own.filter(revoked_at__isnull=True).update(revoked_at=clock.now())
    feed = await own.get_or_none()
    if feed is None:
        refuse(NotFound())
    if is_ended_now:
        _record(viewer, Deed.REVOKE_CALENDAR_FEED, feed)
    return feed


async def _target(viewer: Viewer, draft: MakeCalendarFeedDraft) -> str:
    """The id of what a calendar is to show. Refuses: NotFound, InvalidInput."""
    faults = Faults()
    if draft.scope is FeedScope.OWN:
        if viewer.role not in HAVE_BOOKINGS:
            faults.add("scope", N_("A bureau has no bookings of its own. Choose a base or a room."))
        if draft.target_id not in {None, viewer.body_id}:
            faults.add("targetId", N_("Leave this out: these are your own bookings."))
        faults.refuse_if_any()
        return viewer.body_id or ""
    wanted = draft.target_id or (viewer.base_id if draft.scope is FeedScope.BASE else None)
    if wanted is None:
        faults.add("targetId", N_("Say which base or which room it is to show; see `bases`."))
        faults.refuse_if_any()
    kind = ActivityBase if draft.scope is FeedScope.BASE else Room
    if not await kind.exists(id=wanted):
        refuse(NotFound())
    return str(wanted)


def _record(viewer: Viewer, deed: Deed, feed: CalendarFeed) -> None:
    record(deed, viewer, subjects=(feed.id, feed.target_id), after={"kind": feed.scope.name})


async def end_all_feeds() -> int:
    """End every calendar at once and for good; how many there were. For a database made of a backup.

    What was ended since the backup would work again otherwise. No entry of the journal tells of it, as for sessions.
    """
    return await CalendarFeed.filter(revoked_at__isnull=True).update(revoked_at=clock.now())


# --- the own ones ----------------------------------------------------------------------------------------------------


def _working(account_id: str | None) -> QuerySet[CalendarFeed]:
    return CalendarFeed.filter(account_id=account_id or "", revoked_at__isnull=True)


async def own_feeds(viewer: Viewer) -> list[CalendarFeed]:
    """The caller's own calendars that work, the newest first; none for nobody."""
    return await _working(viewer.account_id).order_by("-created_at", "-id")


async def own_by_id(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, CalendarFeed]:
    """The caller's own calendars by id, ended ones too."""
    return await rows_by(CalendarFeed.filter(account_id=viewer.account_id or ""), "id", ids)


# --- what is read ----------------------------------------------------------------------------------------------------


async def shown_to(token: str) -> Shown | None:
    """What the calendar behind a token shows now, masked as for its account; None where it works no more.

    It works while nobody ended it, the account stands, and the organization is in the alliance.
    """
    standing = CalendarFeed.get_or_none(
        token_hash=token_hash(token), revoked_at__isnull=True, account__is_disabled=False
    ).select_related("account")
    feed = await standing
    if feed is None:
        return None
    viewer = await viewer_for(feed.account)
    if not may(viewer, Deed.MAKE_CALENDAR_FEED) or await _has_left(viewer):
        return None
    name = await _name(viewer, feed)
    return None if name is None else Shown(name, await _series(viewer, feed))


async def _has_left(viewer: Viewer) -> bool:
    own = Organization.filter(id=viewer.organization_id or "", membership=Membership.LEFT)
    return viewer.organization_id is not None and await own.exists()


async def _name(viewer: Viewer, feed: CalendarFeed) -> str | None:
    """What the calendar is called; None where what it shows is not there any more."""
    if feed.scope is FeedScope.OWN:
        return viewer.body_name if feed.target_id == viewer.body_id else None
    if feed.scope is FeedScope.BASE:
        base = await ActivityBase.get_or_none(id=feed.target_id)
        return base.name if base else None
    room = await Room.get_or_none(id=feed.target_id).select_related("base")
    return f"{room.base.name} {room.name}" if room else None


async def _series(viewer: Viewer, feed: CalendarFeed) -> tuple[FeedSeries, ...]:
    """The series of which something lies ahead or not far behind, each whole, so that its rule stays what it is."""
    scope, target = feed.scope, feed.target_id
    where = BookingsWhere(
        base=target if scope is FeedScope.BASE else None,
        room=target if scope is FeedScope.ROOM else None,
        is_own=True if scope is FeedScope.OWN else None,
    )
    seen = reads.bookings_where(viewer, where)
    recent = seen.filter(day__gte=clock.today() - PAST_SHOWN)
    ids = list(dict.fromkeys([str(key) for key in await recent.order_by("id").values_list("series_id", flat=True)]))
    found: dict[str, list[Booking]] = {key: [] for key in ids}
    for row in await seen.filter(series_id__in=ids).select_related("room__base").order_by("day", "start", "id"):
        found[row.series_id].append(row)
    sights = await reads.series_sights(viewer, ids)
    holders = await reads.holder_names([sight.series for sight in sights.values() if sight.is_named])
    return tuple(
        FeedSeries(
            id=key,
            summary=_summary(sights[key], holders),
            rule=sights[key].series.rule,
            bookings=tuple(_booking(each) for each in rows),
        )
        for key, rows in sorted(found.items())
    )


def _summary(sight: SeriesSight, holders: Mapping[str, str]) -> str:
    """The title and whose it is, where the reader may know; else that the room is taken."""
    return f"{sight.series.title} · {holders[sight.series.holder_id]}" if sight.is_named else OCCUPIED


def _booking(row: Booking) -> FeedBooking:
    return FeedBooking(
        planned_at=row.planned_at,
        starts_at=row.use.starts_at,
        ends_at=row.use.ends_at,
        location=f"{row.room.name} {row.room.base.name}",
        state=row.stored_state,
        version=row.version,
        changed_at=row.changed_at,
    )
