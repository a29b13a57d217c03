"""How rows, values, drafts and problems stand behind the GraphQL types of the same name."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import strawberry
from graphql import GraphQLError
from strawberry.annotation import StrawberryAnnotation
from strawberry.dataloader import DataLoader
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from alliance.core.drafts import ABSENT, Absent, Doc
from alliance.core.problems import Fault, Problem, refusals_of
from alliance.core.viewer import ANYBODY, Viewer
from alliance.core.vocabulary import Word
from alliance.kit import messages
from alliance.kit.paging import Page

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Context:
    """What one operation shares: who asks, in which language, on which day, and what was already loaded."""

    def __init__(self, *, today: date, viewer: Viewer = ANYBODY, language: str = messages.DEFAULT) -> None:
        self.viewer, self.language, self.today = viewer, language, today
        self._loaders: dict[object, DataLoader[Any, Any]] = {}
        self._kept: dict[object, Awaitable[Any]] = {}

    async def load(self, read: Callable[[Viewer, Sequence[K]], Awaitable[Mapping[K, V]]], key: K) -> V | None:
        """What the batch reader `read` gives for `key`; all keys asked for in one step are read at once."""
        loader = self._loaders.get(read)
        if loader is None:

            async def load_all(keys: list[K]) -> list[V | None]:
                found = await read(self.viewer, keys)
                return [found.get(key) for key in keys]

            loader = self._loaders[read] = DataLoader(load_all)
        found: V | None = await loader.load(key)
        return found

    async def required(self, read: Callable[[Viewer, Sequence[K]], Awaitable[Mapping[K, V]]], key: K) -> V:
        """Like `load`, for a row that a foreign key promises."""
        found = await self.load(read, key)
        if found is None:
            raise LookupError(f"{read.__name__} lost a row that a foreign key promises")
        return found

    async def once(self, read: Callable[[], Awaitable[V]], key: object = None) -> V:
        """What `read` gives, read once per operation under `key` (default: the reader itself)."""
        kept = self._kept.setdefault(key or read, _Kept(read))
        result: V = await kept
        return result

    def forget(self) -> None:
        """Drop what was loaded, after a deed has changed it."""
        self._loaders.clear()
        self._kept.clear()


class _Kept:
    """An awaitable that can be awaited again and again."""

    def __init__(self, read: Callable[[], Awaitable[Any]]) -> None:
        self._read, self._loader = read, DataLoader(self._load)

    async def _load(self, keys: list[int]) -> list[Any]:
        return [await self._read() for _ in keys]

    def __await__(self) -> Any:
        return self._loader.load(0).__await__()


Info = strawberry.Info[Context, None]


class QueryRefused(GraphQLError):
    """A query that is not answered; `code` is one of a closed list and stands in `extensions.code`."""

    def __init__(self, code: str, sentence: str, info: Info, **values: object) -> None:
        super().__init__(messages.say(sentence, info.context.language, **values), extensions={"code": code})


# --- types -----------------------------------------------------------------------------------------------------------

_shown: dict[type, type] = {}
_problems: dict[type[Problem], type] = {}
_inputs: dict[type, type] = {}


@strawberry.interface(name="Problem", description="Why a deed was refused. Ask every result for it.")
class ProblemInterface:
    """Every problem has a sentence for people; its type and other fields are for programs."""

    @strawberry.field(description="What is wrong and what to do, for people, in the language of `Accept-Language`.")
    def message(self, root: strawberry.Parent[Any], info: Info) -> str:
        """The problem's sentence with its values."""
        return messages.say(root.says, info.context.language, **_values(root))


def shows(*kinds: type, interfaces: Iterable[type] = ()) -> Callable[[type[T]], type[T]]:
    """Make the class a GraphQL type behind which rows or values of `kinds` stand.

    Its docstring and the `Doc` of each annotation become descriptions. Attributes are read by name. A resolver may
    return a row, a list or a page of rows: the type that shows them is found when the schema is built.
    """

    def decorate(cls: type[T]) -> type[T]:
        for kind in kinds:
            _shown[kind] = cls
        for name, raw in inspect.get_annotations(cls).items():
            if not name.startswith("_") and not isinstance(getattr(cls, name, None), StrawberryField):
                setattr(cls, name, _attribute(cls, name, raw))
        cls.is_type_of = classmethod(lambda _, value, __: isinstance(value, kinds))  # type: ignore[attr-defined]
        typed: type[T] = strawberry.type(cls, description=_doc(cls))
        return typed

    return decorate


def _attribute(cls: type, name: str, raw: Any) -> StrawberryField:
    namespace = sys.modules[cls.__module__].__dict__
    doc = _doc_of(eval(raw, namespace) if isinstance(raw, str) else raw)
    made: StrawberryField = strawberry.field(description=doc)
    made.type_annotation = _Shown(raw, namespace=namespace)
    return made


class _Shown(StrawberryAnnotation):
    """An annotation in Python's terms, turned into GraphQL's when the schema asks for it."""

    def evaluate(self) -> Any:
        return _graphql(super().evaluate())


def _graphql(hint: Any) -> Any:
    origin = get_origin(hint)
    if origin is Annotated:
        return _graphql(get_args(hint)[0])
    if origin in (Union, UnionType):
        return Union[tuple(_graphql(member) for member in get_args(hint))]  # noqa: UP007
    if origin in (list, tuple):
        return list[_graphql(get_args(hint)[0])]  # type: ignore[misc]
    if origin is Page:
        return Connection[_graphql(get_args(hint)[0])]  # type: ignore[misc]
    if isinstance(hint, type) and issubclass(hint, Problem):
        return problem(hint)
    if isinstance(hint, type) and issubclass(hint, Word):
        return word(hint)
    return _shown.get(hint, hint) if isinstance(hint, type) else hint


def field(resolver: Callable[..., Any]) -> Any:
    """A field from a resolver whose docstring is its description and whose arguments carry `Doc`."""
    made: StrawberryField = strawberry.field(resolver=_documented(resolver), description=_doc(resolver))
    made.type_annotation = _Shown(resolver.__annotations__["return"], namespace=resolver.__globals__)
    return made


def mutation(returns: type, does: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """A mutation that answers with `<Mutation>Result`: the row that `returns` shows, or a problem `does` refuses with."""

    def decorate(resolver: Callable[..., Any]) -> Any:
        name = "".join(part.capitalize() for part in resolver.__name__.split("_")) + "Result"
        members = (returns, *(problem(kind) for kind in refusals_of(does)))
        thing = returns.__name__
        union = strawberry.union(name, description=f"What `{_camel(resolver.__name__)}` answers: the {thing}, or why not.")
        made: StrawberryField = strawberry.mutation(resolver=_documented(resolver), description=_doc(resolver))
        made.type_annotation = StrawberryAnnotation(Annotated[Union[members], union])  # noqa: UP007
        return made

    return decorate


def _documented(resolver: Callable[..., Any]) -> Callable[..., Any]:
    for name, raw in resolver.__annotations__.items():
        if name not in ("return", "self", "root", "info"):
            hint = eval(raw, resolver.__globals__) if isinstance(raw, str) else raw
            resolver.__annotations__[name] = _argument(hint)
    return resolver


def _argument(hint: Any) -> Any:
    doc, kind = _doc_of(hint), _input_type(hint)
    return Annotated[kind, strawberry.argument(description=doc)] if doc else kind


def problem(kind: type[Problem]) -> type:
    """The GraphQL type of a problem: its fields, and the interface's message."""
    if kind not in _problems:
        hints = get_type_hints(kind, include_extras=True)
        body: dict[str, Any] = {"__module__": kind.__module__, "__annotations__": {}}
        body["is_type_of"] = classmethod(lambda _, value, __: isinstance(value, kind))
        for own in dataclasses.fields(kind):
            hint = tuple[Fault, ...] if own.name == "faults" else hints[own.name]
            made: StrawberryField = strawberry.field(description=_doc_of(hints[own.name]))
            made.type_annotation = _Shown(_id(own.name, hint))
            body[own.name], body["__annotations__"][own.name] = made, hint
        made_type = type(kind.__name__, (ProblemInterface,), body)
        _problems[kind] = strawberry.type(made_type, description=_doc(kind))
    return _problems[kind]


def _values(value: Any) -> dict[str, Any]:
    return {own.name: getattr(value, own.name) for own in dataclasses.fields(value)}


def word(kind: type[Word]) -> type[Word]:
    """The GraphQL enum of a closed set of words; each value described in both languages."""
    if not hasattr(kind, "__strawberry_definition__"):
        strawberry.enum(kind, description=_doc(kind))
        definition: StrawberryEnumDefinition = kind.__strawberry_definition__  # type: ignore[attr-defined]
        for value in definition.values:
            english = kind[value.name].en
            value.description = f"{english[:1].upper()}{english[1:]} ({kind[value.name].zh})."
    return kind


# --- inputs ----------------------------------------------------------------------------------------------------------


def input_of(draft: type) -> Callable[[type[T]], type[T]]:
    """Make the class, which inherits the draft dataclass, the GraphQL input of the same fields.

    What the caller leaves out of a revision is `ABSENT`, lists become tuples, and names ending in `_id` are ids.
    """

    def decorate(cls: type[T]) -> type[T]:
        hints = get_type_hints(draft, include_extras=True)
        defaults = {own.name: own for own in dataclasses.fields(draft)}
        cls.__annotations__ = {}
        for name, hint in hints.items():
            own = defaults[name]
            cls.__annotations__[name] = _id(name, _input_type(hint))
            options: dict[str, Any] = {"description": _doc_of(hint)}
            if own.default is ABSENT:
                options["default"] = strawberry.UNSET
            elif own.default_factory is not dataclasses.MISSING:
                options["default_factory"] = list
            elif own.default is not dataclasses.MISSING:
                options["default"] = own.default
            setattr(cls, name, strawberry.field(**options))
        cls.__post_init__ = _as_drafted  # type: ignore[attr-defined]
        made: type[T] = strawberry.input(cls, description=_doc(cls))
        _inputs[draft] = made
        return made

    return decorate


def _as_drafted(self: Any) -> None:
    for own in dataclasses.fields(self):
        value = getattr(self, own.name)
        if value is strawberry.UNSET:
            setattr(self, own.name, ABSENT)
        elif isinstance(value, list):
            setattr(self, own.name, tuple(value))


def _input_type(hint: Any) -> Any:
    origin = get_origin(hint)
    if origin is Annotated:
        return _input_type(get_args(hint)[0])
    if origin in (Union, UnionType):
        members = tuple(_input_type(member) for member in get_args(hint) if member is not Absent)
        return Union[members]  # noqa: UP007
    if origin in (list, tuple):
        return list[_input_type(get_args(hint)[0])]  # type: ignore[misc]
    if isinstance(hint, type) and issubclass(hint, Word):
        return word(hint)
    return _inputs.get(hint, hint) if isinstance(hint, type) else hint


def _id(name: str, hint: Any) -> Any:
    if not name.endswith(("_id", "_ids")):
        return hint
    if get_origin(hint) is list:
        return list[strawberry.ID]
    return Union[strawberry.ID, None] if NoneType in get_args(hint) else strawberry.ID  # noqa: UP007


# --- small things ----------------------------------------------------------------------------------------------------


def _doc(thing: Any) -> str:
    return " ".join((inspect.getdoc(thing) or "").split())


def _doc_of(hint: Any) -> str | None:
    if get_origin(hint) in (Union, UnionType):
        return next((doc for member in get_args(hint) if (doc := _doc_of(member))), None)
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((note.text for note in notes if isinstance(note, Doc)), None)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


# --- connections -----------------------------------------------------------------------------------------------------

Node = TypeVar("Node")


@strawberry.type(description="Where a page of a connection ends.")
class PageInfo:
    """Relay's page information, forwards only."""

    has_next_page: bool = strawberry.field(description="True when more follow after `endCursor`.")
    end_cursor: str | None = strawberry.field(description="Pass as `after` for the next page. Null: the page is empty.")


@strawberry.type(description="One row of a connection with its place.")
class Edge(Generic[Node]):
    """A node with its cursor."""

    node: Node = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="Pass as `after` to begin behind this row.")


@strawberry.type(description="A page of a list that can grow.")
class Connection(Generic[Node]):
    """Relay's connection; a `Page` stands behind it."""

    nodes: list[Node] = strawberry.field(description="The rows of this page.")
    edges: list[Edge[Node]] = strawberry.field(description="The rows of this page, each with its cursor.")
    page_info: PageInfo = strawberry.field(description="Where this page ends.")

    @strawberry.field(description="How many rows there are on all pages.")
    async def total_count(self, root: strawberry.Parent[Any]) -> int:
        """Counted only when asked for."""
        return int(await root.total())
