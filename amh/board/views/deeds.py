from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.board import deeds
from amh.board.actions import undos
from amh.board.views.dialogs import finished
from amh.core import audit, dates
from amh.core.doors import door
from amh.core.models import AuditEntry
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.rules.accesses import is_named


@dataclass(frozen=True)
class Line:
    """One act in words; ``refusal`` when it cannot be taken back any more."""

    pk: int
    when: str
    sentence: str
    refusal: str | None


@require_safe
@door(Permission.VIEW_BOARD)
def listing(request: HttpRequest) -> HttpResponse:
    """Show what the person did lately, each with its way back or the reason why there is none any more."""
    by, now = actor(request), timezone.now()
    found = deeds.lately(by=by, now=now)
    reasons = deeds.refusals(found, by=by, now=now)
    lines = [
        Line(deed.pk, dates.moment(deed.at, now=now), deed.sentence(to=by, now=now), refusal)
        for deed, refusal in zip(found, reasons, strict=True)
    ]
    stays = {stay.pk: stay for deed in found for part in deed.parts for stay in part.stays}
    named = [stay for stay in stays.values() if is_named(stay.patient, unit_id=stay.unit_id, to=by, stay=stay)]
    audit.trace("acts.mine", by=by, at=now, ip=ip(request), count=len(named))
    return render(request, "board/deeds/list.html", {"title": _("Mes derniers actes"), "lines": lines})


@require_POST
@door(Permission.VIEW_BOARD)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of them back."""
    by, now = actor(request), timezone.now()
    entry = get_object_or_404(AuditEntry, pk=pk, by=by)
    deed = undos.take_back(entry=entry, by=by, at=now)
    return finished(request, _("Annulé : %s.") % deed.sentence(to=by, now=now))
