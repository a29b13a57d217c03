"""Calendars to subscribe to, and which imported event a closure comes from."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """One table and one column."""

    dependencies = [("alliance", "0005_schedule_checks")]

    initial = False

    operations = [
        ops.CreateModel(
            name="CalendarFeed",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "account",
                    fields.ForeignKeyField(
                        "alliance.Account",
                        source_field="account_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("scope", fields.CharField(max_length=40)),
                ("target_id", fields.CharField(max_length=40)),
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "calendar_feed",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": (
                    "A calendar that somebody subscribed to. Its secret token is nowhere, only the SHA-256 of it."
                ),
            },
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Closure",
            name="source_uid",
            field=fields.CharField(default="", db_default="", db_index=True, max_length=255),
        ),
    ]
