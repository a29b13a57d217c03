"""The shipped folder: it loads, it invents nothing about real bodies, and it holds what people want to try."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from alliance.claims import reads
from alliance.claims.tables import Claim, ServiceRecord
from alliance.core.permissions import Deed
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import ClaimState, Provenance, Role, Rule, ScreeningAnswer, Verdict
from alliance.directory.reads import CITY
from alliance.directory.tables import (
    ActivityBase,
    Capability,
    CapabilityMonth,
    CareStation,
    Contact,
    District,
    Organization,
    Town,
)
from alliance.journal.tables import JournalEntry
from alliance.kit import clock
from alliance.matching.rank import Candidate
from alliance.needs import reads as needs
from alliance.needs.sight import EVERYTHING
from alliance.needs.tables import Need, NeedParty
from alliance.schedule.tables import Room
from alliance.seed.load import seed
from alliance.wording.screening import screen
from tests.seed.conftest import SHIPPED, TODAY, Folder

pytestmark = pytest.mark.anyio
BUREAU = Viewer(role=Role.CITY_BUREAU)
REAL = {"无锡市星火青少年社会心理服务中心", "锡山区乐助社工事务所"}
COUNTS = {
    "districts.csv": 7,
    "towns.csv": 88,
    "categories.csv": 72,
    "child_groups.csv": 24,
    "organizations.csv": 10,
    "capabilities.csv": 72,
    "stations.csv": 28,
    "contacts.csv": 35,
    "bases.csv": 1,
    "rooms.csv": 8,
    "special_days.csv": 72,
    "openings.csv": 3,
    "closures.csv": 2,
    "bookings.csv": 11,
    "needs.csv": 73,
    "claims.csv": 19,
}


@pytest.fixture
async def seeded(monday_morning: datetime, database: str) -> None:
    """The shipped folder in an open database, as of the day on which the clock is held."""
    await seed(SHIPPED, today=clock.today())


async def test_every_row_of_every_file_is_loaded_and_the_journal_says_how_many(database: str) -> None:
    told: list[tuple[str, int]] = []
    done = await seed(SHIPPED, today=TODAY, progress=lambda file, rows: told.append((file, rows)))
    assert dict(done.rows) == dict(told) == COUNTS
    assert done.total == sum(COUNTS.values())
    assert await Need.all().count() == COUNTS["needs.csv"]
    assert await Claim.all().count() == COUNTS["claims.csv"]
    (entry,) = await JournalEntry.all()
    assert (entry.deed, entry.after, entry.actor_id) == (Deed.SEED, {"rows": done.total}, None)


@pytest.mark.parametrize("days", range(0, 366, 61))
async def test_it_loads_on_any_day_of_the_year(database: str, days: int) -> None:
    done = await seed(SHIPPED, today=date(2027, 12, 31) + timedelta(days=days))
    assert done.total == sum(COUNTS.values())


async def test_every_state_of_a_claim_occurs(seeded: None) -> None:
    assert {claim.state for claim in await Claim.all()} == set(ClaimState)


async def test_what_is_kept_of_claims_equals_a_recomputation(seeded: None) -> None:
    claims = await Claim.all()
    for need in await Need.all():
        mine = [claim for claim in claims if claim.need_id == need.id]
        assert need.held == sum(claim.places for claim in mine if claim.state.holds_places)
        assert need.active == sum(claim.places for claim in mine if claim.state is ClaimState.ACTIVE)
        assert need.completed == sum(claim.places for claim in mine if claim.state is ClaimState.COMPLETED)
    taken: Counter[tuple[str, str]] = Counter()
    for claim in claims:
        for month in claim.months:
            taken[claim.capability_id, month] += claim.places * claim.state.holds_places
    limits = {row.id: row.monthly_places for row in await Capability.all()}
    kept = await CapabilityMonth.all()
    assert {(row.capability_id, row.month): row.taken for row in kept} == dict(taken)
    assert all(row.places == limits[row.capability_id] for row in kept)


async def test_an_organization_sees_all_of_a_need_from_acceptance_on(seeded: None) -> None:
    opened_to = {ClaimState.ACCEPTED, ClaimState.ACTIVE, ClaimState.COMPLETED}
    claims = await Claim.all()
    expected = {(c.need_id, c.organization_id): c.state in opened_to for c in claims}
    assert {(p.need_id, p.body_id): p.may_see_all for p in await NeedParty.all()} == expected


async def test_completed_claims_have_their_service_record_and_no_others(seeded: None) -> None:
    completed = {claim.id for claim in await Claim.filter(state=ClaimState.COMPLETED)}
    assert {record.claim_id for record in await ServiceRecord.all()} == completed


async def test_services_are_many_kinds_and_stations_stand_in_every_district(seeded: None) -> None:
    assert len({row.category_id for row in await Capability.all()}) >= 40
    assert {row.town_id[:6] for row in await CareStation.all()} == {row.code for row in await District.all()}
    assert await Town.filter(kind="STATISTICAL_ZONE").count() == 16


async def test_every_invented_body_says_that_it_is_an_example(seeded: None) -> None:
    invented: list[Any] = [
        *await Organization.filter(provenance=Provenance.FICTIONAL),
        *await CareStation.filter(provenance=Provenance.FICTIONAL),
        *await Room.filter(provenance=Provenance.FICTIONAL),
    ]
    assert len(invented) == 8 + 27 + 8
    assert all(row.name.startswith("示例·") for row in invented)
    for organization in await Organization.filter(provenance=Provenance.FICTIONAL):
        assert "虚构示例" in organization.description
        assert organization.credit_code is not None
        assert "EXAMPLE" in organization.credit_code
    assert {row.provenance for row in await Need.all()} == {Provenance.FICTIONAL}
    assert {row.provenance for row in await Claim.all()} == {Provenance.FICTIONAL}


async def test_every_example_and_nobody_else_has_a_contact_whose_number_is_nobody_s(seeded: None) -> None:
    contacts = await Contact.all()
    bodies = {row.organization_id or row.station_id for row in contacts}
    examples: list[Any] = [
        *await Organization.filter(provenance=Provenance.FICTIONAL),
        *await CareStation.filter(provenance=Provenance.FICTIONAL),
    ]
    assert bodies == {row.id for row in examples}
    assert len({row.phone for row in contacts}) == len(contacts)
    assert all(re.fullmatch("0510-0000[0-9]{4}", row.phone) for row in contacts)
    assert all(row.name.startswith("示例·") and row.provenance is Provenance.FICTIONAL for row in contacts)


async def test_of_real_bodies_only_what_the_source_says_is_kept(seeded: None) -> None:
    real = {row.name: row for row in await Organization.filter(provenance=Provenance.SOURCE)}
    assert set(real) == REAL
    for organization in real.values():
        assert (organization.credit_code, organization.joined_on, organization.checked_on) == (None, None, None)
        assert organization.description == ""
    taught, silent = (real[name] for name in sorted(REAL))
    assert (taught.district_id, silent.district_id) == (None, "320205")
    assert (*taught.qualifications, *silent.qualifications) == ()
    (course,) = await Capability.filter(organization_id__in=[taught.id, silent.id])
    assert (course.organization_id, course.category_id) == (taught.id, "capacity.child_worker_training")
    assert (course.title, course.area) == ("困境儿童心理健康服务能力提升系列微课", (CITY,))
    assert (course.description, course.windows, course.monthly_places, course.confirmed_on) == ("", (), None, None)
    (station,) = await CareStation.filter(provenance=Provenance.SOURCE)
    assert (station.town_id, station.operator_id) == ("320213026", None)
    (base,) = await ActivityBase.all()
    assert (base.name, base.provenance) == ("梁溪区未成年人救助保护中心", Provenance.SOURCE)


def test_no_shipped_text_is_refused_or_doubted_by_screening() -> None:
    folder = Folder(SHIPPED)
    for row in folder.rows("needs.csv"):
        headcount = int(row["headcount"]) if row["headcount"] else None
        groups = row["groups"].split(";")
        found = screen({"title": row["title"], "details": row["details"]}, groups=groups, headcount=headcount)
        assert found.answer is ScreeningAnswer.ACCEPT, row["key"]
    for file, columns in (("capabilities.csv", ("title", "description")), ("organizations.csv", ("description",))):
        for row in folder.rows(file):
            texts = {column: row[column] for column in columns if row[column]}
            assert screen(texts, is_need=False).answer is ScreeningAnswer.ACCEPT, row["key"]


def test_the_readme_names_needs_that_are_there() -> None:
    keys = {row["key"] for row in Folder(SHIPPED).rows("needs.csv")}
    tried = (SHIPPED / "README.md").read_text(encoding="utf-8").partition("## Made to be tried")[2]
    named = re.findall(r"^\|[^|]*\| `([a-z-]+)` \|", tried, re.MULTILINE)
    assert len(named) == 9
    assert set(named) <= keys


# --- the walk-throughs that the folder lets people play ---------------------------------------------------------------


async def answers_to(title: str) -> dict[str, Candidate]:
    """What each organization answers to the need that begins so, best first, by the heart of its name."""
    (facts,) = await needs.need_facts([await Need.get(title__startswith=title)])
    found = reads.candidates_for(BUREAU, facts, EVERYTHING, await reads.whole_supply())
    return {each.organization.name.removeprefix("示例·")[:2]: each for each in found}


async def test_an_emotion_group_on_saturday_finds_the_town_s_own_district_first(seeded: None) -> None:
    found = await answers_to("周六上午想给4-6年级5个孩子")
    assert [name for name, each in found.items() if each.may_claim] == ["晨光", "蠡风"]


async def test_fifteen_places_of_holiday_care_can_be_shared_by_two(seeded: None) -> None:
    found = await answers_to("放假15个娃白天没人看")
    sizes = {name: each.capability.monthly_places for name, each in found.items() if each.may_claim and each.capability}
    assert sizes == {"陶都": 10, "竹海": 5}


async def test_two_organizations_can_race_for_the_same_six_places(seeded: None) -> None:
    found = await answers_to("5年级的6个想开个情绪小组")
    assert {name for name, each in found.items() if each.may_claim} == {"晨光", "蠡风"}


async def test_nobody_gives_respite_in_yixing_and_the_nearest_is_out_of_reach(seeded: None) -> None:
    found = await answers_to("星娃家长想歇口气")
    assert not any(each.verdict is Verdict.ELIGIBLE for each in found.values())
    assert [broken.rule for broken in found["蠡风"].broken] == [Rule.AREA]


async def test_volunteers_without_a_psychologist_fit_counselling_but_may_not_claim_it(seeded: None) -> None:
    found = await answers_to("初中的4个想请心老师单独聊聊")
    assert found["晨光"].may_claim
    assert (found["暖邻"].verdict, found["暖邻"].may_claim) == (Verdict.ELIGIBLE, False)


async def test_a_lapsed_background_check_bars_the_only_provider(seeded: None) -> None:
    found = await answers_to("想上一堂法治课")
    assert [broken.rule for broken in found["明礼"].broken] == [Rule.VETTING]


async def test_an_operator_can_claim_its_own_station_s_need(seeded: None) -> None:
    found = await answers_to("名单上6户")
    assert (found["晨光"].may_claim, found["晨光"].is_station_operator) == (True, True)
