"""`alliance demo`: the whole service on example data, with tokens to try it and a first match to look at."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from alliance.cli import opening
from alliance.cli.accounts import made_token
from alliance.cli.asking import AnswerError, curl, ready
from alliance.cli.bodies import Who
from alliance.cli.databases import migrated_at, seeded_from
from alliance.cli.first_look import Pass, questions, show_first_match
from alliance.cli.opening import checked_url, settings, shown
from alliance.cli.serving import PortOption, address_of, listening, on_signals, server
from alliance.cli.terminal import CommandError, note, run, write
from alliance.identity.rules import SESSION_LENGTH
from alliance.kit import logs
from alliance.kit.database import finish_running
from alliance.seed.load import DatabaseNotEmpty
from alliance.settings import fixtures_folder

HOST = "127.0.0.1"  # example data and printed tokens: never for other computers
TOKEN_HOURS = SESSION_LENGTH // timedelta(hours=1)


def demo(
    port: PortOption = None,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="FILE-OR-URL",
            help="Keep the data here: migrated, and filled when empty. Without it a temporary file, gone at the end.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Fill from these sheets instead of the fixtures that come along.", show_default=False),
    ] = None,
) -> None:
    """Try everything: example data, a running server on this computer, a token per role, queries to paste.

    Nothing needs to be set up. Everything invented in the data is marked as such. Ctrl-C ends it.
    """
    try:
        run(_demo(port, database, folder))
    except (KeyboardInterrupt, asyncio.CancelledError):
        note("Ended before the server was up.")


async def _demo(port: int | None, database: str | None, folder: Path | None) -> None:
    loop, own_task, told = asyncio.get_running_loop(), asyncio.current_task(), settings()
    assert own_task is not None
    end = own_task.cancel
    with (
        on_signals(lambda number, frame: loop.call_soon_threadsafe(end)),  # until the server listens to them itself
        listening(HOST, told.port if port is None else port) as listener,
        _database(database) as url,
    ):
        passes = await _prepared(url, folder or fixtures_folder())
        logs.begin(sys.stderr, logging.WARNING)
        running = server(replace(told, database=url, host=HOST, is_ide_on=True))
        serving = asyncio.create_task(running.serve(sockets=[listener]))
        try:
            await _unless_ended(serving, _shown(address_of(listener), passes))
        except BaseException:
            running.should_exit = True
            raise
        finally:
            await serving
    write("Ended." if database else "Ended; the temporary database is gone.")


@contextmanager
def _database(given: str | None) -> Iterator[str]:
    """The database to use: the one given, or a file in a temporary folder that goes when the demo does."""
    if given is not None:
        yield checked_url(given)
        return
    with tempfile.TemporaryDirectory(prefix="alliance-demo-") as temporary:
        yield str(Path(temporary) / "demo.sqlite3")


async def _prepared(url: str, folder: Path) -> dict[Who, Pass]:
    """The database migrated, filled when it was empty, and a token for every role that has a body in it."""
    await migrated_at(url)
    async with opening.database(url):
        try:
            note(f"Filling {shown(url)} from {folder}, if it is empty:")
            await seeded_from(folder)
        except DatabaseNotEmpty:
            note(f"{shown(url)} holds data already and stays as it is.")
        finally:
            await finish_running()  # a transaction outlives whoever was told to end; the database must not close first
        return {who: made for who in Who if (made := await _pass(who))}


async def _pass(who: Who) -> Pass | None:
    try:
        body, signed_in = await made_token(who, None, length=SESSION_LENGTH, is_duty_officer=who is Who.CITY)
    except CommandError as error:
        note(str(error))
        return None
    return Pass(body=body, body_id=signed_in.account.body_id, token=signed_in.token)


async def _shown(address: str, passes: dict[Who, Pass]) -> None:
    await ready(address)
    write(f"\nThe alliance answers at {address}/graphql; open it in a browser to write queries. Ctrl-C ends it.")
    write(f"\nTokens, one per role, for `Authorization: Bearer TOKEN`; they work for {TOKEN_HOURS} hours:")
    for who, made in passes.items():
        write(f"  {who:<12} {made.body}\n  {'':<12} {made.token}")
    try:
        write("\nTo paste into a shell:")
        for title, question in await questions(address, passes):
            write(f"\n# {title}\n{curl(address, question)}")
        write()
        await show_first_match(address, passes)
    except AnswerError as error:
        note(f"The examples could not be asked: {error}")
    write("\nReady. Ctrl-C ends it.")


async def _unless_ended(serving: asyncio.Task[None], work: Coroutine[Any, Any, None]) -> None:
    """Do `work` while the server runs; when the server ends first, stop it."""
    working = asyncio.create_task(work)
    await asyncio.wait({serving, working}, return_when=asyncio.FIRST_COMPLETED)
    if not working.done():
        working.cancel()
    with suppress(asyncio.CancelledError):
        await working
