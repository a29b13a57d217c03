"""`alliance week`: what is booked, as people at the base read it."""

from __future__ import annotations

from tests.cli.conftest import Shell, refusal


def test_the_week_names_every_day_its_hours_and_who_has_which_room(shell: Shell) -> None:
    shown = shell("week", "--from", "2026-06-10")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith("梁溪区未成年人救助保护中心 2026-06-10 – 2026-06-16")
    for part in ("06-10 周三", "示例·静语咨询室", "个别心理疏导（2人）", "示例·晨光社工服务中心"):
        assert part in shown.stdout


def test_one_room_is_shown_alone(shell: Shell) -> None:
    shown = shell("week", "--room", "静语", "--from", "2026-06-10")
    assert "示例·静语咨询室" in shown.stdout.splitlines()[0]
    assert "示例·童书阅览室" not in shown.stdout


def test_a_room_or_a_day_that_is_none_is_refused_in_one_line(shell: Shell) -> None:
    assert "8 rooms fit '示例'" in refusal(shell("week", "--room", "示例"))
    assert "0 rooms fit 'sauna'" in refusal(shell("week", "--room", "sauna"))
    for day in ("tomorrow", "9999-12-31", "0001-01-01"):
        assert "is no day" in refusal(shell("week", "--from", day))
