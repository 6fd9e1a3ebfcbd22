"""Hide a stay like a protected person, and show it again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.core import rules
from amh.core.dialogs import Done
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from patients.actions import protections
from patients.forms.identities import ProtectionForm
from patients.models import Stay
from patients.views.records import opening


@door(Permission.REGISTER)
def protect(request: HttpRequest, pk: int) -> HttpResponse:
    """Mask the patient of a stay for everyone; the record closes, so the search is shown next."""
    stay = get_object_or_404(Stay, pk=pk)
    rules.check(actor(request), Permission.REGISTER, unit_id=stay.unit_id)
    act = opening(request, stay.patient_id, page="patient.protection")

    def hide(data: dict[str, Any]) -> Done:
        protections.protect(stay=stay, protection=data["protection"], by=act.by, at=act.at)
        return Done(_("Séjour protégé : le nom du patient n’apparaît plus."), reverse("patients:search"))

    form = ProtectionForm(request.POST or None, initial={"protection": stay.protection})
    template = "patients/identifiers/protect.html"
    return act.dialog(form, _("Protéger ce séjour"), _("Masquer le nom partout"), hide, template=template)


@require_POST
@door(Permission.REGISTER)
def unprotect(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the patient of a stay again."""
    stay = get_object_or_404(Stay, pk=pk)
    rules.check(actor(request), Permission.REGISTER, unit_id=stay.unit_id)
    act = opening(request, stay.patient_id, page="patient.protection")
    protections.unprotect(stay=stay, by=act.by, at=act.at)
    return act.finished(_("Protection du séjour levée."))
