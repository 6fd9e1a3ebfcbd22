from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.board.forms import CloseForm, EndForm
from amh.board.views.cards import shown
from amh.board.views.dialogs import FORM, deed_url, finished
from amh.core import rules
from amh.core.dates import moment
from amh.core.dialogs import Dialog
from amh.core.doors import door
from amh.core.requests import actor, sent
from amh.core.roles import Permission
from patients.actions import beds as bed_actions
from patients.actions import closures
from patients.queries import closures as queries
from wards.models import Bed, Closure, ClosureKind, ClosureReason
from wards.models.validity import valid_at

END = "board/closures/end.html"


@door(Permission.CLOSE_BED)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a bed, its room or its unit, now or for a time to come."""
    by, now = actor(request), timezone.now()
    bed = get_object_or_404(Bed.objects.select_related("room__unit"), pk=pk)
    rules.check(by, Permission.CLOSE_BED, unit_id=bed.room.unit_id)
    form = CloseForm(sent(request), now=now, places=_places(bed))

    def act(data: dict[str, Any]) -> HttpResponse:
        what = data.pop("what")
        said = data | {"reason": ClosureReason(data["reason"]), "kind": ClosureKind(data["kind"])}
        said |= {"by": by, "at": now}
        match what:
            case "unit":
                made = closures.close_unit(unit=bed.room.unit, **said)
            case "room":
                made = closures.close_room(room=bed.room, **said)
            case _:
                made = closures.close(beds=[bed], **said)
        return finished(request, _closed(bed, made, now=now), undo_url=deed_url(by=by, at=now))

    title, page = _("Fermer le lit %s") % bed, "bed.close"
    consequence = _("Personne n’y est installé pendant ce temps. Une fermeture se lève ou s’abrège depuis le lit.")
    context = partial(_context, request, bed, page=page, consequence=consequence)
    return Dialog(form, title, _("Fermer"), FORM, context).answer(request, act)


def _places(bed: Bed) -> list[tuple[str, str]]:
    now = timezone.now()
    here = Bed.objects.filter(valid_at(now), room__unit=bed.room.unit_id)
    room, unit = here.filter(room=bed.room_id).count(), here.count()
    found = [("bed", _("ce lit"))]
    if room > 1:
        found.append(("room", _("la chambre %(room)s, %(number)d lits") % {"room": bed.room, "number": room}))
    if unit > room:
        found.append(("unit", _("toute l’unité %(unit)s, %(number)d lits") % {"unit": bed.room.unit, "number": unit}))
    return found


def _closed(bed: Bed, made: Sequence[Closure], *, now: datetime) -> str:
    planned = made[0].starts_at > now
    facts = {"bed": bed, "number": len(made), "start": moment(made[0].starts_at, now=now)}
    if len(made) == 1:
        said = _("Lit %(bed)s fermé à partir du %(start)s.") if planned else _("Lit %(bed)s fermé.")
    else:
        said = _("%(number)d lits fermés à partir du %(start)s.") if planned else _("%(number)d lits fermés.")
    return said % facts


@require_POST
@door(Permission.CLOSE_BED)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """End whatever closes a bed now."""
    by, now = actor(request), timezone.now()
    bed = get_object_or_404(Bed.objects.select_related("room__unit"), pk=pk)
    bed_actions.reopen(bed=bed, by=by, at=now)
    return finished(request, _("Lit %s rouvert.") % bed, undo_url=deed_url(by=by, at=now))


@door(Permission.CLOSE_BED)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Shorten or prolong a closure, lift it or strike it out: alone, or with those that were made together."""
    by, now = actor(request), timezone.now()
    closure = get_object_or_404(Closure.objects.select_related("bed__room__unit"), pk=pk)
    rules.check(by, Permission.CLOSE_BED, unit_id=closure.bed.room.unit_id)
    whole, begun = queries.together(closure), closure.starts_at <= now
    until = closure.ends_at and timezone.localtime(closure.ends_at)
    form = EndForm(sent(request), now=now, number=len(whole), initial={"until": until})

    def act(data: dict[str, Any]) -> HttpResponse:
        several = whole if data.get("together") else [closure]
        if "now" in request.POST:
            closures.end(closures=several, by=by, at=now)
            sentence = _("Fermeture levée.") if begun else _("Fermeture annulée.")
        else:
            closures.set_ends(closures=several, until=data["until"], by=by, at=now)
            sentence = _("Fin de la fermeture enregistrée.")
        return finished(request, sentence, undo_url=deed_url(by=by, at=now))

    facts = {"closure": closure, "begun": begun, "start": moment(closure.starts_at, now=now)}
    facts["stop"] = moment(closure.ends_at, now=now) if closure.ends_at else ""
    context = partial(_context, request, closure.bed, page="bed.closure", **facts)
    title = _("Fermeture du lit %s") % closure.bed
    return Dialog(form, title, _("Enregistrer cette fin"), END, context).answer(request, act)


def _context(request: HttpRequest, bed: Bed, *, page: str, **facts: Any) -> dict[str, Any]:
    return {"card": shown(request, bed, page=page)[0]} | facts
