"""Finding, registering, opening, printing, correcting."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from amh.core.actions import parameters
from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import deaths, patients
from patients.models import Patient
from patients.views.patients import COLUMNS
from tests.expectations import counted
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.records import a_contact, a_flag, a_gp, an_address
from tests.patients.views.browsing import HTMX, Desk, panel, text, traced

pytestmark = pytest.mark.django_db
TRAITS = {"birth_name": "Lefèvre", "first_names": "Anne", "birth_date": "01/07/1961", "sex": "F"}


@pytest.fixture
def unit():
    return a_unit("MED", name="Médecine")


@pytest.fixture
def stay(unit):
    who = a_patient("DUPONT", first_names="Anne Marie", sex="F")
    patients.identify(who, [("IPP", "CHU", "700123")], at=NOW)
    return present(a_bed(unit, "201", "F"), patient=who, at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def amh(unit):
    return Desk(a_user(Role.AMH, unit))


def test_a_search_shows_two_identifiers_and_where_the_patient_is(stay, amh):
    page = text(amh.post("search", birth_date="12/03/1958", name="dup"))
    assert "1 patient trouvé" in page
    assert "DUPONT Anne" in page
    for identifier in ("12/03/1958", "IPP 700123", "Présent en Médecine"):
        assert identifier in page


def test_a_search_says_nothing_of_a_death(stay, amh):
    deaths.die(stay=stay, by=None, at=timezone.now())
    page = text(amh.post("search", number="700123"))
    assert "DUPONT Anne" in page
    assert [word for word in ("écéd", "corps", "en Médecine") if word in page] == []


def test_the_band_of_a_record_names_no_homonym_who_has_died(stay, unit, amh):
    like = a_patient("DUPONT", first_names="Annie", birth_date="1940-01-02")
    other = present(unit, patient=like, at=stay.admitted_at)
    assert "02/01/1940" in amh.record(stay.patient)
    deaths.die(stay=other, by=None, at=timezone.now())
    page = amh.record(stay.patient)
    assert ("un autre patient" in page, "02/01/1940" in page) == (True, False)


def test_a_search_from_the_page_answers_its_results_alone(stay, amh):
    answer = amh.send("search", number="700123")
    assert answer.status_code == 200
    assert "DUPONT Anne" in text(answer)
    assert "<html" not in text(answer)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"birth_date": "31/02/1958"}, "Cette date de naissance n’existe pas."),
        ({"birth_date": "12/13/1958"}, "Cette date de naissance n’existe pas."),
        ({"birth_date": "hier"}, "Écrire la date ainsi"),
        ({"birth_date": "12/03/58"}, "Écrire la date ainsi"),
        ({"birth_date": "12/03/2199"}, "La date de naissance est dans le futur."),
        ({"birth_date": "12/03/1800"}, "ans : vérifier l’année."),
        ({}, "Indiquer la date de naissance, ou un numéro."),
        ({"birth_date": "1958", "name": "dupont"}, "3 caractères"),
    ],
)
def test_what_cannot_be_looked_for_is_said(amh, typed, sentence):
    for answer in (amh.post("search", **typed), amh.send("search", **typed)):
        assert answer.status_code == 422
        assert sentence in text(answer)
    assert traced() == []


@pytest.mark.parametrize("typed", ["1958", "03/1958", "12/03/1958", "12.03.1958", "12-3-1958", " 12 03 1958 "])
def test_a_date_is_typed_in_many_ways(stay, amh, typed):
    assert "DUPONT Anne" in text(amh.post("search", birth_date=typed))


def test_a_search_is_traced_without_its_words(stay, amh):
    amh.post("search", birth_date="12/03/1958", name="dup", first_name="")
    trace = AccessTrace.objects.get()
    assert (trace.page, trace.count, trace.patient_id) == ("patients", 1, None)
    assert trace.params == {"filters": ["birth_date", "name"]}


def test_homonyms_are_marked(stay, amh, unit):
    assert "homonyme" not in text(amh.post("search", birth_date="1958"))
    present(a_bed(unit), patient=a_patient("Dupont", first_names="Jeanne"))
    assert text(amh.post("search", birth_date="1958")).count("#homonym") == 2


def test_nobody_found_says_what_to_do(amh):
    page = text(amh.post("search", birth_date="1901"))
    assert "accès exceptionnel motivé" in page
    assert reverse("patients:accesses-ask_by_number") in page
    assert "Enregistrer un nouveau patient" in page


def test_whoever_may_not_register_is_not_asked_to(unit):
    page = text(Desk(a_user(Role.NURSE, unit)).post("search", birth_date="1901"))
    assert "Enregistrer un nouveau patient" not in page


def test_more_than_fifty_are_cut_and_said(amh):
    for _ in range(51):
        a_patient()
    page = text(amh.post("search", birth_date="1958"))
    assert "D’autres patients répondent aussi" in page
    assert page.count('href="/patients/') - page.count('href="/patients/"') == 50


def test_the_record_shows_every_panel_under_the_identity(stay, amh):
    page = amh.record(stay.patient)
    assert page.index("DUPONT") < page.index('id="signalements"')
    for anchor in ("signalements", "contacts", "sejours", "correspondants", "consentements", "numeros"):
        assert f'id="{anchor}"' in page
    assert "Lit 201 F" in page
    assert f"/lits/?unite=MED#lit-{stay.placements.get().bed_id}" in page


def test_the_bed_of_a_unit_with_an_odd_code_is_found_on_the_board(stay, unit, amh):
    unit.code = "R&D"
    unit.save()
    assert f"/lits/?unite=R%26D#lit-{stay.placements.get().bed_id}" in amh.record(stay.patient)


def test_neither_tab_nor_address_names_anybody(stay, amh):
    page = amh.record(stay.patient)
    title = page.split("<title>")[1].split("</title>")[0]
    assert title == "Dossier du patient · AMH"


def test_an_opening_is_traced_once_and_a_print_as_a_print(stay, amh):
    amh.get("record", stay.patient_id)
    page = text(amh.get("print", stay.patient_id))
    assert traced() == [("patient", "open", stay.patient_id), ("patient.print", "print", stay.patient_id)]
    assert "js/print.js" in page
    assert "Noter un contact" not in page, "nothing to press on paper"


def test_a_print_says_of_which_hospital_it_is(stay, amh):
    parameters.change(key="hospital_name", value={"fr": "CLCC des Trois Vallées", "en": ""}, by=None, at=NOW)
    assert '<p class="print-only"><b>CLCC des Trois Vallées</b></p>' in text(amh.get("print", stay.patient_id))
    assert "CLCC" not in amh.record(stay.patient)


def test_a_record_of_another_unit_asks_for_an_exceptional_access(stay):
    answer = Desk(a_user(Role.NURSE, a_unit())).get("record", stay.patient_id)
    assert answer.status_code == 403
    assert "DUPONT" not in text(answer)
    assert reverse("patients:accesses-ask", args=[stay.patient_id]) in text(answer)


def test_the_record_of_a_protected_person_opens_to_nobody_unasked(unit):
    who = present(a_bed(unit), patient=a_patient("CELEBRE", protected=True)).patient
    for role in (Role.AMH, Role.TEAM_LEAD, Role.PHYSICIAN):
        answer = Desk(a_user(role, unit)).get("record", who.pk)
        assert (answer.status_code, "CELEBRE" in text(answer)) == (403, False)


def test_a_merged_record_leads_to_the_one_that_goes_on(stay, amh):
    other = a_patient("ANCIEN")
    Patient.objects.filter(pk=other.pk).update(merged_into=stay.patient)
    answer = amh.get("record", other.pk)
    assert (answer.status_code, answer.url) == (302, reverse("patients:record", args=[stay.patient_id]))


def test_whoever_may_only_read_finds_nothing_to_press(stay):
    page = Desk(a_user(Role.BED_MANAGER)).record(stay.patient)
    for words in ("Noter un contact", "Signaler</", "Noter un correspondant"):
        assert words not in page


def test_what_was_stored_is_inert_on_every_panel(unit, amh):
    evil = "<script>alert(1)</script>"
    who = present(a_bed(unit), patient=a_patient(f"O’Brien {evil}", used_first_name=evil)).patient
    a_contact(who, name=evil, relationship=evil, note=evil)
    a_flag(who, "interpreter", detail=evil, to_tell=evil)
    an_address(a_gp(who).practitioner, evil, kind="post")
    page = amh.record(who)
    assert evil not in page
    assert page.count("&lt;script&gt;") >= 6


def test_the_page_asks_as_much_of_a_full_record_as_of_an_empty_one(unit, amh):
    queries = []
    for number in (1, 30):
        who = present(a_bed(unit)).patient
        for _ in range(number):
            a_contact(who)
        amh.get("record", who.pk)
        with counted(queries):
            amh.get("record", who.pk)
    assert queries[0] == queries[1]
    assert sum(map(len, COLUMNS)) >= 8


def test_a_patient_is_registered_with_a_partial_date(amh):
    answer = amh.send("register", **TRAITS | {"birth_date": "07/1961", "mobile": "06 12 34 56 78"})
    who = Patient.objects.get(birth_name="Lefèvre")
    assert answer.headers["HX-Redirect"] == reverse("patients:record", args=[who.pk])
    assert (who.birth_date, who.mobile) == ("1961-07", "+33612345678")


def test_the_form_begins_with_the_date_that_was_looked_for(amh):
    page = text(amh.post("register", birth_date="1961-07-01"))
    assert 'value="01/07/1961"' in page
    assert page.count('name="sex"') == 3
    assert "checked" not in page, "a sex is chosen, never left as it came"
    assert not Patient.objects.exists()


def test_somebody_alike_is_shown_before_another_record_is_made(amh):
    other = a_patient("LEFEBVRE", birth_date="1961-07-01")
    asked = amh.send("register", **TRAITS)
    assert asked.status_code == 409
    assert "LEFEBVRE Anne, 01/07/1961" in text(asked)
    assert 'value="Lefèvre"' in text(asked), "nothing typed is lost"
    trace = AccessTrace.objects.get()
    assert (trace.page, trace.count, trace.patient_id) == ("patients.register", 1, None)
    assert trace.params == {"filters": ["birth_date", "birth_name", "first_names"]}
    done = amh.send("register", **TRAITS, others=other.pk, different="1")
    assert done.status_code == 200
    assert Patient.objects.filter(birth_name="Lefèvre").count() == 1


def test_looking_is_not_enough_to_say_that_it_is_another(amh):
    other = a_patient("LEFEBVRE", birth_date="1961-07-01")
    assert amh.send("register", **TRAITS, others=other.pk).status_code == 409
    assert amh.send("register", **TRAITS, others="²", different="1").status_code == 409


def test_a_second_click_makes_no_second_record(amh):
    amh.send("register", **TRAITS)
    assert amh.send("register", **TRAITS).status_code == 409
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"birth_name": " "}, "Ce champ est obligatoire."),
        ({"birth_date": "31/02/1961"}, "Cette date de naissance n’existe pas."),
        ({"birth_date": "01/01/2199"}, "futur"),
        ({"birth_date": "1800"}, "ans : vérifier l’année."),
        ({"birth_name": "<script>"}, "Un nom s’écrit en lettres"),
        ({"used_first_name": "Anne&Co"}, "Un nom s’écrit en lettres"),
        ({"mobile": "voisine"}, "n’est pas un numéro de téléphone"),
        ({"sex": "X"}, "choix"),
        ({"sex": ""}, "Ce champ est obligatoire."),
        ({"birth_name": "É" * 121}, "120"),
    ],
)
def test_a_trait_that_cannot_be_is_said_and_nothing_is_lost(amh, typed, sentence):
    answer = amh.send("register", **TRAITS | typed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert 'value="Anne"' in text(answer)
    assert not Patient.objects.exists()


@pytest.mark.parametrize("name", ["Ÿ", "O'Brien", "É" * 80, "X (inconnue) n° 2", "de La Tour-d’Auvergne"])
def test_names_are_kept_as_they_are_typed(amh, name):
    amh.send("register", **TRAITS | {"birth_name": name})
    assert Patient.objects.get().birth_name == name


def test_how_the_patient_is_reached_stands_in_the_band(stay, amh):
    assert "<dt>Joindre</dt>" not in amh.record(stay.patient)
    known = {"mobile": "+33612345678", "phone": "0140000000", "email": "a@exemple.fr", "address": "3 rue du Puits"}
    Patient.objects.filter(pk=stay.patient_id).update(**known)
    shown = panel(amh.record(stay.patient), "identite")
    assert "06 12 34 56 78 · 01 40 00 00 00 · a@exemple.fr" in shown
    assert "3 rue du Puits" in shown


def test_traits_are_corrected(stay, amh):
    form = text(amh.get("correct", stay.patient_id))
    assert 'value="12/03/1958"' in form
    amh.send("correct", stay.patient_id, **TRAITS)
    stay.patient.refresh_from_db()
    assert (stay.patient.birth_name, stay.patient.birth_date) == ("Lefèvre", "1961-07-01")


def test_only_those_who_register_correct(stay, unit):
    nurse = Desk(a_user(Role.NURSE, unit))
    assert nurse.get("correct", stay.patient_id).status_code == 403
    assert nurse.send("register", **TRAITS).status_code == 403


def test_an_ended_session_keeps_what_was_typed(stay, amh):
    amh.client.logout()
    answer = amh.client.post(reverse("patients:contacts-add", args=[stay.patient_id]), {"name": "x"}, headers=HTMX)
    assert (answer.status_code, answer.content) == (401, b"")
