"""What screening answers to the person who wrote: the problems behind `Screening`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.period import Window
from alliance.core.problems import N_, Problem
from alliance.core.vocabulary import HarmSignal, NotANeedKind, ScreeningAnswer
from alliance.wording.screening import Finding, Screening


@dataclass(frozen=True, kw_only=True)
class Diverted(Problem):
    """The text speaks of harm. Nothing was posted or kept; it must be reported at once, by a person, to people."""

    says = N_(
        "A child may be in danger. Report first, do not wait: police 110, ambulance 120, {hotline}. "
        "A suspicion is enough; you need not find out first. This text was not posted and not kept."
    )
    signal: Annotated[HarmSignal, Doc("What kind of harm the text speaks of.")]


@dataclass(frozen=True, kw_only=True)
class IdentityFound(Problem):
    """The text points to a person. Nothing was kept."""

    says = N_(
        "The text points to a person (see the marked words), so nothing was kept. "
        "Describe a group instead: how many children, what ages, what they need. Photos and files are not taken."
    )
    findings: Annotated[
        tuple[Finding, ...], Doc("The marked words, of at most 240 characters: kind and place, never the words.")
    ]
    rewritten: Annotated[str | None, Doc("A proposal without the marked words. Null: there is none.")] = None


@dataclass(frozen=True, kw_only=True)
class NotANeed(Problem):
    """The text asks for something that is not posted on the board."""

    says = N_("This is not a need for the board: {kind}.")
    kind: Annotated[NotANeedKind, Doc("What it is instead; an unclear text is answered with `Unclear`.")]
    headcount: Annotated[int | None, Doc("For how many a room is asked. Null: the text does not say.")] = None
    windows: Annotated[
        tuple[Window, ...],
        Doc("At which weekly times a room is asked for; look into `freeHours`. At most 21."),
    ] = ()
    first_day: Annotated[date | None, Doc("From which day a room is asked for. Null: not said.")] = None
    last_day: Annotated[date | None, Doc("Until which day a room is asked for. Null: not said.")] = None

    @property
    def sentence(self) -> str:
        """The way out is another for each kind."""
        return WAYS_OUT.get(self.kind, self.says)


WAYS_OUT = {
    NotANeedKind.ROOM: N_("This asks for a room, not for a service: book it in the calendar of the shared base."),
    NotANeedKind.MONEY: N_(
        "No money is raised or paid here. Post financial aid as a need without naming a family, "
        "or ask a charity that may raise funds."
    ),
    NotANeedKind.CUSTODY: N_(
        "Custody and placement are decided by the civil-affairs department, not by organizations. Ask {hotline}."
    ),
    NotANeedKind.ELDER_CARE: N_(
        "This board is for children. For old people, ask the civil-affairs office of the street."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Unclear(Problem):
    """The text does not say which service is wanted."""

    says = N_("It is not clear which service is wanted. Say what should happen, for whom and how many.")


@dataclass(frozen=True, kw_only=True)
class PleaseConfirm(Problem):
    """The text is doubtful: look at the marked words, and post again with the token if they are harmless."""

    says = N_(
        "Please look at the marked words: they may point to a person, or to a place outside the city. "
        "If they do not, send it again with `acknowledged: [token]`."
    )
    findings: Annotated[tuple[Finding, ...], Doc("The doubtful words, of at most 240 characters: kind and place.")]
    token: Annotated[str, Doc("Goes into `acknowledged` when you post again. Holds for this very text only.")]


def token_of(texts: Mapping[str, str], screening: Screening) -> str:
    """What confirms exactly these findings in exactly these texts; the same for everybody, stored nowhere."""
    marks = [f"{finding.kind.name}:{finding.field}:{finding.start}:{finding.end}" for finding in screening.findings]
    content = "\x1f".join([*(f"{name}={text}" for name, text in sorted(texts.items())), *marks])
    return "confirm_" + hashlib.sha256(content.encode()).hexdigest()[:32]


def problem_of(
    screening: Screening, texts: Mapping[str, str], *, acknowledged: tuple[str, ...] = (), has_reviewer: bool
) -> Problem | None:
    """The answer for a text that may not pass; None for one that is accepted, acknowledged, or left to a reviewer.

    Where no reviewer stands behind the entrance, a text for review is asked about instead.
    """
    doubtful = {ScreeningAnswer.ASK} if has_reviewer else {ScreeningAnswer.ASK, ScreeningAnswer.REVIEW}
    match screening.answer:
        case ScreeningAnswer.DIVERT:
            return Diverted(signal=screening.harm or HarmSignal.MANDATORY_REPORT)
        case ScreeningAnswer.REFUSE_IDENTITY:
            return IdentityFound(findings=screening.findings, rewritten=screening.rewritten)
        case ScreeningAnswer.NOT_A_NEED:
            kind = screening.not_a_need
            return Unclear() if kind in {None, NotANeedKind.UNCLEAR} else NotANeed(kind=kind)
        case answer if answer in doubtful and token_of(texts, screening) not in acknowledged:
            return PleaseConfirm(findings=screening.findings, token=token_of(texts, screening))
        case _:
            return None


def kind_of(problem: Problem) -> str:
    """The code under which the journal remembers a refusal: never a word of the text."""
    match problem:
        case Diverted():
            return problem.signal.name
        case IdentityFound() | PleaseConfirm():
            return "+".join(sorted({finding.kind.name for finding in problem.findings})) or "DOUBT"
        case NotANeed():
            return problem.kind.name
        case _:
            return type(problem).__name__
