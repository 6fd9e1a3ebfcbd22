"""A patient whose bed is to be confirmed: what contradicts it, and what may be answered (WR-2)."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core.errors import Conflict, Invalid
from patients.models import Placement, Stay
from patients.queries import placements
from wards.models import Bed


class Answer(models.TextChoices):
    """Why two patients are said to be in one bed, or one patient in two."""

    LEFT = "left", gettext_lazy("l’autre est parti")
    SWAPPED = "swapped", gettext_lazy("échange")
    MISTAKEN = "mistaken", gettext_lazy("erreur de saisie")


CHANGED = gettext_lazy("La situation de ce lit vient de changer. Recharger la page et recommencer.")


def contradiction(stay: Stay, *, now: datetime) -> tuple[Placement, Placement]:
    """The place to be confirmed and the one that contradicts it, who lies in the bed before another stay's.

    Raises ``Conflict`` when nothing is to be confirmed.
    """
    place = placements.current(stay, at=now)
    others = placements.contradicting(place, at=now) if place is not None and place.to_confirm else []
    if place is None or not others:
        raise Conflict(_("Ce patient n’a pas de lit à confirmer."), code="nothing_to_confirm")
    return place, others[0]


def bed_for_other(place: Placement, other: Placement, bed: Bed | None) -> Bed:
    """The bed that the other patient has got in exchange: ``bed``, else the one where the newcomer was before.

    Raises ``Conflict`` for one patient in two stays, ``Invalid`` beside ``bed`` when there is none.
    """
    if other.patient_id == place.patient_id:
        raise Conflict(_("C’est le même patient dans deux séjours : il n’y a pas d’échange."), code="same_patient")
    before = placements.before(place)
    found = bed or (before.bed if before else None)
    if found is None:
        raise Invalid(_("Indiquer le lit où se trouve l’autre patient."), code="required", field="bed")
    return found
