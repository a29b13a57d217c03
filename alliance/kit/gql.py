"""How rows, values, drafts and problems stand behind the GraphQL types of the same name."""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Awaitable, Callable, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types import has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from alliance.core.drafts import ABSENT, Absent, Doc
from alliance.core.problems import InvalidInput, KeyReused, Problem, refusals_of
from alliance.core.vocabulary import Word
from alliance.kit import messages
from alliance.kit.connections import Connection
from alliance.kit.context import Info
from alliance.kit.paging import Page
from alliance.kit.watching import watched

T = TypeVar("T")
SCALARS = {"builtins", "datetime", "decimal", "types", "strawberry.scalars"}  # modules of what is no type of ours
REPEATED = (InvalidInput, KeyReused)  # what an idempotency key can be refused with

# --- types ---------------------------------------------------------------------------------------------------------

_shown: dict[type, type] = {}
_problems: dict[type[Problem], type] = {}
_inputs: dict[type, type] = {}


@strawberry.interface(description="Anything that has a global id.")
class Node:
    """The same thing under the same id, in every list, in the journal and in the log."""

    id: strawberry.ID = strawberry.field(description="Global id, e.g. `need_01J…`. Opaque.")


@strawberry.interface(name="Problem", description="Why a deed was refused. Ask every result for it.")
class ProblemInterface:
    """Every problem has a sentence for people; its type and other fields are for programs."""

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What is wrong and what to do, for people, in the language of `Accept-Language`."
    )
    def message(self, root: strawberry.Parent[Any], info: Info) -> str:
        """The problem's sentence with its values."""
        language = info.context.language
        values = _values(root) | {"hotline": messages.hotline(info.context.hotline, language)}
        return messages.say(root.sentence, language, **values)


def shows(*kinds: type) -> Callable[[type[T]], type[T]]:
    """Make the class a GraphQL type behind which rows or values of `kinds` stand.

    Its docstring and the `Doc` of each annotation become descriptions. Attributes are read by name. A resolver may
    return a row, a list or a page of rows: the type that shows them is found when the schema is built.
    """

    def decorate(cls: type[T]) -> type[T]:
        for kind in kinds:
            _shown[kind] = cls
        resolved = {name: made for name, made in vars(cls).items() if isinstance(made, StrawberryField)}
        for name in resolved:
            delattr(cls, name)  # and set again behind the attributes, so that these come first in the schema
        for name, raw in tuple(inspect.get_annotations(cls).items()):
            if not name.startswith("_") and not isinstance(getattr(cls, name, None), StrawberryField):
                setattr(cls, name, _attribute(cls, name, raw))
                del cls.__annotations__[name]  # or the framework would resolve it now, and most types come later
        for name, made in resolved.items():
            setattr(cls, name, made)
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

    @property  # type: ignore[misc]
    def annotation(self) -> Any:
        return self  # as the class's own annotation too, where the framework would keep the evaluated one instead

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
    if hint in _shown:
        return _shown[hint]
    if isinstance(hint, type) and hint.__module__ not in SCALARS and not has_object_definition(hint):
        raise NameError(f"No type shows {hint} yet")  # the framework asks again when the schema is built
    return hint


def field(resolver: Callable[..., Any]) -> Any:
    """A field from a resolver whose docstring is its description and whose arguments carry `Doc`."""
    made: StrawberryField = strawberry.field(resolver=_documented(resolver), description=_doc(resolver))
    made.type_annotation = _Shown(resolver.__annotations__["return"], namespace=resolver.__globals__)
    return _without_null_defaults(made)


class RefusalNoted(FieldExtension):
    """Notes of a deed that was refused by which problem."""

    async def resolve_async(self, next_: Callable[..., Awaitable[Any]], source: Any, info: Any, **given: Any) -> Any:
        """What the deed answers."""
        done = await next_(source, info, **given)
        if isinstance(done, Problem):
            watched().end_as(type(done).__name__)
        return done


def mutation(returns: type, does: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """A mutation that answers with `<Mutation>Result`: what `returns` shows, or a problem `does` refuses with."""

    def decorate(resolver: Callable[..., Any]) -> Any:
        name = "".join(part.capitalize() for part in resolver.__name__.split("_")) + "Result"
        repeated = REPEATED if "idempotency_key" in resolver.__annotations__ else ()
        members = (returns, *(problem(kind) for kind in dict.fromkeys((*refusals_of(does), *repeated))))
        says = f"What `{camel(resolver.__name__)}` answers: `{returns.__name__}`, or why not."
        union = strawberry.union(name, description=says)
        made: StrawberryField = strawberry.mutation(
            resolver=_documented(resolver), description=_doc(resolver), extensions=[RefusalNoted()]
        )
        made.type_annotation = StrawberryAnnotation(Annotated[Union[members], union])  # noqa: UP007
        return _without_null_defaults(made)

    return decorate


def _without_null_defaults(made: StrawberryField) -> StrawberryField:
    """An argument that may be left out says so by its type; `= null` beside it is noise in the schema."""
    for argument in made.arguments:
        if argument.default is None:
            argument.default = strawberry.UNSET
    return made


def _documented(resolver: Callable[..., Any]) -> Callable[..., Any]:
    for name, raw in resolver.__annotations__.items():
        if name not in ("return", "self", "root", "info"):
            hint = eval(raw, resolver.__globals__) if isinstance(raw, str) else raw
            resolver.__annotations__[name] = _argument(hint)
    return resolver


def _argument(hint: Any) -> Any:
    kind = _input_type(hint)
    doc = _doc_of(hint) or (_doc(kind) if has_object_definition(kind) else None)
    return Annotated[kind, strawberry.argument(description=doc)] if doc else kind


def problem(kind: type[Problem]) -> type:
    """The GraphQL type of a problem: its fields, and the interface's message."""
    if kind not in _problems:
        hints = get_type_hints(kind, include_extras=True)
        body: dict[str, Any] = {"__module__": kind.__module__}
        body["is_type_of"] = classmethod(lambda _, value, __: isinstance(value, kind))
        for own in dataclasses.fields(kind):
            hint = hints[own.name]
            made: StrawberryField = strawberry.field(description=_doc_of(hint))
            made.type_annotation = _Shown(_id(own.name, hint))
            body[own.name] = made
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

    What the caller leaves out of a revision is `ABSENT`; there every field takes null, which `overlaid` understands.
    Lists become tuples; names ending in `_id` and fields whose `Doc` says so are ids.
    """

    def decorate(cls: type[T]) -> type[T]:
        hints = get_type_hints(draft, include_extras=True)
        defaults = {own.name: own for own in dataclasses.fields(draft)}
        cls.__annotations__ = {}
        for name, hint in hints.items():
            own = defaults[name]
            kind = _id(name, hint)
            cls.__annotations__[name] = kind | None if own.default is ABSENT else kind
            options: dict[str, Any] = {"description": _doc_of(hint)}
            if own.default is ABSENT or own.default is None:
                options["default"] = strawberry.UNSET
            elif own.default_factory is not dataclasses.MISSING:
                options["default_factory"] = list
            elif own.default is not dataclasses.MISSING:
                options["default"] = own.default
            setattr(cls, name, strawberry.field(**options))
        left_out = {name: own.default for name, own in defaults.items()}
        cls.__post_init__ = lambda self: _as_drafted(self, left_out)  # type: ignore[attr-defined]
        made: type[T] = strawberry.input(cls, description=_doc(cls))
        _inputs[draft] = made
        return made

    return decorate


def _as_drafted(self: Any, left_out: Mapping[str, Any]) -> None:
    for own in dataclasses.fields(self):
        value = getattr(self, own.name)
        if value is strawberry.UNSET:
            setattr(self, own.name, left_out[own.name])
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
    """The type of an input or a problem's field: an id where its name or its `Doc` says so."""
    note, kind = _note_of(hint), _input_type(hint)
    if not name.endswith(("_id", "_ids")) and not (note and note.is_id):
        return kind
    if get_origin(kind) is list:
        return list[strawberry.ID]
    return strawberry.ID | None if NoneType in get_args(kind) else strawberry.ID


# --- small things ----------------------------------------------------------------------------------------------------


def _doc(thing: Any) -> str:
    return " ".join((inspect.getdoc(thing) or "").split())


def _doc_of(hint: Any) -> str | None:
    note = _note_of(hint)
    return note.text if note else None


def _note_of(hint: Any) -> Doc | None:
    if get_origin(hint) in (Union, UnionType):
        return next((note for member in get_args(hint) if (note := _note_of(member))), None)
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    return next((note for note in notes if isinstance(note, Doc)), None)


def camel(name: str) -> str:
    """The name of a Python field as the schema spells it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
