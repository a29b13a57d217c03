"""How many rows a page holds, whatever is asked for."""

from __future__ import annotations

import pytest

from alliance.kit.paging import page_size


@pytest.mark.parametrize(
    ("first", "size"), [(-(2**31), 1), (-1, 1), (0, 1), (1, 1), (20, 20), (100, 100), (101, 100), (2**31 - 1, 100)]
)
def test_a_page_holds_the_nearest_of_one_to_a_hundred(first: int, size: int) -> None:
    assert page_size(first) == size


def test_a_list_may_have_longer_pages() -> None:
    assert [page_size(first, 1_000) for first in (101, 1_000, 1_001)] == [101, 1_000, 1_000]
