"""Pages of lists that can grow: keyset cursors over rows, and the same over values that are already ranked."""

from __future__ import annotations

import base64
import binascii
import operator
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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


class BadCursor(ValueError):
    """`after` is not a cursor of this list."""


class BadPageSize(ValueError):
    """`first` is not between 1 and MOST."""


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


async def page_of(query: QuerySet[M], order: Sequence[str], *, first: int, after: str | None) -> Page[M]:
    """A page of `query` in `order`, columns with `-` in front descending; the last one is unique.

    Raises BadPageSize, BadCursor.
    """
    _check_size(first)
    some, name = query.order_by(*order), _name_of(query, order)
    if after is not None:
        of_list, *values = _decoded(after, len(order) + 1)
        if of_list != name:
            raise BadCursor(after)
        some = some.filter(_behind(order, _typed(query, order, values)))
    rows = await some.limit(first + 1)
    columns = [column.lstrip(DESCENDING) for column in order]
    edges = tuple(Edge(row, _encoded([name, *(getattr(row, column) for column in columns)])) for row in rows[:first])

    async def total() -> int:
        return await query.count()

    return _page(edges, has_next_page=len(rows) > first, total=total)


async def page_of_ranked(ranked: Sequence[T], key: Callable[[T], str], *, first: int, after: str | None) -> Page[T]:
    """A page of values that stand in their order already; `key` is what tells one from another.

    Raises BadPageSize, BadCursor (also when the row behind the cursor is no longer there).
    """
    _check_size(first)
    start = 0
    if after is not None:
        (wanted,) = _decoded(after, 1)
        places = [i for i, value in enumerate(ranked) if key(value) == wanted]
        if not places:
            raise BadCursor(after)
        start = places[0] + 1
    edges = tuple(Edge(value, _encoded([key(value)])) for value in ranked[start : start + first])

    async def total() -> int:
        return len(ranked)

    return _page(edges, has_next_page=start + first < len(ranked), total=total)


def _page(edges: tuple[Edge[T], ...], *, has_next_page: bool, total: Callable[[], Awaitable[int]]) -> Page[T]:
    return Page(edges, PageInfo(has_next_page, edges[-1].cursor if edges else None), total)


def _check_size(first: int) -> None:
    if not 1 <= first <= MOST:
        raise BadPageSize(first)


def _behind(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values`: greater in the first column, or equal there and greater in the next, and so on."""
    ways = []
    for place, column in enumerate(order):
        name, sign = column.lstrip(DESCENDING), "lt" if column.startswith(DESCENDING) else "gt"
        equal = {order[i].lstrip(DESCENDING): values[i] for i in range(place)}
        ways.append(Q(**equal, **{f"{name}__{sign}": values[place]}))
    return reduce(operator.or_, ways)


def _name_of(query: QuerySet[M], order: Sequence[str]) -> str:
    """What tells the cursors of one list in one order from all others."""
    return f"{zlib.crc32(f'{query.model.__name__} {order}'.encode()):08x}"


def _typed(query: QuerySet[M], order: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """The values of a cursor as the columns hold them. Raises BadCursor: somebody made it up."""
    kinds = [query.model._meta.fields_map[column.lstrip(DESCENDING)].field_type for column in order]
    try:
        typed = [datetime.fromisoformat(v) if kind is datetime else v for kind, v in zip(kinds, values, strict=True)]
    except (ValueError, TypeError):
        raise BadCursor(values) from None
    if not all(_fits(value, kind) for kind, value in zip(kinds, typed, strict=True)):
        raise BadCursor(values)
    return typed


def _fits(value: Any, kind: type | None) -> bool:
    match value:
        case datetime():
            return value.tzinfo is not None
        case str():
            return kind is str and keepable(value) == value
        case _:
            return type(value) is kind is int and abs(value) < LARGEST_NUMBER


def _encoded(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date | datetime) else value for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def _decoded(cursor: str, length: int) -> list[Any]:
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        raise BadCursor(cursor) from None
    if not isinstance(values, list) or len(values) != length or not all(isinstance(v, str | int) for v in values):
        raise BadCursor(cursor)
    return values
