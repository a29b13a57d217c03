"""Numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.wording.numerals import chinese, numbers, value_of


@given(st.integers(0, 9999))
def test_every_number_written_in_chinese_is_read_back(value: int) -> None:
    assert value_of(chinese(value)) == value


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("五六个", 5, 6),
        ("二十来个", 20, 20),
        ("十几个", 15, 15),
        ("8到10个", 8, 10),
        ("八至十个", 8, 10),
        ("三四十", 30, 40),
        ("十五六岁", 15, 16),
        ("廿个", 20, 20),
        ("廿三个", 23, 23),
        ("两千", 2000, 2000),
        ("一百二", 120, 120),
        ("1.2万", 12000, 12000),
        ("拾贰", 12, 12),
    ],
)
def test_a_number_is_read_with_its_bounds(text: str, low: int, high: int) -> None:
    assert [(number.low, number.high) for number in numbers(text)] == [(low, high)]


@given(st.text(alphabet="0123456789一二三十百千万廿零.到-个 ", max_size=40))
def test_no_mixture_of_numerals_is_too_much(text: str) -> None:
    assert all(text[number.start : number.end] for number in numbers(text))
