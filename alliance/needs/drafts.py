"""What a station may set on a need: listed here once, taken by the GraphQL inputs and the fixtures alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from alliance.core.drafts import ABSENT, Absent, Acknowledged, Doc, WindowDraft
from alliance.core.vocabulary import Mode, Urgency, WithdrawReason

Title = Annotated[str, Doc("What is needed, in one line of 1 to 40 characters: about a group, no person, no contact.")]
Details = Annotated[str, Doc("What else helps, at most 200 characters: about a group, no person, no contact.")]
Categories = Annotated[tuple[str, ...], Doc("Codes of up to 3 leaf categories that the station has confirmed.")]
Groups = Annotated[tuple[str, ...], Doc("Codes of child groups it is for; at most 5. Empty: any children.")]
MinAge = Annotated[int | None, Doc("Lowest age in completed years, 0 to 18. Null: unknown.")]
MaxAge = Annotated[int | None, Doc("Highest age in completed years, 0 to 18. Null: unknown.")]
Headcount = Annotated[int | None, Doc("Places asked for, 1 to 500. Null: unknown; then only the whole can be claimed.")]
MinimumPlaces = Annotated[
    int, Doc("The smallest part worth claiming, 1 to headcount; equal to it when everybody must go together.")
]
Where = Annotated[Mode | None, Doc("Where it should take place. Null: open.")]
FirstDay = Annotated[date | None, Doc("First day it is wanted (inclusive), from today on. Null: open.")]
LastDay = Annotated[date | None, Doc("Last day it is wanted (inclusive). Null: open.")]
Windows = Annotated[tuple[WindowDraft, ...], Doc("Weekly times that suit; at most 21. Empty: open.")]
HowSoon = Annotated[Urgency, Doc("How soon it must be met. An emergency is no need: call 110 or 120.")]
Deadline = Annotated[date | None, Doc("Last day on which a claim still helps. Null: none.")]


@dataclass(kw_only=True)
class PostNeedDraft:
    """One service for one group, as the station confirms it."""

    title: Title
    details: Details = ""
    categories: Categories = ()
    groups: Groups = ()
    min_age: MinAge = None
    max_age: MaxAge = None
    headcount: Headcount = None
    minimum_places: MinimumPlaces = 1
    mode: Where = None
    first_day: FirstDay = None
    last_day: LastDay = None
    windows: Windows = ()
    urgency: HowSoon = Urgency.ROUTINE
    deadline: Deadline = None
    acknowledged: Acknowledged = ()


@dataclass(kw_only=True)
class ReviseNeedDraft:
    """Changes to a posted need: what is absent stays, null clears."""

    title: Title | Absent = ABSENT
    details: Details | Absent = ABSENT
    categories: Categories | Absent = ABSENT
    groups: Groups | Absent = ABSENT
    min_age: MinAge | Absent = ABSENT
    max_age: MaxAge | Absent = ABSENT
    headcount: Headcount | Absent = ABSENT
    minimum_places: MinimumPlaces | Absent = ABSENT
    mode: Where | Absent = ABSENT
    first_day: FirstDay | Absent = ABSENT
    last_day: LastDay | Absent = ABSENT
    windows: Windows | Absent = ABSENT
    urgency: HowSoon | Absent = ABSENT
    deadline: Deadline | Absent = ABSENT
    acknowledged: Acknowledged = ()


@dataclass(kw_only=True)
class WithdrawNeedDraft:
    """Why a need comes off the board."""

    reason: Annotated[WithdrawReason, Doc("Why.")]


@dataclass(kw_only=True)
class DraftNeedDraft:
    """A sentence to be read as a need. Nothing of it is stored."""

    text: Annotated[str, Doc("What the station head would say, in Chinese; 1 to 240 characters.")]
    today: Annotated[date | None, Doc("The day that 'next Saturday' counts from. Null: today in Wuxi.")] = None
