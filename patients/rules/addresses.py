"""Ways to reach a correspondent: their shape by kind, and when they were last made sure of."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from amh.core import phones
from amh.core.errors import Conflict, Invalid
from patients.models import Address, AddressKind
from patients.rules.contacts import check_email

DIALLED = frozenset({AddressKind.PHONE, AddressKind.FAX})
MAILED = frozenset({AddressKind.SECURE_MAIL, AddressKind.EMAIL})
SECURE_DOMAIN = ".mssante.fr"
"""Domain of the secure space under which most operators name their boxes; others exist, so it only warns."""
FRESH = timedelta(days=365)
"""How long an address counts as made sure of."""


def checked(kind: str, value: str) -> str:
    """The address as it is stored. Raises ``Invalid`` for what cannot be one of its kind."""
    value = value.strip()
    if not value:
        raise Invalid(_("Indiquer l’adresse."), code="required", field="value")
    if kind in DIALLED:
        return phones.stored(value, field="value")
    if kind in MAILED:
        check_email(value, field="value")
    return value


def check_unknown(address: Address) -> None:
    """Raise ``Conflict`` when the same address stands already for the same correspondent."""
    same = Address.objects.filter(practitioner=address.practitioner, organisation=address.organisation)
    same = same.filter(kind=address.kind, value__iexact=address.value, withdrawn_at=None).exclude(pk=address.pk)
    if same.exists():
        raise Conflict(_("Cette adresse est déjà notée."), code="address_known", field="value")


def check_standing(address: Address) -> None:
    """Raise ``Conflict`` for an address that was taken off the list."""
    if address.withdrawn_at is not None:
        raise Conflict(_("Cette adresse a été retirée : la rétablir d’abord."), code="address_withdrawn")


def is_fresh(address: Address, *, at: datetime) -> bool:
    """Tell whether somebody made sure of the address within the year."""
    return address.verified_at is not None and at - address.verified_at <= FRESH


def warnings(address: Address) -> list[str]:
    """What is to be looked at twice: said, never refused."""
    if address.kind in DIALLED and phones.is_doubtful(address.value):
        return [_("Vérifier le numéro %s : il n’existe pas.") % phones.shown(address.value)]
    if address.kind == AddressKind.SECURE_MAIL and not address.value.lower().endswith(SECURE_DOMAIN):
        return [_("Vérifier que cette adresse est bien dans l’espace de confiance MSSanté.")]
    return []
