"""How much of a need one may see before a claim, by the sensitivity of its categories and the risk of its groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alliance.core.vocabulary import LabelRisk, Sensitivity

SMALL = 5  # a count below may point to a child where the group is telling; DESIGN §4, Coverage


@dataclass(frozen=True, slots=True)
class Sight:
    """Which parts of a need are for somebody's eyes; `wider_groups`: the parents of groups that are hidden."""

    text: bool
    place: bool
    groups: bool
    headcount: bool
    wider_groups: bool = True


EVERYTHING = Sight(text=True, place=True, groups=True, headcount=True)
CODED = Sight(text=False, place=True, groups=True, headcount=True)


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A child group as disclosure sees it."""

    code: str
    parent: str | None
    risk: LabelRisk

    @property
    def is_telling(self) -> bool:
        """True when the label alone, with a place, may point to a child."""
        return self.risk in {LabelRisk.HIGH, LabelRisk.NEVER_PUBLIC}


def sight_before_claim(
    sensitivities: Iterable[Sensitivity], risks: Iterable[LabelRisk], headcount: int | None
) -> Sight:
    """What a member of the alliance sees of an open need.

    Sources: DESIGN §4, Need; the levels' own meanings in the vocabulary. Text, place and groups go together: a
    title names what a hidden group would say.
    """
    sensitivities, risks = set(sensitivities), set(risks)
    is_telling = bool(risks & {LabelRisk.HIGH, LabelRisk.NEVER_PUBLIC})
    is_plain = sensitivities <= {Sensitivity.NORMAL} and not is_telling
    is_small = LabelRisk.MEDIUM in risks and headcount is not None and headcount < SMALL
    return Sight(
        text=is_plain,
        place=is_plain and not is_small,
        groups=is_plain,
        headcount=not is_telling and not is_small,
        wider_groups=sensitivities <= {Sensitivity.NORMAL},
    )


def public_groups(groups: Iterable[str], known: Mapping[str, GroupFacts]) -> tuple[str, ...]:
    """The groups that may be shown to everyone who sees the need: telling ones by their parent, in order."""
    shown = (_shown(code, known) for code in groups)
    return tuple(dict.fromkeys(code for code in shown if code))


def _shown(code: str | None, known: Mapping[str, GroupFacts]) -> str | None:
    while code is not None and code in known and known[code].is_telling:
        code = known[code].parent
    return code
