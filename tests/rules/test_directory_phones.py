"""How numbers of contact persons are written and masked."""

from __future__ import annotations

import pytest

from alliance.core.problems import Faults
from alliance.directory.phones import check_contact_name, check_phone, masked


def faults_of(phone: str, *, is_example: bool) -> list[str]:
    faults = Faults()
    assert check_phone(faults, "phone", phone, is_example=is_example) == phone
    return [fault.says.partition(".")[0] for fault in faults.all()]


@pytest.mark.parametrize("phone", ["0510-12345678", "021-12345678", "0510-1234567", "0510-12345678-801", "13812345678"])
def test_landlines_and_mobile_numbers_are_taken_and_are_no_examples(phone: str) -> None:
    assert faults_of(phone, is_example=False) == []
    assert faults_of(phone, is_example=True) == [
        "The contact of an example needs a number nobody can have: a zero after the area code"
    ]


def test_an_example_has_a_number_that_nobody_can_have_and_only_an_example_has_it() -> None:
    assert faults_of("0510-00000101", is_example=True) == []
    assert len(faults_of("0510-00000101", is_example=False)) == 1


ODD = (
    "",
    "12345678",
    "0510 12345678",
    "12812345678",
    "1381234567",
    "０510-12345678",
    "0510-1234567x",
    "+8613812345678",
)


@pytest.mark.parametrize("phone", [*ODD, "0510-12345678\n"])
def test_everything_else_is_no_number(phone: str) -> None:
    assert faults_of(phone, is_example=False) == ["This is no telephone number"]


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("0510-00000101", "0510-****0101"),
        ("021-1234567", "021-***4567"),
        ("0510-12345678-801", "0510-****5678"),
    ],
)
def test_a_masked_number_is_recognised_and_not_dialled(phone: str, shown: str) -> None:
    assert masked(phone) == shown


@pytest.mark.parametrize(("name", "is_right"), [("示例·周老师", True), ("周1", False), ("", False), ("长" * 21, False)])
def test_a_name_is_short_and_has_no_digits(name: str, is_right: bool) -> None:
    faults = Faults()
    check_contact_name(faults, "name", name)
    assert bool(faults) is not is_right
