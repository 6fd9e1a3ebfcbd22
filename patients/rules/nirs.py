"""What the national number says of a person, and where it disagrees (ID-6). A wrong number warns and never refuses."""

import re

from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.fr import nir

from patients.models import Patient, Sex

SHAPE = re.compile(r"(?P<sex>\d)(?P<year>\d\d)(?P<month>\d\d)(?:\d\d|2[AB])\d{6}\d{2}", re.ASCII)
SEXES = {
    **dict.fromkeys("137", Sex.MALE),
    **dict.fromkeys("248", Sex.FEMALE),
}
"""First digit: born here, being registered (3, 4), waiting for a number (7, 8)."""


def has_key(value: str) -> bool:
    """Tell whether the two last digits are the key: 97 less the rest modulo 97, Corsica 2A as 19 and 2B as 18."""
    try:
        nir.validate(value)
    except ValidationError:
        return False
    return True


def warnings(value: str, *, of: Patient) -> list[str]:
    """What is odd about a number for this person, in words that do not quote it; nothing odd gives nothing."""
    number = nir.compact(value).upper()
    found = SHAPE.fullmatch(number)
    if found is None:
        return [_("Ce numéro n’a pas la forme d’un numéro de sécurité sociale avec sa clé : 15 signes.")]
    said = [] if has_key(number) else [_("La clé ne correspond pas au numéro.")]
    if SEXES.get(found["sex"], of.sex) != of.sex and of.sex != Sex.UNKNOWN:
        said.append(_("Le sexe que donne le numéro n’est pas celui du dossier."))
    return said + _of_birth(found["year"], int(found["month"]), of.birth_date)


def _of_birth(year: str, month: int, birth_date: str) -> list[str]:
    """Months 20 to 42 and 50 to 99 stand for one that was not known when the number was made: they say nothing."""
    said = []
    if birth_date and birth_date[2:4] != year:
        said.append(_("L’année de naissance que donne le numéro n’est pas celle du dossier."))
    if not (1 <= month <= 12 or 20 <= month <= 42 or month >= 50):
        said.append(_("Le mois de naissance que donne le numéro n’existe pas."))
    elif month <= 12 and birth_date[5:7] not in ("", f"{month:02d}"):
        said.append(_("Le mois de naissance que donne le numéro n’est pas celui du dossier."))
    return said
