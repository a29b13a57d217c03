"""The way of every mutation: one deed in one transaction, repeated safely under its idempotency key."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any

from alliance.core.drafts import Doc
from alliance.core.problems import N_, Faults, InvalidInput, Problem, Refused
from alliance.core.viewer import Viewer
from alliance.journal.settle import RepeatKey, settle
from alliance.kit.context import Info

KEY = re.compile(r"[A-Za-z0-9._:-]{8,64}")

IdempotencyKey = Annotated[
    str | None,
    Doc(
        "Makes a repeat harmless: 8 to 64 characters of A-Z, a-z, 0-9, `.`, `_`, `:`, `-`, fresh for each deed. "
        "The same key with the same input gives the same answer; with other input it is refused."
    ),
]
ExpectedVersion = Annotated[int, Doc("The `version` you have read. Another one is refused with the current version.")]


async def settled(
    info: Info,
    action: Callable[..., Awaitable[Any]],
    *,
    key: str | None = None,
    again: Callable[[Viewer, Sequence[str]], Awaitable[Mapping[str, Any]]] | None = None,
    **arguments: Any,
) -> Any:
    """What `action` answers to the caller, or the problem it refused with.

    With `key` a repeat is not done again: `again` reads by id what the first one made.
    """
    viewer = info.context.viewer
    if key is not None and not KEY.fullmatch(key):
        return _bad_key()

    async def read_again(id: str) -> Any:
        return (await again(viewer, [id])).get(id) if again else None

    repeat = RepeatKey(viewer.account_id, action.__name__, key, arguments) if key and viewer.account_id else None
    done = await settle(lambda: action(viewer, **arguments), key=repeat, again=read_again)
    info.context.forget()
    return done


async def looked_at(info: Info, action: Callable[..., Awaitable[Any]], **arguments: Any) -> Any:
    """What an action that writes nothing answers, or the problem it refused with; it waits for nobody's write."""
    try:
        return await action(info.context.viewer, **arguments)
    except Refused as refused:
        return refused.problem


def _bad_key() -> Problem:
    faults = Faults()
    faults.add("idempotencyKey", N_("A key has 8 to 64 characters of A-Z, a-z, 0-9, `.`, `_`, `:`, `-`."))
    return InvalidInput(fields=faults.all())
