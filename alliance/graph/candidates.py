"""Every organization's answer to a need, with its grounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.vocabulary import Criterion, Qualification, Rule, Verdict
from alliance.directory import reads as directory
from alliance.directory import tables as directory_tables
from alliance.graph.labels import labels
from alliance.graph.sentences import broken_sentence, cure_sentence, reason_sentence
from alliance.kit.connections import Connection
from alliance.kit.context import Info
from alliance.kit.gql import field, shows
from alliance.kit.paging import Page, page_of_ranked
from alliance.matching import criteria, cures, rank, rules


@shows(criteria.Reason)
class Reason:
    """What one named criterion gave. Points of all criteria add up to the candidate's."""

    criterion: Annotated[Criterion, Doc("The ground.")]
    points: Annotated[int, Doc("What it gave, 0 to `of`.")]
    of: Annotated[int, Doc("The most it can give; all criteria together give at most 1000.")]

    @field
    async def message(self, root: strawberry.Parent[criteria.Reason], info: Info) -> str:
        """The ground as a sentence for people."""
        return reason_sentence(root, await info.context.once(labels), info.context.language)


@shows(cures.Cure)
class Cure:
    """The nearest change of the service that would heal a broken rule."""

    code: Annotated[cures.CureCode, Doc("The kind of change.")]

    @field
    async def message(self, root: strawberry.Parent[cures.Cure], info: Info) -> str:
        """The change as a sentence for people."""
        return cure_sentence(root, await info.context.once(labels), info.context.language)


@shows(rules.Broken)
class BrokenRule:
    """A hard rule that keeps a service from a need, with both sides compared."""

    rule: Annotated[Rule, Doc("The rule.")]
    asked: Annotated[str, Doc("What the need asks, as codes and numbers; lists joined by `;`, ages like `9-11`.")]
    offered: Annotated[str, Doc("What the service offers, in the same form; empty for unknown.")]

    @field
    async def message(self, root: strawberry.Parent[rules.Broken], info: Info) -> str:
        """The rule with both sides as a sentence for people."""
        return broken_sentence(root, await info.context.once(labels), info.context.language)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A broken rule beside its cure."""

    broken: rules.Broken
    cure: cures.Cure | None


@shows(Obstacle)
class CandidateObstacle:
    """A broken rule of a candidate, with what would heal it."""

    cure: Annotated[cures.Cure | None, Doc("The nearest change. Null: only the need could change.")]

    @field
    def rule(self, root: strawberry.Parent[Obstacle]) -> Rule:
        """The rule."""
        return root.broken.rule

    @field
    def asked(self, root: strawberry.Parent[Obstacle]) -> str:
        """What the need asks, as codes and numbers; lists joined by `;`, ages like `9-11`."""
        return root.broken.asked

    @field
    def offered(self, root: strawberry.Parent[Obstacle]) -> str:
        """What the service offers, in the same form; empty for unknown."""
        return root.broken.offered

    @field
    async def message(self, root: strawberry.Parent[Obstacle], info: Info) -> str:
        """The rule with both sides as a sentence for people."""
        return broken_sentence(root.broken, await info.context.once(labels), info.context.language)


@shows(rank.Candidate)
class Candidate:
    """An organization's answer to a need: with its best service on the topic, a verdict and the grounds."""

    verdict: Annotated[Verdict, Doc("Whether it can serve.")]
    points: Annotated[int, Doc("The sum of its reasons, 0 to 1000.")]
    reasons: Annotated[
        tuple[criteria.Reason, ...], Doc("One per criterion, at most 9. Empty: nothing on the topic is offered.")
    ]
    may_claim: Annotated[bool, Doc("True when no rule is broken and no qualification is missing.")]
    is_station_operator: Annotated[bool, Doc("True when it runs the station that asks; allowed, marked and countable.")]

    @field
    async def organization(self, root: strawberry.Parent[rank.Candidate], info: Info) -> directory_tables.Organization:
        """Who."""
        return await info.context.required(directory.organizations, root.organization.id)

    @field
    async def capability(
        self, root: strawberry.Parent[rank.Candidate], info: Info
    ) -> directory_tables.Capability | None:
        """Its best service on the topic. Null: it offers none."""
        return await info.context.load(directory.capabilities, root.capability.id if root.capability else None)

    @field
    def obstacles(self, root: strawberry.Parent[rank.Candidate]) -> list[Obstacle]:
        """Every broken rule with its cure, in the order of `Rule`; at most 10. Empty: it can serve."""
        return [Obstacle(broken, cure) for broken, cure in zip(root.broken, root.cures, strict=True)]

    @field
    def missing_qualifications(self, root: strawberry.Parent[rank.Candidate]) -> list[Qualification]:
        """What the confirmed categories ask for and it does not hold; then it may not claim. At most 5."""
        return [kind for kind in Qualification if kind in root.missing_qualifications]


@strawberry.type(description="How many candidates have one verdict.")
class VerdictCount:
    """Over all pages."""

    verdict: Verdict = strawberry.field(description="The verdict.")
    count: int = strawberry.field(description="How many organizations, from 0.")


@dataclass(frozen=True, slots=True)
class RankedPage(Page[rank.Candidate]):
    """A page of candidates; `ranked` are all of them."""

    ranked: tuple[rank.Candidate, ...] = ()

    @classmethod
    async def of(
        cls,
        ranked: Sequence[rank.Candidate],
        verdicts: Sequence[Verdict] | None,
        *,
        need_id: str,
        first: int,
        after: str | None,
    ) -> RankedPage | None:
        """The page of those with one of `verdicts`. None: `after` is no cursor of this need's candidates."""
        asked = [each for each in ranked if verdicts is None or each.verdict in verdicts]
        of, kinds = f"candidates of {need_id}", (int, int, int, str)
        page = await page_of_ranked(asked, rank.candidate_order, kinds, of=of, first=first, after=after)
        return None if page is None else cls(page.edges, page.page_info, page.total, tuple(ranked))


@shows(RankedPage)
class CandidateConnection(Connection[Candidate]):
    """A page of candidates, with how many have each verdict."""

    @field
    def counts(self, root: strawberry.Parent[RankedPage]) -> list[VerdictCount]:
        """How many organizations have each verdict, whatever the filter; three."""
        found = Counter(each.verdict for each in root.ranked)
        return [VerdictCount(verdict=verdict, count=found[verdict]) for verdict in Verdict]
