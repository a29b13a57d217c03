"""Pages of lists that can grow: keyset cursors over rows, and the same over values that are already ranked."""

from __future__ import annotations

import base64
import operator
import zlib
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from typing import Any, Generic, TypeVar

import orjson
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from alliance.kit.columns import keepable

T = TypeVar("T")
M = TypeVar("M", bound=Model)

FIRST, MOST = 20, 100  # rows of a page: by default, and at most
DESCENDING = "-"
LARGEST_NUMBER = 2**63  # that a column can hold
EARLIEST, LATEST = (each.replace(tzinfo=UTC) for each in (datetime.min, datetime.max))  # asyncpg breaks on others


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """A row with its cursor."""

    node: T
    cursor: str


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where a page ends."""

    has_next_page: bool
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, in order. `total` counts them all, only when asked."""

    edges: tuple[Edge[T], ...]
    page_info: PageInfo
    total: Callable[[], Awaitable[int]]

    @property
    def nodes(self) -> list[T]:
        """The rows without their cursors."""
        return [edge.node for edge in self.edges]


def page_size(first: int, most: int = MOST) -> int:
    """`first`, or the nearest of 1 to `most` where it is none of them."""
    return min(max(first, 1), most)


async def page_of(query: QuerySet[M], order: Sequence[str], *, first: int, after: str | None) -> Page[M] | None:
    """A page of `query` in `order`, columns with `-` in front descending; the last one is unique.

    None: `after` is no cursor of this list.
    """
    columns = [column.lstrip(DESCENDING) for column in order]
    size, some, name = page_size(first), query.order_by(*order), _name_of(f"{query.model.__name__} {order}")
    if after is not None:
        fields = query.model._meta.fields_map
        place = _decoded(after, name, [fields[column].field_type for column in columns])
        if place is None:
            return None
        some = some.filter(_behind(order, place))
    rows = await some.limit(size + 1)
    edges = tuple(Edge(row, _encoded([name, *(getattr(row, column) for column in columns)])) for row in rows[:size])

    async def total() -> int:
        return await query.count()

    return _page(edges, has_next_page=len(rows) > size, total=total)


async def page_of_ranked(
    ranked: Sequence[T],
    place_of: Callable[[T], tuple[int | str, ...]],
    kinds: Sequence[type],
    *,
    of: str,
    first: int,
    after: str | None,
) -> Page[T] | None:
    """A page of values that stand in the order of `place_of` already, which gives values of `kinds`, unique in all.

    `of` tells the list from all others. A page begins behind the place of its cursor, also when what stood there has
    gone. None: `after` is no cursor of this list.
    """
    size, name, start = page_size(first), _name_of(of), 0
    if after is not None:
        place = _decoded(after, name, kinds)
        if place is None:
            return None
        start = bisect_right(ranked, tuple(place), key=place_of)
    edges = tuple(Edge(value, _encoded([name, *place_of(value)])) for value in ranked[start : start + size])

    async def total() -> int:
        return len(ranked)

    return _page(edges, has_next_page=start + size < len(ranked), total=total)


def _page(edges: tuple[Edge[T], ...], *, has_next_page: bool, total: Callable[[], Awaitable[int]]) -> Page[T]:
    return Page(edges, PageInfo(has_next_page, edges[-1].cursor if edges else None), total)


def _behind(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values`: greater in the first column, or equal there and greater in the next, and so on."""
    ways = []
    for place, column in enumerate(order):
        name, sign = column.lstrip(DESCENDING), "lt" if column.startswith(DESCENDING) else "gt"
        equal = {order[i].lstrip(DESCENDING): values[i] for i in range(place)}
        ways.append(Q(**equal, **{f"{name}__{sign}": values[place]}))
    return reduce(operator.or_, ways)


def _name_of(of: str) -> str:
    """What tells the cursors of one list in one order from all others."""
    return f"{zlib.crc32(of.encode()):08x}"


def _fits(value: Any, kind: type | None) -> bool:
    match value:
        case datetime():
            return value.tzinfo is not None and EARLIEST <= value <= LATEST
        case str():
            return kind is str and keepable(value) == value
        case _:
            return type(value) is kind is int and abs(value) < LARGEST_NUMBER


def _encoded(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def _decoded(cursor: str, name: str, kinds: Sequence[type | None]) -> list[Any] | None:
    """The place that a cursor of the list called `name` holds, as its columns do. None: it is none of this list."""
    try:
        of_list, *values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = [datetime.fromisoformat(v) if kind is datetime else v for kind, v in zip(kinds, values, strict=True)]
    except (ValueError, TypeError):  # somebody made it up
        return None
    is_whole = all(_fits(value, kind) for kind, value in zip(kinds, place, strict=True))
    return place if of_list == name and is_whole else None
