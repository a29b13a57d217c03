"""What people do through the door, a call for each errand; and what the books then say."""

from __future__ import annotations

from typing import Any

from alliance.claims.audit import inconsistencies
from alliance.claims.tables import Claim
from alliance.core.permissions import Deed
from alliance.directory.tables import Capability, CapabilityMonth
from alliance.identity.tables import Account, Session
from alliance.journal.tables import JournalEntry
from alliance.needs.tables import Need
from tests.graph.door import QINGCHENG, Door
from tests.graph.ledger import Rows, ledger

OWN_DEEDS = (Deed.SEED, Deed.SIGN_IN, Deed.ADD_ACCOUNT)
SAID = "__typename ... on Problem { message }"
FAULTS = "... on InvalidInput { fields { path message } }"
NOT_THERE = {
    "__typename": "NotFound",
    "message": "Nothing was found under this id. Check it, or list what you may see.",
}

DRAFT = f"""mutation($input: DraftNeedInput!) {{ draftNeed(input: $input) {{ {SAID} {FAULTS}
    ... on NeedDraft {{
        title details minAge maxAge headcount minimumPlaces mode question parts doubts {{ kind field start end }}
        categories {{ category {{ code }} }} groups {{ code }} windows {{ weekday start end }}
    }}
    ... on Diverted {{ signal }} ... on NotANeed {{ kind }}
    ... on IdentityFound {{ rewritten findings {{ kind field start end }} }}
}} }}"""

POST = f"""mutation($input: PostNeedInput!) {{ postNeed(input: $input) {{ {SAID} {FAULTS}
    ... on Need {{ id state version }}
    ... on Diverted {{ signal }} ... on NotANeed {{ kind }}
    ... on IdentityFound {{ rewritten findings {{ kind field start end }} }}
    ... on PleaseConfirm {{ token findings {{ kind field start end }} }}
}} }}"""

CLAIM = f"""mutation($need: ID!, $input: ClaimNeedInput!) {{ claimNeed(needId: $need, input: $input) {{ {SAID} {FAULTS}
    ... on Claim {{ id state version places isByOperator need {{ state }} }}
    ... on NotEnoughLeft {{ left }} ... on QuotaExceeded {{ month left }} ... on TooSmall {{ minimumPlaces }}
    ... on NeedClosed {{ stands: state }} ... on NeedOverdue {{ lastDay }} ... on QualificationMissing {{ missing }}
    ... on NotEligible {{ broken {{ rule asked offered message }} }}
}} }}"""

CLAIM_ANSWER = f"""{{ {SAID}
    ... on Claim {{ id state version declineCode releaseCode need {{ state }}
        record {{ sessions personTimes outcome note }} }}
    ... on WrongClaimState {{ state }} ... on Stale {{ currentVersion }}
}}"""
ACCEPT = f"mutation($id: ID!, $v: Int!) {{ acceptClaim(claimId: $id, expectedVersion: $v) {CLAIM_ANSWER} }}"
START = f"mutation($id: ID!, $v: Int!) {{ startClaim(claimId: $id, expectedVersion: $v) {CLAIM_ANSWER} }}"
DECLINE = f"""mutation($id: ID!, $v: Int!, $reason: DeclineCode!) {{
    declineClaim(claimId: $id, expectedVersion: $v, input: {{reason: $reason}}) {CLAIM_ANSWER} }}"""
RELEASE = f"""mutation($id: ID!, $v: Int!, $reason: ReleaseCode!) {{
    releaseClaim(claimId: $id, expectedVersion: $v, input: {{reason: $reason}}) {CLAIM_ANSWER} }}"""
COMPLETE = f"""mutation($id: ID!, $v: Int!, $input: CompleteClaimInput!) {{
    completeClaim(claimId: $id, expectedVersion: $v, input: $input) {CLAIM_ANSWER} }}"""

NEED_ANSWER = f"""{SAID}
    ... on Need {{ id state version }} ... on NeedClosed {{ state }} ... on Stale {{ currentVersion }}"""
STILL_HELD = "... on StillHeld { unfinished }"
WITHDRAW_NEED = f"""mutation($id: ID!, $v: Int!, $reason: WithdrawReason!) {{
    withdrawNeed(needId: $id, expectedVersion: $v, input: {{reason: $reason}}) {{
        {NEED_ANSWER} {STILL_HELD} ... on AlreadyDelivered {{ completed }} }} }}"""
CLOSE = f"""mutation($id: ID!, $v: Int!) {{
    closeNeed(needId: $id, expectedVersion: $v) {{ {NEED_ANSWER} {STILL_HELD} }} }}"""
APPROVE = f"""mutation($id: ID!, $v: Int!) {{ approveNeed(needId: $id, expectedVersion: $v) {{
    {SAID} ... on Need {{ id state version }} ... on NotInReview {{ stands: state }} ... on Stale {{ currentVersion }}
}} }}"""

CANDIDATES = """query($id: ID!) { need(id: $id) { candidates {
    counts { verdict count }
    nodes {
        organization { name } verdict points mayClaim isStationOperator missingQualifications
        capability { title } reasons { criterion points of message }
        obstacles { rule asked offered message cure { code message } }
    }
} } }"""


async def post(door: Door, token: str, *, language: str = "en", **given: Any) -> Any:
    """The answer to a need as posted."""
    return await door.data(POST, {"input": given}, token=token, language=language)


async def posted(door: Door, station: str = QINGCHENG, **given: Any) -> str:
    """The id of a need that a station has put on the board."""
    answer = await post(door, await door.station(station), **given)
    assert answer["__typename"] == "Need", answer
    return str(answer["id"])


async def claim(
    door: Door, token: str, need_id: str, capability_id: str, *, language: str = "en", **given: Any
) -> dict[str, Any]:
    """The answer to a claim."""
    variables = {"need": need_id, "input": {"capabilityId": capability_id, **given}}
    answer: dict[str, Any] = await door.data(CLAIM, variables, token=token, language=language)
    return answer


async def claimed(door: Door, organization: str, need_id: str, title: str, **given: Any) -> dict[str, Any]:
    """The claim that an organization has made with its service of that title."""
    answer = await claim(door, await door.organization(organization), need_id, await capability_id(title), **given)
    assert answer["__typename"] == "Claim", answer
    return answer


async def step(door: Door, token: str, document: str, row: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The answer to a further step of a claim or a need as last answered."""
    answer: dict[str, Any] = await door.data(document, {"id": row["id"], "v": row["version"], **given}, token=token)
    return answer


async def candidates(door: Door, token: str, need_id: str, language: str = "en") -> dict[str, dict[str, Any]]:
    """Every organization's answer to a need by its name, in their order."""
    need = await door.data(CANDIDATES, {"id": need_id}, token=token, language=language)
    return {each["organization"]["name"]: each for each in need["candidates"]["nodes"]}


async def capability_id(title: str) -> str:
    """The id of the capability of that title."""
    return (await Capability.get(title=title)).id


async def need_id(title: str) -> str:
    """The id of the need of that title."""
    return (await Need.get(title=title)).id


async def taken(title: str) -> dict[str, int]:
    """The places taken of a capability in each month that has any."""
    rows = await CapabilityMonth.filter(capability__title=title, taken__gt=0).order_by("month")
    return {row.month: row.taken for row in rows}


async def journalled() -> list[tuple[str, dict[str, Any]]]:
    """Deed and coded values of every entry since the fixtures, oldest first, without the harness's own sign-ins."""
    entries = await JournalEntry.all().order_by("sequence")
    return [(each.deed.name, dict(each.after)) for each in entries if each.deed not in OWN_DEEDS]


async def all_but_the_journal() -> dict[str, Rows]:
    """Every row of every table, except the journal and who is signed in."""
    return await ledger(leaves_out=(Account, Session, JournalEntry))


async def books_are_right() -> None:
    """Assert that the places kept as sums are what the claims add up to."""
    assert await inconsistencies() == ()
    for need in await Need.all():
        holds = [each for each in await Claim.filter(need_id=need.id) if each.state.holds_places]
        assert need.held == sum(each.places for each in holds)
        assert need.headcount is None or need.held <= need.headcount
