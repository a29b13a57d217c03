"""What anybody may see of the base: its rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alliance.core.viewer import Viewer
from alliance.kit.database import rows_by
from alliance.schedule.tables import Room


async def rooms(viewer: Viewer, ids: Sequence[str]) -> Mapping[str, Room]:
    """Rooms by id; public."""
    return await rows_by(Room.all(), "id", ids)


async def rooms_of(viewer: Viewer, base_ids: Sequence[str]) -> Mapping[str, list[Room]]:
    """The rooms of each base, the largest first; public."""
    found: dict[str, list[Room]] = {key: [] for key in base_ids}
    for row in await Room.filter(base_id__in=list(base_ids)).order_by("-capacity", "id"):
        found[row.base_id].append(row)
    return found
