"""How the commands speak: lines and tables on stdout that stay readable in a pipe, one line on stderr for a fault."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from dataclasses import fields
from typing import Any, NoReturn, TypeVar

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from alliance.core.problems import InvalidInput, Problem
from alliance.journal.sealing import JournalKeyError
from alliance.kit.messages import ENGLISH, say
from alliance.kit.outages import outage_of
from alliance.settings import NoFixturesError, SettingError

T = TypeVar("T")
WIDTH_IN_A_PIPE = 160


class CommandError(Exception):
    """A fault that a person can mend; the message is one line with the cause and the way out."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """What `work` returns; a foreseeable fault ends the command with one line and exit code 1."""
    try:
        return asyncio.run(work)
    except (CommandError, SettingError, NoFixturesError, JournalKeyError) as error:
        stop(str(error))
    except Exception as error:
        if outage := outage_of(error):
            stop(say(outage.value, ENGLISH))
        raise


def stop(message: str) -> NoReturn:
    """End the command with exit code 1 and `message` on stderr, in one line."""
    typer.echo(" ".join(message.split()), err=True)
    raise typer.Exit(1)


def write(text: str = "") -> None:
    """One line for people or for the clipboard: never wrapped, at once."""
    typer.echo(text)


def note(text: str) -> None:
    """One line beside the answer: on stderr, so that `$(alliance …)` holds the answer alone."""
    with suppress(OSError):  # nobody serves worse for want of space for a note
        typer.echo(text, err=True)


def write_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A table under its title; text is shown as it is, never read as markup."""
    table = Table(*columns, box=box.SIMPLE_HEAD, show_edge=False)
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    write(title)
    console().print(table)


def console() -> Console:
    """Where tables go; wide enough in a pipe that nothing is cut."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_IN_A_PIPE, highlight=False)


def accepted(done: T | Problem) -> T:
    """What a deed returned. Raises CommandError with the problem's sentences when it was refused."""
    if isinstance(done, Problem):
        raise CommandError(sentences(done))
    return done


def sentences(problem: Problem) -> str:
    """A problem in English; of an invalid input every fault with its field."""
    if isinstance(problem, InvalidInput):
        return " ".join(f"{fault.path}: {say(fault.says, ENGLISH, **dict(fault.values))}" for fault in problem.fields)
    return say(problem.sentence, ENGLISH, **{own.name: getattr(problem, own.name) for own in fields(problem)})
