"""What a room may be called."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core.errors import Conflict
from amh.core.transactions import VIOLATIONS
from wards.models import Room
from wards.rules.names import check_name

VIOLATIONS["room_label"] = gettext_lazy("Ce numéro vient d’être donné à une autre chambre de l’unité.")


def check_described(room: Room) -> None:
    """Raise ``Invalid``, or ``Conflict`` for a number that another room of the unit has."""
    check_name(Room, "label", room.label)
    other = Room.objects.filter(unit=room.unit_id, label=room.label).exclude(pk=room.pk).first()
    if other is None:
        return
    if other.valid_until is not None:
        sentence = _("La chambre %s existe déjà, hors service : la remettre en service.") % other
        raise Conflict(sentence, code="label_taken", field="label")
    raise Conflict(_("La chambre %s existe déjà dans cette unité.") % other, code="label_taken", field="label")
