"""What the patient was asked and answered, on the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.dialogs import Done
from amh.core.doors import door
from amh.core.models import User
from amh.core.requests import sent
from amh.core.roles import Permission
from patients.actions import consents as actions
from patients.forms.consents import ConsentForm
from patients.models import Consent, ConsentAnswer, ConsentSubject, Patient, Source
from patients.queries import consents, records
from patients.rules import consents as rules
from patients.views.records import opening


@dataclass(frozen=True)
class Said:
    """One answer as the record shows it."""

    consent: Consent

    @property
    def words(self) -> str:
        """The answer in the words of its subject."""
        return rules.words(self.consent.subject, self.consent.answer)

    @property
    def stay(self) -> str:
        """The stay for which it was asked, in words."""
        return records.words(self.consent.stay) if self.consent.stay else ""


@dataclass(frozen=True)
class Subject:
    """One subject: the answer that holds, those before, and what holds without any."""

    code: str
    label: str
    answers: list[Said]

    @property
    def holds(self) -> Said | None:
        """The newest answer."""
        return self.answers[0] if self.answers else None

    @property
    def before(self) -> list[Said]:
        """The answers that held before."""
        return self.answers[1:]

    @property
    def default(self) -> str:
        """What holds as long as nobody asked; empty where nothing does."""
        answer = rules.DEFAULTS.get(ConsentSubject(self.code))
        return rules.words(self.code, answer) if answer else ""


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """Every subject with its answers."""
    said = consents.history(patient)
    rows = [(subject, [Said(one) for one in said.get(subject.value, [])]) for subject in ConsentSubject]
    return {"subjects": [Subject(subject.value, str(subject.label), answers) for subject, answers in rows]}


@door(Permission.COMPLETE_RECORD)
def note(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """Note an answer."""
    if subject not in ConsentSubject.values:
        raise Http404
    act = opening(request, pk, page="patient.consent")

    def write(data: dict[str, Any]) -> Done:
        said = data | {"answer": ConsentAnswer(data["answer"]), "source": Source(data["source"])}
        actions.note(patient=act.patient, subject=ConsentSubject(subject), by=act.by, at=act.at, **said)
        return act.done(_("Réponse notée. Les précédentes restent dans l’historique."))

    first = {"given_at": timezone.localtime(act.at), "source": Source.SAID}
    form = ConsentForm(sent(request), now=act.at, patient=act.patient, subject=subject, initial=first)
    title = _("Noter la réponse : %s") % ConsentSubject(subject).label
    return act.dialog(form, title, _("Noter cette réponse"), write)
