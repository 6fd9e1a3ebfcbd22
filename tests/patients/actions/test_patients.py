import pytest

from amh.core.errors import Conflict, Invalid
from amh.core.roles import Role
from patients.actions import movements, patients
from patients.models import IdentityStatus, Patient, PatientIdentifier, Protection
from tests.expectations import nothing_written, recorded, refused, who_may
from tests.factories.clocks import NOW
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit, beds
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


def test_who_may_register_correct_and_withdraw():
    patient = register()
    for act in (
        lambda by: patients.register(traits={"birth_name": "Martin"}, by=by, at=NOW),
        lambda by: patients.correct(patient=patient, traits={"birth_name": "Durant"}, by=by, at=NOW),
        lambda by: patients.withdraw(patient=patient, by=by, at=NOW),
    ):
        assert who_may(act) == {Role.AMH, Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL, Role.ADMISSIONS_OFFICE}


def test_a_reason_hides_the_name_and_its_end_shows_it_again():
    bed = a_bed(a_unit())
    stay = present(bed, patient=a_patient("Durand"))
    with recorded("patient.correct", beds=(bed,), units=(bed.room.unit,)):
        assert patients.protect(patient=stay.patient, protection=Protection.VIP, by=None, at=NOW)
    assert (Patient.objects.get().protected, Patient.objects.get().protection) == (True, "vip")
    with nothing_written():
        assert not patients.protect(patient=stay.patient, protection=Protection.VIP, by=None, at=NOW)
    assert patients.unprotect(patient=stay.patient, by=None, at=NOW)
    assert (Patient.objects.get().protected, Patient.objects.get().protection) == (False, "")


def test_a_correction_is_shown_on_those_who_may_be_taken_for_the_patient():
    unit = a_unit()
    first, second, third = beds(unit, 3)
    here = present(first, patient=a_patient("Durand"))
    present(second, patient=a_patient("Durant")), present(third, patient=a_patient("Martin"))
    with recorded("patient.correct", beds=(first, second, third), units=(unit,)):
        patients.correct(patient=here.patient, traits={"birth_name": "Martin"}, by=None, at=NOW)


@pytest.mark.parametrize("doubt", ["doubtful", "fictive"])
def test_a_doubt_waits_until_the_ins_is_gone(doubt):
    patient = register(ins_retrieved=True)
    with nothing_written(), refused(Invalid, "doubt_with_ins", field=doubt, saying="retirer d’abord l’INS"):
        patients.correct(patient=patient, traits={doubt: True}, by=None, at=NOW)
    with refused(Invalid, "doubt_with_ins", field=doubt):
        register(ins_retrieved=True, **{doubt: True})
    assert patients.correct(patient=patient, traits={doubt: True, "ins_retrieved": False}, by=None, at=NOW)


def test_a_lunar_date_is_kept_as_said_and_gives_its_year():
    patient = register(lunar_birth_date="1958-13-05")
    assert (patient.lunar_birth_date, patient.birth_date) == ("1958-13-05", "1958")


@pytest.mark.parametrize("last", [10, 11])
def test_a_test_number_is_dropped_in_production_and_the_patient_kept(settings, last):
    number = ("INS", f"1.2.250.1.213.1.4.{last}", "260058815400233")
    settings.LOOPBACK_ONLY = False
    patient = patients.register(traits={"birth_name": "Durand"}, by=None, at=NOW, identifiers=[number])
    assert not patient.identifiers.exists()
    settings.LOOPBACK_ONLY = True
    patients.identify(patient, [number], at=NOW)
    assert patient.identifiers.get().value == "260058815400233"
