"""What the journal may be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.permissions import Deed


@dataclass(kw_only=True)
class JournalWhere:
    """Which entries."""

    deed: Annotated[Deed | None, Doc("Only this deed.")] = None
    subject: Annotated[str | None, Doc("Id of what it was done to.", is_id=True)] = None
