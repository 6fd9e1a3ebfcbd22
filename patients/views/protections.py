"""Hide a stay like a protected person, and show it again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.core import rules
from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from patients.actions import protections
from patients.forms.protections import ProtectForm
from patients.models import Stay


@door(Permission.REGISTER)
def protect(request: HttpRequest, pk: int) -> HttpResponse:
    """Mask the patient of a stay for everyone. The form names nobody."""
    stay = get_object_or_404(Stay, pk=pk)
    rules.check(actor(request), Permission.REGISTER, unit_id=stay.unit_id)

    def act(data: dict[str, Any]) -> Done:
        protections.protect(stay=stay, protection=data["protection"], by=actor(request), at=timezone.now())
        return Done(_("Séjour protégé : le nom du patient n’apparaît plus."), _back(stay))

    form = ProtectForm(request.POST or None, initial={"protection": stay.protection})
    return Dialog(
        form, _("Protéger ce séjour"), _("Masquer le nom partout"), "patients/protections/protect.html"
    ).answer(request, act)


@require_POST
@door(Permission.REGISTER)
def unprotect(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the patient of a stay again."""
    stay = get_object_or_404(Stay, pk=pk)
    protections.unprotect(stay=stay, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Protection du séjour levée."), _back(stay)))


def _back(stay: Stay) -> str:
    return reverse("patients:record", args=[stay.patient_id])
