"""How an answer leaves over HTTP: in which of two types, under which status, with which errors told."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.datastructures import Headers
from starlette.responses import Response

from alliance.core.problems import N_
from alliance.kit import messages
from alliance.kit.asked import RequestRefused
from alliance.kit.logs import Event, tell
from alliance.kit.outages import Outage, outage_of
from alliance.kit.watching import watched

GRAPHQL, JSON = "application/graphql-response+json", "application/json"
WEIGHT = re.compile(r"(0(\.\d{0,3})?|1(\.0{0,3})?)")  # RFC 9110 §12.4.2
STATUS = {
    "BAD_REQUEST": 400,
    "NOT_JSON": 400,
    "METHOD_NOT_ALLOWED": 405,
    "NOT_ACCEPTABLE": 406,
    "TOO_SLOW": 408,
    "TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA": 415,
}
BAD_QUERY, BUG = "BAD_QUERY", "INTERNAL"
RETRYABLE = frozenset(outage.name for outage in Outage)
LATE_STATUS = {BUG: 500, "TIMEOUT": 503} | dict.fromkeys(RETRYABLE, 503)  # of a run, where its type lets a status speak
SECONDS_TO_RETRY = 5
MOST_ERRORS = 5  # SAFETY T6; the answer says how many more there are
MOST_CHARACTERS = 200  # of what graphql-core says about a query
BROKEN = N_("Something went wrong on our side. Try again; if it stays, tell us this number: {error_id}.")
NOTHING_FITS = N_("Answers come as `application/graphql-response+json` or `application/json`. Accept one of them.")
CUTS = (
    (re.compile(r"(?s)( cannot represent [^:\n]*): .*"), r"\1."),
    (re.compile(r"(?s), found:? .*"), "."),
    (re.compile(r"(?s)\b(?:Value|Enum) .* does not exist in '(\w+)' enum.*"), r"No such value in the enum '\1'."),
    (re.compile(r"(?s)(unknown field) '(?!\w+'\.?$).*"), r"\1."),
    (re.compile(r"(?s)(Syntax Error: Unexpected (?:Block)?(?:String|Int|Float)) .*"), r"\1."),
)


def answer_type(accept: str | None) -> str:
    """The type asked for with the greatest weight, of the two there are. Raises RequestRefused: NOT_ACCEPTABLE.

    Whoever names none, or anything, gets plain JSON, which every client reads.
    """
    if accept is None or not accept.strip():
        return JSON
    weights = {kind: _weight(kind, accept) for kind in (GRAPHQL, JSON)}
    best = max((GRAPHQL, JSON), key=lambda kind: weights[kind])
    if weights[best] <= (0, 0):
        raise RequestRefused("NOT_ACCEPTABLE", NOTHING_FITS)
    return best


def _weight(kind: str, accept: str) -> tuple[float, int]:
    """Weight and exactness of the most exact range that names `kind`; plain JSON is meant by a wildcard first."""
    found = (0.0, 0)
    exactness = 0
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        exact = {kind: 4, "application/*": 2, "*/*": 1}.get(name, 0)
        if exact <= exactness or not _is_utf8(parameters):
            continue
        exactness = exact
        weight = _weighed(parameters)
        found = (weight, exact + (exact < 4 and kind == JSON) if weight else 0)
    return found


def _weighed(parameters: Iterable[str]) -> float:
    given = [piece.partition("=")[2].strip() for piece in parameters if piece.partition("=")[0].strip() == "q"]
    if not given:
        return 1.0
    return float(given[0]) if WEIGHT.fullmatch(given[0]) else 0.0


def _is_utf8(parameters: Iterable[str]) -> bool:
    given = [piece.partition("=") for piece in parameters]
    return all(value.strip(' "') in {"utf-8", "utf8"} for name, _, value in given if name.strip() == "charset")


def broken(error: BaseException, *, at: str = "") -> RequestRefused:
    """What a caller is told of an error that is not his, and the line of the log that the number he gets leads to.

    `at` is the field of the schema that failed. An outage of the database passes, and says so; all else is a bug.
    """
    of_field = {"field": at} if at else {}
    if outage := outage_of(error):
        watched().end_as(outage.name)
        tell(Event.OUTAGE, logging.WARNING, error, outcome=outage.name, **of_field)
        return RequestRefused(outage.name, outage.value)
    watched().end_as(BUG)
    tell(Event.BUG, logging.ERROR, error, **of_field)
    return RequestRefused(BUG, BROKEN, error_id=watched().request_id)


def coded(code: str) -> dict[str, Any]:
    """The `extensions` of an error: its code, and whether the same request may well go through later."""
    return {"code": code, "retryable": True} if code in RETRYABLE else {"code": code}


def refusal(refused: RequestRefused, headers: Headers) -> Response:
    """The answer to a request that was not run, in the caller's language and, where one is asked for, type."""
    try:
        kind = answer_type(headers.get("accept"))
    except RequestRefused:
        kind = JSON
    message = messages.say(refused.sentence, messages.language_of(headers.get("accept-language")), **refused.values)
    watched().end_as(refused.code)
    error = {"message": message, "extensions": coded(refused.code)}
    status = STATUS.get(refused.code) or _status(kind, [error])
    return written({"errors": [error]}, kind=kind, status=status)


def answer(data: Any, errors: Sequence[GraphQLError], extensions: dict[str, Any] | None, *, kind: str) -> Response:
    """What a run gave. An error that kept it from beginning leaves out `data` and, where its type may, is no 200."""
    told = [_told(error) for error in errors[:MOST_ERRORS]]
    for error in told:
        watched().end_as(error.get("extensions", {}).get("code", BAD_QUERY))
    is_run = data is not None or any(error.path for error in errors) or not errors
    content: dict[str, Any] = {"data": data} if is_run else {}
    extensions = extensions or {}
    if told:
        content = {"errors": told, **content}
    if len(errors) > MOST_ERRORS:
        extensions = {**extensions, "moreErrors": len(errors) - MOST_ERRORS}
    if extensions:
        content["extensions"] = extensions
    return written(content, kind=kind, status=200 if is_run else _status(kind, told))


def written(content: dict[str, Any], *, kind: str, status: int) -> Response:
    """The answer's bytes and headers."""
    later = {"retry-after": str(SECONDS_TO_RETRY)} if status == 503 else None
    return Response(_bytes(content), status_code=status, media_type=kind, headers=later)


def without_values(message: str) -> str:
    """What graphql-core says of a query, without what was typed: names stay, values go; never long."""
    for pattern, rest in CUTS:
        message = pattern.sub(rest, message)
    return message if len(message) <= MOST_CHARACTERS else message[:MOST_CHARACTERS] + "…"


def _told(error: GraphQLError) -> dict[str, Any]:
    told: dict[str, Any] = dict(error.formatted)
    if (error.extensions or {}).get("code") == BAD_QUERY:  # graphql-core's words; all others are ours
        told["message"] = without_values(error.message)
    return told


def _status(kind: str, told: Sequence[dict[str, Any]]) -> int:
    """Of a request error. Plain JSON says 200 to every well-formed request: there a proxy's 4xx is told apart by it."""
    if kind == JSON:
        return 200
    return max(LATE_STATUS.get(error.get("extensions", {}).get("code", ""), 400) for error in told)


def _bytes(content: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(content)
    except TypeError:  # a lone surrogate of the query has no UTF-8, but an escape
        return json.dumps(content, separators=(",", ":")).encode()
