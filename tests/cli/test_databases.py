"""Making, filling and examining a database from the command line."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from alliance.directory.tables import CareStation, District
from alliance.kit.database import is_postgres
from alliance.needs.tables import Need
from alliance.settings import fixtures_folder
from tests.cli.conftest import Shell, refusal


def test_migrate_makes_the_database_and_a_second_time_has_nothing_to_do(nothing: Shell) -> None:
    first, second = nothing("migrate"), nothing("migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "0001_initial" in first.stdout
    assert second.stdout == f"{nothing.url} is up to date: nothing to do.\n"
    assert nothing.count(District) == 0


def test_the_option_goes_before_the_environment(nothing: Shell, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"

    assert nothing("migrate", "--database", str(other)).exit_code == 0
    assert other.is_file()
    assert not Path(nothing.url).exists()


def test_migrating_into_a_missing_folder_is_refused(nothing: Shell, tmp_path: Path) -> None:
    line = refusal(nothing("migrate", "--database", str(tmp_path / "no" / "a.sqlite3")))

    assert "Make it first" in line


def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(nothing: Shell) -> None:
    Path(nothing.url).write_text("no database, but long enough to be read as one" * 50)
    before = Path(nothing.url).read_bytes()

    for words in (["migrate"], ["token", "city"], ["check-database"]):
        assert f"{nothing.url} cannot be used" in refusal(nothing(*words))
    assert Path(nothing.url).read_bytes() == before


@pytest.mark.parametrize("url", ["mysql://root@host/alliance", ":memory:"])
def test_a_database_of_an_unknown_kind_is_refused_with_where_it_was_named(nothing: Shell, url: str) -> None:
    assert "ALLIANCE_DATABASE" in refusal(nothing("migrate", "--database", url))


def test_a_server_that_does_not_answer_is_told_without_its_password(nothing: Shell) -> None:
    line = refusal(nothing("migrate", "--database", "postgresql://me:secret@127.0.0.1:1/alliance"))

    assert "postgresql://me:…@127.0.0.1:1/alliance cannot be used" in line
    assert "secret" not in line


@pytest.mark.parametrize(
    "words",
    [
        ["seed", str(fixtures_folder())],
        ["token", "city"],
        ["account", "list"],
        ["account", "disable", "somebody"],
        ["account", "add", "somebody", "city", "--tokens-only"],
        ["check-database"],
        ["serve"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_database_that_is_not_there_is_not_made_by_accident(nothing: Shell, words: list[str]) -> None:
    assert "`alliance migrate` makes it" in refusal(nothing(*words))
    assert not Path(nothing.url).exists()


def test_a_database_that_lacks_migrations_is_refused(nothing: Shell) -> None:
    sqlite3.connect(nothing.url).close()
    Path(nothing.url).touch()

    assert "Run `alliance migrate` first" in refusal(nothing("token", "city"))


def test_a_bad_setting_stops_a_command_by_name(shell: Shell) -> None:
    assert refusal(shell("token", "city", ALLIANCE_PORT="eighty")).startswith("ALLIANCE_PORT is 'eighty'")


def test_seed_fills_an_empty_database_and_tells_each_file(empty: Shell) -> None:
    result = empty("seed", str(fixtures_folder()))

    assert result.exit_code == 0, result.output
    assert "stations.csv" in result.stderr
    assert empty.count(CareStation) > 0
    assert empty("check-database").exit_code == 0


def test_seed_refuses_a_database_that_holds_data_and_changes_nothing(shell: Shell) -> None:
    before = shell.count(Need)

    assert "holds data already" in refusal(shell("seed", str(fixtures_folder())))
    assert shell.count(Need) == before


def test_seed_refuses_a_folder_that_is_not_there(empty: Shell, tmp_path: Path) -> None:
    assert "There is no folder" in refusal(empty("seed", str(tmp_path / "no")))


def test_seed_lists_every_fault_with_its_place_and_stores_nothing(empty: Shell, tmp_path: Path) -> None:
    folder = shutil.copytree(fixtures_folder(), tmp_path / "sheets")
    needs = folder / "needs.csv"
    lines = needs.read_text("utf-8").splitlines()
    first, second = [place for place, line in enumerate(lines) if ",AT_STATION," in line][:2]
    lines[first] = lines[first].replace(",AT_STATION,", ",ON_THE_MOON,")
    lines[second] = lines[second].replace(",AT_STATION,", ",UNDER_WATER,")
    needs.write_text("\n".join(lines) + "\n", "utf-8")

    result = empty("seed", str(folder))

    assert "faults, 2 in all" in refusal(result)
    told = [line.split() for line in result.stdout.splitlines() if "needs.csv" in line]
    assert [row[1:4] for row in told] == [
        [str(first + 1), "mode", "ON_THE_MOON"],
        [str(second + 1), "mode", "UNDER_WATER"],
    ]
    assert empty.count(District) == 0


def test_check_database_counts_rows_and_finds_a_sound_one_in_order(shell: Shell) -> None:
    result = shell("check-database")

    assert result.exit_code == 0, result.output
    assert "care_station" in result.stdout
    assert result.stdout.endswith("Everything is in order.\n")


def test_check_database_finds_a_sum_that_is_not_what_the_claims_add_up_to(shell: Shell) -> None:
    async def spoil() -> str:
        need = await Need.filter(held=0).order_by("id").first()
        assert need is not None
        await Need.filter(id=need.id).update(held=1)
        return need.id

    if is_postgres(shell.url):
        pytest.skip("one engine is enough for what the command prints")
    need_id = shell.ask(spoil)
    result = shell("check-database")

    assert "not in order; what is wrong, 1 in all" in refusal(result)
    assert f"{need_id} held: kept 1, recomputed 0" in result.stdout


@pytest.mark.parametrize("words", [["backup", "b"], ["restore", "b"], ["journal", "verify"], ["journal", "anchor"]])
def test_what_cannot_be_a_database_is_refused_in_one_line_by_every_command(nothing: Shell, words: list[str]) -> None:
    assert "Unknown database mysql://" in refusal(nothing(*words, "--database", "mysql://host/name"))


def test_a_copy_to_what_cannot_be_a_database_is_refused_in_one_line(shell: Shell) -> None:
    assert "Unknown database mysql://" in refusal(shell("copy", shell.url, "mysql://host/name"))


def test_a_new_file_is_for_its_owner_alone(nothing: Shell) -> None:
    assert nothing("migrate").exit_code == 0
    assert stat.S_IMODE(Path(nothing.url).stat().st_mode) == 0o600
