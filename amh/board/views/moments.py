from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amh.board import addresses, films, moments
from amh.board.addresses import Query
from amh.board.audiences import audience
from amh.board.bars import Bar
from amh.board.films import Film, Lens
from amh.core import audit, dates
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from wards.models import Unit

UNPROCESSABLE = 422


@never_cache
@require_safe
@door(Permission.VIEW_BOARD)
def film(request: HttpRequest) -> HttpResponse:
    """What changes on the board from the moment ``de`` to the moment ``a``: at once, or minute by minute with ``pas``.

    What the address cannot mean is said in a sentence, for the field in which it was typed.
    """
    now = timezone.now()
    try:
        start, query = _asked(request)
        shown = _shot(request, start, query, now=now)
    except Invalid as refusal:
        said = {"sentence": refusal.sentence, "field": refusal.field, "code": refusal.code}
        return JsonResponse(said, status=UNPROCESSABLE)
    return JsonResponse(
        {
            "frames": [
                {"at": int(frame.at.timestamp()) * 1000, "html": "".join(frame.parts), "reset": frame.restructured}
                for frame in shown.frames
            ],
            "position": shown.position,
            "bar": Bar(query, now=now).said(),
        }
    )


def _asked(request: HttpRequest) -> tuple[datetime, Query]:
    query = addresses.query(request.GET.dict())
    start = moments.read(request.GET.get("de", "").strip(), field="de")
    if start is None or query.at is None:
        raise Invalid(_("Indiquer de quel moment à quel moment."), code="no_moment", field="de" if start else "a")
    if abs(query.at - start) > films.LONGEST:
        raise Invalid(_("Pas plus d’un jour à la fois."), code="too_long", field="a")
    return start, query


def _shot(request: HttpRequest, start: datetime, query: Query, *, now: datetime) -> Film:
    """The film as this person may see it; who is named in it is traced as a list."""
    by = actor(request)
    viewers = audience(by, language=get_language() or "fr")
    take = films.play if "pas" in request.GET else films.jump
    end = query.at or now
    shown = take(start, end, Lens(viewers, now, query.unit), position=_position(request))
    unit_id = Unit.objects.filter(code=query.unit).values_list("pk", flat=True).first() if query.unit else None
    asked: dict[str, Any] = {"filters": query.filters, "since": dates.local(start).isoformat()}
    asked |= {"moment": dates.local(end).isoformat()}
    audit.trace("board.film", by=by, at=now, ip=ip(request), count=shown.named, unit_id=unit_id, **asked)
    return shown


def _position(request: HttpRequest) -> int | None:
    text = request.GET.get("position", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
