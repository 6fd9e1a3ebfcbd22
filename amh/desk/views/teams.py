from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amh.core import rules
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.desk import teams
from amh.desk.teams import Day


@require_safe
@door(Permission.VIEW_STAFF)
def listing(request: HttpRequest) -> HttpResponse:
    """Say of each unit who is there, who is away, who covers it; and who is on call."""
    by, now = actor(request), timezone.now()
    day = teams.day(request.GET.get("jour", ""), now=now)
    ahead = day.end > now
    context = {
        "title": _("Qui couvre quelle unité ?"),
        "team": teams.read(day, by=by),
        "day": day,
        "yesterday": address(day, days=-1),
        "tomorrow": address(day, days=1),
        "jour": day.query,
        "may_set": ahead and rules.scope(by, Permission.SET_STAFF) is not None,
        "may_keep": rules.scope(by, Permission.TAKE_COVER) is not None,
        "may_take": day.now is not None and rules.scope(by, Permission.TAKE_COVER) is not None,
    }
    return render(request, "desk/teams/list.html", context)


def address(day: Day, *, days: int = 0) -> str:
    """The address of the page, so many days later."""
    return reverse("desk:team") + teams.asking(day.date + timedelta(days=days))


def asked(request: HttpRequest) -> Day:
    """The day of the page from which a dialog was opened, and to which it goes back."""
    return teams.day(request.GET.get("jour", ""), now=timezone.now())
