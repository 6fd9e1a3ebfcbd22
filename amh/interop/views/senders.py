"""When the silence of a sender is news: what an administrator says of each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.dialogs import Dialog, Done
from amh.core.doors import door
from amh.core.requests import actor, sent
from amh.core.roles import Permission
from amh.interop.actions import senders
from amh.interop.actions.senders import Listening
from amh.interop.forms.senders import SenderForm
from amh.interop.models import Sender

NAMED = ("name", "watched", "silence_minutes", "calendar")


@door(Permission.SET_PARAMETERS)
def listen(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a sender, and say after how long its silence is told."""
    sender = get_object_or_404(Sender.objects.select_related("calendar"), pk=pk)
    form = SenderForm(sent(request), initial={name: getattr(sender, name) for name in NAMED})

    def act(data: dict[str, Any]) -> Done:
        changed = senders.listen(sender=sender, said=Listening(**data), by=actor(request), at=timezone.now())
        sentence = _("« %s » : silence signalé.") if changed.watched else _("« %s » : silence non signalé.")
        return Done(sentence % changed, reverse("interop:deviations"))

    return Dialog(form, _("Écouter « %s »") % sender.codes, _("Enregistrer")).answer(request, act)
