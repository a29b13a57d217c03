"""One deed as one transaction: what it wrote, its journal entries and its idempotency key, together or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import asdict, dataclass, is_dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from alliance.core.permissions import Deed
from alliance.core.problems import KeyReused, Problem, Refused, refuse
from alliance.core.viewer import Viewer
from alliance.journal.entries import Entry
from alliance.journal.sealing import append
from alliance.journal.tables import Repeat
from alliance.kit import clock
from alliance.kit.database import as_unit_of_work


class Identified(Protocol):
    """A row with a global id."""

    id: Any


T = TypeVar("T", bound=Identified)
KEPT = timedelta(days=7)  # SAFETY C4: stations are often offline for days
REMOVED_AT_ONCE = 20  # keys past their time that go with each new one, so that the table shrinks and no deed waits

_entries: ContextVar[list[Entry]] = ContextVar("entries")


@dataclass(frozen=True, slots=True)
class RepeatKey:
    """An idempotency key: counts once per account and mutation, for one input."""

    account_id: str
    mutation: str
    key: str
    input: Mapping[str, object]

    @property
    def key_hash(self) -> str:
        """SHA-256 of the key: what a caller puts into a key is not kept, whatever it is."""
        return hashlib.sha256(self.key.encode()).hexdigest()

    @property
    def input_hash(self) -> str:
        """SHA-256 of the input, so that the same key with other input is noticed."""
        text = json.dumps(self.input, default=_plain, sort_keys=True)  # escaped: lone surrogates have no bytes
        return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


async def settle(
    work: Callable[[], Awaitable[T | Problem]],
    *,
    key: RepeatKey | None = None,
    again: Callable[[str], Awaitable[T | None]] | None = None,
) -> T | Problem:
    """Run one deed in one transaction and return what it returned, or the problem it refused with.

    A refusal raised inside rolls everything back; a problem that is returned commits, for the few that must leave a
    trace. With `key` a repeated deed is not done again: `again` reads by id what the first one made.
    """
    try:
        return await as_unit_of_work(lambda: _settled(work, key, again))
    except Refused as refused:
        return refused.problem


def record(
    deed: Deed,
    actor: Viewer,
    *,
    subjects: tuple[str, ...] = (),
    bodies: tuple[str, ...] = (),
    district_code: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Note a deed for the journal; it is written at the end of the transaction that `settle` opened."""
    own = (actor.body_id,) if actor.body_id and actor.body_id not in bodies else ()
    _entries.get().append(
        Entry(
            deed=deed,
            actor=actor,
            subjects=subjects,
            bodies=(*own, *bodies),
            district_code=district_code,
            before=before or {},
            after=after or {},
        )
    )


async def _settled(
    work: Callable[[], Awaitable[T | Problem]],
    key: RepeatKey | None,
    again: Callable[[str], Awaitable[T | None]] | None,
) -> T | Problem:
    entries: list[Entry] = []
    _entries.set(entries)
    repeat = await _reserve(key) if key else None
    if repeat and repeat.subject_id and again:
        earlier = await again(repeat.subject_id)
        return earlier if earlier is not None else KeyReused()
    done = await work()
    if repeat:
        if isinstance(done, Problem):
            await repeat.delete()
        else:
            await Repeat.filter(id=repeat.id).update(subject_id=done.id)
    if entries:
        await append(entries)
    return done


async def _reserve(key: RepeatKey) -> Repeat:
    """The row of the key: fresh with an empty subject, or the one of the deed that used it first.

    The insert comes before all else: a second caller waits here for the first to end, on both engines, and holds
    nothing that anybody waits for.
    """
    fresh = Repeat(
        account_id=key.account_id,
        mutation=key.mutation,
        key=key.key_hash,
        input_hash=key.input_hash,
        subject_id="",
        at=clock.now(),
    )
    await Repeat.bulk_create([fresh], ignore_conflicts=True)
    repeat = await Repeat.get_or_none(account_id=key.account_id, mutation=key.mutation, key=key.key_hash)
    if repeat is None or await _is_past(repeat):
        return await _reserve(key)
    if repeat.input_hash != key.input_hash:
        refuse(KeyReused())
    if not repeat.subject_id:
        await _remove_past()
    return repeat


async def _is_past(repeat: Repeat) -> bool:
    """Whether a key has had its time; then it is gone."""
    if repeat.at >= clock.now() - KEPT:
        return False
    await Repeat.filter(id=repeat.id).delete()
    return True


async def _remove_past() -> None:
    """Remove the oldest keys past their time, but none that another deed is removing."""
    past = Repeat.filter(at__lt=clock.now() - KEPT).order_by("at").limit(REMOVED_AT_ONCE)
    if ids := await past.select_for_update(skip_locked=True).values_list("id", flat=True):
        await Repeat.filter(id__in=ids).delete()
