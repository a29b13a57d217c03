"""What is noted of a request while it is answered: an id of its own, what it did, and how that ended."""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from dataclasses import dataclass, field

OK = "ok"
NONE, SEVERAL = "none", "several"


@dataclass(slots=True)
class Watched:
    """One request, in names of our own only: nothing of it may hold what a caller typed.

    `operation` is a root field of the schema, `none` or `several`; `outcome` is `ok`, a code, or a problem's type.
    """

    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    operation: str = NONE
    outcome: str = OK

    def end_as(self, outcome: str) -> None:
        """Note how it ended; of several deeds the first that did not go well counts."""
        if self.outcome == OK:
            self.outcome = outcome


_watched: ContextVar[Watched | None] = ContextVar("watched", default=None)


def watch() -> Watched:
    """Note anew from here on, for this task and those it starts."""
    fresh = Watched()
    _watched.set(fresh)
    return fresh


def watched() -> Watched:
    """The request that is being answered; in a command the command itself."""
    return _watched.get() or watch()
