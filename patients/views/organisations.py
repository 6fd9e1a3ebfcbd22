"""The list of correspondents: structures, and the page where both kinds are found."""

import re
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.requests import actor, sent, words
from patients.actions import organisations as actions
from patients.forms.organisations import OrganisationForm
from patients.models import Address, CorrespondentRole, Organisation, Practitioner
from patients.queries import organisations
from patients.rules import organisations as rules
from patients.rules.practitioners import KEEPERS
from patients.views.addresses import Shown, page_of

PAGE = 50
NUMBER = re.compile(r"[0-9]{1,18}")
PEOPLE, STRUCTURES = "professionnels", "structures"


@require_safe
@door(*KEEPERS)
def listing(request: HttpRequest) -> HttpResponse:
    """Show professionals or structures, all or those that some words find; closed ones on demand."""
    wanted = words(request, "mots")
    part = STRUCTURES if request.GET.get("voir") == STRUCTURES else PEOPLE
    active = "fermes" not in request.GET
    found = organisations.organisations if part == STRUCTURES else organisations.practitioners
    rows: QuerySet[Any] = found(wanted, active=active)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    facts = {"title": _("Qui suit nos patients ?"), "page": page, "part": part, "words": wanted, "active": active}
    return render(request, "patients/organisations/list.html", facts)


@require_safe
@door(*KEEPERS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One structure: what is written of it, how it is reached, who works there."""
    organisation = get_object_or_404(Organisation, pk=pk)
    people = Practitioner.objects.filter(organisation=organisation, is_active=True).order_by("family_name", "pk")
    facts = {"entry": organisation, "title": str(organisation), "people": people}
    facts |= {"add_url": reverse("patients:organisations-add_address", args=[pk])}
    facts |= {"warnings": rules.warnings(organisation)}
    return render(request, "patients/organisations/show.html", facts | reached(organisation))


def reached(entry: Practitioner | Organisation) -> dict[str, Any]:
    """The addresses of a correspondent, those taken off apart, and what is to be looked at twice."""
    of = {"practitioner": entry} if isinstance(entry, Practitioner) else {"organisation": entry}
    now = timezone.now()
    addresses = Address.objects.filter(**of).select_related("verified_by").order_by("kind", "pk")
    rows = [Shown(one, now) for one in addresses]
    return {
        "standing": [one for one in rows if one.address.withdrawn_at is None],
        "gone": [one for one in rows if one.address.withdrawn_at is not None],
    }


def asked_from(request: HttpRequest, code: str) -> str:
    """The dialog of the record from which an entry was asked for (``?pour=12&qualite=ODRP``), with it chosen."""
    patient, role = request.GET.get("pour", ""), request.GET.get("qualite", "")
    if not (NUMBER.fullmatch(patient) and role in CorrespondentRole.values):
        return ""
    return f"{reverse('patients:correspondents-add', args=[int(patient), role])}?qui={code}"


@door(*KEEPERS)
def add(request: HttpRequest) -> HttpResponse:
    """Enter a structure; asked from a record, go back there with it chosen."""
    by, now = actor(request), timezone.now()

    def act(data: dict[str, Any]) -> Done:
        organisation = actions.create(values=data, by=by, at=now)
        sentence = " ".join([_("Structure ajoutée."), *rules.warnings(organisation)])
        return Done(sentence, asked_from(request, f"o{organisation.pk}") or page_of(organisation))

    form = OrganisationForm(sent(request))
    return Dialog(form, _("Ajouter une structure"), _("Ajouter cette structure")).answer(request, act)


@door(*KEEPERS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is written of a structure."""
    organisation = get_object_or_404(Organisation, pk=pk)
    by, now = actor(request), timezone.now()

    def act(data: dict[str, Any]) -> Done:
        actions.change(organisation=organisation, values=data, by=by, at=now)
        organisation.refresh_from_db()
        return Done(" ".join([_("Structure corrigée."), *rules.warnings(organisation)]), page_of(organisation))

    initial = {name: getattr(organisation, name) for name in actions.FIELDS}
    form = OrganisationForm(sent(request), initial=initial)
    return Dialog(form, _("Corriger %s") % organisation, _("Corriger cette structure")).answer(request, act)


@require_POST
@door(*KEEPERS)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a structure no more."""
    organisation = get_object_or_404(Organisation, pk=pk)
    actions.close(organisation=organisation, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Structure fermée : elle n’est plus proposée."), page_of(organisation)))


@require_POST
@door(*KEEPERS)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer it again."""
    organisation = get_object_or_404(Organisation, pk=pk)
    actions.reopen(organisation=organisation, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Structure rouverte."), page_of(organisation)))
