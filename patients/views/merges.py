"""Two records of one person: choose the other, compare, merge, take it back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amh.core import audit
from amh.core.dialogs import UNPROCESSABLE, Dialog, Done
from amh.core.doors import door
from amh.core.errors import Refusal
from amh.core.models import User
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.actions import merges as actions
from patients.forms.merges import MergeForm
from patients.forms.patients import SearchForm
from patients.models import Merge, Patient
from patients.queries import merges, searches
from patients.rules import identities
from patients.rules import merges as rules
from patients.views.openings import opened
from patients.views.records import back, opening, who, with_who

FOUND = 20
COMPARED = (
    "birth_name",
    "first_names",
    "used_name",
    "used_first_name",
    "sex",
    "birth_place",
    "identity_status",
    "mobile",
    "phone",
    "address",
)


@dataclass(frozen=True)
class Shown:
    """A merge as the record shows it."""

    merge: Merge
    patient: Patient
    refusal: str

    @property
    def moved(self) -> list[tuple[str, int]]:
        """How many rows of each nature it moved."""
        return counted(self.merge.rows)


@dataclass(frozen=True)
class Trait:
    """One trait of the two records, side by side."""

    label: str | Promise
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether both say something, and not the same."""
        return bool(self.one and self.other) and self.one.casefold() != self.other.casefold()


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """The merges into this record, those that were taken back too."""
    known = list(merges.of(patient))
    below = merges.below(known)
    return {"merges": [Shown(one, patient, _refusal(one, below, by=by)) for one in known]}


def _refusal(merge: Merge, below: Collection[int], *, by: User) -> str:
    try:
        rules.check_undo(merge, below, by=by)
    except Refusal as refusal:
        return refusal.sentence
    return ""


def counted(rows: dict[str, list[int]]) -> list[tuple[str, int]]:
    """The nature of rows in words, and how many there are."""
    names = ((str(apps.get_model(label)._meta.verbose_name_plural), pks) for label, pks in rows.items())  # noqa: SLF001
    return sorted((name, len(pks)) for name, pks in names)


@door(Permission.MERGE_PATIENTS)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the other record of the same person. What is looked for is sent in the body, never in an address."""
    patient = opened(request, pk, page="patient.merge")
    form = SearchForm(request.POST or None)
    facts: dict[str, Any] = {"title": _("Quel autre dossier est celui de cette personne ?"), "form": form}
    facts |= {"patient": patient, "who": who(patient)}
    status = 200
    if request.method == "POST" and form.is_valid():
        facts |= {"found": _found(request, searches.Wanted(**form.cleaned_data), besides=patient)}
    elif request.method == "POST":
        status = UNPROCESSABLE
    return render(request, "patients/merges/choose.html", facts, status=status)


def _found(request: HttpRequest, wanted: searches.Wanted, *, besides: Patient) -> list[tuple[Patient, str]]:
    by, at = actor(request), timezone.now()
    rows = list(searches.search(wanted, to=by, at=at).exclude(pk=besides.pk)[:FOUND])
    audit.trace("patients.merge", by=by, at=at, ip=ip(request), count=len(rows))
    return with_who(rows)


@door(Permission.MERGE_PATIENTS)
def merge(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Compare the two records, say which goes on, and merge."""
    patient = opened(request, pk, page="patient.merge")
    other = opened(request, other_pk, page="patient.merge")
    by, at = actor(request), timezone.now()
    rules.check_merge(patient, other, by=by)
    contradictions = rules.contradictions(patient, other)
    couple = {patient.pk: patient, other.pk: other}
    form = MergeForm(
        request.POST or None,
        choices=[(one.pk, who(one)) for one in couple.values()],
        contradicted=bool(contradictions),
        initial={"survivor": patient.pk},
    )

    def act(data: dict[str, Any]) -> Done:
        survivor = couple.pop(data.pop("survivor"))
        (merged,) = couple.values()
        actions.merge(survivor=survivor, merged=merged, **data, by=by, at=at)
        return Done(_("Dossiers fusionnés. La fusion s’annule depuis le dossier conservé."), back(survivor))

    context = {
        "patient": patient,
        "traits": list(compared(patient, other)),
        "contradictions": contradictions,
        "moved": [(one, counted(merges.rows(one.pk))) for one in (patient, other)],
    }
    title = _("Fusionner ces deux dossiers ?")
    return Dialog(form, title, _("Fusionner"), "patients/merges/merge.html", lambda: context).answer(request, act)


def compared(one: Patient, other: Patient) -> list[Trait]:
    """The two records, trait by trait."""
    rows = [Trait(_label(name), _said(one, name), _said(other, name)) for name in COMPARED]
    rows.insert(4, Trait(_("date de naissance"), identities.born(one), identities.born(other)))
    return [row for row in rows if row.one or row.other]


def _label(name: str) -> str:
    if name == "identity_status":
        return _("confiance")
    return str(Patient._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001


def _said(patient: Patient, name: str) -> str:
    if name == "identity_status":
        return identities.trust(patient)
    display = getattr(patient, f"get_{name}_display", None)
    return str(display() if display else getattr(patient, name))


@door(Permission.MERGE_PATIENTS)
def undo(request: HttpRequest, pk: int, merge_pk: int) -> HttpResponse:
    """Take a merge back, once what goes back has been seen."""
    act = opening(request, pk, page="patient.merge")
    done = get_object_or_404(Merge.objects.select_related("merged", "survivor"), pk=merge_pk, survivor=act.patient)
    rules.check_undo(done, merges.below([done]), by=act.by)

    def take_back(data: dict[str, Any]) -> Done:
        actions.undo(merge=done, by=act.by, at=act.at)
        return act.done(_("Fusion annulée : les deux dossiers sont de nouveau séparés."))

    form = Form(request.POST if request.method == "POST" else None)
    context = {"moved": counted(done.rows), "former": who(done.merged)}
    template = "patients/merges/undo.html"
    return act.dialog(form, _("Annuler la fusion"), _("Annuler la fusion"), take_back, template=template, **context)
