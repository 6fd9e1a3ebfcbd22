"""Work: the tasks of a trade, who covers which unit, and the acts on those who are present."""

from chapters.screens import Guide, beds, fill, open_dialog, picture, press, send


def work(guide: Guide) -> None:
    """The list, a task taken and done, a task asked."""
    with guide.person("amh", "taches/") as page:
        picture(page, "taches")
        page.get_by_role("button", name="Prendre").first.click()
        page.wait_for_selector("main .notice, #annonces .notice")
        page.get_by_role("button", name="Faite").first.click()
        page.wait_for_selector("main .notice, #annonces .notice")
        open_dialog(page, "Demander une tâche")
        fill(page, "À faire", "Rapporter le brassard du poste 3")
        page.locator("#dialogue").get_by_label("Pour").select_option(label="Brancardier")
        picture(page, "tache-demander")
        send(page)


def cover(guide: Guide) -> None:
    """The team, a unit taken over, a cover entrusted."""
    with guide.person("amh1", "equipe/") as page:
        page.get_by_role("button", name="Je reprends l’unité").first.click()
        page.wait_for_selector("#annonces .notice")
    with guide.person("cadre-amh", "equipe/") as page:
        picture(page, "equipe")
        open_dialog(page, "Confier un relais")
        picture(page, "relais")


def be_elsewhere(guide: Guide) -> None:
    """A leave, a departure and a bed to confirm."""
    with guide.person("lits") as page:
        press(page, beds(page, "CHIR", "occupied").first, "a")
        picture(page, "permission")
        page.keyboard.press("Escape")
        press(page, page.locator(".card:has-text('départ à confirmer') .card-open").first, "s")
        picture(page, "depart")
        page.keyboard.press("Escape")
        press(page, page.locator(".card:has-text('lit à confirmer') .card-open").first, "q")
        picture(page, "lit-a-confirmer")


CHAPTERS = (work, cover, be_elsewhere)
