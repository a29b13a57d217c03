"""Who asks: one frozen value that every read and every deed is given."""

from __future__ import annotations

from dataclasses import dataclass

from alliance.core.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """The caller's identity on this request, read from the session row each time.

    `body_id` is the id of the station, organization or base the account belongs to, the district's code for a
    district bureau, and None for the city bureau.
    """

    account_id: str | None = None
    role: Role | None = None
    body_id: str | None = None
    body_name: str = ""
    is_duty_officer: bool = False

    @property
    def station_id(self) -> str | None:
        """The own station, for a station head."""
        return self.body_id if self.role is Role.STATION_HEAD else None

    @property
    def organization_id(self) -> str | None:
        """The own organization, for organization staff."""
        return self.body_id if self.role is Role.ORGANIZATION_STAFF else None

    @property
    def district_code(self) -> str | None:
        """The own district, for a district bureau."""
        return self.body_id if self.role is Role.DISTRICT_BUREAU else None

    @property
    def base_id(self) -> str | None:
        """The own base, for its manager."""
        return self.body_id if self.role is Role.BASE_MANAGER else None


ANYBODY = Viewer()
