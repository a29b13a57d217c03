"""What a database holds of needs, claims and services, and what its journal tells of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from alliance.claims.tables import Claim
from alliance.core.permissions import Deed
from alliance.directory.tables import Capability
from alliance.journal.tables import JournalEntry
from alliance.needs.tables import Need
from tests.e2e.traffic import OF_CLAIMS, OF_SERVICES, Told

MADE_BY = {Deed.POST_NEED: "need", Deed.CLAIM_NEED: "claim", Deed.LIST_CAPABILITY: "capability"}


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds of a need, a claim or a service, and the deeds that its journal tells of it."""

    kind: str
    version: int
    state: str | None
    entries: tuple[JournalEntry, ...]

    def holds(self, told: Told) -> bool:
        """True when it has the acknowledged deed, whatever came later."""
        if max(self.version, len(self.entries)) < told.version:
            return False
        entry = self.entries[told.version - 1]
        return entry.deed is told.deed and (told.state is None or told.state == entry.after["state"])

    @property
    def is_half(self) -> bool:
        """True for a row that is not what its journal makes of it, deed by deed."""
        if len(self.entries) != self.version or MADE_BY.get(self.entries[0].deed) != self.kind:
            return True
        return self.kind != "capability" and self.entries[-1].after["state"] != self.state


async def kept() -> Mapping[str, Kept]:
    """Every need, claim and service by id, and what only the journal knows."""
    entries = defaultdict[str, list[JournalEntry]](list)
    for entry in await JournalEntry.filter(deed__in=[*MADE_BY, *OF_CLAIMS, *OF_SERVICES]).order_by("sequence"):
        entries[entry.subjects[0]].append(entry)
    rows = [
        *[("nothing", key, 0, None) for key in entries],
        *[("need", row.id, row.version, row.stored_state.name) for row in await Need.all()],
        *[("claim", row.id, row.version, row.state.name) for row in await Claim.all()],
        *[("capability", row.id, row.version, None) for row in await Capability.all()],
    ]
    return {key: Kept(kind, version, state, tuple(entries[key])) for kind, key, version, state in rows}
