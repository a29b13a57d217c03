"""When the two sides of a claim may reach each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alliance.claims.contacts import STAYS_OPEN, is_contact_open
from alliance.core.vocabulary import ClaimState

NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
OPEN = {ClaimState.ACCEPTED, ClaimState.ACTIVE, ClaimState.COMPLETED}


@pytest.mark.parametrize("state", list(ClaimState))
def test_a_contact_is_open_from_acceptance_to_completion_only(state: ClaimState) -> None:
    assert is_contact_open(state, NOW, NOW) is (state in OPEN)


@pytest.mark.parametrize("state", list(OPEN))
def test_a_completed_claim_closes_after_thirty_days_and_a_claim_under_way_never(state: ClaimState) -> None:
    assert is_contact_open(state, NOW - STAYS_OPEN, NOW)
    assert is_contact_open(state, NOW - STAYS_OPEN - timedelta(seconds=1), NOW) is (state is not ClaimState.COMPLETED)
