"""The web application: the only place where the parts meet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alliance.identity.actions import admitted
from alliance.journal.sealing import hand_on, require_key
from alliance.kit import clock, messages
from alliance.kit.context import Context
from alliance.kit.database import connection, finish_running, opened
from alliance.kit.endpoint import Endpoint
from alliance.kit.guard import Guard
from alliance.schema import schema
from alliance.settings import Settings

BEARER = "bearer "
PACKED_FROM_BYTES = 2_000  # below, an answer is one packet either way
# Pays: a list of candidates shrinks to a seventh. Safe from BREACH, which needs a page that can make a browser ask with
# its owner's secret: here that is a header, which no page but one that has the token can send.
PACKING = Middleware(GZipMiddleware, minimum_size=PACKED_FROM_BYTES, compresslevel=4)
ALWAYS = {
    "cache-control": "no-store",  # the same address answers everybody differently
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
NOT_PAGES = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}


class Marked:
    """Marks every answer, refusals too: kept by no cache, guessed at, framed and read by no other page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with these headers."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                headers.update(ALWAYS if is_page else ALWAYS | NOT_PAGES)
            await send(message)

        await self._app(scope, receive, marked)


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

    async def context_of(request: Request) -> Context:
        """Who asks, read anew from the session row for every request."""
        token = bearer_token(request.headers.get("authorization"))
        return Context(
            today=clock.today(),
            viewer=await admitted(token),
            token=token,
            language=messages.language_of(request.headers.get("accept-language")),
            hotline=settings.hotline,
            address=request.client.host if request.client else None,
        )

    routes = [
        Route("/graphql", Guard(Endpoint(schema, context_of), has_page=settings.is_ide_on), middleware=[PACKING]),
        Route("/healthz", healthy),
        Route("/readyz", ready),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Marked)])
    app.router.redirect_slashes = False  # a redirect would lead wherever the caller's Host header says
    return app


async def healthy(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The database answers."""
    await connection().execute_query("SELECT 1")
    return JSONResponse({"status": "ready"})
