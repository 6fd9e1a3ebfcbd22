"""Who the patient is, above the record: traits, trust, numbers; what looks wrong, and who settles it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.core import dates, parameters, phones
from amh.core.dialogs import Done
from amh.core.doors import door
from amh.core.models import User
from amh.core.roles import Permission
from patients.actions import identifiers as actions
from patients.actions import identities, patients, purges
from patients.forms.identities import AnomalyForm, IdentifierForm, ProtectionForm
from patients.models import HERE, IdentifierType, Patient, PatientIdentifier, Protection
from patients.rules import identities as rules
from patients.views import homonyms
from patients.views.records import opening, row

MASK = "•••"
"""Instead of an INS that may not be read."""


@dataclass(frozen=True)
class Shown:
    """A number as the record shows it."""

    identifier: PatientIdentifier
    patient: Patient

    @property
    def value(self) -> str:
        """The number, or a mask for an INS that is not of a qualified identity (ID-3)."""
        return self.identifier.value if rules.shows(self.identifier, self.patient) else MASK

    @property
    def by_hand(self) -> bool:
        """Whether people may end and restore it."""
        return self.identifier.type != IdentifierType.INS

    @property
    def warnings(self) -> list[str]:
        """What is to be looked at twice."""
        return rules.warnings(self.identifier, self.patient)


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """The numbers of the patient in every domain; those that are over apart."""
    rows = patient.identifiers.select_related("origin").order_by("type", "domain", "pk")
    shown = [Shown(identifier, patient) for identifier in rows]
    return {
        "standing": [one for one in shown if one.identifier.valid_until is None],
        "over": [one for one in shown if one.identifier.valid_until is not None],
        "has_ins": any(not one.by_hand for one in shown),
    }


def band(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """Who it is, in a band that never shortens a name (ID-9), with all that casts a doubt on it."""
    years = rules.age(patient, on=dates.local(at).date())
    ipps = list(patient.identifiers.filter(type=IdentifierType.IPP, valid_until=None).order_by("domain", "pk"))
    return {
        "born": rules.born(patient),
        "trust": rules.trust(patient),
        "age": "" if years is None else _("%d ans") % years,
        "ipps": [one.value if len(ipps) == 1 or not one.domain else f"{one.value} ({one.domain})" for one in ipps],
        "reach": [*map(phones.shown, filter(None, (patient.mobile, patient.phone))), *filter(None, (patient.email,))],
        "stay_numbers": sorted(set(_stay_numbers(patient))),
        "doubts": list(_doubts(patient)),
        "homonyms": homonyms.lines(patient, by=by, at=at),
        "former": [former.display_name for former in patient.merged.order_by("pk")],
    }


def _stay_numbers(patient: Patient) -> Iterator[str]:
    for stay in patient.stays.filter(state__in=HERE):
        yield from filter(None, [stay.account_number, stay.visit_number])


def _doubts(patient: Patient) -> Iterator[str]:
    """What is said against the identity, in the order of its weight."""
    said = {
        "fictive": _("Identité fictive"),
        "doubtful": _("Identité douteuse : contrôler avant tout acte"),
        "collision": _("Deux personnes ont peut-être été confondues dans ce dossier"),
        "possible_duplicate": _("Cette personne a peut-être un autre dossier"),
        "homonym": _("Homonyme signalé par un autre logiciel"),
    }
    yield from (words for name, words in said.items() if getattr(patient, name))


@door(Permission.REGISTER)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a number to the patient."""
    act = opening(request, pk, page="patient.identifier")

    def give(data: dict[str, Any]) -> Done:
        actions.add(patient=act.patient, **data, by=act.by, at=act.at)
        return act.done(_("Numéro enregistré."))

    return act.dialog(IdentifierForm(request.POST or None), _("Ajouter un numéro"), _("Ajouter ce numéro"), give)


@require_POST
@door(Permission.REGISTER)
def end(request: HttpRequest, pk: int, identifier_pk: int) -> HttpResponse:
    """Let a number name the patient no more."""
    act = opening(request, pk, page="patient.identifier")
    actions.end(identifier=row(PatientIdentifier, act, identifier_pk), by=act.by, at=act.at)
    return act.finished(_("Numéro retiré."))


@require_POST
@door(Permission.REGISTER)
def restore(request: HttpRequest, pk: int, identifier_pk: int) -> HttpResponse:
    """Let it name the patient again."""
    act = opening(request, pk, page="patient.identifier")
    actions.restore(identifier=row(PatientIdentifier, act, identifier_pk), by=act.by, at=act.at)
    return act.finished(_("Numéro rétabli."))


@door(Permission.VIEW_PATIENT)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the admissions office to check the identity."""
    act = opening(request, pk, page="patient.anomaly")

    def ask(data: dict[str, Any]) -> Done:
        identities.report(patient=act.patient, anomaly=rules.Anomaly(data["anomaly"]), by=act.by, at=act.at)
        return act.done(_("Anomalie signalée : %s.") % parameters.words("admissions_office_name"))

    form = AnomalyForm(request.POST or None)
    return act.dialog(form, _("Signaler une anomalie d’identité"), _("Signaler"), ask)


@door(Permission.REGISTER)
def protect(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the name to nobody any more."""
    act = opening(request, pk, page="patient.protection")

    def hide(data: dict[str, Any]) -> Done:
        patients.protect(patient=act.patient, protection=Protection(data["protection"]), by=act.by, at=act.at)
        sentence = _("Identité protégée : le dossier ne s’ouvre plus que par un accès exceptionnel motivé.")
        return Done(sentence, reverse("patients:search"))

    initial = {"protection": act.patient.protection}
    form = ProtectionForm(request.POST or None, initial=initial)
    template = "patients/identifiers/protect.html"
    return act.dialog(form, _("Protéger l’identité"), _("Protéger cette identité"), hide, template=template)


@require_POST
@door(Permission.REGISTER)
def unprotect(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the name again to those allowed."""
    act = opening(request, pk, page="patient.protection")
    patients.unprotect(patient=act.patient, by=act.by, at=act.at)
    return act.finished(_("Protection levée."))


@door(Permission.MERGE_PATIENTS)
def purge(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the INS everywhere."""
    act = opening(request, pk, page="patient.purge_ins")

    def forget(data: dict[str, Any]) -> Done:
        purges.purge_ins(patient=act.patient, by=act.by, at=act.at)
        return act.done(_("INS retirée de partout."))

    form = Form(request.POST if request.method == "POST" else None)
    template = "patients/identifiers/purge.html"
    return act.dialog(form, _("Retirer l’INS"), _("Retirer l’INS de partout"), forget, template=template)
