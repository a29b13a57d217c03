"""A running service over a filled database for every test that goes through the door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import pytest

from alliance.settings import Settings
from tests.graph.door import Door, served


@pytest.fixture
async def door(alliance_url: str, monday_morning: datetime) -> AsyncIterator[Door]:
    """The service, on that Monday."""
    async with served(Settings(database=alliance_url)) as client:
        yield Door(client)
