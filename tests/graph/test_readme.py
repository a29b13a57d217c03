"""What the README shows is what the service answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.graph.door import Door

README = Path(__file__).parents[2] / "README.md"
STATION = "丁蜀镇"

pytestmark = pytest.mark.anyio


def block(language: str) -> str:
    """The one block of the README in `language`."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", README.read_text("utf8"), re.DOTALL)
    return str(found)


async def test_the_question_of_the_readme_has_the_answer_of_the_readme(door: Door) -> None:
    answer = await door.ask(block("graphql"), token=await door.station(STATION), language="en")
    assert answer == json.loads(block("json"))


async def test_every_field_the_readme_names_is_in_the_schema(door: Door) -> None:
    document = "{ __schema { queryType { fields { name } } mutationType { fields { name } } } }"
    schema = (await door.ask(document))["data"]["__schema"]
    known = {field["name"] for kind in schema.values() for field in kind["fields"]}
    table = README.read_text("utf8").split("## From a sentence")[1].split("The whole contract")[0]
    named = {word for cell in re.findall(r"`([^`]+)`", table) for word in re.findall(r"^\w+", cell)}
    assert named <= known
    assert len(named) >= 10


def test_the_readme_is_short_and_has_both_lines() -> None:
    text = README.read_text("utf8")
    assert len(text.splitlines()) < 200
    assert "&& .venv/bin/alliance demo\n" in text
    assert "&& .venv/bin/pytest\n" in text
