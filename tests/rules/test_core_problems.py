"""Refusals, faults, and drafts that overlay each other."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from alliance.claims import rules as claims_rules
from alliance.core import problems
from alliance.core.drafts import ABSENT, overlaid
from alliance.core.problems import (
    Fault,
    Faults,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    Refused,
    refusals_of,
    refuse,
    refuses,
)
from alliance.core.vocabulary import Role as AnyWord
from alliance.core.vocabulary import Word
from alliance.directory import rules as directory_rules
from alliance.identity import rules as identity_rules
from alliance.needs import rules as needs_rules
from alliance.needs.drafts import PostNeedDraft, ReviseNeedDraft
from alliance.wording import answers

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("core", "wording", "matching", "journal", "directory", "identity", "schedule", "needs", "claims", "coverage")
SLICES = (problems, answers, directory_rules, identity_rules, needs_rules, claims_rules)
PROBLEMS = sorted(
    {
        found
        for module in SLICES
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Problem) and found is not Problem
    },
    key=lambda found: found.__name__,
)


def placeholders(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_speaks_only_of_values_it_carries(problem: type[Problem]) -> None:
    given_by_the_renderer = {"hotline"}
    assert placeholders(problem.says) <= {own.name for own in fields(problem)} | given_by_the_renderer


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_names_the_cause_and_the_way_out_in_whole_sentences(problem: type[Problem]) -> None:
    assert problem.says.endswith(".")
    assert problem.__doc__


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence marked for translation in the slices and below them, with its file."""
    paths = (path for part in PARTS for path in sorted((ROOT / "alliance" / part).glob("*.py")))
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
                assert isinstance(node.args[0], ast.Constant), f"{path}: N_ takes a literal"
                yield path.name, str(node.args[0].value)


def test_every_sentence_has_placeholders_with_names_and_no_figures_that_a_rule_knows() -> None:
    figures_for_everybody = {"110", "120", "00:00", "24:00", "09:30", "from 1 to"}
    for name, sentence in sentences():
        assert all(part.isidentifier() for part in placeholders(sentence)), (name, sentence)
        for known in figures_for_everybody:
            sentence = sentence.replace(known, "")
        bare = sentence.replace("a-z, 0-9", "")
        assert not any(char.isdigit() for char in bare), (name, sentence)


def test_a_refusal_carries_its_problem_out_and_no_value_in_its_text() -> None:
    with pytest.raises(Refused) as refused:
        refuse(NotFound())
    assert refused.value.problem == NotFound()
    assert str(refused.value) == "NotFound"


def test_an_action_names_its_refusals_after_those_of_every_action() -> None:
    @refuses(NotFound)
    def do_something() -> None: ...

    assert refusals_of(do_something) == (NotSignedIn, NotAllowed, NotFound)


def test_faults_are_collected_and_refused_once() -> None:
    faults = Faults()
    faults.refuse_if_any()
    faults.add("headcount", "{low} too low", low=1)
    faults.add("title", "empty")
    assert faults
    with pytest.raises(Refused) as refused:
        faults.refuse_if_any()
    assert refused.value.problem == InvalidInput(
        fields=(Fault(path="headcount", says="{low} too low", values=(("low", 1),)), Fault(path="title", says="empty"))
    )


def test_a_revision_is_told_only_what_it_adds_to_what_was_wrong_already() -> None:
    old, new = Faults(), Faults()
    old.add("firstDay", "past")
    new.add("firstDay", "past")
    new.add("title", "empty")
    assert [fault.path for fault in new.without(old).all()] == ["title"]


def test_what_a_revision_does_not_mention_stays_and_null_clears() -> None:
    base = PostNeedDraft(title="补习", headcount=5, details="周六")
    revised = overlaid(base, ReviseNeedDraft(headcount=None, details="周日"))
    assert (revised.title, revised.headcount, revised.details) == ("补习", None, "周日")
    assert base.headcount == 5


def test_null_clears_to_what_a_fresh_draft_begins_with_or_to_nothing() -> None:
    base = PostNeedDraft(title="补习", details="周六", categories=("learning.tutoring",), minimum_places=4)
    nothing: Any = None
    cleared = overlaid(
        base, ReviseNeedDraft(title=nothing, details=nothing, categories=nothing, minimum_places=nothing)
    )
    assert cleared == PostNeedDraft(title="")


def test_one_answer_lists_at_most_a_hundred_faults() -> None:
    faults = Faults()
    for place in range(101):
        faults.add(f"groups.{place}", "unknown")
    with pytest.raises(Refused) as refused:
        faults.refuse_if_any()
    assert isinstance(refused.value.problem, InvalidInput)
    assert [fault.path for fault in refused.value.problem.fields] == [f"groups.{place}" for place in range(100)]


def test_an_open_deed_is_refused_to_nobody_for_who_he_is() -> None:
    @refuses(NotFound, is_open=True)
    def look() -> None: ...

    assert refusals_of(look) == (NotFound,)


def test_absent_counts_as_false() -> None:
    assert not ABSENT


def words() -> list[type[Word]]:
    """Every closed set of the trade that is loaded."""
    return sorted(Word.__subclasses__(), key=lambda known: known.__name__)


@pytest.mark.parametrize("known", words())
def test_every_word_has_both_labels_and_no_label_twice(known: type[Word]) -> None:
    values = list(known)
    assert all(word.en and word.zh for word in values)
    assert len({word.en for word in values}) == len({word.zh for word in values}) == len(values)


def test_a_word_is_shown_in_the_reader_s_language_and_written_as_its_code() -> None:
    word = AnyWord.STATION_HEAD
    assert (str(word), word.label("zh-CN"), word.label("en")) == ("STATION_HEAD", "站长", "head of a care station")
