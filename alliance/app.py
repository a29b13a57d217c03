"""The web application: the only place where the parts meet."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alliance.identity.actions import admitted
from alliance.journal.sealing import hand_on, require_key
from alliance.kit import clock, messages, metrics
from alliance.kit.answering import SECONDS_TO_RETRY, broken
from alliance.kit.context import Context
from alliance.kit.database import connection, finish_running, opened
from alliance.kit.endpoint import Endpoint
from alliance.kit.guard import Guard
from alliance.kit.logs import Event, tell
from alliance.kit.watching import watch
from alliance.schedule.feed import calendar
from alliance.schedule.subscriptions import ADDRESS, shown_to
from alliance.schema import schema
from alliance.settings import Settings
from alliance.upkeep import upkeep

BEARER = "bearer "
SECONDS_TO_BE_READY = 2.0
SECONDS_TO_READ = 5.0  # a calendar, as long as an operation
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
ROUTES = GRAPHQL, HEALTH, READINESS, METRICS = "/graphql", "/healthz", "/readyz", "/metrics"
CALENDAR = "/calendar"  # all that is told of an address below it: the rest is a secret
ELSEWHERE = "other"  # whatever else is asked for: callers write paths
REQUEST_ID = "x-request-id"
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


class Watch:
    """Gives every request an id, a line in the log and a place in the counts, and every bug an answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, seen, status = time.perf_counter(), watch(), 0

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = seen.request_id
            await send(message)

        try:
            await self._app(scope, receive, watching)
        except Exception as error:
            code = broken(error).code
            if not status:
                await JSONResponse({"status": code.lower()}, 500)(scope, receive, watching)
        if status >= 400:
            seen.end_as(f"HTTP_{status}")  # where no code of ours says more
        route = route_of(scope["path"])
        seconds = time.perf_counter() - begun
        metrics.note(route, seen, seconds)
        tell(
            Event.REQUEST,
            route=route,
            operation=seen.operation,
            outcome=seen.outcome,
            status=status,
            milliseconds=round(seconds * 1000, 1),
        )


def route_of(path: str) -> str:
    """What the log and the counts call a path: one of our own names."""
    if path.startswith(f"{CALENDAR}/"):
        return CALENDAR
    return path if path in ROUTES else ELSEWHERE


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
            tell(Event.STARTED)
            try:
                async with upkeep():
                    yield
            finally:
                await finish_running()
                tell(Event.ENDED)

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
        Route(GRAPHQL, Guard(Endpoint(schema, context_of), has_page=settings.is_ide_on), middleware=[PACKING]),
        Route(HEALTH, healthy),
        Route(READINESS, ready),
        Route(ADDRESS, read_calendar, middleware=[PACKING]),
        *([Route(METRICS, counts_for(settings.metrics_token))] if settings.metrics_token else []),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Marked), Middleware(Watch)])
    app.router.redirect_slashes = False  # a redirect would lead wherever the caller's Host header says
    return app


async def healthy(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The database answers; if not, why not."""
    try:
        async with asyncio.timeout(SECONDS_TO_BE_READY):
            await connection().execute_query("SELECT 1")
    except Exception as error:
        return JSONResponse({"status": broken(error).code.lower()}, 503)
    return JSONResponse({"status": "ready"})


async def read_calendar(request: Request) -> Response:
    """The calendar under a secret address, as a file for calendar programs; nothing is told of any other address."""
    try:
        async with asyncio.timeout(SECONDS_TO_READ):
            shown = await shown_to(request.path_params["token"])
            if shown is None:
                return PlainTextResponse("Not Found", 404)
            content = await asyncio.to_thread(calendar, shown.name, shown.series)
    except Exception as error:
        return JSONResponse({"status": broken(error).code.lower()}, 503, {"retry-after": str(SECONDS_TO_RETRY)})
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    if is_named(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers={"etag": tag})
    return Response(content, media_type="text/calendar", headers={"etag": tag})


def is_named(given: str, tag: str) -> bool:
    """True when an `If-None-Match` header holds the tag, weak or not (RFC 9110 §13.1.2)."""
    tags = [each.strip().removeprefix("W/") for each in given.split(",")]
    return tag in tags or "*" in tags


def counts_for(token: str) -> Callable[[Request], Awaitable[Response]]:
    """The counts, for whoever brings the token: a single report of harm would stand out in them."""

    async def counts(request: Request) -> Response:
        given = bearer_token(request.headers.get("authorization")) or ""
        if not hmac.compare_digest(given.encode(), token.encode()):
            return PlainTextResponse("", 401, {"www-authenticate": "Bearer"})
        return Response(metrics.text(), media_type=metrics.CONTENT_TYPE)

    return counts
