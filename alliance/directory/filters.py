"""What a list of the directory may be narrowed by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.vocabulary import Membership

Search = Annotated[
    str | None,
    Doc("Part of a name, of which 64 characters count: any script, pinyin or its initials, small typos allowed."),
]
InDistrict = Annotated[str | None, Doc("Code of a district (6 digits).")]


@dataclass(kw_only=True)
class OrganizationsWhere:
    """Which organizations."""

    search: Search = None
    district: InDistrict = None
    membership: Annotated[Membership | None, Doc("How it stands to the alliance.")] = None
    serves: Annotated[str | None, Doc("Code of a category, top or leaf, in which it lists a service.")] = None


@dataclass(kw_only=True)
class CapabilitiesWhere:
    """Which listed services."""

    search: Search = None
    category: Annotated[str | None, Doc("Code of a category, top or leaf.")] = None
    covers: Annotated[str | None, Doc("Code of a town or district that its area must hold.")] = None
    age: Annotated[int | None, Doc("An age in completed years that it must take.")] = None
    organization: Annotated[str | None, Doc("Id of the organization that offers it.", is_id=True)] = None


@dataclass(kw_only=True)
class StationsWhere:
    """Which care stations."""

    search: Search = None
    district: InDistrict = None


@dataclass(kw_only=True)
class TownsWhere:
    """Which towns and subdistricts."""

    search: Search = None
    district: InDistrict = None
