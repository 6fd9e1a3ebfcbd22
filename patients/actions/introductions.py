"""A person whom another system names: made, or corrected as far as nobody here knows better."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core.errors import Conflict
from amh.core.transactions import act
from patients.actions import patients
from patients.models import Patient
from patients.queries import locks
from patients.queries.patients import Numbered, given_by_hand, owners
from patients.tellings import Person


@act
def introduce(*, person: Person, at: datetime) -> Patient:
    """Make or correct the record of a person. Raises ``Conflict`` without an identifier, ``Invalid`` for a trait."""
    if not person.identifiers:
        raise Conflict(_("Le message ne porte aucun identifiant de patient."), code="no_identifier")
    own, *others = person.identifiers
    known = owners([own])
    if not known:
        traits = {"birth_name": _("IDENTITÉ INCONNUE")} | person.traits
        return patients.register(traits=traits, by=None, at=at, identifiers=person.identifiers)
    patient = locks.patient(known[own])
    patients.amend(patient, _ours_apart(patient, person.traits), by=None, at=at)
    if free := _free(others):
        patients.identify(patient, free, at=at)
    return patient


REACH = ("phone", "mobile", "email", "address")
"""How a person is reached, which people here correct when they find nobody there."""


def _ours_apart(patient: Patient, traits: dict[str, object]) -> dict[str, object]:
    """The traits without those by which a person here said that somebody is reached otherwise."""
    other = [name for name in REACH if name in traits and getattr(patient, name) not in ("", traits[name])]
    ours = given_by_hand(patient, other) if other else set()
    return {name: value for name, value in traits.items() if name not in ours}


def _free(identifiers: list[Numbered]) -> list[Numbered]:
    """Those that nobody bears: what somebody else bears is for the identity office to settle."""
    taken = owners(identifiers) if identifiers else {}
    return [identifier for identifier in identifiers if identifier not in taken]
