"""Everything the database holds, so that a test can say that nothing happened, and search it for what must not be."""

from __future__ import annotations

import importlib
import inspect
from typing import Any, TypeAlias

from tortoise.models import Model

from alliance.identity.tables import Account, Session
from alliance.journal.tables import JournalEntry
from alliance.kit.database import MODELS, connection

Rows: TypeAlias = list[dict[str, Any]]
KINDS: tuple[type[Model], ...] = tuple(
    kind
    for name in MODELS
    for _, kind in inspect.getmembers(importlib.import_module(name), inspect.isclass)
    if issubclass(kind, Model) and kind.__module__ == name
)
TOKENS = (Account, Session)  # the harness opens accounts and sessions in between


async def ledger(*, leaves_out: tuple[type[Model], ...] = TOKENS) -> dict[str, Rows]:
    """Every row of every table, versions and all, without the two that hold who may sign in and is signed in."""
    return {kind.__name__: await rows(kind) for kind in KINDS if kind not in leaves_out}


async def rows(kind: type[Model]) -> Rows:
    """All rows of one table in the order of their key."""
    found = await connection().execute_query_dict(
        f"SELECT * FROM {kind._meta.db_table} ORDER BY {kind._meta.db_pk_column}"
    )
    return [dict(row) for row in found]


async def entries() -> list[JournalEntry]:
    """The journal in its order."""
    return await JournalEntry.all().order_by("sequence")


async def last_entry() -> dict[str, Any]:
    """What the newest entry of the journal says, without its number and moment."""
    entry = (await entries())[-1]
    told = ("actor_id", "actor_role", "body_id", "subjects", "bodies", "before", "after")
    return {"deed": entry.deed.name} | {name: getattr(entry, name) for name in told}


async def places_holding(text: str) -> list[str]:
    """The columns in which any row of the whole database holds `text`."""
    whole = await ledger(leaves_out=())
    return [
        f"{kind}.{name}" for kind, found in whole.items() for row in found for name, v in row.items() if text in repr(v)
    ]
