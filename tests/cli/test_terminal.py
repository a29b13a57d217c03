"""What the commands say beside their answers."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import pytest

from alliance.cli.terminal import note

FULL = Path("/dev/full")  # Linux' disk without space


@pytest.mark.skipif(not FULL.exists(), reason="there is no such disk")
def test_a_note_for_which_there_is_no_space_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    full = FULL.open("w")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", full)
        note("A worker has ended; another takes its place.")
    with suppress(OSError):  # on leaving, what was noted is tried once more
        full.close()
