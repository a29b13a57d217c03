"""The same door as the tests of the graph have."""

from __future__ import annotations

from tests.graph.conftest import door

__all__ = ["door"]
