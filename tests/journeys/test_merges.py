"""Two records of one person become one in the browser, and two again."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from amh.core.roles import Role
from patients.actions import identifiers, patients
from patients.models import IdentifierType, Merge, Patient
from tests.factories.people import a_patient, a_user
from tests.factories.presences import present
from tests.journeys.conftest import PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def number(patient, value, domain="CLCC"):
    return identifiers.add(
        patient=patient, type_=IdentifierType.IPP, domain=domain, value=value, by=None, at=timezone.now()
    )


@pytest.fixture
def couple(ward):
    """Two records of one person, of whom the newer lies in 201 F, beside a homonym."""
    older = a_patient("Lefèvre", first_names="Anne Marie", sex="F", birth_date="1958-03-12")
    newer = a_patient("Lefebvre", first_names="Anne", sex="F", birth_date="1958", possible_duplicate=True)
    number(older, "700123")
    number(newer, "700999")
    number(newer, "HEGP-4412", domain="HEGP")
    present(ward.beds[0], patient=newer, at=timezone.now())
    beside = a_patient("Lefevre", first_names="Anna", sex="F", birth_date="1961-07-01", used_name="Martin")
    number(beside, "700555")
    present(ward.beds[1], patient=beside, at=timezone.now())
    return older, newer


def test_the_admissions_office_merges_and_takes_it_back(couple, open_page, check_accessible):
    older, newer = couple
    page = open_page(a_user(Role.ADMISSIONS_OFFICE), f"/patients/{newer.pk}/")
    band = page.locator("#identite")
    expect(band).to_contain_text("LEFEBVRE Anne")
    expect(band).to_contain_text("Un homonyme dans l’unité")
    expect(band).to_contain_text("MARTIN Anna · naissance : LEFEVRE · 01/07/1961 · F · IPP 700555 · chambre 201 P")
    expect(band).to_contain_text("700999 (CLCC)")
    assert "efebvre" not in page.title() + page.url
    check_accessible(page)
    page.get_by_role("link", name="Fusionner avec un autre dossier").click()
    page.get_by_label("ou IPP, NDA").fill("700123")
    page.get_by_role("button", name="Chercher").click()
    check_accessible(page)
    assert "700123" not in page.url
    page.get_by_role("link", name="Comparer avec LEFÈVRE Anne").click()
    expect(page.get_by_role("row", name="Nom de naissance (différent)")).to_contain_text("Lefèvre")
    check_accessible(page)
    page.get_by_label("LEFÈVRE Anne, 12/03/1958").check()
    page.get_by_label("Motif").fill("doublon créé aux urgences")
    page.get_by_role("button", name="Fusionner").click()
    page.wait_for_url(f"**/patients/{older.pk}/")
    expect(page.locator("#identite")).to_contain_text("Fusionné depuis")
    expect(page.locator("#fusions")).to_contain_text(
        "LEFEBVRE Anne fusionné dans ce dossier : doublon créé aux urgences"
    )
    expect(page.locator("#numeros")).to_contain_text("porté par le dossier fusionné LEFEBVRE Anne")
    check_accessible(page)
    assert Patient.objects.get(pk=newer.pk).merged_into == older
    page.goto(f"/patients/{newer.pk}/")
    page.wait_for_url(f"**/patients/{older.pk}/")
    page.get_by_role("link", name="Annuler la fusion").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Reviennent au dossier LEFEBVRE Anne")
    check_accessible(page)
    dialog.get_by_role("button", name="Annuler la fusion").click()
    expect(page.locator("#annonces")).to_contain_text("Fusion annulée")
    assert Merge.objects.get().undone_at is not None


def test_records_that_contradict_each_other_are_confirmed(open_page, check_accessible, ward):
    one, other = a_patient("Durand", sex="F"), a_patient("Durand", sex="M")
    page = open_page(a_user(Role.ADMISSIONS_OFFICE), f"/patients/{one.pk}/fusionner/{other.pk}/")
    expect(page.locator("main")).to_contain_text("Les deux dossiers se contredisent : sexe différent.")
    page.get_by_label("Motif").fill("même personne")
    page.get_by_role("button", name="Fusionner").click()
    expect(page.locator("main")).to_contain_text("Confirmer qu’il s’agit de la même personne")
    expect(page.get_by_label("Motif")).to_have_value("même personne")
    check_accessible(page)
    page.get_by_label("C’est bien la même personne").check()
    page.get_by_role("button", name="Fusionner").click()
    page.wait_for_url(f"**/patients/{one.pk}/")


def test_an_amh_gives_a_number_and_reports_an_anomaly_on_a_phone(ward, open_page, check_accessible):
    patient = a_patient("<script>alert(1)</script>", first_names="Anne", doubtful=True)
    present(ward.beds[0], patient=patient, at=timezone.now())
    page = open_page(a_user(Role.AMH, ward.unit), f"/patients/{patient.pk}/", viewport=PHONE)
    expect(page.locator("#identite")).to_contain_text("Identité douteuse")
    expect(page.locator("#identite-titre")).to_contain_text("<SCRIPT>ALERT(1)</SCRIPT> Anne")
    assert page.locator("#identite").evaluate("band => band.scrollWidth <= band.clientWidth")
    page.get_by_role("link", name="Ajouter un numéro").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Numéro").fill("  ")
    dialog.get_by_role("button", name="Ajouter ce numéro").click()
    expect(dialog.locator(".errorlist")).to_be_visible()
    dialog.get_by_label("Numéro").fill("700123")
    dialog.get_by_label("Domaine").fill("CLCC")
    check_accessible(page)
    dialog.get_by_role("button", name="Ajouter ce numéro").click()
    expect(page.locator("#numeros")).to_contain_text("IPP 700123")
    page.get_by_role("link", name="Signaler une anomalie d’identité").click()
    page.get_by_role("dialog").get_by_label("deux dossiers pour une même personne").check()
    check_accessible(page)
    page.get_by_role("button", name="Signaler", exact=True).click()
    expect(page.locator("#annonces")).to_contain_text("Anomalie signalée")
    assert patient.tasks.get().role == Role.ADMISSIONS_OFFICE


def test_a_name_is_hidden_and_the_record_closes(ward, open_page):
    patient = a_patient("Célèbre")
    present(ward.beds[0], patient=patient, at=timezone.now())
    page = open_page(a_user(Role.AMH, ward.unit), f"/patients/{patient.pk}/")
    page.get_by_role("link", name="Protéger l’identité").click()
    page.get_by_role("dialog").get_by_label("personnalité").check()
    page.get_by_role("button", name="Protéger cette identité").click()
    page.wait_for_url("**/patients/")
    page.goto(f"/patients/{patient.pk}/")
    expect(page.locator("main")).to_contain_text("accès exceptionnel motivé")
    assert Patient.objects.get().protection == "vip"
    assert not patients.correct(patient=patient, traits={"protection": "vip"}, by=None, at=timezone.now())
