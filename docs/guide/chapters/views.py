"""Saved views, the acts that one may take back, and who changed what one has open."""

from urllib.parse import urljoin

from chapters.screens import SETTLED_MS, Guide, beds, picture, press


def keep_views(guide: Guide) -> None:
    """Two views, the list of them."""
    with guide.person("lits", "lits/?unite=MED&etat=sortant") as page:
        for name, query in (("Médecine, sortants", "unite=MED&etat=sortant"), ("Lits libres", "etat=libre")):
            page.goto(urljoin(guide.address, f"lits/?{query}"))
            page.click(".saved-views > summary")
            page.click("text=Enregistrer cette vue…")
            page.fill("#dialogue [name=name]", name)
            page.click("#dialogue button.primary")
            page.wait_for_selector("#annonces .notice", state="visible")
        page.click("[data-dismiss]")
        page.click(".saved-views > summary")
        picture(page, "vues")


def take_back(guide: Guide) -> None:
    """What the bed manager did of late, and what a colleague changes under their hand."""
    with guide.person("lits", "lits/?unite=MED") as page, guide.person("garde", "lits/?unite=MED") as other:
        for rank in (0, 1):
            beds(page, "MED", "leaving").nth(rank).focus()
            page.keyboard.press("o")
            page.wait_for_selector("#annonces .notice", state="visible")
            page.wait_for_timeout(SETTLED_MS)
        page.click("[data-dismiss]")
        page.keyboard.press("u")
        page.wait_for_selector("#dialogue[open] .deeds")
        picture(page, "mes-derniers-actes")
        page.keyboard.press("Escape")
        press(page, beds(page, "MED", "leaving").first, "Enter")
        bed = page.locator("#dialogue").get_attribute("data-card")
        other.locator(f"#{bed} .card-open").focus()
        other.keyboard.press("b")
        page.wait_for_selector("[data-changed-note]:visible")
        page.wait_for_timeout(SETTLED_MS)
        picture(page, "modifie-par")


CHAPTERS = (keep_views, take_back)
