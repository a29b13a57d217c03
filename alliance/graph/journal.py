"""Who did what, and when, for those entitled."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.permissions import Deed
from alliance.core.vocabulary import Role
from alliance.graph.annotations import After, First
from alliance.journal import reads, tables
from alliance.journal.filters import JournalWhere
from alliance.kit.context import Info
from alliance.kit.gql import field, input_of, shows
from alliance.kit.paging import FIRST, Page, page_of


@shows(tables.JournalEntry)
class JournalEntry:
    """One deed. The city sees all, a district its own, every other body what concerns it."""

    sequence: Annotated[int, Doc("Its place in the order of deeds; without gaps.")]
    at: Annotated[datetime, Doc("When it was done.")]
    deed: Annotated[Deed, Doc("What was done.")]
    actor_role: Annotated[Role | None, Doc("The role it was done in. Null: not applicable, done by the system.")]
    body_name: Annotated[str, Doc("Name of the body it was done for; empty for the city and the system.")]
    subjects: Annotated[tuple[strawberry.ID, ...], Doc("Ids of what it was done to; at most 10.")]

    @field
    def before(self, root: strawberry.Parent[tables.JournalEntry]) -> list[CodedValue]:
        """Coded fields as they were; at most 30. Never free text, contacts or secrets."""
        return _coded(root.before)

    @field
    def after(self, root: strawberry.Parent[tables.JournalEntry]) -> list[CodedValue]:
        """Coded fields as they are since; at most 30. Never free text, contacts or secrets."""
        return _coded(root.after)


@strawberry.type(description="A coded field of a deed with its value.")
class CodedValue:
    """Codes and numbers only."""

    name: str = strawberry.field(description="The field, e.g. `state`.")
    value: str | None = strawberry.field(description="Its code or number; lists joined by `;`. Null: none.")


def _coded(values: dict[str, object]) -> list[CodedValue]:
    return [CodedValue(name=name, value=_plain(value)) for name, value in sorted(values.items())]


def _plain(value: object) -> str | None:
    if isinstance(value, list):
        return ";".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


@input_of(JournalWhere)
class JournalWhereInput(JournalWhere):
    """Which entries; what is left out narrows nothing."""


@strawberry.type
class JournalQuery:
    """Looks into the journal."""

    @field
    async def journal(
        self,
        info: Info,
        where: Annotated[JournalWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.JournalEntry] | None:
        """Entries of the journal, newest first.

        Null: not for your eyes (signed in only), or `after` is no cursor of this list; start again without it.
        """
        query = reads.entries_where(info.context.viewer, where or JournalWhere())
        return None if query is None else await page_of(query, ("-sequence",), first=first, after=after)
