"""Arguments, fields and weekly times that many types share, each described once."""

from __future__ import annotations

from typing import Annotated

import strawberry

from alliance.core.drafts import Doc, WindowDraft
from alliance.core.period import Window, clock_time
from alliance.core.vocabulary import Provenance
from alliance.kit.gql import field, input_of, shows

First = Annotated[int, Doc("How many rows, 1 to 100; any other number is taken as the nearest of these.")]
After = Annotated[str | None, Doc("Cursor behind which the page begins. Null: from the start.")]

Name = Annotated[str, Doc("Its Chinese name.")]
Origin = Annotated[Provenance, Doc("Where the record comes from: a public source, an example, or this system.")]
Version = Annotated[int, Doc("Counts its changes; pass it as `expectedVersion`.")]


@shows(Window)
class WeeklyWindow:
    """A weekly half-open stretch of time, Asia/Shanghai."""

    weekday: Annotated[int, Doc("1 (Monday) to 7 (Sunday).")]

    @field
    def start(self, root: strawberry.Parent[Window]) -> str:
        """`HH:MM`, inclusive."""
        return clock_time(root.start)

    @field
    def end(self, root: strawberry.Parent[Window]) -> str:
        """`HH:MM`, exclusive, up to 24:00."""
        return clock_time(root.end)


@input_of(WindowDraft)
class WeeklyWindowInput(WindowDraft):
    """A weekly half-open stretch of time, Asia/Shanghai."""
