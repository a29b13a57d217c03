"""How the two sides of an accepted claim reach each other: masked to look at, in full one at a time."""

from __future__ import annotations

from typing import Annotated

import strawberry

from alliance.claims import contacts
from alliance.claims.drafts import OpenContactDraft
from alliance.core.drafts import Doc
from alliance.core.period import Window
from alliance.core.vocabulary import ContactRole, Provenance
from alliance.directory import tables
from alliance.directory.phones import masked
from alliance.kit.gql import field, input_of, shows

PersonName = Annotated[str, Doc("Name of the adult who answers; at most 20 characters.")]
PersonRole = Annotated[ContactRole, Doc("What that person is there.")]
Hours = Annotated[tuple[Window, ...], Doc("Weekly times at which somebody answers; at most 21. Empty: unknown to us.")]


@shows(tables.Contact)
class Contact:
    """Whom the other side of a claim reaches. For its two sides only, once accepted; `openContact` gives the number."""

    name: PersonName
    role: PersonRole
    hours: Hours

    @field
    def masked_phone(self, root: strawberry.Parent[tables.Contact]) -> str:
        """The number as it is recognised and not dialled: `138****5678`, `0510-****5678`."""
        return masked(root.phone)

    @field
    def is_fictional(self, root: strawberry.Parent[tables.Contact]) -> bool:
        """True for an invented example, whose number nobody can have."""
        return root.provenance is Provenance.FICTIONAL


@shows(contacts.OpenedContact)
class OpenedContact:
    """The other side's contact in full, for whoever opened it; kept by no cache."""

    name: PersonName
    phone: Annotated[str, Doc("The number to dial: a landline with its area code, or a mobile number.")]
    role: PersonRole
    hours: Hours
    is_fictional: Annotated[bool, Doc("True for an invented example, whose number nobody can have.")]


@input_of(OpenContactDraft)
class OpenContactInput(OpenContactDraft):
    """Why the other side's contact is opened."""
