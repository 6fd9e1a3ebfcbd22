"""The units of the hospital, for whoever describes the structure."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from patients.actions import structures
from wards.actions import units
from wards.forms.units import RetireForm, SameUnitForm, UnitForm, described
from wards.models import Unit
from wards.queries import units as queries
from wards.rules.services import in_service


@require_safe
@door(Permission.SET_STRUCTURE)
def listing(request: HttpRequest) -> HttpResponse:
    """Every unit: what is to be described first, then those in service, then the others."""
    now = timezone.now()
    rows = list(queries.described(at=now))
    here = [unit for unit in rows if in_service(unit, at=now)]
    unnamed = [unit for unit in here if unit.to_be_referenced or unit.beds_unnamed]  # type: ignore[attr-defined]
    context = {
        "title": _("De quoi l’hôpital est-il fait ?"),
        "unnamed": unnamed,
        "units": [unit for unit in here if unit not in unnamed],
        "gone": [unit for unit in rows if not in_service(unit, at=now)],
    }
    return render(request, "desk/units/list.html", context)


@require_safe
@door(Permission.SET_STRUCTURE)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit with its rooms and beds; those out of service when they are asked for."""
    unit, now = get_object_or_404(queries.described(at=timezone.now()), pk=pk), timezone.now()
    everything = "tout" in request.GET
    rooms = [
        (room, [bed for bed in room.beds.all() if everything or in_service(bed, at=now)])
        for room in queries.rooms_of(unit)
        if everything or in_service(room, at=now)
    ]
    context = {"title": unit.name, "unit": unit, "rooms": rooms, "everything": everything, "now": now}
    return render(request, "desk/units/show.html", context | {"gone": not in_service(unit, at=now)})


@door(Permission.SET_STRUCTURE)
def create(request: HttpRequest) -> HttpResponse:
    """Describe a new unit."""
    form = UnitForm(request.POST or None)

    def act(said: dict[str, Any]) -> Done:
        unit = units.create(said=form.said(), by=actor(request), at=timezone.now())
        return Done(_("Unité créée : %s.") % unit, address(unit))

    return Dialog(form, _("Créer une unité"), _("Créer cette unité")).answer(request, act)


@door(Permission.SET_STRUCTURE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a unit otherwise."""
    unit = get_object_or_404(Unit, pk=pk)
    form = UnitForm(request.POST or None, initial=described(unit))

    def act(said: dict[str, Any]) -> Done:
        changed = units.change(unit=unit, said=form.said(), by=actor(request), at=timezone.now())
        return Done(_("Unité décrite : %s.") % changed, address(changed))

    return Dialog(form, _("Décrire : %s") % unit, _("Enregistrer")).answer(request, act)


@door(Permission.SET_STRUCTURE)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a unit out of service with all that is in it."""
    unit, now = get_object_or_404(Unit, pk=pk), timezone.now()

    def act(said: dict[str, Any]) -> Done:
        structures.retire_unit(unit=unit, until=said["until"], by=actor(request), at=now)
        return Done(_("Hors service : %s.") % unit, address(unit))

    consequence = _("Ses chambres et ses lits partent avec elle. Tout peut être remis en service.")
    return retirement(request, RetireForm(request.POST or None, now=now), str(unit), consequence).answer(request, act)


@require_POST
@door(Permission.SET_STRUCTURE)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a unit back into service."""
    unit = get_object_or_404(Unit, pk=pk)
    units.restore(unit=unit, by=actor(request), at=timezone.now())
    return finished(request, Done(_("De nouveau en service : %s.") % unit, address(unit)))


@door(Permission.SET_STRUCTURE)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a unit that a message named is one already described."""
    unit, now = get_object_or_404(Unit, pk=pk), timezone.now()
    form = SameUnitForm(request.POST or None)
    form.fields["same_as"].offer(partial(queries.offered_units, at=now), form.data.get("same_as"))  # type: ignore[attr-defined]

    def act(said: dict[str, Any]) -> Done:
        same_as = get_object_or_404(Unit, pk=said["same_as"])
        structures.rename_unit(unit=unit, same_as=same_as, by=actor(request), at=now)
        facts = {"code": unit.code, "unit": same_as}
        return Done(_("Le code %(code)s désigne désormais « %(unit)s ».") % facts, address(same_as))

    title, consequence = _("Rattacher : %s") % unit, _("Les prochains messages qui la nomment iront à l’unité choisie.")
    return Dialog(form, title, _("Rattacher"), "desk/units/dialog.html", lambda: {"consequence": consequence}).answer(
        request, act
    )


def retirement(request: HttpRequest, form: RetireForm, place: str, consequence: str) -> Dialog:
    """The dialog by which a place goes out of service."""
    title, submit = _("Mettre hors service : %s") % place, _("Mettre hors service")
    return Dialog(form, title, submit, "desk/units/dialog.html", lambda: {"consequence": consequence})


def address(unit: Unit | int) -> str:
    """The page of a unit."""
    return reverse("desk:unit", args=[unit if isinstance(unit, int) else unit.pk])
