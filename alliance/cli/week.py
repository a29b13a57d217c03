"""`alliance week`: what is booked at the base, as a readable table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated

import typer

from alliance.cli.bodies import Who, body_of, room_of
from alliance.cli.opening import DatabaseOption, checked_url, database
from alliance.cli.terminal import CommandError, run, write, write_table
from alliance.core.period import SHANGHAI, Days, clock_time
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Role
from alliance.kit import clock
from alliance.kit.messages import CHINESE, weekday_name
from alliance.schedule import reads
from alliance.schedule.filters import BookingsWhere
from alliance.schedule.tables import Booking

DAYS = 7
EARLIEST, LATEST = 2000, 2100  # years: nothing is booked before or behind


def week(
    room: Annotated[
        str | None,
        typer.Option("--room", metavar="NAME-OR-ID", help="One room alone, by a part of its name.", show_default=False),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="NAME-OR-ID", help="Which base, where there are several.", show_default=False),
    ] = None,
    first_day: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", help="First day, such as 2026-07-01. Without it today.", show_default=False
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Print seven days of the base as its manager sees them: a line for each booking, and when the base is shut.

    Requests that wait for the base are marked; so are rooms held until they are confirmed. Changes nothing.
    """
    run(_week(database, base, room, first_day))


async def _week(url: str | None, base: str | None, room: str | None, first_day: str | None) -> None:
    first = _day(first_day) if first_day else clock.today()
    days = Days(first, first + timedelta(days=DAYS - 1))
    async with database(checked_url(url)):
        body = await body_of(Who.BASE, base)
        assert body is not None
        viewer = Viewer(role=Role.BASE_MANAGER, body_id=body.id)
        rooms = (await reads.rooms_of(viewer, [body.id]))[body.id]
        shown = [room_of(rooms, room)] if room else rooms
        where = BookingsWhere(base=body.id, room=shown[0].id if room else None, first_day=first, last_day=days.last)
        rows = await reads.bookings_where(viewer, where).select_related("room", "series").order_by("day", "start", "id")
        open_days = await reads.open_days(body.id, days)
        closures = await reads.closures_between(body.id, days)
        holders = await reads.holder_names([row.series for row in rows])
    by_day: dict[date, list[Booking]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    title = f"{body.name} {first.isoformat()} – {days.last}" + (f" {shown[0].name}" if room else "")
    lines = []
    for each in open_days:
        hours = ", ".join(f"{clock_time(span.start)}-{clock_time(span.end)}" for span in each.hours) or "关闭"
        head = f"{each.day:%m-%d} {weekday_name(each.day.isoweekday(), CHINESE)}"
        lines.append((head, hours, "", each.name, "", ""))
        lines += [_line(row, holders) for row in by_day[each.day]]
    write_table(title, ("日期", "时间", "房间", "内容", "预约方", "状态"), lines)
    names = {each.id: each.name for each in rooms}
    for closure in closures:
        ends = " – ".join(f"{at.astimezone(SHANGHAI):%m-%d %H:%M}" for at in (closure.starts_at, closure.ends_at))
        what = closure.title or closure.reason.label(CHINESE)
        write(f"{ends}  {names.get(closure.room_id or '', '全部场地')}  {what}")


def _line(row: Booking, holders: Mapping[str, str]) -> tuple[str, str, str, str, str, str]:
    hours = f"{clock_time(row.start)}-{clock_time(row.end)}"
    state = reads.state_now(row).label(CHINESE)
    people = f"{row.series.title}（{row.headcount}人）"
    holder = row.series.holder_id
    return "", hours, row.room.name, people, "基地" if holder == row.series.base_id else holders[holder], state


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
        if not EARLIEST <= day.year <= LATEST:
            raise ValueError(text)
        return day
    except ValueError:
        raise CommandError(f"{text!r} is no day. Write it like 2026-07-01 (--from).") from None
