"""Who takes a need, how it goes on, and what an organization could take next."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from alliance.claims import actions, reads, tables
from alliance.claims.contacts import is_contact_open
from alliance.claims.drafts import ClaimNeedDraft, CompleteClaimDraft, DeclineClaimDraft, ReleaseClaimDraft
from alliance.claims.filters import ClaimsWhere
from alliance.claims.rules import may_follow, told_decline, told_release
from alliance.core.drafts import Doc
from alliance.core.permissions import Deed, may
from alliance.core.vocabulary import ClaimState, DeclineCode, Outcome, Provenance, ReleaseCode, RoomStanding
from alliance.directory import reads as directory
from alliance.directory import tables as directory_tables
from alliance.graph.annotations import After, First, Origin, Version
from alliance.graph.capabilities import Capability, CapabilityId
from alliance.graph.contacts import OpenContactInput, OpenedContact
from alliance.graph.deeds import ExpectedVersion, IdempotencyKey, settled
from alliance.graph.needs import Need, NeedId
from alliance.kit import clock
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, input_of, mutation, shows
from alliance.kit.paging import FIRST, Page, page_of, page_of_ranked
from alliance.matching import criteria, rank
from alliance.needs import reads as needs
from alliance.needs import tables as need_tables
from alliance.needs.drafts import WithdrawNeedDraft
from alliance.schedule import reads as schedule
from alliance.schedule import tables as schedule_tables


@strawberry.type(description="What the caller may do with a claim now.")
class ClaimDeeds:
    """Asked, not guessed by the page."""

    accept: bool = strawberry.field(description="`acceptClaim` is open to the caller.")
    decline: bool = strawberry.field(description="`declineClaim` is open to the caller.")
    release: bool = strawberry.field(description="`releaseClaim` is open to the caller.")
    start: bool = strawberry.field(description="`startClaim` is open to the caller.")
    complete: bool = strawberry.field(description="`completeClaim` is open to the caller.")
    open_contact: bool = strawberry.field(description="`openContact` is open to the caller, but for the day's quota.")


@shows(tables.Claim)
class Claim(Node):
    """An organization's promise of places for a need. Visible to both sides and the bureau."""

    places: Annotated[int, Doc("Places it takes, from 1.")]
    first_day: Annotated[date | None, Doc("First day of delivery (inclusive). Null: open.")]
    last_day: Annotated[date | None, Doc("Last day of delivery (inclusive). Null: open.")]
    state: Annotated[ClaimState, Doc("Where it stands.")]
    is_by_operator: Annotated[bool, Doc("True when the organization runs the station that asks.")]
    proposed_at: Annotated[datetime, Doc("When it was made.")]
    changed_at: Annotated[datetime, Doc("When it last came to another state.")]
    provenance: Origin
    version: Version

    @field
    async def need(self, root: strawberry.Parent[tables.Claim], info: Info) -> need_tables.Need:
        """What it is for."""
        return await info.context.required(needs.visible_by_id, root.need_id)

    @field
    async def capability(self, root: strawberry.Parent[tables.Claim], info: Info) -> directory_tables.Capability:
        """The service it is made with."""
        return await info.context.required(directory.capabilities, root.capability_id)

    @field
    async def organization(self, root: strawberry.Parent[tables.Claim], info: Info) -> directory_tables.Organization:
        """Who made it."""
        return await info.context.required(directory.organizations, root.organization_id)

    @field
    async def record(self, root: strawberry.Parent[tables.Claim], info: Info) -> tables.ServiceRecord | None:
        """What was delivered. Null: not completed."""
        return await info.context.load(reads.records, root.id)

    @field
    async def contact(self, root: strawberry.Parent[tables.Claim], info: Info) -> directory_tables.Contact | None:
        """Whom to reach on the other side. Null: none on record, or not for your eyes: only the two sides see it, from
        acceptance until 30 days after completion."""
        return await info.context.load(reads.contacts, root.id)

    @field
    async def room_standing(self, root: strawberry.Parent[tables.Claim], info: Info) -> RoomStanding:
        """Whether it has the room that it asked for."""
        if root.series_id is None:
            return RoomStanding.NONE
        return await info.context.required(reads.room_standings, root.series_id)

    @field
    async def bookings(self, root: strawberry.Parent[tables.Claim], info: Info) -> list[schedule_tables.Booking]:
        """The bookings made for it that you may see, in order; at most 100."""
        return await info.context.load(schedule.bookings_of, root.series_id) or []

    @field
    def decline_code(self, root: strawberry.Parent[tables.Claim], info: Info) -> DeclineCode | None:
        """Why the station declined. Null: it did not."""
        is_told = info.context.viewer.organization_id is not None
        return told_decline(root.decline_code) if is_told else root.decline_code

    @field
    def release_code(self, root: strawberry.Parent[tables.Claim], info: Info) -> ReleaseCode | None:
        """Why it was given back. Null: it was not."""
        viewer = info.context.viewer
        is_bureau = viewer.organization_id is None and viewer.station_id is None
        return root.release_code if is_bureau else told_release(root.release_code)

    @field
    def is_fictional(self, root: strawberry.Parent[tables.Claim]) -> bool:
        """True for an invented example."""
        return root.provenance is Provenance.FICTIONAL

    @field
    def viewer_can(self, root: strawberry.Parent[tables.Claim], info: Info) -> ClaimDeeds:
        """What the caller may do with it now."""

        def can(deed: Deed) -> bool:
            return may(info.context.viewer, deed) and may_follow(deed, root.state)

        return ClaimDeeds(
            accept=can(Deed.ACCEPT_CLAIM),
            decline=can(Deed.DECLINE_CLAIM),
            release=can(Deed.RELEASE_CLAIM),
            start=can(Deed.START_CLAIM),
            complete=can(Deed.COMPLETE_CLAIM),
            open_contact=may(info.context.viewer, Deed.OPEN_CONTACT)
            and is_contact_open(root.state, root.changed_at, clock.now()),
        )


@shows(tables.ServiceRecord)
class ServiceRecord:
    """What was delivered for a claim: numbers and an outcome, no child. Visible as the claim is."""

    sessions: Annotated[int, Doc("How many times it took place, from 0.")]
    person_times: Annotated[int, Doc("Attendances added up over all times, from 0.")]
    outcome: Annotated[Outcome, Doc("How it ended.")]
    note: Annotated[str, Doc("What else is to be said of the service; at most 200 characters, empty for none.")]
    recorded_at: Annotated[datetime, Doc("When it was handed in.")]


@shows(rank.Fit)
class WorklistItem:
    """An open need that the own organization can serve, with the service that fits best and the grounds."""

    points: Annotated[int, Doc("The sum of its reasons, 0 to 1000.")]
    reasons: Annotated[tuple[criteria.Reason, ...], Doc("One per criterion, at most 9.")]

    @field
    async def need(self, root: strawberry.Parent[rank.Fit], info: Info) -> need_tables.Need:
        """The need."""
        return await info.context.required(needs.visible_by_id, root.need.id)

    @field
    async def capability(self, root: strawberry.Parent[rank.Fit], info: Info) -> directory_tables.Capability:
        """The own service that fits best; pass its id to `claimNeed`."""
        return await info.context.required(directory.capabilities, root.capability.id)


# --- looking ---------------------------------------------------------------------------------------------------------


@input_of(ClaimsWhere)
class ClaimsWhereInput(ClaimsWhere):
    """Which claims; what is left out narrows nothing."""


@strawberry.type
class ClaimsQuery:
    """Looks at claims and at what could be claimed."""

    @field
    async def worklist(self, info: Info, first: First = FIRST, after: After = None) -> Page[rank.Fit] | None:
        """The open needs the own organization can serve and has not claimed, best first.

        Null: not for your eyes (organizations only), or `after` is no cursor of this list; start again without it.
        """
        found = await reads.worklist(info.context.viewer)
        if found is None:
            return None
        fits, rows = found
        page = await page_of_ranked(fits, rank.fit_order, (int, str), of="worklist", first=first, after=after)
        if page is not None:
            info.context.keep(needs.visible_by_id, {fit.need.id: rows[fit.need.id] for fit in page.nodes})
        return page

    @field
    async def claims(
        self,
        info: Info,
        where: Annotated[ClaimsWhereInput | None, Doc("Narrows the list.")] = None,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Claim] | None:
        """The claims that are for your eyes, newest first; none for nobody.

        Null: `after` is no cursor of this list; start again without it.
        """
        query = reads.claims_where(info.context.viewer, where or ClaimsWhere())
        return await page_of(query, ("-proposed_at", "-id"), first=first, after=after)

    @field
    async def claim(self, info: Info, id: Annotated[strawberry.ID, Doc("Id of a claim.")]) -> tables.Claim | None:
        """One claim. Null: there is none of this id, or it is not for your eyes."""
        return await info.context.load(reads.visible_by_id, id)


# --- deeds -----------------------------------------------------------------------------------------------------------


@input_of(ClaimNeedDraft)
class ClaimNeedInput(ClaimNeedDraft):
    """A promise of places for a need, with one of the own organization's services."""


@input_of(DeclineClaimDraft)
class DeclineClaimInput(DeclineClaimDraft):
    """Why a station does not take an offer."""


@input_of(ReleaseClaimDraft)
class ReleaseClaimInput(ReleaseClaimDraft):
    """Why a claim is given back."""


@input_of(WithdrawNeedDraft)
class WithdrawNeedInput(WithdrawNeedDraft):
    """Why a need comes off the board."""


@input_of(CompleteClaimDraft)
class CompleteClaimInput(CompleteClaimDraft):
    """The service record: what was delivered, in numbers."""


ClaimId = Annotated[strawberry.ID, Doc("Which claim.")]


@strawberry.type
class ClaimsMutation:
    """What both sides do with claims, and withdrawing what has claims."""

    @mutation(Claim, actions.claim_need)
    async def claim_need(
        self, info: Info, need_id: NeedId, input: ClaimNeedInput, idempotency_key: IdempotencyKey = None
    ) -> Any:
        """Take all or part of a need; the station then accepts or declines. Never more than is left."""
        again = reads.visible_by_id
        return await settled(info, actions.claim_need, need_id=need_id, draft=input, key=idempotency_key, again=again)

    @mutation(Claim, actions.accept_claim)
    async def accept_claim(self, info: Info, claim_id: ClaimId, expected_version: ExpectedVersion) -> Any:
        """The station takes the offer; from now on the organization sees the whole need."""
        return await settled(info, actions.accept_claim, claim_id=claim_id, expected_version=expected_version)

    @mutation(Claim, actions.decline_claim)
    async def decline_claim(
        self,
        info: Info,
        claim_id: ClaimId,
        input: DeclineClaimInput,
        expected_version: ExpectedVersion,
    ) -> Any:
        """The station does not take the offer; its places are free again."""
        return await settled(
            info, actions.decline_claim, claim_id=claim_id, expected_version=expected_version, draft=input
        )

    @mutation(Claim, actions.release_claim)
    async def release_claim(
        self,
        info: Info,
        claim_id: ClaimId,
        input: ReleaseClaimInput,
        expected_version: ExpectedVersion,
    ) -> Any:
        """Either side gives a claim back before it is completed; its places are free again."""
        return await settled(
            info, actions.release_claim, claim_id=claim_id, expected_version=expected_version, draft=input
        )

    @mutation(Claim, actions.start_claim)
    async def start_claim(self, info: Info, claim_id: ClaimId, expected_version: ExpectedVersion) -> Any:
        """The organization has begun the service."""
        return await settled(info, actions.start_claim, claim_id=claim_id, expected_version=expected_version)

    @mutation(Claim, actions.complete_claim)
    async def complete_claim(
        self, info: Info, claim_id: ClaimId, input: CompleteClaimInput, expected_version: ExpectedVersion
    ) -> Any:
        """The organization hands in the service record."""
        return await settled(
            info, actions.complete_claim, claim_id=claim_id, expected_version=expected_version, draft=input
        )

    @mutation(OpenedContact, actions.open_contact)
    async def open_contact(self, info: Info, claim_id: ClaimId, input: OpenContactInput) -> Any:
        """See in full whom to reach on the other side of an accepted claim: alone in a document, at most 30 a day.

        The other side reads in the journal that it was opened, and why.
        """
        return await settled(info, actions.open_contact, claim_id=claim_id, draft=input)

    @mutation(Need, actions.withdraw_need)
    async def withdraw_need(
        self,
        info: Info,
        need_id: NeedId,
        input: WithdrawNeedInput,
        expected_version: ExpectedVersion,
    ) -> Any:
        """Take a need off the board; claims that have not begun are given back."""
        return await settled(
            info, actions.withdraw_need, need_id=need_id, expected_version=expected_version, draft=input
        )

    @mutation(Capability, actions.withdraw_capability)
    async def withdraw_capability(
        self, info: Info, capability_id: CapabilityId, expected_version: ExpectedVersion
    ) -> Any:
        """Take a service off the own list; claims with it that have not begun are given back."""
        return await settled(
            info, actions.withdraw_capability, capability_id=capability_id, expected_version=expected_version
        )
