"""Ways to reach a correspondent, on its page of the list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amh.core import dates, phones
from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.requests import actor, sent
from patients.actions import addresses as actions
from patients.forms.organisations import AddressForm
from patients.models import Address, AddressKind, Organisation, Practitioner
from patients.rules import addresses as rules
from patients.rules.practitioners import KEEPERS

WITH_OWNERS = Address.objects.select_related("practitioner", "organisation")


@dataclass(frozen=True)
class Shown:
    """An address as pages show it."""

    address: Address
    at: datetime

    @property
    def words(self) -> str:
        """The address as it is dialled or written."""
        dialled = self.address.kind in rules.DIALLED
        return phones.shown(self.address.value) if dialled else self.address.value

    @property
    def age(self) -> str:
        """How long ago somebody made sure of it: « 3 j »; empty when nobody did."""
        return dates.duration(self.at - self.address.verified_at) if self.address.verified_at else ""

    @property
    def is_fresh(self) -> bool:
        """Whether somebody made sure of it within the year."""
        return rules.is_fresh(self.address, at=self.at)

    @property
    def warnings(self) -> list[str]:
        """What is to be looked at twice."""
        return rules.warnings(self.address)


def page_of(entry: Practitioner | Organisation) -> str:
    """The address of the page of a correspondent."""
    noun = "practitioners" if isinstance(entry, Practitioner) else "organisations"
    return reverse(f"patients:{noun}-show", args=[entry.pk])


@door(*KEEPERS)
def add_to_practitioner(request: HttpRequest, pk: int) -> HttpResponse:
    """Note an address of a professional."""
    return _add(request, get_object_or_404(Practitioner, pk=pk))


@door(*KEEPERS)
def add_to_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Note an address of a structure."""
    return _add(request, get_object_or_404(Organisation, pk=pk))


def _add(request: HttpRequest, of: Practitioner | Organisation) -> HttpResponse:
    by, now = actor(request), timezone.now()

    def act(data: dict[str, Any]) -> Done:
        address = actions.add(of=of, kind=AddressKind(data["kind"]), value=data["value"], by=by, at=now)
        return Done(" ".join([_("Adresse notée."), *rules.warnings(address)]), page_of(of))

    form = AddressForm(sent(request))
    return Dialog(form, _("Nouvelle adresse : %s") % of, _("Noter cette adresse")).answer(request, act)


@require_POST
@door(*KEEPERS)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one made sure of an address."""
    address = get_object_or_404(WITH_OWNERS, pk=pk)
    actions.verify(address=address, by=actor(request), at=timezone.now())
    return _finished(request, address, _("Adresse vérifiée."))


@require_POST
@door(*KEEPERS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Use an address no more."""
    address = get_object_or_404(WITH_OWNERS, pk=pk)
    actions.withdraw(address=address, by=actor(request), at=timezone.now())
    return _finished(request, address, _("Adresse retirée. Elle peut être rétablie."))


@require_POST
@door(*KEEPERS)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a withdrawal."""
    address = get_object_or_404(WITH_OWNERS, pk=pk)
    actions.restore(address=address, by=actor(request), at=timezone.now())
    return _finished(request, address, _("Adresse rétablie."))


def _finished(request: HttpRequest, address: Address, sentence: str) -> HttpResponse:
    owner = address.practitioner or address.organisation
    assert owner is not None  # noqa: S101 - the constraint address_of_one holds it
    return finished(request, Done(sentence, page_of(owner)))
