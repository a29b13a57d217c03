"""A running service over a filled database for every test that goes through the door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from alliance.app import make_app
from alliance.settings import Settings
from tests.graph.door import Door


@pytest.fixture
async def door(alliance_url: str, monday_morning: datetime) -> AsyncIterator[Door]:
    """The service, on that Monday."""
    app = make_app(Settings(database=alliance_url))
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield Door(client)
