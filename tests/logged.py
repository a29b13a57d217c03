"""What the service writes into its log, as the lines that leave the process."""

from __future__ import annotations

import json
from typing import Any

import pytest

from alliance.kit.logs import KEYS, Lines


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Everything logged so far, by libraries too; each line of the keys there are."""
    told: list[dict[str, Any]] = [json.loads(Lines().format(record)) for record in caplog.records]
    assert all(each.keys() <= KEYS for each in told)
    return told


def bugs(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The lines that tell of bugs."""
    return [each for each in lines(caplog) if each["event"] == "bug"]
