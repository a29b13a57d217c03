"""Checking the journal and anchoring it, from the command line."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alliance.journal.sealing import KEY_FILE, head_of_chain
from alliance.journal.tables import JournalEntry
from alliance.kit.database import is_postgres
from tests.cli.conftest import Shell, refusal
from tests.postgres import JOURNAL_KEY


@pytest.fixture
def written(shell: Shell) -> Shell:
    """A shell beside a database with a few entries; on SQLite, because the file is tampered with."""
    if is_postgres(shell.url):
        pytest.skip("one engine is enough for what the command prints")
    for who in ("station", "city"):
        assert shell("token", who).exit_code == 0
    return shell


def tamper(shell: Shell, *statements: str) -> None:
    """Do what an insider would do."""
    with closing(sqlite3.connect(shell.url)) as insider:
        for statement in ("DROP TRIGGER journal_entry_no_update", "DROP TRIGGER journal_entry_no_delete", *statements):
            insider.execute(statement)
        insider.commit()


def test_a_whole_journal_is_told_with_its_length(written: Shell) -> None:
    told = written("journal", "verify")

    entries = written.count(JournalEntry)
    assert (told.exit_code, told.stdout) == (
        0,
        f"The journal is whole: {entries} entries, each sealed to the one before.\n",
    )


def test_an_empty_journal_is_whole_and_has_an_anchor(empty: Shell) -> None:
    assert empty("journal", "verify").stdout == "The journal is whole: 0 entries, each sealed to the one before.\n"
    number, seal, _, key = empty("journal", "anchor").stdout.split()
    assert (number, seal, key) == ("0", "0" * 64, "-")
    assert not Path(empty.url + KEY_FILE).exists()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE journal_entry SET body_name = 'x' WHERE sequence = 2", "Entry 2, changed:"),
        ("DELETE FROM journal_entry WHERE sequence = 2", "Entry 2, missing:"),
        ("UPDATE journal_entry SET key_id = 'x' WHERE sequence = 2", "Entry 2, wrong key:"),
    ],
)
def test_the_first_broken_entry_is_named(written: Shell, statement: str, told: str) -> None:
    tamper(written, statement)

    assert told in refusal(written("journal", "verify"))
    checked = written("check-database")
    assert checked.exit_code == 1
    assert told in checked.stdout


def test_a_cut_off_end_is_found_against_anchors_in_a_file(written: Shell, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors"
    for _ in range(2):
        assert written("journal", "anchor", "--append", str(anchors)).exit_code == 0
        assert written("token", "base").exit_code == 0
    met = written("journal", "verify", "--anchor", str(anchors))
    assert met.exit_code == 0
    assert "Anchors met: 2, the last at entry" in met.stdout

    head = written.ask(head_of_chain)
    tamper(written, f"DELETE FROM journal_entry WHERE sequence >= {head.sequence - 1}")

    assert written("journal", "verify").exit_code == 0
    assert f"Entry {head.sequence - 1}, cut off:" in refusal(written("journal", "verify", "--anchor", str(anchors)))


def test_an_anchor_is_the_head_in_one_line(written: Shell) -> None:
    head = written.ask(head_of_chain)

    number, seal, _, key = written("journal", "anchor").stdout.split()
    assert (int(number), seal, key) == (head.sequence, head.seal, head.key_id)


@pytest.mark.parametrize("text", ["", "yesterday", "1 2 3", "one 2 3 4"])
def test_a_file_without_anchors_is_refused(written: Shell, tmp_path: Path, text: str) -> None:
    (tmp_path / "anchors").write_text(text)

    assert "`alliance journal anchor" in refusal(written("journal", "verify", "--anchor", str(tmp_path / "anchors")))


def test_an_anchor_file_that_is_not_there_is_refused(written: Shell, tmp_path: Path) -> None:
    assert "cannot be read" in refusal(written("journal", "verify", "--anchor", str(tmp_path / "no")))
    assert "cannot be written" in refusal(written("journal", "anchor", "--append", str(tmp_path / "no" / "file")))


def test_without_the_key_a_command_writes_nothing_and_says_where_the_key_belongs(written: Shell) -> None:
    os.remove(written.url + KEY_FILE)
    before = written.count(JournalEntry)

    for words in (["token", "city"], ["serve"]):
        line = refusal(written(*words))
        assert "which is not at hand" in line
        assert "ALLIANCE_JOURNAL_KEY" in line
    assert written.count(JournalEntry) == before
    assert "Entry 1, wrong key:" in refusal(written("journal", "verify"))


def test_the_variable_seals_before_the_file_and_a_new_key_recognises_what_an_older_sealed(written: Shell) -> None:
    newer = "ab" * 32
    for keys in (JOURNAL_KEY, f"{newer},{JOURNAL_KEY}"):
        assert written("token", "city", ALLIANCE_JOURNAL_KEY=keys).exit_code == 0
        assert written("journal", "verify", ALLIANCE_JOURNAL_KEY=keys).exit_code == 0
    assert "which is not at hand" in refusal(written("token", "city"))
    assert "wrong key" in refusal(written("journal", "verify"))


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("secret!!!", "neither hexadecimal nor base64"),
        ("c2hvcnQ=", "5 bytes"),
        ("ab" * 31, "31 bytes"),
        ("é" * 44, "neither"),
    ],
)
def test_a_variable_without_a_usable_key_stops_every_command_and_is_not_repeated(
    written: Shell, key: str, why: str
) -> None:
    line = refusal(written("token", "city", ALLIANCE_JOURNAL_KEY=key))

    assert line.startswith("ALLIANCE_JOURNAL_KEY holds no usable key")
    assert why in line
    assert "openssl rand" in line
    assert key not in line
