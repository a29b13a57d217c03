"""Patterns whose effort stays bounded: no repetition without an upper limit inside another."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

from alliance import wording
from alliance.wording.told import Told

CLASS = re.compile(r"\[(?:\\.|[^\]\\])*\]")
RAW = {"folding"}  # sees texts before they are folded; its patterns repeat one class and nothing else


def patterns_in(value: Any) -> Iterator[re.Pattern[str]]:
    """The compiled patterns in a value of a module, however deep."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Told):
        yield value.pattern
    elif isinstance(value, dict):
        yield from (found for item in value.values() for found in patterns_in(item))
    elif isinstance(value, tuple | list):
        yield from (found for item in value for found in patterns_in(item))


def all_patterns() -> set[str]:
    """The source of every pattern of the package."""
    modules = (
        importlib.import_module(f"{wording.__name__}.{module.name}")
        for module in pkgutil.iter_modules(wording.__path__)
    )
    return {
        pattern.pattern
        for module in modules
        if module.__name__.rpartition(".")[2] not in RAW
        for name, value in vars(module).items()
        if not name.startswith("__")
        for pattern in patterns_in(value)
    }


@pytest.mark.parametrize("pattern", sorted(all_patterns()))
def test_nothing_repeated_without_limit_is_a_group_or_a_blank(pattern: str) -> None:
    plain = CLASS.sub("X", pattern)
    assert not re.search(r"(?<!\\)\)[*+]|\\s[*+]|X\*", plain)
