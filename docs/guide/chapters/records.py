"""The record of a patient: found, read, completed; opened exceptionally, and who opened it."""

import re
from urllib.parse import urljoin

from playwright.sync_api import Page

from chapters.screens import Guide, fill, follow, open_dialog, picture, send

WHO = "MARTIN Monique"
"""The patient whose record is fullest: the first of that name on the board."""
DATE = re.compile(r"\d\d/\d\d/\d{4}")
TODAY = "new Date().toLocaleDateString('sv', { timeZone: document.documentElement.dataset.timeZone })"
"""The date at the hospital, whose time zone may not be the browser's."""


def open_record(page: Page) -> None:
    """Find the patient as the guide says, and open the record."""
    born = DATE.findall(page.locator(".card", has_text=WHO).first.inner_text())[0]
    follow(page, "Patients")
    page.get_by_label("Date de naissance").fill(born)
    for label, word in zip(("Nom", "Prénom"), WHO.lower().split(), strict=True):
        page.get_by_label(label, exact=True).fill(word[:3])
    page.get_by_role("button", name="Chercher").click()
    page.wait_for_selector("main .found a, main .results a")
    picture(page, "patient-cherche")
    page.locator("main .found a, main .results a").first.click()
    page.wait_for_selector(".band")


def show(page: Page, selector: str, name: str) -> None:
    """Keep a picture with this part of the page at the top."""
    page.locator(selector).evaluate("part => window.scrollTo(0, part.getBoundingClientRect().top + scrollY - 56)")
    picture(page, name)


def read_and_complete(guide: Guide) -> None:
    """The record and its parts; a contact, an answer, a signalement, a fact."""
    with guide.person("amh") as page:
        open_record(page)
        picture(page, "dossier")
        picture(page, "homonymes", ".band")
        open_dialog(page, "Noter un contact")
        page.locator("#dialogue").get_by_label("proche", exact=True).check()
        fill(page, "Nom et prénom", "MARTIN Paul")
        fill(page, "Lien", "frère")
        picture(page, "contact")
        send(page)
        page.locator("#consentements :is(a, button):has-text('Noter')").nth(1).click()
        page.wait_for_selector("#dialogue[open] h2")
        picture(page, "consentement")
        page.locator("#dialogue input[type=radio]").first.check()
        send(page)
        page.locator("summary:has-text('Signaler')").click()
        page.get_by_role("link", name="Interprète nécessaire").click()
        page.wait_for_selector("#dialogue[open] h2")
        fill(page, "Langue", "Portugais")
        picture(page, "signalement")
        send(page)
        show(page, "#documents", "documents")
        show(page, "#faits", "faits")
        page.locator("#fait").select_option(label="droits et mutuelle à jour")
        with page.expect_navigation():
            page.locator("#faits").get_by_role("button", name="Dit").click()
        page.wait_for_selector("#annonces .notice.success")


def expect(guide: Guide) -> None:
    """A stay planned, with what is to be looked at before; somebody expected, who comes or does not."""
    with guide.person("amh") as page:
        page.locator("[data-list=awaited] summary").first.click()
        page.locator("[data-list=awaited] a").first.click()
        page.wait_for_selector("#dialogue[open] .acts")
        picture(page, "attendu")
        page.click("#dialogue [data-act=cancel]")
        page.wait_for_selector("#dialogue form.form")
        picture(page, "ne-vient-pas")
        page.keyboard.press("Escape")
        page.locator("[data-list=awaited] a").first.click()
        page.click("#dialogue [data-act=record]")
        page.wait_for_selector(".band")
        open_dialog(page, "Prévoir un séjour")
        page.locator("#dialogue").get_by_label("Unité").select_option(label="Médecine")
        tonight = page.evaluate(TODAY) + "T20:00"
        page.locator("#dialogue").get_by_label("Arrivée prévue").fill(tonight)
        picture(page, "prevoir")
        page.locator("#dialogue button.primary").click()
        page.wait_for_selector("#dialogue .alike")
        picture(page, "prevoir-verifier")


def merge(guide: Guide) -> None:
    """Two records side by side, from the task that asks to look at them."""
    with guide.person("admissions", "taches/") as page:
        page.locator("main li", has_text="Anomalie d’identité").get_by_role("link").first.click()
        page.wait_for_selector(".band")
        born = page.locator(".band-facts dd").first.inner_text()[:10]
        page.get_by_role("link", name="Fusionner avec un autre dossier").click()
        page.get_by_label("Date de naissance").fill(born)
        page.get_by_role("button", name="Chercher").click()
        page.get_by_role("link", name="Comparer avec").first.click()
        page.wait_for_selector("main table")
        picture(page, "fusionner")


def correspond(guide: Guide) -> None:
    """The list of those who follow patients outside."""
    with guide.person("amh", "admin/correspondants/") as page:
        picture(page, "correspondants")


def open_exceptionally(guide: Guide) -> None:
    """A record that does not open, then does, with a reason."""
    with guide.person("infirmiere", "lits/?unite=USP") as page:
        follow(page, "Accès exceptionnel motivé")
        page.get_by_label("IPP du patient").fill(of_another_unit(guide))
        page.get_by_label("Motif").select_option(label="avis demandé par l’équipe")
        page.get_by_label("Explication").fill("Avis demandé par l’équipe pour le retour au domicile")
        picture(page, "acces-exceptionnel")
        page.get_by_role("button", name="Ouvrir ce dossier").click()
        page.wait_for_selector(".band")


def of_another_unit(guide: Guide) -> str:
    """The IPP of somebody in a unit that is not the nurse's, as the bed manager reads it in the bed."""
    with guide.person("lits", "lits/?unite=HEM") as page:
        page.locator('.card[data-bed^="HEM-"][data-state="occupied"] .card-open').first.click()
        page.wait_for_selector("#dialogue[open] h2")
        return page.locator("#dialogue dt:has-text('IPP') + dd").inner_text()


def look_at_who_looked(guide: Guide) -> None:
    """The journal, an access reviewed, the report for a patient."""
    with guide.person("dpo", "journal/") as page:
        picture(page, "journal")
        page.get_by_role("link", name="Accès exceptionnels").click()
        page.wait_for_load_state()
        open_dialog(page, "Relire")
        picture(page, "relire")
        page.locator("#dialogue").get_by_label("justifié", exact=True).check()
        send(page)
        page.goto(urljoin(guide.address, "journal/"))
        page.locator(".find input[type=search], .find input[type=text]").first.fill("martin monique")
        page.get_by_role("button", name="Chercher").click()
        page.wait_for_selector("main .found")
        page.locator("main .found button, main .found a").first.click()
        page.wait_for_load_state()
        open_dialog(page, "Relevé à remettre au patient")
        picture(page, "releve")


CHAPTERS = (read_and_complete, expect, merge, correspond, open_exceptionally, look_at_who_looked)
