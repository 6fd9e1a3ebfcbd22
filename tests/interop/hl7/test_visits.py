from datetime import UTC, datetime

import pytest

from amh.interop.hl7.readings import Location, PractitionerName
from tests.interop.hl7 import samples


def test_the_stay_of_a_french_admission():
    reading = samples.reading("admission_pam")
    visit = reading.visit

    assert (visit.visit_number, visit.visit_domain) == ("V26-0042", "CLCC-TEST")
    assert (visit.account_number, visit.account_domain) == ("26000111", "CLCC-TEST")
    assert (visit.patient_class, visit.treatment_mode) == ("I", "03")
    assert visit.responsible == PractitionerName("801112223334", "IDNPS", "ESSAI-MÉDECIN", "Jeanne")
    assert visit.responsible.rpps == ""
    assert visit.expected_discharge_at == datetime(2026, 3, 9, 10, tzinfo=UTC)
    assert (reading.location.uf, reading.location.room, reading.location.bed) == ("4410", "412", "412-1")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("4410", Location("4410")),
        ("4410^412", Location("4410", "412")),
        ("4410^412^1^CLCC&99&N^O", Location("4410", "412", "1")),
        ("4410^^^&99&N", Location("4410")),
    ],
)
def test_a_unit_may_stand_alone(place, expected):
    assert samples.read(f"PV1|1|I|{place}").location == expected


def test_without_a_unit_the_movement_says_where():
    reading = samples.read("PV1|1|I|^^^CLCC", samples.zbe())

    assert reading.location.uf == "4410"
    assert ("uf-from-movement", "PV1-3.1") in samples.codes(reading)


def test_a_deleted_place_is_nowhere():
    reading = samples.read('PV1|1|I|""', samples.zbe())

    assert reading.location == Location()
    assert ("location-missing", "PV1-3") in samples.codes(reading)


def test_a_cancellation_names_the_place_to_return_to():
    assert samples.reading("transfer_cancelled_pam").location == Location("4410", "412", "412-1")


@pytest.mark.parametrize(
    ("sent", "flag"), [("Y", True), ("y", True), ("VIP^Important", True), ("N", False), ('""', False), ("", None)]
)
def test_what_hides_a_stay_is_asked_taken_back_or_not_said(sent, flag):
    assert samples.read("PV1|1|I" + "|" * 14 + sent).visit.vip is flag
    assert samples.read("PV1|1|I", "PV2" + "|" * 22 + sent).visit.restricted is flag


@pytest.mark.parametrize(("sent", "withdrawn"), [('""', True), ("", False), ("20260309", False)])
def test_an_expected_discharge_is_withdrawn_or_not_said(sent, withdrawn):
    assert samples.read("PV1|1|I", "PV2" + "|" * 9 + sent).visit.expected_discharge_withdrawn is withdrawn


def test_a_professional_in_the_place_of_the_visit_number():
    reading = samples.reading("admission_two_fields_off")

    assert reading.visit.visit_number == ""
    assert ("visit-number-is-person", "PV1-19") in samples.codes(reading)


@pytest.mark.parametrize(
    ("people", "identifier", "rpps"),
    [
        ("1^A~10001112223^B^C^^^^^^ASIP&1.2&ISO^D^^^RPPS", "10001112223", "10001112223"),
        ("123^A^B^^^^^^X^D^^^RPPS", "123", ""),
        ("^NEPH", "", ""),
    ],
)
def test_the_responsible_physician(people, identifier, rpps):
    responsible = samples.read(f"PV1|1|I|4410||||{people}").visit.responsible

    assert (responsible.identifier, responsible.rpps) == (identifier, rpps)


def test_a_time_that_cannot_be_read_is_reported():
    reading = samples.read("PV1|1|I|4410", "PV2" + "|" * 9 + "05/03/2026")

    assert reading.visit.expected_discharge_at is None
    assert ("timestamp", "PV2-9") in samples.codes(reading)


def test_no_visit_at_all():
    reading = samples.read("PID|1||7")

    assert reading.visit is None
    assert ("visit-missing", "PV1") in samples.codes(reading)
    assert "visit-missing" not in {code for code, _ in samples.codes(samples.read("PID|1||7", trigger="A28"))}


def test_what_only_the_administration_says():
    visit = samples.read(
        f"PV1|1|I|4410{'|' * 19}Y{'|' * 15}990000001", f"PV2{'|' * 38}3", "ZFV|440000002|8", "ZFM|8|7||2"
    ).visit
    assert (visit.single_room, visit.arrival_transport, visit.departure_transport) == (True, "3", "8")
    assert (visit.origin_finess, visit.destination_finess) == ("440000002", "990000001")
    assert (visit.pmsi_discharge_mode, visit.pmsi_destination) == ("7", "2")


def test_what_is_no_number_of_a_structure_is_none():
    assert samples.read("PV1|1|I|4410", "ZFV|CLINIQUE DU TEST|8").visit.origin_finess == ""
