"""What is on a need's topic."""

from __future__ import annotations

import pytest

from alliance.matching.topic import is_on_topic, read_topics
from tests.rules.made import CATEGORIES, COUNSELLING, LEGAL_AID, READING, TUTORING, capability, need

TOPICS = read_topics(tuple(CATEGORIES.values()))


def test_a_picked_leaf_is_always_on_the_topic() -> None:
    assert is_on_topic(need(title="随便写点什么"), capability(title="完全无关"), TOPICS)


def test_a_stranger_to_pick_and_text_is_off_the_topic() -> None:
    assert not is_on_topic(need(), capability(category=LEGAL_AID.code, title="律师咨询"), TOPICS)


def test_what_the_text_asks_for_is_on_the_topic_though_another_leaf_is_picked() -> None:
    wrong = need(title="孩子抚养费不给，想请律师打官司", categories=(READING.code,))
    assert is_on_topic(wrong, capability(category=LEGAL_AID.code, title="律师代理抚养费官司"), TOPICS)


@pytest.mark.parametrize("title", ["补习数学", "作業輔導", "ｂｕｘｉ 数学跟不上"])
def test_without_a_pick_the_words_decide_in_any_script(title: str) -> None:
    asked = need(title=title, categories=())
    assert is_on_topic(asked, capability(category=TUTORING.code), TOPICS)
    assert not is_on_topic(asked, capability(category=LEGAL_AID.code, title="律师咨询"), TOPICS)


def test_a_clause_that_says_what_is_not_wanted_speaks_of_another_topic() -> None:
    asked = need(title="数学跟不上要补习，不要心理疏导", categories=())
    assert not is_on_topic(asked, capability(category=COUNSELLING.code, title="心理疏导"), TOPICS)


def test_a_text_that_names_no_service_excludes_nothing() -> None:
    asked = need(title="麻烦了", categories=())
    assert all(is_on_topic(asked, capability(category=code), TOPICS) for code in CATEGORIES)
