"""Who may read which entries of the journal."""

from __future__ import annotations

from tortoise.queryset import QuerySet

from alliance.core.permissions import Deed, may
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Role
from alliance.journal.filters import JournalWhere
from alliance.journal.tables import JournalEntry
from alliance.kit.columns import listed


def visible(viewer: Viewer) -> QuerySet[JournalEntry] | None:
    """All entries for the city, its own district's for a district, and what concerns it for every other body.

    None: nobody is signed in.
    """
    if not may(viewer, Deed.SEE_JOURNAL):
        return None
    entries = JournalEntry.all()
    if viewer.role is Role.CITY_BUREAU:
        return entries
    if viewer.role is Role.DISTRICT_BUREAU:
        return entries.filter(district_code=viewer.district_code)
    return entries.filter(bodies__contains=listed(viewer.body_id))


def entries_where(viewer: Viewer, where: JournalWhere) -> QuerySet[JournalEntry] | None:
    """The visible entries asked for. None: nobody is signed in."""
    entries = visible(viewer)
    if entries is None:
        return None
    if where.deed:
        entries = entries.filter(deed=where.deed)
    if where.subject:
        entries = entries.filter(subjects__contains=listed(where.subject))
    return entries
