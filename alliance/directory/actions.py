"""What organizations may do with their own list of services."""

from __future__ import annotations

from alliance.core.drafts import ABSENT, WindowDraft, overlaid
from alliance.core.permissions import Deed, allow
from alliance.core.problems import Faults, InvalidInput, NotFound, Problem, Stale, refuse, refuses
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Provenance
from alliance.directory import reads
from alliance.directory.drafts import ListCapabilityDraft, ReviseCapabilityDraft
from alliance.directory.rules import (
    NEVER_LISTED,
    AlreadyWithdrawn,
    QualificationMissing,
    QuotaBelowTaken,
    capability_columns,
    is_listed,
    missing_qualifications,
)
from alliance.directory.tables import Capability, CapabilityMonth, Organization
from alliance.journal.entrance import REFUSALS, screened
from alliance.journal.entries import changes, coded
from alliance.journal.settle import record
from alliance.kit import clock
from alliance.kit.database import revised

JOURNALLED = (
    "area",
    "min_age",
    "max_age",
    "groups",
    "modes",
    "max_group_size",
    "monthly_places",
    "windows",
    "qualifications",
    "lead_days",
    "valid_until",
    "confirmed_on",
    "is_withdrawn",
)


@refuses(InvalidInput, QualificationMissing, *REFUSALS)
async def list_capability(viewer: Viewer, *, draft: ListCapabilityDraft) -> Capability | Problem:
    """Put a service of one's own organization on the list, confirmed today."""
    allow(viewer, Deed.LIST_CAPABILITY)
    organization = await Organization.get(id=viewer.organization_id)
    known, faults, today = await reads.known(), Faults(), clock.today()
    columns = capability_columns(draft, known, frozenset(organization.qualifications), faults, today=today)
    category = known.leaves.get(draft.category)
    if category and not is_listed(category):
        faults.add("category", NEVER_LISTED)
    if problem := _screened(viewer, organization, draft, faults):
        return problem
    missing = missing_qualifications(known.leaves[draft.category], frozenset(organization.qualifications))
    if missing:
        refuse(QualificationMissing(missing=missing))
    capability = await Capability.create(
        **columns, organization_id=organization.id, confirmed_on=today, provenance=Provenance.RECORDED
    )
    record(
        Deed.LIST_CAPABILITY,
        viewer,
        subjects=(capability.id,),
        district_code=organization.district_id,
        after={"category": draft.category, **coded(capability, JOURNALLED)},
    )
    return capability


@refuses(NotFound, Stale, AlreadyWithdrawn, InvalidInput, QuotaBelowTaken, *REFUSALS)
async def revise_capability(
    viewer: Viewer, *, capability_id: str, expected_version: int, draft: ReviseCapabilityDraft
) -> Capability | Problem:
    """Change what is mentioned of one of the own organization's services; that also confirms it today."""
    allow(viewer, Deed.REVISE_CAPABILITY)
    capability = await own_capability(viewer, capability_id)
    organization = await Organization.get(id=capability.organization_id)
    known, today, held = await reads.known(), clock.today(), frozenset(organization.qualifications)
    present = draft_of(capability)
    wanted = overlaid(present, draft)
    faults, old_faults = Faults(), Faults()
    capability_columns(present, known, held, old_faults, today=today)
    columns = capability_columns(wanted, known, held, faults, today=today)
    if problem := _screened(viewer, organization, wanted, faults.without(old_faults)):
        return problem
    if draft.monthly_places is not ABSENT:
        await set_monthly_places(capability.id, wanted.monthly_places)
    changed = await revised(capability, expected_version, {**columns, "confirmed_on": today})
    before, after = changes(coded(capability, JOURNALLED), coded(changed, JOURNALLED))
    subjects, district = (changed.id,), organization.district_id
    record(Deed.REVISE_CAPABILITY, viewer, subjects=subjects, district_code=district, before=before, after=after)
    return changed


@refuses(NotFound, Stale, AlreadyWithdrawn)
async def confirm_capability(viewer: Viewer, *, capability_id: str, expected_version: int) -> Capability:
    """Confirm that one of the own organization's services is still offered as it stands."""
    allow(viewer, Deed.CONFIRM_CAPABILITY)
    capability = await own_capability(viewer, capability_id)
    changed = await revised(capability, expected_version, {"confirmed_on": clock.today()})
    before, after = coded(capability, ["confirmed_on"]), coded(changed, ["confirmed_on"])
    subjects, district = (changed.id,), await district_of(changed)
    record(Deed.CONFIRM_CAPABILITY, viewer, subjects=subjects, district_code=district, before=before, after=after)
    return changed


# --- moves: parts of deeds, for this slice and the ones above --------------------------------------------------


async def own_capability(viewer: Viewer, capability_id: str) -> Capability:
    """A listed capability of the caller's organization, locked before any need. Refuses: NotFound, AlreadyWithdrawn."""
    own = Capability.select_for_update().filter(organization_id=viewer.organization_id or "")
    capability = await own.get_or_none(id=capability_id)
    if capability is None:
        refuse(NotFound())
    if capability.is_withdrawn:
        refuse(AlreadyWithdrawn())
    return capability


async def district_of(capability: Capability) -> str | None:
    """The district whose bureau reads what is done with a capability: where its organization is registered."""
    return (await Organization.get(id=capability.organization_id)).district_id


async def set_monthly_places(capability_id: str, places: int | None) -> None:
    """Give the months from now on a new limit. Refuses: QuotaBelowTaken, when more is taken in one of them."""
    months = CapabilityMonth.filter(capability_id=capability_id, month__gte=f"{clock.today():%Y-%m}")
    for month in await months.select_for_update().order_by("month"):  # nobody takes a place while we look
        if places is not None and month.taken > places:
            refuse(QuotaBelowTaken(month=month.month, taken=month.taken))
    await months.update(places=places)


def draft_of(row: Capability) -> ListCapabilityDraft:
    """A listed capability as somebody would draft it."""
    return ListCapabilityDraft(
        category=row.category_id,
        title=row.title,
        description=row.description,
        area=row.area,
        min_age=row.min_age,
        max_age=row.max_age,
        groups=row.groups,
        modes=row.modes,
        max_group_size=row.max_group_size,
        monthly_places=row.monthly_places,
        windows=tuple(map(WindowDraft.of, row.windows)),
        qualifications=row.qualifications,
        lead_days=row.lead_days,
        valid_until=row.valid_until,
    )


def _screened(viewer: Viewer, organization: Organization, draft: ListCapabilityDraft, faults: Faults) -> Problem | None:
    texts, district = {"title": draft.title, "description": draft.description}, organization.district_id
    return screened(viewer, texts, faults, acknowledged=draft.acknowledged, district_code=district)
