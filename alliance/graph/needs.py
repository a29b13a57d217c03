"""What stations ask for, and how much of it is for whose eyes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from alliance.claims import reads as claims
from alliance.claims import tables as claim_tables
from alliance.core.drafts import Doc
from alliance.core.period import Window
from alliance.core.permissions import Deed, may
from alliance.core.problems import N_
from alliance.core.vocabulary import (
    HeadcountBand,
    NeedState,
    Provenance,
    Urgency,
    Verdict,
    WithdrawReason,
)
from alliance.directory import reads as directory
from alliance.directory.tables import CareStation, Category, ChildGroup, District, Town
from alliance.graph.annotations import After, First, Origin, Version
from alliance.graph.candidates import RankedPage
from alliance.graph.deeds import ExpectedVersion, IdempotencyKey, settled
from alliance.graph.labels import labels
from alliance.graph.sentences import ages_words
from alliance.kit import clock, messages
from alliance.kit.context import Info
from alliance.kit.gql import Node, field, input_of, mutation, shows
from alliance.kit.paging import FIRST, Page, page_of
from alliance.needs import actions, drafts, reads, tables
from alliance.needs.drafts import PostNeedDraft, ReviseNeedDraft
from alliance.needs.filters import NeedOrder, NeedsWhere
from alliance.needs.lifecycle import band_of, free_places
from alliance.needs.rules import is_overdue
from alliance.needs.sight import Sight, public_groups

ORDERS = {NeedOrder.NEWEST_FIRST: ("-posted_at", "-id"), NeedOrder.OLDEST_FIRST: ("posted_at", "id")}


@strawberry.type(description="What the caller may do with a need now.")
class NeedDeeds:
    """Asked, not guessed by the page."""

    revise: bool = strawberry.field(description="`reviseNeed` is open to the caller.")
    withdraw: bool = strawberry.field(description="`withdrawNeed` is open to the caller.")
    close: bool = strawberry.field(description="`closeNeed` is open to the caller.")
    approve: bool = strawberry.field(description="`approveNeed` is open to the caller.")
    claim: bool = strawberry.field(description="`claimNeed` is open to the caller's role; `candidates` says more.")


@shows(tables.Need)
class Need(Node):
    """A station's request for a service, about a group, never about a child.

    Visible to its station, to the bureau, to members while open, and to organizations that have claimed it.
    """

    title: Annotated[
        str | None,
        Doc("One line, as the station wrote it; at most 40 characters. Null: not for your eyes before a claim."),
    ]
    details: Annotated[
        str | None,
        Doc("What else helps; at most 200 characters, empty for none. Null: not for your eyes before a claim."),
    ]
    headcount: Annotated[
        int | None,
        Doc("Places asked for, 1 to 500. Null: unknown to the station, or not for your eyes before a claim."),
    ]
    minimum_places: Annotated[
        int | None,
        Doc("The smallest part worth claiming, from 1. Null: not for your eyes before a claim; claim the whole then."),
    ]
    min_age: drafts.MinAge
    max_age: drafts.MaxAge
    mode: drafts.Where
    first_day: Annotated[date | None, Doc("First day it is wanted (inclusive). Null: open.")]
    last_day: drafts.LastDay
    windows: Annotated[tuple[Window, ...], Doc("Weekly times that suit; at most 21. Empty: open.")]
    urgency: Annotated[Urgency, Doc("How soon it must be met.")]
    deadline: drafts.Deadline
    posted_at: Annotated[datetime, Doc("When it was posted.")]
    withdraw_reason: Annotated[WithdrawReason | None, Doc("Why it was withdrawn. Null: it was not.")]
    provenance: Origin
    version: Version

    @field
    def state(self, root: strawberry.Parent[tables.Need]) -> NeedState:
        """Where it stands; derived from its claims unless it was withdrawn, closed, expired or is held for review."""
        return reads.state_of(root)

    @field
    async def label(self, root: strawberry.Parent[tables.Need], info: Info) -> str:
        """A neutral line for everyone who sees the need: service, ages, number as a band, district."""
        known, language = await info.context.once(labels), info.context.language
        services = tuple(known.of(code, language) for code in root.categories)
        values = {
            "services": services or messages.say(N_("service to be agreed"), language),
            "ages": ages_words(root.min_age, root.max_age, language),
            "band": band_of(root.headcount),
            "district": known.of(root.town_id[:6], language),
        }
        return messages.say(N_("{services}, {ages}, {band}, {district}"), language, **values)

    @field
    async def categories(self, root: strawberry.Parent[tables.Need], info: Info) -> list[Category]:
        """The leaf categories the station has confirmed; at most 3. Empty: none yet."""
        return await info.context.each(directory.categories, root.categories)

    @field
    async def groups(self, root: strawberry.Parent[tables.Need], info: Info) -> list[ChildGroup] | None:
        """The child groups it is for; at most 5. Empty: any children. Null: not for your eyes before a claim."""
        return await info.context.each(directory.groups, root.groups)

    @field
    async def public_groups(self, root: strawberry.Parent[tables.Need], info: Info) -> list[ChildGroup]:
        """The groups as everyone may know them: telling ones by their wider group; at most 5.

        Empty also where the service is so sensitive that no group is shown before a claim.
        """
        sight = await _sight(root, info)
        known = await info.context.once(reads.group_facts)
        shown = public_groups(root.groups, known) if sight.groups or sight.wider_groups else ()
        return await info.context.each(directory.groups, shown)

    @field
    def headcount_band(self, root: strawberry.Parent[tables.Need]) -> HeadcountBand:
        """The number of places as coarse as everyone may know."""
        return band_of(root.headcount)

    @field
    def remaining(self, root: strawberry.Parent[tables.Need]) -> int | None:
        """Places not yet held, 0 to headcount. Null where headcount is."""
        return free_places(root.headcount, root.held)

    @field
    async def district(self, root: strawberry.Parent[tables.Need], info: Info) -> District:
        """The district it lies in."""
        return await info.context.required(directory.districts, root.town_id[:6])

    @field
    async def town(self, root: strawberry.Parent[tables.Need], info: Info) -> Town | None:
        """The street or town it lies in. Null: not for your eyes before a claim."""
        return await info.context.load(directory.towns, root.town_id)

    @field
    async def station(self, root: strawberry.Parent[tables.Need], info: Info) -> CareStation | None:
        """Who asks. Null: not for your eyes before a claim."""
        return await info.context.load(directory.stations, root.station_id)

    @field
    def is_fictional(self, root: strawberry.Parent[tables.Need]) -> bool:
        """True for an invented example."""
        return root.provenance is Provenance.FICTIONAL

    @field
    async def claims(self, root: strawberry.Parent[tables.Need], info: Info) -> list[claim_tables.Claim]:
        """The claims on it that are for your eyes, oldest first; at most 500, one place each."""
        return await info.context.load(claims.claims_of, root.id) or []

    @field
    async def candidates(
        self,
        root: strawberry.Parent[tables.Need],
        info: Info,
        first: First = FIRST,
        after: After = None,
        verdict: Annotated[list[Verdict] | None, Doc("Only these verdicts. Null: all.")] = None,
    ) -> RankedPage | None:
        """Every organization with its verdict, best first. An organization sees itself only.

        Null: `after` is no cursor of this list; start again without it.
        """
        offered = await info.context.once(claims.whole_supply)
        facts = await info.context.required(reads.facts_by_need, root)
        ranked = claims.candidates_for(info.context.viewer, facts, await _sight(root, info), offered)
        return await RankedPage.of(ranked, verdict, need_id=root.id, first=first, after=after)

    @field
    def viewer_can(self, root: strawberry.Parent[tables.Need], info: Info) -> NeedDeeds:
        """What the caller may do with it now."""
        viewer, is_live = info.context.viewer, root.stored_state in {NeedState.OPEN, NeedState.NEEDS_REVIEW}
        is_own = viewer.station_id == root.station_id and is_live
        is_waiting = root.stored_state is NeedState.NEEDS_REVIEW
        is_open, is_late = root.stored_state is NeedState.OPEN, _is_overdue(root)
        is_free = is_open and free_places(root.headcount, root.held) != 0 and not is_late
        return NeedDeeds(
            revise=is_own and may(viewer, Deed.REVISE_NEED),
            withdraw=is_own and may(viewer, Deed.WITHDRAW_NEED) and not root.active and not root.completed,
            close=is_own and may(viewer, Deed.CLOSE_NEED) and is_open and 0 < root.completed == root.held,
            approve=is_waiting and may(viewer, Deed.APPROVE_NEED) and viewer.is_duty_officer,
            claim=is_free and may(viewer, Deed.CLAIM_NEED),
        )


def _is_overdue(need: tables.Need) -> bool:
    return is_overdue(need.deadline, need.last_day, today=clock.today())


async def _sight(need: tables.Need, info: Info) -> Sight:
    return await info.context.required(reads.sights, need)


# --- looking ---------------------------------------------------------------------------------------------------------


@input_of(NeedsWhere)
class NeedsWhereInput(NeedsWhere):
    """Which needs; what is left out narrows nothing."""


@strawberry.type
class NeedsQuery:
    """Looks at needs."""

    @field
    async def needs(
        self,
        info: Info,
        where: Annotated[NeedsWhereInput | None, Doc("Narrows the list.")] = None,
        order_by: Annotated[NeedOrder, Doc("Order of the list; ties by id.")] = NeedOrder.NEWEST_FIRST,
        first: First = FIRST,
        after: After = None,
    ) -> Page[tables.Need] | None:
        """The needs that are for your eyes; none for nobody.

        Null: `after` is no cursor of this list; start again without it.
        """
        query = await reads.needs_where(info.context.viewer, where or NeedsWhere())
        return await page_of(query, ORDERS[order_by], first=first, after=after)

    @field
    async def need(self, info: Info, id: Annotated[strawberry.ID, Doc("Id of a need.")]) -> tables.Need | None:
        """One need. Null: there is none of this id, or it is not for your eyes."""
        return await info.context.load(reads.visible_by_id, id)


# --- deeds -----------------------------------------------------------------------------------------------------------


@input_of(PostNeedDraft)
class PostNeedInput(PostNeedDraft):
    """One service for one group, as the station confirms it."""


@input_of(ReviseNeedDraft)
class ReviseNeedInput(ReviseNeedDraft):
    """Changes to a posted need: what is absent stays, null clears."""


NeedId = Annotated[strawberry.ID, Doc("Which need.")]


@strawberry.type
class NeedsMutation:
    """What stations do with needs. Withdrawing stands with the claims it gives back."""

    @mutation(Need, actions.post_need)
    async def post_need(self, info: Info, input: PostNeedInput, idempotency_key: IdempotencyKey = None) -> Any:
        """Put a need of the own station on the board. A doubtful text waits there, unseen, for the duty officer."""
        return await settled(info, actions.post_need, draft=input, key=idempotency_key, again=reads.visible_by_id)

    @mutation(Need, actions.revise_need)
    async def revise_need(
        self, info: Info, need_id: NeedId, input: ReviseNeedInput, expected_version: ExpectedVersion
    ) -> Any:
        """Change one of the own station's needs, as far as its claims allow."""
        return await settled(info, actions.revise_need, need_id=need_id, expected_version=expected_version, draft=input)

    @mutation(Need, actions.close_need)
    async def close_need(self, info: Info, need_id: NeedId, expected_version: ExpectedVersion) -> Any:
        """Close one of the own station's needs when its claims are completed, one at least."""
        return await settled(info, actions.close_need, need_id=need_id, expected_version=expected_version)

    @mutation(Need, actions.approve_need)
    async def approve_need(self, info: Info, need_id: NeedId, expected_version: ExpectedVersion) -> Any:
        """Put a need that was held for review on the board. For a duty officer of the bureau."""
        return await settled(info, actions.approve_need, need_id=need_id, expected_version=expected_version)
