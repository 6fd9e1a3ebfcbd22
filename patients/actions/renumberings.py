"""Another system says that two records are one, that a number is another, that a stay is somebody else’s."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core.errors import Conflict
from amh.core.transactions import act
from patients.actions import introductions, merges, patients, purges
from patients.models import IdentifierType, Patient, Stay
from patients.queries import locks, stays
from patients.queries.patients import by_identifier
from patients.tellings import Identifiers, Person, Visit


@act
def unite(*, person: Person, prior: Identifiers, at: datetime) -> Patient:
    """Make one record of two: what bore the ``prior`` numbers goes to the person. Raises ``Conflict``."""
    survivor = introductions.introduce(person=person, at=at)
    merged = _bearer(prior)
    if merged is None:
        patients.identify(locks.patient(survivor.pk), prior, at=at)
    elif merged.pk != survivor.pk:
        merges.merge(survivor=survivor, merged=merged, reason="", by=None, at=at)
    return survivor


@act
def renumber(*, person: Person, prior: Identifiers, ins: str, at: datetime) -> None:
    """Give a person another number in the place of the ``prior`` one, or take the ``ins`` away everywhere (ID-11).

    Raises ``Conflict`` when the number is somebody else’s: they are to be merged, not renumbered.
    """
    if ins and not any(type_ == IdentifierType.INS for type_, _domain, _value in person.identifiers):
        purges.purge_ins(value=ins, by=None, at=at)
    bearer = _bearer(prior)
    if bearer is not None and person.identifiers:
        owner = by_identifier(*person.identifiers[0])
        if owner not in (None, bearer):
            raise Conflict(
                _("Ce numéro est celui d’un autre patient : ce serait une fusion."), code="number_of_another"
            )
        bearer = locks.patient(bearer.pk)
        given = bearer.identifiers.filter(valid_until=None)
        for type_, domain, value in prior:
            given.filter(type=type_, domain=domain, value=value).update(valid_until=at)
        patients.identify(bearer, person.identifiers, at=at)
    if person.identifiers:
        introductions.introduce(person=person, at=at)


@act
def reattach(*, person: Person, visit: Visit, prior: Identifiers, prior_account: str, at: datetime) -> Stay:
    """Give a stay to another person: known by its visit, else by the account of who had it. Raises ``Conflict``."""
    patient = introductions.introduce(person=person, at=at)
    bearer = _bearer(prior)
    stay = stays.by_visit(visit.domain, visit.number)
    account = prior_account or visit.account_number
    if stay is None and bearer is not None:
        stay = stays.by_account(bearer, visit.domain, account) or stays.newest_of_account(bearer, account)
    if stay is None:
        raise Conflict(_("Aucun séjour connu ne correspond à ce dossier."), code="unknown_stay")
    if stay.patient_id != patient.pk:
        merges.reattach(stay=stay, to=patient, by=None, at=at)
    return stay


def _bearer(prior: Identifiers) -> Patient | None:
    return by_identifier(*prior[0]) if prior else None
