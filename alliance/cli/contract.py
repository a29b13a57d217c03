"""`alliance schema`: the contract with every client, printed or compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alliance.cli.terminal import stop, write
from alliance.schema import sdl


def schema(
    check: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Print nothing; exit with 1 when FILE is not exactly this schema."),
    ] = None,
) -> None:
    """Print the GraphQL schema, with every description: `alliance schema > schema.graphql`."""
    if check is None:
        write(sdl().rstrip("\n"))
    else:
        _compare(check)


def _compare(file: Path) -> None:
    try:
        kept = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file} cannot be read ({error}). Write it anew: alliance schema > {file}")
    if kept.rstrip("\n") != sdl().rstrip("\n"):
        stop(f"{file} is stale: the program's schema differs. Write it anew: alliance schema > {file}")
    write(f"{file} is up to date.")
