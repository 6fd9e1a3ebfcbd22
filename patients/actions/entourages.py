"""What another system says of the people around a patient, and of what the patient answered.

It adds to the record and corrects what came from it. What a person noted here is not its to change (WR-1), what it no
longer repeats stands, and what cannot be written keeps nobody from being admitted.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from amh.core import phones
from amh.core.errors import Invalid, Refusal
from amh.core.transactions import act, apart
from patients.actions import consents, contacts, correspondents
from patients.models import Consent, Contact, ContactRole, Correspondent, CorrespondentRole, Patient, Source, Stay
from patients.tellings import Answered, Follower, Near, Person


@act
def hear(*, patient: Patient, stay: Stay | None, person: Person, at: datetime) -> None:
    """Note who is around a locked patient and what they answered; a trusted person for ``stay`` alone (DR-7)."""
    if person.contacts:
        known = list(Contact.objects.filter(patient=patient, withdrawn_at=None))
        for near in person.contacts:
            _note(patient, stay, near, known, at=at)
    if person.correspondents:
        following = list(Correspondent.objects.filter(patient=patient, withdrawn_at=None))
        for follower in person.correspondents:
            _follow(patient, follower, following, at=at)
    if person.answers:
        for told in _news(patient, person.answers):
            _answer(patient, told, at=at)


@contextmanager
def _as_far_as_it_can_be() -> Iterator[None]:
    with suppress(Refusal), apart():
        yield


def _note(patient: Patient, stay: Stay | None, told: Near, known: list[Contact], *, at: datetime) -> None:
    if told.role == ContactRole.TRUSTED and stay is None:
        return
    of_stay = stay if told.role == ContactRole.TRUSTED else None
    name = told.name[:160]
    values = {"role": told.role, "stay": of_stay, "name": name, **_reached(told)}
    named = [one for one in known if one.name.casefold() == name.casefold()]
    same = next((one for one in named if one.role == told.role and one.stay_id == (of_stay and of_stay.pk)), None)
    news = {name: value for name, value in values.items() if value and same and getattr(same, name) != value}
    if same is None:
        with _as_far_as_it_can_be():
            for one in filter(_is_received, _in_the_way(told, of_stay, named, known)):
                contacts.withdraw(contact=one, by=None, at=at)
            known.append(contacts.add(patient=patient, values=values, by=None, at=at))
    elif news and _is_received(same):
        with _as_far_as_it_can_be():
            contacts.change(contact=same, values=news, by=None, at=at)


def _in_the_way(told: Near, stay: Stay | None, named: list[Contact], known: list[Contact]) -> list[Contact]:
    """Notes that the new one contradicts: the same person, to tell or not; another trusted person of the same stay."""
    untold = told.role == ContactRole.NOT_TO_INFORM
    others = [one for one in named if (one.role == ContactRole.NOT_TO_INFORM) != untold]
    if told.role == ContactRole.TRUSTED and stay is not None:
        others += [one for one in known if one.role == ContactRole.TRUSTED and one.stay_id == stay.pk]
    return others


def _reached(told: Near) -> dict[str, str]:
    """How the person is reached; what is no number stands in the note, as it came: somebody may know better."""
    values, odd = {"relationship": told.relationship[:60]}, []
    for field in ("phone", "other_phone"):
        said = getattr(told, field)
        try:
            values[field] = phones.stored(said)
        except Invalid:
            odd.append(said)
    note = _("Numéro reçu : %s") % ", ".join(odd) if odd else ""
    return values | {"note": note[:200]}


def _follow(patient: Patient, told: Follower, known: list[Correspondent], *, at: datetime) -> None:
    named = [one for one in known if one.role == told.role]
    same = next((one for one in named if one.practitioner_id == told.practitioner.pk), None)
    if told.withdrawn:
        if same is not None and _is_received(same):
            correspondents.withdraw(correspondent=same, by=None, at=at)
    elif same is None:
        before = next(iter(named), None) if told.role == CorrespondentRole.GP else None
        with _as_far_as_it_can_be():
            known.append(_added(patient, told, before, at=at))


def _added(patient: Patient, told: Follower, before: Correspondent | None, *, at: datetime) -> Correspondent:
    """The new correspondent. Raises ``Conflict`` for a general practitioner when somebody noted another one here."""
    if before is not None and _is_received(before):
        return correspondents.replace(correspondent=before, practitioner=told.practitioner, by=None, at=at)
    return correspondents.add(patient=patient, role=told.role, practitioner=told.practitioner, by=None, at=at)


def _is_received(row: Contact | Correspondent) -> bool:
    return row.entered_by_id is None


def _news(patient: Patient, answers: tuple[Answered, ...]) -> list[Answered]:
    """The answers that differ from what was received last: what is said again says nothing of what came in between."""
    received = Consent.objects.filter(patient=patient, source=Source.RECEIVED).order_by("given_at", "pk")
    last: dict[str, Any] = dict(received.values_list("subject", "answer"))
    return [told for told in answers if last.get(told.subject) != told.answer]


def _answer(patient: Patient, told: Answered, *, at: datetime) -> None:
    subject, answer, given_at = told.subject, told.answer, min(told.given_at, at)
    with _as_far_as_it_can_be():
        consents.note(
            patient=patient, subject=subject, answer=answer, source=Source.RECEIVED, given_at=given_at, by=None, at=at
        )
