"""Backups, what is made of them, and copies, from the command line: told in figures, refused in one line."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from alliance.core.viewer import ANYBODY
from alliance.core.vocabulary import FeedScope
from alliance.identity.tables import Account, Session
from alliance.journal.sealing import KEY_FILE
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work, is_postgres
from alliance.needs.tables import Need
from alliance.schedule.tables import CalendarFeed
from tests.cli.conftest import Shell, refusal
from tests.postgres import JOURNAL_KEY, postgres_url


@pytest.fixture
def file_shell(shell: Shell) -> Shell:
    """A shell beside a filled SQLite file."""
    if is_postgres(shell.url):
        pytest.skip("one engine is enough for what the commands print")
    return shell


@pytest.fixture
def elsewhere(tmp_path: Path) -> Shell:
    """A shell whose database does not exist yet, with the journal's key at hand."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    shutil.copy(tmp_path / f"alliance.sqlite3{KEY_FILE}", folder / f"new.sqlite3{KEY_FILE}")
    return Shell(str(folder / "new.sqlite3"))


def test_a_backup_is_private_verified_and_holds_no_token(file_shell: Shell, tmp_path: Path) -> None:
    file, token = tmp_path / "kept.backup", file_shell("token", "city").stdout.strip()

    result = file_shell("backup", str(file))

    assert result.exit_code == 0, result.output
    assert "verified. SHA-256" in result.stdout
    assert f"Keep {file_shell.url}{KEY_FILE} elsewhere" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("The journal is whole: ")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token.encode() not in file.read_bytes()


def test_what_is_restored_serves_and_lets_nobody_in_who_signed_out_since(
    file_shell: Shell, elsewhere: Shell, tmp_path: Path
) -> None:
    file, token = tmp_path / "kept.backup", file_shell("token", "city").stdout.strip()
    needs = file_shell.count(Need)
    file_shell.ask(subscribed)
    file_shell("backup", str(file))
    assert file_shell.viewer(token) != ANYBODY

    result = elsewhere("restore", str(file), "--database", elsewhere.url)

    assert result.exit_code == 0, result.output
    assert "Sessions ended: 1, and all calendar addresses; everybody signs in anew." in result.stdout
    assert f"Next: alliance serve --database {elsewhere.url}" in result.stdout
    assert elsewhere.count(Need) == needs
    assert elsewhere.viewer(token) == ANYBODY
    assert elsewhere.ask(lambda: Session.filter(revoked_at__isnull=True).count()) == 0
    assert elsewhere.ask(lambda: CalendarFeed.filter(revoked_at__isnull=True).count()) == 0
    assert elsewhere("token", "city").exit_code == 0
    assert elsewhere("check-database").exit_code == 0


async def subscribed() -> None:
    """Somebody has a calendar."""
    account = await Account.all().first()
    assert account is not None
    feed = CalendarFeed(
        account_id=account.id, scope=FeedScope.OWN, target_id="", token_hash="hash", created_at=clock.now()
    )
    await as_unit_of_work(feed.save)


def test_a_restored_file_without_its_key_says_where_to_put_it(file_shell: Shell, tmp_path: Path) -> None:
    file, place = tmp_path / "kept.backup", tmp_path / "new.sqlite3"
    file_shell("token", "city")
    file_shell("backup", str(file))

    result = file_shell("restore", str(file), "--database", str(place))

    assert result.exit_code == 0, result.output
    assert f"put the key that sealed the journal into {place}{KEY_FILE}" in result.stdout


def test_a_file_that_is_there_is_neither_written_over_nor_restored_over(file_shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "kept.backup"
    file_shell("backup", str(file))
    before = file.read_bytes()

    assert "is there already" in refusal(file_shell("backup", str(file)))
    assert "is there already" in refusal(file_shell("restore", str(file), "--database", file_shell.url))
    assert file.read_bytes() == before


def test_a_backup_of_a_database_that_is_not_in_order_is_made_and_told(file_shell: Shell, tmp_path: Path) -> None:
    async def spoil() -> None:
        need = await Need.filter(held=0).order_by("id").first()
        assert need is not None
        await Need.filter(id=need.id).update(held=1)

    file_shell.ask(spoil)
    file = tmp_path / "kept.backup"

    assert "is whole, but what it holds" in refusal(file_shell("backup", str(file)))
    assert file.is_file()


def test_a_journal_that_was_changed_is_told_with_the_backup(file_shell: Shell, tmp_path: Path) -> None:
    file_shell("token", "city")
    Path(f"{file_shell.url}{KEY_FILE}").write_text("abcd" * 16)

    result = file_shell("backup", str(tmp_path / "kept.backup"))

    assert "not in order" in refusal(result)
    assert "sealed with a key that is not at hand" in result.stdout


def test_the_help_of_backup_warns_of_plain_copies(file_shell: Shell) -> None:
    words = " ".join(file_shell("backup", "--help").stdout.replace("│", " ").split())

    assert "is no backup" in words
    assert "the journal's key is not in it" in words


@pytest.mark.slow
def test_a_copy_on_postgres_says_what_to_do_next(file_shell: Shell) -> None:
    grown = Shell(postgres_url())
    file_shell("token", "city")

    result = file_shell("copy", file_shell.url, grown.url)

    assert result.exit_code == 0, result.output
    assert "equal by counts and checksums" in result.stdout
    assert "set ALLIANCE_JOURNAL_KEY" in result.stdout
    assert "alliance serve" in result.stdout
    assert "need" in result.stderr
    key = Path(f"{file_shell.url}{KEY_FILE}").read_text("ascii").strip()
    assert grown("token", "city", ALLIANCE_JOURNAL_KEY=key).exit_code == 0
    assert grown("check-database", ALLIANCE_JOURNAL_KEY=key).exit_code == 0


def test_copying_into_what_holds_rows_is_refused(file_shell: Shell, tmp_path: Path) -> None:
    other = shutil.copy(file_shell.url, tmp_path / "other.sqlite3")

    assert "It holds rows already" in refusal(file_shell("copy", file_shell.url, str(other)))


def test_several_workers_on_a_file_are_refused_with_the_reason(file_shell: Shell) -> None:
    line = refusal(file_shell("serve", "--workers", "2", "--port", "0"))

    assert "is an SQLite file, which one process serves" in line
    assert "alliance copy FROM TO" in line


@pytest.mark.slow
def test_more_connections_than_the_server_admits_are_refused_with_a_number_that_fits(nothing: Shell) -> None:
    grown = Shell(postgres_url())
    assert grown("migrate").exit_code == 0

    line = refusal(grown("serve", "--workers", "64", "--port", "0", ALLIANCE_JOURNAL_KEY=JOURNAL_KEY))

    assert "64 processes × 10 connections = 640, and the server admits" in line
    assert "Use --workers " in line
