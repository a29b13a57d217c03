"""The public audits of GraphQL over HTTP, run against the shipped server."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from alliance.kit.migrating import migrate
from tests.e2e.serving import serving

PACKAGES = ("graphql-http@1", "graphql@16")
NOT_SERVED = {"5A70", "D6D5", "6A70"}  # MAY answer queries by GET


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_the_audits_of_graphql_over_http_find_nothing(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).with_name("audits.mjs"), tmp_path)
    subprocess.run(["npm", "init", "-y"], cwd=tmp_path, check=True, capture_output=True)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", *PACKAGES], cwd=tmp_path, check=True, timeout=300)
    url = str(tmp_path / "alliance.sqlite3")
    asyncio.run(migrate(url))
    with serving(url, tmp_path) as address:
        told = subprocess.run(
            ["node", "audits.mjs", f"{address}/graphql"], cwd=tmp_path, check=True, capture_output=True, timeout=60
        )
    audits = json.loads(told.stdout)
    assert audits["count"] >= 61
    assert {each["id"] for each in audits["found"]} == NOT_SERVED
    assert {each["status"] for each in audits["found"]} == {"notice"}
