"""What an administrator sets: the structure, calendars, parameters, texts, accounts; and what programs read."""

from urllib.parse import urljoin

from chapters.screens import SETTLED_MS, Guide, follow, picture

A_LOOK_MS = 45_000
"""After this the states of beds were compared, and a first message was tried."""


def describe(guide: Guide) -> None:
    """The index, a unit, a calendar."""
    with guide.person("admin") as page:
        follow(page, "Réglages")
        picture(page, "reglages")
        page.get_by_role("link", name="Unités, chambres et lits").click()
        page.get_by_role("link", name="Curiethérapie").click()
        page.wait_for_selector(".rooms")
        picture(page, "unite")
        page.goto(urljoin(guide.address, "admin/calendriers/"))
        page.get_by_role("link", name="Hôpital de semaine").first.click()
        page.wait_for_selector(".halves, main .facts")
        picture(page, "calendrier")


def settle(guide: Guide) -> None:
    """Parameters, texts, an account with its tokens, the interface for programs."""
    with guide.person("admin") as page:
        for name, address in (("parametres", "admin/parametres/"), ("modeles", "admin/modeles/")):
            page.goto(urljoin(guide.address, address))
            picture(page, name)
        page.goto(urljoin(guide.address, "admin/comptes/?q=marchand"))
        page.locator("main table a").first.click()
        page.wait_for_load_state()
        picture(page, "compte")
        page.goto(urljoin(guide.address, "api/v1/docs/"))
        picture(page, "interface")


def tell(guide: Guide) -> None:
    """Systems that are told what happens here: one, and what waits for it while it does not answer."""
    with guide.person("admin", "interop/envois/") as page:
        page.get_by_role("link", name="Modifier").first.click()
        page.wait_for_selector("#dialogue [name=bed_states]")
        picture(page, "destinataire")
        page.check("#dialogue [name=enabled]")
        page.click("#dialogue button.primary")
        page.wait_for_timeout(A_LOOK_MS)
        page.goto(urljoin(guide.address, "interop/envois/?etat=en-attente"))
        picture(page, "envois")
        page.get_by_role("link", name="Modifier").first.click()
        page.uncheck("#dialogue [name=enabled]")
        page.click("#dialogue button.primary")
        page.wait_for_timeout(SETTLED_MS)


CHAPTERS = (describe, settle, tell)
