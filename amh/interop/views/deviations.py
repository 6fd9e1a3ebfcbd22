"""Who deviates from the French profile, how, how often: for those who follow the feeds, to hand to an editor.

No patient is named or quoted: an example is the number of a message and what a value looks like.
"""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amh.core import dates, tables
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.roles import Permission
from amh.interop import habits
from amh.interop.documents import deviations as documents
from amh.interop.models import Sender
from amh.interop.queries.deviations import Period, report, standings


@require_safe
@door(Permission.VIEW_FEED)
def listing(request: HttpRequest) -> HttpResponse:
    """Show every sender, those that deviate most first."""
    period, now = _period(request), timezone.now()
    context = {"title": _("Qui s’écarte du profil ?"), "standings": standings(period=period, at=now)}
    return render(request, "interop/deviations/list.html", context | _periods(period))


@require_safe
@door(Permission.VIEW_FEED)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one sender does otherwise than the profile, most often first, each with what to ask of its editor."""
    sender, period, now = get_object_or_404(Sender, pk=pk), _period(request), timezone.now()
    found = report(sender, period=period, at=now)
    context = {
        "title": _("%s : qu’est-ce qui s’écarte du profil ?") % sender,
        "sender": sender,
        "report": found,
        "lines": habits.lines(found),
        "said": _said(found.since, now),
    }
    return render(request, "interop/deviations/show.html", context | _periods(period))


@require_safe
@door(Permission.VIEW_FEED)
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    sender, period, now = get_object_or_404(Sender, pk=pk), _period(request), timezone.now()
    content = documents.table(sender, report(sender, period=period, at=now), at=now)
    name = slugify(sender.codes) or str(sender.pk)
    return tables.answer(content, name=f"conformite-{name}-{dates.local(now):%Y-%m-%d}")


def _said(since: datetime, now: datetime) -> str:
    days = {"since": dates.far_day(since, today=dates.local(now).date()), "time": dates.clock(since)}
    return _("depuis le %(since)s à %(time)s") % days


def _period(request: HttpRequest) -> Period:
    """The period asked for, a week without a word. Raises ``Invalid`` for a word that is none."""
    try:
        return Period(request.GET.get("periode", Period.WEEK))
    except ValueError:
        raise Invalid(_("Choisir une période de la liste."), code="unknown_period", field="periode") from None


def _periods(chosen: Period) -> dict[str, object]:
    labels = {Period.DAY: _("24 heures"), Period.WEEK: _("7 jours"), Period.MONTH: _("30 jours")}
    return {"period": chosen.value, "periods": [(one.value, label) for one, label in labels.items()]}
