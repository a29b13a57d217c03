"""`alliance closures`: a file of closed times goes in, a report for each event comes out."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from alliance.kit import clock
from alliance.schedule.tables import Closure
from tests.cli.conftest import Shell, refusal

IN_A_WEEK = f"{clock.today() + timedelta(days=7):%Y%m%d}"
MENDING = f"UID:mending\nDTSTART;VALUE=DATE:{IN_A_WEEK}\nRRULE:FREQ=WEEKLY;COUNT=3\nSUMMARY:空调检修"
OLD = "UID:old\nDTSTART;VALUE=DATE:20200101"


def written(folder: Path, *events: str) -> str:
    """The path of a calendar of these events."""
    file = folder / "closures.ics"
    inside = (f"BEGIN:VEVENT\n{each}\nEND:VEVENT\n" for each in events)
    file.write_text(f"BEGIN:VCALENDAR\n{''.join(inside)}END:VCALENDAR\n", "utf-8")
    return str(file)


def test_every_event_is_reported_and_what_is_told_is_stored(shell: Shell, tmp_path: Path) -> None:
    before = shell.count(Closure)
    result = shell("closures", written(tmp_path, MENDING, OLD))
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["mending", "stored", "3"] in rows
    assert ["old", "ignored", "0", "it", "is", "past"] in rows
    assert result.stdout.startswith("Events: 2 (1 stored, 1 ignored)\n")
    assert result.stdout.endswith("Closures that stand for this calendar: 3.\n")
    assert shell.count(Closure) == before + 3


def test_the_same_file_again_is_unchanged(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, MENDING)
    shell("closures", file)
    before = shell.count(Closure)
    assert "Events: 1 (1 unchanged)" in shell("closures", file).stdout
    assert shell.count(Closure) == before


def test_a_file_of_which_nothing_is_stored_fails(shell: Shell, tmp_path: Path) -> None:
    before = shell.count(Closure)
    result = shell("closures", written(tmp_path, OLD))
    assert "it is past" in result.stdout
    assert "Nothing of this calendar is stored." in refusal(result)
    assert shell.count(Closure) == before


def test_a_room_is_found_by_a_part_of_its_name(shell: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, MENDING)
    assert shell("closures", file, "--room", "童书", "--reason", "maintenance").exit_code == 0
    rows = shell.ask(lambda: Closure.exclude(source_uid="").select_related("room"))
    assert {row.room.name for row in rows} == {"示例·童书阅览室"}
    assert "rooms fit '示例'" in refusal(shell("closures", file, "--room", "示例"))


def test_what_cannot_be_read_is_told_in_one_line(shell: Shell, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ics"
    bad.write_bytes(b"hello")
    assert "This is not one calendar." in refusal(shell("closures", str(bad)))
    assert "cannot be read" in refusal(shell("closures", str(tmp_path / "no.ics")))
    bad.write_bytes(b"x" * 100_001)
    assert "larger than 100,000 bytes" in refusal(shell("closures", str(bad)))
    assert "No base has the id or name" in refusal(shell("closures", written(tmp_path, MENDING), "--base", "nowhere"))
