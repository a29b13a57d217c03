"""May this text be kept? Harm first, then what points to a person, then what is not a need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alliance.core.vocabulary import HarmSignal, IdentityKind, NotANeedKind, ScreeningAnswer
from alliance.wording.asking import asks_nothing_for_a_child
from alliance.wording.digits import FIELD_BREAK
from alliance.wording.elsewhere import elsewhere_marks
from alliance.wording.folding import Folded, folded
from alliance.wording.found import Mark
from alliance.wording.names import name_marks
from alliance.wording.places import place_marks
from alliance.wording.purposes import other_purpose
from alliance.wording.registered import registered_marks
from alliance.wording.rewriting import is_sentence, rewritten
from alliance.wording.signals import Sign, harm_sign, is_of_several
from alliance.wording.statuses import status_marks
from alliance.wording.wordlist import listed

# Groups of high label risk or not public at all: one of them, alone in one town, is one child.
RARE_GROUPS = frozenset(
    listed(
        "orphan de_facto_unsupported guardianship_deficit disabled seriously_ill autistic harmed "
        "detained_parent institutional "
        "temporary_guardianship behaviour_risk out_of_school unregistered"
    )
)
# Characters of a field that are looked at. Everything stored is shorter; longer texts are refused for their length.
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Words that point to a person: `text[start:end]` of that field as it was sent. The words are not kept."""

    kind: IdentityKind
    field: str
    start: int
    end: int
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Screening:
    """The answer to a text, and what it rests on. `rewritten` proposes the first text anew, and screens clean."""

    answer: ScreeningAnswer
    findings: tuple[Finding, ...] = ()
    harm: HarmSignal | None = None
    not_a_need: NotANeedKind | None = None
    rewritten: str | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """The folded texts of all fields, one after the other, with the way back to each."""

    text: str
    fields: tuple[tuple[str, int, Folded], ...]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Joined:
        """Fold every field; FIELD_BREAK stands between two."""
        fields, at, pieces = [], 0, []
        for name, text in texts.items():
            plain = folded(text[:LONGEST])
            fields.append((name, at, plain))
            pieces.append(plain.text)
            at += len(plain.text) + 1
        return cls(FIELD_BREAK.join(pieces), tuple(fields))

    def findings(self, mark: Mark) -> Iterable[Finding]:
        """The mark in the original texts; one over two fields is found in both."""
        for name, at, plain in self.fields:
            start, end = max(mark.start - at, 0), min(mark.end - at, len(plain.text))
            if start < end:
                yield Finding(mark.kind, name, *plain.span(start, end), mark.is_sure)


def screen(
    texts: Mapping[str, str], *, is_need: bool = True, groups: Sequence[str] = (), headcount: int | None = None
) -> Screening:
    """The answer to the free texts of one entrance, by field, in the order in which people read them.

    Harm comes before identity, identity before purpose; a text for review or to ask about comes last. What tells of a
    child and asks for nothing may be a report in other words: a person reads it.
    """
    joined = Joined.of(texts)
    sign = harm_sign(joined.text)
    if sign and sign.is_sure:
        return Screening(ScreeningAnswer.DIVERT, harm=sign.signal)
    findings = _findings(joined, is_need=is_need, is_one_child=headcount == 1)
    if any(finding.is_sure for finding in findings):
        proposal = _proposal(texts, findings, is_need=is_need)
        return Screening(ScreeningAnswer.REFUSE_IDENTITY, findings, rewritten=proposal)
    if is_need and (purpose := other_purpose(joined.text)):
        return Screening(ScreeningAnswer.NOT_A_NEED, not_a_need=purpose)
    if is_need and sign is None and not is_of_several(joined.text) and asks_nothing_for_a_child(joined.text):
        sign = Sign(HarmSignal.MANDATORY_REPORT, is_sure=False)
    return _doubtful(sign, findings, is_one_child=headcount == 1 and not RARE_GROUPS.isdisjoint(groups))


def _doubtful(sign: Sign | None, findings: tuple[Finding, ...], *, is_one_child: bool) -> Screening:
    if sign:
        return Screening(ScreeningAnswer.REVIEW, findings, harm=sign.signal)
    if findings or is_one_child:
        return Screening(ScreeningAnswer.ASK, findings)
    return Screening(ScreeningAnswer.ACCEPT)


def _findings(joined: Joined, *, is_need: bool, is_one_child: bool = False) -> tuple[Finding, ...]:
    marks = [
        *registered_marks(joined.text),
        *name_marks(joined.text),
        *place_marks(joined.text),
        *status_marks(joined.text, is_one_child=is_one_child),
        *(elsewhere_marks(joined.text) if is_need else ()),
    ]
    found = {finding for mark in _outermost(marks) for finding in joined.findings(mark)}
    order = {name: i for i, (name, _, _) in enumerate(joined.fields)}
    return tuple(sorted(found, key=lambda item: (order[item.field], item.start, item.end, item.kind.name)))


def _outermost(marks: Iterable[Mark]) -> list[Mark]:
    """Without marks that lie inside another; a sure one wins over an unsure one, a long one over a short one."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda item: (not item.is_sure, item.start - item.end, item.start)):
        if not any(mark.start < other.end and other.start < mark.end for other in kept):
            kept.append(mark)
    return kept


def _proposal(texts: Mapping[str, str], findings: Sequence[Finding], *, is_need: bool) -> str | None:
    """The first text with neutral words for what was found, if that is clean; None without findings in it."""
    field, text = next(iter(texts.items()))
    inside = [finding for finding in findings if finding.field == field]
    if not inside:
        return None
    proposal = rewritten(text, [(finding.kind, finding.start, finding.end) for finding in inside])
    if not is_sentence(proposal, is_need=is_need) or any(_findings(Joined.of({field: proposal}), is_need=is_need)):
        return None
    return proposal if screen({field: proposal}, is_need=is_need).answer is ScreeningAnswer.ACCEPT else None
