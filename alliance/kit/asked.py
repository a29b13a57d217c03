"""What one request asks: read from the bytes of its body, strictly, or refused with a code and a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from alliance.core.problems import N_

MOST_BYTES = 100_000  # SAFETY T6; the largest document of a page with its variables has a twentieth of it
MOST_LEVELS = 64  # of the body; the deepest input of the schema has six
MOST_DIGITS = 300  # of a number, which no field of the schema comes near

NOT_JSON = N_("The body is not JSON in UTF-8. Send one JSON object.")
NO_REQUEST = N_(
    "Send one JSON object: `query` is a text, `variables` and `extensions` an object, `operationName` a text."
)
TWICE = N_("An object of the body has the same name twice. Send each once.")
TOO_DEEP = N_("The body is nested more than {most} levels deep. Flatten it.")
TOO_LONG = N_("A number of the body is too large. Send at most {most} digits.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One operation to run, as GraphQL over HTTP writes it; its `extensions` are checked and not used."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None


class RequestRefused(Exception):
    """A request that is not run; `code` is one of a closed list, `sentence` English with `values` to fill in."""

    def __init__(self, code: str, sentence: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.sentence, self.values = code, sentence, values


def asked(body: bytes) -> Asked:
    """The request in a body. Raises RequestRefused, whatever the bytes are."""
    match _read(body):
        case {"query": str(query)} as found if query:
            return _shaped(query, found)
        case _:
            raise RequestRefused("BAD_REQUEST", NO_REQUEST)


def _shaped(query: str, found: dict[str, Any]) -> Asked:
    variables, extensions, name = (found.get(key) for key in ("variables", "extensions", "operationName"))
    is_shaped = isinstance(variables, dict | None) and isinstance(extensions, dict | None)
    if not is_shaped or not isinstance(name, str | None):
        raise RequestRefused("BAD_REQUEST", NO_REQUEST)
    if _levels([variables, extensions]) > MOST_LEVELS:
        raise RequestRefused("BAD_REQUEST", TOO_DEEP, most=MOST_LEVELS)
    return Asked(query=query, variables=variables, operation_name=name)


def _read(body: bytes) -> Any:
    """The JSON in `body`. The standard reader, because the fast one refuses lone surrogates, which a rule names."""
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_once,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_no_constant,
        )
    except RecursionError:  # raised by the reader itself near the interpreter's limit of 1,000 levels
        raise RequestRefused("BAD_REQUEST", TOO_DEEP, most=MOST_LEVELS) from None
    except ValueError:
        raise RequestRefused("NOT_JSON", NOT_JSON) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names differ: of two equal ones every reader takes another."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise RequestRefused("BAD_REQUEST", TWICE)
    return found


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise RequestRefused("BAD_REQUEST", TOO_LONG, most=MOST_DIGITS)
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits) if len(digits) <= MOST_DIGITS else math.inf
    if math.isinf(number):
        raise RequestRefused("BAD_REQUEST", TOO_LONG, most=MOST_DIGITS)
    return number


def _no_constant(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are no JSON


def _levels(values: Iterable[Any]) -> int:
    """How deep objects and lists stand inside one another, the body itself included; counted level by level."""
    levels, inside = 0, list(values)
    while inside and levels <= MOST_LEVELS:
        levels += 1
        inside = [
            part
            for value in inside
            if isinstance(value, dict | list)
            for part in (value.values() if isinstance(value, dict) else value)
        ]
    return levels
