"""What the segments beside the movement say reaches the record and the stay (french-rules §4.2)."""

import pytest

from amh.core.roles import Role
from patients.actions import patients
from patients.models import (
    Consent,
    Contact,
    Correspondent,
    ExitMode,
    HealthRecord,
    Patient,
    Stay,
    TransportMode,
)
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.interop.actions.feeding import AN_HOUR, feed

pytestmark = pytest.mark.django_db
RPPS = "10000023084^AGNES^Isabelle^^^^^^ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^L^^^RPPS"
PEOPLE = [
    "NK1|1|DURAND^Luc^^^^^L|SPO^conjoint||^PRN^PH^^^^^^^^^0612345678||K",
    "NK1|2|DURAND^Paul|BRO^frère||0145678901||P",
    f"ROL||UC|ODRP|{RPPS}",
    "ZFD|||Y|N|INSI|20260301||",
    "ZFA|ACTIF|20240306111154|||||||INO|20240306111154|INC|20240306111154",
]


@pytest.fixture(autouse=True)
def ward():
    a_bed(a_unit("MED"), "201", "F")


def told(trigger, *segments, phone="", **facts):
    """A message with more segments, and a telephone number in PID-13."""
    raw = adt(trigger, extra="\r".join(segments), **facts)
    return raw.replace(b"|19580312|F", f"|19580312|F|||1 rue du Test^^NANTES^^44000||{phone}".encode())


def noted():
    return {(one.role, one.name, one.phone) for one in Contact.objects.filter(withdrawn_at=None)}


def test_an_admission_brings_the_people_and_the_answers():
    feed(told("A01", *PEOPLE), told("A02", *PEOPLE))
    assert noted() == {("K", "DURAND Luc", "+33612345678"), ("P", "DURAND Paul", "+33145678901")}
    assert Contact.objects.get(role="K").stay == Stay.objects.get()
    assert str(Correspondent.objects.get().practitioner) == "Dr AGNES Isabelle"
    assert set(Consent.objects.values_list("subject", "answer")) == {
        ("sms", "yes"),
        ("record_feeding", "informed"),
        ("record_reading", "opposed"),
    }
    assert Patient.objects.get().health_record == HealthRecord.ACTIVE


def test_the_person_alone_brings_them_too_but_the_trusted_one():
    feed(told("A28", *PEOPLE))
    assert {role for role, _name, _phone in noted()} == {"P"}
    assert Consent.objects.count() == 3


def test_how_to_reach_somebody_follows_the_administration_until_a_person_here_knows_better():
    feed(told("A01", phone="0240000001"))
    feed(told("A31", phone="0240000002"))
    patient = Patient.objects.get()
    assert (patient.phone, patient.address) == ("+33240000002", "1 rue du Test, 44000 NANTES")
    by = a_user(Role.AMH, Stay.objects.get().unit)
    patients.correct(patient=patient, traits={"phone": "+33612345678"}, by=by, at=NOW + AN_HOUR)
    feed(told("A31", phone="0240000003"))
    assert Patient.objects.get().phone == "+33612345678"


def test_what_is_no_number_keeps_nobody_out():
    feed(told("A01", "NK1|1|DURAND^Luc|||<script>alert(1)</script>||C", phone="' OR 1=1 --"))
    assert Stay.objects.get().state == "present"
    assert Patient.objects.get().phone == "' OR 1=1 --"
    assert noted() == {("C", "DURAND Luc", "")}


def test_what_only_the_administration_says_of_a_stay():
    feed(told("A01", f"PV2{'|' * 38}3", "ZFV|440000002|8"))
    stay = Stay.objects.get()
    assert (stay.arrival_transport, stay.departure_transport) == (
        TransportMode.PRIVATE_AMBULANCE,
        TransportMode.LIGHT_VEHICLE,
    )
    assert (stay.origin_finess, stay.single_room) == ("440000002", None)
    feed(told("A02", f"PV2{'|' * 38}99"))
    assert Stay.objects.get().arrival_transport == TransportMode.PRIVATE_AMBULANCE


@pytest.mark.parametrize(
    ("segment", "mode"),
    [
        ("ZFM||7||2", ExitMode.REHABILITATION),
        ("ZFM||7||3", ExitMode.LONG_TERM_CARE),
        ("ZFM||7||1", ExitMode.TRANSFER),
        ("ZFM||8||7", ExitMode.NURSING_HOME),
        ("ZFM||8||6", ExitMode.HOME_CARE),
        ("ZFM||8", ExitMode.HOME),
        ("ZFM||4||2", ExitMode.AGAINST_ADVICE),
        ("ZFM||9||2", ExitMode.DEATH),
    ],
)
def test_how_the_patient_left(segment, mode):
    feed(told("A01", at=NOW - AN_HOUR), told("A03", segment, at=NOW))
    assert Stay.objects.get().movements.last().mode == mode
