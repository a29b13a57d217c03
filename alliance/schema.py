"""The GraphQL schema: everything of `graph/` joined, and what becomes of errors."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxTokensLimiter, SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext
from strawberry.types.scalar import ScalarDefinition

from alliance.core.problems import N_, NotAllowed, NotSignedIn, Problem, Refused
from alliance.graph import (
    capabilities,
    claims,
    coverage,
    directory,
    drafting,
    identity,
    journal,
    needs,
    places,
    problems,
    schedule,
    taxonomy,
)
from alliance.graph.node import NodeQuery
from alliance.kit import messages
from alliance.kit.endpoint import DocumentsChecked, DocumentsRead

MOST_TOKENS = 2_000  # SAFETY T6; the largest document of a page has a fifth of it
CODES = {NotSignedIn: "NOT_SIGNED_IN", NotAllowed: "NOT_ALLOWED"}
BUG, BAD_QUERY = "INTERNAL", "BAD_QUERY"
BROKEN = N_("Something went wrong on our side. Try again; if it stays, tell us this number: {error_id}.")

log = logging.getLogger("alliance")


def _merged(name: str, parts: tuple[type, ...], description: str) -> type:
    merged: Any = merge_types(name, parts)
    merged.__strawberry_definition__.description = description
    return cast(type, merged)


Query = _merged(
    "Query",
    (
        identity.IdentityQuery,
        NodeQuery,
        places.PlacesQuery,
        taxonomy.TaxonomyQuery,
        directory.DirectoryQuery,
        capabilities.CapabilitiesQuery,
        schedule.ScheduleQuery,
        needs.NeedsQuery,
        claims.ClaimsQuery,
        coverage.CoverageQuery,
        journal.JournalQuery,
    ),
    "What can be looked at. What is not for your eyes is not there: lists leave it out, an id finds nothing.",
)
Mutation = _merged(
    "Mutation",
    (
        identity.IdentityMutation,
        capabilities.CapabilitiesMutation,
        drafting.DraftingMutation,
        needs.NeedsMutation,
        claims.ClaimsMutation,
    ),
    "What can be done. Every answer is the thing itself or a `Problem`; ask each for `... on Problem { message }`.",
)
SCALARS: dict[object, ScalarDefinition] = {
    date: replace(DateDefinition, description="A calendar day in Wuxi: `2026-06-01`."),
    datetime: replace(DateTimeDefinition, description="A moment with its offset: `2026-06-01T02:00:00+00:00`."),
}


class AnsweredErrors(SchemaExtension):
    """Top-level errors as clients may see them: a code of a closed list, a sentence, and nothing of our insides."""

    def on_operation(self) -> Iterator[None]:
        """Replace what the operation left."""
        yield
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if result is not None and errors:
            language = getattr(self.execution_context.context, "language", messages.DEFAULT)
            result.errors = [_answered(error, language) for error in errors]


def _answered(error: GraphQLError, language: str) -> GraphQLError:
    cause = error.original_error
    if isinstance(cause, Refused):
        says = messages.say(cause.problem.sentence, language, **vars(cause.problem))
        return _coded(error, _code(cause.problem), says)
    if cause is None or isinstance(cause, GraphQLError):
        return _coded(error, (error.extensions or {}).get("code", BAD_QUERY), error.message)
    error_id = secrets.token_hex(6)
    log.error("error %s: %s at %s", error_id, type(cause).__name__, _path(error), exc_info=_bare(cause))
    return _coded(error, BUG, messages.say(BROKEN, language, error_id=error_id))


def _code(problem: Problem) -> str:
    return CODES.get(type(problem), type(problem).__name__.upper())


def _coded(error: GraphQLError, code: str, message: str) -> GraphQLError:
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, positions=error.positions, path=error.path,
        extensions={"code": code},
    )  # fmt: skip


def _path(error: GraphQLError) -> str:
    return ".".join(map(str, error.path or ()))


def _bare(cause: BaseException) -> Any:
    """The place of an error without its text, which may hold what somebody typed."""
    return (type(cause), type(cause)(), cause.__traceback__) if type(cause) in (KeyError, LookupError) else None


class Schema(strawberry.Schema):
    """Logs nothing by itself: the framework's logger prints the failing document with its literals."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Left to `AnsweredErrors`, which logs a code and a place only."""


schema = Schema(
    Query,
    Mutation,
    types=(problems.InputFault, problems.IdentityFinding),
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
    extensions=[lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS), DocumentsRead, DocumentsChecked, AnsweredErrors],
)


def sdl() -> str:
    """The schema in GraphQL's own language, as committed in `schema.graphql`."""
    return schema.as_str().rstrip() + "\n"
