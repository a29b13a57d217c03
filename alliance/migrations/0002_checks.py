"""What no row may hold, whatever the code above does: the CHECKs named in the tables' Meta."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint


class Migration(migrations.Migration):
    """One CHECK an operation: CreateModel leaves them out."""

    dependencies = [("alliance", "0001_initial")]

    initial = False

    operations = [
        ops.AddConstraint(
            model_name="Capability",
            constraint=CheckConstraint(
                check="min_age BETWEEN 0 AND 18 AND max_age BETWEEN 0 AND 18 AND min_age <= max_age",
                name="capability_ages_fit",
            ),
        ),
        ops.AddConstraint(
            model_name="Capability",
            constraint=CheckConstraint(
                check="max_group_size >= 1 AND monthly_places >= 0 AND lead_days >= 0", name="capability_numbers_fit"
            ),
        ),
        ops.AddConstraint(
            model_name="CapabilityMonth",
            constraint=CheckConstraint(check="taken >= 0 AND taken <= places", name="capability_month_taken_fits"),
        ),
        ops.AddConstraint(
            model_name="ChildGroup",
            constraint=CheckConstraint(check="age_limit >= 1", name="child_group_age_limit_positive"),
        ),
        ops.AddConstraint(
            model_name="Claim",
            constraint=CheckConstraint(check="first_day <= last_day", name="claim_days_in_order"),
        ),
        ops.AddConstraint(
            model_name="Claim",
            constraint=CheckConstraint(check="places BETWEEN 1 AND 500", name="claim_places_fit"),
        ),
        ops.AddConstraint(
            model_name="Contact",
            constraint=CheckConstraint(
                check="(organization_id IS NULL) <> (station_id IS NULL)", name="contact_of_one_body"
            ),
        ),
        ops.AddConstraint(
            model_name="ContactQuota",
            constraint=CheckConstraint(check="opened BETWEEN 0 AND 30", name="contact_quota_fits"),
        ),
        ops.AddConstraint(
            model_name="JournalEntry",
            constraint=CheckConstraint(check="sequence >= 1", name="journal_entry_sequence_positive"),
        ),
        ops.AddConstraint(
            model_name="Need",
            constraint=CheckConstraint(
                check="min_age BETWEEN 0 AND 18 AND max_age BETWEEN 0 AND 18 AND min_age <= max_age",
                name="need_ages_fit",
            ),
        ),
        ops.AddConstraint(
            model_name="Need",
            constraint=CheckConstraint(check="first_day <= last_day", name="need_days_in_order"),
        ),
        ops.AddConstraint(
            model_name="Need",
            constraint=CheckConstraint(check="headcount BETWEEN 1 AND 500", name="need_headcount_fits"),
        ),
        ops.AddConstraint(
            model_name="Need",
            constraint=CheckConstraint(
                check="minimum_places >= 1 AND minimum_places <= headcount", name="need_minimum_places_fit"
            ),
        ),
        ops.AddConstraint(
            model_name="Need",
            constraint=CheckConstraint(check="held >= 0 AND held <= headcount", name="need_held_fits"),
        ),
        ops.AddConstraint(
            model_name="Need",
            constraint=CheckConstraint(
                check="active >= 0 AND completed >= 0 AND active + completed <= held",
                name="need_active_and_completed_fit",
            ),
        ),
        ops.AddConstraint(
            model_name="Room",
            constraint=CheckConstraint(
                check="capacity >= 1 AND setup_minutes >= 0 AND clearup_minutes >= 0", name="room_numbers_fit"
            ),
        ),
        ops.AddConstraint(
            model_name="ServiceRecord",
            constraint=CheckConstraint(check="sessions >= 0 AND person_times >= 0", name="service_record_counts_fit"),
        ),
    ]
