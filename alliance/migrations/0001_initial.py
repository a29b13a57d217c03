"""Every table with its keys and indexes."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    """The first tables."""

    initial = True

    operations = [
        ops.CreateModel(
            name="Account",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ("name", fields.CharField(unique=True, max_length=40)),
                ("role", fields.CharField(max_length=40)),
                ("body_id", fields.CharField(null=True, db_index=True, max_length=40)),
                ("password_hash", fields.CharField(null=True, max_length=200)),
                ("is_duty_officer", fields.BooleanField(default=False)),
                ("is_disabled", fields.BooleanField(default=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "account",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": (
                    "Somebody who may sign in, for one role and one body. `password_hash` is null where "
                    "only tokens are issued."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Category",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=60)),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "alliance.Category",
                        source_field="parent_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="code",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("zh", fields.CharField(max_length=60)),
                ("en", fields.CharField(max_length=60)),
                ("definition", fields.TextField(unique=False)),
                ("unit", fields.CharField(null=True, max_length=40)),
                ("sensitivity", fields.CharField(max_length=40)),
                ("action_lines", fields.TextField()),
                ("qualifications", fields.TextField()),
                ("synonyms", fields.TextField()),
            ],
            options={
                "table": "category",
                "app": "alliance",
                "pk_attr": "code",
                "table_description": "A node of the two-level taxonomy. Codes are never reused.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ChildGroup",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "parent",
                    fields.ForeignKeyField(
                        "alliance.ChildGroup",
                        source_field="parent_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="code",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("zh", fields.CharField(max_length=60)),
                ("en", fields.CharField(max_length=60)),
                ("definition", fields.TextField(unique=False)),
                ("kind", fields.CharField(max_length=40)),
                ("label_risk", fields.CharField(max_length=40)),
                ("age_limit", fields.IntField(null=True)),
                ("colloquial", fields.TextField()),
            ],
            options={
                "table": "child_group",
                "app": "alliance",
                "pk_attr": "code",
                "table_description": "A group of children or adults that services are meant for.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ContactQuota",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("account_id", fields.CharField(unique=True, max_length=40)),
                ("day", fields.DateField()),
                ("opened", fields.IntField(default=0)),
            ],
            options={
                "table": "contact_quota",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": (
                    "How many contacts an account has opened on its latest day: one row per account, so that nothing "
                    "piles up."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="District",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=6)),
                ("zh", fields.CharField(max_length=60)),
                ("en", fields.CharField(max_length=60)),
                ("kind", fields.CharField(max_length=40)),
                ("neighbours", fields.TextField()),
                ("lat", fields.FloatField()),
                ("lng", fields.FloatField()),
            ],
            options={
                "table": "district",
                "app": "alliance",
                "pk_attr": "code",
                "table_description": "A district or county-level city.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ActivityBase",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ("name", fields.CharField(unique=True, max_length=60)),
                (
                    "district",
                    fields.ForeignKeyField(
                        "alliance.District",
                        source_field="district_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="code",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("provenance", fields.CharField(max_length=40)),
            ],
            options={
                "table": "activity_base",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": "A venue that the alliance shares.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="JournalEntry",
            fields=[
                ("sequence", fields.BigIntField(primary_key=True, generated=False, unique=True, db_index=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("deed", fields.CharField(max_length=40)),
                ("actor_id", fields.CharField(null=True, db_index=True, max_length=40)),
                ("actor_role", fields.CharField(null=True, max_length=40)),
                ("body_id", fields.CharField(null=True, max_length=40)),
                ("body_name", fields.CharField(default="", max_length=100)),
                ("subjects", fields.TextField()),
                ("bodies", fields.TextField()),
                ("district_code", fields.CharField(null=True, db_index=True, max_length=6)),
                ("before", fields.TextField()),
                ("after", fields.TextField()),
                ("previous_seal", fields.CharField(max_length=64)),
                ("seal", fields.CharField(max_length=64)),
                ("key_id", fields.CharField(max_length=16)),
            ],
            options={
                "table": "journal_entry",
                "app": "alliance",
                "pk_attr": "sequence",
                "table_description": (
                    "One deed. Coded values only: never free text, contacts or secrets. No foreign keys, "
                    "no updates, no deletes."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Organization",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ("name", fields.CharField(unique=True, max_length=60)),
                ("name_skeleton", fields.CharField(unique=True, max_length=420)),
                ("credit_code", fields.CharField(null=True, unique=True, max_length=18)),
                (
                    "district",
                    fields.ForeignKeyField(
                        "alliance.District",
                        source_field="district_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="code",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("membership", fields.CharField(max_length=40)),
                ("joined_on", fields.DateField(null=True)),
                ("checked_on", fields.DateField(null=True)),
                ("qualifications", fields.TextField()),
                ("description", fields.TextField(default="", unique=False)),
                ("provenance", fields.CharField(max_length=40)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "organization",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": "A social organization and how it stands to the alliance.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Capability",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "organization",
                    fields.ForeignKeyField(
                        "alliance.Organization",
                        source_field="organization_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "category",
                    fields.ForeignKeyField(
                        "alliance.Category",
                        source_field="category_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="code",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("title", fields.CharField(max_length=40)),
                ("description", fields.CharField(default="", max_length=200)),
                ("area", fields.TextField()),
                ("min_age", fields.IntField(null=True)),
                ("max_age", fields.IntField(null=True)),
                ("groups", fields.TextField()),
                ("modes", fields.TextField()),
                ("max_group_size", fields.IntField(null=True)),
                ("monthly_places", fields.IntField(null=True)),
                ("windows", fields.TextField()),
                ("qualifications", fields.TextField()),
                ("lead_days", fields.IntField(default=0)),
                ("valid_until", fields.DateField(null=True)),
                ("confirmed_on", fields.DateField(null=True)),
                ("is_withdrawn", fields.BooleanField(default=False)),
                ("provenance", fields.CharField(max_length=40)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "capability",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": (
                    "What one organization can deliver: one leaf category, where, for whom, how, when and how much."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CapabilityMonth",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "capability",
                    fields.ForeignKeyField(
                        "alliance.Capability",
                        source_field="capability_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("month", fields.CharField(max_length=7)),
                ("places", fields.IntField(null=True)),
                ("taken", fields.IntField(default=0)),
            ],
            options={
                "table": "capability_month",
                "app": "alliance",
                "unique_together": (("capability", "month"),),
                "pk_attr": "id",
                "table_description": (
                    "The places of one capability in one calendar month: how many there are (null: not "
                    "limited), how many are taken."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Repeat",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("account_id", fields.CharField(max_length=40)),
                ("mutation", fields.CharField(max_length=60)),
                ("key", fields.CharField(max_length=64)),
                ("input_hash", fields.CharField(max_length=64)),
                ("subject_id", fields.CharField(max_length=40)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "repeat",
                "app": "alliance",
                "unique_together": (("account_id", "mutation", "key"),),
                "indexes": [Index(fields=["at"])],
                "pk_attr": "id",
                "table_description": (
                    "The answer given under an idempotency key. One key counts once per account and mutation."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Room",
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
                ("name", fields.CharField(max_length=60)),
                ("kind", fields.CharField(max_length=40)),
                ("capacity", fields.IntField()),
                ("equipment", fields.TextField()),
                ("setup_minutes", fields.IntField(default=0)),
                ("clearup_minutes", fields.IntField(default=0)),
                ("is_private", fields.BooleanField(default=False)),
                ("provenance", fields.CharField(max_length=40)),
            ],
            options={
                "table": "room",
                "app": "alliance",
                "unique_together": (("base", "name"),),
                "pk_attr": "id",
                "table_description": "A bookable room of a base.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
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
                ("token_hash", fields.CharField(unique=True, max_length=64)),
                ("token_prefix", fields.CharField(max_length=12)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("last_used_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_when_idle", fields.BooleanField(default=True)),
                ("origin", fields.CharField(null=True, max_length=64)),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "session",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": (
                    "A signed-in stretch of time. The token itself is nowhere, only its SHA-256 and a "
                    "prefix to recognise it."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignInCounter",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64)),
                ("attempts", fields.TextField(default=(), unique=False)),
                ("last_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sign_in_counter",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": (
                    "The password checks of the last minute for one account name or one address, whose hash is the key."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Town",
            fields=[
                ("code", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=9)),
                (
                    "district",
                    fields.ForeignKeyField(
                        "alliance.District",
                        source_field="district_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="code",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("zh", fields.CharField(max_length=60)),
                ("en", fields.CharField(default="", max_length=60)),
                ("kind", fields.CharField(max_length=40)),
            ],
            options={
                "table": "town",
                "app": "alliance",
                "pk_attr": "code",
                "table_description": (
                    "A town-level unit: a subdistrict or town, which can carry one station, or a statistical zone."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CareStation",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                ("name", fields.CharField(unique=True, max_length=60)),
                (
                    "town",
                    fields.ForeignKeyField(
                        "alliance.Town",
                        source_field="town_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="code",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "operator",
                    fields.ForeignKeyField(
                        "alliance.Organization",
                        source_field="operator_id",
                        null=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("model_level", fields.CharField(max_length=40)),
                ("provenance", fields.CharField(max_length=40)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "care_station",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": "The protection and care station of one street or town.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Contact",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
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
                ("name", fields.CharField(max_length=20)),
                ("role", fields.CharField(max_length=40)),
                ("phone", fields.CharField(max_length=20)),
                ("hours", fields.TextField()),
                ("provenance", fields.CharField(max_length=40)),
            ],
            options={
                "table": "contact",
                "app": "alliance",
                "unique_together": (("organization",), ("station",)),
                "pk_attr": "id",
                "table_description": (
                    "Whom the other side of an accepted claim reaches at one organization or station: one adult for "
                    "each body."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Need",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "station",
                    fields.ForeignKeyField(
                        "alliance.CareStation",
                        source_field="station_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "town",
                    fields.ForeignKeyField(
                        "alliance.Town",
                        source_field="town_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="code",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("title", fields.CharField(max_length=40)),
                ("details", fields.CharField(default="", max_length=200)),
                ("categories", fields.TextField()),
                ("groups", fields.TextField()),
                ("min_age", fields.IntField(null=True)),
                ("max_age", fields.IntField(null=True)),
                ("headcount", fields.IntField(null=True)),
                ("minimum_places", fields.IntField(default=1)),
                ("mode", fields.CharField(null=True, max_length=40)),
                ("first_day", fields.DateField(null=True)),
                ("last_day", fields.DateField(null=True)),
                ("windows", fields.TextField()),
                ("urgency", fields.CharField(max_length=40)),
                ("deadline", fields.DateField(null=True)),
                ("stored_state", fields.CharField(max_length=40)),
                ("held", fields.IntField(default=0)),
                ("active", fields.IntField(default=0)),
                ("completed", fields.IntField(default=0)),
                ("posted_at", fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ("withdraw_reason", fields.CharField(null=True, max_length=40)),
                ("provenance", fields.CharField(max_length=40)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "need",
                "app": "alliance",
                "indexes": [Index(fields=["stored_state", "posted_at"])],
                "pk_attr": "id",
                "table_description": "One service asked for one group.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Claim",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "need",
                    fields.ForeignKeyField(
                        "alliance.Need",
                        source_field="need_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "capability",
                    fields.ForeignKeyField(
                        "alliance.Capability",
                        source_field="capability_id",
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
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("places", fields.IntField()),
                ("first_day", fields.DateField(null=True)),
                ("last_day", fields.DateField(null=True)),
                ("months", fields.TextField()),
                ("state", fields.CharField(db_index=True, max_length=40)),
                ("decline_code", fields.CharField(null=True, max_length=40)),
                ("release_code", fields.CharField(null=True, max_length=40)),
                ("is_by_operator", fields.BooleanField(default=False)),
                ("proposed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("changed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("provenance", fields.CharField(max_length=40)),
                ("version", fields.IntField(default=1)),
            ],
            options={
                "table": "claim",
                "app": "alliance",
                "pk_attr": "id",
                "table_description": "An organization's promise of places for a need, with one of its capabilities.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NeedParty",
            fields=[
                ("id", fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "need",
                    fields.ForeignKeyField(
                        "alliance.Need",
                        source_field="need_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("body_id", fields.CharField(db_index=True, max_length=40)),
                ("may_see_all", fields.BooleanField(default=False)),
            ],
            options={
                "table": "need_party",
                "app": "alliance",
                "unique_together": (("need", "body_id"),),
                "pk_attr": "id",
                "table_description": (
                    "A body that has to do with a need because it has claimed it, and so may go on seeing it."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ServiceRecord",
            fields=[
                ("id", fields.CharField(primary_key=True, unique=True, db_index=True, max_length=40)),
                (
                    "claim",
                    fields.ForeignKeyField(
                        "alliance.Claim",
                        source_field="claim_id",
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name=False,
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sessions", fields.IntField()),
                ("person_times", fields.IntField()),
                ("outcome", fields.CharField(max_length=40)),
                ("note", fields.CharField(default="", max_length=200)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "service_record",
                "app": "alliance",
                "unique_together": (("claim",),),
                "pk_attr": "id",
                "table_description": "What was delivered for a claim: numbers and an outcome, no child.",
            },
            bases=["Model"],
        ),
    ]
