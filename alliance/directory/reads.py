"""What the directory shows, to whom, and the facts it gives to the rules. The directory itself is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Role
from alliance.directory.filters import CapabilitiesWhere, OrganizationsWhere, StationsWhere, TownsWhere
from alliance.directory.rules import Known, is_postable
from alliance.directory.tables import (
    CATEGORY_LENGTH,
    DISTRICT_LENGTH,
    TOWN_LENGTH,
    ActivityBase,
    Capability,
    CapabilityMonth,
    CareStation,
    Category,
    ChildGroup,
    Contact,
    District,
    Organization,
    Town,
)
from alliance.kit.columns import keepable, listed
from alliance.kit.database import rows_by
from alliance.matching.facts import CapabilityFacts, CategoryFacts, OrganizationFacts, Places
from alliance.wording.folding import search_score

M = TypeVar("M", bound=Model)
Names: TypeAlias = tuple[str, str]  # Chinese, English

BUREAU = frozenset({Role.CITY_BUREAU, Role.DISTRICT_BUREAU})
CITY = "320200"  # Wuxi; the code of the whole city in an area, GB/T 2260
FOUND = 60  # a search score from which a name counts as found; below, unrelated names begin to appear


# --- by id, in batches -----------------------------------------------------------------------------------------------


async def organizations(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Organization]:
    """Organizations by id; public."""
    return await rows_by(Organization.all(), "id", ids)


async def capabilities(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Capability]:
    """Capabilities by id, withdrawn ones too, so that old claims can name them; public."""
    return await rows_by(Capability.all(), "id", ids)


async def stations(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, CareStation]:
    """Care stations by id; public."""
    return await rows_by(CareStation.all(), "id", ids)


async def bases(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, ActivityBase]:
    """Shared activity bases by id; public."""
    return await rows_by(ActivityBase.all(), "id", ids)


async def categories(viewer: Viewer, codes: Sequence[str]) -> Mapping[str, Category]:
    """Categories by code; public."""
    return await rows_by(Category.all(), "code", codes)


async def groups(viewer: Viewer, codes: Sequence[str]) -> Mapping[str, ChildGroup]:
    """Child groups by code; public."""
    return await rows_by(ChildGroup.all(), "code", codes)


async def districts(viewer: Viewer, codes: Sequence[str]) -> Mapping[str, District]:
    """Districts by code; public."""
    return await rows_by(District.all(), "code", codes)


async def towns(viewer: Viewer, codes: Sequence[str]) -> Mapping[str, Town]:
    """Towns by code; public."""
    return await rows_by(Town.all(), "code", codes)


async def towns_in(viewer: Viewer, district_codes: Sequence[str]) -> Mapping[str, list[Town]]:
    """The towns of each district by code; public."""
    found: dict[str, list[Town]] = {code: [] for code in district_codes}
    for row in await Town.filter(district_id__in=list(district_codes)).order_by("code"):
        found[row.district_id].append(row)
    return found


async def leaves_of(viewer: Viewer, codes: Sequence[str]) -> Mapping[str, list[Category]]:
    """The leaf categories under each top by code; public."""
    found: dict[str, list[Category]] = {code: [] for code in codes}
    for row in await Category.filter(parent_id__in=list(codes)).order_by("code"):
        found[row.parent_id or ""].append(row)
    return found


async def capabilities_of(viewer: Viewer, organization_ids: Sequence[str]) -> Mapping[str, list[Capability]]:
    """The capabilities on the list of each organization, by title."""
    found: dict[str, list[Capability]] = {key: [] for key in organization_ids}
    query = Capability.filter(organization_id__in=list(organization_ids), is_withdrawn=False)
    for row in await query.order_by("category_id", "id"):
        found[row.organization_id].append(row)
    return found


async def stations_operated_by(viewer: Viewer, organization_ids: Sequence[str]) -> Mapping[str, list[CareStation]]:
    """The stations each organization operates under contract, by name."""
    found: dict[str, list[CareStation]] = {key: [] for key in organization_ids}
    for row in await CareStation.filter(operator_id__in=list(organization_ids)).order_by("name"):
        found[row.operator_id or ""].append(row)
    return found


async def contacts_of(viewer: Viewer, body_ids: Sequence[str]) -> Mapping[str, Contact]:
    """The contact of each organization and station by the body's id. Not public: only `claims` decides who sees it."""
    some = list(body_ids)
    rows = await Contact.filter(Q(organization_id__in=some) | Q(station_id__in=some))
    return {row.organization_id or row.station_id or "": row for row in rows}


async def months_of(viewer: Viewer, capability_ids: Sequence[str]) -> Mapping[str, list[CapabilityMonth]]:
    """The calendar months in which places of each capability were taken or limited, earliest first."""
    found: dict[str, list[CapabilityMonth]] = {key: [] for key in capability_ids}
    for row in await CapabilityMonth.filter(capability_id__in=list(capability_ids)).order_by("month"):
        found[row.capability_id].append(row)
    return found


# --- lists -----------------------------------------------------------------------------------------------------------


async def organizations_where(where: OrganizationsWhere) -> QuerySet[Organization]:
    """The organizations asked for; public."""
    query = Organization.all()
    if where.district:
        query = query.filter(district_id=keepable(where.district, at_most=DISTRICT_LENGTH))
    if where.membership:
        query = query.filter(membership=where.membership)
    if where.serves:
        listing = Capability.filter(_in_category(where.serves), is_withdrawn=False)
        query = query.filter(id__in=await listing.distinct().values_list("organization_id", flat=True))
    return await _found(query, where.search, "name")


async def capabilities_where(where: CapabilitiesWhere) -> QuerySet[Capability]:
    """The listed capabilities asked for; public."""
    query = Capability.filter(is_withdrawn=False)
    if where.category:
        query = query.filter(_in_category(where.category))
    if where.organization:
        query = query.filter(organization_id=where.organization)
    if where.covers:
        codes = (where.covers, where.covers[:6], CITY)
        query = query.filter(Q(*(Q(area__contains=listed(code)) for code in codes), join_type=Q.OR))
    if where.age is not None:
        query = query.filter(Q(min_age__isnull=True) | Q(min_age__lte=where.age))
        query = query.filter(Q(max_age__isnull=True) | Q(max_age__gte=where.age))
    return await _found(query, where.search, "title")


async def stations_where(where: StationsWhere) -> QuerySet[CareStation]:
    """The care stations asked for; a search looks at the names of the town and the station. Public."""
    query = CareStation.all()
    if where.district:
        query = query.filter(within("town_id", where.district))
    return await _found(query, where.search, "town__zh", "name")


async def towns_where(where: TownsWhere) -> QuerySet[Town]:
    """The towns asked for; statistical zones, which carry no station, among them. Public."""
    query = Town.all()
    if where.district:
        query = query.filter(district_id=keepable(where.district, at_most=DISTRICT_LENGTH))
    return await _found(query, where.search, "zh", key="code")


async def all_categories() -> Sequence[Category]:
    """The taxonomy, tops before their leaves."""
    return await Category.all().order_by("code")


async def all_groups() -> Sequence[ChildGroup]:
    """Every child group."""
    return await ChildGroup.all().order_by("code")


async def all_districts() -> Sequence[District]:
    """The districts and county-level cities."""
    return await District.all().order_by("code")


async def all_bases() -> Sequence[ActivityBase]:
    """The shared activity bases."""
    return await ActivityBase.all().order_by("name")


def may_see_inside(viewer: Viewer, organization_id: str) -> bool:
    """True for the bureau and the organization itself: quota and background check are not public."""
    return viewer.role in BUREAU or viewer.organization_id == organization_id


def within(column: str, place: str) -> Q:
    """The rows whose town code in `column` lies in a district (6 digits) or is the town (9); none for half a code."""
    asked = keepable(place)
    if len(asked) == DISTRICT_LENGTH:
        return Q(**{f"{column}__startswith": asked})
    return Q(**{column: asked if len(asked) == TOWN_LENGTH else ""})


def _in_category(code: str) -> Q:
    asked = keepable(code, at_most=CATEGORY_LENGTH)
    return Q(category_id=asked) | Q(category_id__startswith=f"{asked}.")


async def _found(query: QuerySet[M], search: str | None, *columns: str, key: str = "id") -> QuerySet[M]:
    if search is None:
        return query
    rows = await query.values_list(key, *columns)
    found = [row[0] for row in rows if search_score(search, "".join(map(str, row[1:]))) >= FOUND]
    return query.filter(**{f"{key}__in": found})


# --- facts for the rules ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Supply:
    """Everything that can be offered, as the rules see it: one consistent picture in a constant number of reads."""

    organizations: tuple[OrganizationFacts, ...]
    capabilities: tuple[CapabilityFacts, ...]
    categories: Mapping[str, CategoryFacts]
    places: Places


async def supply(open_claims: Mapping[str, int], *, organization_id: str | None = None) -> Supply:
    """The supply side, of one organization or of all; `open_claims` counts by organization."""
    whole: QuerySet[Organization] = Organization.all()
    offered: QuerySet[Capability] = Capability.filter(is_withdrawn=False)
    taken: QuerySet[CapabilityMonth] = CapabilityMonth.all()
    if organization_id:
        whole, offered = whole.filter(id=organization_id), offered.filter(organization_id=organization_id)
        taken = taken.filter(capability__organization_id=organization_id)
    listed_now = await offered.order_by("id")  # before their organizations, which stay: none is missing then
    facts = {row.id: organization_facts(row, open_claims.get(row.id, 0)) for row in await whole.order_by("id")}
    left: dict[str, dict[str, int]] = {}
    for month in await taken:
        if month.places is not None:
            left.setdefault(month.capability_id, {})[month.month] = month.places - month.taken
    capabilities = tuple(capability_facts(row, facts[row.organization_id], left.get(row.id, {})) for row in listed_now)
    return Supply(tuple(facts.values()), capabilities, await taxonomy(), await places())


def organization_facts(row: Organization, open_claims: int = 0) -> OrganizationFacts:
    """An organization as the rules see it."""
    return OrganizationFacts(
        id=row.id,
        name=row.name,
        membership=row.membership,
        checked_on=row.checked_on,
        qualifications=frozenset(row.qualifications),
        open_claims=open_claims,
    )


def capability_facts(
    row: Capability, organization: OrganizationFacts, places_left: Mapping[str, int]
) -> CapabilityFacts:
    """A capability as the rules see it; where it names no qualifications, its organization's count."""
    return CapabilityFacts(
        id=row.id,
        organization=organization,
        category=row.category_id,
        title=row.title,
        description=row.description,
        area=frozenset(row.area),
        min_age=row.min_age,
        max_age=row.max_age,
        groups=frozenset(row.groups),
        modes=frozenset(row.modes),
        max_group_size=row.max_group_size,
        monthly_places=row.monthly_places,
        places_left=places_left,
        windows=row.windows,
        qualifications=frozenset(row.qualifications) | organization.qualifications,
        lead_days=row.lead_days,
        valid_until=row.valid_until,
        confirmed_on=row.confirmed_on,
        is_withdrawn=row.is_withdrawn,
    )


async def taxonomy() -> Mapping[str, CategoryFacts]:
    """The leaves of the taxonomy by code."""
    return {
        row.code: CategoryFacts(
            code=row.code,
            name=row.zh,
            sensitivity=row.sensitivity,
            qualifications=frozenset(row.qualifications),
            words=row.synonyms,
            definition=row.definition,
        )
        for row in await Category.filter(parent_id__isnull=False).order_by("code")
    }


async def places() -> Places:
    """Names of every place, and which districts touch."""
    rows = await District.all()
    names = {row.code: row.zh for row in rows} | dict(await Town.all().values_list("code", "zh"))
    return Places(city=CITY, names=names, neighbours={row.code: frozenset(row.neighbours) for row in rows})


async def category_names() -> Mapping[str, Names]:
    """The Chinese and English name of every category, by code."""
    return await _names(Category.all())


async def group_names() -> Mapping[str, Names]:
    """The Chinese and English name of every child group, by code."""
    return await _names(ChildGroup.all())


async def place_names() -> Mapping[str, Names]:
    """The Chinese and English name of the city, every district and every town, by code."""
    return {CITY: ("无锡市", "Wuxi")} | await _names(District.all()) | await _names(Town.all())


async def _names(query: QuerySet[M]) -> dict[str, Names]:
    return {str(code): (str(zh), str(en) or str(zh)) for code, zh, en in await query.values_list("code", "zh", "en")}


async def known() -> Known:
    """The codes that drafts may name."""
    groups = frozenset(row.code for row in await ChildGroup.all() if is_postable(row.kind, row.label_risk))
    return Known(await taxonomy(), groups, frozenset((await places()).names) | {CITY})
