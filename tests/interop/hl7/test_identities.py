from datetime import UTC, datetime

import pytest

from amh.interop.hl7.readings import Identifier
from tests.interop.hl7 import samples

NIR = "180069999900151"
TEST_OID = "1.2.250.1.213.1.4.10"
INS = f"{NIR}^^^ASIP-SANTE-INS-NIR&{TEST_OID}&ISO^INS"


def patient(identifiers="7^^^CLCC^PI", *, names="ESSAI^Zoé", birth="", sex="", trust="", rest=""):
    padding = "|" * 24
    return samples.read(f"PID|1||{identifiers}||{names}||{birth}|{sex}{padding}{trust}", *rest.split("\r"))


def test_the_traits_of_a_french_admission():
    reading = samples.reading("admission_pam")
    traits = reading.patient

    assert traits.identifiers == (Identifier("IPP", "CLCC-TEST", "700123"), Identifier("INS", TEST_OID, NIR))
    assert (traits.birth_name, traits.first_names) == ("ESSAI-LEFÈVRE", "Gaël Marie Ange")
    assert (traits.used_name, traits.used_first_name) == ("ESSAI", "Gaël")
    assert (traits.birth_date, traits.sex, traits.birth_place) == ("1980-06-14", "M", "44109")
    assert (traits.ins_retrieved, traits.identity_checked) == (True, True)
    assert [traits.homonym, traits.doubtful, traits.fictive, traits.deceased, traits.protected] == [False] * 5
    assert reading.deviations == ()


@pytest.mark.parametrize(
    ("trust", "identifiers", "where"),
    [
        ("", INS, ("ins-not-validated", "PID-32")),
        ("PROV", INS, ("ins-not-validated", "PID-32")),
        ("VALI~DOUT", INS, ("identity-contradiction", "PID-32")),
        ("VALI", INS.replace(NIR, NIR[:-1] + "2"), ("ins-key", "PID-3")),
        ("VALI", INS.replace(NIR, NIR[:-2]), ("ins-key", "PID-3")),
        ("VALI", INS.replace(TEST_OID, "1.2.3"), ("ins-domain", "PID-3")),
    ],
)
def test_an_ins_that_may_not_be_used_is_left_out_never_the_patient(trust, identifiers, where):
    reading = patient(f"7^^^CLCC^PI~{identifiers}", trust=trust)

    assert reading.patient.identifiers == (Identifier("IPP", "CLCC", "7"),)
    assert not reading.patient.ins_retrieved
    assert where in samples.codes(reading)


def test_the_key_of_a_corsican_number():
    assert patient(INS.replace(NIR, "180062A99900177"), trust="VALI").patient.ins_retrieved


def test_attributes_of_the_identity():
    traits = patient(trust="PROV~HOMA~DOUT~FICT").patient

    assert (traits.homonym, traits.doubtful, traits.fictive, traits.identity_checked) == (True, True, True, False)


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        ("7~8", [("IPP", "", "7"), ("", "", "8")]),
        ("8~7^^^A^PI", [("", "", "8"), ("IPP", "A", "7")]),
        ("7^^^&1.2.3&ISO^PI", [("IPP", "1.2.3", "7")]),
        ("7^^^A^MR~9^^^S^SS", [("MR", "A", "7"), ("SS", "S", "9")]),
        ("7^^^A^PI~7^^^A^PI", [("IPP", "A", "7")]),
    ],
)
def test_types_and_domains_of_identifiers(identifiers, expected):
    traits = patient(identifiers).patient

    assert [(found.type, found.domain, found.value) for found in traits.identifiers] == expected
    assert traits.local.value == "7"


def test_a_patient_known_only_by_a_national_number_has_no_local_identifier():
    assert patient("9^^^S^SS").patient.local is None


def test_an_old_sender_puts_the_identifier_in_pid_2():
    reading = samples.read("PID|1|77^^^OLD|||ESSAI^Zoé")

    assert reading.patient.identifiers == (Identifier("IPP", "OLD", "77"),)
    assert ("identifier-elsewhere", "PID-3") in samples.codes(reading)


@pytest.mark.parametrize(
    ("names", "birth_name", "first_names", "used_name"),
    [
        ("ESSAI^Zoé^Zoé Ana^^^^L~TEST^Zoé^^^^^D", "ESSAI", "Zoé Ana", "TEST"),
        ("TEST^Zoé^^^^^D~ESSAI^Zoé^^^^^L", "ESSAI", "Zoé", "TEST"),
        ("Sample^Lee^T", "Sample", "Lee T", ""),
        ("ESSAI&de&ESSAI^Marie Claire^Marie Claire Anne^^^^L", "ESSAI", "Marie Claire Anne", ""),
    ],
)
def test_names(names, birth_name, first_names, used_name):
    traits = patient(names=names).patient

    assert (traits.birth_name, traits.first_names, traits.used_name) == (birth_name, first_names, used_name)


@pytest.mark.parametrize("names", ["TEST^Zoé^^^^^D", "TEST^^^^^^S", "TEST^^^^^^N"])
def test_without_a_birth_name_the_patient_still_has_one(names):
    reading = patient(names=names)

    assert reading.patient.birth_name == "TEST"
    assert ("birth-name-missing", "PID-5") in samples.codes(reading)


@pytest.mark.parametrize(
    ("sent", "sex", "odd"), [("F", "F", False), ("m", "M", False), ("O", "U", True), ("Q", "", True), ("", "", False)]
)
def test_sex(sent, sex, odd):
    reading = patient(sex=sent)

    assert reading.patient.sex == sex
    assert (("sex", "PID-8") in samples.codes(reading)) is odd


@pytest.mark.parametrize(("sent", "date", "odd"), [("19800600", "1980-06", False), ("19800231", "", True)])
def test_birth_date(sent, date, odd):
    reading = patient(birth=sent)

    assert reading.patient.birth_date == date
    assert (("birth-date", "PID-7") in samples.codes(reading)) is odd


def test_protected():
    assert patient(rest="PD1" + "|" * 12 + "Y").patient.protected
    assert patient(names="TEST^^^^^^S").patient.protected


def test_what_hides_a_stay_does_not_protect_the_person():
    assert not patient(rest="PV2" + "|" * 22 + "Y\rPV1|1|I" + "|" * 14 + "Y").patient.protected


@pytest.mark.parametrize(
    ("date", "said", "deceased"),
    [("20260301", "Y", True), ("", "Y", True), ("20260301", "", True), ("20260301", "N", False), ("", "", False)],
)
def test_death(date, said, deceased):
    traits = samples.read("PID|1||7" + "|" * 26 + f"{date}|{said}").patient

    assert traits.deceased is deceased
    assert traits.deceased_at == (datetime(2026, 2, 28, 23, tzinfo=UTC) if date else None)


def test_what_the_sender_asks_to_delete():
    traits = samples.read('PID|1||7||ESSAI^Zoé^^^^^L~""^""^^^^^D||""|F').patient

    assert traits.deleted == {"used_name", "used_first_name", "birth_date"}
    assert traits.used_name == ""


def test_two_patients_in_one_message_and_none():
    assert ("patient-repeated", "PID") in samples.codes(samples.read("PID|1||7", "PID|2||8"))
    assert samples.read().patient is None
