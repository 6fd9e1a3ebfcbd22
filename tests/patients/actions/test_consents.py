from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from amh.core.errors import Denied, Invalid
from amh.core.models import AuditEntry
from amh.core.roles import Role
from patients.actions import consents
from patients.models import Consent, ConsentAnswer, ConsentSubject, Source
from patients.queries.consents import history
from patients.rules.consents import ANSWERS, DEFAULTS, FOR_A_STAY, words
from tests.expectations import nothing_written, recorded, refused
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present

pytestmark = pytest.mark.django_db
A, S = ConsentAnswer, ConsentSubject
A_MINUTE = timedelta(minutes=1)
GOOD = [(subject, answer) for subject in S for answer in ANSWERS[subject]]
BAD = [(subject, answer) for subject in S for answer in A if answer not in ANSWERS[subject]]


def note(patient, subject=S.SMS, answer=A.YES, by=None, at=NOW, **said):
    known = {"source": Source.SAID, "given_at": at} | said
    return consents.note(patient=patient, subject=subject, answer=answer, by=by, at=at, **known)


def test_an_answer_is_noted_with_who_noted_it():
    unit = a_unit()
    stay = present(a_bed(unit))
    by = a_user(Role.NURSE, unit)
    with recorded("consent.note"):
        consent = note(stay.patient, by=by, given_at=NOW - A_MINUTE, remark="au téléphone")
    assert (consent.given_at, consent.entered_at, consent.entered_by) == (NOW - A_MINUTE, NOW, by)
    assert AuditEntry.objects.latest("pk").params == {"consent_subject": "sms", "answer": "yes", "source": "said"}


def test_every_subject_has_answers_in_words():
    assert set(ANSWERS) == set(S)
    assert all(words(subject, answer) for subject, answer in GOOD)
    assert words(S.TRUSTED_PERSON, A.YES) == "proposée, désignée"
    assert words(S.SMS, A.INFORMED) == "informé, sans opposition"


@pytest.mark.parametrize(("subject", "answer"), GOOD)
def test_an_answer_that_goes_with_its_subject_is_taken(subject, answer):
    who = a_patient()
    stay = expected(a_unit(), patient=who) if subject in FOR_A_STAY else None
    assert note(who, subject, A(answer), stay=stay).pk


@pytest.mark.parametrize(("subject", "answer"), BAD)
def test_an_answer_that_does_not_is_refused(subject, answer):
    who = a_patient()
    with nothing_written(), refused(Invalid, "bad_answer", field="answer"):
        note(who, subject, answer)


def test_the_trusted_person_is_asked_about_at_every_stay():
    with refused(Invalid, "required", field="stay"):
        note(a_patient(), S.TRUSTED_PERSON, A.UNWILLING)


def test_a_stay_of_somebody_else_is_refused():
    with refused(Invalid, "stay_of_another", field="stay"):
        note(a_patient(), stay=expected(a_unit()))


@pytest.mark.parametrize(
    ("born", "given_at", "code"),
    [
        ("1958-03-12", NOW + timedelta(minutes=3), "in_the_future"),
        ("1958-03-12", paris("1958-03-11 12:00"), "before_birth"),
        ("1958-03", paris("1958-02-28 12:00"), "before_birth"),
        ("1958", paris("1957-12-31 12:00"), "before_birth"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(born, given_at, code):
    who = a_patient(birth_date=born)
    with nothing_written(), refused(Invalid, code, field="given_at"):
        note(who, given_at=given_at)


@pytest.mark.parametrize(("born", "given_at"), [("1958", "1958-01-01 12:00"), ("", "1930-01-01 12:00")])
def test_a_moment_that_may_be_is_taken_as_far_as_the_birth_is_known(born, given_at):
    assert note(a_patient(birth_date=born), given_at=paris(given_at)).pk


def test_a_ward_pc_may_run_a_minute_ahead():
    assert note(a_patient(), given_at=NOW + A_MINUTE).pk


def test_a_second_click_notes_nothing_more():
    who = a_patient()
    first = note(who)
    with nothing_written():
        assert note(who, at=NOW, given_at=NOW) == first


def test_the_newest_answer_holds_whatever_the_order_of_entry():
    who = a_patient()
    late = note(who, answer=A.NO, given_at=NOW)
    early = note(who, answer=A.YES, given_at=NOW - timedelta(days=1))
    assert history(who) == {S.SMS: [late, early]}


def test_of_two_answers_of_one_minute_the_last_entered_holds():
    who = a_patient()
    note(who, answer=A.YES)
    last = note(who, answer=A.NO)
    assert history(who)[S.SMS][0] == last


def test_nobody_consented_to_messages_before_they_were_asked():
    who = a_patient()
    assert history(who) == {}
    assert DEFAULTS == {S.SMS: A.NO}


def test_an_answer_is_never_changed_nor_deleted():
    consent = note(a_patient())
    for change in (lambda: Consent.objects.update(answer=A.NO), consent.delete):
        with pytest.raises((IntegrityError, InternalError, ProgrammingError)), transaction.atomic():
            change()


def test_the_right_is_that_of_the_units_of_the_patient():
    unit = a_unit()
    stay = present(a_bed(unit))
    with nothing_written(), refused(Denied, "exceptional_access_needed"):
        note(stay.patient, by=a_user(Role.AMH, a_unit()))
    manager = a_user(Role.BED_MANAGER)
    with nothing_written(), refused(Denied, "denied"):
        note(stay.patient, by=manager)
