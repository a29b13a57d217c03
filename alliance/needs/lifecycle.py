"""Where a need stands, derived from what is held of it."""

from __future__ import annotations

from alliance.core.vocabulary import HeadcountBand, NeedState


def derived_state(stored: NeedState, *, headcount: int | None, held: int, active: int, completed: int) -> NeedState:
    """The state people see: the set one, or for an open need the first of DESIGN §4 that fits.

    `held`, `active` and `completed` are places of claims that hold, have started, have ended. A need of unknown
    headcount is held by its first claim.
    """
    if stored is not NeedState.OPEN:
        return stored
    if held == 0:
        return NeedState.OPEN
    if headcount is not None and held < headcount:
        return NeedState.PARTLY_CLAIMED
    if completed == held:
        return NeedState.DELIVERED
    return NeedState.IN_DELIVERY if active + completed > 0 else NeedState.CLAIMED


def free_places(headcount: int | None, held: int) -> int | None:
    """Places that can still be claimed; None for all of an unknown number."""
    if headcount is None:
        return None if held == 0 else 0
    return headcount - held


def band_of(headcount: int | None) -> HeadcountBand:
    """The coarse number that everybody who sees the need may know."""
    if headcount is None:
        return HeadcountBand.UNKNOWN
    if headcount < 5:
        return HeadcountBand.UNDER_5
    if headcount < 10:
        return HeadcountBand.FROM_5_TO_9
    return HeadcountBand.FROM_10_TO_29 if headcount < 30 else HeadcountBand.FROM_30
