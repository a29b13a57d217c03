"""What has a global id, and how anything is found by it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

import strawberry

from alliance.claims import reads as claims
from alliance.core.drafts import Doc
from alliance.core.viewer import Viewer
from alliance.directory import reads as directory
from alliance.identity import reads as identity
from alliance.kit.context import Info
from alliance.kit.gql import Node, field
from alliance.kit.ids import MAX_LENGTH, prefix_of
from alliance.needs import reads as needs
from alliance.schedule import reads as schedule
from alliance.schedule import subscriptions

READERS: dict[str, Callable[[Viewer, Sequence[str]], Awaitable[Mapping[str, Any]]]] = {
    "org": directory.organizations,
    "cap": directory.capabilities,
    "station": directory.stations,
    "base": directory.bases,
    "room": schedule.rooms,
    "feed": subscriptions.own_by_id,
    "account": identity.own_accounts,
    "need": needs.visible_by_id,
    "claim": claims.visible_by_id,
    "booking": schedule.visible_by_id,
    "series": schedule.own_series,
    "closure": schedule.closures,
}


@strawberry.type
class NodeQuery:
    """Finds by id."""

    @field
    async def node(self, info: Info, id: Annotated[strawberry.ID, Doc("A global id of any kind.")]) -> Node | None:
        """Anything that has a global id. Null: there is nothing under this id, or it is not for your eyes."""
        reader = READERS.get(prefix_of(id)) if len(id) <= MAX_LENGTH else None
        return await info.context.load(reader, str(id)) if reader else None
