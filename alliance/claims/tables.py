"""What is kept of a claim and of what it delivered."""

from __future__ import annotations

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from alliance.claims.contacts import MOST_A_DAY
from alliance.claims.rules import MOST_PLACES
from alliance.core.vocabulary import ClaimState, DeclineCode, Outcome, Provenance, ReleaseCode
from alliance.directory.tables import days_in_order, reference
from alliance.kit import columns
from alliance.kit.ids import MAX_LENGTH


class Claim(Model):
    """An organization's promise of places for a need, with one of its capabilities."""

    id = columns.global_id("claim")
    need = reference("Need")
    need_id: str
    capability = reference("Capability")
    capability_id: str
    organization = reference("Organization")
    organization_id: str
    series = reference("BookingSeries", null=True)
    series_id: str | None
    places = fields.IntField()
    first_day = fields.DateField(null=True)
    last_day = fields.DateField(null=True)
    months = columns.codes()
    state = columns.word(ClaimState, default=ClaimState.PROPOSED, db_index=True)
    decline_code = columns.word(DeclineCode, null=True)
    release_code = columns.word(ReleaseCode, null=True)
    is_by_operator = fields.BooleanField(default=False)
    proposed_at = fields.DatetimeField()
    changed_at = fields.DatetimeField()
    provenance = columns.word(Provenance)
    version = fields.IntField(default=1)

    class Meta:
        table = "claim"
        constraints = (
            days_in_order("claim"),
            CheckConstraint(f"places BETWEEN 1 AND {MOST_PLACES}", name="claim_places_fit"),
        )


class ContactQuota(Model):
    """How many contacts an account has opened on its latest day: one row per account, so that nothing piles up."""

    id = fields.IntField(primary_key=True)
    account_id = fields.CharField(MAX_LENGTH, unique=True)
    day = fields.DateField()
    opened = fields.IntField(default=0)

    class Meta:
        table = "contact_quota"
        constraints = (CheckConstraint(f"opened BETWEEN 0 AND {MOST_A_DAY}", name="contact_quota_fits"),)


class ServiceRecord(Model):
    """What was delivered for a claim: numbers and an outcome, no child."""

    id = columns.global_id("record")
    claim = reference("Claim")
    claim_id: str
    sessions = fields.IntField()
    person_times = fields.IntField()
    outcome = columns.word(Outcome)
    note = fields.CharField(200, default="")
    recorded_at = fields.DatetimeField()

    class Meta:
        table = "service_record"
        unique_together = (("claim",),)
        constraints = (CheckConstraint("sessions >= 0 AND person_times >= 0", name="service_record_counts_fit"),)
