"""What a list of claims may be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.vocabulary import ClaimState


@dataclass(kw_only=True)
class ClaimsWhere:
    """Which claims."""

    states: Annotated[tuple[ClaimState, ...] | None, Doc("Where they stand; any of these.")] = None
