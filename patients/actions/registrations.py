"""Register a person after a look at those who may be the same one."""

from collections.abc import Collection, Mapping
from datetime import datetime

from amh.core import rules
from amh.core.models import User
from amh.core.roles import Permission
from amh.core.transactions import act
from patients.actions import patients
from patients.models import Patient
from patients.queries import searches
from patients.rules.registrations import check_nobody_alike


@act
def register(*, traits: Mapping[str, object], others: Collection[int], by: User | None, at: datetime) -> Patient:
    """Open the record of a person who is none of ``others``, people alike whom somebody has looked at.

    Raises ``Conflict`` when somebody else is alike (a second click finds the record that the first one made), and what
    ``patients.register`` raises.
    """
    rules.check(by, Permission.REGISTER)
    known = {name: str(traits.get(name, "")) for name in ("birth_name", "first_names", "birth_date")}
    searches.hold_registrations(known["birth_date"])
    check_nobody_alike(searches.alike(**known), looked_at=others)
    return patients.register(traits=traits, by=by, at=at)
