"""What stations may do with needs that nobody else is part of yet, and the moves that claims make on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tortoise.expressions import F

from alliance.core.drafts import WindowDraft, overlaid
from alliance.core.permissions import Deed, allow
from alliance.core.problems import N_, Faults, InvalidInput, NotAllowed, NotFound, Problem, Stale, refuse, refuses
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import HarmSignal, NeedState, NotANeedKind, Provenance, ScreeningAnswer
from alliance.directory import reads as directory
from alliance.directory.checks import check_day, check_text
from alliance.directory.rules import Known, is_postable
from alliance.directory.tables import CareStation
from alliance.journal.entrance import REFUSALS, answered
from alliance.journal.entries import changes, coded
from alliance.journal.settle import record
from alliance.kit import clock
from alliance.kit.database import revised
from alliance.needs import reads
from alliance.needs.drafts import DraftNeedDraft, PostNeedDraft, ReviseNeedDraft
from alliance.needs.rules import (
    CLAIMED_FOR,
    SENTENCE_LENGTH,
    BelowHeld,
    ClaimedAsItIs,
    NeedClosed,
    NeedDraft,
    NothingDelivered,
    NotInReview,
    StillHeld,
    draft_from,
    is_emergency,
    need_columns,
)
from alliance.needs.tables import Need, NeedParty
from alliance.wording.answers import Diverted, IdentityFound, NotANeed, PleaseConfirm, Unclear, problem_of
from alliance.wording.lexicon import CategoryWords, GroupWords, Lexicon
from alliance.wording.reading import Reading, read, read_room_request
from alliance.wording.screening import Finding, Screening, screen

SCREENED = ("title", "details", "groups", "headcount")  # what the answer of screening rests on
JOURNALLED = (
    "categories",
    "groups",
    "min_age",
    "max_age",
    "headcount",
    "minimum_places",
    "mode",
    "first_day",
    "last_day",
    "windows",
    "urgency",
    "deadline",
)


EARLIEST = date(2000, 1, 1)  # day of a sentence: old ones may be read again, but no calendar reckons before its year 1


@refuses(InvalidInput, NotANeed, Unclear, Diverted, IdentityFound)
async def draft_need(viewer: Viewer, *, draft: DraftNeedDraft) -> NeedDraft | Problem:
    """Read a sentence as a need. Stores nothing but the kind of a refusal."""
    allow(viewer, Deed.DRAFT_NEED)
    station, faults, texts = await CareStation.get(id=viewer.station_id), Faults(), {"text": draft.text}
    text = check_text(faults, "text", draft.text, at_least=1, at_most=SENTENCE_LENGTH, multiline=True)
    said_on = draft.today or clock.today()
    check_day(faults, "today", max(said_on, clock.today()), today=clock.today())
    if said_on < EARLIEST:
        faults.add("today", N_("{day} is too long ago to count from. Check the year."), day=said_on.isoformat())
    found = screen(texts)
    answer: Problem | None = problem_of(found, texts, has_reviewer=True)
    doubts: tuple[Finding, ...] = ()
    if isinstance(answer, PleaseConfirm):  # asked when it is posted; here the doubtful words stand beside the draft
        answer, doubts = None, found.findings
    if isinstance(answer, NotANeed) and answer.kind is NotANeedKind.ROOM:
        answer = _with_times(answer, read_room_request(text, today=said_on, lexicon=await lexicon()))
    if problem := answered(viewer, answer, faults, station.town_id[:6]):
        return problem
    understood = draft_from(text, read(text, today=said_on, lexicon=await lexicon()), doubts)
    return understood if understood.reading.categories else Unclear()


@refuses(InvalidInput, NotANeed, Unclear, *REFUSALS)
async def post_need(viewer: Viewer, *, draft: PostNeedDraft) -> Need | Problem:
    """Put a need of one's own station on the board; a doubtful one waits for the duty officer."""
    allow(viewer, Deed.POST_NEED)
    station, known, faults = await CareStation.get(id=viewer.station_id), await directory.known(), Faults()
    columns = need_columns(draft, known, faults, today=clock.today())
    found = await _screening(draft)
    if problem := answered(viewer, await _problem(draft, found, known), faults, station.town_id[:6]):
        return problem
    need = await Need.create(
        **columns,
        station_id=station.id,
        town_id=station.town_id,
        stored_state=state_after(found),
        posted_at=clock.now(),
        provenance=Provenance.RECORDED,
    )
    record(Deed.POST_NEED, viewer, subjects=(need.id,), district_code=need.town_id[:6], after=_coded(need))
    return need


@refuses(NotFound, Stale, NeedClosed, BelowHeld, ClaimedAsItIs, InvalidInput, NotANeed, Unclear, *REFUSALS)
async def revise_need(viewer: Viewer, *, need_id: str, expected_version: int, draft: ReviseNeedDraft) -> Need | Problem:
    """Change what is mentioned of one of the own station's needs, as far as its claims allow.

    Words, groups and numbers that stay are not screened again: what the duty officer has approved stays approved.
    """
    allow(viewer, Deed.REVISE_NEED)
    need = await own_need(viewer, need_id)
    known, today = await directory.known(), clock.today()
    present = draft_of(need)
    wanted = overlaid(present, draft)
    faults, old_faults = Faults(), Faults()
    need_columns(present, known, old_faults, today=today)
    columns = need_columns(wanted, known, faults, today=today)
    problem, state = None, need.stored_state
    if any(getattr(wanted, name) != getattr(present, name) for name in SCREENED):
        found = await _screening(wanted)
        problem, state = await _problem(wanted, found, known), state_after(found)
    elif columns["categories"] != need.categories:
        problem = await _service_problem(wanted, known)
    if problem := answered(viewer, problem, faults.without(old_faults), need.town_id[:6]):
        return problem
    if wanted.headcount is not None and wanted.headcount < need.held:
        refuse(BelowHeld(held=need.held))
    if need.held and any(columns[name] != getattr(need, name) for name in CLAIMED_FOR):
        refuse(ClaimedAsItIs(held=need.held))
    changed = await revised(need, expected_version, {**columns, "stored_state": state})
    before, after = changes(_coded(need), _coded(changed))
    subjects, district = (need.id,), need.town_id[:6]
    record(Deed.REVISE_NEED, viewer, subjects=subjects, district_code=district, before=before, after=after)
    return changed


@refuses(NotFound, Stale, NeedClosed, StillHeld, NothingDelivered)
async def close_need(viewer: Viewer, *, need_id: str, expected_version: int) -> Need:
    """Close one of the own station's needs when all its claims are completed."""
    allow(viewer, Deed.CLOSE_NEED)
    need = await own_need(viewer, need_id)
    if need.completed < need.held:
        refuse(StillHeld(unfinished=need.held - need.completed))
    if need.completed == 0 or need.stored_state is not NeedState.OPEN:
        refuse(NothingDelivered())
    return await set_state(viewer, Deed.CLOSE_NEED, need, expected_version, NeedState.CLOSED)


@refuses(NotFound, Stale, NotInReview)
async def approve_need(viewer: Viewer, *, need_id: str, expected_version: int) -> Need:
    """Put a need that was held for review on the board. Only a duty officer of the bureau may."""
    allow(viewer, Deed.APPROVE_NEED)
    if not viewer.is_duty_officer:
        refuse(NotAllowed())
    need = await (await reads.visible(viewer)).get_or_none(id=need_id)
    if need is None:
        refuse(NotFound())
    if need.stored_state is not NeedState.NEEDS_REVIEW:
        refuse(NotInReview(state=reads.state_of(need)))
    return await set_state(viewer, Deed.APPROVE_NEED, need, expected_version, NeedState.OPEN)


# --- moves: parts of deeds, for this slice and the ones above --------------------------------------------------


async def own_need(viewer: Viewer, need_id: str) -> Need:
    """A need of the caller's station that is not closed, locked. Refuses: NotFound, NeedClosed."""
    need = await Need.select_for_update().get_or_none(id=need_id, station_id=viewer.station_id or "")
    if need is None:
        refuse(NotFound())
    if need.stored_state not in {NeedState.OPEN, NeedState.NEEDS_REVIEW}:
        refuse(NeedClosed(state=reads.state_of(need)))
    return need


async def locked(need_id: str) -> Need:
    """A need whose counts nobody else moves until this deed ends; on SQLite nobody else writes at all."""
    return await Need.select_for_update().get(id=need_id)


async def set_state(
    viewer: Viewer, deed: Deed, need: Need, expected_version: int, state: NeedState, **columns: object
) -> Need:
    """Set a stored state and journal it. Refuses: Stale."""
    changed = await revised(need, expected_version, {"stored_state": state, **columns})
    before, after = {"state": reads.state_of(need).name}, {"state": reads.state_of(changed).name}
    subjects, district = (need.id,), need.town_id[:6]
    record(deed, viewer, subjects=subjects, district_code=district, before=before, after=after)
    return changed


async def hold_places(need_id: str, places: int) -> bool:
    """Hold `places` of an open need if they are free; the write itself is the test."""
    known = Need.filter(id=need_id, stored_state=NeedState.OPEN, headcount__gte=F("held") + places)
    unknown = Need.filter(id=need_id, stored_state=NeedState.OPEN, headcount__isnull=True, held=0)
    return bool(await known.update(held=F("held") + places) or await unknown.update(held=places))


async def count_places(need_id: str, *, held: int = 0, active: int = 0, completed: int = 0) -> None:
    """Move places of a need between its counts; the differences may be negative."""
    await Need.filter(id=need_id).update(
        held=F("held") + held, active=F("active") + active, completed=F("completed") + completed
    )


async def join_party(need_id: str, body_id: str, *, may_see_all: bool = False) -> None:
    """Let a body go on seeing a need that it has claimed; all of it once the station has accepted."""
    await NeedParty.bulk_create([NeedParty(need_id=need_id, body_id=body_id)], ignore_conflicts=True)
    if may_see_all:
        await NeedParty.filter(need_id=need_id, body_id=body_id).update(may_see_all=True)


async def close_sight(need_id: str, body_id: str) -> None:
    """Back to what is shown before a claim, when a claim has ended without service."""
    await NeedParty.filter(need_id=need_id, body_id=body_id).update(may_see_all=False)


def _coded(need: Need) -> dict[str, object]:
    return {"state": need.stored_state.name, **coded(need, JOURNALLED)}


# --- texts -----------------------------------------------------------------------------------------------------------


async def lexicon() -> Lexicon:
    """The words by which a sentence is read: the taxonomy's and the child groups'."""
    leaves = await directory.taxonomy()
    groups = await directory.all_groups()
    return Lexicon.of(
        [CategoryWords(leaf.code, leaf.name, leaf.words) for leaf in leaves.values()],
        [GroupWords(g.code, g.zh, g.colloquial, not is_postable(g.kind, g.label_risk)) for g in groups],
    )


async def _screening(draft: PostNeedDraft) -> Screening:
    known = await reads.group_facts()
    telling = [code for code in draft.groups if code in known and known[code].is_telling]
    return screen(_texts(draft), groups=telling, headcount=draft.headcount)


async def _problem(draft: PostNeedDraft, found: Screening, known: Known) -> Problem | None:
    by_words = problem_of(found, _texts(draft), acknowledged=draft.acknowledged, has_reviewer=True)
    by_service = await _service_problem(draft, known)
    if isinstance(by_service, Diverted) or (by_words is None and found.answer is not ScreeningAnswer.REVIEW):
        return by_service
    return by_words


async def _service_problem(draft: PostNeedDraft, known: Known) -> Diverted | Unclear | None:
    """What the services asked for are answered with: an emergency is reported; without any the text must name one."""
    if is_emergency(draft, known):
        return Diverted(signal=HarmSignal.PSYCHOLOGICAL_EMERGENCY)
    if draft.categories:
        return None
    text = "\n".join(_texts(draft).values())
    asked = read(text, today=clock.today(), lexicon=await lexicon())
    return None if asked.categories else Unclear()


def _with_times(asked: NotANeed, reading: Reading) -> NotANeed:
    """A request for a room with when, and for how many, so that the calendar can be asked at once."""
    first, last = reading.first_day, reading.last_day
    return replace(asked, headcount=reading.headcount, windows=reading.windows, first_day=first, last_day=last)


def _texts(draft: PostNeedDraft) -> dict[str, str]:
    return {"title": draft.title, "details": draft.details}


def state_after(found: Screening) -> NeedState:
    """A text for review waits; every other that may be stored goes on the board."""
    return NeedState.NEEDS_REVIEW if found.answer is ScreeningAnswer.REVIEW else NeedState.OPEN


def draft_of(row: Need) -> PostNeedDraft:
    """A posted need as somebody would draft it."""
    return PostNeedDraft(
        title=row.title,
        details=row.details,
        categories=row.categories,
        groups=row.groups,
        min_age=row.min_age,
        max_age=row.max_age,
        headcount=row.headcount,
        minimum_places=row.minimum_places,
        mode=row.mode,
        first_day=row.first_day,
        last_day=row.last_day,
        windows=tuple(map(WindowDraft.of, row.windows)),
        urgency=row.urgency,
        deadline=row.deadline,
    )
