from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.board.views.dialogs import Done, finished
from amh.core.requests import actor
from patients.actions import movements
from patients.models import Movement
from wards.models import Cleaning


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the last act of a stay."""
    movement = get_object_or_404(Movement, pk=pk)
    movements.undo(movement=movement, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Annulé : %s.") % movement.get_kind_display().lower()))


def undo_url(done: Movement | Cleaning) -> str:
    """Where an act that was just done can be taken back."""
    return reverse("board:undo-clean" if isinstance(done, Cleaning) else "board:undo", args=[done.pk])
