"""The rooms of a unit, for whoever describes the structure."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.desk.views.units import address, retirement
from patients.actions import structures
from wards.actions import rooms
from wards.forms.rooms import RoomForm
from wards.forms.units import RetireForm
from wards.models import Room, Unit

ROOMS = Room.objects.select_related("unit")


@door(Permission.SET_STRUCTURE)
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a new room of a unit."""
    unit = get_object_or_404(Unit, pk=pk)

    def act(said: dict[str, Any]) -> Done:
        room = rooms.create(unit=unit, **said, by=actor(request), at=timezone.now())
        return Done(_("Chambre créée : %s.") % room, address(unit))

    form = RoomForm(request.POST or None)
    return Dialog(form, _("Ajouter une chambre : %s") % unit, _("Ajouter cette chambre")).answer(request, act)


@door(Permission.SET_STRUCTURE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a room otherwise; from here it also gets a bed, goes out of service, or comes back."""
    room = get_object_or_404(ROOMS, pk=pk)
    form = RoomForm(request.POST or None, initial={"label": room.label, "shielded": room.shielded})

    def act(said: dict[str, Any]) -> Done:
        changed = rooms.change(room=room, **said, by=actor(request), at=timezone.now())
        return Done(_("Chambre décrite : %s.") % changed, address(room.unit_id))

    def context() -> dict[str, Any]:
        return {
            "place": room,
            "add_url": reverse("desk:bed-create", args=[pk]),
            "retire_url": reverse("desk:room-retire", args=[pk]),
            "restore_url": reverse("desk:room-restore", args=[pk]),
        }

    return Dialog(form, _("Chambre %s") % room, _("Enregistrer"), "desk/units/place.html", context).answer(request, act)


@door(Permission.SET_STRUCTURE)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a room out of service with its beds."""
    room, now = get_object_or_404(ROOMS, pk=pk), timezone.now()

    def act(said: dict[str, Any]) -> Done:
        structures.retire_room(room=room, until=said["until"], by=actor(request), at=now)
        return Done(_("Hors service : %s.") % room, address(room.unit_id))

    consequence = _("Ses lits partent avec elle. Tout peut être remis en service.")
    return retirement(request, RetireForm(request.POST or None, now=now), str(room), consequence).answer(request, act)


@require_POST
@door(Permission.SET_STRUCTURE)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a room back into service."""
    room = get_object_or_404(ROOMS, pk=pk)
    rooms.restore(room=room, by=actor(request), at=timezone.now())
    return finished(request, Done(_("De nouveau en service : %s.") % room, address(room.unit_id)))
