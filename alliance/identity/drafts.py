"""What somebody sends to sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from alliance.core.drafts import Doc


@dataclass(kw_only=True)
class SignInDraft:
    """A name with its password."""

    name: Annotated[str, Doc("Name of the account.")]
    password: Annotated[str, Doc("Its password.")]
