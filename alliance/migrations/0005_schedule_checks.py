"""What no row of the schedule may hold, whatever the code above does, and the index that a new column came without."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps


async def index_series_of_claims(apps: StateApps, editor: BaseSchemaEditor) -> None:
    """tortoise-orm 1.1.9 adds the column of a foreign key without the index that the model asks for."""
    await editor.client.execute_query('CREATE INDEX "idx_claim_series" ON "claim" ("series_id")')


class Migration(migrations.Migration):
    """One CHECK an operation: CreateModel leaves them out."""

    dependencies = [("alliance", "0004_schedule")]

    initial = False

    operations = [
        ops.AddConstraint(
            model_name="BookingSeries",
            constraint=CheckConstraint(
                check="organization_id IS NULL OR station_id IS NULL", name="booking_series_of_one_body"
            ),
        ),
        ops.AddConstraint(
            model_name="Booking",
            constraint=CheckConstraint(
                check='start >= 0 AND start < "end" AND "end" <= 1440 AND start % 15 = 0', name="booking_within_a_day"
            ),
        ),
        ops.AddConstraint(
            model_name="Booking", constraint=CheckConstraint(check="headcount >= 1", name="booking_headcount_positive")
        ),
        ops.AddConstraint(
            model_name="Closure",
            constraint=CheckConstraint(check="starts_at < ends_at", name="closure_ends_after_it_starts"),
        ),
        ops.RunPython(index_series_of_claims),
    ]
