from datetime import timedelta

import pytest
from django.utils import timezone

from amh.core.roles import Role
from patients.models import Consent, ConsentSubject
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.patients.views.browsing import Desk, panel, text

pytestmark = pytest.mark.django_db
S = ConsentSubject


@pytest.fixture
def unit():
    return a_unit(name="Médecine")


@pytest.fixture
def stay(unit):
    return present(a_bed(unit))


@pytest.fixture
def amh(unit):
    return Desk(a_user(Role.AMH, unit))


def said(answer="yes", *, ago=timedelta(0), **more):
    moment = timezone.localtime(timezone.now() - ago)
    return {"answer": answer, "given_at": f"{moment:%Y-%m-%dT%H:%M}", "source": "said"} | more


def test_messages_are_refused_until_somebody_said_yes(stay, amh):
    shown = panel(amh.record(stay.patient), "consentements")
    assert "Rappels par SMS : <b>non</b>" in shown
    assert "jamais demandé" in shown
    assert "Partage hors de l’équipe de soins : <b>à demander</b>" in shown


def test_the_newest_answer_holds_and_those_before_are_kept(stay, amh):
    amh.send("consents-note", stay.patient_id, S.SMS, **said("yes", ago=timedelta(days=2)))
    amh.send("consents-note", stay.patient_id, S.SMS, **said("no", remark="au téléphone"))
    shown = panel(amh.record(stay.patient), "consentements")
    assert "Rappels par SMS : <b>non</b>" in shown
    assert "au téléphone" in shown
    assert "<li>oui · " in shown


def test_only_answers_that_go_with_the_subject_are_offered(stay, amh):
    page = text(amh.get("consents-note", stay.patient_id, S.RECORD_FEEDING))
    assert 'value="informed"' in page
    assert 'value="yes"' not in page
    refused = amh.send("consents-note", stay.patient_id, S.RECORD_FEEDING, **said("yes"))
    assert refused.status_code == 422
    assert not Consent.objects.exists()


def test_the_stay_is_asked_for_where_it_counts(stay, amh):
    assert 'name="stay"' not in text(amh.get("consents-note", stay.patient_id, S.SMS))
    form = text(amh.get("consents-note", stay.patient_id, S.TRUSTED_PERSON))
    assert f'<option value="{stay.pk}" selected>' in form
    amh.send("consents-note", stay.patient_id, S.TRUSTED_PERSON, **said("unwilling", stay=stay.pk))
    shown = panel(amh.record(stay.patient), "consentements")
    assert "ne souhaite pas en parler" in shown
    assert "Hospitalisation complète, Médecine" in shown


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"given_at": "2199-01-01T08:00"}, "futur"),
        ({"given_at": "1950-01-01T08:00"}, "précède la naissance"),
        ({"given_at": "hier"}, "Indiquer une date et une heure"),
        ({"source": "received"}, "choix"),
        ({"answer": ""}, "obligatoire"),
        ({"remark": "x" * 201}, "200"),
    ],
)
def test_what_cannot_be_is_said(stay, amh, typed, sentence):
    answer = amh.send("consents-note", stay.patient_id, S.SMS, **said() | typed)
    assert (answer.status_code, sentence in text(answer)) == (422, True)


def test_a_second_click_notes_once(stay, amh):
    once = said()
    for _ in range(2):
        assert amh.send("consents-note", stay.patient_id, S.SMS, **once).status_code == 200
    assert Consent.objects.count() == 1


def test_a_subject_that_is_none_is_not_found(stay, amh):
    assert amh.get("consents-note", stay.patient_id, "vaccin").status_code == 404


def test_the_right_is_asked_for(stay):
    for user in (a_user(Role.NURSE, a_unit()), a_user(Role.BED_MANAGER)):
        assert Desk(user).get("consents-note", stay.patient_id, S.SMS).status_code == 403
        assert Desk(user).send("consents-note", stay.patient_id, S.SMS, **said()).status_code == 403
