"""The one entrance for free text: screened before anything is stored, and only the kind of a refusal is remembered."""

from __future__ import annotations

from collections.abc import Mapping

from alliance.core.permissions import Deed
from alliance.core.problems import Faults, Problem
from alliance.core.viewer import Viewer
from alliance.journal.settle import record
from alliance.wording.answers import Diverted, IdentityFound, PleaseConfirm, kind_of, problem_of
from alliance.wording.screening import screen

REFUSALS = (Diverted, IdentityFound, PleaseConfirm)  # what any free text can be answered with


def screened(
    viewer: Viewer,
    texts: Mapping[str, str],
    faults: Faults,
    *,
    acknowledged: tuple[str, ...] = (),
    district_code: str | None = None,
) -> Problem | None:
    """The problem with free texts that are no need (notes, descriptions, reasons), None when they may be stored.

    Return it, do not raise it: the entry that remembers its kind must be committed. Refuses: InvalidInput.
    """
    found = screen({name: text for name, text in texts.items() if text}, is_need=False)
    problem = problem_of(found, texts, acknowledged=acknowledged, has_reviewer=False)
    return answered(viewer, problem, faults, district_code)


def answered(viewer: Viewer, problem: Problem | None, faults: Faults, district_code: str | None) -> Problem | None:
    """What to answer to a text and an input: harm and identity come before faults, faults before every other doubt.

    Refuses: InvalidInput.
    """
    if not isinstance(problem, Diverted | IdentityFound):
        faults.refuse_if_any()
    return problem and remembered(viewer, problem, district_code)


def remembered(viewer: Viewer, problem: Problem, district_code: str | None) -> Problem:
    """The same problem, with an entry that holds its kind and nothing of the text; a mere question leaves none."""
    if isinstance(problem, PleaseConfirm):
        return problem
    deed = Deed.DIVERT_TEXT if isinstance(problem, Diverted) else Deed.REFUSE_TEXT
    record(deed, viewer, district_code=district_code, after={"kind": kind_of(problem)})
    return problem
