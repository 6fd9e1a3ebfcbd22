from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from amh.board import boards, choices
from amh.board.acts import reason
from amh.board.forms import SettleForm
from amh.board.views.subjects import Subject, subject
from amh.core import rules
from amh.core.dates import moment
from amh.core.doors import door
from amh.core.requests import sent
from amh.core.roles import Permission
from patients.actions import reconciliations
from patients.models import Placement, StayState
from patients.queries import placements
from patients.rules import reconciliations as reconciliation_rules
from patients.rules.reconciliations import Answer
from wards.models import Bed

TEMPLATE = "board/stays/reconcile.html"


@dataclass(frozen=True)
class Option:
    """One answer: its words, what follows from it, why it is refused."""

    answer: str
    label: str
    consequence: str
    refusal: str | None


@dataclass(frozen=True)
class Contradiction:
    """``one`` is said to be at ``place``, which ``other`` contradicts."""

    one: Subject
    other: Subject
    place: Placement
    held: Placement

    @property
    def bed(self) -> Bed | None:
        """The bed that was said."""
        return self.place.wanted_bed

    @property
    def is_of_one_patient(self) -> bool:
        """Whether one patient is said to be in two stays."""
        return self.held.patient_id == self.place.patient_id

    def facts(self) -> Iterator[tuple[str, str]]:
        """Who is said to be there, and who is."""
        now = self.one.now
        facts = {"patient": self.one.name, "since": moment(self.place.starts_at, now=now), "bed": str(self.bed)}
        yield _("Dit au lit %(bed)s") % facts, _("%(patient)s depuis %(since)s") % facts
        where = str(self.held.bed or self.held.unit)
        facts = {"patient": self.other.name, "since": moment(self.held.starts_at, now=now), "bed": where}
        label = _("L’autre séjour, %(bed)s") if self.is_of_one_patient else _("Tient le lit %(bed)s")
        yield label % facts, _("%(patient)s depuis %(since)s") % facts

    def options(self) -> Iterator[Option]:
        """The answers that make sense, each with what follows from it."""
        before = placements.before(self.place)
        there = before.bed if before else None
        facts = {"one": self.one.name, "other": self.other.name, "bed": self.bed, "there": there}
        if self.is_of_one_patient:
            yield self._option(
                Answer.LEFT, _("L’autre séjour est fini"), _("Le patient est dans le lit %(bed)s.") % facts
            )
            yield self._option(Answer.MISTAKEN, _("Erreur de saisie"), _("La dernière saisie est annulée."))
            return
        left = _("%(other)s n’est plus là ; %(one)s est dans le lit %(bed)s.") % facts
        yield self._option(Answer.LEFT, _("L’autre est parti"), left)
        yield self._option(Answer.SWAPPED, _("Échange"), self._swapped(there) % facts)
        yield self._option(Answer.MISTAKEN, _("Erreur de saisie"), self._mistaken(there) % facts)

    def _swapped(self, there: Bed | None) -> str:
        if there is None:
            return _("%(one)s est dans le lit %(bed)s ; préciser où est %(other)s.")
        return _("%(one)s est dans le lit %(bed)s, %(other)s dans le lit %(there)s.")

    def _mistaken(self, there: Bed | None) -> str:
        if there is None:
            return _("%(one)s est dans l’unité, sans lit, sauf précision.")
        return _("%(one)s n’a pas quitté le lit %(there)s, sauf précision.")

    def _option(self, answer: Answer, label: str, consequence: str) -> Option:
        left = answer == Answer.LEFT
        permission, who = (Permission.DISCHARGE, self.other) if left else (Permission.PLACE, self.one)
        refusal = reason(lambda: rules.check(self.one.by, permission, unit_id=who.unit_id))
        return Option(answer.value, label, consequence, refusal)


@door(Permission.PLACE, Permission.DISCHARGE)
def reconcile(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer who is in the bed that two patients are said to be in."""
    one = subject(request, pk)
    if not rules.may(one.by, Permission.DISCHARGE, unit_id=one.unit_id):
        rules.check(one.by, Permission.PLACE, unit_id=one.unit_id)
    place, held = reconciliation_rules.contradiction(one.stay, now=one.now)
    found = Contradiction(one, subject(request, held.stay_id), place, held)
    away = found.other.stay.state == StayState.ON_LEAVE
    form = SettleForm(sent(request), now=one.now, away=away, beds=partial(_beds, one))

    def act(data: dict[str, Any]) -> HttpResponse:
        said = data | {"answer": Answer(data["answer"]), "bed": _bed(data["bed"])}
        movement = reconciliations.reconcile(stay=one.stay, **said, by=one.by, at=one.now)
        return one.done(_("Lit %(bed)s confirmé.") % {"bed": found.bed}, movement)

    if request.method != "POST":
        found.other.trace(page="stay.reconcile")
    title, page = _("Qui est dans le lit %s ?") % found.bed, "stay.reconcile"
    facts, options = list(found.facts()), list(found.options())
    return one.answer(form, title, "", act, page=page, template=TEMPLATE, facts=facts, options=options)


def _beds(one: Subject) -> choices.Choices:
    return choices.beds(boards.read(one.now), by=one.by, near=one.unit_id)


def _bed(pk: int | None) -> Bed | None:
    return Bed.objects.select_related("room__unit").filter(pk=pk).first() if pk else None
