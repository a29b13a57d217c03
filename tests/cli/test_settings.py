"""Settings are read once, checked, and refused by name."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from alliance import settings
from alliance.settings import NoFixturesError, SettingError, Settings, fixtures_folder


def test_an_empty_environment_gives_a_local_service_without_an_editor() -> None:
    assert Settings.from_environment({}) == Settings(
        database="alliance.sqlite3", hotline=None, host="127.0.0.1", port=8000, is_ide_on=False
    )


def test_every_variable_is_read() -> None:
    environment = {
        "ALLIANCE_DATABASE": "postgresql://db/alliance",
        "ALLIANCE_HOTLINE": "0510-12345",
        "ALLIANCE_HOST": "0.0.0.0",
        "ALLIANCE_PORT": "80",
        "ALLIANCE_PROXIES": "10.0.0.4, 10.1.0.0/16",
        "ALLIANCE_METRICS_TOKEN": "0123456789abcdef",
        "ALLIANCE_IDE": "on",
    }

    assert Settings.from_environment(environment) == Settings(
        database="postgresql://db/alliance",
        hotline="0510-12345",
        host="0.0.0.0",
        port=80,
        proxies=("10.0.0.4", "10.1.0.0/16"),
        metrics_token="0123456789abcdef",
        is_ide_on=True,
    )


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_environment({"ALLIANCE_PORT": " ", "ALLIANCE_HOTLINE": ""}) == Settings()


@pytest.mark.parametrize("value", ["short", "with a blank inside", "x" * 201, "密码密码密码密码密码密码密码密码"])
def test_a_bad_token_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(SettingError, match=r"ALLIANCE_METRICS_TOKEN .*openssl rand") as refused:
        Settings.from_environment({"ALLIANCE_METRICS_TOKEN": value})
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value", "way_out"),
    [
        ("ALLIANCE_PORT", "eighty", "unset it"),
        ("ALLIANCE_PORT", "65536", "1 to 65535"),
        ("ALLIANCE_PORT", "８０", "unset it"),
        ("ALLIANCE_PORT", "-1", "unset it"),
        ("ALLIANCE_HOTLINE", "ask the office", "12345"),
        ("ALLIANCE_PROXIES", "10.0.0.4, *", "reverse proxies"),
        ("ALLIANCE_PROXIES", "10.0.0.4/8", "reverse proxies"),
        ("ALLIANCE_IDE", "yes", "'on'"),
    ],
)
def test_a_bad_value_is_refused_with_its_variable_and_the_way_out(variable: str, value: str, way_out: str) -> None:
    with pytest.raises(SettingError) as refused:
        Settings.from_environment({variable: value})

    assert str(refused.value).startswith(f"{variable} is {value!r}")
    assert way_out in str(refused.value)


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


def test_fixtures_are_found_beside_the_package_and_inside_an_installed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (fixtures_folder() / "stations.csv").is_file()

    inside = tmp_path / "alliance" / "fixtures"
    inside.mkdir(parents=True)
    (inside / "districts.csv").touch()
    monkeypatch.setattr(settings, "PACKAGE", tmp_path / "alliance")
    assert fixtures_folder() == inside


def test_an_installation_without_fixtures_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PACKAGE", tmp_path / "alliance")

    with pytest.raises(NoFixturesError, match="Install it again"):
        fixtures_folder()
