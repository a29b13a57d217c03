"""The organizations of a folder with their services, and the care stations."""

from __future__ import annotations

from collections.abc import Iterable

from alliance.core.problems import N_, Faults
from alliance.core.vocabulary import Provenance, Qualification, TownKind
from alliance.directory.rules import (
    NEVER_LISTED,
    QualificationMissing,
    capability_columns,
    check_credit_code,
    is_listed,
    missing_qualifications,
)
from alliance.directory.tables import Capability, CareStation, Organization
from alliance.kit.rowfaults import Line
from alliance.seed import columns as sheet
from alliance.seed.content import TWICE, Content, free_texts, happened, named, once, texts_of
from alliance.wording.folding import skeleton

SOUND_LENGTH: int = Organization._meta.fields_map["name_skeleton"].max_length  # type: ignore[attr-defined]


def add_organizations(content: Content, lines: Iterable[Line[sheet.OrganizationColumns]]) -> None:
    """The organizations; no two may have one credit code, one name, or names that sound the same."""
    heard: dict[str, int] = {}
    registered: dict[str, int] = {}
    for line, own in once(lines, "key"):
        faults, sound = Faults(), skeleton(own.name)
        texts = texts_of(line, Organization, "name", "description")
        code = check_credit_code(faults, "creditCode", own.credit_code)
        line.faults(faults)
        named(line, "district", content.districts, sheet.DISTRICTS)
        happened(line, content.today, joined_on=own.joined_on, checked_on=own.checked_on)
        free_texts(line, {"name": own.name, "description": own.description})
        if own.name and heard.setdefault(sound, line.number) != line.number:
            line.fault("name", N_("It sounds like the name on line {line}. Make them different."), line=heard[sound])
        if len(sound) > SOUND_LENGTH:
            line.fault("name", N_("This name is too long to be compared by its sound. Shorten it."))
        if code and registered.setdefault(code, line.number) != line.number:
            line.fault("credit_code", TWICE, line=registered[code])
        content.organizations[own.key] = Organization(
            **texts,
            name_skeleton=sound,
            credit_code=code,
            district_id=own.district,
            membership=own.membership,
            joined_on=own.joined_on,
            checked_on=own.checked_on,
            qualifications=own.qualifications,
            provenance=own.provenance,
        )
        content.doubt(line, content.organizations[own.key].id)


def add_capabilities(content: Content, lines: Iterable[Line[sheet.CapabilityColumns]]) -> None:
    """The services as `list_capability` would have taken them on the day they were last confirmed.

    A service that a public source names is recorded even where nobody has recorded the qualification it asks for.
    """
    known = content.known()
    for line, own in once(lines, "key"):
        organization = named(line, "organization", content.organizations, sheet.ORGANIZATIONS)
        held, faults = _held(content, organization), Faults()
        columns = capability_columns(own, known, held, faults, today=own.confirmed_on or content.today)
        line = line.without("confirmed_on", "valid_until")
        line.faults(faults)
        happened(line, content.today, confirmed_on=own.confirmed_on)
        free_texts(line, {"title": own.title, "description": own.description}, acknowledged=own.acknowledged)
        leaf = known.leaves.get(own.category)
        if leaf and not is_listed(leaf):
            line.fault("category", NEVER_LISTED)
        elif leaf and own.provenance is not Provenance.SOURCE and (missing := missing_qualifications(leaf, held)):
            line.problem("category", QualificationMissing(missing=missing))
        content.capabilities[own.key] = Capability(
            **columns,
            organization_id=organization.id if organization else "",
            confirmed_on=own.confirmed_on,
            provenance=own.provenance,
        )
        content.doubt(line, content.capabilities[own.key].id)


def _held(content: Content, organization: Organization | None) -> frozenset[Qualification]:
    """What the organization holds; everything where that is in doubt, so that one fault does not make many."""
    is_sure = organization is not None and organization.id not in content.doubtful
    return frozenset(organization.qualifications if organization and is_sure else Qualification)


def add_stations(content: Content, lines: Iterable[Line[sheet.StationColumns]]) -> None:
    """The care stations: one in a town, none in a zone of the statistics."""
    names: dict[str, int] = {}
    seats: dict[str, int] = {}
    for line, own in once(lines, "key"):
        texts = texts_of(line, CareStation, "name")
        town = named(line, "town", content.towns, sheet.TOWNS)
        operator = named(line, "operator", content.organizations, sheet.ORGANIZATIONS)
        free_texts(line, {"name": own.name})
        if names.setdefault(texts["name"], line.number) != line.number:
            line.fault("name", TWICE, line=names[texts["name"]])
        if town and town.kind is TownKind.STATISTICAL_ZONE:
            line.fault("town", N_("This is a zone of the statistics; stations are in subdistricts and towns."))
        if town and seats.setdefault(own.town, line.number) != line.number:
            line.fault(
                "town", N_("Line {line} is the station of this town; there is one in each."), line=seats[own.town]
            )
        content.stations[own.key] = CareStation(
            **texts,
            town_id=own.town,
            operator_id=operator.id if operator else None,
            model_level=own.model_level,
            provenance=own.provenance,
        )
