"""Which people around a patient can be noted, and what is to be looked at twice."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Value
from django.utils.translation import gettext as _

from amh.core import phones
from amh.core.errors import Conflict, Invalid
from patients.models import Contact, ContactRole, Patient
from patients.models.patients import Folded
from patients.rules.records import check_stay

PHONES = ("phone", "other_phone")


def checked(values: Mapping[str, Any], patient: Patient) -> dict[str, Any]:
    """The values of a contact as they are stored: numbers in E.164, a stay for a trusted person alone (DR-7).

    Raises ``Invalid`` beside the value that is missing or cannot be.
    """
    found: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if not found.get("name"):
        raise Invalid(_("Indiquer le nom de la personne."), code="required", field="name")
    check_email(found.get("email", ""))
    check_stay(found.get("stay"), patient)
    if found["role"] == ContactRole.TRUSTED and found.get("stay") is None:
        sentence = _("La personne de confiance est désignée pour un séjour : choisir lequel.")
        raise Invalid(sentence, code="required", field="stay")
    return found | {name: phones.stored(found[name], field=name) for name in PHONES if name in found}


def check_email(address: str, *, field: str = "email") -> None:
    """Raise ``Invalid`` beside ``field`` for what is no e-mail address; none at all is fine."""
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise Invalid(_("Cette adresse électronique n’est pas valable."), code="bad_email", field=field) from error


def check_standing(contact: Contact) -> None:
    """Raise ``Conflict`` for a contact that was taken off the record."""
    if contact.withdrawn_at is not None:
        raise Conflict(_("Ce contact a été retiré : le rétablir d’abord."), code="contact_withdrawn")


def check_unknown(contact: Contact) -> None:
    """Raise ``Conflict`` when the person is noted already, or when two notes about them would contradict each other."""
    others = Contact.objects.filter(patient=contact.patient_id, withdrawn_at=None).exclude(pk=contact.pk)
    trusted = contact.role == ContactRole.TRUSTED
    if trusted and others.filter(role=ContactRole.TRUSTED, stay=contact.stay).exists():
        sentence = _("Une personne de confiance est déjà désignée pour ce séjour : la retirer d’abord.")
        raise Conflict(sentence, code="trusted_known", field="role")
    same = others.alias(folded=Folded("name")).filter(folded=Folded(Value(contact.name)))
    roles = set(same.values_list("role", flat=True))
    if contact.role in roles and not trusted:
        raise Conflict(_("Cette personne est déjà notée à ce titre."), code="contact_known", field="name")
    if roles and (contact.role == ContactRole.NOT_TO_INFORM) != (ContactRole.NOT_TO_INFORM in roles):
        sentence = _(
            "Cette personne est déjà notée, à prévenir ou à ne pas prévenir : retirer d’abord l’autre mention."
        )
        raise Conflict(sentence, code="contact_contradicted", field="role")


def warnings(contact: Contact) -> list[str]:
    """What is to be looked at twice: said, never refused."""
    doubtful = [number for number in (contact.phone, contact.other_phone) if number and phones.is_doubtful(number)]
    return [_("Vérifier le numéro %s : il n’existe pas.") % phones.shown(number) for number in doubtful]
