"""The nearest change to a capability that removes one broken rule, and that change made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from alliance.core.period import Window
from alliance.core.vocabulary import Membership, Mode, Qualification, Rule, Word, held_with_lower_grades
from alliance.matching.facts import CapabilityFacts, CategoryFacts, NeedFacts, Places
from alliance.matching.rules import Broken, last_start, notice_days, oldest_valid_check, short_months


class CureCode(Word):
    """The kind of change that would let an organization serve a need."""

    REJOIN = "become a member again", "恢复成员资格"
    RENEW_CHECK = "renew the background check", "重新做从业查询"
    EXTEND_VALIDITY = "extend the validity", "延长有效期"
    RELIST = "list the capability again", "重新上架"
    OPEN_AREA = "open the district", "开放该区"
    RAISE_MAX_AGE = "raise the highest age", "提高年龄上限"
    LOWER_MIN_AGE = "lower the lowest age", "降低年龄下限"
    ADD_MODE = "add a way of serving", "增加服务方式"
    ADD_WINDOW = "add a time", "增加服务时段"
    RAISE_GROUP_SIZE = "raise the group size", "扩大每组人数"
    RAISE_MONTHLY_PLACES = "raise the places of the month", "增加当月名额"
    RAISE_GROUP_AND_PLACES = "raise group size and places of the month", "扩大每组人数并增加名额"
    ADD_QUALIFICATION = "prove the qualification", "补齐资质"
    SHORTEN_LEAD_DAYS = "prepare in fewer days", "缩短准备天数"


@dataclass(frozen=True, slots=True)
class Cure:
    """A change as a code with its values; days are ISO, lists joined by `;`."""

    code: CureCode
    values: tuple[tuple[str, str | int], ...] = ()

    def __getitem__(self, name: str) -> str | int:
        """The value called `name`. Raises KeyError."""
        return dict(self.values)[name]

    def __contains__(self, name: str) -> bool:
        return any(known == name for known, _ in self.values)


def nearest_cure(
    broken: Broken,
    need: NeedFacts,
    capability: CapabilityFacts,
    category: CategoryFacts,
    places: Places,
    *,
    today: date,
) -> Cure | None:
    """Return the smallest change of `capability` that removes `broken`; None where only the need could change.

    `broken` must come from `broken_rules` on the same facts. Other broken rules stay as they are.
    """
    match broken.rule:
        case Rule.MEMBERSHIP:
            return Cure(CureCode.REJOIN)
        case Rule.VETTING:
            return Cure(CureCode.RENEW_CHECK, (("since", oldest_valid_check(today).isoformat()),))
        case Rule.VALIDITY:
            return longer_validity(need, capability, today)
        case Rule.AREA:
            return opened_area(need, places)
        case Rule.AGE:
            return wider_ages(need, capability)
        case Rule.MODE:
            return Cure(CureCode.ADD_MODE, (("mode", broken.asked),))
        case Rule.WINDOW:
            return added_window(need, capability)
        case Rule.CAPACITY:
            return more_places(need, capability, today)
        case Rule.QUALIFICATION:
            missing = category.qualifications - held_with_lower_grades(capability.qualifications)
            return Cure(CureCode.ADD_QUALIFICATION, (("qualifications", ";".join(sorted(q.name for q in missing))),))
        case Rule.LEAD_TIME:
            notice = notice_days(need.days.first or today, today)
            return Cure(CureCode.SHORTEN_LEAD_DAYS, (("from", capability.lead_days), ("to", notice)))


def longer_validity(need: NeedFacts, capability: CapabilityFacts, today: date) -> Cure:
    """Validity up to the need's first day; a withdrawn capability is listed again as well."""
    until = last_start(need, today)
    code = CureCode.RELIST if capability.is_withdrawn else CureCode.EXTEND_VALIDITY
    if capability.valid_until is None or capability.valid_until >= until:
        return Cure(code)
    return Cure(code, (("from", capability.valid_until.isoformat()), ("to", until.isoformat())))


def opened_area(need: NeedFacts, places: Places) -> Cure:
    """The whole district: organizations open districts, single towns are the exception."""
    return Cure(CureCode.OPEN_AREA, (("area", need.district), ("name", places.names.get(need.district, need.district))))


def wider_ages(need: NeedFacts, capability: CapabilityFacts) -> Cure:
    """The nearer bound moved until one year is shared."""
    if capability.max_age is not None and need.min_age is not None and need.min_age > capability.max_age:
        return Cure(CureCode.RAISE_MAX_AGE, (("from", capability.max_age), ("to", need.min_age)))
    return Cure(CureCode.LOWER_MIN_AGE, (("from", capability.min_age or 0), ("to", need.max_age or 0)))


def added_window(need: NeedFacts, capability: CapabilityFacts) -> Cure | None:
    """The shortest window asked for; without one the shortest of the capability on the first weekday asked for.

    None when the need's windows lie on no weekday of its own days: no offer can meet that.
    """
    weekdays = need.days.weekdays()
    if need.windows:
        asked = [window for window in need.windows if window.weekday in weekdays]
        return Cure(CureCode.ADD_WINDOW, (("window", str(min(asked, key=shortest))),)) if asked else None
    model = min(capability.windows, key=shortest)
    first = need.days.first.isoweekday() if need.days.first else min(weekdays)
    return Cure(CureCode.ADD_WINDOW, (("window", str(replace(model, weekday=first))),))


def more_places(need: NeedFacts, capability: CapabilityFacts, today: date) -> Cure:
    """Group size and the places left in each short month raised to the smallest part of the need."""
    size = capability.max_group_size
    group = (("group", need.minimum_places),) if size is not None and size < need.minimum_places else ()
    months = ";".join(month for month, _ in short_months(need, capability, today))
    if not months:
        return Cure(CureCode.RAISE_GROUP_SIZE, group)
    code = CureCode.RAISE_GROUP_AND_PLACES if group else CureCode.RAISE_MONTHLY_PLACES
    return Cure(code, (*group, ("months", months), ("left", need.minimum_places)))


def shortest(window: Window) -> tuple[int, Window]:
    """Order by length, then by place in the week."""
    return window.end - window.start, window


def cured(capability: CapabilityFacts, cure: Cure) -> CapabilityFacts:
    """Return `capability` with `cure` made: what a simulation asks the rules about."""
    match cure.code:
        case CureCode.REJOIN:
            return replace(capability, organization=replace(capability.organization, membership=Membership.MEMBER))
        case CureCode.RENEW_CHECK:
            checked_on = date.fromisoformat(str(cure["since"]))
            return replace(capability, organization=replace(capability.organization, checked_on=checked_on))
        case CureCode.EXTEND_VALIDITY | CureCode.RELIST:
            until = date.fromisoformat(str(cure["to"])) if "to" in cure else capability.valid_until
            return replace(capability, is_withdrawn=False, valid_until=until)
        case CureCode.OPEN_AREA:
            return replace(capability, area=capability.area | {str(cure["area"])})
        case CureCode.RAISE_MAX_AGE:
            return replace(capability, max_age=int(cure["to"]))
        case CureCode.LOWER_MIN_AGE:
            return replace(capability, min_age=int(cure["to"]))
        case CureCode.ADD_MODE:
            return replace(capability, modes=capability.modes | {Mode[str(cure["mode"])]})
        case CureCode.ADD_WINDOW:
            return replace(capability, windows=(*capability.windows, Window.parse(str(cure["window"]))))
        case CureCode.RAISE_GROUP_SIZE | CureCode.RAISE_MONTHLY_PLACES | CureCode.RAISE_GROUP_AND_PLACES:
            return with_more_places(capability, cure)
        case CureCode.ADD_QUALIFICATION:
            added = {Qualification[name] for name in str(cure["qualifications"]).split(";")}
            return replace(capability, qualifications=capability.qualifications | added)
        case CureCode.SHORTEN_LEAD_DAYS:
            return replace(capability, lead_days=int(cure["to"]))


def with_more_places(capability: CapabilityFacts, cure: Cure) -> CapabilityFacts:
    """Return `capability` with the group size and monthly places that `cure` names."""
    size = int(cure["group"]) if "group" in cure else capability.max_group_size
    raised = {month: int(cure["left"]) for month in str(cure["months"]).split(";")} if "months" in cure else {}
    return replace(capability, max_group_size=size, places_left={**capability.places_left, **raised})
