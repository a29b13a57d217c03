"""The values inside problems, as clients see them; the problems themselves are shown where a deed refuses with them."""

from __future__ import annotations

from typing import Annotated

import strawberry

from alliance.core.drafts import Doc
from alliance.core.problems import Fault
from alliance.core.vocabulary import IdentityKind
from alliance.kit import messages
from alliance.kit.context import Info
from alliance.kit.gql import field, shows
from alliance.wording.screening import Finding


@shows(Fault)
class InputFault:
    """One thing wrong with one field of an input."""

    path: Annotated[str, Doc("The field, as in the input: `headcount`, `windows.0.start`.")]

    @field
    def message(self, root: strawberry.Parent[Fault], info: Info) -> str:
        """What is wrong and what to do, for people."""
        return messages.shown(root, info.context.language)


@shows(Finding)
class IdentityFinding:
    """Words that point to a person: where they stand, never the words themselves."""

    kind: Annotated[IdentityKind, Doc("What they point to.")]
    field: Annotated[str, Doc("The field of the input they stand in.")]
    start: Annotated[int, Doc("First character, counted in code points from 0.")]
    end: Annotated[int, Doc("One behind the last character.")]
    is_sure: Annotated[bool, Doc("False where it is only suspected.")]
