"""The districts, towns, categories and child groups of a folder: the codes that everything else names."""

from __future__ import annotations

from collections.abc import Iterable

from alliance.core.problems import N_, Faults
from alliance.directory.checks import OLDEST_CHILD, check_number
from alliance.directory.tables import Category, ChildGroup, District, Town
from alliance.kit.rowfaults import Line
from alliance.seed import columns as sheet
from alliance.seed.content import NO_SUCH, Content, above, has_digits, named, once, texts_of

DISTRICT_DIGITS, TOWN_DIGITS = 6, 9  # GB/T 2260, and the statistical codes below it


def add_districts(content: Content, lines: Iterable[Line[sheet.DistrictColumns]]) -> None:
    """The districts; their neighbours must be districts."""
    lines = tuple(lines)
    codes = {line.content.code for line in lines}
    for line, own in once(lines, "code"):
        texts = texts_of(line, District, "code", "zh", "en")
        has_digits(line, own.code, DISTRICT_DIGITS)
        faults = Faults()
        for place, code in enumerate(own.neighbours):
            if code not in codes:
                faults.add(f"neighbours.{place}", NO_SUCH, key=code, file=line.file)
        for name, value, high in (("lat", own.lat, 90), ("lng", own.lng, 180)):
            check_number(faults, name, round(value), low=-high, high=high)
        line.faults(faults)
        content.districts[own.code] = District(
            **texts, kind=own.kind, neighbours=own.neighbours, lat=own.lat, lng=own.lng
        )


def add_towns(content: Content, lines: Iterable[Line[sheet.TownColumns]]) -> None:
    """The towns; a code begins with its district's, which the rules rely on."""
    for line, own in once(lines, "code"):
        texts = texts_of(line, Town, "code", "zh", "en")
        has_digits(line, own.code, TOWN_DIGITS)
        district = named(line, "district", content.districts, sheet.DISTRICTS)
        if district and not own.code.startswith(own.district):
            line.fault("code", N_("It must begin with {parent}."), parent=own.district)
        content.towns[own.code] = Town(**texts, kind=own.kind, district_id=own.district)


def add_categories(content: Content, lines: Iterable[Line[sheet.CategoryColumns]]) -> None:
    """The taxonomy: tops, and below each, behind it in the file, its leaves."""
    for line, own in once(lines, "code"):
        texts = texts_of(line, Category, "code", "zh", "en", "definition")
        top = above(line, own.parent, content.categories)
        if top and top.parent_id:
            line.fault("parent", N_("A leaf stands below a top: the taxonomy has two levels."))
        if own.parent and not own.code.startswith(f"{own.parent}."):
            line.fault("code", N_("It must begin with {parent}."), parent=f"{own.parent}.")
        if own.parent and own.unit is None:
            line.fault("unit", N_("A leaf needs the unit in which it is reported."))
        content.categories[own.code] = Category(
            **texts,
            parent_id=own.parent,
            unit=own.unit,
            sensitivity=own.sensitivity,
            action_lines=own.action_lines,
            qualifications=own.qualifications,
            synonyms=own.synonyms,
        )


def add_groups(content: Content, lines: Iterable[Line[sheet.GroupColumns]]) -> None:
    """The child groups, each behind its parent."""
    for line, own in once(lines, "code"):
        texts, faults = texts_of(line, ChildGroup, "code", "zh", "en", "definition"), Faults()
        above(line, own.parent, content.groups)
        check_number(faults, "ageLimit", own.age_limit, low=1, high=OLDEST_CHILD)
        line.faults(faults)
        content.groups[own.code] = ChildGroup(
            **texts,
            parent_id=own.parent,
            kind=own.kind,
            label_risk=own.label_risk,
            age_limit=own.age_limit,
            colloquial=own.colloquial,
        )
