"""Which needs are counted, and how finely they are told apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.period import Days
from alliance.core.vocabulary import AgeBand, Word


class PlaceLevel(Word):
    """How finely places are told apart."""

    DISTRICT = "by district or county-level city", "按区"
    TOWN = "by town or subdistrict", "按街道（镇）"


class CategoryLevel(Word):
    """How finely services are told apart."""

    TOP = "by top category", "按大类"
    LEAF = "by leaf category", "按小类"


@dataclass(kw_only=True)
class CoverageWhere:
    """Which needs are counted."""

    place: Annotated[str | None, Doc("Code of a district (6 digits) or town (9 digits).")] = None
    category: Annotated[str | None, Doc("Code of a category, top or leaf.")] = None
    age_band: Annotated[AgeBand | None, Doc("The band that holds the middle of the ages asked for.")] = None
    first_day: Annotated[date | None, Doc("Needs wanted on this day or later; without days, posted then.")] = None
    last_day: Annotated[date | None, Doc("Needs wanted on this day or earlier; without days, posted then.")] = None

    @property
    def days(self) -> Days:
        """The period as a range of days."""
        return Days(self.first_day, self.last_day)
