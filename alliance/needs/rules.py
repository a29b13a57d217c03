"""When a need is complete, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from alliance.core.drafts import Doc
from alliance.core.period import Days
from alliance.core.problems import N_, Faults, Problem
from alliance.core.vocabulary import NeedState, Sensitivity
from alliance.directory.checks import (
    check_ages,
    check_codes,
    check_day,
    check_days,
    check_number,
    check_text,
    check_windows,
)
from alliance.directory.rules import Known
from alliance.needs.drafts import PostNeedDraft
from alliance.wording.reading import Reading
from alliance.wording.screening import Finding

TITLE_LENGTH, DETAILS_LENGTH = 40, 200  # DESIGN §4: few characters are the best privacy tool
SENTENCE_LENGTH = TITLE_LENGTH + DETAILS_LENGTH
MOST_CATEGORIES, MOST_GROUPS = 3, 5
LARGEST_NEED = 500
PAUSES = "，。；！？、,;!? "
# What claims were made for: it stays while places are held.
CLAIMED_FOR = ("categories", "groups", "min_age", "max_age", "mode", "first_day", "last_day")


@dataclass(frozen=True, kw_only=True)
class NeedClosed(Problem):
    """The need is not on the board any more."""

    says = N_("This need is {state} and cannot be changed or claimed. Post a new one if it is needed again.")
    state: Annotated[NeedState, Doc("Where the need stands.")]


@dataclass(frozen=True, kw_only=True)
class BelowHeld(Problem):
    """More places are held by claims than the new headcount would allow."""

    says = N_("{held} places are already held by claims. Give at least that many, or release claims first.")
    held: Annotated[int, Doc("Places held by claims.")]


@dataclass(frozen=True, kw_only=True)
class ClaimedAsItIs(Problem):
    """Claims were made for just this service, these children, this place and these days."""

    says = N_("Places held by claims for it as it is: {held}. Have them given back first, or post a new need.")
    held: Annotated[int, Doc("Places held by claims.")]


@dataclass(frozen=True, kw_only=True)
class NothingDelivered(Problem):
    """Nobody has claimed it, or it is still being reviewed: there is nothing to close."""

    says = N_("Nothing was delivered for this need. Withdraw it with a reason instead.")


@dataclass(frozen=True, kw_only=True)
class NotInReview(Problem):
    """The need does not wait for anybody's reading."""

    says = N_("This need is not held for review; it stands at: {state}.")
    state: Annotated[NeedState, Doc("Where the need stands.")]


@dataclass(frozen=True, kw_only=True)
class NeedOverdue(Problem):
    """Its deadline or its last day has passed."""

    says = N_("This need was wanted until {last_day}. Look at the next need of your worklist.")
    last_day: Annotated[date, Doc("The last day on which a claim helped.")]


@dataclass(frozen=True, kw_only=True)
class AlreadyDelivered(Problem):
    """Places of the need are delivered: it is closed, not withdrawn, so that the delivery goes on counting."""

    says = N_("Places delivered already: {completed}. Close the need instead of withdrawing it.")
    completed: Annotated[int, Doc("Places of completed claims.")]


@dataclass(frozen=True, kw_only=True)
class StillHeld(Problem):
    """Claims on the need are not completed yet."""

    says = N_("{unfinished} places are still held by claims that are not completed. Complete or release them first.")
    unfinished: Annotated[int, Doc("Places of claims that are neither completed nor given back.")]


def need_columns(draft: PostNeedDraft, known: Known, faults: Faults, *, today: date) -> dict[str, Any]:
    """The columns of a need as drafted; everything wrong with the draft is noted in `faults`."""
    check_ages(faults, draft.min_age, draft.max_age)
    check_number(faults, "headcount", draft.headcount, low=1, high=LARGEST_NEED)
    most = draft.headcount if draft.headcount is not None and draft.headcount >= 1 else LARGEST_NEED
    check_number(faults, "minimumPlaces", draft.minimum_places, low=1, high=most)
    check_days(faults, draft.first_day, draft.last_day, today=today)
    check_day(faults, "deadline", draft.deadline, today=today)
    if draft.deadline and draft.last_day and draft.deadline > draft.last_day:
        faults.add("deadline", N_("The deadline is after the last day. A claim must come before the service."))
    windows = check_windows(faults, "windows", draft.windows)
    weekdays = Days(draft.first_day, draft.last_day).weekdays()
    if windows and weekdays and not any(window.weekday in weekdays for window in windows):
        faults.add("windows", N_("None of these weekdays lies between the first and the last day."))
    return {
        "title": check_text(faults, "title", draft.title, at_least=1, at_most=TITLE_LENGTH),
        "details": check_text(faults, "details", draft.details, at_most=DETAILS_LENGTH, multiline=True),
        "categories": check_codes(faults, "categories", draft.categories, known.leaves, at_most=MOST_CATEGORIES),
        "groups": check_codes(faults, "groups", draft.groups, known.groups, at_most=MOST_GROUPS),
        "min_age": draft.min_age,
        "max_age": draft.max_age,
        "headcount": draft.headcount,
        "minimum_places": draft.minimum_places,
        "mode": draft.mode,
        "first_day": draft.first_day,
        "last_day": draft.last_day,
        "windows": windows,
        "urgency": draft.urgency,
        "deadline": draft.deadline,
    }


def last_useful_day(deadline: date | None, last_day: date | None) -> date | None:
    """The last day on which a claim still helps; None where the need sets none."""
    return min((day for day in (deadline, last_day) if day is not None), default=None)


def is_overdue(deadline: date | None, last_day: date | None, *, today: date) -> bool:
    """True once a claim does not help any more."""
    last = last_useful_day(deadline, last_day)
    return last is not None and last < today


def is_emergency(draft: PostNeedDraft, known: Known) -> bool:
    """True when a picked category is answered with the reporting route and never posted."""
    leaves = (known.leaves[code] for code in draft.categories if code in known.leaves)
    return any(leaf.sensitivity is Sensitivity.EMERGENCY_ROUTE for leaf in leaves)


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """What the system understood of a sentence; nothing is stored until the station posts it.

    `doubts` are words of the sentence that posting will ask about.
    """

    title: str
    details: str
    reading: Reading
    doubts: tuple[Finding, ...] = ()


def draft_from(text: str, reading: Reading, doubts: tuple[Finding, ...] = ()) -> NeedDraft:
    """A draft of the sentence: the title up to the last pause that fits in one line, the rest as details."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return NeedDraft(line, "", reading, doubts)
    head = line[:TITLE_LENGTH]
    pause = max(head.rfind(mark) for mark in PAUSES)
    is_late = pause >= TITLE_LENGTH // 4 and len(line) - pause <= DETAILS_LENGTH
    cut = pause + 1 if is_late else TITLE_LENGTH
    return NeedDraft(line[:cut].rstrip(PAUSES), line[cut:].lstrip(PAUSES), reading, doubts)
