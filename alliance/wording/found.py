"""A place in a folded text that points to a person."""

from __future__ import annotations

from dataclasses import dataclass

from alliance.core.vocabulary import IdentityKind


@dataclass(frozen=True, slots=True)
class Mark:
    """What kind of identity stands at `start:end` of a folded text, and whether a rule is sure of it."""

    kind: IdentityKind
    start: int
    end: int
    is_sure: bool = True
