"""The web application: the only place where the parts meet."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from alliance.identity.actions import admitted
from alliance.journal.sealing import hand_on, require_key
from alliance.kit import clock, messages
from alliance.kit.context import Context
from alliance.kit.database import connection, finish_running, opened
from alliance.schema import schema
from alliance.settings import Settings

BEARER = "bearer "


class Endpoint(GraphQL[Context, None]):
    """`POST /graphql`: JSON only, bearer tokens only, no cookies, no uploads, no sockets; kept by no cache."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            schema,
            graphql_ide="graphiql" if settings.is_ide_on else None,
            allow_queries_via_get=False,
            subscription_protocols=(),
            multipart_uploads_enabled=False,
        )
        self.settings = settings

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        """Who asks, read anew from the session row for every request."""
        token = bearer_token(request.headers.get("authorization"))
        return Context(
            today=clock.today(),
            viewer=await admitted(token),
            token=token,
            language=messages.language_of(request.headers.get("accept-language")),
            hotline=self.settings.hotline,
            address=request.client.host if request.client else None,
        )

    async def get_root_value(self, request: Request | WebSocket) -> None:
        """Nothing: every field reads for itself."""

    def encode_json(self, data: object) -> bytes:
        """JSON, quickly."""
        return orjson.dumps(data)

    def decode_json(self, data: str | bytes) -> object:
        """One request; the framework falls over any other value than an object or a list, and over deep nesting."""
        try:
            body = super().decode_json(data)
        except (RecursionError, UnicodeDecodeError):
            body = None
        if not isinstance(body, dict | list):
            raise json.JSONDecodeError("neither an object nor a list", "", 0)  # which the framework answers with 400
        return body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Mark every answer, refusals too, as nobody's to keep: the same address answers everybody differently."""

        async def send_unkept(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["cache-control"] = "no-store"
            await send(message)

        await super().__call__(scope, receive, send_unkept)


def bearer_token(authorization: str | None) -> str | None:
    """The token of an `Authorization: Bearer …` header; None for every other one."""
    if authorization and authorization[: len(BEARER)].lower() == BEARER:
        return authorization[len(BEARER) :].strip() or None
    return None


def make_app(settings: Settings) -> Starlette:
    """The service over the database that `settings` names; the database is opened when the service starts."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with opened(settings.database, for_process=True):
            hand_on(settings.journal_keys)
            await require_key()
            try:
                yield
            finally:
                await finish_running()

    methods = ["GET", "POST"] if settings.is_ide_on else ["POST"]
    routes = [
        Route("/graphql", Endpoint(settings), methods=methods),
        Route("/healthz", healthy),
        Route("/readyz", ready),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def healthy(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The database answers."""
    await connection().execute_query("SELECT 1")
    return JSONResponse({"status": "ready"})
