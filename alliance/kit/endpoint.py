"""One GraphQL operation over HTTP: run within its deadline, its document read and checked once for all who send it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress

from graphql import FieldNode, GraphQLError, get_operation_ast
from graphql.language import OperationDefinitionNode
from starlette.requests import Request
from starlette.responses import Response
from strawberry import Schema
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from alliance.core.problems import N_
from alliance.kit import messages
from alliance.kit.answering import BAD_QUERY, answer, broken, refusal
from alliance.kit.asked import Asked, RequestRefused
from alliance.kit.context import Context
from alliance.kit.watching import SEVERAL, watched

MOST_DOCUMENTS = 64  # kept read; 2,000 tokens take 1.2 MB, the pages and programs of the alliance have some forty
SECONDS_TO_RUN = 5.0  # SAFETY T6
OVER_HTTP = frozenset({OperationType.QUERY, OperationType.MUTATION})

NAME_ONE = N_("The query has several operations. Say in `operationName` which one is meant.")
NO_SUCH = N_("The query has no operation of this name. Leave `operationName` out, or send one of its names.")
NO_EVENTS = N_("Subscriptions are not answered over `POST`. Ask with a query.")
TIMEOUT = N_(
    "This took longer than {seconds} seconds and was given up. Ask for less at once; look whether a change was made "
    "before you repeat it, or repeat it with the same `idempotencyKey`."
)

ContextOf = Callable[[Request], Awaitable[Context]]


class DocumentsRead(ParserCache):
    """Reads a document once; one that is none is left to the framework, which tells its errors."""

    def __init__(self) -> None:
        super().__init__(MOST_DOCUMENTS)

    def on_parse(self) -> Iterator[None]:
        """Put the document where the framework would."""
        context = self.execution_context
        with suppress(GraphQLError):
            context.graphql_document = self.cached_parse_document(context.query, **context.parse_options)
        yield


class DocumentsChecked(ValidationCache):
    """Checks a document once against the rules, and each time that it is clear which of its operations is meant."""

    def __init__(self) -> None:
        super().__init__(MOST_DOCUMENTS)

    def on_validate(self) -> Iterator[None]:
        """Put the errors where the framework would; of two operations it would take the first."""
        context = self.execution_context
        if context._provided_operation_name is None and context.graphql_document:
            operations = [
                node for node in context.graphql_document.definitions if isinstance(node, OperationDefinitionNode)
            ]
            if len(operations) > 1:
                says = messages.say(NAME_ONE, getattr(context.context, "language", messages.DEFAULT))
                context.pre_execution_errors = [GraphQLError(says, extensions={"code": BAD_QUERY})]
                yield
                return
        yield from super().on_validate()


class OperationNamed(SchemaExtension):
    """Notes which root field is asked: once the document is checked, so that it is a name of the schema."""

    def on_execute(self) -> Iterator[None]:
        """Note it before it runs, so that what is given up in between has its name too."""
        asked = self.execution_context
        assert asked.graphql_document is not None
        if operation := get_operation_ast(asked.graphql_document, asked.operation_name):
            fields = operation.selection_set.selections
            names = {field.name.value if isinstance(field, FieldNode) else SEVERAL for field in fields}
            watched().operation = names.pop() if len(names) == 1 else SEVERAL
        yield


class Endpoint:
    """Answers what the guard lets through; `context_of` says who asks, `seconds` how long it may take."""

    def __init__(self, schema: Schema, context_of: ContextOf, *, seconds: float = SECONDS_TO_RUN) -> None:
        self._schema, self._context_of, self._seconds = schema, context_of, seconds

    async def __call__(self, asked: Asked, request: Request, kind: str) -> Response:
        """The answer, or a refusal in the same form. What a deed has begun to write ends whole behind its shield."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._run(asked, request, kind)
        except TimeoutError:
            refused = RequestRefused("TIMEOUT", TIMEOUT, seconds=round(self._seconds))
        except CannotGetOperationTypeError:
            refused = RequestRefused(BAD_QUERY, NO_SUCH)
        except InvalidOperationTypeError:
            refused = RequestRefused(BAD_QUERY, NO_EVENTS)
        except Exception as error:
            refused = broken(error)
        return refusal(refused, request.headers)

    async def _run(self, asked: Asked, request: Request, kind: str) -> Response:
        result = await self._schema.execute(
            asked.query,
            variable_values=asked.variables,
            context_value=await self._context_of(request),
            operation_name=asked.operation_name,
            allowed_operation_types=OVER_HTTP,
        )
        return answer(result.data, result.errors or (), result.extensions, kind=kind)
