"""What the schedule keeps: the rooms of the base."""

from __future__ import annotations

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from alliance.core.vocabulary import Provenance, RoomKind
from alliance.directory.tables import NAME_LENGTH, reference
from alliance.kit import columns


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
