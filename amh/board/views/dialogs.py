"""How the board answers an act: where it is, with a way back."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from amh.core.models import AuditEntry, User
from patients.models import Movement
from wards.models import Cleaning

FORM = "board/beds/form.html"


def finished(
    request: HttpRequest, sentence: str, *, undo_url: str | None = None, undo: Mapping[str, str] | None = None
) -> HttpResponse:
    """Say what was done, and go back to the board; in place when the board is already there.

    It can be undone at ``undo_url``, to which the fields of ``undo`` are then sent.
    """
    if request.headers.get("HX-Request"):
        return render(request, "board/beds/done.html", {"sentence": sentence, "undo_url": undo_url, "undo": undo or {}})
    messages.success(request, sentence)
    return redirect(reverse("board:list"))


def undo_url(done: Movement | Cleaning) -> str:
    """Where an act that was just done can be taken back."""
    return reverse("board:undo-clean" if isinstance(done, Cleaning) else "board:undo", args=[done.pk])


def deed_url(*, by: User, at: datetime) -> str:
    """Where what the person did at this instant can be taken back, whatever it was."""
    return reverse("board:deed-undo", args=[AuditEntry.objects.filter(by=by, at=at).earliest("pk").pk])
