"""The board by ear: what a screen reader is given of cards, numbers, headings, messages and dialogs, and how often."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from amh.core.roles import Role
from patients.actions import beds as bed_actions
from patients.actions import stays
from tests.factories.people import a_patient, a_user
from tests.factories.presences import expected, present
from tests.journeys.conftest import arrives, card, then_card_says, then_is_live
from tests.journeys.wires import wire

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOUR = timedelta(hours=1)
SILENCE_MS, LONGEST_RETRY_MS = 14_000, 24_000
LISTEN = """
window.heard = [];
new MutationObserver((all) => {
  const regions = all.map((one) => (one.target.nodeType === 1 ? one.target : one.target.parentElement));
  const live = regions.map((part) => part?.closest("[role=status], [role=alert], [aria-live]")).filter(Boolean);
  for (const region of new Set(live)) window.heard.push(region.innerText.trim().replace(/\\s+/g, " "));
}).observe(document.body, { subtree: true, childList: true, characterData: true });
"""
"""What changes in a live region is what a screen reader says of its own accord."""


@pytest.fixture
def page(ward, open_page, now) -> Page:
    """The board of a bed manager: somebody in 201 F, 201 P to clean, somebody without a bed, somebody expected."""
    first, second, _third = ward.beds
    present(first, patient=a_patient("DURAND"), at=now - HOUR)
    stays.discharge(stay=present(second, at=now - HOUR), by=None, at=now)
    present(ward.unit, patient=a_patient("MARTIN"), at=now - HOUR)
    expected(ward.unit, patient=a_patient("PETIT"), at=now - HOUR, expected_at=now)
    page = open_page(a_user(Role.BED_MANAGER))
    then_is_live(page)
    return page


def heard(page: Page) -> list[str]:
    """What was said since, silence left out."""
    return [words for words in page.evaluate("window.heard.splice(0)") if words]


def spoken(page: Page, selector: str) -> str:
    """What is read of a part of the page, as one line."""
    lines = page.locator(selector).aria_snapshot().splitlines()
    return " ".join(line.strip(' -"') for line in lines if "/url" not in line)


def test_a_card_is_one_link_that_says_bed_state_and_patient_and_says_each_once(ward, page) -> None:
    first, second, third = ward.beds
    names = ("201 F, Occupé, DURAND Anne", "201 P, À nettoyer", "202 1, Libre")
    for bed, name in zip((first, second, third), names, strict=True):
        expect(card(page, bed).get_by_role("link")).to_have_accessible_name(name)
    said = spoken(page, f"#lit-{first.pk}")
    assert (said.count("DURAND"), said.count("Occupé"), "sortie prévue à fixer" in said) == (1, 1, True)


def test_each_number_at_the_top_stands_with_its_word(page) -> None:
    band = page.get_by_role("region", name="En bref")
    expect(band).to_match_aria_snapshot("""
      - region "En bref":
        - heading "Attendent un lit maintenant · 1" [level=2]
        - list:
          - listitem:
            - link "MARTIN Anne"
            - text: Médecine
            - time: 1 h 00
        - heading "Solde ce soir" [level=2]
        - paragraph: /[+−]\\d+ lits . présents 2 \\+ entrées 1 − sorties certaines 0 − sorties probables 0/
        - heading "Sorties du jour" [level=2]
        - paragraph: 0 sorties, dont certaines 0 · probables 0 possibles 0
        - paragraph
        - heading "À surveiller" [level=2]
    """)
    assert re.search(r"[Uu]nités confirmées 0 sur \d", spoken(page, ".band"))
    tile = page.locator('[data-tile=""]')
    expect(tile).to_have_accessible_name(re.compile(r"^Tout l’hôpital 1/4 lits occupés ce soir [+−]\d+ libres 2$"))
    expect(page.get_by_role("region", name="Médecine").locator(".load")).to_match_aria_snapshot(
        "- paragraph: /1\\/3 lits occupés · libres 1 · ce soir \\d/"
    )


def test_landmarks_headings_in_order_and_lists_with_their_numbers(page) -> None:
    for role, name in (("search", None), ("banner", None), ("main", None), ("navigation", "Unités")):
        expect(page.get_by_role(role, name=name)).to_have_count(1)
    for name in ("En bref", "Médecine", "Chirurgie"):
        expect(page.get_by_role("region", name=name)).to_have_count(1)
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3')].filter((e) => e.checkVisibility()).map((e) => +e.tagName[1])"
    )
    assert levels[0] == levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    expect(page.locator("[data-list=waiting]").get_by_role("heading")).to_have_text("Sans lit · 1")
    expect(page.locator("[data-list=awaited]").get_by_text("Attendus ce jour · 1")).to_be_visible()


def test_an_act_is_said_once_and_what_others_do_says_nothing_and_moves_no_focus(ward, page, now) -> None:
    _first, second, third = ward.beds
    card(page, second).locator(".card-open").focus()
    page.evaluate(LISTEN)
    page.keyboard.press("n")
    then_card_says(page, second, "free")
    expect(page.locator("#annonces")).to_contain_text("propre")
    said = heard(page)
    assert ["propre" in words for words in said] == [True]

    arrives(a_patient("Autre"), third, at=now)
    then_card_says(page, third, "occupied")
    bed_actions.close(bed=second, reason="works", by=None, at=now)
    then_card_says(page, second, "closed")
    expect(card(page, second).locator(".card-open")).to_be_focused()
    expect(card(page, second).locator(".card-open")).to_have_accessible_name("201 P, Fermé")
    assert heard(page) == []


def test_a_line_that_is_cut_and_comes_back_is_said_once_each(ward, open_page, served) -> None:
    with wire(served) as cable:
        page = open_page(a_user(Role.BED_MANAGER), "about:blank", base_url=cable.url)
        page.clock.install()
        page.goto("/lits/")
        then_is_live(page)
        page.evaluate(LISTEN)
        cable.cut()
        page.clock.run_for(SILENCE_MS)
        expect(page.locator("#connexion")).to_contain_text("onnées de")
        page.clock.run_for(SILENCE_MS)
        gone = heard(page)
        assert 1 <= len(set(gone)) == len(gone) <= 2
        cable.mend()
        page.clock.fast_forward(LONGEST_RETRY_MS)
        expect(page.locator("#connexion")).to_contain_text("En direct", timeout=20_000)
        page.clock.run_for(SILENCE_MS // 2)
        assert heard(page).count("En direct") == 1


def test_each_dialog_has_a_name_that_says_what_it_is_about(ward, page) -> None:
    first = ward.beds[0]
    names = {"": "Lit 201 F · Occupé"} | {
        "m": "Installer DURAND Anne",
        "s": "Sortie",
        "d": "Sortie prévue",
        "f": "Fermer",
        "a": "[Pp]ermission",
    }
    for letter, name in names.items():
        card(page, first).locator(".card-open").focus()
        page.keyboard.press(letter or "Enter")
        dialog = page.get_by_role("dialog", name=re.compile(name))
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#dialogue")).to_be_hidden()
        expect(card(page, first).locator(".card-open")).to_be_focused()
    page.keyboard.press("u")
    expect(page.get_by_role("dialog", name="Mes derniers actes")).to_be_visible()
