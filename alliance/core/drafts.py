"""Values for what a caller may set: absent against null, and descriptions that travel with a field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Absent(Enum):
    """The type of `ABSENT`: a field of a revision that was not mentioned and so stays as it is."""

    ABSENT = "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Doc:
    """A description carried in `Annotated[...]`; becomes the description in the schema and the fixtures' column help."""

    text: str
