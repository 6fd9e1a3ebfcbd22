from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dialogs import Dialog, Done
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.interop.actions import receivers
from amh.interop.forms.receivers import ReceiverForm
from amh.interop.models import Receiver
from amh.interop.rules.receivers import SAID


@door(Permission.SET_PARAMETERS)
def create(request: HttpRequest) -> HttpResponse:
    """Describe another system to tell what happens here."""
    rules.check(actor(request), Permission.SET_PARAMETERS)

    def act(said: dict[str, Any]) -> Done:
        made = receivers.create(said=said, by=actor(request), at=timezone.now())
        return Done(_("Destinataire ajouté : %s.") % made, reverse("interop:sendings"))

    return Dialog(ReceiverForm(request.POST or None), _("Ajouter un destinataire"), _("Ajouter")).answer(request, act)


@door(Permission.SET_PARAMETERS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a receiver otherwise."""
    rules.check(actor(request), Permission.SET_PARAMETERS)
    receiver = get_object_or_404(Receiver, pk=pk)

    def act(said: dict[str, Any]) -> Done:
        receivers.change(receiver=receiver, said=said, by=actor(request), at=timezone.now())
        return Done(_("Destinataire modifié : %s.") % said["name"], reverse("interop:sendings"))

    form = ReceiverForm(request.POST or None, initial={name: getattr(receiver, name) for name in SAID})
    return Dialog(form, _("Modifier « %s »") % receiver, _("Enregistrer")).answer(request, act)
