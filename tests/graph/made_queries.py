"""Valid queries made at random from the schema, and what an answer to one really holds."""

from __future__ import annotations

from random import Random
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from alliance.graph.bounds import BOUNDS
from alliance.schema import schema

PAGES = {"nodes", "edges", "cells"}
ROWS = PAGES | {place.partition(".")[2] for place in BOUNDS.rows}
IDS = {"Query.need": "Need", "Query.organization": "Organization", "Query.claim": "Claim"}
DEEPEST = 7
LARGEST_PAGE = 30


class Maker:
    """Makes queries: the same ones for the same seed. `ids` are of things that are there, by type."""

    def __init__(self, seed: int, ids: dict[str, list[str]]) -> None:
        self.random, self.ids = Random(seed), ids
        self.fragments: list[str] = []
        self.variables: dict[str, int] = {}

    def query(self) -> tuple[str, dict[str, int]]:
        """A document of one operation, with its variables."""
        self.fragments, self.variables = [], {}
        root = schema._schema.query_type
        assert root is not None
        body = self.selection(root, 1, most=2)
        declared = ", ".join(f"${name}: Int! = 5" for name in self.variables)
        given = {name: size for name, size in self.variables.items() if size != 5}
        return f"query{f'({declared})' if declared else ''} {body} {' '.join(self.fragments)}", given

    def selection(self, kind: Any, level: int, most: int = 5) -> str:
        """Some fields of a type in braces, now and then in a fragment."""
        fields = [name for name in kind.fields if self.is_askable(kind, name, level)]
        asked = self.random.sample(fields, min(len(fields), self.random.randint(1, most))) or ["__typename"]
        body = " ".join(self.field(kind, name, level) for name in asked)
        match self.random.randint(1, 8):
            case 1 if level > 1:
                self.fragments.append(f"fragment F{len(self.fragments)} on {kind.name} {{ {body} }}")
                return f"{{ ...F{len(self.fragments) - 1} }}"
            case 2:
                return f"{{ ... on {kind.name} {{ {body} }} }}"
            case _:
                return f"{{ {body} }}"

    def is_askable(self, kind: Any, name: str, level: int) -> bool:
        field = kind.fields[name]
        place = f"{kind.name}.{name}"
        if "id" in field.args and not self.ids.get(IDS.get(place, "")):
            return False
        inner = get_named_type(field.type)
        is_open = is_leaf_type(inner) or isinstance(inner, GraphQLObjectType | GraphQLInterfaceType)
        return is_open and (is_leaf_type(inner) or level < DEEPEST)

    def field(self, kind: Any, name: str, level: int) -> str:
        """A field with its arguments and what is below it."""
        field, place = kind.fields[name], f"{kind.name}.{name}"
        arguments = []
        if "first" in field.args and self.random.random() < 0.8:
            arguments.append(f"first: {self.size()}")
        if "id" in field.args:
            arguments.append(f'id: "{self.random.choice(self.ids[IDS[place]])}"')
        inner = get_named_type(field.type)
        below = "" if is_leaf_type(inner) else " " + self.selection(inner, level + 1)
        return name + (f"({', '.join(arguments)})" if arguments else "") + below

    def size(self) -> str:
        size = self.random.randint(1, LARGEST_PAGE)
        if self.random.random() < 0.3:
            name = f"n{len(self.variables)}"
            self.variables[name] = self.random.choice([size, 5])
            return f"${name}"
        return str(size)


def held(data: Any, name: str = "") -> tuple[int, int]:
    """How many rows and values an answer holds: entries of lists that count as rows, and what is filled in."""
    match data:
        case dict():
            counts = [held(value, key) for key, value in data.items()]
            return sum(rows for rows, _ in counts), sum(values for _, values in counts)
        case list():
            counts = [held(value) for value in data]
            rows = len(data) if name in ROWS else 0
            return rows + sum(rows for rows, _ in counts), sum(values for _, values in counts)
        case _:
            return 0, 1


def names_that_mean_both() -> set[str]:
    """Names of lists that count as rows in one place and as parts in another; `held` could not tell them apart."""
    return ROWS & {place.partition(".")[2] for place in BOUNDS.parts}
