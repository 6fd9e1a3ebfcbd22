"""The stays of a patient, on the record: those that were, that are, that are expected; who is responsible."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import rules
from amh.core.dates import moment
from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.fields import Choices
from amh.core.models import User
from amh.core.requests import sent, words
from amh.core.roles import Permission
from patients.actions import movements, preadmissions, stays
from patients.forms.stays import CancelForm, PhysicianForm, PreadmitForm, RescheduleForm
from patients.models import HERE, Movement, Patient, Placement, Stay, StayState
from patients.queries import links, physicians, records
from patients.queries.placements import reaching
from patients.rules import accesses as access_rules
from patients.rules import preadmissions as preadmission_rules
from patients.rules.preadmissions import CHANGERS
from patients.rules.stays import NAMERS
from patients.views.records import Act, back, opening, pressing, row, who
from wards.queries import units

PREADMIT = "patients/stays/preadmit.html"


@dataclass(frozen=True)
class Shown:
    """A stay as the record shows it, with what this person may do about it."""

    stay: Stay
    by: User
    dpi_url: str = ""
    """Where the patient record of the hospital shows it."""

    @property
    def place(self) -> Placement | None:
        """Where the patient lies in this stay."""
        here: list[Placement] = self.stay.here  # type: ignore[attr-defined]
        return here[0] if here else None

    @property
    def words(self) -> str:
        """The stay in a few words."""
        return records.words(self.stay)

    @property
    def is_here(self) -> bool:
        """Whether the hospital answers for the patient in this stay."""
        return self.stay.state in HERE

    @property
    def numbers(self) -> list[str]:
        """The numbers by which other systems know it."""
        return [number for number in (self.stay.account_number, self.stay.visit_number) if number]

    @property
    def means(self) -> list[str]:
        """How the patient came and is to go, and what room was asked for, as the administration says."""
        said = [
            (_("venu : %s"), self.stay.get_arrival_transport_display()),
            (_("repart : %s"), self.stay.get_departure_transport_display()),
        ]
        asked = [_("chambre particulière demandée")] if self.stay.single_room else []
        return [words % how for words, how in said if how] + asked

    @property
    def board_url(self) -> str:
        """The bed on the board, by its lasting address; this app knows no page above it."""
        bed = self.place.bed if self.place else None
        return f"/lits/?{urlencode({'unite': bed.room.unit.code})}#lit-{bed.pk}" if bed else ""

    @property
    def may_change(self) -> bool:
        """Whether the hour can be changed, or the expectation called off."""
        return self.stay.state == StayState.EXPECTED and self._may(*CHANGERS)

    @property
    def may_name(self) -> bool:
        """Whether the physician can be named."""
        return self._may(*NAMERS)

    @property
    def may_protect(self) -> bool:
        """Whether the stay can be hidden, or shown again."""
        return self._may(Permission.REGISTER)

    @property
    def may_return(self) -> bool:
        """Whether the expectation that was called off can be taken up again."""
        return self.called_off is not None and self._may(*CHANGERS)

    @property
    def called_off(self) -> Movement | None:
        """The preadmission that was struck out last."""
        struck: list[Movement] = getattr(self.stay, "struck", [])
        return struck[-1] if struck else None

    def _may(self, *permissions: Permission) -> bool:
        return any(rules.may(self.by, permission, unit_id=self.stay.unit_id) for permission in permissions)


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """Every stay, the newest first, with where the patient lies; those that were called off apart."""
    here = Placement.objects.filter(reaching(at), starts_at__lte=at).select_related("unit", "bed__room__unit")
    standing = records.stays(patient).select_related("unit", "practitioner")
    standing = standing.prefetch_related(Prefetch("placements", here, to_attr="here"))
    elsewhere = links.addresses([stay.pk for stay in standing])
    return {
        "stays": [Shown(stay, by, elsewhere.get(stay.pk, "")) for stay in standing],
        "called_off": [Shown(stay, by) for stay in records.called_off(patient)],
    }


@door(Permission.REGISTER)
def preadmit(request: HttpRequest, pk: int) -> HttpResponse:
    """Expect the patient."""
    act = opening(request, pk, page="patient.stay")
    looked_at = request.POST.getlist("looked_at") if request.POST.get("confirmed") else []

    def expect(data: dict[str, Any]) -> Done:
        stay = stays.preadmit(patient=act.patient, **data, looked_at=looked_at, by=act.by, at=act.at)
        facts = {"unit": stay.unit, "when": moment(data["expected_at"], now=act.at)}
        undo_url = reverse("patients:stays-undo", args=[act.patient.pk, stay.movements.latest("pk").pk])
        return _done(act, _("Séjour prévu : %(unit)s, %(when)s.") % facts, undo_url=undo_url)

    form = PreadmitForm(sent(request), now=act.at, units=lambda: _units(act), initial={"unit": _own_unit(act)})
    dialog = Dialog(form, _("Prévoir un séjour"), _("Prévoir ce séjour"), PREADMIT, lambda: _context(act, form))
    return dialog.answer(request, expect)


def _context(act: Act, form: PreadmitForm) -> dict[str, Any]:
    """Whom the form is about, and what is to be looked at once it is right but for that."""
    said = getattr(form, "cleaned_data", {})
    found: Iterable[tuple[str, str]] = ()
    if said.get("unit") and said.get("expected_at"):
        when = {"expected_at": said["expected_at"], "now": act.at}
        found = preadmission_rules.doubts(act.patient, said["unit"], **when).items()
    return {"who": who(act.patient), "doubts": found}


def _units(act: Act) -> Choices:
    """The units where this person may expect somebody, their own first."""
    allowed = [one for one in units.receiving(at=act.at) if rules.may(act.by, Permission.REGISTER, unit_id=one.pk)]
    own = [(unit.pk, unit.name) for unit in allowed if unit.pk in act.by.posting.units]
    others = [(unit.pk, unit.name) for unit in allowed if unit.pk not in act.by.posting.units]
    return [group for group in ((_("Mes unités"), own), (_("Autres unités"), others)) if group[1]]


def _own_unit(act: Act) -> int | None:
    """The unit where this person works, when it is one alone."""
    own = act.by.posting.units
    return next(iter(own)) if len(own) == 1 else None


@door(*CHANGERS)
def reschedule(request: HttpRequest, pk: int, stay_pk: int) -> HttpResponse:
    """Expect the patient at another hour."""
    act = opening(request, pk, page="patient.stay")
    stay = row(Stay, act, stay_pk)

    def change(data: dict[str, Any]) -> Done:
        preadmissions.reschedule(stay=stay, **data, by=act.by, at=act.at)
        kept = preadmission_rules.kept_otherwise(stay, expected_at=data["expected_at"], now=act.at)
        return act.done(f"{_('Arrivée prévue : %s.') % moment(data['expected_at'], now=act.at)} {kept}".strip())

    initial = {"expected_at": stay.expected_at and timezone.localtime(stay.expected_at)}
    form = RescheduleForm(sent(request), now=act.at, initial=initial)
    return act.dialog(form, _("Changer l’heure d’arrivée"), _("Changer l’heure"), change)


@door(*CHANGERS)
def cancel(request: HttpRequest, pk: int, stay_pk: int) -> HttpResponse:
    """Say that the patient does not come, and why."""
    act = opening(request, pk, page="patient.stay")
    stay = row(Stay, act, stay_pk)

    def call_off(data: dict[str, Any]) -> Done:
        preadmissions.cancel(stay=stay, **data, by=act.by, at=act.at)
        undo_url = reverse("patients:stays-reinstate", args=[act.patient.pk, stay.pk])
        return _done(act, _("Séjour annulé : le patient n’est plus attendu."), undo_url=undo_url)

    form = CancelForm(sent(request))
    return act.dialog(form, _("Le patient ne vient pas"), _("Annuler ce séjour"), call_off)


@require_POST
@door(*CHANGERS)
def reinstate(request: HttpRequest, pk: int, stay_pk: int) -> HttpResponse:
    """Expect the patient again."""
    act = pressing(request, pk)
    preadmissions.reinstate(stay=row(Stay, act, stay_pk), by=act.by, at=act.at)
    return finished(request, _done(act, _("Le patient est de nouveau attendu.")))


@require_POST
@door(*CHANGERS, Permission.DISCHARGE)
def undo(request: HttpRequest, pk: int, movement_pk: int) -> HttpResponse:
    """Take back the last act of a stay."""
    act = pressing(request, pk)
    movement = get_object_or_404(Movement, pk=movement_pk, stay__patient=act.patient)
    movements.undo(movement=movement, by=act.by, at=act.at)
    return finished(request, _done(act, _("Annulé : %s.") % movement.get_kind_display().lower()))


@door(*NAMERS)
def assign_practitioner(request: HttpRequest, pk: int, stay_pk: int) -> HttpResponse:
    """Name the physician responsible for a stay."""
    act = opening(request, pk, page="patient.physician")
    stay = row(Stay, act, stay_pk)

    def name(data: dict[str, Any]) -> Done:
        named = data["practitioner"]
        stays.assign_practitioner(stay=stay, practitioner=named, by=act.by, at=act.at)
        return act.done(_("Médecin responsable : %s.") % (named or _("à désigner")))

    form = PhysicianForm(sent(request), initial={"practitioner": stay.practitioner_id})
    return act.dialog(form, _("Médecin responsable"), _("Désigner"), name)


@require_safe
@door(*NAMERS)
def offered(request: HttpRequest) -> HttpResponse:
    """The physicians whom the words typed find."""
    found = physicians.options(words(request, "words"))
    return render(request, "patients/correspondents/options.html", {"options": found})


def _done(act: Act, sentence: str, *, undo_url: str = "") -> Done:
    """Say what was done, and show the record, which may have ceased to open to this person."""
    opens = rules.opened(act.by, patient_id=act.patient.pk) or access_rules.opens(act.patient, to=act.by, at=act.at)
    if opens:
        return Done(sentence, back(act.patient), undo_url)
    closed = _("Ce dossier n’est plus ouvert à vos unités.")
    return Done(f"{sentence} {closed}", reverse("patients:search"), undo_url)
