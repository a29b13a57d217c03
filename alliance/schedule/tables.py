"""What the schedule keeps: rooms, when they are open, what is booked, and the quarter-hours that bookings take."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from alliance.core.period import MINUTES_PER_DAY
from alliance.core.vocabulary import (
    BookingPurpose,
    BookingState,
    CancelCode,
    ClosureReason,
    DayKind,
    FeedScope,
    Provenance,
    RoomKind,
)
from alliance.directory.tables import NAME_LENGTH, TITLE_LENGTH, reference
from alliance.kit import columns
from alliance.kit.ids import MAX_LENGTH
from alliance.schedule.recurrence import RULE_LENGTH
from alliance.schedule.times import QUARTER, Stretch

SOURCE_LENGTH = 200
SEASON_DAY = 5  # MM-DD
UID_LENGTH = 255


class Room(Model):
    """A bookable room of a base."""

    id = columns.global_id("room")
    base = reference("ActivityBase")
    base_id: str
    name = fields.CharField(NAME_LENGTH)
    kind = columns.word(RoomKind)
    capacity = fields.IntField()
    equipment = columns.codes()
    setup_minutes = fields.IntField(default=0)
    clearup_minutes = fields.IntField(default=0)
    is_private = fields.BooleanField(default=False)
    provenance = columns.word(Provenance)

    class Meta:
        table = "room"
        constraints = (
            CheckConstraint("capacity >= 1 AND setup_minutes >= 0 AND clearup_minutes >= 0", name="room_numbers_fit"),
        )
        unique_together = (("base", "name"),)


class SpecialDay(Model):
    """A public holiday, or a weekend day on which the country works."""

    day = fields.DateField(primary_key=True)
    kind = columns.word(DayKind)
    name = fields.CharField(20)
    source = fields.CharField(SOURCE_LENGTH)

    class Meta:
        table = "special_day"


class Opening(Model):
    """Weekly hours of a base for one kind of day, all year or from `MM-DD` to `MM-DD`."""

    id = columns.global_id("opening")
    base = reference("ActivityBase")
    base_id: str
    kind = columns.word(DayKind, default=DayKind.ORDINARY)
    season_start = fields.CharField(SEASON_DAY, default="")
    season_end = fields.CharField(SEASON_DAY, default="")
    windows = columns.windows()
    provenance = columns.word(Provenance)

    class Meta:
        table = "opening"
        unique_together = (("base", "kind", "season_start"),)


class Closure(Model):
    """A base, or one room of it, shut from one moment to another: hours or weeks.

    `source_uid` is the mark of the event that it was imported from, see `imported.mark_of`; empty for none.
    """

    id = columns.global_id("closure")
    base = reference("ActivityBase")
    base_id: str
    room = reference("Room", null=True)
    room_id: str | None
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField(db_index=True)
    reason = columns.word(ClosureReason)
    title = fields.CharField(TITLE_LENGTH, default="")
    source_uid = fields.CharField(UID_LENGTH, default="", db_default="", db_index=True)
    provenance = columns.word(Provenance)

    class Meta:
        table = "closure"
        constraints = (CheckConstraint("starts_at < ends_at", name="closure_ends_after_it_starts"),)


class BookingSeries(Model):
    """What was asked for in one request: one booking or, by a rule (RFC 5545), many.

    It belongs to an organization, to a station, or, where neither stands, to the base itself.
    """

    id = columns.global_id("series")
    base = reference("ActivityBase")
    base_id: str
    organization = reference("Organization", null=True)
    organization_id: str | None
    station = reference("CareStation", null=True)
    station_id: str | None
    purpose = columns.word(BookingPurpose)
    title = fields.CharField(TITLE_LENGTH)
    rule = fields.CharField(RULE_LENGTH, default="")
    booked_at = fields.DatetimeField()
    provenance = columns.word(Provenance)

    class Meta:
        table = "booking_series"
        constraints = (
            CheckConstraint("organization_id IS NULL OR station_id IS NULL", name="booking_series_of_one_body"),
        )

    @property
    def holder_id(self) -> str:
        """The id of the body it belongs to."""
        return self.organization_id or self.station_id or self.base_id


class BookingParty(Model):
    """A body that a series concerns: its holder, a partner, the station of a claim."""

    id = fields.IntField(primary_key=True)
    series = reference("BookingSeries")
    series_id: str
    body_id = fields.CharField(MAX_LENGTH, db_index=True)

    class Meta:
        table = "booking_party"
        unique_together = (("series", "body_id"),)


class Booking(Model):
    """One use of one room.

    `planned_at` is its moment by the rule of its series, whatever it was moved to. `stored_state` is never DONE: a
    confirmed booking is done once its time is over. `version` counts its changes and is the SEQUENCE of calendars.
    """

    id = columns.global_id("booking")
    series = reference("BookingSeries")
    series_id: str
    room = reference("Room")
    room_id: str
    day = fields.DateField()
    start = fields.IntField()
    end = fields.IntField()
    planned_at = fields.DatetimeField()
    headcount = fields.IntField()
    stored_state = columns.word(BookingState)
    held_until = fields.DatetimeField(null=True)
    cancel_code = columns.word(CancelCode, null=True)
    changed_at = fields.DatetimeField()
    provenance = columns.word(Provenance)
    version = fields.IntField(default=1)

    class Meta:
        table = "booking"
        indexes = (Index(fields=("room_id", "day")), Index(fields=("stored_state", "held_until")))
        constraints = (
            CheckConstraint(
                f'start >= 0 AND start < "end" AND "end" <= {MINUTES_PER_DAY} AND start % {QUARTER} = 0',
                name="booking_within_a_day",
            ),
            CheckConstraint("headcount >= 1", name="booking_headcount_positive"),
        )

    @property
    def use(self) -> Stretch:
        """When it takes place."""
        return Stretch(self.day, self.start, self.end)


class BookedSlot(Model):
    """One quarter-hour of one room, taken by a booking with its set-up and clear-up.

    Its unique key refuses a clash, whatever the code above does. `slot` counts quarter-hours, see `Stretch.slots`.
    """

    id = fields.IntField(primary_key=True)
    room = reference("Room")
    room_id: str
    slot = fields.IntField()
    booking = reference("Booking")
    booking_id: str

    class Meta:
        table = "booked_slot"
        unique_together = (("room", "slot"),)


class CalendarFeed(Model):
    """A calendar that somebody subscribed to. Its secret token is nowhere, only the SHA-256 of it.

    It shows `target_id`, a base, a room or the account's own body, as far as the account may see it when it is read.
    """

    id = columns.global_id("feed")
    account = reference("Account")
    account_id: str
    scope = columns.word(FeedScope)
    target_id = fields.CharField(MAX_LENGTH)
    token_hash = fields.CharField(64, unique=True)
    created_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "calendar_feed"
