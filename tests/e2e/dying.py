"""A process that claims a need with a room and is killed at the n-th statement it sends."""

from __future__ import annotations

import asyncio
import logging
import os
import signal

from alliance.claims.actions import claim_need
from alliance.claims.drafts import ClaimNeedDraft
from alliance.core.keys import keys_in
from alliance.core.problems import Problem
from alliance.core.viewer import Viewer
from alliance.core.vocabulary import Role
from alliance.directory.tables import Capability
from alliance.journal.sealing import hand_on
from alliance.journal.settle import settle
from alliance.kit.database import opened
from alliance.schedule.drafts import RoomRequestDraft
from tests.graph.rooms import day_ahead
from tests.postgres import JOURNAL_KEY


class Killer(logging.Handler):
    """Sends SIGKILL to its own process when the n-th statement is about to go out."""

    def __init__(self, at: int) -> None:
        super().__init__(logging.DEBUG)
        self.left = at

    def emit(self, record: logging.LogRecord) -> None:
        """One statement."""
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def claim(url: str, need_id: str, capability_id: str, room_id: str, killed_at: int) -> None:
    """Claim the need with three times of the room; dies at that statement, or exits with 0."""
    asyncio.run(_claim(url, need_id, capability_id, room_id, killed_at))


async def _claim(url: str, need_id: str, capability_id: str, room_id: str, killed_at: int) -> None:
    async with opened(url):
        hand_on(keys_in(JOURNAL_KEY) if url.startswith("postgres") else ())
        capability = await Capability.get(id=capability_id)
        viewer = Viewer(account_id="account_dying", role=Role.ORGANIZATION_STAFF, body_id=capability.organization_id)
        wanted = RoomRequestDraft(
            room_id=room_id, first_day=day_ahead(14), start="14:00", end="16:00", rule="FREQ=WEEKLY;COUNT=3"
        )
        draft = ClaimNeedDraft(capability_id=capability_id, places=2, room=wanted)
        log = logging.getLogger("tortoise.db_client")
        log.setLevel(logging.DEBUG)
        log.addHandler(Killer(killed_at))
        done = await settle(lambda: claim_need(viewer, need_id=need_id, draft=draft))
        assert not isinstance(done, Problem), done
