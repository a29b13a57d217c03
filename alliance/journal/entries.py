"""What an entry of the journal may hold: a deed, ids, and a closed list of coded fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from alliance.core.permissions import Deed
from alliance.core.viewer import Viewer
from alliance.wording.wordlist import listed

# DESIGN: states, places, categories, ages, groups, area, modes, windows, dates, quota, group size, qualifications,
# vetting and validity dates, membership, towns. Never free text, contacts or secrets.
CODED = frozenset(
    listed(
        "state places held taken categories category min_age max_age groups area modes mode windows first_day last_day "
        "deadline headcount minimum_places monthly_places max_group_size qualifications checked_on valid_until "
        "confirmed_on lead_days is_withdrawn membership town urgency reason outcome sessions person_times kind role "
        "is_disabled rows is_by_operator room purpose hours"
    )
)


class NotCodedError(ValueError):
    """A field that the journal must not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One deed, before it has its place in the sequence."""

    deed: Deed
    actor: Viewer
    subjects: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    district_code: str | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if strange := {*self.before, *self.after} - CODED:
            raise NotCodedError(f"{sorted(strange)} may not be journalled")


def coded(row: object, names: Iterable[str]) -> dict[str, Any]:
    """The fields `names` of a row as plain codes and numbers."""
    return {name: plain(getattr(row, name)) for name in names}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both sides without what stayed the same."""
    changed = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in changed}, {name: after[name] for name in changed}


def plain(value: Any) -> Any:
    """A value as JSON can hold it: words and windows as text, days as ISO."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(plain(part) for part in value)
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return value if value is None or isinstance(value, bool | int | str) else str(value)
