"""The schema, printed and compared; and help for every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from alliance.schema import sdl
from tests.cli.conftest import Shell, refusal

COMMANDS = [
    [],
    *([name] for name in ("demo", "serve", "migrate", "seed", "schema", "token", "account", "check-database")),
    ["closures"],
    *(["account", name] for name in ("add", "disable", "list")),
]


def test_schema_prints_exactly_the_contract(nothing: Shell) -> None:
    assert nothing("schema").stdout == sdl()


def test_a_file_that_is_the_schema_passes(nothing: Shell, tmp_path: Path) -> None:
    file = tmp_path / "schema.graphql"
    file.write_text(sdl(), "utf-8")

    assert nothing("schema", "--check", str(file)).exit_code == 0


def test_a_stale_file_fails_with_the_way_out(nothing: Shell, tmp_path: Path) -> None:
    file = tmp_path / "schema.graphql"
    file.write_text(sdl().replace("type Query", "type Question"), "utf-8")

    assert f"alliance schema > {file}" in refusal(nothing("schema", "--check", str(file)))


def test_a_file_that_is_not_there_is_stale_too(nothing: Shell, tmp_path: Path) -> None:
    assert "cannot be read" in refusal(nothing("schema", "--check", str(tmp_path / "no.graphql")))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_and_option_explains_itself(nothing: Shell, words: list[str]) -> None:
    result = nothing(*words, "--help", COLUMNS="200")

    assert result.exit_code == 0
    options = [line for line in result.stdout.splitlines() if line.lstrip("│ *").startswith("--")]
    assert options
    for line in options:
        assert len(line.strip("│ ").split("  ")[-1].split()) >= 3, line
