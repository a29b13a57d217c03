"""When a claim may be made, what it takes, and how it goes on from one state to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from alliance.claims.drafts import ClaimNeedDraft, CompleteClaimDraft
from alliance.core.drafts import Doc
from alliance.core.period import Days, Window
from alliance.core.permissions import Deed
from alliance.core.problems import N_, Faults, Problem, refuse
from alliance.core.vocabulary import (
    BookingState,
    ClaimState,
    DeclineCode,
    Mode,
    OnClash,
    Outcome,
    Qualification,
    ReleaseCode,
    RoomStanding,
    Rule,
)
from alliance.directory.checks import check_days, check_number, check_text
from alliance.directory.rules import QualificationMissing
from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts
from alliance.matching.rank import missing_qualifications
from alliance.matching.rules import Broken, broken_rules
from alliance.schedule.times import Stretch

NOTE_LENGTH = 200
MOST_PLACES, MOST_SESSIONS, MOST_PERSON_TIMES = 500, 1_000, 100_000


@dataclass(frozen=True, kw_only=True)
class NotEnoughLeft(Problem):
    """Somebody else was faster, or more was asked for than is left."""

    says = N_("{left} places are left. Claim at most that many, or look at the next need of your worklist.")
    left: Annotated[int, Doc("Places of the need that can still be claimed.")]


@dataclass(frozen=True, kw_only=True)
class QuotaExceeded(Problem):
    """The capability has no such number of places left in a month the claim touches."""

    says = N_("Your service has {left} places left in {month}. Claim fewer, choose other days, or raise its places.")
    month: Annotated[str, Doc("The calendar month, `YYYY-MM`.")]
    left: Annotated[int, Doc("Places the service has left in that month.")]


@dataclass(frozen=True, kw_only=True)
class TooSmall(Problem):
    """Fewer places than the smallest part worth claiming."""

    says = N_("At least {minimum_places} places have to be claimed together.")
    minimum_places: Annotated[int, Doc("The smallest part of what is left that can be claimed.")]


@dataclass(frozen=True, kw_only=True)
class OnlyWhole(Problem):
    """The number of places is not shown before a claim, so only everything can be claimed."""

    says = N_("How many it is for is not shown before a claim: claim the whole need, without `places`.")


@dataclass(frozen=True, kw_only=True)
class NotEligible(Problem):
    """The service does not fit the need; every broken rule is named."""

    says = N_("This service does not fit the need: {broken}. See the cures, or choose another of your services.")
    broken: Annotated[tuple[Broken, ...], Doc("Every rule that is broken, with the compared values; at most 10.")]


@dataclass(frozen=True, kw_only=True)
class WrongClaimState(Problem):
    """The claim stands where this deed does not follow."""

    says = N_("This claim stands at: {state}. Read it again to see what can be done now.")
    state: Annotated[ClaimState, Doc("Where the claim stands.")]


MOVES: dict[Deed, tuple[frozenset[ClaimState], ClaimState]] = {
    Deed.ACCEPT_CLAIM: (frozenset({ClaimState.PROPOSED}), ClaimState.ACCEPTED),
    Deed.DECLINE_CLAIM: (frozenset({ClaimState.PROPOSED}), ClaimState.DECLINED),
    Deed.RELEASE_CLAIM: (
        frozenset({ClaimState.PROPOSED, ClaimState.ACCEPTED, ClaimState.ACTIVE}),
        ClaimState.RELEASED,
    ),
    Deed.START_CLAIM: (frozenset({ClaimState.ACCEPTED}), ClaimState.ACTIVE),
    Deed.COMPLETE_CLAIM: (frozenset({ClaimState.ACTIVE}), ClaimState.COMPLETED),
    Deed.LAPSE_CLAIM: (frozenset({ClaimState.PROPOSED, ClaimState.ACCEPTED}), ClaimState.LAPSED),
}


def next_state(deed: Deed, state: ClaimState) -> ClaimState:
    """Where `deed` leads a claim. Refuses: WrongClaimState."""
    before, after = MOVES[deed]
    if state not in before:
        refuse(WrongClaimState(state=state))
    return after


def counted(state: ClaimState) -> tuple[int, int, int]:
    """How one place of a claim in `state` counts for its need: held, active, completed."""
    return int(state.holds_places), int(state is ClaimState.ACTIVE), int(state is ClaimState.COMPLETED)


def room_faults(faults: Faults, draft: ClaimNeedDraft, need: NeedFacts, wanted: Iterable[Stretch]) -> None:
    """Note what of the room that a claim asks for does not go with the need; `wanted` are its times."""
    if need.mode not in {None, Mode.AT_BASE}:
        faults.add("room", N_("The need asks for another place than the base. Claim it without a room."))
    if draft.room and draft.room.on_clash is OnClash.SKIP:
        says = N_("A claim has all times of its room or none. Leave single days out with `exceptDays`.")
        faults.add("room.onClash", says)
    if need.windows and any(not any(_at(each).meets(window) for window in need.windows) for each in wanted):
        faults.add("room.start", N_("The room is asked for at a time that does not suit the need."))
    first, last = draft.first_day or need.days.first, draft.last_day or need.days.last
    for each in wanted:
        if (first and each.day < first) or (last and each.day > last):
            says = N_("The room is asked for on {day}, which is not among the days of delivery.")
            faults.add("room.firstDay", says, day=each.day.isoformat())
            break


def _at(use: Stretch) -> Window:
    return Window(use.day.isoweekday(), use.start, use.end)


def claim_faults(draft: ClaimNeedDraft, need: NeedFacts, *, today: date) -> Faults:
    """What is wrong with a claim as drafted."""
    faults = Faults()
    check_number(faults, "places", draft.places, low=1, high=MOST_PLACES)
    check_days(faults, draft.first_day, draft.last_day, today=today)
    for path, day in (("firstDay", draft.first_day), ("lastDay", draft.last_day)):
        if day and need.days.first and day < need.days.first:
            faults.add(path, N_("The need begins on {day}; deliver from then on."), day=need.days.first.isoformat())
        if day and need.days.last and day > need.days.last:
            faults.add(path, N_("The need ends on {day}; deliver until then."), day=need.days.last.isoformat())
    return faults


def delivery_days(draft: ClaimNeedDraft, need: NeedFacts, wanted: Sequence[Stretch] = ()) -> Days:
    """The days of delivery: as drafted, otherwise the need's, otherwise those on which a room is `wanted`."""
    first, last = draft.first_day or need.days.first, draft.last_day or need.days.last
    if not wanted:
        return Days(first, last)
    return Days(first or min(each.day for each in wanted), last or max(each.day for each in wanted))


def room_standing(states: Sequence[BookingState] | None) -> RoomStanding:
    """Whether a claim has its room; `states` are those of the bookings made for it, None where it asked for none."""
    if states is None:
        return RoomStanding.NONE
    if BookingState.HELD in states:
        return RoomStanding.HELD
    has_room = {BookingState.CONFIRMED, BookingState.DONE, BookingState.NO_SHOW}
    return RoomStanding.CONFIRMED if has_room & set(states) else RoomStanding.LOST


def places_claimed(draft: ClaimNeedDraft, need: NeedFacts, *, shows_headcount: bool) -> int:
    """How many places the claim takes; without a number everything that is left.

    `need.headcount` is what is left. A need of unknown headcount is claimed whole, by its smallest part.
    Refuses: OnlyWhole, NotEnoughLeft, TooSmall.
    """
    left = need.headcount
    if draft.places is not None and not shows_headcount:
        refuse(OnlyWhole())
    whole = need.minimum_places if left is None else left
    places = whole if draft.places is None else draft.places
    if left is not None and (places > left or left == 0):
        refuse(NotEnoughLeft(left=left))
    if places < need.minimum_places:
        refuse(TooSmall(minimum_places=need.minimum_places))
    return places


def bars_claim(broken: Broken, need: NeedFacts, capability: CapabilityFacts) -> bool:
    """True for a rule the claim cannot do without; places left in a month are decided by the write that takes them."""
    size = capability.max_group_size
    return broken.rule is not Rule.CAPACITY or (size is not None and size < need.minimum_places)


def barring_rules(
    need: NeedFacts, capability: CapabilityFacts, categories: Mapping[str, CategoryFacts], *, today: date
) -> tuple[Broken, ...]:
    """The broken rules that the claim cannot do without, in the order of the rules."""
    broken = broken_rules(need, capability, categories[capability.category], today=today)
    return tuple(each for each in broken if bars_claim(each, need, capability))


def refuse_if_barred(
    barring: tuple[Broken, ...],
    need: NeedFacts,
    capability: CapabilityFacts,
    categories: Mapping[str, CategoryFacts],
) -> None:
    """`barring` are the barring rules as the claimant may see them. Refuses: NotEligible, QualificationMissing."""
    if barring:
        refuse(NotEligible(broken=barring))
    missing = missing_qualifications(need, capability.organization, capability, categories)
    if missing:
        refuse(QualificationMissing(missing=tuple(each for each in Qualification if each in missing)))


def record_columns(draft: CompleteClaimDraft, faults: Faults) -> dict[str, Any]:
    """The columns of a service record as drafted; everything wrong with it is noted in `faults`."""
    check_number(faults, "sessions", draft.sessions, low=0, high=MOST_SESSIONS)
    check_number(faults, "personTimes", draft.person_times, low=0, high=MOST_PERSON_TIMES)
    if draft.outcome is not Outcome.NOT_DELIVERED and draft.sessions == 0:
        faults.add("sessions", N_("A delivered service took place at least once."))
    if draft.sessions == 0 and draft.person_times > 0:
        faults.add("personTimes", N_("Nobody can have attended what did not take place."))
    return {
        "sessions": draft.sessions,
        "person_times": draft.person_times,
        "outcome": draft.outcome,
        "note": check_text(faults, "note", draft.note, at_most=NOTE_LENGTH, multiline=True),
    }


def may_follow(deed: Deed, state: ClaimState) -> bool:
    """True when a claim in `state` can take this step."""
    return state in MOVES[deed][0]


OF_THE_SYSTEM = frozenset(  # nobody chooses these
    {ReleaseCode.NEED_WITHDRAWN, ReleaseCode.CAPABILITY_WITHDRAWN, ReleaseCode.ROOM_EXPIRED}
)


def told_decline(code: DeclineCode | None) -> DeclineCode | None:
    """What the organization learns: a matter of safety looks as if no reason had been given."""
    return DeclineCode.NOT_SAID if code is DeclineCode.SAFETY else code


def told_release(code: ReleaseCode | None) -> ReleaseCode | None:
    """What the other side learns: a matter of safety looks as if no reason had been given."""
    return ReleaseCode.NOT_SAID if code is ReleaseCode.SAFETY else code
