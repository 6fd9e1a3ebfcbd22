"""From a refused record to its opening, and back: the pages."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from amh.core.models import AccessTrace, ParameterValue
from amh.core.roles import Role
from patients.actions import accesses, patients, protections
from patients.models import AccessReason, ExceptionalAccess, Protection
from tests.expectations import counted
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import AN_HOUR, present

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
WHY = {"reason": "advice", "explanation": "Appelée par l’équipe de nuit"}
UNKNOWN = 999_999


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def patient(now):
    who = present(a_bed(a_unit()), patient=a_patient("DURAND"), at=now - AN_HOUR).patient
    patients.identify(who, [("IPP", "CHU", "80014471")], at=now)
    return who


def browse(user):
    client = Client()
    client.force_login(user, BACKEND)
    return client


@pytest.fixture
def nurse():
    return a_user(Role.NURSE, a_unit())


def opened(patient, *, by, at):
    return accesses.open_exceptionally(
        patient=patient, reason=AccessReason.ADVICE, explanation=WHY["explanation"], by=by, at=at
    )


def text(response):
    return response.content.decode()


def record(patient):
    return f"/patients/{patient.pk}/"


def without_numbers(page):
    return re.sub(r"\d+|csrfmiddlewaretoken\S*|value=\"\w{64}\"|nonce=\"[^\"]*\"", "", page)


def test_a_refused_record_offers_the_way_to_those_who_have_one(patient, nurse):
    answer = browse(nurse).get(record(patient))
    assert answer.status_code == 403
    assert "Demander un accès exceptionnel motivé" in text(answer)
    assert f'href="/patients/{patient.pk}/acces-exceptionnel/"' in text(answer)
    assert "DURAND" not in text(answer)


def test_those_who_may_open_none_are_offered_none(patient):
    patient.protected = True
    patient.save()
    answer = browse(a_user(Role.DISPATCH_DESK)).get(record(patient))
    assert (answer.status_code, "accès exceptionnel motivé</a>" in text(answer)) == (403, False)


@pytest.mark.parametrize("page", ["/patients/{}/", "/patients/{}/acces-exceptionnel/"])
def test_a_record_that_does_not_exist_answers_as_one_that_does(patient, nurse, page):
    client = browse(nurse)
    there, nowhere = client.get(page.format(patient.pk)), client.get(page.format(UNKNOWN))
    assert there.status_code == nowhere.status_code
    assert without_numbers(text(there)) == without_numbers(text(nowhere))


def test_those_to_whom_every_record_opens_are_told_that_there_is_none():
    assert browse(a_user(Role.BED_MANAGER)).get(f"/patients/{UNKNOWN}/").status_code == 404


def test_the_form_says_what_will_happen_and_names_nobody(patient, nurse):
    ParameterValue.objects.create(key=accesses.HOURS, value=2, entered_at=timezone.now())
    page = text(browse(nurse).get(f"/patients/{patient.pk}/acces-exceptionnel/"))
    assert f"Dossier n° {patient.pk}" in page
    assert "dure 2 heures" in page
    assert "DURAND" not in page


def test_a_protected_person_of_one_s_own_unit_stays_protected_on_the_form(patient):
    nurse = a_user(Role.NURSE, patient.stays.get().unit)
    patient.protected = True
    patient.save()
    page = text(browse(nurse).get(f"/patients/{patient.pk}/acces-exceptionnel/"))
    assert "Identité protégée" in page
    assert "DURAND" not in page


def test_a_record_opens_with_a_reason_and_says_until_when(patient, nurse):
    client = browse(nurse)
    answer = client.post(f"/patients/{patient.pk}/acces-exceptionnel/", WHY, follow=True)
    assert answer.redirect_chain[-1][0] == record(patient)
    assert re.search("Accès exceptionnel ouvert jusqu’(à|au) ", text(answer))
    assert "Accès exceptionnel jusqu’à" in text(answer)
    assert "avis demandé par l’équipe" in text(answer)
    assert "DURAND" in text(answer)
    access = ExceptionalAccess.objects.get()
    trace = AccessTrace.objects.filter(page="patient").latest("pk")
    assert (trace.exceptional_access_id, trace.params["ground"]) == (access.pk, "exception")


def test_inside_a_dialog_the_browser_is_sent_to_the_record(patient, nurse):
    answer = browse(nurse).post(f"/patients/{patient.pk}/acces-exceptionnel/", WHY, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == record(patient)


def test_what_was_typed_is_kept_beside_what_is_wrong(patient, nurse):
    answer = browse(nurse).post(
        f"/patients/{patient.pk}/acces-exceptionnel/", {"reason": "advice", "explanation": "    <b>    "}
    )
    assert answer.status_code == 422
    assert "&lt;b&gt;" in text(answer)
    assert not ExceptionalAccess.objects.exists()


@pytest.mark.parametrize("number", ["80014471", " 80014471 "])
def test_a_record_is_asked_for_by_its_number(patient, nurse, number):
    answer = browse(nurse).post("/acces-exceptionnel/", WHY | {"number": number})
    assert (answer.status_code, answer["Location"]) == (302, record(patient))


def test_a_number_of_nobody_or_of_two_people_is_said_and_the_attempt_traced(patient, nurse, now):
    client = browse(nurse)
    answer = client.post("/acces-exceptionnel/", WHY | {"number": "9999"})
    assert (answer.status_code, "Aucun dossier ne porte ce numéro." in text(answer)) == (422, True)
    patients.identify(a_patient("AUTRE"), [("IPP", "CLCC", "80014471")], at=now)
    answer = client.post("/acces-exceptionnel/", WHY | {"number": "80014471"})
    assert "Plusieurs dossiers portent ce numéro" in text(answer)
    assert [trace.page for trace in AccessTrace.objects.all()] == ["access.ask", "access.ask"]


def test_a_record_that_does_not_exist_is_not_opened_and_the_attempt_traced(nurse):
    answer = browse(nurse).post(f"/patients/{UNKNOWN}/acces-exceptionnel/", WHY)
    assert answer.status_code == 404
    assert AccessTrace.objects.get().page == "access.ask"


def test_it_is_ended_from_the_record(patient, nurse, now):
    access = opened(patient, by=nurse, at=now)
    client = browse(nurse)
    assert "Terminer" in text(client.get(record(patient)))
    assert client.post(f"/acces-exceptionnels/{access.pk}/terminer/").status_code == 302
    assert client.get(record(patient)).status_code == 403
    assert client.post(f"/acces-exceptionnels/{access.pk}/terminer/").status_code == 409


def test_nobody_ends_the_access_of_another(patient, nurse, now):
    access = opened(patient, by=nurse, at=now)
    assert browse(a_user(Role.NURSE)).post(f"/acces-exceptionnels/{access.pk}/terminer/").status_code == 403
    assert browse(nurse).get(f"/acces-exceptionnels/{access.pk}/terminer/").status_code == 405


def test_who_opens_it_by_their_unit_sees_no_banner(patient, now):
    nurse = a_user(Role.NURSE, patient.stays.get().unit)
    assert "Accès exceptionnel jusqu’à" not in text(browse(nurse).get(record(patient)))


def test_a_protected_stay_closes_the_record_to_its_own_unit(patient, now):
    nurse = a_user(Role.NURSE, patient.stays.get().unit)
    client = browse(nurse)
    assert client.get(record(patient)).status_code == 200
    protections.protect(stay=patient.stays.get(), protection=Protection.UNDISCLOSED, by=None, at=now)
    assert client.get(record(patient)).status_code == 403


def test_the_queue_shows_what_waits_first_and_who_may_not_review_it(patient, nurse, now):
    own = a_user(Role.NURSE, a_unit())
    mine = opened(patient, by=own, at=now)
    access = opened(patient, by=nurse, at=now)
    own.role = Role.DPO
    own.save()
    page = text(browse(own).get("/journal/acces/"))
    assert "2 accès à relire" in page
    assert "À relire par une autre personne" in page
    assert f"/journal/acces/{access.pk}/relire/" in page
    assert f"/journal/acces/{mine.pk}/relire/" not in page
    assert "IPP 80014471" in page
    assert "en cours" in page
    assert AccessTrace.objects.get().page == "access.reviews"


def test_a_review_is_written_and_counted(patient, nurse, now):
    access = opened(patient, by=nurse, at=now - timedelta(minutes=5))
    client = browse(a_user(Role.DPO))
    assert WHY["explanation"] in text(client.get(f"/journal/acces/{access.pk}/relire/"))
    wrong = client.post(f"/journal/acces/{access.pk}/relire/", {"outcome": "unjustified", "note": ""})
    assert (wrong.status_code, "Dire en quoi" in text(wrong)) == (422, True)
    page = text(
        client.post(
            f"/journal/acces/{access.pk}/relire/", {"outcome": "unjustified", "note": "<script>x</script>"}, follow=True
        )
    )
    assert "Tout est relu." in page
    assert "non justifié" in page
    assert "&lt;script&gt;x" in page
    assert client.post(f"/journal/acces/{access.pk}/relire/", {"outcome": "justified"}).status_code == 409


def test_a_protected_person_is_masked_in_the_queue_too(patient, nurse, now):
    opened(patient, by=nurse, at=now)
    patient.protected = True
    patient.save()
    page = text(browse(a_user(Role.DPO)).get("/journal/acces/"))
    assert "Identité protégée" in page
    assert f"dossier n° {patient.pk}" in page
    assert "DURAND" not in page
    assert "80014471" not in page


def test_an_officer_without_patients_sees_an_empty_queue_and_opens_no_record(patient):
    client = browse(a_user(Role.DPO))
    assert "Tout est relu." in text(client.get("/journal/acces/"))
    assert client.get(record(patient)).status_code == 403


def test_the_queue_costs_the_same_for_one_and_for_thirty(patient, now):
    opened(patient, by=a_user(Role.NURSE, a_unit()), at=now)
    client = browse(a_user(Role.DPO))
    client.get("/journal/acces/")
    before = cost(client)
    for _ in range(29):
        opened(present(a_bed(a_unit()), at=now - AN_HOUR).patient, by=a_user(Role.NURSE, a_unit()), at=now)
    assert cost(client) == before


def cost(client):
    queries = []
    with counted(queries):
        client.get("/journal/acces/")
    return queries[0]
