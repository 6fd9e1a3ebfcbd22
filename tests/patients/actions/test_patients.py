import pytest

from amh.core.errors import Conflict, Denied, Invalid
from amh.core.roles import Role
from patients.actions import movements, patients
from patients.models import IdentityStatus, Patient, PatientIdentifier
from tests.expectations import nothing_written, recorded, refused
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, last, present

pytestmark = pytest.mark.django_db
IPP = ("IPP", "1.2.250.1", "8001")


def register(**traits):
    return patients.register(traits={"birth_name": "Durand"} | traits, by=None, at=NOW, identifiers=[IPP])


def test_register_opens_a_record_with_its_identifiers():
    with recorded("patient.register"):
        patient = register(first_names="Anne Marie", used_name="Martin", birth_date="1958-03")
    identifier = patient.identifiers.get()
    assert (identifier.type, identifier.domain, identifier.value) == IPP
    assert (identifier.valid_from, identifier.valid_until, patient.display_name) == (NOW, None, "MARTIN Anne")


@pytest.mark.parametrize(
    ("retrieved", "checked", "status"),
    [
        (False, False, IdentityStatus.PROVISIONAL),
        (False, True, IdentityStatus.VALIDATED),
        (True, False, IdentityStatus.RETRIEVED),
        (True, True, IdentityStatus.QUALIFIED),
    ],
)
def test_the_trust_in_an_identity_is_computed(retrieved, checked, status):
    patient = register(ins_retrieved=retrieved, identity_checked=checked)
    assert Patient.objects.get(pk=patient.pk).identity_status == status


@pytest.mark.parametrize(
    ("traits", "code", "field", "says"),
    [
        ({"birth_name": "  "}, "required", "birth_name", "Indiquer le nom de naissance."),
        ({"birth_date": "1958-02-30"}, "bad_date", "birth_date", "n’existe pas"),
        ({"birth_date": "12/03/1958"}, "bad_date", "birth_date", "n’existe pas"),
        ({"birth_date": "1958-13"}, "bad_date", "birth_date", "n’existe pas"),
        ({"birth_date": "2026-11-22"}, "in_the_future", "birth_date", "dans le futur"),
        ({"birth_date": "2027"}, "in_the_future", "birth_date", "dans le futur"),
    ],
)
def test_a_trait_that_cannot_be_is_refused_beside_its_field(traits, code, field, says):
    with nothing_written(), refused(Invalid, code, field=field, saying=says):
        register(**traits)
    patient = register()
    with nothing_written(), refused(Invalid, code, field=field, saying=says):
        patients.correct(patient=patient, traits=traits, by=None, at=NOW)


@pytest.mark.parametrize("birth_date", ["", "1958", "1958-03", "2026", "2026-11", "2026-11-21", "2024-02-29"])
def test_a_birth_date_may_be_partial_or_not_known(birth_date):
    assert register(birth_date=birth_date).birth_date == birth_date


def test_an_identifier_is_one_person_s():
    register()
    with nothing_written(), refused(Conflict, "identifier_once", saying="déjà celui d’un autre patient"):
        register(birth_name="Autre")
    assert Patient.objects.count() == 1


def test_an_identifier_said_twice_is_kept_once():
    patients.register(traits={"birth_name": "Durand"}, by=None, at=NOW, identifiers=[IPP, IPP])
    assert PatientIdentifier.objects.count() == 1


def test_correct_changes_what_differs_and_shows_it_where_the_patient_lies():
    bed = a_bed(a_unit())
    stay = present(bed, patient=a_patient("Durand"))
    with recorded("patient.correct", beds=(bed,), units=(bed.room.unit,)):
        assert patients.correct(patient=stay.patient, traits={"birth_name": "Durant"}, by=None, at=NOW)
    with nothing_written():
        assert not patients.correct(patient=stay.patient, traits={"birth_name": "Durant"}, by=None, at=NOW)


def test_a_registration_is_withdrawn_until_a_stay_depends_on_it():
    patient = register()
    stay = expected(a_unit(), patient=patient)
    with nothing_written(), refused(Conflict, "patient_has_stay", saying="l’annuler d’abord"):
        patients.withdraw(patient=patient, by=None, at=NOW)
    movements.undo(movement=last(stay), by=None, at=NOW)
    with recorded("patient.withdraw"):
        patients.withdraw(patient=patient, by=None, at=NOW)
    assert (Patient.objects.get().cancelled_at, PatientIdentifier.objects.get().valid_until) == (NOW, NOW)
    register()


@pytest.mark.parametrize("role", Role)
def test_who_may_register_correct_and_withdraw(role):
    by, patient = a_user(role), register()
    acts = (
        lambda: patients.register(traits={"birth_name": "Martin"}, by=by, at=NOW),
        lambda: patients.correct(patient=patient, traits={"birth_name": "Durant"}, by=by, at=NOW),
        lambda: patients.withdraw(patient=patient, by=by, at=NOW),
    )
    for act in acts:
        if role in {Role.AMH, Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL, Role.ADMISSIONS_OFFICE}:
            act()
        else:
            with nothing_written(), refused(Denied, "denied"):
                act()
