"""Nobody is registered twice without somebody having looked."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from amh.core.errors import Conflict
from patients.models import Patient


def check_nobody_alike(alike: Iterable[Patient], *, looked_at: Collection[int]) -> None:
    """Raise ``Conflict`` unless each of the people alike was looked at and found to be another one."""
    if any(patient.pk not in looked_at for patient in alike):
        sentence = _("Rien n’est encore enregistré : une identité proche existe.")
        raise Conflict(sentence, code="possible_duplicate")
