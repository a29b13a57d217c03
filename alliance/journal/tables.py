"""What the journal keeps: one entry a deed, and the keys under which a repeated deed is recognised."""

from __future__ import annotations

from typing import ClassVar

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from alliance.core.keys import ID_LENGTH
from alliance.core.permissions import Deed
from alliance.core.vocabulary import Role
from alliance.kit import columns
from alliance.kit.ids import MAX_LENGTH


class JournalEntry(Model):
    """One deed. Coded values only: never free text, contacts or secrets. No foreign keys, no updates, no deletes."""

    is_append_only: ClassVar[bool] = True  # triggers of both engines refuse every update and delete

    sequence = fields.BigIntField(primary_key=True, generated=False)
    at = fields.DatetimeField()
    deed = columns.word(Deed)
    actor_id = fields.CharField(MAX_LENGTH, null=True, db_index=True)
    actor_role = columns.word(Role, null=True)
    body_id = fields.CharField(MAX_LENGTH, null=True)
    body_name = fields.CharField(100, default="")
    subjects = columns.codes()
    bodies = columns.codes()
    district_code = fields.CharField(6, null=True, db_index=True)
    before = columns.coded_map()
    after = columns.coded_map()
    previous_seal = fields.CharField(64)
    seal = fields.CharField(64)
    key_id = fields.CharField(ID_LENGTH)

    class Meta:
        table = "journal_entry"
        constraints = (CheckConstraint("sequence >= 1", name="journal_entry_sequence_positive"),)


class Repeat(Model):
    """The answer given under an idempotency key. One key counts once per account and mutation."""

    id = fields.IntField(primary_key=True)
    account_id = fields.CharField(MAX_LENGTH)
    mutation = fields.CharField(60)
    key = fields.CharField(64)
    input_hash = fields.CharField(64)
    subject_id = fields.CharField(MAX_LENGTH)
    at = fields.DatetimeField()

    class Meta:
        table = "repeat"
        unique_together = (("account_id", "mutation", "key"),)
        indexes = (Index(fields=("at",)),)
