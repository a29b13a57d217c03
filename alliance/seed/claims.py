"""Claims that were made before the data was loaded, done again on the rows in the order in which they were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from alliance.claims.drafts import ClaimNeedDraft, CompleteClaimDraft
from alliance.claims.rules import (
    NotEligible,
    NotEnoughLeft,
    QuotaExceeded,
    barring_rules,
    claim_faults,
    counted,
    delivery_days,
    places_claimed,
    record_columns,
    refuse_if_barred,
)
from alliance.claims.tables import Claim, ServiceRecord
from alliance.core.problems import N_, Faults, Refused, refuse
from alliance.core.vocabulary import ClaimState, DeclineCode, NeedState, ReleaseCode, Rule, Word
from alliance.directory.reads import capability_facts, organization_facts
from alliance.directory.rules import QualificationMissing
from alliance.directory.tables import Capability, CapabilityMonth
from alliance.kit.rowfaults import Line
from alliance.matching.facts import CategoryFacts, NeedFacts, OrganizationFacts
from alliance.needs.reads import facts_of
from alliance.needs.rules import NeedClosed
from alliance.needs.sight import GroupFacts, sight_before_claim
from alliance.needs.tables import Need, NeedParty
from alliance.seed import columns as sheet
from alliance.seed.content import Content, beginning_of, free_texts, happened, named, once

REASONS: Mapping[ClaimState, type[Word]] = {
    ClaimState.DECLINED: DeclineCode,
    ClaimState.RELEASED: ReleaseCode,
}
SEES_ALL = frozenset({ClaimState.ACCEPTED, ClaimState.ACTIVE, ClaimState.COMPLETED})
AS_OF_TODAY = frozenset({Rule.MEMBERSHIP})  # an organization may have left since; nobody keeps when


@dataclass
class Claimed:
    """What the claims of a folder have left behind, beside the counts of their needs."""

    claims: dict[str, Claim] = field(default_factory=dict)
    records: list[ServiceRecord] = field(default_factory=list)
    months: dict[tuple[str, str], CapabilityMonth] = field(default_factory=dict)
    parties: dict[tuple[str, str], NeedParty] = field(default_factory=dict)

    def month(self, capability: Capability, month: str) -> CapabilityMonth:
        """The places of a service in one month, all free before its first claim."""
        fresh = CapabilityMonth(capability_id=capability.id, month=month, places=capability.monthly_places, taken=0)
        return self.months.setdefault((capability.id, month), fresh)

    def party(self, need: Need, organization_id: str) -> NeedParty:
        """The sight that an organization has of a need through its claims."""
        fresh = NeedParty(need_id=need.id, body_id=organization_id, may_see_all=False)
        return self.parties.setdefault((need.id, organization_id), fresh)


@dataclass(frozen=True, slots=True)
class Ground:
    """What claims are judged by, looked up once."""

    leaves: Mapping[str, CategoryFacts]
    groups: Mapping[str, GroupFacts]
    organizations: Mapping[str, OrganizationFacts]
    operators: Mapping[str, str | None]

    @classmethod
    def of(cls, content: Content) -> Ground:
        """The taxonomy, the groups, and by id the organizations and the stations' operators."""
        organizations = {row.id: organization_facts(row) for row in content.organizations.values()}
        operators = {row.id: row.operator_id for row in content.stations.values()}
        return cls(content.leaves(), content.group_facts(), organizations, operators)


def claimed(content: Content, lines: Iterable[Line[sheet.ClaimColumns]]) -> Claimed:
    """Claim, and take each claim on to its state; needs count their places, months theirs."""
    ground, done, made = Ground.of(content), Claimed(), [line for line, _ in once(lines, "key")]
    for line in sorted(made, key=lambda line: line.content.made_on):
        _check(line, content.today)
        need = named(line, "need", content.needs, sheet.NEEDS)
        capability = named(line, "capability", content.capabilities, sheet.CAPABILITIES)
        if need and capability and _is_sure(line, content, need, capability):
            try:
                _claim(line, ground, done, need, capability)
            except Refused as refused:
                is_theirs = isinstance(refused.problem, NotEligible | QualificationMissing)
                line.problem("capability" if is_theirs else "places", refused.problem)
    order = {line.content.key: place for place, line in enumerate(made)}
    done.claims = dict(sorted(done.claims.items(), key=lambda claim: order[claim[0]]))
    return done


def _is_sure(line: Line[sheet.ClaimColumns], content: Content, need: Need, capability: Capability) -> bool:
    """False where a fault that is noted already would only make others."""
    about = {need.id, need.station_id, capability.id, capability.organization_id}
    is_readable = line.quiet.isdisjoint({"state", "made_on", "places", "first_day", "last_day"})
    return is_readable and content.doubtful.isdisjoint(about) and bool(capability.organization_id)


def _check(line: Line[sheet.ClaimColumns], today: date) -> None:
    """What a claim says of itself: its days, its reason, its record."""
    own, kind = line.content, REASONS.get(line.content.state)
    happened(line, today, made_on=own.made_on, changed_on=own.changed_on)
    if own.changed_on and own.changed_on < own.made_on:
        line.fault("changed_on", N_("The last step comes before the claim was made."))
    if kind is None and own.reason:
        line.fault("reason", N_("Only a declined or released claim has a reason."))
    if kind is not None and own.reason not in kind.__members__:
        line.fault("reason", N_("It must be one of {words}."), words=tuple(kind.__members__))
    is_completed = own.state is ClaimState.COMPLETED
    for column in ("sessions", "person_times", "outcome"):
        if is_completed and getattr(own, column) is None:
            line.fault(column, N_("A completed claim needs its service record."))
        if not is_completed and getattr(own, column) is not None:
            line.fault(column, N_("Only a completed claim has a service record."))
    free_texts(line, {"note": own.note}, acknowledged=own.acknowledged)


def _claim(line: Line[sheet.ClaimColumns], ground: Ground, done: Claimed, need: Need, capability: Capability) -> None:
    """The steps of `claims.actions.claim_need`, on the day the claim was made. Refuses: as that does."""
    own, operator_id = line.content, ground.operators.get(need.station_id)
    asked = facts_of(need, operator_id)
    if need.stored_state is not NeedState.OPEN:
        refuse(NeedClosed(state=need.stored_state))
    draft = ClaimNeedDraft(
        capability_id=capability.id, places=own.places, first_day=own.first_day, last_day=own.last_day
    )
    line.faults(claim_faults(draft, asked, today=own.made_on))
    _refuse_if_barred(ground, asked, capability, own.made_on)
    places = _places(draft, asked, need, ground)
    days = delivery_days(draft, asked)
    months = days.months(own.made_on)
    _take(done, need, capability, own.state, places, months)
    done.claims[own.key] = Claim(
        need_id=need.id,
        capability_id=capability.id,
        organization_id=capability.organization_id,
        places=places,
        first_day=days.first,
        last_day=days.last,
        months=months,
        state=own.state,
        decline_code=_code(own, ClaimState.DECLINED, DeclineCode),
        release_code=_code(own, ClaimState.RELEASED, ReleaseCode),
        is_by_operator=operator_id == capability.organization_id,
        proposed_at=beginning_of(own.made_on),
        changed_at=beginning_of(own.changed_on or own.made_on),
        provenance=own.provenance,
    )
    if own.state is ClaimState.COMPLETED:
        _record(line, done, done.claims[own.key])


def _refuse_if_barred(ground: Ground, need: NeedFacts, capability: Capability, day: date) -> None:
    facts = capability_facts(capability, ground.organizations[capability.organization_id], {})
    if facts.category not in ground.leaves:
        return  # noted with the capability already
    barring = barring_rules(need, facts, ground.leaves, today=day)
    refuse_if_barred(tuple(each for each in barring if each.rule not in AS_OF_TODAY), need, facts, ground.leaves)


def _places(draft: ClaimNeedDraft, asked: NeedFacts, need: Need, ground: Ground) -> int:
    """The places as claimed; where their number was not shown, all that were left may be given as a number."""
    if asked.headcount is None and need.held:
        refuse(NotEnoughLeft(left=0))
    sensitivities = (ground.leaves[code].sensitivity for code in need.categories if code in ground.leaves)
    risks = (ground.groups[code].risk for code in need.groups if code in ground.groups)
    is_shown = sight_before_claim(sensitivities, risks, need.headcount).headcount
    if not is_shown and draft.places == asked.headcount:
        draft = replace(draft, places=None)
    return places_claimed(draft, asked, shows_headcount=is_shown)


def _take(
    done: Claimed, need: Need, capability: Capability, state: ClaimState, places: int, months: tuple[str, ...]
) -> None:
    """Count the places where they are held, and let the organization see the need. Refuses: QuotaExceeded."""
    held, active, completed = (places * each for each in counted(state))
    for month in (done.month(capability, name) for name in months):
        if month.places is not None and month.taken + held > month.places:
            refuse(QuotaExceeded(month=month.month, left=month.places - month.taken))
    for name in months:
        done.month(capability, name).taken += held
    need.held, need.active, need.completed = need.held + held, need.active + active, need.completed + completed
    party = done.party(need, capability.organization_id)
    party.may_see_all = party.may_see_all or state in SEES_ALL


def _code(own: sheet.ClaimColumns, state: ClaimState, kind: type[Word]) -> Word | None:
    return kind.__members__.get(own.reason or "") if own.state is state else None


def _record(line: Line[sheet.ClaimColumns], done: Claimed, claim: Claim) -> None:
    own, faults = line.content, Faults()
    if own.sessions is None or own.person_times is None or own.outcome is None:
        return
    draft = CompleteClaimDraft(sessions=own.sessions, person_times=own.person_times, outcome=own.outcome, note=own.note)
    columns = record_columns(draft, faults)
    line.faults(faults)
    done.records.append(ServiceRecord(claim_id=claim.id, recorded_at=claim.changed_at, **columns))
