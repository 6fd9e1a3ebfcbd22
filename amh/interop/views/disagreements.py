"""« Qu’est-ce qui ne concorde pas ? »: places told in two ways, places nobody described, records that may be one."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import audit, parameters, rules
from amh.core.doors import door
from amh.core.live import feed
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from amh.interop.actions import disagreements
from amh.interop.disagreements import Line
from patients.models import Movement
from patients.queries import disagreements as queries
from patients.queries import placeholders
from patients.queries.disagreements import Kind
from patients.rules import duplicates

LETTERS = "qsm"


@require_safe
@door(Permission.VIEW_FEED, Permission.VIEW_PATIENT)
def listing(request: HttpRequest) -> HttpResponse:
    """List what does not agree; who may know no patient is told how much, and what is to be described."""
    by, now = actor(request), timezone.now()
    position = feed.position()
    may_know = rules.scope(by, Permission.VIEW_PATIENT) is not None
    units = rules.units(by, Permission.VIEW_PATIENT) if may_know else None
    lag = timedelta(hours=parameters.value("feed_lag_hours"))
    found = queries.disagreements(now, lag=lag, unit_ids=units)
    lines = [Line(one, by, now) for one in found] if may_know else []
    loud = [one for one in found if one.kind != Kind.UNTOLD]
    pairs = duplicates.pairs(to=by, at=now) if may_know else []
    count = sum(line.is_named for line in lines) + 2 * len(pairs)
    audit.trace("disagreements", by=by, at=now, ip=ip(request), count=count)
    places = [*placeholders.units(at=now), *placeholders.beds(at=now)]
    context = {
        "title": _("Qu’est-ce qui ne concorde pas ?"),
        "may_know": may_know,
        "lines": lines[: len(loud)],
        "untold": lines[len(loud) :],
        "count": len(loud),
        "untold_count": len(found) - len(loud),
        "places": places,
        "pairs": pairs,
        "tab_count": len(loud) + len(places) + len(pairs),
        "letters": LETTERS,
        "position": position,
        "rendered_at": now,
    }
    if rules.scope(by, Permission.VIEW_BOARD) is not None:
        context["live_url"] = "/live/lits"
    return render(request, "interop/disagreements/list.html", context)


@require_POST
@door(Permission.PLACE)
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the patient where this movement says."""
    said = get_object_or_404(Movement.objects.select_related("stay", "unit", "bed__room__unit"), pk=pk)
    done = disagreements.settle(said=said, by=actor(request), at=timezone.now())
    where = str(done.bed or done.unit)
    messages.success(request, _("Rapproché : %s. Peut s’annuler depuis « Mes derniers actes ».") % where)
    return redirect("interop:disagreements")
