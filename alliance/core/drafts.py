"""Values for what a caller may set: absent against null, and descriptions that travel with a field."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Annotated, Any, Final, TypeVar, cast


class Absent(Enum):
    """The type of `ABSENT`: a field of a revision that was not mentioned and so stays as it is."""

    ABSENT = "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent.ABSENT
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Doc:
    """A description carried in `Annotated[...]`: shown in the schema, and as help of the fixtures' columns."""

    text: str


Acknowledged = Annotated[tuple[str, ...], Doc("Tokens of `PleaseConfirm` answers, for a text that is harmless.")]


@dataclass(kw_only=True)
class WindowDraft:
    """A weekly stretch of time as somebody typed it; Asia/Shanghai."""

    weekday: Annotated[int, Doc("1 (Monday) to 7 (Sunday).")]
    start: Annotated[str, Doc("`HH:MM`, from 00:00.")]
    end: Annotated[str, Doc("`HH:MM`, up to 24:00, after `start`.")]


def overlaid(base: D, revision: object) -> D:
    """Return `base` with every field that `revision` mentions; what is `ABSENT` there stays as it is."""
    known = {own.name for own in fields(cast(Any, base))}
    given = {own.name: getattr(revision, own.name) for own in fields(cast(Any, revision)) if own.name in known}
    return cast(D, replace(cast(Any, base), **{name: value for name, value in given.items() if value is not ABSENT}))
