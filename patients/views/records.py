"""What every page and dialog of a record shares: opened once, about one person, back to the record."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from amh.core import dates
from amh.core.dialogs import Dialog, Done, finished
from amh.core.models import User
from amh.core.requests import actor
from patients.models import Patient
from patients.queries.patients import ipps, ipps_of
from patients.views.openings import known, opened

M = TypeVar("M", bound=Model)
TEMPLATE = "patients/patients/dialog.html"


@dataclass(frozen=True)
class Act:
    """An act on the record of ``patient``: who does it, when."""

    request: HttpRequest
    patient: Patient
    by: User
    at: datetime

    def dialog(
        self,
        form: Form,
        title: str,
        submit_label: str,
        do: Callable[[dict[str, Any]], Done],
        *,
        template: str = TEMPLATE,
        **context: Any,
    ) -> HttpResponse:
        """Show the form under the name of the patient, or do the act."""
        dialog = Dialog(form, title, submit_label, template, lambda: context | {"who": who(self.patient)})
        return dialog.answer(self.request, do)

    def done(self, sentence: str, warnings: Iterable[str] = ()) -> Done:
        """Say what was done, and what is to be looked at twice; the record is shown next."""
        return Done(" ".join([sentence, *warnings]), back(self.patient))

    def finished(self, sentence: str) -> HttpResponse:
        """The same, at once."""
        return finished(self.request, self.done(sentence))


def opening(request: HttpRequest, pk: int, *, page: str) -> Act:
    """An act whose dialog shows the patient: the record is opened, which is checked and traced."""
    return Act(request, opened(request, pk, page=page), actor(request), timezone.now())


def pressing(request: HttpRequest, pk: int) -> Act:
    """An act that shows nothing: its own rule asks for the right. Raises ``Http404`` for a record that is none."""
    patient = known(pk)
    if patient is None:
        raise Http404
    return Act(request, patient, actor(request), timezone.now())


def row(model: type[M], act: Act, pk: int) -> M:
    """The row of this record with that id. Raises ``Http404`` for one of another record."""
    return get_object_or_404(model, pk=pk, patient=act.patient)


def back(patient: Patient) -> str:
    """The address of the record."""
    return reverse("patients:record", args=[patient.pk])


def who(patient: Patient) -> str:
    """Whom an act is about, by name and more: « DURAND Anne, 12/03/1958, F, IPP 700123 »."""
    return _line(patient, ipps(patient.pk))


def with_who(people: Sequence[Patient]) -> list[tuple[Patient, str]]:
    """Each of these people with the same line, in one query."""
    known = ipps_of([patient.pk for patient in people])
    return [(patient, _line(patient, known.get(patient.pk, []))) for patient in people]


def _line(patient: Patient, numbers: Sequence[str]) -> str:
    facts = [patient.display_name, dates.birth(patient.birth_date), patient.get_sex_display()]
    return ", ".join([*(fact for fact in facts if fact), *(f"IPP {value}" for value in numbers)])
