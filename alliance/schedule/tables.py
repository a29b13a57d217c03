"""What the schedule keeps: bases and rooms."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from alliance.core.vocabulary import Provenance, RoomKind
from alliance.directory.tables import NAME_LENGTH, reference
from alliance.kit import columns


class ActivityBase(Model):
    """A venue that the alliance shares."""

    id = columns.global_id("base")
    name = fields.CharField(NAME_LENGTH, unique=True)
    district = reference("District")
    district_id: str
    provenance = columns.word(Provenance)

    class Meta:
        table = "activity_base"


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
        unique_together = (("base", "name"),)
