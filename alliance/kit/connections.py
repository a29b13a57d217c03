"""Relay's connection types, behind which a `Page` stands."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import strawberry

Node = TypeVar("Node")


@strawberry.type(description="Where a page of a connection ends.")
class PageInfo:
    """Relay's page information, forwards only."""

    has_next_page: bool = strawberry.field(description="True when more follow after `endCursor`.")
    end_cursor: str | None = strawberry.field(description="Pass as `after` for the next page. Null: the page is empty.")


@strawberry.type(description="One row of a connection with its place.")
class Edge(Generic[Node]):
    """A node with its cursor."""

    node: Node = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="Pass as `after` to begin behind this row.")


@strawberry.type(description="A page of a list that can grow.")
class Connection(Generic[Node]):
    """Relay's connection."""

    nodes: list[Node] = strawberry.field(description="The rows of this page.")
    edges: list[Edge[Node]] = strawberry.field(description="The rows of this page, each with its cursor.")
    page_info: PageInfo = strawberry.field(description="Where this page ends.")

    @strawberry.field(description="How many rows there are on all pages.")  # type: ignore[untyped-decorator]
    async def total_count(self, root: strawberry.Parent[Any]) -> int:
        """Counted only when asked for."""
        return int(await root.total())
