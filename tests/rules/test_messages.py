"""Sentences in the reader's language, and a catalogue that is complete."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.period import Days, Window
from alliance.core.problems import Fault
from alliance.core.vocabulary import HarmSignal, Mode, Rule
from alliance.kit import messages
from alliance.kit.messages import CHINESE, ENGLISH
from alliance.matching.rules import Broken
from alliance.wording.answers import Diverted
from tests import catalogue


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, CHINESE),
        ("", CHINESE),
        ("zh-CN", CHINESE),
        ("zh-Hant-TW", CHINESE),
        ("zh_CN", CHINESE),
        ("en", ENGLISH),
        ("EN-gb", ENGLISH),
        ("en, zh", ENGLISH),
        ("zh, en", CHINESE),
        ("zh;q=0.3, en;q=0.8", ENGLISH),
        ("zh ; q = 0.9 , en ; Q=0.8", CHINESE),
        ("en;q=0.8, zh-TW;q=0.2, zh-CN;q=0.9", CHINESE),
        ("fr", CHINESE),
        ("fr, en;q=0.1", ENGLISH),
        ("*", CHINESE),
        ("fr, *;q=0.5", CHINESE),
        ("en;q=0.4, *;q=0.5", CHINESE),
        ("en, *", ENGLISH),
        ("*;q=0, en", ENGLISH),
        ("zh;q=0", ENGLISH),
        ("en;q=0", CHINESE),
        ("zh;q=0, *", ENGLISH),
        ("en;q=0, *;q=0", CHINESE),
        ("enm, english-speaking", CHINESE),
        ("en;q=much", CHINESE),
        ("en;q=7, zh;q=-1", CHINESE),
        (";;,,q=1;=", CHINESE),
        ("en,,;", ENGLISH),
    ],
)
def test_the_language_follows_the_header_and_is_chinese_otherwise(header: str | None, language: str) -> None:
    assert messages.language_of(header) == language


@given(st.text() | st.lists(st.sampled_from(["zh", "en", "*", ";q=", "0.5", "1", ",", "-", " "])).map("".join))
def test_no_header_is_an_error(header: str) -> None:
    assert messages.language_of(header) in {CHINESE, ENGLISH}


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (None, "不详", "unknown"),
        ("", "不详", "unknown"),
        ((), "不详", "unknown"),
        (0, "0", "0"),
        (True, "是", "yes"),
        (False, "否", "no"),
        ("{brace}", "{brace}", "{brace}"),
        (Mode.HOME_VISIT, "上门", "at the families' homes"),
        (date(2026, 6, 13), "2026-06-13", "2026-06-13"),
        (datetime(2026, 6, 5, 9, 0, tzinfo=UTC), "2026-06-05 17:00", "2026-06-05 17:00"),
        (datetime(2026, 6, 5, 9, 0), "2026-06-05 09:00", "2026-06-05 09:00"),
        (Window(6, 540, 690), "周六 09:00-11:30", "Saturday 09:00-11:30"),
        (Days(date(2026, 6, 1), date(2026, 6, 30)), "2026-06-01至2026-06-30", "2026-06-01 to 2026-06-30"),
        (Days(date(2026, 6, 1), date(2026, 6, 1)), "2026-06-01", "2026-06-01"),
        (Days(date(2026, 6, 1), None), "2026-06-01 起", "from 2026-06-01"),
        (Days(None, date(2026, 6, 30)), "到 2026-06-30 为止", "until 2026-06-30"),
        (Days(), "不详", "unknown"),
        (Broken(Rule.AREA, "320213001", ""), "服务区域", "area covers the station"),
        (
            (Broken(Rule.AGE, "9-", "-6"), Broken(Rule.WINDOW, "6", "7")),
            "年龄、时间",
            "age ranges overlap, common time",
        ),
        (Fault(path="minAge", says="age {low}", values=(("low", 9),)), "9岁", "age 9"),
        ([Mode.ONLINE, 3], "线上、3", "online, 3"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, chinese: str, english: str) -> None:
    assert messages.shown(value, CHINESE) == chinese
    assert messages.shown(value, ENGLISH) == english


def test_a_set_is_shown_in_the_same_order_every_time() -> None:
    assert messages.shown(frozenset({"c", "a", "b"}), ENGLISH) == "a, b, c"


def test_a_sentence_is_said_in_both_languages_with_its_values() -> None:
    says = "{value} is not between {low} and {high}."
    assert messages.say(says, ENGLISH, value=0, low=1, high=500) == "0 is not between 1 and 500."
    assert messages.say(says, CHINESE, value=0, low=1, high=500) == "0不在1到500之间，请改一下。"


def test_a_value_may_have_any_name_and_hold_braces() -> None:
    assert messages.say("{language}: {sentence}", ENGLISH, language="{x}", sentence="{0}") == "{x}: {0}"


def test_a_value_that_is_not_given_reads_as_unknown() -> None:
    assert messages.say("age {low}", CHINESE) == "不详岁"


def test_a_sentence_the_catalogue_lacks_is_said_in_english() -> None:
    assert messages.say("Said by nobody.", CHINESE) == "Said by nobody."
    assert messages.say("", CHINESE) == ""


@pytest.mark.parametrize(
    ("number", "language", "sentence"),
    [
        (
            "12345",
            CHINESE,
            "孩子可能有危险。请先报告，不要等：报警110，急救120，民政热线12345。"
            "有怀疑就报，不需要先查清楚。这段文字没有发布，也没有保存。",
        ),
        (
            None,
            CHINESE,
            "孩子可能有危险。请先报告，不要等：报警110，急救120，当地民政部门。"
            "有怀疑就报，不需要先查清楚。这段文字没有发布，也没有保存。",
        ),
        (
            "12345",
            ENGLISH,
            "A child may be in danger. Report first, do not wait: police 110, ambulance 120, the civil-affairs hotline "
            "12345. A suspicion is enough; you need not find out first. This text was not posted and not kept.",
        ),
        (
            None,
            ENGLISH,
            "A child may be in danger. Report first, do not wait: police 110, ambulance 120, the local civil-affairs "
            "department. A suspicion is enough; you need not find out first. This text was not posted and not kept.",
        ),
    ],
)
def test_a_report_of_harm_is_answered_with_a_whole_sentence_whether_or_not_a_hotline_is_configured(
    number: str | None, language: str, sentence: str
) -> None:
    problem = Diverted(signal=HarmSignal.MANDATORY_REPORT)
    assert messages.say(problem.says, language, hotline=messages.hotline(number, language)) == sentence


def test_months_and_weekdays_have_names() -> None:
    assert messages.month_name("2026-06", CHINESE) == "2026年6月"
    assert messages.month_name("2026-12", ENGLISH) == "December 2026"
    assert [messages.weekday_name(day, CHINESE) for day in (1, 7)] == ["周一", "周日"]


def test_every_sentence_of_the_code_is_in_chinese_and_the_compilation_is_fresh() -> None:
    faults = catalogue.faults_of(catalogue.read())
    assert list(faults) == [], "run `python tests/catalogue.py` and translate what it names"


def test_the_catalogue_reads_the_same_after_another_run() -> None:
    assert catalogue.as_po(catalogue.read()) == catalogue.PO.read_bytes()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('msgid "yes"\nmsgstr ""', "untranslated: yes"),
        ('#, fuzzy\nmsgid "yes"\nmsgstr "是"', "fuzzy, compare and delete the mark: yes\n    是"),
        ('msgid "Said by nobody."\nmsgstr "没人说过"', "not in the code: Said by nobody."),
        ('#~ msgid "Said once."\n#~ msgstr "说过"', "not in the code: Said once."),
        ('msgid "age {low}"\nmsgstr "{high}岁"', "placeholders differ: age {low}\n    {high}岁"),
    ],
)
def test_a_faulty_catalogue_is_found_out(line: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / "faulty.po").write_text(f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n{line}\n')
    with (tmp_path / "faulty.po").open("rb") as file:
        faults = list(catalogue.faults_of(read_po(file, locale="zh_CN")))
    assert fault in faults
    assert "missing: no" in faults
    assert "alliance.mo is not the compilation of alliance.po: run `python tests/catalogue.py`" in faults


def test_chinese_sentences_hold_no_english_outside_code_and_file_formats() -> None:
    for english, chinese in catalogue.texts(catalogue.read()).items():
        plain = re.sub(r"`[^`]*`|\{[^}]*\}|UTF-8|CSV|JSON", "", chinese)
        assert not re.search("[A-Za-z]", plain), english


def test_every_sentence_is_marked_as_one_plain_string() -> None:
    """The extractor sees nothing else, and says nothing about what it passes over."""
    assert [place for path in sorted(catalogue.HOUSE.rglob("*.py")) for place in unmarked(path)] == []


def unmarked(path: Path) -> Iterator[str]:
    """Where a sentence stands without `N_`, or `N_` around something that is not one plain string."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Name("N_"), args=[ast.Constant(str())], keywords=[]):
                continue
            case ast.Call(func=ast.Name("N_")):
                yield f"{path.name}:{node.lineno}"
            case ast.Assign(targets=[ast.Name("says")], value=ast.Constant(str())):
                yield f"{path.name}:{node.lineno}"
            case ast.Call(func=ast.Attribute(ast.Name("faults"), "add"), args=[_, ast.Constant(str())]):
                yield f"{path.name}:{node.lineno}"
            case ast.Call(func=ast.Attribute(attr="say"), args=[ast.Constant(str()), *_]):
                yield f"{path.name}:{node.lineno}"
