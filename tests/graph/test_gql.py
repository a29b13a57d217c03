"""A field is not written three times: rows, values, drafts and problems behind a small schema of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

import pytest
import strawberry
from graphql import print_type
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.models import Model

from alliance.core.drafts import ABSENT, Absent, Doc, overlaid
from alliance.core.problems import Problem, refuses
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Word
from alliance.kit.context import Context, Info
from alliance.kit.gql import Node, field, input_of, mutation, problem, shows
from alliance.kit.paging import Page, page_of

pytestmark = pytest.mark.anyio


class Colour(Word):
    """What a kite looks like."""

    RED = "red as a kite", "红"
    BLUE = "blue", "蓝"


class Kite(Model):
    """A row."""

    id = fields.CharField(20, primary_key=True)
    name = fields.CharField(20)
    colour = fields.CharField(10)
    length = fields.IntField(null=True)
    secret = fields.CharField(20, default="nobody's business")

    class Meta:
        table = "kite"


@dataclass(frozen=True, kw_only=True)
class Tail:
    """A value."""

    knots: int


@dataclass(frozen=True, kw_only=True)
class TooLong(Problem):
    """The line is longer than the field."""

    says: ClassVar[str] = "At most {most} metres, not {asked}."
    most: Annotated[int, Doc("Metres there are.")]
    asked: int
    kite_id: Annotated[str | None, Doc("The kite. Null: not known.")] = None
    tails: Annotated[tuple[Tail, ...], Doc("Tails in the way.")] = ()


Name = Annotated[str, Doc("What it is called.")]
Length = Annotated[int | None, Doc("Metres of line. Null: unknown.")]


@dataclass(kw_only=True)
class KnotDraft:
    """A knot."""

    place: Annotated[int, Doc("Where it is.")]


@dataclass(kw_only=True)
class FlyDraft:
    """A kite to fly."""

    name: Name
    length: Length = None
    colour: Annotated[Colour, Doc("Its colour.")] = Colour.BLUE
    knots: Annotated[tuple[KnotDraft, ...], Doc("Its knots.")] = ()
    owner_id: Annotated[str | None, Doc("Whose it is.")] = None
    friends: Annotated[tuple[str, ...], Doc("Ids of its friends.", is_id=True)] = ()


@dataclass(kw_only=True)
class ChangeDraft:
    """Changes to a kite."""

    name: Name | Absent = ABSENT
    length: Length | Absent = ABSENT
    knots: Annotated[tuple[KnotDraft, ...], Doc("Its knots.")] | Absent = ABSENT


@refuses(TooLong)
async def fly_kite(viewer: Viewer, *, draft: FlyDraft) -> Kite | Problem:
    """Fly a kite; a very long one is refused."""
    if draft.length is not None and draft.length > 100:
        return TooLong(most=100, asked=draft.length, kite_id="kite_1", tails=(Tail(knots=3),))
    return await Kite.create(id="kite_9", name=draft.name, colour=draft.colour.name, length=draft.length)


SEEN: list[object] = []


@shows(Tail)
class TailShown:
    """A tail of a kite."""

    knots: Annotated[int, Doc("How many knots.")]


@shows(Kite)
class KiteShown(Node):
    """A kite as everybody sees it."""

    name: Name
    length: Length

    @field
    def tails(self, root: strawberry.Parent[Kite], many: Annotated[int, Doc("How many.")] = 2) -> tuple[Tail, ...]:
        """Its tails; at most 9."""
        return tuple(Tail(knots=place) for place in range(many))

    @field
    async def twin(self, root: strawberry.Parent[Kite], info: Info) -> Kite | None:
        """The kite of the next number. Null: there is none."""
        return await info.context.load(kites_by_id, f"kite_{int(root.id[-1]) + 1}")


LOADED: list[tuple[str, ...]] = []


async def kites_by_id(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Kite]:
    LOADED.append(tuple(ids))
    return {kite.id: kite for kite in await Kite.filter(id__in=list(ids))}


@input_of(KnotDraft)
class KnotInput(KnotDraft):
    """A knot."""


@input_of(FlyDraft)
class FlyInput(FlyDraft):
    """A kite to fly."""


@input_of(ChangeDraft)
class ChangeInput(ChangeDraft):
    """Changes to a kite."""


@strawberry.type
class Query:
    @field
    async def kites(self, info: Info, first: Annotated[int, Doc("How many.")] = 20) -> Page[Kite] | None:
        """All kites."""
        return await page_of(Kite.all(), ("id",), first=first, after=None)

    @field
    async def listed(self) -> list[Kite]:
        """All kites."""
        return await Kite.all().order_by("id")

    @field
    async def node(self, id: Annotated[strawberry.ID, Doc("An id.")]) -> Node | None:
        """Anything. Null: nothing."""
        return await Kite.get_or_none(id=id)  # type: ignore[return-value]

    @field
    def changed(self, input: ChangeInput) -> list[str]:
        """What a change makes of the first kite."""
        SEEN.append(input)
        base = FlyDraft(name="first", length=7, knots=(KnotDraft(place=1),))
        after = overlaid(base, input)
        return [after.name, str(after.length), str(len(after.knots))]


@strawberry.type
class Mutation:
    @mutation(KiteShown, fly_kite)
    async def fly_kite(
        self, info: Info, input: FlyInput, idempotency_key: Annotated[str | None, Doc("A key.")] = None
    ) -> Any:
        """Fly a kite."""
        SEEN.append(input)
        return await fly_kite(info.context.viewer, draft=input)


schema = strawberry.Schema(Query, Mutation)


@pytest.fixture
async def rows() -> AsyncIterator[None]:
    """Two kites in a database of their own."""
    SEEN.clear()
    LOADED.clear()
    async with TortoiseContext() as context:
        await context.init(db_url="sqlite://:memory:", modules={"models": [__name__]})
        await context.generate_schemas()
        await Kite.create(id="kite_1", name="first", colour="RED", length=7)
        await Kite.create(id="kite_2", name="second", colour="BLUE")
        yield


def shown(name: str) -> str:
    return print_type(schema._schema.type_map[name])


async def ask(document: str, variables: dict[str, Any] | None = None) -> Any:
    context = Context(today=date(2026, 6, 1), language="en")
    answer = await schema.execute(document, variable_values=variables, context_value=context)
    assert answer.errors is None, answer.errors
    assert answer.data is not None
    return next(iter(answer.data.values()))


def test_a_type_over_rows_shows_what_it_declares_and_nothing_else() -> None:
    assert shown("KiteShown") == (
        '"""A kite as everybody sees it."""\n'
        "type KiteShown implements Node {\n"
        '  """Global id, e.g. `need_01J…`. Opaque."""\n'
        "  id: ID!\n\n"
        '  """What it is called."""\n'
        "  name: String!\n\n"
        '  """Metres of line. Null: unknown."""\n'
        "  length: Int\n\n"
        '  """Its tails; at most 9."""\n'
        "  tails(\n"
        '    """How many."""\n'
        "    many: Int! = 2\n"
        "  ): [TailShown!]!\n\n"
        '  """The kite of the next number. Null: there is none."""\n'
        "  twin: KiteShown\n"
        "}"
    )


def test_a_draft_is_the_input_with_its_defaults_and_descriptions() -> None:
    assert shown("FlyInput") == (
        '"""A kite to fly."""\n'
        "input FlyInput {\n"
        '  """What it is called."""\n'
        "  name: String!\n\n"
        '  """Metres of line. Null: unknown."""\n'
        "  length: Int\n\n"
        '  """Its colour."""\n'
        "  colour: Colour! = BLUE\n\n"
        '  """Its knots."""\n'
        "  knots: [KnotInput!]! = []\n\n"
        '  """Whose it is."""\n'
        "  ownerId: ID\n\n"
        '  """Ids of its friends."""\n'
        "  friends: [ID!]! = []\n"
        "}"
    )


def test_a_revision_takes_every_field_or_none() -> None:
    assert shown("ChangeInput") == (
        '"""Changes to a kite."""\n'
        "input ChangeInput {\n"
        '  """What it is called."""\n'
        "  name: String\n\n"
        '  """Metres of line. Null: unknown."""\n'
        "  length: Int\n\n"
        '  """Its knots."""\n'
        "  knots: [KnotInput!]\n"
        "}"
    )


def test_a_word_is_an_enum_described_in_both_languages() -> None:
    assert shown("Colour") == (
        '"""What a kite looks like."""\n'
        "enum Colour {\n"
        '  """Red as a kite (红)."""\n'
        "  RED\n\n"
        '  """Blue (蓝)."""\n'
        "  BLUE\n"
        "}"
    )


def test_a_problem_is_a_type_of_its_fields_with_the_message_of_the_interface() -> None:
    assert shown("TooLong") == (
        '"""The line is longer than the field."""\n'
        "type TooLong implements Problem {\n"
        '  """\n'
        "  What is wrong and what to do, for people, in the language of `Accept-Language`.\n"
        '  """\n'
        "  message: String!\n\n"
        '  """Metres there are."""\n'
        "  most: Int!\n"
        "  asked: Int!\n\n"
        '  """The kite. Null: not known."""\n'
        "  kiteId: ID\n\n"
        '  """Tails in the way."""\n'
        "  tails: [TailShown!]!\n"
        "}"
    )


def test_a_mutation_answers_with_the_thing_or_what_its_deed_and_its_key_refuse_with() -> None:
    assert shown("FlyKiteResult") == (
        '"""What `flyKite` answers: `KiteShown`, or why not."""\n'
        "union FlyKiteResult = KiteShown | NotSignedIn | NotAllowed | TooLong | InvalidInput | KeyReused"
    )
    assert problem(TooLong) is problem(TooLong)


def test_an_argument_that_may_be_left_out_has_no_default_of_null() -> None:
    assert schema._schema.mutation_type is not None
    fly = schema._schema.mutation_type.fields["flyKite"]
    assert {name: (str(given.type), given.description) for name, given in fly.args.items()} == {
        "input": ("FlyInput!", "A kite to fly."),
        "idempotencyKey": ("String", "A key."),
    }
    assert "= null" not in schema.as_str()


@pytest.mark.usefixtures("rows")
async def test_rows_stand_in_lists_pages_interfaces_and_each_other() -> None:
    first, second = {"name": "first", "length": 7}, {"name": "second", "length": None}
    assert await ask("{ listed { name length } }") == [first, second]
    page = await ask(
        "{ kites(first: 1) { nodes { name } edges { node { length } } pageInfo { hasNextPage } totalCount } }"
    )
    assert page == {
        "nodes": [{"name": "first"}],
        "edges": [{"node": {"length": 7}}],
        "pageInfo": {"hasNextPage": True},
        "totalCount": 2,
    }
    assert await ask('{ node(id: "kite_2") { __typename id } }') == {"__typename": "KiteShown", "id": "kite_2"}
    assert await ask('{ node(id: "kite_3") { id } }') is None


@pytest.mark.usefixtures("rows")
async def test_what_is_asked_for_in_one_step_is_read_at_once_and_a_second_time_not_at_all() -> None:
    assert await ask("{ listed { twin { name twin { id } } again: twin { id } } }") == [
        {"twin": {"name": "second", "twin": None}, "again": {"id": "kite_2"}},
        {"twin": None, "again": None},
    ]
    assert LOADED == [("kite_2", "kite_3")]


@pytest.mark.usefixtures("rows")
async def test_values_stand_in_lists() -> None:
    assert await ask("{ listed { tails(many: 1) { knots } } }") == [{"tails": [{"knots": 0}]}] * 2


@pytest.mark.usefixtures("rows")
async def test_a_row_stands_in_the_union_of_a_mutation() -> None:
    answer = await ask('mutation { flyKite(input: {name: "third"}) { __typename ... on KiteShown { id name } } }')
    assert answer == {"__typename": "KiteShown", "id": "kite_9", "name": "third"}


@pytest.mark.usefixtures("rows")
async def test_a_problem_stands_in_the_union_with_its_values_and_its_sentence() -> None:
    document = """mutation { flyKite(input: {name: "third", length: 101}) {
        __typename ... on Problem { message } ... on TooLong { most asked kiteId tails { knots } } } }"""
    assert await ask(document) == {
        "__typename": "TooLong",
        "message": "At most 100 metres, not 101.",
        "most": 100,
        "asked": 101,
        "kiteId": "kite_1",
        "tails": [{"knots": 3}],
    }
    assert await Kite.all().count() == 2


@pytest.mark.usefixtures("rows")
async def test_an_input_is_the_draft_the_deed_takes_with_tuples_for_lists() -> None:
    await ask('mutation { flyKite(input: {name: "third", knots: [{place: 4}], colour: RED}) { __typename } }')
    (given,) = SEEN
    assert isinstance(given, FlyDraft)
    assert (given.name, given.length, given.colour, given.owner_id, given.friends) == (
        "third",
        None,
        Colour.RED,
        None,
        (),
    )
    assert given.knots == (KnotInput(place=4),)


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("sent", "after"),
    [
        ({}, ["first", "7", "1"]),
        ({"length": None}, ["first", "None", "1"]),
        ({"length": 8}, ["first", "8", "1"]),
        ({"knots": []}, ["first", "7", "0"]),
        ({"knots": None}, ["first", "7", "0"]),
        ({"name": "new", "knots": [{"place": 1}, {"place": 2}]}, ["new", "7", "2"]),
        ({"name": None}, ["", "7", "1"]),
    ],
)
async def test_absent_leaves_and_null_clears(sent: dict[str, Any], after: list[str]) -> None:
    assert await ask("query($input: ChangeInput!) { changed(input: $input) }", {"input": sent}) == after
    written = "{ changed(input: {" + ", ".join(f"{name}: {literal(value)}" for name, value in sent.items()) + "}) }"
    assert await ask(written) == after


def literal(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join("{" + f"place: {each['place']}" + "}" for each in value) + "]"
    return "null" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


@pytest.mark.usefixtures("rows")
async def test_what_was_left_out_is_absent_and_not_null() -> None:
    await ask("{ changed(input: {length: null}) }")
    (given,) = SEEN
    assert isinstance(given, ChangeDraft)
    assert (given.name, given.length, given.knots) == (ABSENT, None, ABSENT)
