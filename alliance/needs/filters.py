"""What a list of needs may be narrowed by, and in which order it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from alliance.core.drafts import Doc
from alliance.core.vocabulary import NeedState, Word


class NeedOrder(Word):
    """In which order needs come."""

    NEWEST_FIRST = "by the moment of posting, newest first", "最新在前"
    OLDEST_FIRST = "by the moment of posting, oldest first", "最早在前"


@dataclass(kw_only=True)
class NeedsWhere:
    """Which needs."""

    states: Annotated[tuple[NeedState, ...] | None, Doc("Where they stand; any of these.")] = None
    category: Annotated[str | None, Doc("Code of a category, top or leaf, that the station confirmed.")] = None
    district: Annotated[
        str | None, Doc("Code of the district (6 digits) the station lies in; a town (9) stands for its district.")
    ] = None
    station: Annotated[
        str | None,
        Doc(
            "Id of the station. Finds only needs whose station is for your eyes: a filter tells no secret.", is_id=True
        ),
    ] = None
