"""What people write, in one form: folding, search, and what may be stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.wording.folding import (
    MAX_SEARCH,
    TextFault,
    fold,
    folded,
    initials,
    search_score,
    skeleton,
    text_faults,
    tidy,
)

STAR = "无锡市星火青少年社会心理服务中心"


def test_width_script_case_and_invisible_marks_fold_to_one_form() -> None:
    assert fold("　無錫市\u200bＡＢ  星\u202e火　") == "无锡市ab 星火"


def test_digits_of_any_script_become_figures() -> None:
    assert fold("①❷３٤") == "1234"


def test_a_folded_place_leads_back_to_the_original() -> None:
    text = "  Ａ\u200b⑳星"
    plain = folded(text)
    assert plain.text == "a20星"
    assert text[slice(*plain.span(1, 3))] == "⑳"
    assert folded("").span(0, 0) == (0, 0)


@given(st.text(max_size=60))
def test_every_folded_character_has_a_place_in_the_original(text: str) -> None:
    plain = folded(text)
    assert len(plain.text) == len(plain.origins) == len(plain.ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(plain.origins, plain.ends, strict=True))


def test_pinyin_gives_initials_and_one_form_for_homophones() -> None:
    assert initials("无锡市") == "wxs"
    assert skeleton("心里疏导") == skeleton("心理输导")


@pytest.mark.parametrize(
    "query", ["星火", "無錫", "ＸＨ", "xh", "xhqsn", "xinghuo", "星伙", "星火青少年社会心里服务", "无锡 星火"]
)
def test_a_name_is_found_through_script_pinyin_and_typos(query: str) -> None:
    assert search_score(query, STAR) >= 60


@pytest.mark.parametrize("query", ["", "  ", "灵山慈善", "安安书院", "zs", "博物馆讲解"])
def test_an_unrelated_name_is_not_found(query: str) -> None:
    assert search_score(query, STAR) < 60


def test_the_whole_name_scores_highest_and_long_queries_are_cut() -> None:
    assert search_score(STAR, STAR) == 100
    assert search_score("星" * (MAX_SEARCH + 500), "星" * MAX_SEARCH) == 100


def test_a_text_over_the_limit_says_by_how_many() -> None:
    (fault,) = text_faults("abcdef", at_most=4)
    assert isinstance(fault, TextFault)
    assert dict(fault.values) == {"count": 6, "over": 2, "at_most": 4}
    assert fault.says.format(**dict(fault.values)).startswith("The text has 6 characters, 2 more")


def test_an_empty_text_is_a_fault_only_where_one_is_needed() -> None:
    assert text_faults("  ", at_most=5) == ()
    assert len(text_faults("  ", at_most=5, at_least=1)) == 1


@pytest.mark.parametrize("text", ["a\x00b", "a\u202eb", "a\nb", "a\ud800"])
def test_what_cannot_be_kept_is_a_fault(text: str) -> None:
    assert len(text_faults(text, at_most=9)) == 1


def test_lines_are_allowed_where_said() -> None:
    assert text_faults("a\nb", at_most=9, multiline=True) == ()


def test_stored_text_is_trimmed_and_its_blanks_collapsed() -> None:
    assert tidy("  a \t b\u200b \r\n\n\n\n c ") == "a b\n\nc"
