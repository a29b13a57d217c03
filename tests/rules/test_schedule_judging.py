"""Which times of a request can be had, what is offered instead, and what is booked of it in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.period import Window
from alliance.core.vocabulary import ClosureReason, DayKind, OnClash, RoomKind, RoomVerdict
from alliance.schedule.calendar import BaseCalendar, ClosureFacts, OpeningFacts
from alliance.schedule.judging import (
    MOST_ALTERNATIVES,
    Grounds,
    Occurrence,
    Peak,
    Place,
    RoomFacts,
    free_stretches,
    judged,
    preview_of,
    settled_places,
)
from alliance.schedule.times import Stretch, moment

DAY = date(2026, 6, 6)  # a Saturday, and so a peak time
WEEK = timedelta(days=7)
CRAFT = RoomFacts("craft", RoomKind.CRAFT, 20)
ROOMS = (
    CRAFT,
    RoomFacts("craft2", RoomKind.CRAFT, 40),
    RoomFacts("reading", RoomKind.READING, 25),
    RoomFacts("quiet", RoomKind.COUNSELLING, 30, is_private=True),
)
OPEN = BaseCalendar((OpeningFacts(DayKind.ORDINARY, tuple(Window(n, 480, 1320) for n in range(1, 8))),))
NOON = Stretch(DAY, 720, 780)


def grounds(
    *taken: Place,
    rooms: Sequence[RoomFacts] = ROOMS,
    closures: tuple[ClosureFacts, ...] = (),
    peak: Peak | None = None,
) -> Grounds:
    """Rooms open from 8:00 to 22:00 every day, with what is taken of them."""
    empty = Grounds({room.id: room for room in rooms}, replace(OPEN, closures=closures), peak=peak)
    return empty.with_taken(taken)


def shut(start: int, end: int, *, room: str | None = None) -> ClosureFacts:
    """Some hours of the day on which a room, or everything, is shut."""
    return ClosureFacts("closure", room, moment(DAY, start), moment(DAY, end), ClosureReason.WEATHER)


def asked(*uses: Stretch, room: str = "craft", headcount: int = 5, here: Grounds) -> tuple[Occurrence, ...]:
    """What is said of one room at these times."""
    return judged([(use, Place(room, use)) for use in uses], headcount, here)


def verdicts(found: Sequence[Occurrence]) -> list[RoomVerdict]:
    """The verdicts alone."""
    return [each.verdict for each in found]


# --- verdicts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"),
    [(720, 780), (735, 750), (480, 1320), (705, 735), (765, 795), (705, 795), (720, 735), (765, 780)],
    ids=["the same", "inside", "around", "its start", "its end", "both ends", "its first", "its last"],
)
def test_whatever_shares_a_quarter_hour_with_a_booking_clashes(start: int, end: int) -> None:
    (found,) = asked(Stretch(DAY, start, end), here=grounds(Place("craft", NOON)))
    assert (found.verdict, found.busy) == (RoomVerdict.CLASH, (NOON,))


def test_what_touches_a_booking_is_of_another_room_or_another_day_is_free() -> None:
    here = grounds(Place("craft", NOON), Place("reading", Stretch(DAY, 480, 1320)))
    uses = Stretch(DAY, 660, 720), Stretch(DAY, 780, 840), NOON.moved(days=1)
    assert verdicts(asked(*uses, here=here)) == [RoomVerdict.FREE] * 3


def test_everything_in_the_way_is_named() -> None:
    taken = Stretch(DAY, 540, 600), NOON, Stretch(DAY, 900, 960)
    (found,) = asked(Stretch(DAY, 570, 930), here=grounds(*(Place("craft", each) for each in taken)))
    assert found.busy == taken


@pytest.mark.parametrize("busy", range(4))
def test_every_time_of_a_series_is_checked_and_not_only_the_first(busy: int) -> None:
    uses = [NOON.moved(days=7 * n) for n in range(4)]
    found = asked(*uses, here=grounds(Place("craft", uses[busy])))
    assert [n for n, each in enumerate(found) if not each.is_free] == [busy]


def test_too_large_comes_before_closed_and_closed_before_a_clash() -> None:
    here = grounds(Place("craft", NOON), closures=(shut(720, 780),))
    assert verdicts(asked(NOON, headcount=21, here=here)) == [RoomVerdict.TOO_LARGE]
    assert verdicts(asked(NOON, here=here)) == [RoomVerdict.CLOSED]
    assert verdicts(asked(NOON, here=grounds(Place("craft", NOON), peak=Peak(0)))) == [RoomVerdict.CLASH]
    assert verdicts(asked(NOON, here=grounds(peak=Peak(0)))) == [RoomVerdict.OVER_PEAK_LIMIT]


def test_as_many_people_as_the_room_holds_are_not_too_many() -> None:
    assert verdicts(asked(NOON, headcount=20, here=grounds())) == [RoomVerdict.FREE]


def test_the_gaps_of_a_series_with_itself_count() -> None:
    here = grounds(rooms=[replace(CRAFT, setup_minutes=10)])
    found = asked(NOON, Stretch(DAY, 780, 840), Stretch(DAY, 855, 915), here=here)
    assert verdicts(found) == [RoomVerdict.FREE, RoomVerdict.SELF_CLASH, RoomVerdict.FREE]
    assert found[1].busy == (Stretch(DAY, 705, 780),)


def test_a_time_that_cannot_be_had_stands_in_the_way_of_no_other_of_its_series() -> None:
    long, later = Stretch(DAY, 600, 780), Stretch(DAY, 660, 720)
    here = grounds(Place("craft", Stretch(DAY, 600, 660)))
    assert verdicts(asked(long, later, here=here)) == [RoomVerdict.CLASH, RoomVerdict.FREE]


# --- alternatives ----------------------------------------------------------------------------------------------------


def test_other_rooms_are_of_the_same_kind_first_and_never_private_ones_for_an_open_one() -> None:
    (found,) = asked(NOON, here=grounds(Place("craft", Stretch(DAY, 480, 1320))))
    assert found.alternatives == (Place("craft2", NOON), Place("reading", NOON))


def test_in_place_of_a_private_room_any_room_is_offered() -> None:
    rooms = (*ROOMS, RoomFacts("quiet2", RoomKind.COUNSELLING, 30, is_private=True))
    here = grounds(Place("quiet", Stretch(DAY, 480, 1320)), rooms=rooms)
    (found,) = asked(NOON, room="quiet", here=here)
    assert [each.room_id for each in found.alternatives] == ["quiet2", "craft", "reading"]


def test_rooms_and_times_take_turns_and_no_more_than_three_are_offered() -> None:
    (found,) = asked(NOON, here=grounds(Place("craft", NOON)))
    assert found.alternatives == (
        Place("craft2", NOON),
        Place("craft", Stretch(DAY, 660, 720)),
        Place("reading", NOON),
    )
    assert len(found.alternatives) == MOST_ALTERNATIVES


def test_for_too_many_people_no_other_time_of_the_same_room_is_offered() -> None:
    (found,) = asked(NOON, headcount=22, here=grounds())
    assert found.fitting == ("reading", "quiet", "craft2")
    assert found.alternatives == (Place("craft2", NOON), Place("reading", NOON))


def test_other_times_lie_in_the_open_hours_of_the_same_day_around_closures() -> None:
    here = grounds(rooms=[CRAFT], closures=(shut(600, 1000),))
    (found,) = asked(NOON, here=here)
    assert found.alternatives == (Place("craft", Stretch(DAY, 540, 600)), Place("craft", Stretch(DAY, 1005, 1065)))


def test_no_time_that_is_over_is_offered_or_booked() -> None:
    here = replace(grounds(Place("craft", NOON), rooms=[CRAFT]), earliest=moment(DAY, 700))
    found = asked(NOON, here=here)
    assert found[0].alternatives == (Place("craft", Stretch(DAY, 780, 840)),)
    full = here.with_taken([Place("craft", Stretch(DAY, 780, 1320))])
    assert settled_places(asked(NOON, here=full), OnClash.TAKE_ALTERNATIVE, full) == ()


def test_nothing_is_offered_beyond_the_limit_of_peak_times() -> None:
    (found,) = asked(NOON, here=grounds(Place("craft", NOON), peak=Peak(1, {"2026-06": 1})))
    assert (found.verdict, found.alternatives) == (RoomVerdict.CLASH, ())


@given(
    st.lists(st.tuples(st.sampled_from(ROOMS), st.integers(32, 86), st.integers(1, 8)), max_size=12),
    st.integers(32, 84),
    st.integers(1, 4),
    st.sampled_from([0, 10, 30]),
)
def test_other_times_are_the_nearest_at_which_the_room_is_free(
    taken: list[tuple[RoomFacts, int, int]], start: int, quarters: int, setup: int
) -> None:
    rooms = [replace(CRAFT, setup_minutes=setup)]
    use = Stretch(DAY, start * 15, (start + quarters) * 15)
    uses = [Stretch(DAY, begin * 15, min(begin + length, 88) * 15) for _, begin, length in taken]
    here = grounds(*(Place("craft", each) for each in uses), rooms=rooms)
    (found,) = asked(use, here=here)
    if found.is_free:
        return
    busy = {minute for each in uses for minute in range(each.start - -(-setup // 15) * 15, each.end)}
    free = [
        begin
        for begin in range(480, 1320 - use.minutes + 1, 15)
        if not busy & set(range(begin - -(-setup // 15) * 15, begin + use.minutes))
    ]
    nearest = {
        max((b for b in free if b < use.start), default=None),
        min((b for b in free if b > use.start), default=None),
    }
    assert {each.use.start for each in found.alternatives} == nearest - {None}


# --- what is booked --------------------------------------------------------------------------------------------------


def test_all_or_nothing_books_nothing_where_one_time_cannot_be_had() -> None:
    here = grounds(Place("craft", NOON))
    found = asked(NOON, NOON.moved(days=7), here=here)
    assert settled_places(found, OnClash.ALL_OR_NOTHING, here) == ()
    assert [planned.day for planned, _ in settled_places(found, OnClash.SKIP, here)] == [DAY + WEEK]


@pytest.mark.parametrize("way", list(OnClash))
def test_where_everything_is_free_every_way_books_it_as_asked(way: OnClash) -> None:
    uses = NOON, NOON.moved(days=7)
    assert settled_places(asked(*uses, here=grounds()), way, grounds()) == tuple((u, Place("craft", u)) for u in uses)


@pytest.mark.parametrize("way", list(OnClash))
def test_where_nothing_can_be_had_nothing_is_booked(way: OnClash) -> None:
    here = grounds(closures=(shut(0, 1440),))
    assert settled_places(asked(NOON, here=here), way, here) == ()


def test_alternatives_are_booked_in_the_order_of_the_rule_with_its_times_kept() -> None:
    here = grounds(Place("craft", NOON))
    booked = settled_places(asked(NOON, NOON.moved(days=7), here=here), OnClash.TAKE_ALTERNATIVE, here)
    assert booked == ((NOON, Place("craft2", NOON)), (NOON.moved(days=7), Place("craft", NOON.moved(days=7))))


def test_two_times_never_take_the_same_alternative() -> None:
    here = grounds(Place("craft", Stretch(DAY, 720, 900)), rooms=[CRAFT])
    found = asked(NOON, Stretch(DAY, 780, 840), here=here)
    booked = [place for _, place in settled_places(found, OnClash.TAKE_ALTERNATIVE, here)]
    assert booked == [Place("craft", Stretch(DAY, 660, 720)), Place("craft", Stretch(DAY, 900, 960))]


@pytest.mark.parametrize(("limit", "booked"), [(1, 0), (2, 0), (3, 3), (9, 3)])
def test_alternatives_count_towards_the_limit_of_peak_times(limit: int, booked: int) -> None:
    uses = [NOON.moved(days=7 * n) for n in range(3)]
    here = grounds(Place("craft", uses[0]), Place("craft", uses[1]), peak=Peak(limit))
    found = asked(*uses, here=here)
    assert len(settled_places(found, OnClash.TAKE_ALTERNATIVE, here)) == booked


# --- peak times and free hours ---------------------------------------------------------------------------------------


def test_peak_times_are_counted_by_month_and_only_where_they_can_be_had() -> None:
    july = date(2026, 7, 1)  # a Wednesday; every day of July and August is a peak time
    uses = [NOON, NOON.moved(days=2), *(Stretch(july + timedelta(days=n), 720, 780) for n in range(3))]
    here = grounds(Place("craft", uses[2]), peak=Peak(1, {"2026-06": 0}))
    found = asked(*uses, here=here)
    assert verdicts(found) == [
        RoomVerdict.FREE, RoomVerdict.FREE, RoomVerdict.CLASH, RoomVerdict.FREE, RoomVerdict.OVER_PEAK_LIMIT
    ]  # fmt: skip
    assert [(each.month, each.used, each.asked) for each in preview_of(found, here).peaks] == [
        ("2026-06", 0, 1), ("2026-07", 0, 1)
    ]  # fmt: skip


def test_without_a_limit_no_peak_times_are_told() -> None:
    assert preview_of(asked(NOON, here=grounds()), grounds()).peaks == ()


def test_a_stretch_shorter_than_what_is_wanted_is_not_free() -> None:
    here = grounds(Place("craft", Stretch(DAY, 525, 1290)))
    assert [each.start for each in free_stretches(CRAFT, DAY, here, minutes=45)] == [480]
    assert [each.start for each in free_stretches(CRAFT, DAY, here, minutes=30)] == [480, 1290]
