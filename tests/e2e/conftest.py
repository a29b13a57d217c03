"""Databases for servers that run as processes of their own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from alliance.kit.migrating import migrate
from tests.postgres import postgres_url


@pytest.fixture
def migrated_postgres() -> str:
    """A PostgreSQL database that holds nothing yet."""
    url = postgres_url()
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrate(url)).result()
    return url
