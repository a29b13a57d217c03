"""The command line: `alliance demo`, `serve`, `migrate` and what `alliance --help` names besides."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import typer

from alliance.cli.accounts import account, token
from alliance.cli.backups import backup, copy, restore
from alliance.cli.closures import closures
from alliance.cli.contract import schema
from alliance.cli.databases import check_database, migrate, seed
from alliance.cli.demo import demo
from alliance.cli.journal import journal
from alliance.cli.serving import serve
from alliance.cli.week import week

app = typer.Typer(
    name="alliance",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    help="Matches the needs of child-care stations to the organizations that can meet them, and says why each other "
    "one cannot. To see it at work: alliance demo.",
)
app.command()(demo)
app.command()(serve)
app.command()(migrate)
app.command()(seed)
app.command()(schema)
app.command()(token)
app.add_typer(account, name="account")
app.command()(week)
app.command("check-database")(check_database)
app.command()(backup)
app.command()(restore)
app.command()(copy)
app.command()(closures)
app.add_typer(journal, name="journal")


def main() -> None:
    """Run the command that the arguments name."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # Chinese names on a terminal that cannot show them
    app()
