import pytest

from amh.core.errors import Conflict, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import identifiers, merges
from patients.models import IdentifierType, PatientIdentifier
from tests.expectations import nothing_written, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient

pytestmark = pytest.mark.django_db


def add(patient, value="8001", domain="CHU", **said):
    return identifiers.add(
        **{"patient": patient, "type_": IdentifierType.IPP, "domain": domain, "value": value, "by": None, "at": NOW}
        | said
    )


def test_add_gives_a_number_in_its_domain():
    patient = a_patient()
    with recorded("identifier.add"):
        number = add(patient, " 8001 ")
    assert (number.patient, number.type, number.domain, number.value) == (patient, "IPP", "CHU", "8001")
    assert AuditEntry.objects.latest("pk").params == {"type": "IPP", "domain": "CHU"}


def test_a_number_given_twice_is_given_once():
    patient = a_patient()
    first = add(patient)
    with nothing_written():
        assert add(patient) == first


def test_the_same_number_in_two_domains_names_two_people():
    one, other = a_patient(), a_patient()
    add(one, domain="CHU"), add(other, domain="GHT")
    assert PatientIdentifier.objects.count() == 2
    with nothing_written(), refused(Conflict, "identifier_once", saying="déjà celui d’un autre patient"):
        add(other, domain="CHU")


def test_one_person_has_as_many_ipp_as_domains():
    patient = a_patient()
    add(patient, domain="CHU"), add(patient, domain="GHT"), add(patient, "8002", domain="CHU")
    assert patient.identifiers.count() == 3


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [({"type_": IdentifierType.INS}, "ins_by_hand", "type"), ({"value": "  "}, "required", "value")],
)
def test_what_nobody_gives_by_hand(said, code, field):
    patient = a_patient()
    with nothing_written(), refused(Invalid, code, field=field):
        add(patient, **said)


def test_end_and_restore():
    number = add(a_patient())
    with recorded("identifier.end"):
        assert identifiers.end(identifier=number, by=None, at=paris("18:00")).valid_until == paris("18:00")
    with nothing_written(), refused(Conflict, "identifier_over"):
        identifiers.end(identifier=number, by=None, at=NOW)
    with recorded("identifier.restore"):
        assert identifiers.restore(identifier=number, by=None, at=NOW).valid_until is None
    with nothing_written(), refused(Conflict, "identifier_stands"):
        identifiers.restore(identifier=number, by=None, at=NOW)


def test_a_number_given_to_another_since_is_not_restored():
    number = add(a_patient())
    identifiers.end(identifier=number, by=None, at=NOW)
    add(a_patient())
    with nothing_written(), refused(Conflict, "identifier_once"):
        identifiers.restore(identifier=number, by=None, at=NOW)


def test_a_number_that_was_forgotten_is_neither_ended_nor_restored():
    number = add(a_patient())
    PatientIdentifier.objects.all().delete()
    for act in (identifiers.end, identifiers.restore):
        with nothing_written(), refused(Conflict, "identifier_forgotten", saying="retiré de partout"):
            act(identifier=number, by=None, at=NOW)


def test_a_number_given_to_a_merged_record_is_the_survivor_s():
    survivor, merged = a_patient(), a_patient()
    merges.merge(survivor=survivor, merged=merged, reason="", by=None, at=NOW)
    assert add(merged).patient == survivor


def test_who_gives_and_ends_numbers():
    patient = a_patient()
    ended, standing = add(patient, "1"), add(patient, "2")
    identifiers.end(identifier=ended, by=None, at=NOW)
    for act in (
        lambda by: add(patient, by=by),
        lambda by: identifiers.end(identifier=standing, by=by, at=NOW),
        lambda by: identifiers.restore(identifier=ended, by=by, at=NOW),
    ):
        assert who_may(act) == {Role.AMH, Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL, Role.ADMISSIONS_OFFICE}
