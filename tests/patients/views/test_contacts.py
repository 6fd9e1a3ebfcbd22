import pytest
from django.urls import reverse

from amh.core.roles import Role
from patients.actions import contacts
from patients.models import Contact, ContactRole
from tests.factories.clocks import NOW
from tests.factories.people import a_patient, a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import present
from tests.factories.records import a_contact
from tests.patients.views.browsing import Desk, panel, text, traced

pytestmark = pytest.mark.django_db
R = ContactRole
ZOE = {"role": "C", "name": "O’Brien Zoé", "phone": "06 12 34 56 78"}


@pytest.fixture
def unit():
    return a_unit(name="Médecine")


@pytest.fixture
def stay(unit):
    return present(a_bed(unit))


@pytest.fixture
def amh(unit):
    return Desk(a_user(Role.AMH, unit))


def test_the_person_not_to_be_told_comes_first_in_words_and_sign(stay, amh):
    a_contact(stay.patient, R.EMERGENCY, name="PREVENIR Anne")
    a_contact(stay.patient, R.NOT_TO_INFORM, name="ECARTER Paul")
    shown = panel(amh.record(stay.patient), "contacts")
    assert shown.index("ECARTER Paul") < shown.index("PREVENIR Anne")
    forbidden = shown.split('class="forbidden"')[1].split("</li>")[0]
    for mark in ("#warning", "ECARTER Paul", "personne à ne pas prévenir"):
        assert mark in forbidden


def test_numbers_are_shown_as_they_are_dialled_and_doubts_said(stay, amh):
    a_contact(stay.patient, phone="+33612345678", other_phone="0692123456")
    shown = panel(amh.record(stay.patient), "contacts")
    assert "06 12 34 56 78 · 06 92 12 34 56" in shown
    assert "Vérifier le numéro 06 92 12 34 56" in shown


def test_a_contact_is_noted_from_the_dialog(stay, amh):
    asked = text(amh.get("contacts-add", stay.patient_id))
    assert stay.patient.display_name in asked
    assert "12/03/1958" in asked
    done = amh.send("contacts-add", stay.patient_id, **ZOE)
    assert done.headers["HX-Redirect"] == reverse("patients:record", args=[stay.patient_id])
    assert Contact.objects.get().phone == "+33612345678"
    assert "Contact noté." in amh.record(stay.patient)


def test_a_trusted_person_is_offered_the_stays_of_the_patient(stay, amh):
    present(a_bed(a_unit(name="Autre unité")))
    form = text(amh.get("contacts-add", stay.patient_id))
    assert "Hospitalisation complète, Médecine" in form
    assert "Autre unité" not in form
    refused = amh.send("contacts-add", stay.patient_id, **ZOE | {"role": "K"})
    assert refused.status_code == 422
    assert "désignée pour un séjour" in text(refused)
    amh.send("contacts-add", stay.patient_id, **ZOE | {"role": "K", "stay": stay.pk})
    assert Contact.objects.get().stay == stay


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"phone": "voisine"}, 422, "n’est pas un numéro de téléphone"),
        ({"name": ""}, 422, "obligatoire"),
        ({"role": "Z"}, 422, "choix"),
        ({"email": "zoe"}, 422, "adresse"),
        ({"stay": "999999"}, 422, "choix"),
        ({"name": "x" * 161}, 422, "160"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(stay, amh, typed, status, sentence):
    answer = amh.send("contacts-add", stay.patient_id, **ZOE | {"note": "gardée"} | typed)
    assert answer.status_code == status
    assert sentence in text(answer)
    assert "gardée" in text(answer)
    assert not Contact.objects.exists()


def test_a_second_click_notes_nobody_twice(stay, amh):
    amh.send("contacts-add", stay.patient_id, **ZOE)
    again = amh.send("contacts-add", stay.patient_id, **ZOE)
    assert (again.status_code, "déjà notée" in text(again)) == (409, True)
    assert Contact.objects.count() == 1


def test_a_contact_is_corrected_withdrawn_and_restored(stay, amh):
    contact = a_contact(stay.patient, name="ZOE", phone="06 12 34 56 78")
    form = text(amh.get("contacts-change", stay.patient_id, contact.pk))
    assert 'value="06 12 34 56 78"' in form
    amh.send("contacts-change", stay.patient_id, contact.pk, **ZOE | {"note": "après 18 h"})
    assert Contact.objects.get().note == "après 18 h"
    assert amh.post("contacts-withdraw", stay.patient_id, contact.pk).status_code == 302
    assert "Contacts retirés" in amh.record(stay.patient)
    assert amh.post("contacts-withdraw", stay.patient_id, contact.pk).status_code == 302
    amh.post("contacts-restore", stay.patient_id, contact.pk)
    assert "Contacts retirés" not in amh.record(stay.patient)


def test_a_restoration_that_is_refused_says_why(stay, amh):
    contact = a_contact(stay.patient, name="ZOE")
    contacts.withdraw(contact=contact, by=None, at=NOW)
    a_contact(stay.patient, name="ZOE")
    answer = amh.post("contacts-restore", stay.patient_id, contact.pk)
    assert (answer.status_code, "déjà notée" in text(answer)) == (409, True)


def test_an_address_that_only_acts_shows_nothing(stay, amh):
    contact = a_contact(stay.patient)
    for verb in ("withdraw", "restore"):
        assert amh.get(f"contacts-{verb}", stay.patient_id, contact.pk).status_code == 405


def test_a_contact_of_another_record_is_not_found_through_this_one(stay, amh):
    contact = a_contact(a_patient())
    for verb in ("change", "withdraw", "restore"):
        assert amh.post(f"contacts-{verb}", stay.patient_id, contact.pk).status_code == 404


def test_every_act_asks_for_the_right(stay):
    contact = a_contact(stay.patient)
    for user in (a_user(Role.AMH, a_unit()), a_user(Role.BED_MANAGER), a_user(Role.DPO)):
        desk = Desk(user)
        assert desk.get("contacts-add", stay.patient_id).status_code == 403
        assert desk.send("contacts-add", stay.patient_id, **ZOE).status_code == 403
        for verb in ("change", "withdraw", "restore"):
            assert desk.send(f"contacts-{verb}", stay.patient_id, contact.pk, **ZOE).status_code == 403
    contact.refresh_from_db()
    assert contact.withdrawn_at is None


def test_a_dialog_that_shows_the_patient_is_traced_and_a_press_is_not(stay, amh):
    contact = a_contact(stay.patient)
    amh.get("contacts-add", stay.patient_id)
    amh.post("contacts-withdraw", stay.patient_id, contact.pk)
    assert traced() == [("patient.contact", "open", stay.patient_id)]
