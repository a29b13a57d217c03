"""Documents that ask for too much, as people send them to bring a service down; run to see what each takes.

`python -m tests.graph.hostile` prints milliseconds from text to refusal, for nobody and on one core.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import date
from typing import Any

from alliance.kit.context import Context
from alliance.schema import schema

SIGN_IN = 'signIn(input: { name: "a", password: "b" }) { __typename }'
RING = ("organization {", "capabilities {")


def doubling(count: int) -> str:
    """Fragments of which each spreads the next one twice, side by side."""
    body = "".join(f"fragment F{i} on Capability {{ ...F{i + 1} ...F{i + 1} }} " for i in range(count - 1))
    return f"{{ capabilities {{ nodes {{ ...F0 }} }} }} {body} fragment F{count - 1} on Capability {{ id }}"


def doubling_aliases(count: int) -> str:
    """Fragments of which each spreads the next one under two names, one level down."""
    kinds, fields = ("Capability", "Organization"), ("organization", "capabilities")
    body = "".join(
        f"fragment F{i} on {kinds[i % 2]} {{ {' '.join(f'{a}: {fields[i % 2]} {{ ...F{i + 1} }}' for a in 'ab')} }} "
        for i in range(count - 1)
    )
    last = f"fragment F{count - 1} on {kinds[(count - 1) % 2]} {{ id }}"
    return f"{{ capabilities {{ nodes {{ ...F0 }} }} }} {body} {last}"


def ring(levels: int) -> str:
    """Organizations and their capabilities in one another."""
    inside = "".join(RING[i % 2] for i in range(levels))
    return "{ capabilities { nodes { " + inside + " id " + "}" * levels + " } } }"


HOSTILE: dict[str, tuple[str, str | None]] = {  # the document, and the limit it is refused by; None: by validation
    "28 doubling fragments": (doubling(28), "FRAGMENTS"),
    "18 doubling fragments": (doubling(18), "WIDTH"),
    "18 doubling aliases": (doubling_aliases(18), "DEPTH"),
    "12 doubling aliases": (doubling_aliases(12), "ALIASES"),
    "28 doubling aliases": (doubling_aliases(28), "FRAGMENTS"),
    "organization and capabilities 25 deep": (ring(25), "DEPTH"),
    "organization and capabilities 12 deep": (ring(12), "ROWS"),
    "100 deep": (ring(100), "DEPTH"),
    "1,000 deep": ("{ " + "a {" * 1000 + "}" * 1000 + " }", "DEPTH"),
    "300 deep": ("{ " + "a {" * 300 + " id " + "}" * 300 + " }", "DEPTH"),
    "100,000 fields": ("{ me {" + " id" * 100_000 + " } }", "TOKENS"),
    "1,900 fields": ("{ me {" + " id" * 1_900 + " } }", "WIDTH"),
    "450 fields to merge": ("{ needs { nodes {" + " station { id }" * 450 + " } } }", "WIDTH"),
    "merging by fragments": (
        "{ needs { nodes {" + "".join(f" ...F{i}" for i in range(19)) + " } } }"
        + "".join(f" fragment F{i} on Need {{ {'station { id name } ' * 10} }}" for i in range(19)),
        "WIDTH",
    ),
    "10,000 aliases": ("{" + "".join(f" a{i}: me {{ id }}" for i in range(10_000)) + " }", "TOKENS"),
    "200 aliases": ("{ me {" + "".join(f" a{i}: id" for i in range(200)) + " } }", "WIDTH"),
    "50 aliases": ("{ me {" + "".join(f" a{i}: id" for i in range(50)) + " } }", "ALIASES"),
    "aliases in a fragment": (
        "{ needs { nodes { ...A claims { need { ...A } } } } } fragment A on Need {"
        + "".join(f" a{i}: id" for i in range(10)) + " }",
        "ALIASES",
    ),
    "50 attempts to sign in": (
        "mutation {" + "".join(f" a{i}: {SIGN_IN}" for i in range(50)) + " }",
        "ALONE",
    ),
    "11 root fields": ("{" + "".join(f" a{i}: me {{ id }}" for i in range(11)) + " }", "ROOT_FIELDS"),
    "2,000 operations": ("".join(f"query Q{i} {{ me {{ id }} }} " for i in range(2_000)), "TOKENS"),
    "200 operations": ("".join(f"query Q{i} {{ me {{ id }} }} " for i in range(200)), "OPERATIONS"),
    "1,000 @include": ("{ me { id" + " @include(if: true)" * 1_000 + " } }", "TOKENS"),
    "200 @include": ("{ me { id" + " @include(if: true)" * 200 + " } }", "DIRECTIVES"),
    "a literal of 5,000 digits": ("{ needs(first: " + "9" * 5_000 + ") { nodes { id } } }", "DIGITS"),
    "a page of a million": ("{ organizations(first: 1000000) { nodes { capabilities { id } } } }", "ROWS"),
    "pages in pages": ("{ needs(first: 100) { nodes { candidates(first: 100) { nodes { points } } } } }", "ROWS"),
    "nodes and edges": ("{ needs(first: 100) { nodes { claims { id } } edges { node { claims { id } } } } }", "ROWS"),
    "many values": (
        "{ organizations(first: 60) { nodes { capabilities { area { code name } windows { weekday start end } "
        "groups { code name englishName definition } title description } } } }",
        "VALUES",
    ),
    "fragments in a ring": ("{ me { ...A } } fragment A on Account { ...B } fragment B on Account { ...A }", None),
    "a fragment of its own": ("{ me { ...A } } fragment A on Account { station { operator { id } } ...A }", None),
    "unknown fragments": ("{ me { ...A ...B } }", None),
    "unknown fields": ("{ one { two { three(first: 5) { four } } } }", None),
    "an unused deep fragment": ("{ me { id } } fragment A on Capability { " + "organization { capabilities {" * 20
        + " id " + "} }" * 20 + " }", "DEPTH"),
    "a wide fragment behind another of its name": (
        "{ needs { nodes { ...A } } } fragment A on Need {"
        + " station { id }" * 300
        + " } fragment A on Need { id }",
        "WIDTH",
    ),
    "lists in lists": ("{ needs(where: " + "[" * 120 + "]" * 120 + ") { totalCount } }", None),
    "named like introspection": ("{ __schema: organizations(first: 100) { nodes { capabilities { id } } } }", "ROWS"),
    "introspection without end": ("{ __type { " + "ofType {" * 100 + " name " + "}" * 100 + " } }", "DEPTH"),
    "inline fragments": ("{" + " ... {" * 100 + " me { id } " + "}" * 100 + " }", "FRAGMENTS"),
}  # fmt: skip


async def answered(document: str, variables: dict[str, Any] | None = None) -> Any:
    """What nobody is told; documents that are refused need no database."""
    context = Context(today=date(2026, 6, 1), language="en")
    return await schema.execute(document, variable_values=variables, context_value=context)


async def main() -> None:
    """One line for each."""
    await answered("{ __typename }")
    for name, (document, _) in HOSTILE.items():
        start = time.perf_counter()
        result = await answered(document)
        took = (time.perf_counter() - start) * 1_000
        (error, *_) = result.errors
        told = (error.extensions or {}).get("limit") or error.message[:70]
        print(f"{name}: {took:.1f} ms, {len(document):,} bytes, {told}")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
