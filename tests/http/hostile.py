"""Requests as people send them to bring a service down or to make it talk: their bytes, and the codes they may get.

Each carries `CANARY` wherever it has room, which no answer may hold.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

CANARY = "13812345678"  # as a mobile number that somebody mistyped into the wrong place
ME = "{ me { role } }"
PLAIN = {"content-type": "application/json"}
POST_NEED = "mutation($input: PostNeedInput!) { postNeed(input: $input) { __typename } }"
NEED = "query($id: ID!) { need(id: $id) { id } }"


@dataclass(frozen=True)
class Hostile:
    """One request; `codes` it may be refused with, none of them where it is answered like any other."""

    name: str
    body: bytes
    codes: frozenset[str]
    headers: Mapping[str, str] = field(default_factory=lambda: PLAIN)
    is_chunked: bool = False

    def __str__(self) -> str:
        return self.name

    def raw_headers(self, accept: str) -> list[tuple[bytes, bytes]]:
        """Its headers as bytes, some of which are no text."""
        headers = {"accept": accept, **self.headers}
        return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def request(query: object, variables: object = None, **more: object) -> bytes:
    """A well-formed body."""
    return json.dumps({"query": query, "variables": variables, **more}).encode()


def deep(opening: str, closing: str, levels: int, inside: str = "1") -> bytes:
    """JSON in JSON, as the value of a variable."""
    value = opening * levels + inside + closing * levels
    return f'{{"query": "{ME}", "variables": {{"a": {value}}}}}'.encode()


def hostile() -> Iterator[Hostile]:
    """All of them."""
    for code, made in (
        ("NOT_JSON", not_json()),
        ("BAD_REQUEST", misshapen()),
        ("TOO_LARGE", too_large()),
        ("BAD_QUERY", bad_queries()),
    ):
        for name, body in made.items():
            codes = {code, "TOO_EXPENSIVE"} if code == "BAD_QUERY" else {code}  # what costs too much is not checked
            yield Hostile(name, body, frozenset(codes))
    for name, headers in other_media().items():
        yield Hostile(name, request(ME), frozenset({"UNSUPPORTED_MEDIA"}), headers)
    for name, (body, headers) in packed().items():
        yield Hostile(name, body, frozenset({"UNSUPPORTED_MEDIA"}), PLAIN | headers)
    for accept in ("text/html", "image/*", "application/json;q=0", "application/xml, text/event-stream", ";;;,,,;q=x"):
        yield Hostile(f"accepts {accept}", request(ME), frozenset({"NOT_ACCEPTABLE"}), PLAIN | {"accept": accept})
    yield Hostile("10 MB in chunks", b"x" * 10_000_000, frozenset({"TOO_LARGE"}), is_chunked=True)
    yield Hostile("one byte too many in chunks", b" " * 100_001, frozenset({"TOO_LARGE"}), is_chunked=True)
    for name, (body, headers) in odd().items():
        yield Hostile(name, body, frozenset(), PLAIN | headers)


def not_json() -> dict[str, bytes]:
    """Bytes that no strict reader takes."""
    whole = request(ME)
    return {
        "nothing": b"",
        "blanks": b"  \r\n\t ",
        "half an object": whole[:-1],
        "more after the end": whole + b"}",
        "two objects": whole + whole,
        "a comment": b"/* " + CANARY.encode() + b" */" + whole,
        "a trailing comma": b'{"query": "{ me { role } }",}',
        "single quotes": b"{'query': '{ me { role } }'}",
        "a bare name": b'{query: "{ me { role } }"}',
        "NaN": b'{"query": "{ me { role } }", "variables": {"a": NaN}}',
        "Infinity": b'{"query": "{ me { role } }", "variables": {"a": -Infinity}}',
        "a number with a leading zero": b'{"query": "{ me { role } }", "variables": {"a": 0138}}',
        "hexadecimal": b'{"query": "{ me { role } }", "variables": {"a": 0xff}}',
        "a raw line break in a text": b'{"query": "{ me\n{ role } }"}',
        "a raw NUL in a text": b'{"query": "{ me\x00{ role } }"}',
        "a raw NUL": b"\x00" + whole,
        "half an escape": b'{"query": "\\u12"}',
        "an unknown escape": b'{"query": "\\x41"}',
        "invalid UTF-8": b'{"query": "\xff\xfe"}',
        "overlong UTF-8": b'{"query": "\xc0\xaf\xe0\x80\xaf"}',
        "a surrogate in UTF-8": b'{"query": "\xed\xa0\x80"}',
        "half a character": b'{"query": "\xe4\xb8"}',
        "latin-1": '{"query": "{ mé }"}'.encode("latin-1"),
        "UTF-16": whole.decode().encode("utf-16"),
        "UTF-16 without a mark": whole.decode().encode("utf-16-le"),
        "UTF-32": whole.decode().encode("utf-32"),
        "a byte order mark": b"\xef\xbb\xbf" + whole,
        "GB18030": '{"query": "# 情绪\n{ me { role } }"}'.encode("gb18030"),
        "random bytes": bytes((i * 197 + 31) % 256 for i in range(5_000)),
        "MessagePack": b"\x81\xa5query\xaf{ me { role } }",
        "a form": b"query=%7B+me+%7B+role+%7D+%7D",
        "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "the query itself": ME.encode(),
        "an HTTP request": b"POST /graphql HTTP/1.1\r\nHost: a\r\n\r\n",
    }


def misshapen() -> dict[str, bytes]:
    """JSON that is no request."""
    values: dict[str, object] = {
        "null": None, "true": True, "a number": 5, "a text": CANARY, "an empty list": [], "an empty object": {},
        "a batch": [{"query": ME}], "a batch of a thousand": [{"query": ME}] * 1_000, "a list of texts": [CANARY],
        "no query": {"variables": {}}, "query null": {"query": None}, "an empty query": {"query": ""},
        "query a number": {"query": 13812345678}, "query a list": {"query": [ME]},
        "query an object": {"query": {"a": ME}},
        "query in capitals": {"QUERY": ME}, "only a hash": {"extensions": {"persistedQuery": {"version": 1}}},
        "variables a list": {"query": ME, "variables": [CANARY]}, "variables a text": {"query": ME, "variables": "{}"},
        "variables a number": {"query": ME, "variables": 0}, "variables false": {"query": ME, "variables": False},
        "operationName a number": {"query": ME, "operationName": 5},
        "operationName a list": {"query": ME, "operationName": [CANARY]},
        "operationName an object": {"query": ME, "operationName": {}},
        "extensions a list": {"query": ME, "extensions": []}, "extensions a text": {"query": ME, "extensions": CANARY},
    }  # fmt: skip
    nested = {
        "lists 65 deep": deep("[", "]", 65),
        "objects 65 deep": deep('{"a":', "}", 65),
        "lists 40,000 deep": deep("[", "]", 40_000),
        "objects 15,000 deep": deep('{"a":', "}", 15_000),
        "lists 49,000 deep and nothing else": b"[" * 49_000 + b"]" * 49_000,
        "lists 90,000 deep, never closed": b"[" * 90_000,
        "extensions 65 deep": deep("[", "]", 65).replace(b"variables", b"extensions"),
    }
    numbers = {
        f"{name} in a variable": f'{{"query": "{ME}", "variables": {{"a": {digits}}}}}'.encode()
        for name, digits in {
            "10,000 digits": "1" * 10_000,
            "90,000 digits": "-" + "9" * 90_000,
            "1e400": "1e400",
            "1e99999": "-1e99999",
            "50,000 decimals": "0." + "1" * 50_000,
        }.items()
    }
    doubled = {
        "query twice": b'{"query": "{ me { role } }", "query": "{ me { id } }"}',
        "variables twice": b'{"query": "{ me { role } }", "variables": {}, "variables": {"a": 1}}',
        "a variable twice": b'{"query": "{ me { role } }", "variables": {"a": 1, "a": 2}}',
        "an escaped name twice": b'{"query": "{ me { role } }", "variables": {"a": 1, "\\u0061": 2}}',
        "5,000 equal names": b'{"query": "{ me { role } }", "variables": {' + b",".join([b'"a":1'] * 5_000) + b"}}",
    }
    return {name: json.dumps(value).encode() for name, value in values.items()} | nested | numbers | doubled


def too_large() -> dict[str, bytes]:
    """More than anybody asks."""
    return {
        "one byte too many": request(ME).ljust(100_001),
        "a variable of 200 kB": request(NEED, {"id": CANARY * 20_000}),
        "a variable of 10 MB": request(NEED, {"id": "x" * 10_000_000}),
        "a document of 10 MB": request("{ " + "me " * 3_333_333 + "}"),
        "lists 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
        "objects 50,000 deep": deep('{"a":', "}", 50_000),
        "1,900 kB of blanks": b" " * 1_900_000,
    }


def bad_queries() -> dict[str, bytes]:
    """Well-formed requests whose query is none."""
    documents = {
        "no query at all": CANARY, "blanks only": "   ", "a comment only": f"# {CANARY}", "an open brace": "{",
        "a closing brace": "}", "an open text": f'{{ me(a: "{CANARY}', "an open block": f'{{ me(a: """{CANARY}',
        "a NUL": "{ me \x00 }", "a NUL in a text": '{ need(id: "a\x00") { id } ', "a lone surrogate": "{ \ud800 }",
        "a lone surrogate in a text": '{ need(id: "\ud800") { id } }', "a control character": "{ me \x1b }",
        "full-width letters": "{ ｍｅ }", "a zero width name": "{ me\u200b { role } }", "bidi": "{ \u202eme }",
        "a number for a name": f"{{ {CANARY} }}", "digits and letters": f"{{ me(a: {CANARY}x) {{ role }} }}",
        "an unknown escape in a text": '{ need(id: "\\q") { id } }',
        "half an escape in a text": '{ need(id: "\\u12") { id } }',
        "a text for a name": f'{{ "{CANARY}" }}', "JSON for a query": json.dumps({"query": ME}),
        "SQL": f"SELECT * FROM account WHERE phone = '{CANARY}'", "a page": "<script>alert(1)</script>",
        "braces 400 deep": "{a" * 400 + "}" * 400, "lists 400 deep": "{ me(a: " + "[" * 400 + "]" * 400 + ") }",
        "an unknown field": "{ nothing }", "an unknown argument": f'{{ me(phone: "{CANARY}") {{ role }} }}',
        "an unknown type": "query($a: Nothing) { me { role } }", "an unknown directive": "{ me { role @nothing } }",
        "an unknown fragment": "{ me { ...nothing } }", "a ring of fragments":
            "{ me { ...A } } fragment A on Account { ...B } fragment B on Account { ...A }",
        "a missing selection": "{ me }", "a selection of a leaf": "{ me { role { id } } }",
        "a number for an id's field": f"{{ needs(first: \"{CANARY}\") {{ totalCount }} }}",
        "a float for a number": "{ needs(first: 1.5) { totalCount } }",
        "a huge number": f"{{ needs(first: {CANARY}{CANARY}) {{ totalCount }} }}",
        "an unknown enum": f"{{ needs(orderBy: {CANARY}) {{ totalCount }} }}",
        "an unknown input field": f'{{ needs(where: {{ contactPhone: "{CANARY}" }}) {{ totalCount }} }}',
        "a day that is none": f'{{ coverageGaps(where: {{ firstDay: "{CANARY}" }}) {{ placeLevel }} }}',
        "fields that differ": "{ me { a: id a: role } }", "a subscription": "subscription { events { id } }",
        "a type definition": "type Query { me: String }", "an extension": "extend type Query { a: Int }",
        "two operations without a name": "query A { me { role } } query B { me { id } }",
        "two operations of one name": "query A { me { role } } query A { me { id } }",
        "two operations without names": "{ me { role } } { me { id } }",
        "a mutation hidden behind a query": "query A { me { role } } mutation B { signOut { __typename } }",
    }  # fmt: skip
    variables: dict[str, tuple[str, object]] = {
        "no variable": (NEED, None), "a null for an id": (NEED, {"id": None}),
        "an object for an id": (NEED, {"id": {"a": CANARY}}),
        "a list for an id": (NEED, {"id": [CANARY, CANARY]}), "a float for an id": (NEED, {"id": 1381234.5678}),
        "a boolean for an id": (NEED, {"id": True}), "a text for an input": (POST_NEED, {"input": CANARY}),
        "a list for an input": (POST_NEED, {"input": [[CANARY]]}),
        "a number for a title": (POST_NEED, {"input": {"title": 13812345678}}),
        "an unknown field in an input": (POST_NEED, {"input": {"title": "a", "role": CANARY}}),
        "a page for a field": (POST_NEED, {"input": {"title": "a", "<script>": CANARY}}),
        "a quote for a field": (POST_NEED, {"input": {"title": "a", f"' {CANARY} '": CANARY}}),
        "a text for a number": (POST_NEED, {"input": {"title": "a", "headcount": CANARY}}),
        "a huge number for a number": (POST_NEED, {"input": {"title": "a", "headcount": 10**200}}),
        "an unknown enum in an input": (POST_NEED, {"input": {"title": "a", "urgency": CANARY}}),
        "a day that is none in an input": (POST_NEED, {"input": {"title": "a", "firstDay": CANARY}}),
        "a surrogate for a day": (POST_NEED, {"input": {"title": "a", "firstDay": "\ud800"}}),
        "windows that are none": (POST_NEED, {"input": {"title": "a", "windows": [CANARY, {"weekday": CANARY}]}}),
        "proto": (POST_NEED, {"input": {"__proto__": {"title": CANARY}}}),
    }  # fmt: skip
    named = {
        "an operation that is not there": request("query A { me { role } }", operationName=CANARY),
        "an operation without a name asked by one": request(ME, operationName="A"),
        "an empty operation name": request("query A { me { role } }", operationName=""),
        "a surrogate for an operation": request("query A { me { role } }", operationName="\ud800"),
    }
    return (
        {name: request(document) for name, document in documents.items()}
        | {name: request(*pair) for name, pair in variables.items()}
        | named
    )


def other_media() -> dict[str, dict[str, str]]:
    """Kinds of bodies that are not read."""
    kinds = (
        "text/plain", "text/html", "application/graphql", "application/x-www-form-urlencoded", "application/xml",
        "multipart/form-data; boundary=x", "multipart/mixed", "application/jsonx", "application/json-patch+json",
        "application/vnd.api+json", "text/json", "application/json, text/plain", "application/json; charset=utf-16",
        "application/json; charset=latin-1", "application/json; charset=utf-7", "application/json; charset=",
        "application/json; boundary=x", "application", "/", ";", "a" * 5_000, "application/graphql-response+json",
    )  # fmt: skip
    return {f"a body that calls itself {kind[:40]}": {"content-type": kind} for kind in kinds} | {
        "a body that calls itself nothing": {}
    }


def packed() -> dict[str, tuple[bytes, dict[str, str]]]:
    """Compressed bodies."""
    body = request(ME)
    return {
        "gzip": (gzip.compress(body), {"content-encoding": "gzip"}),
        "a gzip bomb": (gzip.compress(b" " * 20_000_000), {"content-encoding": "gzip"}),
        "deflate": (zlib.compress(body), {"content-encoding": "deflate"}),
        "brotli that is none": (body, {"content-encoding": "br"}),
        "gzip that is none": (body, {"content-encoding": "gzip"}),
        "gzip in gzip": (gzip.compress(gzip.compress(body)), {"content-encoding": "gzip, gzip"}),
        "an unknown encoding": (body, {"content-encoding": CANARY}),
    }


def odd() -> dict[str, tuple[bytes, dict[str, str]]]:
    """Requests that are odd and yet answered: with nothing, or with a refusal as a value."""
    no_need: dict[str, Any] = {
        "a NUL for an id": "a\x00b", "a surrogate for an id": "\ud800", "90 kB for an id": "x" * 90_000,
        "SQL for an id": "' OR 1=1 --", "a path for an id": "../../etc/passwd", "a number for an id": 10**30,
        "a relay id": "TmVlZDox", "a foreign id": "account_01J", "an emoji for an id": "😀" * 500,
    }  # fmt: skip
    ids: dict[str, tuple[bytes, dict[str, str]]] = {
        name: (request(NEED, {"id": value}), {}) for name, value in no_need.items()
    }
    headers = {
        "a token of 8 kB": {"authorization": "Bearer " + "x" * 8_000},
        "a token of bytes": {"authorization": "Bearer \xff\xfe"},
        "a language of 8 kB": {"accept-language": "en;q=0.5," * 900},
        "a hundred types": {"accept": "a/b;q=0.1," * 300 + "*/*;q=0.01"},
        "another host": {"host": "example.org"},
        "a forwarded address": {"x-forwarded-for": "' OR 1=1 --", "x-forwarded-proto": "javascript"},
        "another method in a header": {"x-http-method-override": "DELETE"},
        "an origin": {"origin": "null", "sec-fetch-site": "cross-site"},
        "an identity encoding": {"content-encoding": "identity"},
    }
    return ids | {name: (request(ME), given) for name, given in headers.items()}
