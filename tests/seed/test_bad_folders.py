"""A folder with faults: all of them are named, with file, line, column, value and reason, and nothing is stored."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tortoise.models import Model

from alliance.claims.tables import Claim
from alliance.directory.tables import Capability, District
from alliance.journal.tables import JournalEntry
from alliance.kit import messages
from alliance.kit.database import connection, is_postgres
from alliance.kit.rowfaults import RowFault
from alliance.needs.tables import Need
from alliance.schedule.tables import Booking, BookingSeries
from alliance.seed.columns import FILES
from alliance.seed.load import FILLED, DatabaseNotEmpty, seed
from tests.seed.conftest import SHIPPED, TODAY, Folder, faults_of

pytestmark = pytest.mark.anyio
QINGCHENG, A_GROUP, C_READS = "emotion-group-qingcheng", "a-emotion-group", "reading-dingshu-by-c"
BASE = "liangxi-center"


async def nothing_is_stored() -> bool:
    tables: tuple[type[Model], ...] = (*FILLED, JournalEntry)
    return not any([await table.exists() for table in tables])


CELLS = [  # file, row, column, bad cell, the value named, words of the reason
    ("districts.csv", "320205", "neighbours", "320206;999999", "999999", "There is no 999999 in districts.csv"),
    ("districts.csv", "320205", "lat", "north", "north", "no number"),
    ("districts.csv", "320205", "lat", "131.5", "131.5", "not between -90 and 90"),
    ("districts.csv", "320205", "kind", "", "", "must not be empty"),
    ("towns.csv", "320205001", "district", "320282", "320205001", "must begin with 320282"),
    ("towns.csv", "320205001", "kind", "VILLAGE", "VILLAGE", "one of SUBDISTRICT, TOWN"),
    ("categories.csv", "care.after_school", "unit", "", "", "unit in which it is reported"),
    ("categories.csv", "care.after_school", "parent", "cure", "cure", "no cure above this line"),
    ("child_groups.csv", "orphan", "age_limit", "99", "99", "not between 1 and 18"),
    ("organizations.csv", "example-a", "credit_code", "52320213EXAMPLEA50", "52320213EXAMPLEA50", "credit code"),
    ("organizations.csv", "example-a", "district", "320299", "320299", "no 320299 in districts.csv"),
    ("organizations.csv", "example-a", "checked_on", "+1", "+1", "must have happened"),
    ("organizations.csv", "example-a", "qualifications", "LAWYER;WIZARD", "WIZARD", "one of"),
    ("capabilities.csv", A_GROUP, "category", "mental_health", "mental_health", "no such leaf"),
    ("capabilities.csv", A_GROUP, "category", "mental_health.crisis_intervention", None, "reporting route"),
    ("capabilities.csv", A_GROUP, "category", "legal.legal_aid", "legal.legal_aid", "practising lawyer"),
    ("capabilities.csv", A_GROUP, "area", "", "", "Unknown is not everywhere"),
    ("capabilities.csv", A_GROUP, "area", "320213;320999", "320999", "no such code"),
    ("capabilities.csv", A_GROUP, "groups", "migrant;harmed", "harmed", "no such code"),
    ("capabilities.csv", A_GROUP, "min_age", "15", "15", "above the highest age 14"),
    ("capabilities.csv", A_GROUP, "max_age", "fourteen", "fourteen", "no whole number"),
    ("capabilities.csv", A_GROUP, "max_group_size", "0", "0", "not between 1 and 500"),
    ("capabilities.csv", A_GROUP, "windows", "6 09:00-12:00;7 12:00-09:00", "7 12:00-09:00", "end must come after"),
    ("capabilities.csv", A_GROUP, "windows", "Saturday", "Saturday", "weekly time"),
    ("capabilities.csv", A_GROUP, "qualifications", "LAWYER", "LAWYER", "does not hold it"),
    ("capabilities.csv", A_GROUP, "valid_until", "-13", "-13", "in the past"),
    ("capabilities.csv", A_GROUP, "valid_until", "30/6/2026", "30/6/2026", "no day"),
    ("capabilities.csv", A_GROUP, "organization", "example-z", "example-z", "no example-z in organizations.csv"),
    ("capabilities.csv", A_GROUP, "title", "", "", "must not be empty"),
    ("capabilities.csv", A_GROUP, "title", "长" * 41, "长" * 41, "40"),
    ("stations.csv", "beidajie", "town", "320205400", "320205400", "zone of the statistics"),
    ("stations.csv", "beidajie", "town", "320213026", "320213026", "Line 2 is the station"),
    ("stations.csv", "beidajie", "operator", "nobody", "nobody", "no nobody in organizations.csv"),
    ("contacts.csv", "of-example-a", "phone", "0510-12345678", "", "number nobody can have"),
    ("contacts.csv", "of-example-a", "phone", "13812345678", "", "number nobody can have"),
    ("contacts.csv", "of-example-a", "phone", "138 1234", "", "no telephone number"),
    ("contacts.csv", "of-example-a", "name", "示例·周13812345678", "", "digits in it"),
    ("contacts.csv", "of-example-a", "name", "", "", "must not be empty"),
    ("contacts.csv", "of-example-a", "role", "TEACHER", "TEACHER", "one of STATION_LEAD"),
    ("contacts.csv", "of-example-a", "station", "guangyi", "example-a", "not both"),
    ("contacts.csv", "of-example-a", "organization", "", "", "not both"),
    ("contacts.csv", "of-example-b", "organization", "example-a", "example-a", "says the same"),
    ("contacts.csv", "of-example-a", "hours", "8 09:00-10:00", None, "not between 1 and 7"),
    ("rooms.csv", "hall", "capacity", "0", "0", "not between 1"),
    ("rooms.csv", "hall", "is_private", "maybe", "maybe", "true or false"),
    ("bases.csv", BASE, "hold_working_days", "0", "0", "not between 1 and 20"),
    ("bases.csv", BASE, "peak_limit", "0", "0", "not between 1 and 500"),
    ("special_days.csv", "2026-10-01", "kind", "ORDINARY", "ORDINARY", "Only holidays and make-up workdays"),
    ("special_days.csv", "2026-10-01", "kind", "MAKE_UP_WORKDAY", None, "Saturdays and Sundays"),
    ("special_days.csv", "2026-10-02", "day", "2026-10-01", "2026-10-01", "says the same"),
    ("openings.csv", "summer", "base", "no-base", "no-base", "no no-base in bases.csv"),
    ("openings.csv", "summer", "season_start", "07-32", "07-32", "like 07-01"),
    ("openings.csv", "summer", "windows", "1 20:00-08:30", "1 20:00-08:30", "end must come after"),
    ("closures.csv", "kitchen-care", "room", "attic", "attic", "no attic in rooms.csv"),
    ("closures.csv", "kitchen-care", "ends_on", "+44", "+44", "end must come after the start"),
    ("closures.csv", "kitchen-care", "ends_on", "+700", "+700", "18 months ahead"),
    ("closures.csv", "kitchen-care", "start", "9 am", "9 am", "between 00:00 and 24:00"),
    ("closures.csv", "fire-drill", "end", "12:45", "12:45", "end must come after the start"),
    ("closures.csv", "fire-drill", "starts_on", "-30", "-30", "in the past"),
    ("closures.csv", "fire-drill", "title", "有事打13800000000", "", "mobile phone number"),
    ("bookings.csv", "open-day", "organization", "example-z", "example-z", "no example-z in organizations.csv"),
    ("bookings.csv", "open-day", "organization", "example-h", "example-h", "members of the alliance"),
    ("bookings.csv", "open-day", "station", "guangyi", "example-a", "or neither"),
    ("bookings.csv", "sports-day", "station", "no-station", "no-station", "no no-station in stations.csv"),
    ("bookings.csv", "open-day", "partners", "example-b;example-z", "example-z", "no example-z in organizations.csv"),
    ("bookings.csv", "open-day", "partners", "example-a;example-b", "example-a", "no other organization"),
    ("bookings.csv", "open-day", "title", "长" * 41, "长" * 41, "40"),
    ("bookings.csv", "open-day", "title", "有事打13800000000", "", "mobile phone number"),
    ("bookings.csv", "open-day", "headcount", "0", "0", "not between 1 and 1000"),
    ("bookings.csv", "open-day", "headcount", "81", "81", "more people than the room holds"),
    ("bookings.csv", "open-day", "first_day", "-20", "-20", "in the past"),
    ("bookings.csv", "open-day", "first_day", "2026-04-04", "2026-04-04", "the base or the room is shut"),
    ("bookings.csv", "open-day", "start", "08:00", "+12 SA", "2026-03-14 08:00-16:30 cannot be had"),
    ("bookings.csv", "open-day", "start", "13:20", "13:20", "on a quarter-hour"),
    ("bookings.csv", "open-day", "end", "13:00", "13:00", "end must come after the start"),
    ("bookings.csv", "open-day", "rule", "FREQ=WEEKLY", "FREQ=WEEKLY", "never ends"),
    ("bookings.csv", "open-day", "state", "REQUESTED", "REQUESTED", "one of: "),
    ("bookings.csv", "open-day", "booked_on", "+1", "+1", "must have happened"),
    ("bookings.csv", "little-cooks", "first_day", "+45", "+45", "the base or the room is shut"),
    ("bookings.csv", "little-cooks", "booked_on", "-5", "-5", "A hold from that day on ends before"),
    ("bookings.csv", "base-meeting", "state", "HELD", "HELD", "one of: "),
    ("needs.csv", QINGCHENG, "headcount", "501", "501", "not between 1 and 500"),
    ("needs.csv", QINGCHENG, "minimum_places", "6", "6", "not between 1 and 5"),
    ("needs.csv", QINGCHENG, "first_day", "+50", "+50", "after the last day"),
    ("needs.csv", QINGCHENG, "first_day", "-3", "-3", "in the past"),
    ("needs.csv", QINGCHENG, "posted_on", "+1", "+1", "must have happened"),
    ("needs.csv", QINGCHENG, "categories", "mental_health.crisis_intervention", None, "reporting route"),
    ("needs.csv", QINGCHENG, "title", "场地借一下 周三下午 30人", None, "asks for a room"),
    ("claims.csv", C_READS, "places", "26", "26", "25 places are left"),
    ("claims.csv", C_READS, "places", "9", "9", "At least 10 places"),
    ("claims.csv", C_READS, "capability", "c-labour", "c-labour", "does not fit the need"),
    ("claims.csv", C_READS, "first_day", "+8", "+8", "need begins on"),
    ("claims.csv", C_READS, "reason", "AGE", "AGE", "Only a declined or released claim"),
    ("claims.csv", C_READS, "sessions", "3", "3", "Only a completed claim"),
    ("claims.csv", C_READS, "changed_on", "-2", "-2", "before the claim was made"),
    ("claims.csv", "homework-yicheng-by-d", "reason", "", "", "one of AREA"),
    ("claims.csv", "story-wangzhuang-by-e", "outcome", "", "", "needs its service record"),
]


@pytest.mark.parametrize(("file", "key", "column", "cell", "value", "reason"), CELLS)
async def test_a_bad_cell_is_named_and_nothing_is_stored(
    database: str, folder: Folder, file: str, key: str, column: str, cell: str, value: str | None, reason: str
) -> None:
    line = folder.change(file, key, **{column: cell})
    found = await faults_of(folder)
    named = [fault for fault in found if (fault.file, fault.line) == (file, line) and reason in fault.reason]
    assert named, found
    assert value is None or named[0].value == value
    assert await nothing_is_stored()


async def test_all_faults_of_all_files_come_at_once_in_the_order_of_the_files(database: str, folder: Folder) -> None:
    claim = folder.change("claims.csv", C_READS, need="no-such-need")
    need = folder.change("needs.csv", QINGCHENG, headcount="many", groups="migrant;strange", posted_on="later")
    capability = folder.change("capabilities.csv", A_GROUP, min_age="30")
    (folder.path / "rooms.csv").unlink()
    assert [(fault.file, fault.line, fault.column, fault.value) for fault in await faults_of(folder)] == [
        ("capabilities.csv", capability, "min_age", "30"),  # beyond childhood
        ("capabilities.csv", capability, "min_age", "30"),  # above the highest age
        ("rooms.csv", 0, "", ""),
        ("needs.csv", need, "headcount", "many"),
        ("needs.csv", need, "posted_on", "later"),
        ("needs.csv", need, "groups", "strange"),
        ("claims.csv", claim, "need", "no-such-need"),
    ]
    assert await nothing_is_stored()


async def test_reasons_are_said_in_chinese_unless_asked_otherwise(database: str, folder: Folder) -> None:
    folder.change("needs.csv", QINGCHENG, headcount="501")
    (fault,) = await faults_of(folder, language="zh-CN")
    assert not fault.reason.isascii()
    assert fault.reason == messages.say("{value} is not between {low} and {high}.", "zh-CN", value=501, low=1, high=500)


async def test_identity_is_refused_by_kind_and_never_repeated(database: str, folder: Folder) -> None:
    line = folder.change("needs.csv", QINGCHENG, title="找人陪陪孩子，家长电话13800000000", details="x" * 201)
    folder.change("organizations.csv", "example-a", description="有事打13800000000")
    found = await faults_of(folder)
    title, organization = (next(f for f in found if f.column == column) for column in ("title", "description"))
    assert title == RowFault("needs.csv", line, "title", "", title.reason)
    assert "mobile phone number" in title.reason
    assert "mobile phone number" in organization.reason
    assert "13800000000" not in "".join(f"{fault.value}{fault.reason}" for fault in found)


async def test_identity_in_a_column_of_codes_is_not_repeated_either(database: str, folder: Folder) -> None:
    line = folder.change("needs.csv", QINGCHENG, headcount="13800000000")
    (fault,) = await faults_of(folder)
    assert (fault.line, fault.column, fault.value) == (line, "headcount", "")


async def test_a_long_cell_is_shown_by_its_beginning(database: str, folder: Folder) -> None:
    folder.change("needs.csv", QINGCHENG, title="长" * 5_000)
    (fault,) = await faults_of(folder)
    assert fault.value == "长" * 80 + "…"


async def test_harm_is_refused_with_the_way_to_report_it(database: str, folder: Folder) -> None:
    line = folder.change("needs.csv", QINGCHENG, title="发现孩子身上多处淤青，问也不说", details="")
    found = await faults_of(folder)
    assert {(fault.line, fault.value) for fault in found} == {(line, "")}
    assert "reported at once" in found[0].reason


async def test_a_doubtful_text_passes_with_the_token_it_was_answered_with(database: str, folder: Folder) -> None:
    folder.change("needs.csv", QINGCHENG, title="1名孩子想有人陪", headcount="1", minimum_places="1", groups="orphan")
    (fault,) = await faults_of(folder)
    token = next(word for word in fault.reason.split() if word.startswith("confirm_"))
    folder.replace("needs.csv", "key,station", "acknowledged,key,station")
    text = (folder.path / "needs.csv").read_text(encoding="utf-8").splitlines()
    lines = [text[0], *(f"{token if row.startswith(QINGCHENG) else ''},{row}" for row in text[1:])]
    (folder.path / "needs.csv").write_text("\n".join(lines), encoding="utf-8")
    await seed(folder.path, today=TODAY)
    assert await Need.filter(title="1名孩子想有人陪").count() == 1


async def test_a_key_or_code_stands_once(database: str, folder: Folder) -> None:
    need = folder.add("needs.csv", QINGCHENG)
    district = folder.add("districts.csv", "320205")
    found = await faults_of(folder)
    first = folder.line_of("needs.csv", QINGCHENG)
    assert [(f.file, f.line, f.column, f.value) for f in found] == [
        ("districts.csv", district, "code", "320205"),
        ("needs.csv", need, "key", QINGCHENG),
    ]
    assert f"Line {first} says the same" in found[1].reason


async def test_names_that_sound_the_same_and_codes_given_twice_are_told_apart(database: str, folder: Folder) -> None:
    code = folder.rows("organizations.csv")[2]["credit_code"]
    line = folder.add("organizations.csv", "example-a", key="twin", name="示例·辰光社工服务中心", credit_code=code)
    found = await faults_of(folder)
    assert {(fault.line, fault.column) for fault in found} == {(line, "name"), (line, "credit_code")}


async def test_claims_never_hold_more_than_is_there_in_a_need_or_a_month(database: str, folder: Folder) -> None:
    needs = folder.add("claims.csv", C_READS, key="too-many", places="11")
    folder.add("needs.csv", "rehab-huashi", key="more-rehab", posted_on="-40", minimum_places="1")
    month = folder.add(
        "claims.csv", "rehab-chengjiang-by-g", key="full", need="more-rehab", places="7", first_day="", last_day=""
    )
    found = await faults_of(folder)
    assert [(fault.line, fault.column) for fault in found] == [(needs, "places"), (month, "places")]
    assert "10 places are left" in found[0].reason
    assert "has 0 places left in" in found[1].reason


async def test_a_qualification_that_a_confirmed_leaf_asks_for_is_not_waived(database: str, folder: Folder) -> None:
    line = folder.add(
        "claims.csv",
        "company-wangzhuang-by-e",
        key="unqualified",
        need="counselling-wangzhuang",
        places="1",
        state="PROPOSED",
        first_day="",
        last_day="",
        made_on="-1",
        changed_on="",
    )
    (fault,) = await faults_of(folder)
    assert (fault.line, fault.column, fault.value) == (line, "capability", "e-companion")
    assert "psychological counsellor" in fault.reason


async def test_a_lapsed_check_bars_a_claim_made_after_it_lapsed(database: str, folder: Folder) -> None:
    folder.change("organizations.csv", "example-g", checked_on="-394")
    lines = {fault.line for fault in await faults_of(folder)}
    barred = ("glasses-luoshe-by-g", "drowning-huashi-by-g")  # the third was made while the check was valid
    assert lines == {folder.line_of("claims.csv", key) for key in barred}


# --- the base --------------------------------------------------------------------------------------------------------


async def test_a_booking_that_meets_another_is_refused_with_set_up_and_clear_up_counted(
    database: str, folder: Folder
) -> None:
    line = folder.add("bookings.csv", "open-day", key="too-near", start="17:15", end="18:00", booked_on="-1")
    (fault,) = await faults_of(folder)
    assert (fault.file, fault.line, fault.column, fault.value) == ("bookings.csv", line, "room", "hall")
    assert "2026-03-14 17:15-18:00 cannot be had" in fault.reason
    folder.change("bookings.csv", "too-near", start="17:30")
    await seed(folder.path, today=TODAY)
    assert await BookingSeries.filter(title="家庭开放日").count() == 2


async def test_of_two_that_meet_the_later_booked_one_is_at_fault(database: str, folder: Folder) -> None:
    folder.add("bookings.csv", "open-day", key="earlier", booked_on="-15")
    (fault,) = await faults_of(folder)
    assert fault.line == folder.line_of("bookings.csv", "open-day")


async def test_a_series_that_skips_leaves_out_what_cannot_be_had(database: str, folder: Folder) -> None:
    folder.change("bookings.csv", "one-to-one", first_day="2026-09-23", booked_on="-8")  # the 30th, then the holidays
    folder.change("bookings.csv", "one-to-one", rule="FREQ=WEEKLY；COUNT=4")
    await seed(folder.path, today=TODAY)
    series = await BookingSeries.get(title="个别心理疏导")
    days = await Booking.filter(series_id=series.id).order_by("day").values_list("day", flat=True)
    assert [f"{day}" for day in days] == ["2026-09-23", "2026-09-30", "2026-10-14"]
    assert series.rule == "FREQ=WEEKLY;COUNT=4"


async def test_a_series_that_may_not_skip_is_at_fault_with_its_first_bad_time(database: str, folder: Folder) -> None:
    line = folder.change("bookings.csv", "one-to-one", first_day="2026-09-23", on_clash="")
    (fault,) = await faults_of(folder)
    assert (fault.line, fault.column, fault.value) == (line, "first_day", "2026-09-23")
    assert fault.reason.startswith("2026-10-07 18:30-19:30 cannot be had")


async def test_a_counted_day_that_is_a_holiday_goes_on_by_a_week_and_a_calendar_day_does_not(
    database: str, folder: Folder
) -> None:
    folder.change("bookings.csv", "open-day", first_day="+33 SA")  # the 4th of April, of the tomb-sweeping holidays
    await seed(folder.path, today=TODAY)
    series = await BookingSeries.get(title="家庭开放日")
    assert [f"{each.day}" for each in await Booking.filter(series_id=series.id)] == ["2026-04-11"]


async def test_peak_times_count_by_organization_and_month_and_the_base_has_no_limit(
    database: str, folder: Folder
) -> None:
    july = {"first_day": "2026-07-01", "rule": "FREQ=DAILY;COUNT=9", "on_clash": "", "booked_on": "-1"}
    line = folder.change("bookings.csv", "law-training", **july)
    (fault,) = await faults_of(folder)
    assert (fault.line, fault.column, fault.value) == (line, "organization", "example-f")
    assert "2026-07-09" in fault.reason
    folder.change("bookings.csv", "law-training", organization="")
    await seed(folder.path, today=TODAY)
    assert await Booking.filter(day__gte=TODAY.replace(month=7, day=1)).count() == 9


async def test_an_organization_that_is_no_member_any_more_keeps_what_it_has_used(database: str, folder: Folder) -> None:
    folder.change("bookings.csv", "fans", organization="example-h")
    await seed(folder.path, today=TODAY)
    (booking,) = await Booking.filter(series__title="做一把团扇")
    assert booking.day < TODAY


async def test_seasons_of_one_base_and_one_kind_of_day_do_not_meet(database: str, folder: Folder) -> None:
    winter = folder.add("openings.csv", "summer", key="winter", season_start="12-01", season_end="02-29")
    again = folder.add("openings.csv", "summer", key="again", season_start="02-29", season_end="03-15")
    whole = folder.add("openings.csv", "all-year", key="whole")
    found = await faults_of(folder)
    assert [(fault.line, fault.column) for fault in found] == [(again, "season_start"), (whole, "season_start")]
    assert f"line {winter}" in found[0].reason


async def test_a_faulty_base_room_or_opening_makes_no_fault_of_its_bookings(database: str, folder: Folder) -> None:
    folder.change("rooms.csv", "hall", capacity="0")
    folder.change("openings.csv", "all-year", windows="always")
    assert [fault.file for fault in await faults_of(folder)] == ["rooms.csv", "openings.csv"]


@pytest.mark.parametrize("file", ["special_days.csv", "openings.csv", "closures.csv", "rooms.csv", "bases.csv"])
async def test_a_missing_file_of_the_base_makes_no_fault_of_bookings(database: str, folder: Folder, file: str) -> None:
    (folder.path / file).unlink()
    assert [fault.file for fault in await faults_of(folder)] == [file]


# --- files ----------------------------------------------------------------------------------------------------------


async def test_columns_that_are_unknown_missing_or_double_are_named_once(database: str, folder: Folder) -> None:
    header = "key,name,district,hold_working_days,peak_limit,provenance"
    folder.replace("bases.csv", header, "key,name,name,hold_working_days,peak_limit,colour")
    found = await faults_of(folder)
    own = [(fault.line, fault.column) for fault in found if fault.file == "bases.csv"]
    assert own == [(1, "name"), (1, "colour"), (1, "district"), (1, "provenance")]


async def test_lines_of_another_length_than_the_header_are_named(database: str, folder: Folder) -> None:
    with (folder.path / "bases.csv").open("a", encoding="utf-8") as text:
        text.write("second,示例·二号基地,320213,2,8,FICTIONAL,and more\nthird,示例·三号基地\n")
    found = await faults_of(folder)
    assert [(fault.file, fault.line) for fault in found] == [("bases.csv", 3), ("bases.csv", 4)]
    assert "has 7 cells, the header names 6 columns" in found[0].reason


async def test_a_missing_file_does_not_make_every_reference_a_fault(database: str, folder: Folder) -> None:
    for file in ("categories.csv", "needs.csv"):
        (folder.path / file).unlink()
    assert [(fault.file, fault.line) for fault in await faults_of(folder)] == [("categories.csv", 0), ("needs.csv", 0)]


async def test_an_empty_folder_names_every_file(database: str, tmp_path: Path) -> None:
    assert [fault.file for fault in await faults_of(Folder(tmp_path))] == list(FILES)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("key,name\n示例".encode("gb18030"), "not UTF-8"),
        (b"", "is empty"),
        (b'key,name,district,provenance\nx,"open', "no CSV"),
    ],
)
async def test_a_file_that_cannot_be_read_says_what_to_do(
    database: str, folder: Folder, content: bytes, reason: str
) -> None:
    (folder.path / "bases.csv").write_bytes(content)
    (fault,) = await faults_of(folder)
    assert fault.file == "bases.csv"
    assert reason in fault.reason


async def test_what_spreadsheet_programs_add_does_no_harm(database: str, folder: Folder) -> None:
    for file in folder.path.glob("*.csv"):
        lines = file.read_text(encoding="utf-8").splitlines()
        text = "\r\n".join(f"{line},," for line in [*lines[:2], "," * lines[0].count(","), "", *lines[2:], ""])
        file.write_bytes(b"\xef\xbb\xbf" + text.replace(";", "；").encode())
    assert (await seed(folder.path, today=TODAY)).total == 525
    assert (await District.get(code="320205")).neighbours == ("320206", "320213", "320214", "320281")


async def test_columns_with_a_default_may_be_left_out(database: str, folder: Folder) -> None:
    (folder.path / "towns.csv").write_text(
        "code,district,zh,kind\n"
        + "".join(f"{row['code']},{row['district']},{row['zh']},{row['kind']}\n" for row in folder.rows("towns.csv")),
        encoding="utf-8",
    )
    assert (await seed(folder.path, today=TODAY)).rows["towns.csv"] == 88


async def test_days_count_from_today_or_stand_in_the_calendar(database: str, folder: Folder) -> None:
    folder.change("needs.csv", QINGCHENG, first_day="+14", last_day="2026-04-30", deadline="2026/3/9")
    await seed(folder.path, today=TODAY)
    need = await Need.get(title__startswith="周六上午想给4-6年级5个孩子")
    assert (need.first_day, need.last_day) == (TODAY + timedelta(days=14), TODAY.replace(month=4, day=30))
    assert need.deadline == TODAY.replace(day=9)


async def test_rows_are_inserted_in_the_order_of_the_file(database: str, folder: Folder) -> None:
    await seed(folder.path, today=TODAY)
    place = "ctid" if is_postgres(database) else "rowid"
    rows = await connection().execute_query_dict(f"SELECT name FROM organization ORDER BY {place}")
    assert [row["name"] for row in rows] == [row["name"] for row in folder.rows("organizations.csv")]


async def test_a_database_that_holds_data_is_refused_and_stays_as_it_was(database: str) -> None:
    await seed(SHIPPED, today=TODAY)
    before = await Capability.all().order_by("id").values_list("id", flat=True)
    with pytest.raises(DatabaseNotEmpty):
        await seed(SHIPPED, today=TODAY)
    assert await Capability.all().order_by("id").values_list("id", flat=True) == before
    assert await Claim.all().count() == 19
    assert await JournalEntry.all().count() == 1
