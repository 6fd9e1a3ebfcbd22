"""Who follows a patient outside, on the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core.dialogs import Done
from amh.core.doors import door
from amh.core.models import User
from amh.core.requests import sent, words
from amh.core.roles import Permission
from patients.actions import correspondents as actions
from patients.forms.correspondents import CorrespondentForm, options, person, structure
from patients.models import Correspondent, CorrespondentRole, Patient
from patients.queries import correspondents
from patients.views.addresses import Shown as ShownAddress
from patients.views.addresses import page_of
from patients.views.records import opening, pressing, row

TEMPLATE = "patients/correspondents/form.html"


@dataclass(frozen=True)
class Shown:
    """A correspondent as the record shows it."""

    correspondent: Correspondent
    at: datetime

    @property
    def name(self) -> str:
        """Who, what, where; empty for « none declared »."""
        if self.correspondent.practitioner:
            return person(self.correspondent.practitioner)
        return structure(self.correspondent.organisation) if self.correspondent.organisation else ""

    @property
    def entry_url(self) -> str:
        """Their page in the list, where addresses are kept; empty for « none declared »."""
        named = self.correspondent.practitioner or self.correspondent.organisation
        return page_of(named) if named else ""

    @property
    def addresses(self) -> list[ShownAddress]:
        """The ways to reach them."""
        named = self.correspondent.practitioner or self.correspondent.organisation
        return [ShownAddress(address, self.at) for address in named.addresses.all()] if named else []


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """Who follows the patient, whether a general practitioner is known, and those taken off."""
    rows = [Shown(one, at) for one in correspondents.of(patient)]
    standing = [one for one in rows if one.correspondent.withdrawn_at is None]
    has_gp = any(one.correspondent.role == CorrespondentRole.GP for one in standing)
    return {
        "standing": standing,
        "gone": [one for one in rows if one.correspondent.withdrawn_at is not None],
        "has_gp": has_gp,
        "roles": [role for role in CorrespondentRole if not (has_gp and role == CorrespondentRole.GP)],
    }


@require_safe
@door(Permission.COMPLETE_RECORD)
def offered(request: HttpRequest, role: str) -> HttpResponse:
    """The options that the words typed find."""
    _check_role(role)
    found = options(words(request, "words"), role)
    return render(request, "patients/correspondents/options.html", {"options": found})


@door(Permission.COMPLETE_RECORD)
def add(request: HttpRequest, pk: int, role: str) -> HttpResponse:
    """Note who follows the patient."""
    _check_role(role)
    act = opening(request, pk, page="patient.correspondent")

    def note(data: dict[str, Any]) -> Done:
        actions.add(patient=act.patient, role=CorrespondentRole(role), by=act.by, at=act.at, **data["who"])
        return act.done(_("Correspondant noté."))

    form = CorrespondentForm(sent(request), role=role, initial={"who": request.GET.get("qui", "")})
    title = _("Noter : %s") % CorrespondentRole(role).label
    facts = {"patient": act.patient, "role": role, "structures": form.structures_alone}
    return act.dialog(form, title, _("Noter ce correspondant"), note, template=TEMPLATE, **facts)


@door(Permission.COMPLETE_RECORD)
def replace(request: HttpRequest, pk: int, correspondent_pk: int) -> HttpResponse:
    """Note somebody else in the same quality."""
    act = opening(request, pk, page="patient.correspondent")
    before = row(Correspondent, act, correspondent_pk)

    def note(data: dict[str, Any]) -> Done:
        actions.replace(correspondent=before, by=act.by, at=act.at, **data["who"])
        return act.done(_("Correspondant changé. Le précédent reste dans les correspondants retirés."))

    form = CorrespondentForm(sent(request), role=before.role)
    title = _("Changer : %s") % before.get_role_display()
    return act.dialog(form, title, _("Changer"), note, template=TEMPLATE)


@require_POST
@door(Permission.COMPLETE_RECORD)
def declare_none(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the patient declared no general practitioner: an answer, not a gap."""
    act = pressing(request, pk)
    actions.add(patient=act.patient, role=CorrespondentRole.GP, by=act.by, at=act.at)
    return act.finished(_("Noté : aucun médecin traitant déclaré."))


@require_POST
@door(Permission.COMPLETE_RECORD)
def withdraw(request: HttpRequest, pk: int, correspondent_pk: int) -> HttpResponse:
    """Take somebody off the record."""
    act = pressing(request, pk)
    actions.withdraw(correspondent=row(Correspondent, act, correspondent_pk), by=act.by, at=act.at)
    return act.finished(_("Correspondant retiré. Il peut être rétabli."))


@require_POST
@door(Permission.COMPLETE_RECORD)
def restore(request: HttpRequest, pk: int, correspondent_pk: int) -> HttpResponse:
    """Undo a withdrawal."""
    act = pressing(request, pk)
    actions.restore(correspondent=row(Correspondent, act, correspondent_pk), by=act.by, at=act.at)
    return act.finished(_("Correspondant rétabli."))


def _check_role(role: str) -> None:
    if role not in CorrespondentRole.values:
        raise Http404
