"""What a bed may be called."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core.errors import Conflict, Invalid
from amh.core.transactions import VIOLATIONS
from wards.models import Bed, BedKind
from wards.rules.names import check_choice, check_name

VIOLATIONS["bed_label"] = gettext_lazy("Ce repère vient d’être donné à un autre lit de la chambre.")


def check_described(bed: Bed) -> None:
    """Raise ``Invalid``, or ``Conflict`` for a label that another bed of the room has.

    The only bed of a room may have none: the room then names it.
    """
    check_name(Bed, "label", bed.label, required=False)
    check_choice(BedKind, bed.kind)
    other = Bed.objects.filter(room=bed.room_id, label=bed.label).exclude(pk=bed.pk).select_related("room").first()
    if other is None:
        return
    if other.valid_until is not None:
        sentence = _("Le lit %s existe déjà, hors service : le remettre en service.") % other
        raise Conflict(sentence, code="label_taken", field="label")
    raise Conflict(_("Le lit %s existe déjà dans cette chambre.") % other, code="label_taken", field="label")


def check_same_as(bed: Bed, other: Bed) -> None:
    """Raise unless ``bed`` is one that a message named and ``other`` a real one of the same unit."""
    if bed.pk == other.pk or other.to_be_referenced or other.stands_for_id is not None:
        raise Invalid(_("Choisir un lit déjà décrit, autre que celui-ci."), code="not_described", field="same_as")
    if other.room.unit_id != bed.room.unit_id:
        raise Invalid(_("Choisir un lit de la même unité."), code="other_unit", field="same_as")
    if not bed.to_be_referenced:
        raise Conflict(
            _("Le lit %s est déjà décrit : seul un nom venu d’un message se rattache.") % bed, code="described"
        )
