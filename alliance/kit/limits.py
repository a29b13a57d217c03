"""What a document may ask for at most, and what one that asks for more is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from graphql import GraphQLError, GraphQLSyntaxError

from alliance.core.problems import N_
from alliance.kit import messages

TOO_EXPENSIVE = "TOO_EXPENSIVE"
MOST_TOLD = 10**9  # a larger value is told as this one


class Limit(Enum):
    """What is limited; the name stands in `extensions.limit` of a refusal."""

    TOKENS = "tokens"
    OPERATIONS = "operations"
    DIGITS = "digits"
    FRAGMENTS = "fragments"
    DIRECTIVES = "directives"
    ALONE = "alone"
    ROOT_FIELDS = "root_fields"
    MUTATIONS = "mutations"
    DEPTH = "depth"
    WIDTH = "width"
    ALIASES = "aliases"
    ROWS = "rows"
    VALUES = "values"


SENTENCES = {
    Limit.TOKENS: N_("The query has more than {most} tokens (names, values and signs). Send it in parts."),
    Limit.OPERATIONS: N_("The query holds {value} operations; at most {most} may stand together. Send those you use."),
    Limit.DIGITS: N_("The query holds a number of {value} digits; at most {most} are read. Send a smaller one."),
    Limit.FRAGMENTS: N_(
        "The query has {value} fragments, unnamed ones included; at most {most} are read. Send it in parts."
    ),
    Limit.DIRECTIVES: N_("The query has {value} directives; at most {most} are read. Leave out the fields instead."),
    Limit.ALONE: N_("Signing in and opening a contact each stand alone in a document. Send the rest apart."),
    Limit.ROOT_FIELDS: N_("The query asks {value} things at its top; at most {most} at once. Send it in parts."),
    Limit.MUTATIONS: N_("The document does {value} deeds; at most {most} at once. Send the others afterwards."),
    Limit.DEPTH: N_("The query is {value} levels deep; at most {most}. Ask for inner things by their ids instead."),
    Limit.WIDTH: N_("The query asks {value} fields side by side; at most {most}. Ask for each field once."),
    Limit.ALIASES: N_("The query gives {value} aliases, fragments spread out; at most {most}. Send it in parts."),
    Limit.ROWS: N_("The query may answer {value} rows; at most {most}. Ask for smaller pages with `first`."),
    Limit.VALUES: N_("The query may answer {value} values; at most {most}. Ask for fewer fields or smaller pages."),
}
OF_THE_PARSER = {  # how graphql-core says that it gave up; a test holds its words
    "Syntax Error: Document contains more than": Limit.TOKENS,
    "Syntax Error: Document is nested too deeply": Limit.DEPTH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one document may ask for: as written down to `directives`, each operation on its own from there on."""

    tokens: int
    operations: int
    digits: int  # of a number
    fragments: int  # defined and inline
    directives: int
    root_fields: int  # of a query
    mutations: int  # root fields of a mutation
    depth: int
    introspection_depth: int  # below `__schema` and `__type`, which `depth` does not count
    width: int  # fields side by side, those of fragments included: validation compares each with each
    aliases: int
    rows: int
    values: int


@dataclass(frozen=True, slots=True)
class Excess:
    """The first limit that a document goes beyond, by how much it does, and how much there may be."""

    limit: Limit
    value: int
    most: int


def refusal(excess: Excess, language: str) -> GraphQLError:
    """The one error of a document that is not run; programs read `limit`, `value` and `most`."""
    value = min(excess.value, MOST_TOLD)
    says = messages.say(SENTENCES[excess.limit], language, value=value, most=excess.most)
    told = {"code": TOO_EXPENSIVE, "limit": excess.limit.name, "value": value, "most": excess.most}
    return GraphQLError(says, extensions=told)


def excess_of_parser(error: GraphQLError, limits: Limits) -> Excess | None:
    """The limit at which the parser gave up, by one more than there may be; None for any other error."""
    found = (limit for says, limit in OF_THE_PARSER.items() if error.message.startswith(says))
    limit = next(found, None) if isinstance(error, GraphQLSyntaxError) else None
    if limit is None:
        return None
    most: int = getattr(limits, limit.value)
    return Excess(limit, most + 1, most)
