"""What another system says of those around a patient: it adds, it corrects its own, it never beats a person's word."""

from datetime import timedelta

import pytest

from amh.core.roles import Role
from patients.actions import consents, contacts, correspondents, entourages, practitioners
from patients.models import (
    Consent,
    ConsentAnswer,
    ConsentSubject,
    Contact,
    ContactRole,
    Correspondent,
    CorrespondentRole,
    Source,
)
from patients.queries import locks
from patients.tellings import Answered, Follower, Near, Person
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present

pytestmark = pytest.mark.django_db
R, C = ContactRole, CorrespondentRole
A_DAY = timedelta(days=1)


@pytest.fixture
def stay(db):
    return present(a_bed(a_unit()))


@pytest.fixture
def by(stay):
    return a_user(Role.AMH, stay.placements.get().unit)


def hear(patient, *, stay=None, at=NOW, **told):
    person = Person((), {}, **{name: tuple(values) for name, values in told.items()})
    entourages.hear(patient=locks.patient(patient.pk), stay=stay, person=person, at=at)


def noted(patient):
    rows = Contact.objects.filter(patient=patient, withdrawn_at=None).order_by("pk")
    return [(one.role, one.name, one.phone) for one in rows]


def following(patient):
    rows = Correspondent.objects.filter(patient=patient, withdrawn_at=None).order_by("pk")
    return [(one.role, one.practitioner and one.practitioner.family_name) for one in rows]


def a_doctor(name="AGNES"):
    return practitioners.reference("", name, "Isabelle")


def by_hand(patient, by, **values):
    return contacts.add(patient=patient, values={"role": R.EMERGENCY, "name": "DURAND Zoé", **values}, by=by, at=NOW)


def test_whom_to_tell_is_noted_once_and_its_number_follows():
    patient = a_patient()
    for number in ("06 12 34 56 78", "06 12 34 56 78", "01 45 67 89 01"):
        hear(patient, contacts=[Near(R.EMERGENCY, "DURAND Zoé", "fille", number)])
    assert noted(patient) == [("C", "DURAND Zoé", "+33145678901")]


def test_what_a_message_does_not_repeat_stands():
    patient = a_patient()
    hear(patient, contacts=[Near(R.EMERGENCY, "DURAND Zoé", phone="0612345678")])
    hear(patient, contacts=[Near(R.EMERGENCY, "DURAND Zoé"), Near(R.KIN, "DURAND Luc")])
    assert noted(patient) == [("C", "DURAND Zoé", "+33612345678"), ("N", "DURAND Luc", "")]


def test_what_a_person_noted_is_not_corrected(stay, by):
    by_hand(stay.patient, by, phone="06 00 00 00 01")
    hear(stay.patient, contacts=[Near(R.EMERGENCY, "Durand Zoé", "sœur", "0612345678")])
    assert noted(stay.patient) == [("C", "DURAND Zoé", "+33600000001")]


def test_who_is_not_to_be_told_any_more_is_no_longer_to_be_told():
    patient = a_patient()
    hear(patient, contacts=[Near(R.EMERGENCY, "DURAND Zoé")])
    hear(patient, contacts=[Near(R.NOT_TO_INFORM, "DURAND Zoé")])
    assert noted(patient) == [("P", "DURAND Zoé", "")]


def test_a_person_not_to_tell_by_somebody_here_stays_so(stay, by):
    by_hand(stay.patient, by, role=R.NOT_TO_INFORM)
    hear(stay.patient, contacts=[Near(R.EMERGENCY, "DURAND Zoé"), Near(R.KIN, "DURAND Luc")])
    assert noted(stay.patient) == [("P", "DURAND Zoé", ""), ("N", "DURAND Luc", "")]


def test_a_trusted_person_is_for_one_stay_and_another_takes_the_place(stay):
    hear(stay.patient, contacts=[Near(R.TRUSTED, "DURAND Zoé")])
    assert noted(stay.patient) == []
    for name in ("DURAND Zoé", "DURAND Zoé", "DURAND Luc"):
        hear(stay.patient, stay=stay, contacts=[Near(R.TRUSTED, name)])
    assert noted(stay.patient) == [("K", "DURAND Luc", "")]
    assert Contact.objects.get(name="DURAND Luc").stay == stay


def test_what_is_no_number_is_kept_as_it_came():
    patient = a_patient()
    hear(patient, contacts=[Near(R.KIN, "Smith Jane", phone="555-<script>")])
    contact = Contact.objects.get(patient=patient)
    assert (contact.phone, contact.note) == ("", "Numéro reçu : 555-<script>")


def test_the_general_practitioner_follows_the_system_that_named_one():
    patient = a_patient()
    for name in ("AGNES", "AGNES", "BERNARD"):
        hear(patient, correspondents=[Follower(C.GP, a_doctor(name))])
    assert following(patient) == [("ODRP", "BERNARD")]
    hear(patient, correspondents=[Follower(C.GP, a_doctor("BERNARD"), withdrawn=True)])
    assert following(patient) == []


def test_the_general_practitioner_whom_a_person_noted_stays(stay, by):
    correspondents.add(patient=stay.patient, role=C.GP, practitioner=a_doctor("CHARLES"), by=by, at=NOW)
    hear(stay.patient, correspondents=[Follower(C.GP, a_doctor()), Follower(C.REFERRER, a_doctor())])
    hear(stay.patient, correspondents=[Follower(C.GP, a_doctor("CHARLES"), withdrawn=True)])
    assert following(stay.patient) == [("ODRP", "CHARLES"), ("RP", "AGNES")]


def test_who_is_no_longer_active_is_not_noted_and_keeps_no_other_from_it():
    patient = a_patient()
    gone = a_doctor("GONE")
    gone.is_active = False
    gone.save()
    hear(patient, correspondents=[Follower(C.REFERRER, gone), Follower(C.REFERRER, a_doctor())])
    assert following(patient) == [("RP", "AGNES")]


def answered(answer, *, given_at=NOW):
    return Answered(ConsentSubject.SMS, answer, given_at)


def answers(patient):
    return list(Consent.objects.filter(patient=patient).order_by("given_at", "pk").values_list("answer", flat=True))


def test_an_answer_is_noted_when_it_differs_from_the_one_before():
    patient = a_patient()
    for days, answer in enumerate([ConsentAnswer.YES, ConsentAnswer.YES, ConsentAnswer.NO]):
        hear(patient, answers=[answered(answer, given_at=NOW + days * A_DAY)], at=NOW + days * A_DAY)
    assert answers(patient) == ["yes", "no"]
    assert set(Consent.objects.values_list("source", "entered_by")) == {(Source.RECEIVED, None)}


def test_what_the_patient_said_here_since_holds_while_the_other_system_repeats_itself(stay, by):
    hear(stay.patient, answers=[answered(ConsentAnswer.YES, given_at=NOW - A_DAY)])
    said = {"subject": ConsentSubject.SMS, "answer": ConsentAnswer.NO, "source": Source.SAID}
    consents.note(patient=stay.patient, **said, given_at=NOW, by=by, at=NOW)
    hear(stay.patient, answers=[answered(ConsentAnswer.YES, given_at=NOW + A_DAY)], at=NOW + A_DAY)
    assert answers(stay.patient) == ["yes", "no"]


def test_an_answer_from_the_future_was_given_now():
    patient = a_patient()
    hear(patient, answers=[answered(ConsentAnswer.YES, given_at=NOW + A_DAY)])
    assert Consent.objects.get(patient=patient).given_at == NOW


def test_what_is_told_again_asks_as_much_for_one_as_for_thirty(django_assert_num_queries):
    patient = a_patient()
    many = [Near(R.KIN, f"DURAND {number}") for number in range(30)]
    hear(patient, contacts=many, correspondents=[Follower(C.REFERRER, a_doctor(f"D{n}")) for n in range(30)])
    one = Person((), {}, contacts=tuple(many[:1]), correspondents=(Follower(C.REFERRER, a_doctor("D0")),))
    all_of_them = Person((), {}, contacts=tuple(many), correspondents=one.correspondents)
    for person in (one, all_of_them):
        with django_assert_num_queries(4):
            entourages.hear(patient=patient, stay=None, person=person, at=NOW)
