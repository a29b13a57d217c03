"""Values for what a caller may set: absent against null, and descriptions that travel with a field."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, fields, replace
from enum import Enum
from typing import Annotated, Any, Final, TypeVar, cast

from alliance.core.period import Window, clock_time


class Absent(Enum):
    """The type of `ABSENT`: a field of a revision that was not mentioned and so stays as it is."""

    ABSENT = "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent.ABSENT
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Doc:
    """A description carried in `Annotated[...]`: shown in the schema, and as help of the fixtures' columns.

    `is_id` marks a global id whose field is not named `…_id`.
    """

    text: str
    is_id: bool = False


Acknowledged = Annotated[tuple[str, ...], Doc("Tokens of `PleaseConfirm` answers, for a text that is harmless.")]


@dataclass(kw_only=True)
class WindowDraft:
    """A weekly stretch of time as somebody typed it; Asia/Shanghai."""

    weekday: Annotated[int, Doc("1 (Monday) to 7 (Sunday).")]
    start: Annotated[str, Doc("`HH:MM`, from 00:00.")]
    end: Annotated[str, Doc("`HH:MM`, up to 24:00, after `start`.")]

    @classmethod
    def of(cls, window: Window) -> WindowDraft:
        """A stored window as somebody would type it."""
        return cls(weekday=window.weekday, start=clock_time(window.start), end=clock_time(window.end))


def overlaid(base: D, revision: object) -> D:
    """Return `base` with every field that `revision` mentions; what is `ABSENT` there stays as it is.

    None clears: the field goes back to what a fresh draft begins with, or to nothing, which its check then judges.
    """
    known = {own.name: own for own in fields(cast(Any, base))}
    given = {own.name: getattr(revision, own.name) for own in fields(cast(Any, revision)) if own.name in known}
    changed = {
        name: _cleared(known[name], getattr(base, name)) if value is None else value
        for name, value in given.items()
        if value is not ABSENT
    }
    return cast(D, replace(cast(Any, base), **changed))


def _cleared(own: Field[Any], present: Any) -> Any:
    return type(present)() if own.default is MISSING else own.default
