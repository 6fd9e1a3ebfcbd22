"""Staff and patients."""

from itertools import count

from amh.core.models import User
from amh.core.roles import Role
from patients.actions import patients
from patients.models import Patient
from tests.factories.clocks import LONG_AGO, NOW
from wards.models import Membership, Unit

numbers = count(1)


def a_user(role: Role, *units: Unit) -> User:
    """A person of this trade who works in ``units``, read afresh as at the beginning of a request."""
    user = User.objects.create_user(f"{role}{next(numbers)}", role=role)
    for unit in units:
        Membership.objects.create(user=user, unit=unit, valid_from=LONG_AGO)
    return user


def a_patient(name: str = "", **traits: object) -> Patient:
    """A patient registered here."""
    known = {"birth_name": name or f"PATIENT{next(numbers)}", "first_names": "Anne", "birth_date": "1958-03-12"}
    return patients.register(traits=known | traits, by=None, at=NOW)
