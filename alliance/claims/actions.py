"""Claiming a need, and every step of a claim until the service record; withdrawing what has claims."""

from __future__ import annotations

from datetime import date

from tortoise.expressions import F
from tortoise.queryset import QuerySet

from alliance.claims import reads
from alliance.claims.contacts import (
    MOST_A_DAY,
    ContactClosed,
    ContactQuotaUsed,
    NoContact,
    OpenedContact,
    is_contact_open,
)
from alliance.claims.discretion import discreet_rule
from alliance.claims.drafts import (
    ClaimNeedDraft,
    CompleteClaimDraft,
    DeclineClaimDraft,
    OpenContactDraft,
    ReleaseClaimDraft,
)
from alliance.claims.rules import (
    OF_THE_SYSTEM,
    NotEligible,
    NotEnoughLeft,
    OnlyWhole,
    QuotaExceeded,
    TooSmall,
    WrongClaimState,
    barring_rules,
    claim_faults,
    counted,
    delivery_days,
    may_follow,
    next_state,
    places_claimed,
    record_columns,
    refuse_if_barred,
    room_faults,
    told_decline,
    told_release,
)
from alliance.claims.tables import Claim, ContactQuota, ServiceRecord
from alliance.core.period import Days
from alliance.core.permissions import Deed, allow
from alliance.core.problems import N_, Fault, Faults, InvalidInput, NotFound, Problem, Stale, refuse, refuses
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import (
    BookingState,
    CancelCode,
    ClaimState,
    DeclineCode,
    NeedState,
    Provenance,
    ReleaseCode,
)
from alliance.directory.actions import district_of, own_capability
from alliance.directory.reads import Supply, supply
from alliance.directory.rules import AlreadyWithdrawn, QualificationMissing
from alliance.directory.tables import TITLE_LENGTH, Capability, CapabilityMonth, Category
from alliance.journal.entrance import REFUSALS, screened
from alliance.journal.settle import record
from alliance.kit import clock
from alliance.kit.database import revised
from alliance.matching.facts import NeedFacts
from alliance.needs import actions as needs
from alliance.needs import reads as needs_reads
from alliance.needs.drafts import WithdrawNeedDraft
from alliance.needs.rules import AlreadyDelivered, NeedClosed, NeedOverdue, StillHeld, is_overdue, last_useful_day
from alliance.needs.sight import Sight
from alliance.needs.tables import Need
from alliance.schedule import actions as schedule
from alliance.schedule import reads as schedule_reads
from alliance.schedule.drafts import CancelBookingDraft, MoveBookingDraft
from alliance.schedule.judging import Place
from alliance.schedule.rules import (
    BookingBegun,
    NotAMember,
    RoomNotFree,
    WrongBookingState,
    refuse_if_begun,
    refuse_unless_follows,
)
from alliance.schedule.tables import Booking, BookingSeries
from alliance.schedule.times import Stretch


@refuses(
    NotFound,
    NeedClosed,
    NeedOverdue,
    InvalidInput,
    OnlyWhole,
    NotEnoughLeft,
    TooSmall,
    NotEligible,
    QualificationMissing,
    QuotaExceeded,
    AlreadyWithdrawn,
    RoomNotFree,
)
async def claim_need(viewer: Viewer, *, need_id: str, draft: ClaimNeedDraft) -> Claim:
    """Take all or part of a need with a service of one's own organization; the station then accepts or declines.

    Places of the need and of every month touched are taken by conditional writes: of several claims on the last
    place exactly one wins. A room that is asked for is held in the same step, or nothing is taken at all.
    """
    allow(viewer, Deed.CLAIM_NEED)
    await _seen(viewer, need_id)
    capability, today = await own_capability(viewer, draft.capability_id), clock.today()
    await needs.locked(need_id)
    need = await _seen(viewer, need_id)
    if need.stored_state is not NeedState.OPEN:
        refuse(NeedClosed(state=needs_reads.state_of(need)))
    _refuse_if_overdue(need, today)
    own = await supply({}, organization_id=viewer.organization_id)
    (facts,) = await needs_reads.need_facts([need])
    faults = claim_faults(draft, facts, today=today)
    wanted = await _room_times(draft, facts, faults)
    faults.refuse_if_any()
    sight = (await needs_reads.sights(viewer, [need]))[need]
    places = places_claimed(draft, facts, shows_headcount=sight.headcount)
    _refuse_if_barred(facts, capability, own, sight)
    days = delivery_days(draft, facts, [place.use for _, place in wanted])
    months = days.months(today)
    if not await needs.hold_places(need.id, places):
        refuse(await _why_not_held(need.id))
    for month in months:
        await _take_places(capability, month, places)
    series = None
    if draft.room:
        series = await schedule.hold_room(
            viewer,
            request=draft.room,
            headcount=places,
            title=await _neutral_title(capability),
            parties=[need.station_id],
            wanted=wanted,
        )
    claim = await Claim.create(
        need_id=need.id,
        series_id=series.id if series else None,
        capability_id=capability.id,
        organization_id=capability.organization_id,
        places=places,
        first_day=days.first,
        last_day=days.last,
        months=months,
        is_by_operator=facts.station_operator == capability.organization_id,
        proposed_at=clock.now(),
        changed_at=clock.now(),
        provenance=Provenance.RECORDED,
    )
    await needs.join_party(need.id, capability.organization_id)
    after = {"state": claim.state.name, "places": places, "category": capability.category_id}
    _record(viewer, Deed.CLAIM_NEED, claim, need, after=after | {"is_by_operator": claim.is_by_operator})
    return claim


@refuses(NotFound, Stale, WrongClaimState)
async def accept_claim(viewer: Viewer, *, claim_id: str, expected_version: int) -> Claim:
    """The station takes the offer; from now on the organization sees the whole need."""
    allow(viewer, Deed.ACCEPT_CLAIM)
    claim, need = await _claim_and_need(viewer, claim_id)
    moved = await _moved(viewer, Deed.ACCEPT_CLAIM, claim, need, expected_version)
    await needs.join_party(need.id, claim.organization_id, may_see_all=True)
    return moved


@refuses(NotFound, Stale, WrongClaimState)
async def decline_claim(viewer: Viewer, *, claim_id: str, expected_version: int, draft: DeclineClaimDraft) -> Claim:
    """The station does not take the offer; its places are free again."""
    allow(viewer, Deed.DECLINE_CLAIM)
    claim, need = await _claim_and_need(viewer, claim_id)
    return await _given_back(viewer, Deed.DECLINE_CLAIM, claim, need, expected_version, decline_code=draft.reason)


@refuses(NotFound, Stale, WrongClaimState, InvalidInput)
async def release_claim(viewer: Viewer, *, claim_id: str, expected_version: int, draft: ReleaseClaimDraft) -> Claim:
    """Either side gives a claim back before it is completed; its places are free again."""
    allow(viewer, Deed.RELEASE_CLAIM)
    if draft.reason in OF_THE_SYSTEM:
        refuse(
            InvalidInput(fields=(Fault(path="reason", says=N_("This reason is given by the system. Choose another.")),))
        )
    claim, need = await _claim_and_need(viewer, claim_id)
    return await _given_back(viewer, Deed.RELEASE_CLAIM, claim, need, expected_version, release_code=draft.reason)


@refuses(NotFound, Stale, WrongClaimState)
async def start_claim(viewer: Viewer, *, claim_id: str, expected_version: int) -> Claim:
    """The organization has begun the service."""
    allow(viewer, Deed.START_CLAIM)
    claim, need = await _claim_and_need(viewer, claim_id)
    return await _moved(viewer, Deed.START_CLAIM, claim, need, expected_version)


@refuses(NotFound, Stale, WrongClaimState, InvalidInput, *REFUSALS)
async def complete_claim(
    viewer: Viewer, *, claim_id: str, expected_version: int, draft: CompleteClaimDraft
) -> Claim | Problem:
    """The organization hands in the service record: sessions, person-times, outcome."""
    allow(viewer, Deed.COMPLETE_CLAIM)
    claim, need = await _claim_and_need(viewer, claim_id)
    faults = Faults()
    columns = record_columns(draft, faults)
    texts, told, district = {"note": draft.note}, draft.acknowledged, need.town_id[:6]
    if problem := screened(viewer, texts, faults, acknowledged=told, district_code=district):
        return problem
    moved = await _moved(
        viewer,
        Deed.COMPLETE_CLAIM,
        claim,
        need,
        expected_version,
        journalled={"sessions": draft.sessions, "person_times": draft.person_times, "outcome": draft.outcome.name},
    )
    await ServiceRecord.create(claim_id=claim.id, recorded_at=clock.now(), **columns)
    await _give_up_room(viewer, moved)
    return moved


@refuses(NotFound, ContactClosed, NoContact, ContactQuotaUsed)
async def open_contact(viewer: Viewer, *, claim_id: str, draft: OpenContactDraft) -> OpenedContact:
    """Show one side of an accepted claim how to reach the other; counted, and journalled with the reason alone."""
    allow(viewer, Deed.OPEN_CONTACT)
    claim, need = await _claim_and_need(viewer, claim_id)
    if not is_contact_open(claim.state, claim.changed_at, clock.now()):
        refuse(ContactClosed(state=claim.state))
    contact = (await reads.contacts(viewer, [claim.id])).get(claim.id)
    if contact is None:
        refuse(NoContact())
    await _count_opening(viewer.account_id or "")
    _record(viewer, Deed.OPEN_CONTACT, claim, need, after={"reason": draft.reason.name})
    return OpenedContact(
        id=claim.id,
        name=contact.name,
        phone=contact.phone,
        role=contact.role,
        hours=contact.hours,
        is_fictional=contact.provenance is Provenance.FICTIONAL,
    )


@refuses(NotFound, Stale, NeedClosed, StillHeld, AlreadyDelivered)
async def withdraw_need(viewer: Viewer, *, need_id: str, expected_version: int, draft: WithdrawNeedDraft) -> Need:
    """Take a need off the board; claims that have not begun are given back, a service under way is finished first."""
    allow(viewer, Deed.WITHDRAW_NEED)
    need = await needs.own_need(viewer, need_id)
    if need.active:
        refuse(StillHeld(unfinished=need.active))
    if need.completed:
        refuse(AlreadyDelivered(completed=need.completed))
    state, withdrawn = NeedState.WITHDRAWN, Deed.WITHDRAW_NEED
    changed = await needs.set_state(viewer, withdrawn, need, expected_version, state, withdraw_reason=draft.reason)
    for claim in await _not_begun(need_id=need.id):  # its months locked, in order
        await _given_back(
            viewer, Deed.RELEASE_CLAIM, claim, need, claim.version, release_code=ReleaseCode.NEED_WITHDRAWN
        )
    return await Need.get(id=changed.id)


@refuses(NotFound, Stale, AlreadyWithdrawn)
async def withdraw_capability(viewer: Viewer, *, capability_id: str, expected_version: int) -> Capability:
    """Take a service off the list; claims with it that have not begun are given back, others go on to their end."""
    allow(viewer, Deed.WITHDRAW_CAPABILITY)
    capability = await own_capability(viewer, capability_id)
    code = ReleaseCode.CAPABILITY_WITHDRAWN
    need_ids = sorted(
        {str(each) for each in await _unbegun(capability_id=capability.id).values_list("need_id", flat=True)}
    )
    held = {need_id: await needs.locked(need_id) for need_id in need_ids}  # all needs before any month
    for claim in await _not_begun(capability_id=capability.id):
        await _given_back(viewer, Deed.RELEASE_CLAIM, claim, held[claim.need_id], claim.version, release_code=code)
    changed = await revised(capability, expected_version, {"is_withdrawn": True})
    before, after = {"is_withdrawn": False}, {"is_withdrawn": True}
    subjects, district = (capability.id,), await district_of(capability)
    record(Deed.WITHDRAW_CAPABILITY, viewer, subjects=subjects, district_code=district, before=before, after=after)
    return changed


@refuses(NotFound, Stale, WrongBookingState, BookingBegun, NotAMember, RoomNotFree, InvalidInput)
async def move_booking(viewer: Viewer, *, booking_id: str, expected_version: int, draft: MoveBookingDraft) -> Booking:
    """Give bookings another time, room or headcount: all of the part, or none.

    Those made for a claim stay within its days and its places.
    """
    allow(viewer, Deed.MOVE_BOOKING)
    booking = await Booking.get_or_none(id=booking_id)
    claim = await Claim.get_or_none(series_id=booking.series_id) if booking else None
    return await schedule.move_bookings(
        viewer,
        booking_id=booking_id,
        expected_version=expected_version,
        draft=draft,
        within=Days(claim.first_day, claim.last_day) if claim else Days(),
        most=claim.places if claim else None,
    )


@refuses(NotFound, Stale, WrongBookingState, BookingBegun, InvalidInput)
async def cancel_booking(
    viewer: Viewer, *, booking_id: str, expected_version: int, draft: CancelBookingDraft
) -> Booking:
    """Cancel bookings that have not begun; their rooms are free at once.

    A claim whose room is cancelled stands on without it: `RoomStanding.LOST` says so, and both sides read it in the
    journal.
    """
    allow(viewer, Deed.CANCEL_BOOKING)
    if draft.reason is CancelCode.CLAIM_ENDED:
        says = N_("This reason is given by the system. Choose another.")
        refuse(InvalidInput(fields=(Fault(path="reason", says=says),)))
    booking, base = await schedule.picked(viewer, booking_id, expected_version)
    refuse_unless_follows(Deed.CANCEL_BOOKING, schedule_reads.state_now(booking))
    refuse_if_begun(booking.use, clock.now())
    some = await schedule.part_of(booking, draft.part, Deed.CANCEL_BOOKING)
    claim = await Claim.get_or_none(series_id=booking.series_id)
    about = (claim.id,) if claim else ()
    deed, cancelled = Deed.CANCEL_BOOKING, BookingState.CANCELLED
    await schedule.end_bookings(viewer, deed, base, some, cancelled, code=draft.reason, about=about)
    return await Booking.get(id=booking.id)


@refuses(NotFound)
async def expire_bookings(viewer: Viewer, *, series_id: str) -> BookingSeries:
    """End the holds of a series that were not confirmed in time, and its requests whose time has come.

    A claim that is left without its room before it has begun lapses: places, months and room are free together.
    """
    series = await BookingSeries.get_or_none(id=series_id)
    if series is None:
        refuse(NotFound())
    claim = await Claim.get_or_none(series_id=series_id, state__in=[ClaimState.PROPOSED, ClaimState.ACCEPTED])
    need = await needs.locked(claim.need_id) if claim else None
    if claim:
        await _lock_months([claim])
    base = await schedule.locked(series.base_id)
    overdue = await schedule_reads.overdue_bookings(series_id)
    expired = BookingState.EXPIRED
    await schedule.end_bookings(viewer, Deed.EXPIRE_BOOKING, base, overdue, expired, about=(claim.id,) if claim else ())
    if claim and need and overdue and not await schedule_reads.has_room(series_id):
        claim = await Claim.get(id=claim.id)
        if may_follow(Deed.LAPSE_CLAIM, claim.state):
            code = ReleaseCode.ROOM_EXPIRED
            await _given_back(viewer, Deed.LAPSE_CLAIM, claim, need, claim.version, release_code=code)
    return series


# --- what claims take and give back ----------------------------------------------------------------------------------


async def _seen(viewer: Viewer, need_id: str) -> Need:
    """A need that the organization sees. Refuses: NotFound, NeedOverdue, NotEnoughLeft.

    What has just been taken, or has run out, is no secret to an organization that had it on its worklist.
    """
    need = await (await needs_reads.visible(viewer)).get_or_none(id=need_id)
    if need is None and await needs_reads.is_open_to(viewer, need_id):
        _refuse_if_overdue(await Need.get(id=need_id), clock.today())
        refuse(NotEnoughLeft(left=0))
    if need is None:
        refuse(NotFound())
    return need


def _refuse_if_overdue(need: Need, today: date) -> None:
    last = last_useful_day(need.deadline, need.last_day)
    if last is not None and is_overdue(need.deadline, need.last_day, today=today):
        refuse(NeedOverdue(last_day=last))


async def _why_not_held(need_id: str) -> Problem:
    """Why the conditional write found nothing: read after it, inside the same transaction."""
    need = await Need.get(id=need_id)
    if need.stored_state is not NeedState.OPEN:
        return NeedClosed(state=needs_reads.state_of(need))
    return NotEnoughLeft(left=0 if need.headcount is None else need.headcount - need.held)


def _refuse_if_barred(need: NeedFacts, capability: Capability, own: Supply, sight: Sight) -> None:
    facts = next(each for each in own.capabilities if each.id == capability.id)
    barring = barring_rules(need, facts, own.categories, today=clock.today())
    refuse_if_barred(tuple(discreet_rule(each, need, sight) for each in barring), need, facts, own.categories)


async def _room_times(draft: ClaimNeedDraft, facts: NeedFacts, faults: Faults) -> tuple[tuple[Stretch, Place], ...]:
    """The times at which a claim asks for a room; none where it asks for no room. Refuses: NotFound."""
    if draft.room is None:
        return ()
    inside = Faults()
    wanted = await schedule.times_of(draft.room, inside)
    faults.include("room", inside)
    room_faults(faults, draft, facts, [place.use for _, place in wanted])
    return wanted


async def _neutral_title(capability: Capability) -> str:
    """What a booking for a claim is called: the service, and nothing of the need."""
    category = await Category.get(code=capability.category_id)
    return category.zh[:TITLE_LENGTH]


async def _take_places(capability: Capability, month: str, places: int) -> None:
    """Take places of one month; the write itself is the test. Refuses: QuotaExceeded."""
    fresh = CapabilityMonth(capability_id=capability.id, month=month, places=capability.monthly_places)
    await CapabilityMonth.bulk_create([fresh], ignore_conflicts=True)
    asked = CapabilityMonth.filter(capability_id=capability.id, month=month)
    within = asked.filter(places__gte=F("taken") + places)
    if await within.update(taken=F("taken") + places):
        return
    if await asked.filter(places__isnull=True).update(taken=F("taken") + places):
        return
    row = await asked.get()
    refuse(QuotaExceeded(month=month, left=(row.places or 0) - row.taken))


async def _moved(
    viewer: Viewer,
    deed: Deed,
    claim: Claim,
    need: Need,
    expected_version: int,
    *,
    journalled: dict[str, object] | None = None,
    **columns: object,
) -> Claim:
    """The claim in its next state, its places counted anew for its need. Refuses: WrongClaimState, Stale."""
    if claim.version != expected_version:
        refuse(Stale(current_version=claim.version))
    after = next_state(deed, claim.state)
    held, active, completed = (
        claim.places * (new - old) for new, old in zip(counted(after), counted(claim.state), strict=True)
    )
    await needs.count_places(need.id, held=held, active=active, completed=completed)
    if held < 0:
        for month in sorted(claim.months):
            taken = CapabilityMonth.filter(capability_id=claim.capability_id, month=month)
            await taken.update(taken=F("taken") + held)
    moved = await revised(claim, expected_version, {"state": after, "changed_at": clock.now(), **columns})
    coded = {"state": after.name, **(journalled or {})}
    _record(viewer, deed, claim, need, before={"state": claim.state.name}, after=coded)
    return moved


async def _given_back(
    viewer: Viewer, deed: Deed, claim: Claim, need: Need, expected_version: int, **code: DeclineCode | ReleaseCode
) -> Claim:
    (reason,) = code.values()
    told = told_decline(reason) if isinstance(reason, DeclineCode) else told_release(reason)
    journalled: dict[str, object] = {"places": claim.places}
    if told:  # the other side reads this entry too; the claim itself keeps the true reason
        journalled["reason"] = told.name
    moved = await _moved(viewer, deed, claim, need, expected_version, journalled=journalled, **code)
    await _give_up_room(viewer, moved)
    others = Claim.filter(need_id=need.id, organization_id=claim.organization_id, state__in=reads.HOLDING)
    if not await others.exclude(state=ClaimState.PROPOSED).exists():
        await needs.close_sight(need.id, claim.organization_id)
    return moved


async def _give_up_room(viewer: Viewer, claim: Claim) -> None:
    """Cancel what is still booked for a claim that has ended; what has begun stays."""
    if claim.series_id is None:
        return
    series = await BookingSeries.get(id=claim.series_id)
    base = await schedule.locked(series.base_id)
    some = await schedule_reads.unbegun_bookings(series.id)
    cancelled, code = BookingState.CANCELLED, CancelCode.CLAIM_ENDED
    await schedule.end_bookings(viewer, Deed.CANCEL_BOOKING, base, some, cancelled, code=code, about=(claim.id,))


async def _count_opening(account_id: str) -> None:
    """Count one opening of today (Asia/Shanghai); the write itself is the test. Refuses: ContactQuotaUsed."""
    today = clock.today()
    fresh = ContactQuota(account_id=account_id, day=today)
    await ContactQuota.bulk_create([fresh], ignore_conflicts=True)
    own = ContactQuota.filter(account_id=account_id)
    await own.exclude(day=today).update(day=today, opened=0)
    if not await own.filter(day=today, opened__lt=MOST_A_DAY).update(opened=F("opened") + 1):
        refuse(ContactQuotaUsed(most=MOST_A_DAY))


async def _not_begun(**which: str) -> list[Claim]:
    """Claims that nobody has started, once their needs are locked; with the months and bases they hold locked too.

    Both are locked in one order, whatever claims hold them: two deeds that give back never wait for each other.
    """
    claims = await _unbegun(**which)
    await _lock_months(claims)
    series = await BookingSeries.filter(id__in=[claim.series_id for claim in claims if claim.series_id])
    for base_id in sorted({each.base_id for each in series}):
        await schedule.locked(base_id)
    return claims


async def _lock_months(claims: list[Claim]) -> None:
    months = CapabilityMonth.filter(capability_id__in=[claim.capability_id for claim in claims])
    await months.select_for_update().order_by("capability_id", "month")


def _unbegun(**which: str) -> QuerySet[Claim]:
    return Claim.filter(state__in=[ClaimState.PROPOSED, ClaimState.ACCEPTED], **which).order_by("need_id", "id")


async def _claim_and_need(viewer: Viewer, claim_id: str) -> tuple[Claim, Need]:
    """A claim of either side as it stands once its need is locked. Refuses: NotFound."""
    claim = await reads.visible(viewer).get_or_none(id=claim_id)
    if claim is None:
        refuse(NotFound())
    need = await needs.locked(claim.need_id)
    return await Claim.get(id=claim.id), need


def _record(
    viewer: Viewer,
    deed: Deed,
    claim: Claim,
    need: Need,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    subjects = (claim.id, need.id, claim.capability_id)
    bodies = tuple(body for body in (need.station_id, claim.organization_id) if body != viewer.body_id)
    record(deed, viewer, subjects=subjects, bodies=bodies, district_code=need.town_id[:6], before=before, after=after)
