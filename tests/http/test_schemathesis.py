"""Documents that schemathesis makes at random from the schema, valid and invalid, sent to the shipped server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from graphql import parse

from alliance.kit.database import opened
from alliance.kit.limits import TOO_EXPENSIVE
from alliance.schema import ANONYMOUS, SIGNED_IN, cost_rule, schema
from tests.e2e.serving import serving
from tests.e2e.test_races_over_http import city_token

PACKAGE = "schemathesis>=4.32,<5"
EXAMPLES, SEED = 30, 20260601
SIGN_OUT = "Mutation.signOut"
OPTIONS = [
    f"--max-examples={EXAMPLES}",
    f"--seed={SEED}",
    "--continue-on-failure",
    "--no-shrink",
    "--no-color",
    "--generation-database=none",
    # counts a document beyond the limits as a failure; here each is looked at
    "--exclude-checks=positive_data_acceptance",
    "--report=ndjson",
    "--report-ndjson-path=report.ndjson",
]

pytestmark = pytest.mark.slow


class Tried(NamedTuple):
    """One document and its answer."""

    operation: str
    document: str
    is_valid: bool
    answer: dict[str, Any]


@pytest.fixture(scope="module")
def schemathesis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, in an environment of its own: it holds other versions of libraries that the service stands on."""
    folder = tmp_path_factory.mktemp("schemathesis")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=120)
    subprocess.run([folder / "bin" / "pip", "install", "-q", PACKAGE], check=True, timeout=600)
    return folder / "bin" / "schemathesis"


@pytest.mark.parametrize("caller", ["nobody", "city bureau"])
def test_valid_documents_within_the_limits_are_answered_without_errors_and_invalid_ones_are_refused(
    caller: str, schemathesis: Path, alliance_url: str, tmp_path: Path
) -> None:
    options, limits, left_out = OPTIONS, ANONYMOUS, set()
    if caller == "city bureau":
        token = asyncio.run(_token(alliance_url))
        options = [*OPTIONS, f"--header=Authorization: Bearer {token}", f"--exclude-name={SIGN_OUT}"]
        limits, left_out = SIGNED_IN, {SIGN_OUT}  # so that the token lives
    with serving(alliance_url, tmp_path) as address:
        asked = [str(schemathesis), "run", f"{address}/graphql", *options]
        ended = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    tried = list(_tried(tmp_path / "report.ndjson"))
    refused = [each for each in tried if each.is_valid and "errors" in each.answer]
    beyond = [each for each in refused if cost_rule.excess(parse(each.document), None, limits)]
    operations = {each.operation for each in tried}
    print(
        f"\nschemathesis as {caller}: {len(operations)} operations, {len(tried)} examples, "
        f"exit {ended.returncode}, {len(refused) - len(beyond)} failures, {len(beyond)} refused as beyond the limits"
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert operations == _root_fields() - left_out
    assert [each for each in refused if _codes(each) != [TOO_EXPENSIVE]] == []
    assert beyond == refused
    assert len(refused) * 100 < len(tried)


async def _token(url: str) -> str:
    async with opened(url):
        return await city_token()


def _tried(report: Path) -> Iterator[Tried]:
    for line in report.read_text("utf-8").splitlines():
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for id, sent in recorder.get("interactions", {}).items():
            case = recorder["cases"][id]["value"]
            yield Tried(
                operation=recorder["label"],
                document=case["body"],
                is_valid=case["meta"]["generation"]["mode"] == "positive",
                answer=json.loads(b64decode(sent["response"]["content"]["$base64"])),
            )


def _codes(tried: Tried) -> list[str]:
    return [error["extensions"]["code"] for error in tried.answer["errors"]]


def _root_fields() -> set[str]:
    kinds = (schema._schema.query_type, schema._schema.mutation_type)
    return {f"{kind.name}.{name}" for kind in kinds if kind for name in kind.fields}
