"""What no row may hold, whatever the code above does."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from tortoise.connection import get_connection
from tortoise.context import require_context
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from alliance.claims.tables import Claim, ContactQuota, ServiceRecord
from alliance.core.permissions import Deed
from alliance.core.vocabulary import Outcome
from alliance.directory.tables import Capability, CapabilityMonth, ChildGroup, Contact, District, Organization
from alliance.journal.tables import JournalEntry
from alliance.kit.checking import expected_guards
from alliance.kit.database import WRITER, as_unit_of_work
from alliance.needs.tables import Need
from alliance.schedule.tables import BookedSlot, Booking, BookingSeries, Closure, Room
from tests.engines.world import NOON, make_world

pytestmark = pytest.mark.anyio

BROKEN: list[tuple[str, type[Model], dict[str, Any]]] = [
    ("booking_headcount_positive", Booking, {"headcount": 0}),
    ("booking_series_of_one_body", BookingSeries, {"station_id": "station_1"}),
    ("booking_within_a_day", Booking, {"start": -15}),
    ("booking_within_a_day", Booking, {"end": 600}),
    ("booking_within_a_day", Booking, {"end": 1441}),
    ("booking_within_a_day", Booking, {"start": 601}),
    ("capability_ages_fit", Capability, {"min_age": -1}),
    ("capability_ages_fit", Capability, {"max_age": 19}),
    ("capability_ages_fit", Capability, {"min_age": 13}),
    ("capability_ages_fit", Capability, {"min_age": 19, "max_age": None}),
    ("capability_numbers_fit", Capability, {"max_group_size": 0}),
    ("capability_numbers_fit", Capability, {"monthly_places": -1, "max_group_size": None}),
    ("capability_numbers_fit", Capability, {"lead_days": -1}),
    ("capability_month_taken_fits", CapabilityMonth, {"taken": 9}),
    ("capability_month_taken_fits", CapabilityMonth, {"taken": -1}),
    ("capability_month_taken_fits", CapabilityMonth, {"taken": -1, "places": None}),
    ("child_group_age_limit_positive", ChildGroup, {"age_limit": 0}),
    ("claim_days_in_order", Claim, {"first_day": date(2026, 3, 29)}),
    ("claim_places_fit", Claim, {"places": 0}),
    ("claim_places_fit", Claim, {"places": 501}),
    ("closure_ends_after_it_starts", Closure, {"ends_at": NOON}),
    ("contact_of_one_body", Contact, {"organization_id": None}),
    ("contact_of_one_body", Contact, {"station_id": "station_1"}),
    ("contact_quota_fits", ContactQuota, {"opened": 31}),
    ("contact_quota_fits", ContactQuota, {"opened": -1}),
    ("need_ages_fit", Need, {"max_age": 5}),
    ("need_days_in_order", Need, {"last_day": date(2026, 3, 6)}),
    ("need_headcount_fits", Need, {"headcount": 501}),
    ("need_headcount_fits", Need, {"headcount": 0, "held": 0, "completed": 0, "minimum_places": 1}),
    ("need_minimum_places_fit", Need, {"minimum_places": 0}),
    ("need_minimum_places_fit", Need, {"minimum_places": 9}),
    ("need_held_fits", Need, {"held": 9}),
    ("need_held_fits", Need, {"held": -1, "completed": 0, "headcount": None}),
    ("need_active_and_completed_fit", Need, {"active": 1}),
    ("need_active_and_completed_fit", Need, {"active": -1}),
    ("need_active_and_completed_fit", Need, {"completed": -1}),
    ("room_numbers_fit", Room, {"capacity": 0}),
    ("room_numbers_fit", Room, {"setup_minutes": -1}),
    ("service_record_counts_fit", ServiceRecord, {"sessions": -1}),
    ("service_record_counts_fit", ServiceRecord, {"person_times": -1}),
]
BY_INSERT = {"journal_entry_sequence_positive"}
NAMES = [f"{name}-{'-'.join(changes)}" for name, _, changes in BROKEN]


@pytest.mark.parametrize(("name", "table", "changes"), BROKEN, ids=NAMES)
async def test_a_row_that_breaks_a_check_is_refused_and_stays_as_it_was(
    database: str, name: str, table: type[Model], changes: dict[str, Any]
) -> None:
    await make_world()
    before = await table.all().values()
    with pytest.raises(IntegrityError):
        await as_unit_of_work(lambda: table.all().update(**changes))
    assert await table.all().values() == before


async def test_a_journal_entry_has_a_positive_sequence(database: str) -> None:
    with pytest.raises(IntegrityError, match="journal_entry_sequence_positive"):
        await JournalEntry.create(sequence=0, at=NOON, deed=Deed.POST_NEED, previous_seal="", seal="", key_id="")
    assert await JournalEntry.all().count() == 0


async def test_every_check_of_the_tables_is_tried_here(database: str) -> None:
    triggers = {"journal_entry_no_update", "journal_entry_no_delete"}
    assert {name for name, _, _ in BROKEN} | BY_INSERT | triggers == set(expected_guards(_models()))


async def test_unknown_numbers_pass(database: str) -> None:
    await make_world()
    await as_unit_of_work(lambda: CapabilityMonth.all().update(places=None, taken=10_000))
    unknown = {"headcount": None, "min_age": None, "first_day": None, "last_day": None}
    await as_unit_of_work(lambda: Need.all().update(held=60, **unknown))
    unknown = dict.fromkeys(("min_age", "max_age", "max_group_size", "monthly_places"))
    await as_unit_of_work(lambda: Capability.all().update(**unknown))
    assert (await Need.get()).held == 60


async def test_a_journal_entry_is_neither_changed_nor_deleted(database: str) -> None:
    await make_world()
    with pytest.raises(IntegrityError, match="append only"):
        await as_unit_of_work(lambda: JournalEntry.all().update(body_name="another"))
    with pytest.raises(IntegrityError, match="append only"):
        await as_unit_of_work(lambda: JournalEntry.all().delete())
    assert await JournalEntry.all().values_list("sequence", "body_name") == [(1, "")]


async def test_a_row_that_others_point_to_is_not_deleted(database: str) -> None:
    await make_world()
    with pytest.raises(IntegrityError):
        await as_unit_of_work(lambda: Organization.all().delete())
    with pytest.raises(IntegrityError):
        await as_unit_of_work(lambda: District.all().delete())
    assert await Claim.all().count() == 1


async def test_a_month_of_a_capability_is_counted_once(database: str) -> None:
    await make_world()
    with pytest.raises(IntegrityError):
        await CapabilityMonth.create(capability_id="cap_1", month="2026-03")
    assert await CapabilityMonth.all().count() == 1


async def test_a_quarter_hour_of_a_room_is_taken_once(database: str) -> None:
    await make_world()
    slot = await BookedSlot.get()
    with pytest.raises(IntegrityError):
        await BookedSlot.create(room_id="room_1", slot=slot.slot, booking_id="booking_1")
    assert await BookedSlot.all().count() == 1


async def test_a_claim_has_one_service_record(database: str) -> None:
    await make_world()
    with pytest.raises(IntegrityError):
        await ServiceRecord.create(
            claim_id="claim_1", sessions=1, person_times=1, outcome=Outcome.DELIVERED, recorded_at=NOON
        )
    assert await ServiceRecord.all().count() == 1


async def test_every_foreign_key_begins_an_index(database: str) -> None:
    wanted = {
        (model._meta.db_table, model._meta.fields_map[name].source_field)
        for model in _models()
        for name in model._meta.fk_fields
    }
    assert wanted
    assert wanted - await _first_columns_of_indexes() == set()


def _models() -> Iterable[type[Model]]:
    apps = require_context().apps
    assert apps is not None
    return apps.get_models_iterable()


async def _first_columns_of_indexes() -> set[tuple[str, str]]:
    writer = get_connection(WRITER)
    query = {
        "sqlite": "SELECT m.tbl_name AS t, i.name AS c FROM sqlite_master m, pragma_index_info(m.name) i "
        "WHERE m.type = 'index' AND i.seqno = 0",
        "postgres": "SELECT i.indrelid::regclass::text AS t, a.attname AS c FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]",
    }[writer.capabilities.dialect]
    return {(row["t"], row["c"]) for row in await writer.execute_query_dict(query)}
