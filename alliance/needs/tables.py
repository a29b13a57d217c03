"""What is kept of a need: about a group, never about a child."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from alliance.core.vocabulary import Mode, NeedState, Provenance, Urgency, WithdrawReason
from alliance.directory.tables import TITLE_LENGTH, ages_fit, days_in_order, reference
from alliance.kit import columns
from alliance.kit.ids import MAX_LENGTH
from alliance.needs.rules import LARGEST_NEED

DETAILS_LENGTH = 200


class Need(Model):
    """One service asked for one group.

    `stored_state` is OPEN or one of the set states; what lies between derives from the three counts, which claims
    keep through moves of this slice. `held` never exceeds `headcount`: no place is given twice.
    """

    id = columns.global_id("need")
    station = reference("CareStation")
    station_id: str
    town = reference("Town")
    town_id: str
    title = fields.CharField(TITLE_LENGTH)
    details = fields.CharField(DETAILS_LENGTH, default="")
    categories = columns.codes()
    groups = columns.codes()
    min_age = fields.IntField(null=True)
    max_age = fields.IntField(null=True)
    headcount = fields.IntField(null=True)
    minimum_places = fields.IntField(default=1)
    mode = columns.word(Mode, null=True)
    first_day = fields.DateField(null=True)
    last_day = fields.DateField(null=True)
    windows = columns.windows()
    urgency = columns.word(Urgency, default=Urgency.ROUTINE)
    deadline = fields.DateField(null=True)
    stored_state = columns.word(NeedState, default=NeedState.OPEN)
    held = fields.IntField(default=0)
    active = fields.IntField(default=0)
    completed = fields.IntField(default=0)
    posted_at = fields.DatetimeField(db_index=True)
    withdraw_reason = columns.word(WithdrawReason, null=True)
    provenance = columns.word(Provenance)
    version = fields.IntField(default=1)

    class Meta:
        table = "need"
        indexes = (Index(fields=("stored_state", "posted_at")),)  # the board, newest first
        constraints = (
            ages_fit("need"),
            days_in_order("need"),
            CheckConstraint(f"headcount BETWEEN 1 AND {LARGEST_NEED}", name="need_headcount_fits"),
            CheckConstraint("minimum_places >= 1 AND minimum_places <= headcount", name="need_minimum_places_fit"),
            CheckConstraint("held >= 0 AND held <= headcount", name="need_held_fits"),
            CheckConstraint(
                "active >= 0 AND completed >= 0 AND active + completed <= held", name="need_active_and_completed_fit"
            ),
        )


class NeedParty(Model):
    """A body that has to do with a need because it has claimed it, and so may go on seeing it."""

    id = fields.IntField(primary_key=True)
    need = reference("Need")
    need_id: str
    body_id = fields.CharField(MAX_LENGTH, db_index=True)
    may_see_all = fields.BooleanField(default=False)

    class Meta:
        table = "need_party"
        unique_together = (("need", "body_id"),)
