"""The guard in front of `/graphql`: no request reaches the schema that is not one small, strict JSON object."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from email.message import Message as Mail

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from strawberry.http.ides import get_graphql_ide_html

from alliance.core.problems import N_
from alliance.kit.answering import JSON, answer_type, refusal
from alliance.kit.asked import MOST_BYTES, Asked, RequestRefused, asked

SECONDS_TO_SEND = 10  # for a whole body; 100 kB take a second over the slowest line a station has
MOST_DROPPED = 200 * MOST_BYTES  # read on and thrown away, so that a caller who sends too much still reads why not
VARY = "Accept, Accept-Language"

TOO_LARGE = N_("The request is larger than {most} bytes. Ask for less at once.")
TOO_SLOW = N_("The request did not arrive within {seconds} seconds. Send it again.")
OTHER_MEDIA = N_("Send the request as `application/json` in UTF-8, not compressed.")
POST_ONLY = N_("Send a `POST` request.")

Answer = Callable[[Asked, Request, str], Awaitable[Response]]


class Gone(Exception):
    """The caller hung up before the request was whole."""


class Guard:
    """ASGI: hands on what was asked, the request and the type to answer in, and sends what `answer` makes of it.

    A browser cannot be made to ask by another page: it would need a content type and a header that no form sends, and
    there is neither a cookie nor any permission to cross origins. A socket is refused before it opens.
    """

    def __init__(self, answer: Answer, *, has_page: bool) -> None:
        self._answer = answer
        self._allowed = ("GET", "POST") if has_page else ("POST",)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the handshake gets a 403
            return
        request = Request(scope, receive)
        try:
            response = await self._answered(request)
        except RequestRefused as refused:
            response = refusal(refused, request.headers)
            if refused.code == "METHOD_NOT_ALLOWED":
                response.headers["allow"] = ", ".join(self._allowed)
            if refused.code in {"TOO_LARGE", "TOO_SLOW"}:
                response.headers["connection"] = "close"  # the rest of the body is no next request
        except Gone:
            return
        response.headers["vary"] = VARY
        await response(scope, receive, send)

    async def _answered(self, request: Request) -> Response:
        headers = request.headers
        if self._is_for_page(request):
            return HTMLResponse(get_graphql_ide_html(graphql_ide="graphiql"))
        if request.method != "POST":
            raise RequestRefused("METHOD_NOT_ALLOWED", POST_ONLY)
        kind = answer_type(headers.get("accept"))
        if not is_plain_json(headers):
            raise RequestRefused("UNSUPPORTED_MEDIA", OTHER_MEDIA)
        return await self._answer(asked(await body_of(request)), request, kind)

    def _is_for_page(self, request: Request) -> bool:
        """True for a browser that opens the address, with nothing asked in it."""
        is_browser = "text/html" in request.headers.get("accept", "")
        return request.method == "GET" and "GET" in self._allowed and is_browser and not request.url.query


def is_plain_json(headers: Mapping[str, str]) -> bool:
    """True for `application/json`, in UTF-8 if it says in what, and in no content encoding."""
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        return False
    mail = Mail()
    mail["content-type"] = headers.get("content-type", "")
    (kind, _), *parameters = mail.get_params([("", "")])
    return kind.lower() == JSON and all(
        (name.lower(), value.lower().replace("-", "")) == ("charset", "utf8") for name, value in parameters
    )


async def body_of(request: Request) -> bytes:
    """The body, counted while it is read. Raises RequestRefused when it is too large or too slow, and Gone."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > MOST_DROPPED:
        raise RequestRefused("TOO_LARGE", TOO_LARGE, most=MOST_BYTES)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            while (message := await request.receive())["type"] == "http.request":
                part: bytes = message.get("body", b"")
                size += len(part)
                if size <= MOST_BYTES:
                    parts.append(part)
                if not message.get("more_body") or size > MOST_DROPPED:
                    break
            else:
                raise Gone
    except TimeoutError:
        raise RequestRefused("TOO_SLOW", TOO_SLOW, seconds=SECONDS_TO_SEND) from None
    if size > MOST_BYTES:
        raise RequestRefused("TOO_LARGE", TOO_LARGE, most=MOST_BYTES)
    return b"".join(parts)
