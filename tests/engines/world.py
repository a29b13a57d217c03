"""The smallest world in which every table has one row that fits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tortoise.models import Model

from alliance.claims.tables import Claim, ContactQuota, ServiceRecord
from alliance.core.period import Window
from alliance.core.permissions import Deed
from alliance.core.viewer import ANYBODY
from alliance.core.vocabulary import (
    BookingPurpose,
    BookingState,
    ClaimState,
    ClosureReason,
    ContactRole,
    DayKind,
    DistrictKind,
    GroupKind,
    LabelRisk,
    Membership,
    Outcome,
    Provenance,
    RoomKind,
    TownKind,
)
from alliance.directory.tables import (
    ActivityBase,
    Capability,
    CapabilityMonth,
    CareStation,
    Category,
    ChildGroup,
    Contact,
    District,
    Organization,
    Town,
)
from alliance.journal.entries import Entry
from alliance.journal.sealing import append
from alliance.kit.database import as_unit_of_work
from alliance.needs.tables import Need
from alliance.schedule.tables import (
    BookedSlot,
    Booking,
    BookingParty,
    BookingSeries,
    Closure,
    Opening,
    Room,
    SpecialDay,
)
from alliance.schedule.times import Stretch

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
INVENTED = {"provenance": Provenance.FICTIONAL}


async def make_world() -> None:
    """One claim of 5 places, half done: each count of its need, and its month, has something in it."""
    for row in _rows():
        await row.save(force_create=True)
    await as_unit_of_work(lambda: append([Entry(deed=Deed.POST_NEED, actor=ANYBODY)]))


def _rows() -> list[Model]:
    days: dict[str, Any] = {"first_day": date(2026, 3, 7), "last_day": date(2026, 3, 28)}
    named = {"zh": "名", "en": "Name"}
    return [
        District(code="320213", kind=DistrictKind.DISTRICT, lat=31.5, lng=120.3, **named),
        Town(code="320213026", district_id="320213", kind=TownKind.SUBDISTRICT, **named),
        Category(code="learning", definition="", **named),
        Category(code="learning.reading", parent_id="learning", definition="", **named),
        ChildGroup(code="minor", definition="", kind=GroupKind.POLICY, label_risk=LabelRisk.LOW, age_limit=18, **named),
        Organization(
            id="org_1",
            name="甲",
            name_skeleton="甲",
            district_id="320213",
            membership=Membership.MEMBER,
            **INVENTED,
        ),
        Capability(
            id="cap_1",
            organization_id="org_1",
            category_id="learning.reading",
            title="读书",
            min_age=6,
            max_age=12,
            max_group_size=10,
            monthly_places=8,
            **INVENTED,
        ),
        CapabilityMonth(capability_id="cap_1", month="2026-03", places=8, taken=5),
        CareStation(id="station_1", name="站", town_id="320213026", **INVENTED),
        ActivityBase(id="base_1", name="基地", district_id="320213", **INVENTED),
        Room(id="room_1", base_id="base_1", name="厅", kind=RoomKind.HALL, capacity=20, **INVENTED),
        SpecialDay(day=date(2026, 3, 9), kind=DayKind.HOLIDAY, name="例", source="例"),
        Opening(id="opening_1", base_id="base_1", windows=(Window(6, 540, 1020),), **INVENTED),
        Closure(
            id="closure_1",
            base_id="base_1",
            room_id="room_1",
            starts_at=NOON,
            ends_at=NOON + timedelta(hours=2),
            reason=ClosureReason.WEATHER,
            **INVENTED,
        ),
        BookingSeries(
            id="series_1",
            base_id="base_1",
            organization_id="org_1",
            purpose=BookingPurpose.OWN_ACTIVITY,
            title="读书",
            booked_at=NOON,
            **INVENTED,
        ),
        BookingParty(series_id="series_1", body_id="org_1"),
        Booking(
            id="booking_1",
            series_id="series_1",
            room_id="room_1",
            day=date(2026, 3, 7),
            start=600,
            end=615,
            planned_at=NOON,
            headcount=5,
            stored_state=BookingState.CONFIRMED,
            changed_at=NOON,
            **INVENTED,
        ),
        BookedSlot(room_id="room_1", slot=Stretch(date(2026, 3, 7), 600, 615).slots()[0], booking_id="booking_1"),
        Need(
            id="need_1",
            station_id="station_1",
            town_id="320213026",
            title="读书会",
            min_age=6,
            max_age=12,
            headcount=8,
            minimum_places=2,
            held=5,
            completed=5,
            posted_at=NOON,
            **days,
            **INVENTED,
        ),
        Claim(
            id="claim_1",
            need_id="need_1",
            capability_id="cap_1",
            organization_id="org_1",
            places=5,
            months=("2026-03",),
            state=ClaimState.COMPLETED,
            proposed_at=NOON,
            changed_at=NOON,
            **days,
            **INVENTED,
        ),
        Contact(
            id="contact_1",
            organization_id="org_1",
            name="例",
            role=ContactRole.SOCIAL_WORKER,
            phone="0510-01234567",
            **INVENTED,
        ),
        ContactQuota(account_id="account_1", day=date(2026, 3, 2), opened=1),
        ServiceRecord(
            id="record_1", claim_id="claim_1", sessions=4, person_times=20, outcome=Outcome.DELIVERED, recorded_at=NOON
        ),
    ]
