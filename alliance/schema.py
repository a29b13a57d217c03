"""The GraphQL schema: everything of `graph/` joined, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any, cast

import strawberry
from graphql import FieldNode, GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition
from strawberry.tools import merge_types
from strawberry.types import ExecutionContext
from strawberry.types.scalar import ScalarDefinition

from alliance.core.viewer import ANYBODY
from alliance.graph import (
    bookings,
    calendars,
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
    visibility,
)
from alliance.graph.bounds import BOUNDS
from alliance.graph.node import NodeQuery
from alliance.kit import messages
from alliance.kit.answering import BAD_QUERY, broken, coded
from alliance.kit.cost import CostRule
from alliance.kit.endpoint import DocumentsChecked, DocumentsRead, OperationNamed
from alliance.kit.limits import Limits, excess_of_parser, refusal

# The largest document of a page has half of each at most, four fifths of rows and values: tests/graph/test_documents.py
ANONYMOUS = Limits(
    tokens=2_000,
    operations=10,
    digits=40,  # no field takes more than ten
    fragments=20,
    directives=20,
    root_fields=10,
    mutations=5,  # one after another, each a transaction; a page sends one
    depth=16,
    introspection_depth=32,
    width=60,
    aliases=15,
    rows=1_000,
    values=20_000,  # one takes some 50 microseconds, and all together at most 5 seconds
)
SIGNED_IN = replace(ANONYMOUS, aliases=30, rows=5_000, values=100_000)
ALONE = frozenset({"signIn", "openContact"})  # so that one request tries one password, opens one contact
LIMITS_TOLD = (
    f"A document may have {ANONYMOUS.tokens:,} tokens, {ANONYMOUS.operations} operations, {ANONYMOUS.fragments} "
    f"fragments (defined and inline), {ANONYMOUS.directives} directives; an operation {ANONYMOUS.root_fields} root "
    f"fields, {ANONYMOUS.depth} levels, {ANONYMOUS.width} fields side by side, {ANONYMOUS.aliases} aliases "
    f"({SIGNED_IN.aliases} signed in), {ANONYMOUS.rows:,} rows ({SIGNED_IN.rows:,}), {ANONYMOUS.values:,} values "
    f"({SIGNED_IN.values:,}), by page sizes; else `TOO_EXPENSIVE` names the limit."
)


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
        bookings.BookingsQuery,
        needs.NeedsQuery,
        claims.ClaimsQuery,
        coverage.CoverageQuery,
        journal.JournalQuery,
        calendars.CalendarsQuery,
    ),
    "What can be looked at. What is not for your eyes is not there: lists leave it out, an id finds nothing. "
    + LIMITS_TOLD,
)
Mutation = _merged(
    "Mutation",
    (
        identity.IdentityMutation,
        capabilities.CapabilitiesMutation,
        calendars.CalendarsMutation,
        drafting.DraftingMutation,
        needs.NeedsMutation,
        claims.ClaimsMutation,
        bookings.BookingsMutation,
    ),
    "What can be done. Every answer is the thing itself or a `Problem`; ask each for `... on Problem { message }`. "
    f"At most {ANONYMOUS.mutations} at once, done one after another; `signIn` and `openContact` each stand alone in a "
    "document.",
)
SCALARS: dict[object, ScalarDefinition] = {
    date: replace(DateDefinition, description="A calendar day in Wuxi: `2026-06-01`."),
    datetime: replace(DateTimeDefinition, description="A moment with its offset: `2026-06-01T02:00:00+00:00`."),
}


class DocumentsWeighed(SchemaExtension):
    """Refuses what asks for too much, before validation, which is dear itself."""

    def on_operation(self) -> Iterator[None]:
        """Let the parser stop at the limit."""
        self.execution_context.parse_options["max_tokens"] = ANONYMOUS.tokens
        yield

    def on_validate(self) -> Iterator[None]:
        """Raise the refusal, so that nothing after it runs."""
        asked = self.execution_context
        assert asked.graphql_document is not None
        if found := cost_rule.excess(asked.graphql_document, asked.variables, _limits_of(asked.context)):
            raise refusal(found, _language_of(asked.context))
        yield


class AnsweredErrors(SchemaExtension):
    """Top-level errors as clients may see them: a code of a closed list, a sentence, and nothing of our insides."""

    def on_operation(self) -> Iterator[None]:
        """Replace what the operation left, or what broke off before it could leave anything."""
        try:
            yield
        except (GraphQLError, MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError):
            raise  # told already, or told by the endpoint
        except Exception as error:
            says = _language_of(self.execution_context.context)
            raise _answered(GraphQLError("", original_error=error), says) from None
        result = self.execution_context.result
        errors = getattr(result, "errors", None)
        if result is not None and errors:
            language = _language_of(self.execution_context.context)
            result.errors = [_answered(error, language) for error in errors]


def _limits_of(context: Any) -> Limits:
    return ANONYMOUS if getattr(context, "viewer", ANYBODY).role is None else SIGNED_IN


def _language_of(context: Any) -> str:
    language: str = getattr(context, "language", messages.DEFAULT)
    return language


def _answered(error: GraphQLError, language: str) -> GraphQLError:
    cause = error.original_error
    if excess := excess_of_parser(error, ANONYMOUS):
        return refusal(excess, language)
    if cause is None or isinstance(cause, GraphQLError):
        return _coded(error, (error.extensions or {}).get("code", BAD_QUERY), error.message)
    refused = broken(cause, at=_field(error))
    return _coded(error, refused.code, messages.say(refused.sentence, language, **refused.values))


def _field(error: GraphQLError) -> str:
    """The name that the schema has for the field which failed; the path is of aliases, which callers write."""
    node = error.nodes[0] if error.path and error.nodes else None
    return node.name.value if isinstance(node, FieldNode) else ""


def _coded(error: GraphQLError, code: str, message: str) -> GraphQLError:
    return GraphQLError(
        message, nodes=error.nodes, source=error.source, positions=error.positions, path=error.path,
        extensions=coded(code),
    )  # fmt: skip


class Schema(strawberry.Schema):
    """Logs nothing by itself: the framework's logger prints the failing document with its literals."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Left to `AnsweredErrors`, which logs types and places only."""


schema = Schema(
    Query,
    Mutation,
    types=(problems.InputFault, problems.IdentityFinding),
    config=StrawberryConfig(disable_field_suggestions=True, scalar_map=SCALARS),
    extensions=[DocumentsWeighed, DocumentsRead, DocumentsChecked, OperationNamed, AnsweredErrors],
)
cost_rule = CostRule(schema._schema, BOUNDS, alone=ALONE)
visibility.enforce(schema._schema)


def sdl() -> str:
    """The schema in GraphQL's own language, as committed in `schema.graphql`."""
    return schema.as_str().rstrip() + "\n"
