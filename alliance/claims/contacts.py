"""When the two sides of a claim may reach each other, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.period import Window
from alliance.core.problems import N_, Problem
from alliance.core.vocabulary import ClaimState, ContactRole

MOST_A_DAY = 30  # openings per account; SAFETY T3
STAYS_OPEN = timedelta(days=30)  # after completion, for feedback; the service record is in by then


@dataclass(frozen=True, kw_only=True)
class ContactClosed(Problem):
    """The claim does not stand where its two sides may reach each other."""

    says = N_(
        "The other side's contact is open from acceptance until some weeks after completion; "
        "this claim stands at: {state}."
    )
    state: Annotated[ClaimState, Doc("Where the claim stands.")]


@dataclass(frozen=True, kw_only=True)
class NoContact(Problem):
    """The other side has no contact on record."""

    says = N_("The other side has no contact on record. Ask the bureau.")


@dataclass(frozen=True, kw_only=True)
class ContactQuotaUsed(Problem):
    """The account has opened as many contacts as one may on one day."""

    says = N_("You have opened {most} contacts today, and nobody may open more. Go on tomorrow, or ask the bureau.")
    most: Annotated[int, Doc("How many an account may open on one day (Asia/Shanghai).")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedContact:
    """The contact of the other side, in full; `id` is the claim's."""

    id: str
    name: str
    phone: str
    role: ContactRole
    hours: tuple[Window, ...]
    is_fictional: bool


def is_contact_open(state: ClaimState, changed_at: datetime, now: datetime) -> bool:
    """True while the two sides of a claim may reach each other: from acceptance until 30 days after completion."""
    if state is ClaimState.COMPLETED:
        return now - changed_at <= STAYS_OPEN
    return state in {ClaimState.ACCEPTED, ClaimState.ACTIVE}
