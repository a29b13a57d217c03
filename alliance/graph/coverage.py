"""What is missing where, and why, for the bureau."""

from __future__ import annotations

from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.vocabulary import AgeBand, CauseStage, CountState
from alliance.coverage import gaps, reads
from alliance.coverage.scope import CategoryLevel, CoverageWhere, PlaceLevel
from alliance.directory import reads as directory
from alliance.directory import tables as directory_tables
from alliance.graph.labels import NamedPlace, labels, places
from alliance.kit.context import Info
from alliance.kit.gql import field, input_of, shows
from alliance.kit.paging import page_size


@shows(gaps.Count)
class CoverageCount:
    """A number as far as it may be shown."""

    state: Annotated[CountState, Doc("How much of it may be shown.")]
    value: Annotated[int | None, Doc("The number, from 0. Null: not exact, see `state`.")]


@shows(gaps.Figures)
class CoverageFigures:
    """Places asked for and what became of them: asked = delivered + inHand + unmet."""

    needs: Annotated[gaps.Count, Doc("How many needs stand behind it.")]
    asked: Annotated[gaps.Count, Doc("Places asked for; an unknown head count counts its smallest part.")]
    delivered: Annotated[gaps.Count, Doc("Places of completed claims.")]
    in_hand: Annotated[gaps.Count, Doc("Places held by claims that are not completed.")]
    unmet: Annotated[gaps.Count, Doc("Places that nobody holds.")]


@shows(gaps.Cause)
class CoverageCause:
    """Places that got just so far on their way to being served."""

    stage: Annotated[CauseStage, Doc("The furthest stage they reached.")]
    needs: Annotated[gaps.Count, Doc("How many needs stand behind it.")]
    places: Annotated[gaps.Count, Doc("How many places.")]


@shows(reads.Gap)
class CoverageGap:
    """One cell of coverage: a place, a category, an age band, as far as the list tells them apart."""

    age_band: Annotated[AgeBand | None, Doc("The age band. Null: not told apart here, or unknown.")]
    figures: Annotated[gaps.Figures, Doc("Demand and what became of it.")]
    causes: Annotated[tuple[gaps.Cause, ...], Doc("Why places are not delivered, most places first; at most 11.")]

    @field
    async def place(self, root: strawberry.Parent[reads.Gap], info: Info) -> NamedPlace | None:
        """The district or town. Null: not told apart here."""
        return places([root.place], await info.context.once(labels))[0] if root.place else None

    @field
    async def category(self, root: strawberry.Parent[reads.Gap], info: Info) -> directory_tables.Category | None:
        """The category, top or leaf. Null: not told apart here, or none confirmed and none to be told."""
        return await info.context.load(directory.categories, root.category)

    @field
    async def nearest(self, root: strawberry.Parent[reads.Gap], info: Info) -> directory_tables.Capability | None:
        """The service nearest to meeting most of the unmet places. Null: there is none."""
        return await info.context.load(directory.capabilities, root.nearest_id)


@shows(reads.Coverage)
class Coverage:
    """Demand against supply. Every list adds up to the whole. For the bureau; a district sees its own in numbers."""

    figures: Annotated[gaps.Figures, Doc("The whole.")]
    causes: Annotated[tuple[gaps.Cause, ...], Doc("Why places are not delivered, most places first; at most 11.")]
    by_place: Annotated[tuple[reads.Gap, ...], Doc("By district or town, most unmet places first; at most 88.")]
    by_category: Annotated[tuple[reads.Gap, ...], Doc("By top or leaf category, most unmet places first; at most 200.")]
    by_age_band: Annotated[tuple[reads.Gap, ...], Doc("By age band, most unmet places first; at most 7.")]
    silent_stations: Annotated[
        tuple[directory_tables.CareStation, ...],
        Doc("Stations without a post in 90 days, by town: no data, which is not the same as no need. At most 88."),
    ]

    @field
    def cells(
        self,
        root: strawberry.Parent[reads.Coverage],
        info: Info,
        first: Annotated[
            int, Doc("How many cells, 1 to 1000; any other number is taken as the nearest of these.")
        ] = reads.CELLS,
    ) -> list[reads.Gap]:
        """Place by category, most unmet places first; `first` of them, 1 to 1000."""
        return list(root.cells[: page_size(first, reads.MOST_CELLS)])


@input_of(CoverageWhere)
class CoverageWhereInput(CoverageWhere):
    """Which needs are counted; what is left out leaves nothing out."""


@strawberry.type
class CoverageQuery:
    """Asks what is missing."""

    @field
    async def coverage_gaps(
        self,
        info: Info,
        where: Annotated[CoverageWhereInput | None, Doc("Which needs are counted.")] = None,
        place_level: Annotated[PlaceLevel, Doc("How finely places are told apart.")] = PlaceLevel.DISTRICT,
        category_level: Annotated[CategoryLevel, Doc("How finely services are told apart.")] = CategoryLevel.LEAF,
    ) -> reads.Coverage | None:
        """What was asked, what became of it, and why the rest is missing. Null: not for your eyes (bureau only)."""
        asked = where or CoverageWhere()
        return await reads.coverage_gaps(
            info.context.viewer, asked, place_level=place_level, category_level=category_level
        )
