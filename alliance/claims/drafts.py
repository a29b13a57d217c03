"""What an organization sets when it claims a need, and when it hands in what was delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from alliance.core.drafts import Acknowledged, Doc
from alliance.core.vocabulary import ContactReason, DeclineCode, Outcome, ReleaseCode
from alliance.schedule.drafts import RoomRequestDraft


@dataclass(kw_only=True)
class ClaimNeedDraft:
    """A promise of places for a need, with one of the own organization's services."""

    capability_id: Annotated[str, Doc("The own service that meets the need; see `candidates`.")]
    places: Annotated[int | None, Doc("How many places, 1 to what is left. Null: everything that is left.")] = None
    first_day: Annotated[date | None, Doc("First day of delivery (inclusive). Null: as the need says.")] = None
    last_day: Annotated[date | None, Doc("Last day of delivery (inclusive). Null: as the need says.")] = None
    room: Annotated[
        RoomRequestDraft | None,
        Doc("A room of the base for it, held in the same step: places and room stand or fall together. Null: none."),
    ] = None


@dataclass(kw_only=True)
class DeclineClaimDraft:
    """Why a station does not take an offer."""

    reason: Annotated[DeclineCode, Doc("Why; SAFETY is for the bureau, the organization reads NOT_SAID.")]


@dataclass(kw_only=True)
class ReleaseClaimDraft:
    """Why a claim is given back."""

    reason: Annotated[
        ReleaseCode,
        Doc("Why; SAFETY is for the bureau, the other side reads NOT_SAID. Not `…_WITHDRAWN`."),
    ]


@dataclass(kw_only=True)
class OpenContactDraft:
    """Why the other side's contact is opened."""

    reason: Annotated[ContactReason, Doc("Why; it stands in the journal, where the other side reads it.")]


@dataclass(kw_only=True)
class CompleteClaimDraft:
    """The service record: what was delivered, in numbers."""

    sessions: Annotated[int, Doc("How many times it took place, 0 to 1000.")]
    person_times: Annotated[int, Doc("Attendances added up over all times, 0 to 100000.")]
    outcome: Annotated[Outcome, Doc("How it ended.")]
    note: Annotated[str, Doc("At most 200 characters about the service; no person, no child's story.")] = ""
    acknowledged: Acknowledged = ()
