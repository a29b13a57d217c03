"""What the directory keeps: places, taxonomy, organizations with capabilities and monthly places, stations, bases."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint
from tortoise.models import Model

from alliance.core.vocabulary import (
    ContactRole,
    DistrictKind,
    GroupKind,
    LabelRisk,
    Membership,
    Mode,
    ModelLevel,
    Provenance,
    Qualification,
    Sensitivity,
    TownKind,
    Unit,
)
from alliance.directory.checks import OLDEST_CHILD
from alliance.directory.phones import CONTACT_NAME_LENGTH, PHONE_LENGTH
from alliance.kit import columns

TITLE_LENGTH = 40  # DESIGN: a need's title; the same for capabilities, so that both fit one line of a phone
NAME_LENGTH = 60
DISTRICT_LENGTH, TOWN_LENGTH = 6, 9  # of codes: GB/T 2260, GB/T 10114
HOLD_WORKING_DAYS = 2  # DESIGN §4: a hold expires after 2 working days
CATEGORY_LENGTH = 60  # of codes: as long as the taxonomy's may become


def reference(model: str, **options: Any) -> Any:
    """A foreign key that refuses to orphan rows and has its index."""
    return fields.ForeignKeyField(
        f"alliance.{model}", related_name=False, on_delete=fields.RESTRICT, db_index=True, **options
    )


def ages_fit(table: str) -> CheckConstraint:
    """A CHECK: ages of children in completed years, the lower first. Unknown ages pass.

    Every CHECK named in a Meta becomes true of the database through a migration only; a test holds both together.
    """
    each = f"min_age BETWEEN 0 AND {OLDEST_CHILD} AND max_age BETWEEN 0 AND {OLDEST_CHILD}"
    return CheckConstraint(f"{each} AND min_age <= max_age", name=f"{table}_ages_fit")


def days_in_order(table: str) -> CheckConstraint:
    """A CHECK: the first day comes no later than the last. Unknown days pass."""
    return CheckConstraint("first_day <= last_day", name=f"{table}_days_in_order")


class District(Model):
    """A district or county-level city."""

    code = fields.CharField(DISTRICT_LENGTH, primary_key=True)
    zh = fields.CharField(NAME_LENGTH)
    en = fields.CharField(NAME_LENGTH)
    kind = columns.word(DistrictKind)
    neighbours = columns.codes()
    lat = fields.FloatField()
    lng = fields.FloatField()

    class Meta:
        table = "district"


class Town(Model):
    """A town-level unit: a subdistrict or town, which can carry one station, or a statistical zone."""

    code = fields.CharField(TOWN_LENGTH, primary_key=True)
    district = reference("District")
    district_id: str
    zh = fields.CharField(NAME_LENGTH)
    en = fields.CharField(NAME_LENGTH, default="")
    kind = columns.word(TownKind)

    class Meta:
        table = "town"


class Category(Model):
    """A node of the two-level taxonomy. Codes are never reused."""

    code = fields.CharField(CATEGORY_LENGTH, primary_key=True)
    parent = reference("Category", null=True)
    parent_id: str | None
    zh = fields.CharField(NAME_LENGTH)
    en = fields.CharField(NAME_LENGTH)
    definition = fields.TextField()
    unit = columns.word(Unit, null=True)
    sensitivity = columns.word(Sensitivity, default=Sensitivity.NORMAL)
    action_lines = columns.codes()
    qualifications = columns.words_of(Qualification)
    synonyms = columns.codes()

    class Meta:
        table = "category"


class ChildGroup(Model):
    """A group of children or adults that services are meant for."""

    code = fields.CharField(40, primary_key=True)
    parent = reference("ChildGroup", null=True)
    parent_id: str | None
    zh = fields.CharField(NAME_LENGTH)
    en = fields.CharField(NAME_LENGTH)
    definition = fields.TextField()
    kind = columns.word(GroupKind)
    label_risk = columns.word(LabelRisk)
    age_limit = fields.IntField(null=True)
    colloquial = columns.codes()

    class Meta:
        table = "child_group"
        constraints = (CheckConstraint("age_limit >= 1", name="child_group_age_limit_positive"),)


class Organization(Model):
    """A social organization and how it stands to the alliance."""

    id = columns.global_id("org")
    name = fields.CharField(NAME_LENGTH, unique=True)
    name_skeleton = fields.CharField(NAME_LENGTH * 7, unique=True)  # the longest syllable has six letters
    credit_code = fields.CharField(18, null=True, unique=True)
    district = reference("District", null=True)
    district_id: str | None
    membership = columns.word(Membership)
    joined_on = fields.DateField(null=True)
    checked_on = fields.DateField(null=True)
    qualifications = columns.words_of(Qualification)
    description = fields.TextField(default="")
    provenance = columns.word(Provenance)
    version = fields.IntField(default=1)

    class Meta:
        table = "organization"


class Capability(Model):
    """What one organization can deliver: one leaf category, where, for whom, how, when and how much."""

    id = columns.global_id("cap")
    organization = reference("Organization")
    organization_id: str
    category = reference("Category")
    category_id: str
    title = fields.CharField(TITLE_LENGTH)
    description = fields.CharField(200, default="")
    area = columns.codes()
    min_age = fields.IntField(null=True)
    max_age = fields.IntField(null=True)
    groups = columns.codes()
    modes = columns.words_of(Mode)
    max_group_size = fields.IntField(null=True)
    monthly_places = fields.IntField(null=True)
    windows = columns.windows()
    qualifications = columns.words_of(Qualification)
    lead_days = fields.IntField(default=0)
    valid_until = fields.DateField(null=True)
    confirmed_on = fields.DateField(null=True)
    is_withdrawn = fields.BooleanField(default=False)
    provenance = columns.word(Provenance)
    version = fields.IntField(default=1)

    class Meta:
        table = "capability"
        constraints = (
            ages_fit("capability"),
            CheckConstraint(
                "max_group_size >= 1 AND monthly_places >= 0 AND lead_days >= 0", name="capability_numbers_fit"
            ),
        )


class CapabilityMonth(Model):
    """The places of one capability in one calendar month: how many there are (null: not limited), how many are taken.

    `taken` never exceeds `places`: the last line of defence against giving a place twice.
    """

    id = fields.IntField(primary_key=True)
    capability = reference("Capability")
    capability_id: str
    month = fields.CharField(7)
    places = fields.IntField(null=True)
    taken = fields.IntField(default=0)

    class Meta:
        table = "capability_month"
        constraints = (CheckConstraint("taken >= 0 AND taken <= places", name="capability_month_taken_fits"),)
        unique_together = (("capability", "month"),)


class CareStation(Model):
    """The protection and care station of one street or town."""

    id = columns.global_id("station")
    name = fields.CharField(NAME_LENGTH, unique=True)
    town = reference("Town")
    town_id: str
    operator = reference("Organization", null=True)
    operator_id: str | None
    model_level = columns.word(ModelLevel, default=ModelLevel.NONE)
    provenance = columns.word(Provenance)
    version = fields.IntField(default=1)

    class Meta:
        table = "care_station"


class Contact(Model):
    """Whom the other side of an accepted claim reaches at one organization or station: one adult for each body.

    Its values are shown by `claims` alone, and stand neither in the journal nor in a log.
    """

    id = columns.global_id("contact")
    organization = reference("Organization", null=True)
    organization_id: str | None
    station = reference("CareStation", null=True)
    station_id: str | None
    name = fields.CharField(CONTACT_NAME_LENGTH)
    role = columns.word(ContactRole)
    phone = fields.CharField(PHONE_LENGTH)
    hours = columns.windows()
    provenance = columns.word(Provenance)

    class Meta:
        table = "contact"
        unique_together = (("organization",), ("station",))
        constraints = (
            CheckConstraint("(organization_id IS NULL) <> (station_id IS NULL)", name="contact_of_one_body"),
        )


class ActivityBase(Model):
    """A venue that the alliance shares.

    A room is held for `hold_working_days` until the base confirms it; an organization may have `peak_limit` peak times
    a month (null: any number).
    """

    id = columns.global_id("base")
    name = fields.CharField(NAME_LENGTH, unique=True)
    district = reference("District")
    district_id: str
    hold_working_days = fields.IntField(default=HOLD_WORKING_DAYS, db_default=HOLD_WORKING_DAYS)
    peak_limit = fields.IntField(null=True)
    provenance = columns.word(Provenance)

    class Meta:
        table = "activity_base"
