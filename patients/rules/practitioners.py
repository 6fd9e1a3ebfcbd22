"""Who may keep the list of correspondents, and what can be written there of a professional."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Value
from django.utils.translation import gettext as _
from stdnum import luhn

from amh.core import rules
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Practitioner
from patients.models.patients import Folded

KEEPERS = (Permission.COMPLETE_RECORD, Permission.SET_STRUCTURE)
"""Whoever completes records meets new correspondents; the administrator tidies."""
RPPS = re.compile(r"[0-9]{11}")


def check_keep(by: User | None) -> None:
    """Raise ``Denied`` unless ``by`` may write in the list of correspondents."""
    if by is not None:
        rules.check_somewhere(by, *KEEPERS)


def stripped(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without spaces around."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored. Raises ``Invalid`` beside what is missing or cannot be (PS-1: 11 digits)."""
    found = stripped(values)
    if not found.get("family_name"):
        raise Invalid(_("Indiquer le nom."), code="required", field="family_name")
    rpps = re.sub(r"\s", "", found.get("rpps", ""))
    if rpps and not RPPS.fullmatch(rpps):
        raise Invalid(_("Un numéro RPPS a 11 chiffres."), code="bad_rpps", field="rpps")
    return found | {"rpps": rpps}


def check_unknown(practitioner: Practitioner) -> None:
    """Raise ``Conflict`` when the list holds this professional already: same RPPS, or same names without one."""
    others = Practitioner.objects.exclude(pk=practitioner.pk)
    if practitioner.rpps:
        known = others.filter(rpps=practitioner.rpps).first()
    else:
        named = others.filter(rpps="").alias(family=Folded("family_name"), given=Folded("given_name"))
        wanted = {name: Folded(Value(getattr(practitioner, f"{name}_name"))) for name in ("family", "given")}
        known = named.filter(**wanted).first()
    if known is not None:
        field = "rpps" if practitioner.rpps else "family_name"
        raise Conflict(_("%s est déjà dans la liste.") % known, code="practitioner_known", field=field)


def warnings(practitioner: Practitioner) -> list[str]:
    """What is to be looked at twice: the key of a RPPS is not proven, so it is said and never refused (PS-2)."""
    if practitioner.rpps and not luhn.is_valid(practitioner.rpps):
        return [_("Vérifier le RPPS %s : sa clé ne correspond pas.") % practitioner.rpps]
    return []
