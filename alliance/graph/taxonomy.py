"""The words of the trade that have codes: services and child groups. Public."""

from __future__ import annotations

from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.vocabulary import (
    GroupKind,
    LabelRisk,
    Qualification,
    Sensitivity,
    Unit,
)
from alliance.directory import reads, tables
from alliance.kit.context import Info
from alliance.kit.gql import field, shows


@shows(tables.Category)
class Category:
    """A node of the two-level taxonomy of services. Public."""

    code: Annotated[str, Doc("Its code, e.g. `mental_health.group_counselling`; never reused.")]
    definition: Annotated[str, Doc("What belongs here, in Chinese.")]
    unit: Annotated[Unit | None, Doc("The reporting unit of service records. Null: not applicable to a top category.")]
    sensitivity: Annotated[Sensitivity, Doc("How much of a need in it others see before a claim.")]
    qualifications: Annotated[tuple[Qualification, ...], Doc("What staff must hold for it; at most 5.")]
    synonyms: Annotated[tuple[str, ...], Doc("Other Chinese words for it; at most 30.")]
    action_lines: Annotated[tuple[str, ...], Doc("Codes of the action lines it is reported under; at most 7.")]

    @field
    def name(self, root: strawberry.Parent[tables.Category]) -> str:
        """Its Chinese name."""
        return root.zh

    @field
    def english_name(self, root: strawberry.Parent[tables.Category]) -> str:
        """Its English name."""
        return root.en

    @field
    async def parent(self, root: strawberry.Parent[tables.Category], info: Info) -> tables.Category | None:
        """The top category it stands under. Null: it is one itself."""
        return await info.context.load(reads.categories, root.parent_id)

    @field
    async def leaves(self, root: strawberry.Parent[tables.Category], info: Info) -> list[tables.Category]:
        """The leaf categories under it, by code; at most 20. Empty for a leaf."""
        return await info.context.load(reads.leaves_of, root.code) or []


@shows(tables.ChildGroup)
class ChildGroup:
    """A group of children, or of adults around them, that services are meant for. Public."""

    code: Annotated[str, Doc("Its code; never reused.")]
    definition: Annotated[str, Doc("Who belongs to it, in Chinese.")]
    kind: Annotated[GroupKind, Doc("What kind of word it is.")]
    label_risk: Annotated[LabelRisk, Doc("How far its label may be shown before a claim.")]
    age_limit: Annotated[int | None, Doc("Age below which one belongs to it, in years. Null: no limit.")]

    @field
    def name(self, root: strawberry.Parent[tables.ChildGroup]) -> str:
        """Its Chinese name."""
        return root.zh

    @field
    def english_name(self, root: strawberry.Parent[tables.ChildGroup]) -> str:
        """Its English name."""
        return root.en

    @field
    async def parent(self, root: strawberry.Parent[tables.ChildGroup], info: Info) -> tables.ChildGroup | None:
        """The wider group it belongs to. Null: there is none."""
        return await info.context.load(reads.groups, root.parent_id)


@strawberry.type
class TaxonomyQuery:
    """Looks at codes; open to everybody."""

    @field
    async def categories(self) -> list[tables.Category]:
        """The whole taxonomy by code, tops before their leaves; 72 today, at most 200."""
        return list(await reads.all_categories())

    @field
    async def child_groups(self) -> list[tables.ChildGroup]:
        """Every child group by code; at most 50."""
        return list(await reads.all_groups())
