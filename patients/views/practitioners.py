"""The list of correspondents: professionals."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core.dialogs import Dialog, Done, finished
from amh.core.doors import door
from amh.core.requests import actor, sent
from patients.actions import practitioners as actions
from patients.forms.organisations import PractitionerForm
from patients.models import CorrespondentRole, Practitioner, Profession
from patients.rules import practitioners as rules
from patients.rules.practitioners import KEEPERS
from patients.views.addresses import page_of
from patients.views.organisations import asked_from, reached


@require_safe
@door(*KEEPERS)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One professional: what is written of them, how they are reached."""
    practitioner = get_object_or_404(Practitioner.objects.select_related("organisation"), pk=pk)
    facts = {"entry": practitioner, "title": str(practitioner), "warnings": rules.warnings(practitioner)}
    facts |= {"add_url": reverse("patients:practitioners-add_address", args=[pk])}
    return render(request, "patients/practitioners/show.html", facts | reached(practitioner))


@door(*KEEPERS)
def add(request: HttpRequest) -> HttpResponse:
    """Enter a professional; asked from a record, go back there with them chosen."""
    by, now = actor(request), timezone.now()

    def act(data: dict[str, Any]) -> Done:
        practitioner = actions.create(values=data, by=by, at=now)
        sentence = " ".join([_("Professionnel ajouté."), *rules.warnings(practitioner)])
        return Done(sentence, asked_from(request, f"p{practitioner.pk}") or page_of(practitioner))

    form = PractitionerForm(sent(request), initial={"profession": _profession(request)})
    return Dialog(form, _("Ajouter un professionnel"), _("Ajouter ce professionnel")).answer(request, act)


def _profession(request: HttpRequest) -> Profession:
    """What somebody is who is to follow a patient in the quality that the record asks for."""
    is_nurse = request.GET.get("qualite") == CorrespondentRole.NURSE
    return Profession.NURSE if is_nurse else Profession.PHYSICIAN


@door(*KEEPERS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is written of a professional."""
    practitioner = get_object_or_404(Practitioner, pk=pk)
    by, now = actor(request), timezone.now()

    def act(data: dict[str, Any]) -> Done:
        actions.change(practitioner=practitioner, values=data, by=by, at=now)
        practitioner.refresh_from_db()
        return Done(" ".join([_("Professionnel corrigé."), *rules.warnings(practitioner)]), page_of(practitioner))

    initial = {name: getattr(practitioner, name) for name in actions.FIELDS}
    form = PractitionerForm(sent(request), initial=initial)
    return Dialog(form, _("Corriger %s") % practitioner, _("Corriger ce professionnel")).answer(request, act)


@require_POST
@door(*KEEPERS)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a professional no more."""
    practitioner = get_object_or_404(Practitioner, pk=pk)
    actions.close(practitioner=practitioner, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Professionnel fermé : il n’est plus proposé."), page_of(practitioner)))


@require_POST
@door(*KEEPERS)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer them again."""
    practitioner = get_object_or_404(Practitioner, pk=pk)
    actions.reopen(practitioner=practitioner, by=actor(request), at=timezone.now())
    return finished(request, Done(_("Professionnel rouvert."), page_of(practitioner)))
