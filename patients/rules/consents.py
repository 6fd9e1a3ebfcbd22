"""What a patient may be asked, and the answers that make sense together."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amh.core.errors import Invalid
from patients.models import ConsentAnswer, ConsentSubject, Patient, Stay
from patients.rules.records import check_past, check_stay

Answers = dict[str, str | Promise]
A, S = ConsentAnswer, ConsentSubject

UNABLE: Answers = {A.UNABLE: A.UNABLE.label}
TALKED: Answers = {A.UNWILLING: A.UNWILLING.label} | UNABLE
INFORMED: Answers = {A.INFORMED: A.INFORMED.label, A.OPPOSED: A.OPPOSED.label} | UNABLE
AGREED: Answers = {A.YES: A.YES.label, A.NO: A.NO.label} | UNABLE

ANSWERS: dict[str, Answers] = {
    S.SMS: {A.YES: A.YES.label, A.NO: A.NO.label},  # SMS-1
    S.RECORD_FEEDING: INFORMED,  # MS-4: told, and opposed for a legitimate reason only
    S.RECORD_READING: INFORMED,  # MS-4: presumed within the care team
    S.LETTER_TO_GP: INFORMED,  # LL-7
    S.SHARING: AGREED,  # outside the care team the patient agrees first
    S.TRUSTED_PERSON: {A.YES: _("proposée, désignée"), A.NO: _("proposée, refusée")} | TALKED,  # DR-7
    S.ADVANCE_DIRECTIVES: {A.YES: _("elles existent"), A.NO: _("il n’y en a pas")} | TALKED,  # DR-7, WR-20
}
"""The answers to each subject, in its own words."""

DEFAULTS = {S.SMS: A.NO}
"""What holds as long as nobody asked: no message without a yes (SMS-1). Elsewhere nothing holds."""

FOR_A_STAY = frozenset({S.TRUSTED_PERSON})
"""Asked anew at every stay (DR-7)."""


def words(subject: str, answer: str) -> str:
    """The answer in the words of its subject; in the general ones for an answer that another system gave."""
    return str(ANSWERS[subject].get(answer) or ConsentAnswer(answer).label)


def check(patient: Patient, *, subject: str, answer: str, stay: Stay | None, given_at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` unless the answer can be given to the subject, at that moment, for that stay."""
    if answer not in ANSWERS[subject]:
        raise Invalid(_now("Cette réponse ne va pas avec cette question."), code="bad_answer", field="answer")
    if subject in FOR_A_STAY and stay is None:
        sentence = _now("La question est posée à chaque séjour : choisir lequel.")
        raise Invalid(sentence, code="required", field="stay")
    check_stay(stay, patient)
    check_past(given_at, patient, now=now, field="given_at")
