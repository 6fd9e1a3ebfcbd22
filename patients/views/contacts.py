"""The people around a patient, on the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.core import phones
from amh.core.dialogs import Done
from amh.core.doors import door
from amh.core.models import User
from amh.core.requests import sent
from amh.core.roles import Permission
from patients.actions import contacts as actions
from patients.forms.contacts import ContactForm
from patients.models import Contact, ContactRole, Patient
from patients.queries import contacts, records
from patients.rules import contacts as rules
from patients.views.records import opening, pressing, row


@dataclass(frozen=True)
class Shown:
    """A contact as the record shows it."""

    contact: Contact

    @property
    def forbidden(self) -> bool:
        """Whether this person is not to be told anything."""
        return self.contact.role == ContactRole.NOT_TO_INFORM

    @property
    def stay(self) -> str:
        """The stay for which somebody is named, in words."""
        return records.words(self.contact.stay) if self.contact.stay else ""

    @property
    def phones(self) -> list[str]:
        """The numbers, as they are dialled."""
        return [phones.shown(number) for number in (self.contact.phone, self.contact.other_phone) if number]

    @property
    def warnings(self) -> list[str]:
        """What is to be looked at twice."""
        return rules.warnings(self.contact)


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """Who is to be told, and who is not; those taken off apart."""
    rows = [Shown(contact) for contact in contacts.of(patient)]
    gone = [one for one in rows if one.contact.withdrawn_at is not None]
    return {"standing": [one for one in rows if one.contact.withdrawn_at is None], "gone": gone}


@door(Permission.COMPLETE_RECORD)
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Note somebody."""
    act = opening(request, pk, page="patient.contact")

    def note(data: dict[str, Any]) -> Done:
        contact = actions.add(patient=act.patient, values=data, by=act.by, at=act.at)
        return act.done(_("Contact noté."), rules.warnings(contact))

    form = ContactForm(sent(request), patient=act.patient)
    return act.dialog(form, _("Noter un contact"), _("Noter ce contact"), note)


@door(Permission.COMPLETE_RECORD)
def change(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Correct what is noted of somebody."""
    act = opening(request, pk, page="patient.contact")
    contact = row(Contact, act, contact_pk)

    def correct(data: dict[str, Any]) -> Done:
        actions.change(contact=contact, values=data, by=act.by, at=act.at)
        contact.refresh_from_db()
        return act.done(_("Contact corrigé."), rules.warnings(contact))

    initial = {name: getattr(contact, name) for name in actions.FIELDS}
    form = ContactForm(sent(request), patient=act.patient, initial=initial)
    return act.dialog(form, _("Corriger un contact"), _("Corriger ce contact"), correct)


@require_POST
@door(Permission.COMPLETE_RECORD)
def withdraw(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Take somebody off the record."""
    act = pressing(request, pk)
    actions.withdraw(contact=row(Contact, act, contact_pk), by=act.by, at=act.at)
    return act.finished(_("Contact retiré. Il reste dans les contacts retirés, d’où il peut être rétabli."))


@require_POST
@door(Permission.COMPLETE_RECORD)
def restore(request: HttpRequest, pk: int, contact_pk: int) -> HttpResponse:
    """Undo a withdrawal."""
    act = pressing(request, pk)
    actions.restore(contact=row(Contact, act, contact_pk), by=act.by, at=act.at)
    return act.finished(_("Contact rétabli."))
