"""What a document may cost: measured after parsing and before validation, each fragment visited once.

Costs are relative: what a fragment adds wherever it is spread. Kept so, a document of doubling fragments is read in
one pass; kept as absolute depths, a fragment first met near the root would hide what it costs further down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TokenKind,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_leaf_type,
    is_list_type,
)

from alliance.kit.limits import Excess, Limit, Limits
from alliance.kit.paging import MOST, page_size

LONGEST_NUMBER = 10  # digits of a 32-bit integer; a longer literal is no `Int` and is left to validation
DEEPEST = 200  # levels that are walked down; the parser gives up near there as well
INTROSPECTION = {"__schema", "__type"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many entries a list counts, by `Type.field`.

    Without `first`: `rows` are things that stand for themselves; `parts` belong to the thing that names them and count
    as values only. With `first`: `most` is how many it answers at most, where that is not 100.
    """

    rows: Mapping[str, int]
    parts: Mapping[str, int]
    most: Mapping[str, int] = field(default_factory=dict)


class Cost(NamedTuple):
    """What a selection adds to the operation that holds it."""

    depth: int = 0
    introspection_depth: int = 0
    width: int = 0  # the most fields at one level below it
    aliases: int = 0
    fields: int = 0  # at its own level
    alone: int = 0  # of these, root fields that stand alone in a document
    rows: int = 0
    values: int = 0
    page_rows: int = 0  # per row of the page, inside a connection
    page_values: int = 0

    def beside(self, other: Cost) -> Cost:
        """Both at one level: the deeper, the wider, and everything else summed."""
        pairs = list(zip(self, other, strict=True))
        return Cost(*map(max, pairs[:3]), *map(sum, pairs[3:]))


class CostRule:
    """Measures documents against one schema. Raises LookupError for lists without bounds, and the reverse."""

    def __init__(self, schema: GraphQLSchema, bounds: Bounds, *, alone: frozenset[str] = frozenset()) -> None:
        self.schema, self.bounds, self.alone = schema, bounds, alone
        lists, paged, bounded = set(unpaged_lists(schema)), set(paged_fields(schema)), {*bounds.rows, *bounds.parts}
        if unbounded := lists - bounded:
            raise LookupError(f"No bound says how many entries these lists count: {', '.join(sorted(unbounded))}")
        if strange := (bounded - lists) | (bounds.most.keys() - paged):
            raise LookupError(f"These bounds are of no such list: {', '.join(sorted(strange))}")

    def excess(self, document: DocumentNode, variables: Mapping[str, Any] | None, limits: Limits) -> Excess | None:
        """The first limit that `document` goes beyond, from cheap to dear; None for one that may run."""
        operations = _operations(document)
        counts = ((Limit.OPERATIONS, len(operations)), (Limit.DIGITS, _digits(document)), *written(document).items())
        if found := _beyond(limits, *counts):
            return found
        for what, cost in self.costs(document, variables):
            is_mutation = what is not None and what.operation is OperationType.MUTATION
            if cost.alone and (cost.fields > 1 or len(operations) > 1):
                return Excess(Limit.ALONE, max(cost.fields, len(operations)), 1)
            counts = (
                (Limit.MUTATIONS if is_mutation else Limit.ROOT_FIELDS, cost.fields if what else 0),
                (Limit.DEPTH, cost.depth),
                (Limit.WIDTH, max(cost.width, cost.fields)),
                (Limit.ALIASES, cost.aliases),
                (Limit.ROWS, cost.rows),
                (Limit.VALUES, cost.values),
            )
            if found := _beyond(limits, *counts):
                return found
            if cost.introspection_depth > limits.introspection_depth:
                return Excess(Limit.DEPTH, cost.introspection_depth, limits.introspection_depth)
        return None

    def costs(
        self, document: DocumentNode, variables: Mapping[str, Any] | None
    ) -> Iterator[tuple[OperationDefinitionNode | None, Cost]]:
        """What each operation costs; then, under None, each fragment that none of them reads."""
        defined = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
        fragments = {each.name.value: each for each in defined}
        spread: set[str] = set()
        for operation in _operations(document):
            walk = Walk(self, fragments, _numbers(operation, variables or {}))
            yield operation, walk.below(operation.selection_set, self.schema.get_root_type(operation.operation), 1)
            spread |= walk.known.keys()
        walk = Walk(self, fragments, {})
        for each in defined:  # validation refuses a name that stands twice, but reads both
            if each.name.value not in spread or fragments[each.name.value] is not each:
                yield None, walk.fragment(each, 1)


class Walk:
    """One operation, read once. `steps` counts the selections that were looked at."""

    def __init__(
        self, rule: CostRule, fragments: Mapping[str, FragmentDefinitionNode], numbers: Mapping[str, int | None]
    ) -> None:
        self.rule, self.fragments, self.numbers = rule, fragments, numbers
        self.known: dict[str, Cost] = {}
        self.steps = 0

    def below(self, selected: SelectionSetNode | None, parent: GraphQLNamedType | None, level: int) -> Cost:
        """What a selection set costs whose fields stand on `level`."""
        cost = Cost()
        for selection in selected.selections if selected and level <= DEEPEST else ():
            self.steps += 1
            match selection:
                case FieldNode():
                    cost = cost.beside(self.field(selection, parent, level))
                case InlineFragmentNode():
                    condition = selection.type_condition
                    of = self.rule.schema.get_type(condition.name.value) if condition else parent
                    cost = cost.beside(self.below(selection.selection_set, of, level))
                case FragmentSpreadNode():
                    cost = cost.beside(self.spread(selection.name.value, level))
        return cost

    def spread(self, name: str, level: int) -> Cost:
        """What a fragment costs; nothing where it is unknown or spreads itself, which validation refuses."""
        if name not in self.known:
            self.known[name] = Cost()
            if found := self.fragments.get(name):
                self.known[name] = self.fragment(found, level)
        return self.known[name]

    def fragment(self, defined: FragmentDefinitionNode, level: int) -> Cost:
        """What the fields of a fragment cost where the first of them stand on `level`."""
        return self.below(defined.selection_set, self.rule.schema.get_type(defined.type_condition.name.value), level)

    def field(self, node: FieldNode, parent: GraphQLNamedType | None, level: int) -> Cost:
        """What a field costs with everything below it; an unknown one its depth and its aliases."""
        name, schema = node.name.value, self.rule.schema
        if name in INTROSPECTION and parent is schema.query_type:
            inner = self.below(
                node.selection_set, schema.get_type("__Schema" if name == "__schema" else "__Type"), level
            )
            return Cost(1, inner.depth, max(inner.width, inner.fields), inner.aliases + bool(node.alias), 1)
        own = parent.fields.get(name) if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else None
        kind = get_named_type(own.type) if own else None
        inner = self.below(node.selection_set, kind, level + 1)
        is_alone = parent is not None and parent is schema.mutation_type and name in self.rule.alone
        width, aliases = max(inner.width, inner.fields), inner.aliases + bool(node.alias)
        cost = Cost(inner.depth + 1, inner.introspection_depth, width, aliases, 1, int(is_alone))
        values = 1 if kind is None or is_leaf_type(kind) else inner.values
        if own is None or parent is None:
            return cost._replace(rows=inner.rows, values=values)
        place, bounds = f"{parent.name}.{name}", self.rule.bounds
        page = self.first(node, own.args["first"], bounds.most.get(place, MOST)) if "first" in own.args else None
        if is_list_type(get_nullable_type(own.type)):
            if _is_page(parent, name):
                return cost._replace(page_rows=1 + inner.rows, page_values=values)
            rows, parts = bounds.rows.get(place, page), bounds.parts.get(place, 0)
            entries = parts if rows is None else rows
            return cost._replace(rows=entries * ((rows is not None) + inner.rows), values=entries * values)
        entries = page or 0
        return cost._replace(rows=inner.rows + entries * inner.page_rows, values=values + entries * inner.page_values)

    def first(self, node: FieldNode, argument: GraphQLArgument, most: int) -> int:
        """The page size that is answered; the default where none is asked for or no integer, the most without one."""
        fallback = argument.default_value if isinstance(argument.default_value, int) else most
        given = next((each.value for each in node.arguments or () if each.name.value == "first"), None)
        number = self.numbers.get(given.name.value) if isinstance(given, VariableNode) else _literal(given)
        return page_size(fallback if number is None else number, most)


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]


def written(document: DocumentNode) -> dict[Limit, int]:
    """Fragments and directives as they stand in the document, counted without recursion."""
    fragments = directives = 0
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        fragments += isinstance(node, FragmentDefinitionNode | InlineFragmentNode)
        directives += len(getattr(node, "directives", None) or ())
        waiting += getattr(node, "variable_definitions", None) or ()
        inner = getattr(node, "selection_set", None)
        waiting += inner.selections if inner else ()
    return {Limit.FRAGMENTS: fragments, Limit.DIRECTIVES: directives}


def _digits(document: DocumentNode) -> int:
    """The length of the longest number; Python reads none of more than 4,300 digits, and validation would break."""
    longest, token = 0, document.loc.start_token if document.loc else None
    while token:
        if token.kind in (TokenKind.INT, TokenKind.FLOAT):
            longest = max(longest, len(token.value or ""))
        token = token.next
    return longest


def _beyond(limits: Limits, *counts: tuple[Limit, int]) -> Excess | None:
    found = ((limit, value, getattr(limits, limit.value)) for limit, value in counts)
    return next((Excess(limit, value, most) for limit, value, most in found if value > most), None)


def _numbers(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, int | None]:
    """The whole numbers among the variables of an operation, their defaults included, as `Int` understands them."""
    declared = {each.variable.name.value: _literal(each.default_value) for each in operation.variable_definitions or ()}
    return {name: _whole(given[name]) if name in given else default for name, default in declared.items()}


def _literal(node: Any) -> int | None:
    is_short = isinstance(node, IntValueNode) and len(node.value.removeprefix("-")) <= LONGEST_NUMBER
    return int(node.value) if is_short else None


def _whole(value: Any) -> int | None:
    """GraphQL takes `20.0` for 20."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def unpaged_lists(schema: GraphQLSchema) -> Iterator[str]:
    """Every list of the schema that takes no `first` and is not the page of a connection."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) and not is_introspection_type(kind):
            for name, field in kind.fields.items():
                is_list = is_list_type(get_nullable_type(field.type))
                if is_list and "first" not in field.args and not _is_page(kind, name):
                    yield f"{kind.name}.{name}"


def paged_fields(schema: GraphQLSchema) -> Iterator[str]:
    """Every field of the schema that takes `first`."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            yield from (f"{kind.name}.{name}" for name, field in kind.fields.items() if "first" in field.args)


def _is_page(kind: GraphQLNamedType, name: str) -> bool:
    return name in ("nodes", "edges") and "pageInfo" in getattr(kind, "fields", {})
