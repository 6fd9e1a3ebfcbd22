"""The beds of a room, for whoever describes the structure."""

from functools import partial
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
from wards.actions import beds
from wards.forms.beds import BedChangeForm, BedForm, SameBedForm
from wards.forms.units import RetireForm
from wards.models import Bed, Room
from wards.queries import units as queries

BEDS = Bed.objects.select_related("room__unit", "stands_for__room")


@door(Permission.SET_STRUCTURE)
def create(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a new bed of a room."""
    room = get_object_or_404(Room.objects.select_related("unit"), pk=pk)

    def act(said: dict[str, Any]) -> Done:
        bed = beds.create(room=room, **said, by=actor(request), at=timezone.now())
        return Done(_("Lit créé : %s.") % bed, address(room.unit_id))

    form = BedForm(request.POST or None)
    return Dialog(form, _("Ajouter un lit : chambre %s") % room, _("Ajouter ce lit")).answer(request, act)


@door(Permission.SET_STRUCTURE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a bed otherwise; from here it also goes out of service, comes back, or is said to be another."""
    bed, now = get_object_or_404(BEDS, pk=pk), timezone.now()
    initial = {"label": bed.label, "kind": bed.kind, "room": bed.room_id}
    form = BedChangeForm(request.POST or None, initial=initial)
    form.fields["room"].offer(partial(queries.offered_rooms, at=now), form.data.get("room") or str(bed.room_id))  # type: ignore[attr-defined]

    def act(said: dict[str, Any]) -> Done:
        room = get_object_or_404(Room, pk=said.pop("room"))
        changed = structures.change_bed(bed=bed, room=room, **said, by=actor(request), at=now)
        return Done(_("Lit décrit : %s.") % changed, address(changed.room.unit_id))

    def context() -> dict[str, Any]:
        rename_url = reverse("desk:bed-rename", args=[pk]) if bed.to_be_referenced else ""
        return {
            "place": bed,
            "rename_url": rename_url,
            "retire_url": reverse("desk:bed-retire", args=[pk]),
            "restore_url": reverse("desk:bed-restore", args=[pk]),
        }

    return Dialog(form, _("Lit %s") % bed, _("Enregistrer"), "desk/units/place.html", context).answer(request, act)


@door(Permission.SET_STRUCTURE)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a bed out of service."""
    bed, now = get_object_or_404(BEDS, pk=pk), timezone.now()

    def act(said: dict[str, Any]) -> Done:
        structures.retire_bed(bed=bed, until=said["until"], by=actor(request), at=now)
        return Done(_("Hors service : %s.") % bed, address(bed.room.unit_id))

    consequence = _("Les jours passés le montrent toujours. Il peut être remis en service.")
    return retirement(request, RetireForm(request.POST or None, now=now), str(bed), consequence).answer(request, act)


@require_POST
@door(Permission.SET_STRUCTURE)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a bed back into service."""
    bed = get_object_or_404(BEDS, pk=pk)
    beds.restore(bed=bed, by=actor(request), at=timezone.now())
    return finished(request, Done(_("De nouveau en service : %s.") % bed, address(bed.room.unit_id)))


@door(Permission.SET_STRUCTURE)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a bed that a message named is one already described."""
    bed, now = get_object_or_404(BEDS, pk=pk), timezone.now()
    form = SameBedForm(request.POST or None)
    offered = partial(queries.offered_beds, bed.room.unit_id, at=now)
    form.fields["same_as"].offer(offered, form.data.get("same_as"))  # type: ignore[attr-defined]

    def act(said: dict[str, Any]) -> Done:
        same_as = get_object_or_404(BEDS, pk=said["same_as"])
        structures.rename_bed(bed=bed, same_as=same_as, by=actor(request), at=now)
        facts = {"name": bed, "bed": same_as}
        return Done(_("« %(name)s » désigne désormais le lit %(bed)s.") % facts, address(bed.room.unit_id))

    consequence = _("Les prochains messages qui le nomment iront au lit choisi.")
    template, context = "desk/units/dialog.html", {"consequence": consequence}
    return Dialog(form, _("Rattacher : lit %s") % bed, _("Rattacher"), template, lambda: context).answer(request, act)
