"""What changed under somebody's hand, asked for once their page was told that it did."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from amh.board import changes
from amh.board.changes import Change
from amh.board.views.subjects import subject
from amh.core.doors import door
from amh.core.requests import actor
from amh.core.roles import Permission
from wards.models import Bed

LONGEST = timedelta(days=1)
DRIFT = timedelta(seconds=10)
"""What another process wrote while the page was drawn may bear an hour just before it."""
NOTHING = 204


@require_safe
@door(Permission.VIEW_BOARD)
def of_bed(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who changed the bed last since the dialog was opened; 204 when nobody did."""
    bed, now = get_object_or_404(Bed.objects.select_related("room"), pk=pk), timezone.now()
    return _said(request, changes.of_bed(bed, after=_after(request, now), to=actor(request), now=now))


@require_safe
@door(Permission.VIEW_BOARD)
def of_stay(request: HttpRequest, pk: int) -> HttpResponse:
    """Say who changed the stay last since the dialog was opened; 204 when nobody did."""
    one = subject(request, pk)
    after = _after(request, one.now)
    return _said(request, changes.of_stay(one.stay, unit_id=one.unit_id, after=after, to=one.by, now=one.now))


def _said(request: HttpRequest, change: Change | None) -> HttpResponse:
    if change is None:
        return HttpResponse(status=NOTHING)
    return render(request, "board/changes/show.html", {"change": change})


def _after(request: HttpRequest, now: datetime) -> datetime:
    """The moment of the address, in seconds of universal time: within a day, else a day ago."""
    text = request.GET.get("depuis", "")
    earliest = now - LONGEST
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return earliest
    return min(max(datetime.fromtimestamp(int(text), UTC), earliest), now) - DRIFT
