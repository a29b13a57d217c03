"""Whether the places and rooms that are kept as taken are what claims and bookings add up to."""

from __future__ import annotations

from collections import Counter

from alliance.claims.rules import counted
from alliance.claims.tables import Claim
from alliance.directory.tables import CapabilityMonth
from alliance.kit.checking import Finding
from alliance.needs.tables import Need
from alliance.schedule.audit import of_bookings

COUNTS = ("held", "active", "completed")


async def inconsistencies() -> tuple[Finding, ...]:
    """Every kept number of places or quarter-hours that differs from claims and bookings; none when all is well."""
    claims = await Claim.all().only("id", "need_id", "capability_id", "places", "months", "state")
    return *await _of_needs(claims), *await _of_months(claims), *await of_bookings()


async def _of_needs(claims: list[Claim]) -> list[Finding]:
    sums: Counter[tuple[str, str]] = Counter()
    for claim in claims:
        for column, weight in zip(COUNTS, counted(claim.state), strict=True):
            sums[claim.need_id, column] += weight * claim.places
    needs = await Need.all().only("id", *COUNTS).order_by("id")
    return [
        Finding(need.id, column, getattr(need, column), sums[need.id, column])
        for need in needs
        for column in COUNTS
        if getattr(need, column) != sums[need.id, column]
    ]


async def _of_months(claims: list[Claim]) -> list[Finding]:
    sums: Counter[tuple[str, str]] = Counter()
    for claim in claims:
        for month in claim.months:
            sums[claim.capability_id, month] += claim.state.holds_places * claim.places
    kept = {(row.capability_id, row.month): row.taken for row in await CapabilityMonth.all()}
    return [
        Finding(capability, f"taken {month}", kept.get((capability, month), 0), sums[capability, month])
        for capability, month in sorted(sums.keys() | kept.keys())
        if kept.get((capability, month), 0) != sums[capability, month]
    ]
