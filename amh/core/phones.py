"""Telephone numbers: stored as E.164 (``+33612345678``), shown as people dial them (« 06 12 34 56 78 »)."""

import re

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from amh.core.errors import Invalid

HOME = "FR"
TYPED = re.compile(r"\+?[\d\s ().-]+")
"""What a number is typed with. Letters are refused before the library could read them off a keypad."""


def stored(typed: str, *, field: str | None = None) -> str:
    """The number in E.164; empty stays empty. Raises ``Invalid`` beside ``field`` for what is no number."""
    if not typed.strip():
        return ""
    number = _read(typed)
    if number is None or not phonenumbers.is_possible_number(number):
        sentence = _("« %s » n’est pas un numéro de téléphone. Exemple : 06 12 34 56 78, ou +32 2 555 12 12.")
        raise Invalid(sentence % typed.strip(), code="bad_phone", field=field)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shown(number: str) -> str:
    """The number as it is dialled from here; what is no number is shown as it stands."""
    read = _read(number)
    if read is None:
        return number
    home = read.country_code == phonenumbers.country_code_for_region(HOME)
    return phonenumbers.format_number(read, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)


def is_doubtful(number: str) -> bool:
    """Tell whether a well-formed number belongs to no known range: nobody may answer there."""
    read = _read(number)
    return read is None or not phonenumbers.is_valid_number(read)


def _read(text: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, HOME) if TYPED.fullmatch(text.strip()) else None
    except NumberParseException:
        return None
