"""What one GraphQL operation shares: who asks, in which language, on which day, and what was already loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from alliance.core.viewer import ANYBODY, Viewer
from alliance.kit import messages

V = TypeVar("V")


class Context:
    """Made anew for every operation; `hotline` is the configured number of the civil-affairs department, if any.

    `address` is where the request came from; None where the server does not say.
    """

    def __init__(
        self,
        *,
        today: date,
        viewer: Viewer = ANYBODY,
        token: str | None = None,
        language: str = messages.DEFAULT,
        hotline: str | None = None,
        address: str | None = None,
    ) -> None:
        self.address = address
        self.viewer, self.token, self.language, self.today, self.hotline = viewer, token, language, today, hotline
        self._loaders: dict[object, DataLoader[Any, Any]] = {}

    async def load(self, read: Callable[[Viewer, Sequence[Any]], Awaitable[Mapping[Any, V]]], key: object) -> V | None:
        """What the batch reader `read` gives for `key`; all keys asked for in one step are read at once."""
        if key is None:
            return None
        found: V | None = await self._batches(read).load(key)
        return found

    def keep(self, read: Callable[[Viewer, Sequence[Any]], Awaitable[Mapping[Any, V]]], rows: Mapping[Any, V]) -> None:
        """Give `rows` from here on wherever `read` is asked for them: the answer shows them as they were found."""
        self._batches(read).prime_many(rows, force=True)

    async def required(self, read: Callable[[Viewer, Sequence[Any]], Awaitable[Mapping[Any, V]]], key: object) -> V:
        """Like `load`, for what must be there: promised by a foreign key, or told of a row that was read."""
        found = await self.load(read, key)
        if found is None:
            raise LookupError(f"{getattr(read, '__name__', read)} lost what must be there")
        return found

    async def each(
        self, read: Callable[[Viewer, Sequence[Any]], Awaitable[Mapping[Any, V]]], keys: Iterable[object]
    ) -> list[V]:
        """Like `required` for several keys in their order, read in one step together with everybody else's."""
        return list(await asyncio.gather(*(self.required(read, key) for key in keys)))

    async def once(self, read: Callable[[], Awaitable[V]]) -> V:
        """What `read` gives, read once per operation."""

        async def load_all(keys: list[None]) -> list[V]:
            return [await read()]

        found: V = await self._loader(read, load_all).load(None)
        return found

    def forget(self) -> None:
        """Drop what was loaded, after a deed has changed it."""
        self._loaders.clear()

    def _batches(
        self, read: Callable[[Viewer, Sequence[Any]], Awaitable[Mapping[Any, V]]]
    ) -> DataLoader[Any, V | None]:
        async def load_all(keys: list[Any]) -> list[V | None]:
            found = await read(self.viewer, keys)
            return [found.get(key) for key in keys]

        return self._loader(read, load_all)

    def _loader(self, read: object, load_all: Callable[[list[Any]], Awaitable[list[Any]]]) -> DataLoader[Any, Any]:
        return self._loaders.setdefault(read, DataLoader(load_all))


Info: TypeAlias = strawberry.Info[Context, None]
