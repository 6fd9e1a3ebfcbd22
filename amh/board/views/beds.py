from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.board import alarms, bars, boards, choices, differences, menus, saved_views
from amh.board.acts import LETTERS
from amh.board.audiences import DOOR, audience, is_wall
from amh.board.drops import Drop
from amh.board.forms import PlaceForm, ReserveForm
from amh.board.views import walls
from amh.board.views.cards import shown
from amh.board.views.dialogs import FORM, finished, undo_url
from amh.core import audit, rules
from amh.core.dialogs import Dialog
from amh.core.doors import door, entered_by
from amh.core.errors import Conflict
from amh.core.live import feed
from amh.core.models import User
from amh.core.requests import actor, ip, sent
from amh.core.roles import Permission
from patients.actions import beds as bed_actions
from patients.actions import reservations, stays
from patients.models import Reservation, Stay
from patients.queries import links, placements
from patients.queries.patients import ipps
from patients.rules.beds import named
from wards.models import Bed, Cleaning

UNPROCESSABLE = 422


@require_safe
@door(*DOOR)
@entered_by(walls.way_in)
def listing(request: HttpRequest) -> HttpResponse:
    """Show every bed of the hospital, or of one unit, now or at another moment."""
    by, now = actor(request), timezone.now()
    query, refusal = bars.asked(request.GET.dict(), now=now)
    if is_wall(by) and not query.wall:
        return redirect(request.path + query.url(mode="mural"))
    position = feed.position()
    viewers = audience(by, language=get_language() or "fr", wall=query.wall)
    page = differences.page(query, viewers, now=now)
    bar = bars.Bar(page.query, now, by.last_login, refusal, request.GET.dict() if refusal else None)
    asked: dict[str, Any] = {"filters": query.filters} | dict(differences.traced(query))
    audit.trace("board", by=by, at=now, ip=ip(request), count=page.named_count(), unit_id=page.unit_id, **asked)
    context = page.context() | {"rendered_at": now, "position": position, "my_units": page.own_units(), "bar": bar}
    context["alarm"] = alarms.html(alarms.QUIET if query.at else alarms.read(at=now))
    if bar.is_live:
        context["live_url"] = "/live/lits?mode=mural" if query.wall else "/live/lits"
    else:
        context["moment_label"] = bar.label
    if query.wall:
        context |= walls.context(by)
    else:
        context |= saved_views.shown(saved_views.of(query), by=by)
    template = "board/walls/show.html" if query.wall else "board/beds/list.html"
    status = UNPROCESSABLE if refusal else 200
    return render(request, template, context | {"letters": LETTERS, "wall": query.wall}, status=status)


@require_safe
@door(Permission.VIEW_BOARD)
def menu(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one bed: who, since when, and what may be done, each refusal with its reason."""
    bed = _get(pk)
    card, row = shown(request, bed, page="bed")
    acts = menus.of_bed(bed, row, by=actor(request), at=timezone.now())
    context = menus.shown(acts) | {"card": card, "title": card.label}
    if card.name and not card.masked and row.patient_id:
        context["ipp"] = ", ".join(ipps(row.patient_id))
        context["dpi_url"] = links.address(row.stay_id) if row.stay_id else ""
    return render(request, "board/beds/menu.html", context)


@door(Permission.PLACE)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the bed to a patient who has none."""
    by, now = actor(request), timezone.now()
    bed = _get(pk)
    rules.check(by, Permission.PLACE, unit_id=bed.room.unit_id)
    offered = partial(_offered, request, bed, by=by, at=now)
    form = PlaceForm(sent(request), now=now, stays=offered, initial={"stay": _awaited(bed)})

    def act(data: dict[str, Any]) -> HttpResponse:
        stay = get_object_or_404(Stay.objects.select_related("patient", "unit"), pk=data["stay"])
        form.heed(Drop(stay, placements.current(stay, at=now), bed, by, now))
        movement = stays.place(stay=stay, bed=bed, by=by, at=now, effective_at=data["effective_at"])
        facts = {"bed": bed, "patient": named(stay.patient, unit_id=bed.room.unit_id, to=by, stay=stay)}
        sentence = _("Lit %(bed)s attribué : %(patient)s.") % facts
        return finished(request, sentence, undo_url=undo_url(movement))

    facts = partial(
        _facts, request, bed, page="bed.place", consequence=_("Le lit sera occupé à partir de l’heure effective.")
    )
    return Dialog(form, _("Attribuer le lit %s") % bed, _("Attribuer ce lit"), FORM, facts).answer(request, act)


@door(Permission.RESERVE)
def reserve(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the bed for a patient who is expected."""
    by, now = actor(request), timezone.now()
    bed = _get(pk)
    rules.check(by, Permission.RESERVE, unit_id=bed.room.unit_id)
    soon = timezone.localtime(now + timedelta(hours=1)).replace(minute=0)
    offered = partial(_offered, request, bed, by=by, at=now)
    form = ReserveForm(sent(request), now=now, stays=offered, initial={"expected_at": soon})

    def act(data: dict[str, Any]) -> HttpResponse:
        stay = get_object_or_404(Stay, pk=data["stay"])
        kept = reservations.reserve(stay=stay, bed=bed, expected_at=data["expected_at"], by=by, at=now)
        return finished(request, _("Lit %s réservé.") % bed, undo_url=reverse("board:unreserve", args=[kept.pk]))

    facts = partial(_facts, request, bed, page="bed.reserve")
    return Dialog(form, _("Réserver le lit %s") % bed, _("Réserver ce lit"), FORM, facts).answer(request, act)


@require_POST
@door(Permission.RESERVE)
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the kept bed go."""
    bed, now = _get(pk), timezone.now()
    kept = placements.reservation(bed.pk, at=now)
    if kept is None:
        raise Conflict(_("Le lit %s n’est plus réservé.") % bed, code="not_reserved")
    reservations.release(reservation=kept, by=actor(request), at=now)
    sentence = _("Réservation du lit %s levée.") % bed
    return finished(request, sentence, undo_url=reverse("board:restore", args=[kept.pk]))


@require_POST
@door(Permission.RESERVE)
def unreserve(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a reservation back: this one, whatever keeps the bed by now."""
    kept = get_object_or_404(Reservation.objects.select_related("bed__room"), pk=pk)
    reservations.take_back(reservation=kept, by=actor(request), at=timezone.now())
    return finished(request, _("Lit %s : réservation annulée.") % kept.bed)


@require_POST
@door(Permission.RESERVE)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep again a bed that was let go."""
    kept = get_object_or_404(Reservation.objects.select_related("bed__room"), pk=pk)
    reservations.restore(reservation=kept, by=actor(request), at=timezone.now())
    return finished(request, _("Lit %s gardé de nouveau.") % kept.bed)


@require_POST
@door(Permission.CLEAN)
def clean(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the bed is clean."""
    bed = _get(pk)
    cleaning = bed_actions.clean(bed=bed, by=actor(request), at=timezone.now())
    return finished(request, _("Lit %s propre.") % bed, undo_url=undo_url(cleaning))


@require_POST
@door(Permission.CLEAN)
def undo_clean(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a cleaning back."""
    cleaning = get_object_or_404(Cleaning.objects.select_related("bed__room"), pk=pk)
    bed_actions.undo_clean(cleaning=cleaning, by=actor(request), at=timezone.now())
    return finished(request, _("Lit %s : bionettoyage annulé.") % cleaning.bed)


def _get(pk: int) -> Bed:
    return get_object_or_404(Bed.objects.select_related("room__unit"), pk=pk)


def _facts(request: HttpRequest, bed: Bed, *, page: str, consequence: str = "") -> dict[str, Any]:
    return {"card": shown(request, bed, page=page)[0], "consequence": consequence}


def _offered(request: HttpRequest, bed: Bed, *, by: User, at: datetime) -> choices.Choices:
    """Who may get the bed; that they were read is traced as a list."""
    viewers = audience(by, language=get_language() or "")
    offered, named_count = choices.stays(boards.read(at), viewers, by=by, near=bed.room.unit_id)
    audit.trace("stays.waiting", by=by, at=at, ip=ip(request), count=named_count)
    return offered


def _awaited(bed: Bed) -> int | None:
    kept = placements.reservation(bed.pk, at=timezone.now())
    return kept.stay_id if kept else None
