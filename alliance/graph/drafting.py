"""What the system understood of a sentence, before anything is posted."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from alliance.core.drafts import Doc
from alliance.core.period import Window
from alliance.core.vocabulary import (
    Mode,
    Urgency,
    Word,
)
from alliance.directory import reads as directory
from alliance.directory.tables import Category, ChildGroup
from alliance.graph.deeds import settled
from alliance.kit.context import Info
from alliance.kit.gql import camel, field, input_of, mutation, shows
from alliance.needs import actions, rules
from alliance.needs.drafts import DraftNeedDraft
from alliance.wording.reading import CategoryReading
from alliance.wording.screening import Finding


class DraftQuestion(Word):
    """What the station is asked before it posts a draft."""

    CATEGORY = "which service is wanted", "要哪一种服务"
    WHICH_CATEGORY = "which of two equally near services is wanted", "两种服务里要哪一种"


@strawberry.type(description="A stretch of the text as it was sent.")
class TextSpan:
    """Half-open."""

    start: int = strawberry.field(description="First character, counted in code points from 0.")
    end: int = strawberry.field(description="One behind the last character.")


@strawberry.type(description="The words of the text that a proposed value was read from.")
class Reading:
    """Nothing is proposed that no word says."""

    field: str = strawberry.field(description="Name of the field of `PostNeedInput`.")
    spans: list[TextSpan] = strawberry.field(description="Where the words stand; at most 20.")


@shows(CategoryReading)
class CategoryProposal:
    """A leaf category that the text may ask for."""

    confidence: Annotated[float, Doc("How surely, 0 to 1.")]

    @field
    async def category(self, root: strawberry.Parent[CategoryReading], info: Info) -> Category:
        """The leaf."""
        return await info.context.required(directory.categories, root.code)

    @field
    def spans(self, root: strawberry.Parent[CategoryReading]) -> list[TextSpan]:
        """The words it was read from; at most 20."""
        return [TextSpan(start=start, end=end) for start, end in root.spans]


@shows(rules.NeedDraft)
class NeedDraft:
    """What the system understood of a sentence. Nothing is stored: confirm it with `postNeed`."""

    title: Annotated[str, Doc("Goes into `title`.")]
    details: Annotated[str, Doc("Goes into `details`: the whole sentence where it did not fit in one line.")]

    @field
    def categories(self, root: strawberry.Parent[rules.NeedDraft]) -> list[CategoryReading]:
        """The services it may ask for, surest first; 1 to 3."""
        return list(root.reading.categories)

    @field
    def doubts(self, root: strawberry.Parent[rules.NeedDraft]) -> list[Finding]:
        """Words that posting will ask about, because they may point to a person; at most 240."""
        return list(root.doubts)

    @field
    def parts(self, root: strawberry.Parent[rules.NeedDraft]) -> list[str]:
        """Where two services are asked for: the sentence cut for a need each; at most 3. Empty: one service."""
        return list(root.reading.parts)

    @field
    def min_age(self, root: strawberry.Parent[rules.NeedDraft]) -> int | None:
        """Lowest age in years. Null: the text does not say."""
        return root.reading.min_age

    @field
    def max_age(self, root: strawberry.Parent[rules.NeedDraft]) -> int | None:
        """Highest age in years. Null: the text does not say."""
        return root.reading.max_age

    @field
    def headcount(self, root: strawberry.Parent[rules.NeedDraft]) -> int | None:
        """How many. Null: the text does not say."""
        return root.reading.headcount

    @field
    def minimum_places(self, root: strawberry.Parent[rules.NeedDraft]) -> int | None:
        """The smallest part worth claiming. Null: the text does not say."""
        return root.reading.minimum_places

    @field
    async def groups(self, root: strawberry.Parent[rules.NeedDraft], info: Info) -> list[ChildGroup]:
        """The child groups it names; at most 5. Empty: the text does not say."""
        return await info.context.each(directory.groups, root.reading.groups)

    @field
    def mode(self, root: strawberry.Parent[rules.NeedDraft]) -> Mode | None:
        """Where it should take place. Null: the text does not say."""
        return root.reading.mode

    @field
    def windows(self, root: strawberry.Parent[rules.NeedDraft]) -> list[Window]:
        """Weekly times; at most 21. Empty: the text does not say."""
        return list(root.reading.windows)

    @field
    def first_day(self, root: strawberry.Parent[rules.NeedDraft]) -> date | None:
        """First day. Null: the text does not say."""
        return root.reading.first_day

    @field
    def last_day(self, root: strawberry.Parent[rules.NeedDraft]) -> date | None:
        """Last day. Null: the text does not say."""
        return root.reading.last_day

    @field
    def urgency(self, root: strawberry.Parent[rules.NeedDraft]) -> Urgency | None:
        """How soon. Null: the text does not say."""
        return root.reading.urgency

    @field
    def question(self, root: strawberry.Parent[rules.NeedDraft]) -> DraftQuestion | None:
        """What to ask before posting. Null: nothing."""
        return DraftQuestion[root.reading.question] if root.reading.question else None

    @field
    def readings(self, root: strawberry.Parent[rules.NeedDraft]) -> list[Reading]:
        """Which words each value was read from; one per field that is filled, at most 15."""
        return [
            Reading(field=camel(name), spans=[TextSpan(start=start, end=end) for start, end in spans])
            for name, spans in root.reading.origins.items()
        ]


@input_of(DraftNeedDraft)
class DraftNeedInput(DraftNeedDraft):
    """A sentence to be read as a need. Nothing of it is stored."""


@strawberry.type
class DraftingMutation:
    """What a station tries before it posts."""

    @mutation(NeedDraft, actions.draft_need)
    async def draft_need(self, info: Info, input: DraftNeedInput) -> Any:
        """Have a sentence read as a need: nothing is stored but the kind of a refusal."""
        return await settled(info, actions.draft_need, draft=input)
