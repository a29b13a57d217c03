"""Telephone numbers of contact persons: how they are written, and how much of one is shown before it is opened."""

from __future__ import annotations

import re

from alliance.core.problems import N_, Faults
from alliance.directory.checks import check_text

CONTACT_NAME_LENGTH, PHONE_LENGTH = 20, 20
LANDLINE = re.compile(r"(0[0-9]{2,3})-([0-9]{7,8})(-[0-9]{1,6})?")  # area code, number, extension
MOBILE = re.compile(r"1[3-9][0-9]{9}")
NOBODYS = re.compile(r"0[0-9]{2,3}-0[0-9]{6,7}")  # no number of a Chinese exchange begins with 0: that dials out of it
DIGIT = re.compile(r"\d")
SHOWN_BEFORE, SHOWN_AFTER = 3, 4  # digits of a mobile number, as everybody here masks one; SAFETY T3

NO_PHONE = N_("This is no telephone number. Write a landline like {landline}, or a mobile number.")
MUST_BE_NOBODYS = N_("The contact of an example needs a number nobody can have: a zero after the area code.")
SOMEBODYS = N_("A number that begins with a zero after the area code belongs to nobody. Only an example may have it.")
NO_NAME = N_("This is no name: it has digits in it.")


def check_phone(faults: Faults, path: str, phone: str, *, is_example: bool) -> str:
    """A landline with its area code, or a mobile number; that of an example is one that nobody can have."""
    if not (LANDLINE.fullmatch(phone) or MOBILE.fullmatch(phone)):
        faults.add(path, NO_PHONE, landline="0510-12345678")
    elif is_example != bool(NOBODYS.fullmatch(phone)):
        faults.add(path, MUST_BE_NOBODYS if is_example else SOMEBODYS)
    return phone


def check_contact_name(faults: Faults, path: str, name: str) -> str:
    """The name of an adult, in one line and without digits."""
    if DIGIT.search(name):
        faults.add(path, NO_NAME)
    return check_text(faults, path, name, at_least=1, at_most=CONTACT_NAME_LENGTH)


def masked(phone: str) -> str:
    """The number as it is recognised and not dialled: `138****5678`, `0510-****5678`."""
    area, dash, number = phone.partition("-")
    if dash:
        number = number.partition("-")[0]
        return f"{area}-{'*' * (len(number) - SHOWN_AFTER)}{number[-SHOWN_AFTER:]}"
    return f"{phone[:SHOWN_BEFORE]}{'*' * (len(phone) - SHOWN_BEFORE - SHOWN_AFTER)}{phone[-SHOWN_AFTER:]}"
