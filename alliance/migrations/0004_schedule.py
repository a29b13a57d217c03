"""The schedule: opening hours, closures, special days, bookings and the quarter-hours they take."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """The tables of the schedule."""

    dependencies = [("alliance", "0003_journal_append_only")]

    initial = False

    operations = [
        ops.CreateModel(
            name="BookingSeries",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "base",
                    fields.ForeignKeyField(
                        "alliance.ActivityBase",
                        source_field="base_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "organization",
                    fields.ForeignKeyField(
                        "alliance.Organization",
                        source_field="organization_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "station",
                    fields.ForeignKeyField(
                        "alliance.CareStation",
                        source_field="station_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("purpose", fields.CharField(max_length=40)),
                ("title", fields.CharField(max_length=40)),
                ("rule", fields.CharField(default="", max_length=200)),
                ("booked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("provenance", fields.CharField(max_length=40)),
            ],
            options={
                "table": "booking_series",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": "What was asked for in one request: one booking or, by a rule (RFC 5545), many.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Booking",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "series",
                    fields.ForeignKeyField(
                        "alliance.BookingSeries",
                        source_field="series_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "alliance.Room",
                        source_field="room_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("day", fields.DateField()),
                ("start", fields.IntField()),
                ("end", fields.IntField()),
                ("planned_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("headcount", fields.IntField()),
                ("stored_state", fields.CharField(max_length=40)),
                ("held_until", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("cancel_code", fields.CharField(null=True, max_length=40)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("provenance", fields.CharField(max_length=40)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "booking",
                "app": "alliance",
                "indexes": [Index(fields=["room_id", "day"]), Index(fields=["stored_state", "held_until"])],
                "pk_attr": "id",
                "table_description": "One use of one room.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BookedSlot",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "room",
                    fields.ForeignKeyField(
                        "alliance.Room",
                        source_field="room_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("slot", fields.IntField()),
                (
                    "booking",
                    fields.ForeignKeyField(
                        "alliance.Booking",
                        source_field="booking_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "booked_slot",
                "app": "alliance",
                "unique_together": (("room", "slot"),),
                "pk_attr": "id",
                "table_description": "One quarter-hour of one room, taken by a booking with its set-up and clear-up.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="BookingParty",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "series",
                    fields.ForeignKeyField(
                        "alliance.BookingSeries",
                        source_field="series_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("body_id", fields.CharField(db_index=True, max_length=40)),
            ],
            options={
                "table": "booking_party",
                "app": "alliance",
                "unique_together": (("series", "body_id"),),
                "pk_attr": "id",
                "table_description": "A body that a series concerns: its holder, a partner, the station of a claim.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Closure",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "base",
                    fields.ForeignKeyField(
                        "alliance.ActivityBase",
                        source_field="base_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "room",
                    fields.ForeignKeyField(
                        "alliance.Room",
                        source_field="room_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ("reason", fields.CharField(max_length=40)),
                ("title", fields.CharField(default="", max_length=40)),
                ("provenance", fields.CharField(max_length=40)),
            ],
            options={
                "table": "closure",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": "A base, or one room of it, shut from one moment to another: hours or weeks.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Opening",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "base",
                    fields.ForeignKeyField(
                        "alliance.ActivityBase",
                        source_field="base_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=40)),
                ("season_start", fields.CharField(default="", max_length=5)),
                ("season_end", fields.CharField(default="", max_length=5)),
                ("windows", fields.TextField()),
                ("provenance", fields.CharField(max_length=40)),
            ],
            options={
                "table": "opening",
                "app": "alliance",
                "unique_together": (("base", "kind", "season_start"),),
                "pk_attr": "id",
                "table_description": "Weekly hours of a base for one kind of day, all year or from `MM-DD` to `MM-DD`.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SpecialDay",
            fields=[
                ("day", fields.DateField(primary_key=True, unique=True, db_index=True)),
                ("kind", fields.CharField(max_length=40)),
                ("name", fields.CharField(max_length=20)),
                ("source", fields.CharField(max_length=200)),
            ],
            options={
                "table": "special_day",
                "app": "alliance",
                "pk_attr": "day",
                "table_description": "A public holiday, or a weekend day on which the country works.",
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="ActivityBase",
            name="hold_working_days",
            field=fields.IntField(default=2, db_default=2),
        ),
        ops.AddField(
            model_name="ActivityBase",
            name="peak_limit",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Claim",
            name="series",
            field=fields.ForeignKeyField(
                "alliance.BookingSeries",
                source_field="series_id",
                null=True,
                db_index=True,
                db_constraint=True,
                to_field="id",
                related_name=False,
                on_delete=OnDelete.RESTRICT,
            ),
        ),
    ]
