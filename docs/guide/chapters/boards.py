"""The board: reading it, giving and leaving beds, the messages received, what may go wrong."""

from urllib.parse import urljoin

from playwright.sync_api import Page

from chapters.screens import PHONE, SETTLED_MS, Guide, beds, choose, picture, press, submit

TOKEN = "demo-interface"  # noqa: S105

MESSAGES = (
    ("A11^ADT_A09", "D1", "P", "PID|1||990101^^^GAM^PI||ESSAI^Louise^^^^^L||19510203|F", "PV1|1|I|MED^203^P"),
    ("A01^ADT_A01", "D2", "P", "PID|1||||ESSAI^Paul^^^^^L||19620708|M", "PV1|1|I|MED^203^P"),
    ("A01^ADT_A01", "D3", "X", "PID|1||990103^^^GAM^PI||ESSAI^Jeanne^^^^^L||19480911|F", "PV1|1|I|MED^203^P"),
)
"""Event, id, processing id, PID and PV1 of messages for the quarantine: nothing to cancel, nobody, not allowed."""


VIEWS = (("vue-plan", "vue=plan&unite=MED"), ("vue-colonnes", "vue=colonnes"), ("vue-liste", "vue=liste"))


def read_the_board(guide: Guide) -> None:
    """The log-in, the board, its legend, the board without names."""
    with guide.desk() as page:
        page.goto(urljoin(guide.address, "connexion/"))
        picture(page, "connexion")
    with guide.person("lits") as page:
        picture(page, "plan-des-lits")
        page.click("summary:has-text('Légende')")
        picture(page, "legende")
        for name, query in (
            ("vue-plan", "vue=plan&unite=MED"),
            ("vue-colonnes", "vue=colonnes"),
            ("vue-liste", "vue=liste"),
        ):
            page.goto(urljoin(guide.address, f"lits/?{query}"))
            picture(page, name)
    with guide.person("bionettoyage") as page:
        picture(page, "masque")


def look_elsewhere(guide: Guide) -> None:
    """A search, one unit with one state, another moment."""
    with guide.person("lits") as page:
        for name, query in (("chercher", "q=marie"), ("une-unite", "unite=MED&etat=sortant")):
            page.goto(urljoin(guide.address, f"lits/?{query}"))
            picture(page, name)
        tomorrow = page.evaluate("new Date(Date.now() + 864e5).toISOString().slice(0, 10)")
        page.goto(urljoin(guide.address, f"lits/?a={tomorrow}T14:00"))
        picture(page, "autre-moment")


def compare_moments(guide: Guide) -> None:
    """The time bar at an hour of this morning, and what has changed since the handover."""
    with guide.person("lits") as page:
        page.click("[data-moments]")
        page.click("[data-way=hour-back]")
        page.wait_for_selector("#moments[data-film]")
        picture(page, "autre-moment-barre")
        page.click("#moments summary")
        page.click("[data-way=handover]")
        page.wait_for_selector(".changes")
        picture(page, "changements")


def give_and_move(guide: Guide) -> None:
    """A bed made clean, given, then left for another one."""
    with guide.person("lits") as page:
        bed = page.locator(
            f"#{beds(page, 'MED', 'cleaning').first.locator('xpath=ancestor::article').get_attribute('id')}"
        )
        press(page, bed.locator(".card-open"), "Enter")
        picture(page, "lit-a-nettoyer")
        page.click("#dialogue [data-act=clean]")
        page.wait_for_selector("#annonces .notice", state="visible")
        press(page, bed.locator(".card-open"), "p")
        choose(page, "présent depuis")
        picture(page, "attribuer")
        submit(page)
        picture(page, "attribue")
        press(page, bed.locator(".card-open"), "m")
        choose(page, "à nettoyer")
        picture(page, "muter")
        page.keyboard.press("Escape")


def leave(guide: Guide) -> None:
    """An expected exit, an exit, and how to take it back."""
    with guide.person("amh") as page:
        article = beds(page, "MED", "leaving").first.locator("xpath=ancestor::article").get_attribute("id")
        bed = page.locator(f"#{article} .card-open")
        press(page, bed, "d")
        picture(page, "sortie-prevue")
        page.keyboard.press("Escape")
        press(page, bed, "s")
        picture(page, "sortie")
        submit(page)
        press(page, bed, "Enter")
        picture(page, "sortie-annuler")
        page.click("#dialogue [data-act=undo]")
        page.wait_for_timeout(SETTLED_MS)


def keep_and_close(guide: Guide) -> None:
    """A bed kept for somebody, a bed closed."""
    with guide.person("lits", "lits/?unite=ACA") as page:
        press(page, beds(page, "ACA", "free").first, "r")
        choose(page, "attendu à")
        picture(page, "reserver")
        page.keyboard.press("Escape")
        press(page, beds(page, "ACA", "free").first, "Enter")
        page.click("#dialogue [data-act=close]")
        page.wait_for_selector("#dialogue select")
        picture(page, "fermer")


def use_keys_and_phone(guide: Guide) -> None:
    """The list of keys; the board and a bed on a phone."""
    with guide.person("lits") as page:
        page.keyboard.press("?")
        picture(page, "clavier")
    with guide.person("infirmiere", "lits/?unite=MED", PHONE) as page:
        picture(page, "telephone")
        beds(page, "MED", "leaving").first.click()
        page.wait_for_selector("#dialogue[open] h2")
        picture(page, "telephone-lit")


def send_messages(guide: Guide, page: Page) -> None:
    """Post the messages that stay in quarantine."""
    for event, number, mode, *segments in MESSAGES:
        first = rf"MSH|^~\&|GAM|CLCC|AMH|CLCC|20260305091500||ADT^{event}|{number}|{mode}|2.5"
        page.request.post(
            urljoin(guide.address, "interop/hl7/"),
            data="\r".join([first, *segments]).encode(),
            headers={"Content-Type": "application/hl7-v2", "Authorization": f"Bearer {TOKEN}"},
        )


def receive(guide: Guide) -> None:
    """Messages that could not be applied."""
    with guide.person("lits") as page:
        send_messages(guide, page)
        page.goto(urljoin(guide.address, "interop/messages/"))
        picture(page, "messages")
        page.click("a:has-text('Rejouer les')")
        page.wait_for_selector("#dialogue[open] h2")
        picture(page, "rejouer")
        page.keyboard.press("Escape")
        page.click("tr:has-text('A12') td a")
        page.click("a:has-text('Aller à la faute')")
        picture(page, "message")


def reconcile(guide: Guide) -> None:
    """What does not agree; who deviates from the profile; a system that has fallen silent."""
    with guide.person("lits", "interop/a-rapprocher/") as page:
        picture(page, "a-rapprocher")
    with guide.person("admin", "interop/conformite/") as page:
        page.locator("th a").first.click()
        page.wait_for_selector("table.habits")
        picture(page, "conformite")
        page.goto(urljoin(guide.address, "interop/conformite/"))
        page.locator("tr", has_text="BLOC").get_by_role("link", name="Régler").click()
        page.fill("#dialogue [name=name]", "Bloc opératoire")
        page.check("#dialogue [name=watched]")
        page.fill("#dialogue [name=silence_minutes]", "5")
        page.click("#dialogue button.primary")
        page.wait_for_selector(".notice.success")
        page.goto(urljoin(guide.address, "lits/"))
        page.wait_for_selector("#alarme:not([hidden])")
        picture(page, "silence")
        page.goto(urljoin(guide.address, "interop/conformite/"))
        page.locator("tr", has_text="Bloc").get_by_role("link", name="Régler").click()
        page.uncheck("#dialogue [name=watched]")
        page.click("#dialogue button.primary")
        page.wait_for_selector(".notice.success")


def meet_trouble(guide: Guide) -> None:
    """Two people for one bed, a session that ended, a line that broke."""
    with guide.person("lits") as page, guide.person("garde") as other:
        for screen in (page, other):
            press(screen, beds(screen, "ACA", "free").first, "p")
        for screen, rank in ((other, 1), (page, 2)):
            screen.select_option("#dialogue select", index=rank)
            screen.click("#dialogue button.primary")
            screen.wait_for_timeout(SETTLED_MS)
        picture(page, "quelqu-un-a-agi")
        page.keyboard.press("Escape")
        press(page, beds(page, "MED", "occupied").first, "d")
        page.context.clear_cookies(name="sessionid")
        page.click("#dialogue button.primary")
        picture(page, "session-terminee")
    with guide.person("amh") as page:
        page.route("**/live/**", lambda route: route.abort())
        page.reload()
        page.wait_for_selector("#connexion[data-state=offline]", timeout=30_000)
        picture(page, "hors-ligne")


CHAPTERS = (
    read_the_board,
    look_elsewhere,
    compare_moments,
    leave,
    give_and_move,
    keep_and_close,
    use_keys_and_phone,
    receive,
    reconcile,
    meet_trouble,
)
