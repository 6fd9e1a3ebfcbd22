"""The record in a real browser: found, completed, printed, by hand, by keyboard and on a phone."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from amh.core.models import AccessTrace
from amh.core.roles import Role
from patients.actions import patients
from patients.models import Contact, Correspondent, Flag, Patient
from tests.factories.people import a_patient, a_user
from tests.factories.presences import present
from tests.factories.records import a_contact, a_flag, a_gp, a_practitioner, an_address, an_organisation
from tests.journeys.conftest import SCHEMES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = f"DE LA TOUR-D’AUVERGNE-{'É' * 58}"


@pytest.fixture
def who(ward, now) -> Patient:
    """A patient in bed 201 F, with a name that is long and says <script>."""
    known = {"used_name": "Ÿven-O’Brien", "first_names": "Anne Marie", "sex": "F"}
    who = a_patient(f"{LONG}<script>window.hacked=1</script>", **known)
    patients.identify(who, [("IPP", "CHU", "700123")], at=now)
    present(ward.beds[0], patient=who, at=now - timedelta(days=1))
    return who


@pytest.fixture
def amh(ward):
    """An AMH of the unit."""
    return a_user(Role.AMH, ward.unit)


@pytest.fixture
def full(who) -> Patient:
    """The same with something on every panel."""
    a_contact(who, "P", name="ECARTER Paul", phone="0692123456")
    a_contact(who, "C", name="PREVENIR Zoé", phone="06 12 34 56 78")
    doctor = a_practitioner("Lefèvre", specialty="médecine générale", organisation=an_organisation("Les Tilleuls"))
    an_address(doctor)
    a_gp(who, doctor)
    a_flag(who)
    a_flag(who, "interpreter", detail="portugais")
    return who


def opened_dialog(page: Page):
    """The dialog, once it shows a form."""
    dialog = page.locator("#dialogue")
    expect(dialog.locator("form[data-keep]")).to_be_visible()
    return dialog


def act(page: Page, name: str):
    """Press what opens a dialog."""
    page.get_by_role("link", name=name, exact=True).click()
    return opened_dialog(page)


def then_done(page: Page, sentence: str) -> None:
    """Wait until the record says that it is done."""
    expect(page.locator("#annonces")).to_contain_text(sentence)


def test_a_patient_is_found_by_keyboard_alone(who, amh, open_page) -> None:
    page = open_page(amh, "/patients/")
    page.locator("#chercher_birth_date").focus()
    page.keyboard.type("12/03/1958")
    page.keyboard.press("Tab")
    page.keyboard.type("ÿve")
    page.keyboard.press("Enter")
    found = page.locator("#resultats").get_by_role("link", name="ŸVEN-O’BRIEN Anne")
    expect(found).to_be_visible()
    assert page.url.endswith("/patients/"), "nothing that was looked for stands in the address"
    found.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dossier du patient")
    assert page.title() == "Dossier du patient · AMH"
    assert page.evaluate("window.hacked") is None


def test_a_record_is_completed_panel_by_panel(who, amh, open_page) -> None:
    page = open_page(amh, f"/patients/{who.pk}/")
    a_contact_is_noted_corrected_withdrawn_and_restored(page)
    a_referrer_missing_from_the_list_is_added_on_the_way(page)
    a_general_practitioner_is_chosen_by_typing(page)
    something_is_signalled_once_however_often_one_clicks(page)
    an_answer_is_noted(page)
    what_is_typed_outlives_the_session(page)


def a_contact_is_noted_corrected_withdrawn_and_restored(page: Page) -> None:
    dialog = act(page, "Noter un contact")
    expect(dialog).to_contain_text("ŸVEN-O’BRIEN Anne, 12/03/1958, F, IPP 700123")
    dialog.get_by_label("personne à ne pas prévenir").check()
    dialog.get_by_label("Nom et prénom").fill("O’Brien Paul")
    dialog.get_by_label("Téléphone", exact=False).first.fill("voisine")
    dialog.get_by_role("button", name="Noter ce contact").click()
    expect(dialog).to_contain_text("n’est pas un numéro de téléphone")
    expect(dialog.get_by_label("Nom et prénom")).to_have_value("O’Brien Paul")
    dialog.get_by_label("Téléphone", exact=False).first.fill("06 12 34 56 78")
    dialog.get_by_role("button", name="Noter ce contact").click()
    then_done(page, "Contact noté.")
    expect(page.locator("#contacts .forbidden")).to_contain_text("O’Brien Paul")
    page.get_by_role("button", name="Retirer O’Brien Paul").click()
    then_done(page, "Contact retiré.")
    page.locator("#contacts summary").click()
    page.get_by_role("button", name="Rétablir O’Brien Paul").click()
    then_done(page, "Contact rétabli.")
    assert Contact.objects.get().withdrawn_at is None


def a_referrer_missing_from_the_list_is_added_on_the_way(page: Page) -> None:
    page.get_by_text("Noter un correspondant").click()
    act(page, "Médecin adresseur").get_by_role("link", name="L’ajouter").click()
    dialog = page.locator("#dialogue")
    dialog.get_by_label("Nom", exact=True).fill("Nouveau")
    dialog.get_by_role("button", name="Ajouter ce professionnel").click()
    page.get_by_role("button", name="Noter ce correspondant").click()
    expect(page.locator("#correspondants")).to_contain_text("Dr NOUVEAU")
    assert Correspondent.objects.get().practitioner.family_name == "Nouveau"


def a_general_practitioner_is_chosen_by_typing(page: Page) -> None:
    for name in ("Martin", "Lefèvre", "Durand"):
        a_practitioner(name)
    page.get_by_text("Noter un correspondant").click()
    dialog = act(page, "Médecin traitant")
    dialog.get_by_label("Chercher").fill("lefevre")
    options = dialog.locator("#id_who option")
    expect(options).to_have_count(1)
    dialog.locator("#id_who").select_option(index=0)
    dialog.get_by_role("button", name="Noter ce correspondant").click()
    then_done(page, "Correspondant noté.")
    expect(page.locator("#correspondants")).to_contain_text("Dr LEFÈVRE Luc")


def something_is_signalled_once_however_often_one_clicks(page: Page) -> None:
    page.get_by_text("Signaler", exact=True).click()
    dialog = act(page, "Mineur")
    dialog.get_by_label("Qui peut le ramener").fill("sa mère")
    dialog.get_by_role("button", name="Signaler").dblclick()
    expect(page.locator("#signalements")).to_contain_text("sa mère")
    assert Flag.objects.count() == 1


def an_answer_is_noted(page: Page) -> None:
    dialog = act(page, "Noter rappels par SMS")
    dialog.get_by_label("oui").check()
    dialog.get_by_role("button", name="Noter cette réponse").click()
    then_done(page, "Réponse notée.")
    expect(page.locator("#consentements")).to_contain_text("Rappels par SMS : oui")


def what_is_typed_outlives_the_session(page: Page) -> None:
    dialog = act(page, "Noter un contact")
    dialog.get_by_label("Nom et prénom").fill("TYPED Zoé")
    page.context.clear_cookies(name="sessionid")
    dialog.get_by_role("button", name="Noter ce contact").click()
    expect(dialog).to_contain_text("La session est terminée")
    expect(dialog.get_by_label("Nom et prénom")).to_have_value("TYPED Zoé")


def test_a_patient_is_registered_after_a_look_at_who_is_alike(who, amh, open_page) -> None:
    page = open_page(amh, "/patients/")
    page.get_by_label("Date de naissance").fill("12/03/1958")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("button", name="Enregistrer un nouveau patient").click()
    dialog = opened_dialog(page)
    expect(dialog.get_by_label("Date de naissance")).to_have_value("12/03/1958")
    dialog.get_by_label("Nom de naissance").fill("De la Tour")
    dialog.get_by_label("M", exact=True).check()
    dialog.get_by_role("button", name="Enregistrer ce patient").click()
    expect(dialog).to_contain_text("Une identité proche est déjà enregistrée")
    expect(dialog.get_by_role("link", name="ŸVEN-O’BRIEN")).to_be_visible()
    dialog.get_by_label("Ce n’est aucune des personnes").check()
    dialog.get_by_role("button", name="Enregistrer ce patient").click()
    then_done(page, "Patient enregistré.")
    assert Patient.objects.filter(birth_name="De la Tour").count() == 1


def test_a_print_is_traced_and_shows_all_but_what_is_pressed(full, amh, open_page) -> None:
    page = open_page(amh, f"/patients/{full.pk}/")
    page.evaluate("window.print = () => {}")
    page.get_by_role("link", name="Imprimer").click()
    expect(page.get_by_role("link", name="Revenir au dossier")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#contacts")).to_contain_text("ECARTER Paul")
    expect(page.locator(".row-acts").first).to_be_hidden()
    kinds = AccessTrace.objects.filter(patient_id=full.pk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["open", "print"]


def test_the_record_is_accessible_and_nothing_is_cut(
    full, amh, open_page, check_accessible, check_every_screen
) -> None:
    page = open_page(amh, f"/patients/{full.pk}/")
    expect(page.locator("#contacts .forbidden")).to_be_visible()
    expect(page.locator(".band")).to_contain_text(LONG)
    check_every_screen(page, schemes=SCHEMES)
    for name in ("Noter un contact", "Noter rappels par SMS", "Préciser interprète nécessaire", "Corriger l’identité"):
        dialog = act(page, name)
        check_accessible(page)
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def test_the_other_pages_are_accessible_too(full, amh, open_page, check_every_screen) -> None:
    doctor = Correspondent.objects.get().practitioner
    page = open_page(amh, "about:blank")
    for address in (
        "/patients/",
        "/admin/correspondants/",
        "/admin/correspondants/?voir=structures",
        f"/admin/correspondants/professionnels/{doctor.pk}/",
        f"/admin/correspondants/structures/{doctor.organisation_id}/",
        f"/patients/{full.pk}/contacts/nouveau/",
    ):
        page.goto(address)
        check_every_screen(page)
