"""What may be stated of a stay, by whom and of what moment; and who may take it back."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from amh.core import dates
from amh.core.errors import Conflict, Denied, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients import evidence
from patients.evidence import Evidence, Field, FieldKind
from patients.models import Document, Fact, Patient, Source, Stay, StayState
from patients.rules import records
from patients.rules.tasks import trades

BEFORE_THE_STAY = timedelta(days=90)
"""How long before its arrival something may have happened that counts for a stay."""
UNDO_WINDOW = timedelta(days=1)
"""How long its author takes a fact back without saying why."""
LONGEST = 160
"""Signs of an author or of a value in words."""


def known(kind: str) -> Evidence:
    """The kind of that code. Raises ``Invalid`` for one that does not exist."""
    found = evidence.KINDS.get(kind)
    if found is None:
        raise Invalid(_("Ce fait n’existe pas dans la liste."), code="unknown_kind", field="kind")
    return found


def check_right(patient: Patient, *, by: User | None, at: datetime) -> None:
    """Raise ``Denied`` unless ``by`` may state facts in this record, ``Conflict`` when it takes no more."""
    records.check_complete(patient, by=by, at=at, permission=Permission.STATE_FACT)


def check_kind(one: Evidence, source: Source, *, by: User | None) -> None:
    """Raise unless this kind may become known by this source, from somebody of this trade.

    ``None`` is another system: it alone is *received* from.
    """
    if by is None:
        if source != Source.RECEIVED:
            raise Invalid(_("Quelqu’un de nommé voit ou dit un fait."), code="nobody", field="source")
        return
    if source not in (Source.SEEN, Source.SAID):
        raise Invalid(_("Indiquer si le fait est vu ou dit."), code="bad_source", field="source")
    if one.may_state(source, trades(by)):
        return
    if source == Source.SAID and one.may_state(Source.SEEN, trades(by)):
        sentence = _("Cet acte est signé : indiquer qu’il a été vu, avec son auteur et sa date.")
        raise Invalid(sentence, code="signed_act", field="source")
    raise Denied(_("Ce fait est réservé à qui peut le décider ou le mesurer."), code="reserved_kind")


def check_act(one: Evidence, source: str, *, has_author: bool, happened_at: datetime | None) -> None:
    """Raise ``Invalid`` unless a signed act that was seen has its author and its date (settled 10)."""
    if not one.signed or source != Source.SEEN:
        return
    if not has_author:
        raise Invalid(_("Indiquer qui a signé."), code="required", field="said_by")
    if happened_at is None:
        raise Invalid(_("Indiquer la date de la signature."), code="required", field="happened_at")


def check_moment(stay: Stay, happened_at: datetime | None, *, now: datetime) -> None:
    """Raise ``Invalid`` for a moment to come, before the birth, or long before the stay."""
    if happened_at is None:
        return
    records.check_past(happened_at, stay.patient, now=now, field="happened_at")
    began = stay.admitted_at or stay.expected_at
    if began is not None and happened_at < began - BEFORE_THE_STAY:
        raise Invalid(_("Cette date précède le séjour de plus de 90 jours."), code="before_stay", field="happened_at")


def check_document(document: Document | None, stay: Stay) -> None:
    """Raise ``Invalid`` for a document of somebody else, or one that was withdrawn."""
    if document is not None and document.patient_id != stay.patient_id:
        raise Invalid(_("Ce document est celui d’un autre patient."), code="document_of_another", field="document")
    if document is not None and document.withdrawn_at is not None:
        raise Invalid(_("Ce document a été retiré."), code="document_withdrawn", field="document")


def check_stay(stay: Stay) -> None:
    """Raise ``Conflict`` for a stay that never was."""
    if stay.state == StayState.CANCELLED:
        raise Conflict(_("Ce séjour est annulé."), code="stay_cancelled")


def checked_value(one: Evidence, value: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a fact as they are stored. Raises ``Invalid`` beside one that is missing, unknown or impossible."""
    fields = {field.name: field for field in one.fields}
    for name in value:
        if name not in fields:
            raise Invalid(_("Ce fait ne porte pas cette valeur."), code="unknown_value", field=name)
    found = {name: _checked(field, value.get(name)) for name, field in fields.items()}
    return {name: each for name, each in found.items() if each is not None}


def _checked(field: Field, said: Any) -> Any:
    said = said.strip() if isinstance(said, str) else said
    if said in (None, ""):
        if field.required:
            raise Invalid(_("Indiquer : %s.") % field.label, code="required", field=field.name)
        return None
    try:
        return READ[field.kind](field, said)
    except (TypeError, ValueError, OverflowError) as error:
        raise Invalid(_("Valeur impossible : %s.") % field.label, code="bad_value", field=field.name) from error


def _words(field: Field, said: Any) -> str:
    if not isinstance(said, str) or len(said) > LONGEST:
        raise ValueError
    return said


def _number(field: Field, said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < 1_000_000:
        raise ValueError
    return said


def _date(field: Field, said: Any) -> str:
    day = said if isinstance(said, date) and not isinstance(said, datetime) else date.fromisoformat(said)
    if not dates.plausible(day):
        raise ValueError
    return day.isoformat()


def _moment(field: Field, said: Any) -> str:
    at = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    if at.tzinfo is None or not dates.plausible(at):
        raise ValueError
    return at.isoformat()


def _yes_no(field: Field, said: Any) -> bool:
    if not isinstance(said, bool):
        raise TypeError
    return said


def _choice(field: Field, said: Any) -> str:
    if said not in dict(field.choices):
        raise ValueError
    return str(said)


READ = {
    FieldKind.WORDS: _words,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.MOMENT: _moment,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
}


def check_withdraw(fact: Fact, *, reason: str, by: User | None, at: datetime) -> None:
    """Raise unless the fact stands and ``by`` may take it back; others than its author of the day say why."""
    if fact.withdrawn_at is not None:
        raise Conflict(_("Ce fait est déjà retiré."), code="already_withdrawn")
    one = evidence.KINDS.get(fact.kind)
    if (
        by is not None
        and one is not None
        and not one.may_state(Source(fact.source), trades(by))
        and fact.author_id != by.pk
    ):
        raise Denied(_("Ce fait est réservé à qui peut le décider ou le mesurer."), code="reserved_kind")
    if not reason and not may_undo(fact, by=by, at=at):
        raise Invalid(_("Indiquer pourquoi ce fait est retiré."), code="required", field="reason")


def may_undo(fact: Fact, *, by: User | None, at: datetime) -> bool:
    """Tell whether the person takes back what they have just stated: no reason is asked then."""
    return by is not None and fact.author_id == by.pk and at - fact.entered_at <= UNDO_WINDOW
