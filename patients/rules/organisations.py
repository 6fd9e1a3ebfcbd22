"""What can be written of a structure in the list of correspondents."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Value
from django.utils.translation import gettext as _
from stdnum import luhn

from amh.core.errors import Conflict, Invalid
from patients.models import Organisation
from patients.models.patients import Folded
from patients.rules.practitioners import stripped

FINESS = re.compile(r"[0-9A-Z]{9}")


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises ``Invalid`` beside what is missing or cannot be (PS-3: 9 signs)."""
    found = stripped(values)
    if not found.get("name"):
        raise Invalid(_("Indiquer le nom."), code="required", field="name")
    finess = re.sub(r"\s", "", found.get("finess", "")).upper()
    if finess and not FINESS.fullmatch(finess):
        raise Invalid(_("Un numéro FINESS a 9 caractères."), code="bad_finess", field="finess")
    return found | {"finess": finess}


def check_unknown(organisation: Organisation) -> None:
    """Raise ``Conflict`` when the list holds this structure already: same FINESS, or same name in the same town."""
    others = Organisation.objects.exclude(pk=organisation.pk)
    if organisation.finess:
        known = others.filter(finess=organisation.finess).first()
    else:
        named = others.filter(finess="").alias(folded=Folded("name"), town=Folded("city"))
        known = named.filter(folded=Folded(Value(organisation.name)), town=Folded(Value(organisation.city))).first()
    if known is not None:
        field = "finess" if organisation.finess else "name"
        raise Conflict(_("%s est déjà dans la liste.") % known, code="organisation_known", field=field)


def warnings(organisation: Organisation) -> list[str]:
    """What is to be looked at twice; a FINESS of Corsica has letters, of which the key says nothing (PS-3)."""
    finess = organisation.finess
    if finess and not finess.isdigit():
        return [_("Vérifier le FINESS %s : il porte des lettres, sa clé ne se calcule pas.") % finess]
    if finess and not luhn.is_valid(finess):
        return [_("Vérifier le FINESS %s : sa clé ne correspond pas.") % finess]
    return []
