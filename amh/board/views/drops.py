"""A patient taken on the board and dropped on a bed: done at once when it is plain, else explained, with ways out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.board.drops import TO_ASK, Choice, Drop
from amh.board.forms import DropForm
from amh.board.views.dialogs import deed_url, finished
from amh.board.views.subjects import Subject, subject
from amh.board.ways import Ways
from amh.core import dates
from amh.core.doors import door
from amh.core.errors import Denied, Invalid, Refusal
from amh.core.requests import actor
from amh.core.roles import Permission
from patients.actions import drops, reservations
from patients.models import Movement, Reservation, Stay
from patients.rules import advice
from patients.rules import drops as drop_rules
from patients.rules.beds import named
from wards.models import Bed

OK, NOTHING = 200, 204
NO_BREAK = "\u00a0"
EXPLAINED = "board/drops/explain.html"


@require_POST
@door(Permission.PLACE)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the drop of a patient on this bed means, or say why not, and what can be done instead."""
    bed = get_object_or_404(Bed.objects.select_related("room__unit"), pk=pk)
    form = DropForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Ce déplacement n’a pas été compris. Recommencer depuis le plan des lits."), code="bad_drop")
    one = subject(request, form.cleaned_data["stay"])
    said = Said(one, Drop(one.stay, one.place, bed, one.by, one.now), form)
    if said.drop.is_idle and not said.choice:
        return HttpResponse(status=NOTHING)
    try:
        return said.done()
    except Refusal as refusal:
        return _explained(said, refusal)


@dataclass(frozen=True)
class Said:
    """A drop, and what the person chose to do with it, if anything."""

    one: Subject
    drop: Drop
    form: DropForm

    @property
    def choice(self) -> str:
        """The way out that was chosen; empty at first."""
        return str(self.form.cleaned_data["choice"])

    def done(self) -> HttpResponse:
        """Do it, unless it is to be asked or advised against first. Raises what stands in the way."""
        drop, choice = self.drop, Choice(self.choice or Choice.PLACE)
        if not self.choice:
            drop_rules.check_origin(drop.stay, self.form.cleaned_data["origin"], by=drop.by, now=drop.at)
            drop.check_plain()
        unread = advice.unread(drop.warnings(choice), read=self.one.request.POST.getlist("read"))
        if self.choice and unread:
            drop.check_place()
        advice.check_read(unread)
        acts: dict[Choice, Callable[[], HttpResponse]] = {
            Choice.PLACE: self._place,
            Choice.SWAP: self._swap,
            Choice.RESERVE: self._reserve,
            Choice.TAKE_OVER: self._take_over,
        }
        return acts[choice]()

    def _place(self) -> HttpResponse:
        movement = drops.place(**self._who())
        facts = {"bed": self.drop.bed, "patient": self.drop.name}
        return self.one.done(_("Lit %(bed)s attribué : %(patient)s.") % facts, movement)

    def _swap(self) -> HttpResponse:
        other = get_object_or_404(Stay.objects.select_related("patient"), pk=self.form.cleaned_data["other"])
        movement = drops.swap(**self._who(), other=other)
        name = named(other.patient, unit_id=self.drop.bed.room.unit_id, to=self.one.by, stay=other)
        facts = {"one": self.drop.name, "bed": self.drop.bed, "other": name, "there": self.drop.here}
        return self.one.done(_("Lits échangés : %(one)s au %(bed)s, %(other)s au %(there)s.") % facts, movement)

    def _reserve(self) -> HttpResponse:
        bed, when = self.drop.bed, self.drop.expected_at()
        reservations.reserve(stay=self.one.stay, bed=bed, expected_at=when, by=self.one.by, at=self.one.now)
        facts = {"bed": bed, "patient": self.drop.name, "when": dates.when(when, now=self.one.now)}
        sentence = _("Lit %(bed)s réservé : %(patient)s, attendu %(when)s.") % facts
        return finished(self.one.request, sentence, undo_url=deed_url(by=self.one.by, at=self.one.now))

    def _take_over(self) -> HttpResponse:
        kept = self.drop.kept
        if kept is None or kept.stay_id != self.form.cleaned_data["other"]:
            return self._place()
        movement = drops.take_over(**self._who(), kept=kept)
        facts = {"bed": self.drop.bed, "patient": self.drop.name}
        sentence = _("Lit %(bed)s attribué : %(patient)s. La réservation est levée.") % facts
        undo = reverse("board:hand-back", args=[movement.pk, kept.pk])
        return finished(self.one.request, sentence, undo_url=undo)

    def _who(self) -> dict[str, Any]:
        said: dict[str, Any] = {"stay": self.one.stay, "bed": self.drop.bed, "origin": self.form.cleaned_data["origin"]}
        return said | {"by": self.one.by, "at": self.one.now}


def _explained(said: Said, refusal: Refusal) -> HttpResponse:
    """What stands in the way, in words, and the ways out of it. Raises ``Denied`` for a patient of another unit."""
    one, drop = said.one, said.drop
    ways = list(Ways(drop).after(refusal.code))
    if isinstance(refusal, Denied) and not ways:
        raise refusal
    for met in drop.met(refusal.code):
        subject(one.request, met).trace(page="stay.drop")
    one.trace(page="stay.drop")
    name = one.name if one.is_named else _("Patient")
    advised = drop.warnings(Choice.PLACE) if refusal.code == advice.ADVISED_AGAINST else []
    asked = advised or refusal.code == TO_ASK
    context = {
        "title": _("%(patient)s → lit %(bed)s") % {"patient": name, "bed": str(drop.bed).replace(" ", NO_BREAK)},
        "refusal": refusal,
        "advised": advised,
        "asked": asked,
        "who": one.who,
        "ways": ways,
        "drop": drop,
    }
    return render(one.request, EXPLAINED, context, status=OK if asked else refusal.status)


@require_POST
@door(Permission.RESERVE)
def hand_back(request: HttpRequest, pk: int, reservation_pk: int) -> HttpResponse:
    """Take back an installation in a bed that was kept for somebody else: it is kept again."""
    by = actor(request)
    movement = get_object_or_404(Movement.objects.select_related("stay__patient"), pk=pk)
    kept = get_object_or_404(Reservation.objects.select_related("bed__room"), pk=reservation_pk)
    drops.hand_back(movement=movement, kept=kept, by=by, at=timezone.now())
    patient = named(movement.stay.patient, unit_id=movement.unit_id, to=by, stay=movement.stay)
    facts = {"bed": kept.bed, "patient": patient}
    return finished(request, _("Annulé : %(patient)s. Le lit %(bed)s est gardé de nouveau.") % facts)
