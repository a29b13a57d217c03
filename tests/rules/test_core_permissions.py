"""Who may do what: the whole table, as an official reads it."""

from __future__ import annotations

import pytest

from alliance.core.permissions import MAY, Deed, allow, may
from alliance.core.problems import NotAllowed, NotSignedIn, Refused
from alliance.core.viewer import ANYBODY, Viewer
from alliance.core.vocabulary import Role

# One letter per role: S station head, O organization staff, C city bureau, D district bureau, B base manager.
LETTERS = dict(zip("SOCDB", Role, strict=True))
TABLE = """
SIGN_IN              S O C D B
SIGN_OUT             S O C D B
ADD_ACCOUNT          . . . . .
DISABLE_ACCOUNT      . . . . .
LIST_CAPABILITY      . O . . .
REVISE_CAPABILITY    . O . . .
CONFIRM_CAPABILITY   . O . . .
WITHDRAW_CAPABILITY  . O . . .
DRAFT_NEED           S . . . .
POST_NEED            S . . . .
REVISE_NEED          S . . . .
WITHDRAW_NEED        S . . . .
CLOSE_NEED           S . . . .
DIVERT_TEXT          S O C D B
REFUSE_TEXT          S O C D B
APPROVE_NEED         . . C D .
CLAIM_NEED           . O . . .
ACCEPT_CLAIM         S . . . .
DECLINE_CLAIM        S . . . .
RELEASE_CLAIM        S O . . .
START_CLAIM          . O . . .
COMPLETE_CLAIM       . O . . .
LAPSE_CLAIM          . . . . .
OPEN_CONTACT         S O . . .
PREVIEW_BOOKING      S O . . B
BOOK_ROOM            S O . . B
CONFIRM_BOOKING      . . . . B
MOVE_BOOKING         S O . . B
CANCEL_BOOKING       S O . . B
EXPIRE_BOOKING       . . . . .
REPORT_NO_SHOW       . . . . B
CLOSE_ROOMS          . . . . B
REOPEN_ROOMS         . . . . B
IMPORT_CLOSURES      . . . . B
MAKE_CALENDAR_FEED   S O C D B
REVOKE_CALENDAR_FEED S O C D B
SEE_WORKLIST         . O . . .
SEE_COVERAGE         . . C D .
SEE_JOURNAL          S O C D B
SEED                 . . . . .
"""


def table() -> str:
    """What `MAY` says, in the form of the table above."""
    rows = (
        f"{deed.name:<21}" + " ".join(letter if role in MAY[deed] else "." for letter, role in LETTERS.items())
        for deed in Deed
    )
    return "\n".join(["", *rows, ""])


def test_who_may_do_what_is_exactly_this() -> None:
    assert table() == TABLE


@pytest.mark.parametrize("deed", list(Deed))
def test_nobody_is_asked_to_sign_in_whatever_the_deed(deed: Deed) -> None:
    with pytest.raises(Refused) as refused:
        allow(ANYBODY, deed)
    assert refused.value.problem == NotSignedIn()


@pytest.mark.parametrize("deed", list(Deed))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_let_through_or_told_that_it_may_not(deed: Deed, role: Role) -> None:
    viewer = Viewer(account_id="account_1", role=role, body_id="body")
    assert may(viewer, deed) is (role in MAY[deed])
    if role in MAY[deed]:
        allow(viewer, deed)
    else:
        with pytest.raises(Refused) as refused:
            allow(viewer, deed)
        assert refused.value.problem == NotAllowed()


def test_the_own_body_is_known_by_the_role_alone() -> None:
    def bodies(role: Role) -> tuple[str | None, str | None, str | None]:
        viewer = Viewer(role=role, body_id="x")
        return viewer.station_id, viewer.organization_id, viewer.district_code

    assert {role: bodies(role) for role in Role} == {
        Role.STATION_HEAD: ("x", None, None),
        Role.ORGANIZATION_STAFF: (None, "x", None),
        Role.CITY_BUREAU: (None, None, None),
        Role.DISTRICT_BUREAU: (None, None, "x"),
        Role.BASE_MANAGER: (None, None, None),
    }
