"""How the rules are asked: without a time limit per example, so that a busy machine fails nothing."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
