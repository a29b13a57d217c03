"""What is for whose eyes: one table over every field and every filter, and the schema does not start without it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from alliance.claims.contacts import is_contact_open
from alliance.claims.tables import Claim
from alliance.directory.reads import may_see_inside
from alliance.directory.tables import Capability, Organization
from alliance.kit import clock
from alliance.kit.context import Context
from alliance.needs import reads as needs
from alliance.needs.tables import Need
from alliance.schedule import reads as schedule
from alliance.schedule.tables import Booking

Shows: TypeAlias = Callable[[Any, Context], bool | Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may see something. `shows` judges a row for a caller; without it a field shows wherever its row does."""

    says: str
    shows: Shows | None = None


# --- rules as wide as the row ----------------------------------------------------------------------------------------

PUBLIC = Rule("everybody, without signing in too")
ROW = Rule("whoever may see the row: rows come through `reads.visible` of their slice and no other way")
OWN = Rule("the account itself")
DEED = Rule(
    "the roles that `core.permissions.MAY` names for it: the read begins with `may`, and null is for the others"
)
DOOR = Rule("everybody may ask: the action begins with `allow` and answers with a problem")
ANSWER = Rule("whoever asked for the deed that it answers")
PART = Rule("whoever may see what it is a part of: it has no row of its own")

# --- rules narrower than the row: the field answers null, and a filter on it tells nothing ---------------------------


def _sight(part: str) -> Shows:
    async def shows(need: Need, context: Context) -> bool:
        sight = await context.load(needs.sights, need)
        return sight is not None and bool(getattr(sight, part))

    return shows


def _inside(row: Organization | Capability, context: Context) -> bool:
    owner = row.id if isinstance(row, Organization) else row.organization_id
    return may_see_inside(context.viewer, owner)


def _contact(claim: Claim, context: Context) -> bool:
    is_side = context.viewer.station_id is not None or context.viewer.organization_id is not None
    return is_side and is_contact_open(claim.state, claim.changed_at, clock.now())


async def _concerns(booking: Booking, context: Context) -> bool:
    sight = await context.load(schedule.series_sights, booking.series_id)
    return sight is not None and sight.is_party


async def _named(booking: Booking, context: Context) -> bool:
    sight = await context.load(schedule.series_sights, booking.series_id)
    return sight is not None and sight.is_named


TEXT = Rule("as the station wrote it: its station, the duty officer, and before a claim where nothing is sensitive",
            _sight("text"))  # fmt: skip
PLACE = Rule("the town: its station, the bureau, and before a claim where it points to nobody", _sight("place"))
GROUPS = Rule("the groups: its station, the bureau, and before a claim where they label nobody", _sight("groups"))
HEADCOUNT = Rule("the numbers: its station, the bureau, and before a claim where they single out nobody",
                 _sight("headcount"))  # fmt: skip
INSIDE = Rule("quota and background check: the bureau and the organization itself", _inside)
CONTACT = Rule("the other side's contact: the two sides, from acceptance until 30 days after completion", _contact)

CONCERNS = Rule("whom a booking concerns: its holder, partners, the station of its claim, and the base's manager",
                _concerns)  # fmt: skip
NAMED = Rule("whoever is signed in, but in a private room and for a claim only whom the booking concerns", _named)

# --- the table -------------------------------------------------------------------------------------------------------

Fields: TypeAlias = Mapping[Rule, str]
TABLE: dict[str, Fields] = {  # types of the same fields stand in one row
    # the doors
    "Query": {
        PUBLIC: """districts towns categories childGroups organizations organization stations capabilities bases rooms
            freeHours""",
        ROW: "node need needs claim claims bookings",
        OWN: "me calendarFeeds",
        DEED: "worklist coverageGaps journal",
    },
    "Mutation": {
        DOOR: """makeCalendarFeed revokeCalendarFeed importClosures
            signIn signOut listCapability reviseCapability confirmCapability withdrawCapability draftNeed postNeed
            reviseNeed withdrawNeed closeNeed approveNeed claimNeed acceptClaim declineClaim releaseClaim startClaim
            completeClaim openContact previewBooking bookRoom confirmBooking moveBooking cancelBooking reportNoShow
            closeRooms reopenRooms""",
    },
    # the directory
    "Organization": {
        PUBLIC: """id name creditCode membership joinedOn qualifications description provenance version isFictional
            district capabilities stations""",
        INSIDE: "checkedOn",
    },
    "Capability": {
        PUBLIC: """id title description minAge maxAge modes maxGroupSize windows qualifications leadDays validUntil
            confirmedOn isWithdrawn provenance version organization category area groups isDue viewerCan""",
        INSIDE: "monthlyPlaces months",
    },
    "CapabilityMonth": {PART: "month taken limit left"},
    "CareStation": {PUBLIC: "id name modelLevel provenance version isFictional town operator"},
    "ActivityBase": {
        PUBLIC: "id name holdWorkingDays peakLimit provenance district rooms openDays closures holidaysKnownUntil"
    },
    "Closure": {PUBLIC: "id startsAt endsAt reason title provenance room", ROW: "meets"},
    "OpenDay": {PUBLIC: "day kind name hours"},
    "FreeHours": {PUBLIC: "room period"},
    "Period": {PART: "start end"},
    "Room": {PUBLIC: "id name kind capacity equipment setupMinutes clearupMinutes isPrivate provenance base"},
    "CalendarFeed": {OWN: "id scope createdAt base room revokedAt"},
    "MadeCalendarFeed": {ANSWER: "feed address"},
    "ImportedClosures": {ANSWER: "events"},
    "ImportedEvent": {PART: "uid outcome closures reason"},
    "District": {PUBLIC: "code kind name englishName neighbours towns"},
    "Town": {PUBLIC: "code kind name englishName district"},
    "Place": {PUBLIC: "code name"},
    "Category": {
        PUBLIC: "code definition unit sensitivity qualifications synonyms actionLines name englishName parent leaves"
    },
    "ChildGroup": {PUBLIC: "code definition kind labelRisk ageLimit name englishName parent"},
    # who asks
    "Account": {OWN: "id name role isDutyOfficer station organization district base"},
    "SignedIn": {ANSWER: "token expiresAt account"},
    "SignedOut": {ANSWER: "endedAt"},
    # needs
    "Need": {
        ROW: """id minAge maxAge mode firstDay lastDay windows urgency deadline postedAt withdrawReason provenance
            version state label categories publicGroups headcountBand district isFictional claims candidates
            viewerCan""",
        TEXT: "title details",
        PLACE: "town station",
        GROUPS: "groups",
        HEADCOUNT: "headcount minimumPlaces remaining",
    },
    "NeedDraft": {
        ANSWER: """title details categories parts minAge maxAge headcount minimumPlaces groups mode windows firstDay
            lastDay urgency question readings doubts"""
    },
    "CategoryProposal": {PART: "confidence category spans"},
    "Reading": {PART: "field spans"},
    "TextSpan": {PART: "start end"},
    # candidates: an organization sees itself only, as discreetly as its sight of the need asks (`claims.discretion`)
    "Candidate": {
        ROW: """verdict points reasons mayClaim isStationOperator organization capability obstacles
            missingQualifications"""
    },
    "WorklistItem": {ROW: "points reasons need capability"},
    "Reason": {PART: "criterion points of message"},
    "BrokenRule": {PART: "rule asked offered message"},
    "CandidateObstacle": {PART: "rule asked offered message cure"},
    "Cure": {PART: "code message"},
    "VerdictCount": {PART: "verdict count"},
    # claims
    "Claim": {
        ROW: """id places firstDay lastDay state isByOperator proposedAt changedAt provenance version need capability
            organization record roomStanding bookings isFictional viewerCan declineCode releaseCode""",
        CONTACT: "contact",
    },
    "ServiceRecord": {ROW: "sessions personTimes outcome note recordedAt"},
    "Contact": {PART: "name role hours maskedPhone isFictional"},
    "OpenedContact": {ANSWER: "name phone role hours isFictional"},
    # rooms and bookings
    "Booking": {
        ROW: "id provenance version room period state claim displaces viewerCan",
        CONCERNS: "headcount heldUntil cancelCode series",
        NAMED: "title organization station",
    },
    "BookingSeries": {ROW: "id title purpose rule bookedAt provenance bookings partners"},
    "BookingPreview": {ANSWER: "free occurrences peaks"},
    "BookingOccurrence": {PART: "verdict busy alternatives plannedAt room period message"},
    "RoomTime": {PART: "room period"},
    "PeakUse": {PART: "month used asked limit"},
    # the bureau
    "Coverage": {DEED: "figures causes byPlace byCategory byAgeBand silentStations cells"},
    "CoverageGap": {PART: "ageBand figures causes place category nearest"},
    "CoverageFigures": {PART: "needs asked delivered inHand unmet"},
    "CoverageCause": {PART: "stage needs places"},
    "CoverageCount": {PART: "state value"},
    "JournalEntry": {ROW: "sequence at deed actorRole bodyName subjects before after"},
    "CodedValue": {PART: "name value"},
    # parts of many
    "CapabilityDeeds": {PART: "revise confirm withdraw"},
    "NeedDeeds": {PART: "revise withdraw close approve claim"},
    "ClaimDeeds": {PART: "accept decline release start complete openContact"},
    "BookingDeeds": {PART: "confirm move cancel reportNoShow"},
    "WeeklyWindow": {PART: "weekday start end"},
    "PageInfo": {PART: "hasNextPage endCursor"},
    """BookingConnection CapabilityConnection CareStationConnection ClaimConnection FreeHoursConnection
    JournalEntryConnection NeedConnection OrganizationConnection TownConnection WorklistItemConnection""": {
        PART: "nodes edges pageInfo totalCount"
    },
    "CandidateConnection": {PART: "nodes edges pageInfo totalCount counts"},
    """BookingEdge CandidateEdge CapabilityEdge CareStationEdge ClaimEdge FreeHoursEdge JournalEntryEdge NeedEdge
    OrganizationEdge TownEdge WorklistItemEdge""": {PART: "node cursor"},
    # why not
    "NotSignedIn NotAllowed NotFound KeyReused": {ANSWER: "message"},
    "SignInFailed AlreadyWithdrawn OnlyWhole Unclear NoContact": {ANSWER: "message"},
    "NeedClosed WrongClaimState ContactClosed": {ANSWER: "message state"},
    "RoomNotFree": {ANSWER: "message free asked occurrences"},
    "WrongBookingState": {ANSWER: "message state"},
    "BookingBegun": {ANSWER: "message began"},
    "NotBegun": {ANSWER: "message begins"},
    "NotAMember": {ANSWER: "message membership"},
    "NotEnoughLeft": {ANSWER: "message left"},
    "QuotaExceeded": {ANSWER: "message month left"},
    "QuotaBelowTaken": {ANSWER: "message month taken"},
    "TooSmall": {ANSWER: "message minimumPlaces"},
    "BelowHeld": {ANSWER: "message held"},
    "StillHeld": {ANSWER: "message unfinished"},
    "Stale": {ANSWER: "message currentVersion"},
    "NotEligible": {ANSWER: "message broken"},
    "QualificationMissing": {ANSWER: "message missing"},
    "NotANeed": {ANSWER: "message kind headcount windows firstDay lastDay"},
    "Diverted": {ANSWER: "message signal"},
    "ClaimedAsItIs": {ANSWER: "message held"},
    "AlreadyDelivered": {ANSWER: "message completed"},
    "NothingDelivered": {ANSWER: "message"},
    "NotInReview": {ANSWER: "message state"},
    "NeedOverdue": {ANSWER: "message lastDay"},
    "IdentityFound": {ANSWER: "message findings rewritten"},
    "PleaseConfirm": {ANSWER: "message findings token"},
    "InvalidInput": {ANSWER: "message fields"},
    "TooManyAttempts": {ANSWER: "message retryAfterSeconds"},
    "ContactQuotaUsed TooManyFeeds": {ANSWER: "message most"},
    "InputFault": {PART: "path message"},
    "IdentityFinding": {PART: "kind field start end isSure"},
}

LOOKS_AT: dict[str, tuple[Rule, str]] = {  # what a filter or an order looks at; it carries the rule of that field
    "Query.node(id)": (
        ROW,
        "Organization.id Capability.id CareStation.id ActivityBase.id Room.id Account.id Need.id Claim.id Booking.id "
        "BookingSeries.id Closure.id CalendarFeed.id",
    ),
    "Query.organization(id)": (PUBLIC, "Organization.id"),
    "Query.need(id)": (ROW, "Need.id"),
    "Query.claim(id)": (ROW, "Claim.id"),
    "Query.needs(orderBy)": (ROW, "Need.postedAt"),
    "Query.coverageGaps(placeLevel)": (PART, "CoverageGap.place"),
    "Query.coverageGaps(categoryLevel)": (PART, "CoverageGap.category"),
    "Need.candidates(verdict)": (ROW, "Candidate.verdict"),
    "OrganizationsWhereInput.search": (PUBLIC, "Organization.name"),
    "OrganizationsWhereInput.district": (PUBLIC, "Organization.district"),
    "OrganizationsWhereInput.membership": (PUBLIC, "Organization.membership"),
    "OrganizationsWhereInput.serves": (PUBLIC, "Capability.category"),
    "CapabilitiesWhereInput.search": (PUBLIC, "Capability.title"),
    "CapabilitiesWhereInput.category": (PUBLIC, "Capability.category"),
    "CapabilitiesWhereInput.covers": (PUBLIC, "Capability.area"),
    "CapabilitiesWhereInput.age": (PUBLIC, "Capability.minAge Capability.maxAge"),
    "CapabilitiesWhereInput.organization": (PUBLIC, "Capability.organization"),
    "StationsWhereInput.search": (PUBLIC, "CareStation.name Town.name"),
    "StationsWhereInput.district": (PUBLIC, "CareStation.town"),
    "TownsWhereInput.search": (PUBLIC, "Town.name"),
    "TownsWhereInput.district": (PUBLIC, "Town.district"),
    "NeedsWhereInput.states": (ROW, "Need.state"),
    "NeedsWhereInput.category": (ROW, "Need.categories"),
    "NeedsWhereInput.district": (ROW, "Need.district"),
    "NeedsWhereInput.station": (PLACE, "Need.station"),
    "Query.freeHours(firstDay)": (PUBLIC, "FreeHours.period"),
    "Query.freeHours(lastDay)": (PUBLIC, "FreeHours.period"),
    "Query.freeHours(minutes)": (PUBLIC, "FreeHours.period"),
    "ActivityBase.openDays(firstDay)": (PUBLIC, "OpenDay.day"),
    "ActivityBase.openDays(lastDay)": (PUBLIC, "OpenDay.day"),
    "ActivityBase.closures(firstDay)": (PUBLIC, "Closure.startsAt Closure.endsAt"),
    "ActivityBase.closures(lastDay)": (PUBLIC, "Closure.startsAt Closure.endsAt"),
    "RoomsWhereInput.base": (PUBLIC, "Room.base"),
    "RoomsWhereInput.room": (PUBLIC, "Room.id"),
    "RoomsWhereInput.kind": (PUBLIC, "Room.kind"),
    "RoomsWhereInput.headcount": (PUBLIC, "Room.capacity"),
    "RoomsWhereInput.equipment": (PUBLIC, "Room.equipment"),
    "BookingsWhereInput.base": (ROW, "Booking.room"),
    "BookingsWhereInput.room": (ROW, "Booking.room"),
    "BookingsWhereInput.kind": (ROW, "Booking.room"),
    "BookingsWhereInput.firstDay": (ROW, "Booking.period"),
    "BookingsWhereInput.lastDay": (ROW, "Booking.period"),
    "BookingsWhereInput.states": (ROW, "Booking.state"),
    "BookingsWhereInput.isOwn": (ROW, "Booking.viewerCan"),
    "ClaimsWhereInput.states": (ROW, "Claim.state"),
    "CoverageWhereInput.place": (PART, "CoverageGap.place"),
    "CoverageWhereInput.category": (PART, "CoverageGap.category"),
    "CoverageWhereInput.ageBand": (PART, "CoverageGap.ageBand"),
    "CoverageWhereInput.firstDay": (ROW, "Need.firstDay Need.lastDay Need.postedAt"),
    "CoverageWhereInput.lastDay": (ROW, "Need.firstDay Need.lastDay Need.postedAt"),
    "JournalWhereInput.deed": (ROW, "JournalEntry.deed"),
    "JournalWhereInput.subject": (ROW, "JournalEntry.subjects"),
}
HOW_MUCH = frozenset({"first", "after"})  # arguments that say how much of a list, not which rows
NAMES = {id(rule): name for name, rule in list(vars().items()) if isinstance(rule, Rule)}


# --- held at the start, and at every answer --------------------------------------------------------------------------


class Unruled(RuntimeError):
    """The schema and the table differ; every difference is named."""

    def __init__(self, differences: tuple[str, ...]) -> None:
        super().__init__("alliance/graph/visibility.py and the schema differ: " + " ".join(differences))
        self.differences = differences


def enforce(schema: GraphQLSchema) -> None:
    """Put every narrower rule before its field's resolver. Raises Unruled where table and schema differ."""
    rules = rules_of(TABLE)
    if found := (*differences(schema, rules), *differing_arguments(schema, rules, LOOKS_AT)):
        raise Unruled(found)
    for place, made in fields_of(schema):
        if shows := rules[place].shows:
            made.resolve = _held(shows, made.resolve)


def rules_of(table: Mapping[str, Fields]) -> dict[str, Rule]:
    """The rule of each field by its place, `Need.title`. Raises Unruled for a place that stands there twice."""
    found: dict[str, Rule] = {}
    for kinds, fields in table.items():
        for kind in kinds.split():
            for rule, names in fields.items():
                for name in names.split():
                    if found.setdefault(f"{kind}.{name}", rule) is not rule:
                        raise Unruled((f"{kind}.{name} has two rules.",))
    return found


def differences(schema: GraphQLSchema, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """Fields without a rule, rules without a field, and narrower fields that could not answer null."""
    there = dict(fields_of(schema))
    return (
        *(f"{place} has no rule." for place in there if place not in rules),
        *(f"{place} is not in the schema." for place in rules if place not in there),
        *(
            f"{place} has the rule {NAMES[id(rules[place])]} and must be nullable."
            for place, made in there.items()
            if place in rules and rules[place].shows and isinstance(made.type, GraphQLNonNull)
        ),
    )


def differing_arguments(
    schema: GraphQLSchema, rules: Mapping[str, Rule], looks_at: Mapping[str, tuple[Rule, str]]
) -> tuple[str, ...]:
    """Filters and orders that look at nothing named or not there, or carry another rule than a narrower field has."""
    there = frozenset(arguments_of(schema))
    fields = [(place, rule, name) for place, (rule, names) in looks_at.items() for name in names.split()]
    return (
        *(f"{place} has no field that it looks at." for place in sorted(there - looks_at.keys())),
        *(f"{place} is not in the schema." for place in looks_at if place not in there),
        *(f"{place} looks at {name}, which has no rule." for place, _, name in fields if name not in rules),
        *(
            f"{place} must carry the rule {NAMES[id(rules[name])]} of {name}."
            for place, rule, name in fields
            if name in rules and rule is not rules[name] and (rule.shows or rules[name].shows)
        ),
    )


def fields_of(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    """Every field of every object type by its place."""
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, made in kind.fields.items():
                yield f"{kind.name}.{name}", made


def arguments_of(schema: GraphQLSchema) -> Iterator[str]:
    """Every filter and order by its place: arguments of what is read, and the fields of their inputs."""
    for place, made in fields_of(schema):
        if place.startswith("Mutation."):
            continue
        for name, argument in made.args.items():
            kind = get_named_type(argument.type)
            if isinstance(kind, GraphQLInputObjectType):
                yield from (f"{kind.name}.{each}" for each in kind.fields)
            elif name not in HOW_MUCH:
                yield f"{place}({name})"


def _held(shows: Shows, resolve: Callable[..., Any] | None) -> Callable[..., Any]:
    assert resolve is not None  # the framework gives one to every field

    def held(row: Any, info: Any, **arguments: Any) -> Any:
        shown = shows(row, info.context)
        if isinstance(shown, bool):
            return resolve(row, info, **arguments) if shown else None
        return _awaited(shown, resolve, row, info, arguments)

    return held


async def _awaited(shown: Awaitable[bool], resolve: Callable[..., Any], row: Any, info: Any, arguments: Any) -> Any:
    if not await shown:
        return None
    value = resolve(row, info, **arguments)
    return await value if isinstance(value, Awaitable) else value
