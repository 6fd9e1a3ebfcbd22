"""Who is close by and may be taken for the patient, said with two identifiers (ID-8)."""

from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import dates, rules
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Patient, Sex
from patients.models.patients import display_name
from patients.queries.homonyms import Neighbour
from patients.queries.patients import ipps_of
from patients.rules import homonyms


def lines(patient: Patient, *, by: User, at: datetime) -> list[str]:
    """One line for each homonym who is in the patient's unit: who, born when, which IPP, where, and why.

    Show them beside the patient's own two identifiers before an act that must not go to the wrong person.
    """
    found = homonyms.of(patient, at=at)
    numbers = ipps_of([one.person.patient_id for one in found])
    return [_line(one, numbers.get(one.person.patient_id, []), by=by) for one in found]


def _line(one: homonyms.Namesake, ipps: list[str], *, by: User) -> str:
    person = one.person
    known = rules.may(by, Permission.VIEW_PATIENT, unit_id=person.unit_id) and not person.hidden
    who = [*_identifiers(person), *(_("IPP %s") % ipp for ipp in ipps)] if known else [_("un autre patient")]
    where = [_("chambre %s") % f"{person.room} {person.bed}".strip()] if person.room else [_("sans lit")]
    why = ", ".join(str(homonyms.Reason(reason).label) for reason in one.reasons)
    return " · ".join([*who, *where, why])


def _identifiers(person: Neighbour) -> list[str]:
    name = display_name(person.birth_name, person.used_name, person.first_names, person.used_first_name)
    born = _("naissance : %s") % person.birth_name.upper() if person.used_name else ""
    return [fact for fact in (name, born, dates.birth(person.birth_date), str(Sex(person.sex).label)) if fact]
