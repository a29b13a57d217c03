"""Tokens and accounts from the command line."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from alliance.core.permissions import Deed
from alliance.core.vocabulary import Role
from alliance.directory.tables import Organization
from alliance.identity.actions import proven
from alliance.identity.tables import Account, Session
from alliance.journal.tables import JournalEntry
from tests.cli.conftest import Shell, refusal

PASSWORD = "a short sentence is good"
LE = "锡山区乐助社工事务所"


def token_of(shell: Shell, *words: str) -> str:
    """The last line that `alliance token` prints."""
    result = shell("token", *words)
    assert result.exit_code == 0, result.output
    return str(result.output.splitlines()[-1])


def only(shell: Shell) -> Account:
    """The one account that has no password."""
    found: Account = shell.ask(lambda: Account.get(password_hash__isnull=True))
    return found


# --- tokens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "role", "body"),
    [
        ("station", Role.STATION_HEAD, "扬名街道“清橙童乐园”未成年人保护工作站（关爱之家）"),
        ("organization", Role.ORGANIZATION_STAFF, "示例·晨光社工服务中心"),
        ("city", Role.CITY_BUREAU, ""),
        ("district", Role.DISTRICT_BUREAU, "梁溪区"),
        ("base", Role.BASE_MANAGER, "梁溪区未成年人救助保护中心"),
    ],
)
def test_the_last_line_of_token_signs_in_for_a_body_that_plays_well(
    shell: Shell, who: str, role: Role, body: str
) -> None:
    viewer = shell.viewer(token_of(shell, who))

    assert (viewer.role, viewer.body_name, viewer.is_duty_officer) == (role, body, False)


def test_standard_output_of_token_is_the_token_alone(shell: Shell) -> None:
    assert re.fullmatch(r"alliance_[\w-]{43}\n", shell("token", "station").stdout)


def test_a_token_is_made_for_the_body_that_is_named_by_id_by_name_or_by_a_part_of_it(shell: Shell) -> None:
    row = shell.ask(lambda: Organization.get(name=LE))

    for of in (row.id, LE, "乐助"):
        assert shell.viewer(token_of(shell, "organization", "--of", of)).body_id == row.id


def test_tokens_of_one_body_share_one_account_without_a_password(shell: Shell) -> None:
    token_of(shell, "city")
    token_of(shell, "city")

    assert (shell.count(Account), shell.count(Session)) == (1, 2)
    assert only(shell).password_hash is None


def test_a_duty_officers_token_is_of_another_account(shell: Shell) -> None:
    assert not shell.viewer(token_of(shell, "city")).is_duty_officer
    assert shell.viewer(token_of(shell, "city", "--duty")).is_duty_officer


def test_a_token_works_as_long_as_asked(shell: Shell) -> None:
    token_of(shell, "city", "--hours", "3")

    session = shell.ask(lambda: Session.get())
    assert session.expires_at - session.created_at == timedelta(hours=3)
    assert session.expires_at > datetime.now(UTC)


def test_a_body_that_does_not_exist_is_refused_with_some_that_do(shell: Shell) -> None:
    assert "such as" in refusal(shell("token", "organization", "--of", "没有这家"))
    assert shell.count(Account) == 0


def test_a_part_that_fits_several_names_is_refused_with_them(shell: Shell) -> None:
    line = refusal(shell("token", "organization", "--of", "示例"))

    assert "Give more of the name" in line
    assert "示例·晨光社工服务中心" in line


def test_a_database_without_bodies_says_how_to_fill_it(empty: Shell) -> None:
    assert "alliance seed" in refusal(empty("token", "station"))


def test_the_city_takes_no_body(shell: Shell) -> None:
    assert "Leave out --of" in refusal(shell("token", "city", "--of", "无锡"))


@pytest.mark.parametrize(
    "words", [["token", "mayor"], ["token"], ["token", "city", "--hours", "0"], ["token", "station", "--duty"]]
)
def test_wrong_usage_exits_with_2(shell: Shell, words: list[str]) -> None:
    assert shell(*words).exit_code == 2
    assert shell.count(Account) == 0


# --- accounts --------------------------------------------------------------------------------------------------------


def test_an_added_account_signs_in_with_the_password_from_standard_input(shell: Shell) -> None:
    result = shell("account", "add", "lin", "organization", "--of", LE, "--password-stdin", typed=PASSWORD + "\n")

    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert shell.ask(lambda: proven("lin", PASSWORD)).name == "lin"
    assert shell.ask(lambda: proven("lin", PASSWORD + "x")) is None


def test_the_same_password_from_another_keyboard_is_right(shell: Shell) -> None:
    shell("account", "add", "lin", "city", "--password-stdin", typed="ｆｕｌｌ　width １２３\n")

    assert shell.ask(lambda: proven("lin", "full width 123")) is not None


def test_names_and_passwords_that_no_database_can_hold_are_simply_wrong(shell: Shell) -> None:
    assert shell.ask(lambda: proven("nul\0", "\ud800")) is None


def test_without_a_terminal_the_password_is_not_waited_for(shell: Shell) -> None:
    assert "--password-stdin" in refusal(shell("account", "add", "lin", "city"))
    assert shell.count(Account) == 0


def test_a_short_password_is_refused_without_repeating_it(shell: Shell) -> None:
    result = shell("account", "add", "lin", "city", "--password-stdin", typed="tooshort\n")

    assert "A password has 10 to 128 characters" in refusal(result)
    assert "tooshort" not in result.output
    assert shell.count(Account) == 0


def test_all_faults_of_an_account_come_in_one_line(shell: Shell) -> None:
    line = refusal(shell("account", "add", "L!", "city", "--password-stdin", typed="short\n"))

    assert "name: " in line
    assert "password: " in line


def test_a_name_that_is_taken_is_refused(shell: Shell) -> None:
    shell("account", "add", "lin", "city", "--tokens-only")

    assert "taken" in refusal(shell("account", "add", "lin", "district", "--of", "梁溪区", "--tokens-only"))
    assert only(shell).role is Role.CITY_BUREAU


@pytest.mark.parametrize(
    "words",
    [
        ["lin", "station", "--tokens-only"],
        ["lin", "city", "--tokens-only", "--password-stdin"],
        ["lin", "base", "--of", "x", "--duty", "--tokens-only"],
        ["lin", "city", "--password", PASSWORD],
    ],
    ids=["nobody named", "two ways to sign in", "duty at a base", "password as an argument"],
)
def test_an_account_asked_for_wrongly_is_not_opened(shell: Shell, words: list[str]) -> None:
    result = shell("account", "add", *words)

    assert result.exit_code == 2
    assert shell.count(Account) == 0


def test_disabling_an_account_ends_its_sessions_and_its_password(shell: Shell) -> None:
    shell("account", "add", "lin", "city", "--password-stdin", typed=PASSWORD + "\n")
    token = token_of(shell, "city")
    name = only(shell).name

    assert shell("account", "disable", name).exit_code == 0
    assert shell("account", "disable", "lin").exit_code == 0
    assert shell.viewer(token).role is None
    assert shell.ask(lambda: proven("lin", PASSWORD)) is None


def test_a_disabled_account_gets_no_more_tokens(shell: Shell) -> None:
    token_of(shell, "city")
    closed = only(shell)
    shell("account", "disable", closed.name)

    assert shell.viewer(token_of(shell, "city")).account_id != closed.id


def test_disabling_nobody_is_refused(shell: Shell) -> None:
    assert "alliance account list" in refusal(shell("account", "disable", "nobody"))


def test_the_list_shows_every_account_and_no_secret(shell: Shell) -> None:
    shell("account", "add", "lin", "organization", "--of", LE, "--password-stdin", typed=PASSWORD + "\n")
    token = token_of(shell, "city", "--duty")
    shell("account", "disable", "lin")
    result = shell("account", "list")

    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in result.stdout.splitlines()[3:]}
    assert lines.pop("lin") == f"organization {LE} password 0 never disabled"
    (other,) = lines.values()
    assert re.fullmatch(r"city, duty officer 市民政局 token only 1 20\d\d-\d\d-\d\d \d\d:\d\d enabled", other)
    assert token not in result.stdout
    assert "$argon2" not in result.stdout


def test_every_opening_closing_and_token_stands_in_the_journal(shell: Shell) -> None:
    shell("account", "add", "lin", "city", "--tokens-only")
    token_of(shell, "city")
    shell("account", "disable", "lin")

    entries = shell.ask(lambda: JournalEntry.all().order_by("-sequence").limit(3))
    assert [entry.deed for entry in entries] == [Deed.DISABLE_ACCOUNT, Deed.SIGN_IN, Deed.ADD_ACCOUNT]
