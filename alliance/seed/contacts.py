"""The contact persons of a folder: one adult for each organization and station that has one."""

from __future__ import annotations

from collections.abc import Iterable

from alliance.core.problems import N_, Faults
from alliance.core.vocabulary import Provenance
from alliance.directory.checks import check_windows
from alliance.directory.phones import check_contact_name, check_phone
from alliance.directory.tables import Contact
from alliance.kit.rowfaults import Line
from alliance.seed import columns as sheet
from alliance.seed.content import TWICE, Content, named, once

ONE_BODY = N_("Name an organization or a station, and not both.")


def add_contacts(content: Content, lines: Iterable[Line[sheet.ContactColumns]]) -> None:
    """The contacts. Name and number are checked by their form, not screened as free text, and never repeated."""
    told: dict[str, int] = {}
    for line, own in once(lines, "key"):
        for column in ("name", "phone"):
            line.notes.withhold(line.file, line.number, column)
        organization = named(line, "organization", content.organizations, sheet.ORGANIZATIONS)
        station = named(line, "station", content.stations, sheet.STATIONS)
        faults, is_example = Faults(), own.provenance is Provenance.FICTIONAL
        name = check_contact_name(faults, "name", own.name)
        phone = check_phone(faults, "phone", own.phone, is_example=is_example)
        hours = check_windows(faults, "hours", own.hours)
        line.faults(faults)
        if bool(own.organization) is bool(own.station):
            line.fault("organization", ONE_BODY)
        column, body = ("organization", organization) if own.organization else ("station", station)
        if body and told.setdefault(body.id, line.number) != line.number:
            line.fault(column, TWICE, line=told[body.id])
        content.contacts[own.key] = Contact(
            organization_id=organization.id if organization else None,
            station_id=station.id if station else None,
            name=name,
            role=own.role,
            phone=phone,
            hours=hours,
            provenance=own.provenance,
        )
