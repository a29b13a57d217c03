"""The five words for who somebody is, and how a body is found by its id or a part of its name."""

from __future__ import annotations

from enum import StrEnum

from alliance.cli.terminal import CommandError
from alliance.core.vocabulary import Role
from alliance.identity.reads import Body, bodies
from alliance.schedule.tables import Room

SHOWN_AT_MOST = 5


class Who(StrEnum):
    """A role, as the command line calls it."""

    STATION = "station"
    ORGANIZATION = "organization"
    CITY = "city"
    DISTRICT = "district"
    BASE = "base"


ROLES = {
    Who.STATION: Role.STATION_HEAD,
    Who.ORGANIZATION: Role.ORGANIZATION_STAFF,
    Who.CITY: Role.CITY_BUREAU,
    Who.DISTRICT: Role.DISTRICT_BUREAU,
    Who.BASE: Role.BASE_MANAGER,
}
WHO = {role: who for who, role in ROLES.items()}

# Whose token `alliance token` makes when nobody is named: the ones with the fullest story in fixtures/.
FIRST_CHOICE = {Who.STATION: "扬名街道", Who.ORGANIZATION: "示例·晨光社工服务中心", Who.DISTRICT: "梁溪区"}


async def body_of(who: Who, wanted: str | None) -> Body | None:
    """The body that `wanted` names, None for the city. Raises CommandError when it names none, or several."""
    if who is Who.CITY:
        if wanted is not None:
            raise CommandError("There is one city bureau only. Leave out --of.")
        return None
    known = await bodies(ROLES[who])
    if not known:
        raise CommandError(f"This database holds no {who} yet. Fill it first: alliance seed FOLDER.")
    return _first_choice(who, known) if wanted is None else _named(who, known, wanted)


def _first_choice(who: Who, known: tuple[Body, ...]) -> Body:
    return next((body for body in known if FIRST_CHOICE.get(who, "") in body.name), known[0])


def _named(who: Who, known: tuple[Body, ...], wanted: str) -> Body:
    exact = [body for body in known if wanted in (body.id, body.name)]
    found = exact or [body for body in known if wanted and wanted in body.name]
    if len(found) == 1:
        return found[0]
    shown = "; ".join(f"{body.name} ({body.id})" for body in (found or known)[:SHOWN_AT_MOST])
    if found:
        raise CommandError(f"{wanted!r} fits {len(found)} of the {who}s: {shown}. Give more of the name, or the id.")
    raise CommandError(f"No {who} has the id or name {wanted!r}. There are {len(known)}, such as {shown}.")


def room_of(rooms: list[Room], wanted: str) -> Room:
    """The room that `wanted` names, by its id or a part of its name. Raises CommandError for none, or several."""
    exact = [room for room in rooms if wanted in (room.id, room.name)]
    found = exact or [room for room in rooms if wanted in room.name]
    if len(found) != 1:
        names = "; ".join(room.name for room in (found or rooms))
        raise CommandError(f"{len(found)} rooms fit {wanted!r}. Give more of the name, or the id. There are: {names}.")
    return found[0]
