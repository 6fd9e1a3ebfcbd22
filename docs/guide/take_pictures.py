# /// script
# requires-python = ">=3.11"
# dependencies = ["pillow", "playwright"]
# ///
"""Take the pictures of the guide again, from a running demonstration that nobody has touched yet.

    make reset && make run                                      # in one terminal, in the morning of the site
    uv run docs/guide/take_pictures.py http://127.0.0.1:8000/   # in another one, with a Chromium on PATH

Outside the morning, lend the site another clock: ``TIME_ZONE=Pacific/Honolulu make run``. The acts shown are done for
good, so that each run needs a fresh demonstration. A Chromium that knows no French (on Debian, without chromium-l10n)
writes American dates into the forms. Pictures go to ``docs/guide/images``; look at each before it is committed.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
DESK, PHONE = (1366, 768), (390, 844)
PASSWORD = "demo"  # noqa: S105
TOKEN = "demo-interface"  # noqa: S105
COLOURS = 128
SETTLED_MS = 700
"""After this the page has loaded its parts, and colours have stopped changing."""

MESSAGES = (
    ("A11^ADT_A09", "D1", "P", "PID|1||990101^^^GAM^PI||ESSAI^Louise^^^^^L||19510203|F", "PV1|1|I|MED^203^P"),
    ("A01^ADT_A01", "D2", "P", "PID|1||||ESSAI^Paul^^^^^L||19620708|M", "PV1|1|I|MED^203^P"),
    ("A01^ADT_A01", "D3", "X", "PID|1||990103^^^GAM^PI||ESSAI^Jeanne^^^^^L||19480911|F", "PV1|1|I|MED^203^P"),
)
"""Event, id, processing id, PID and PV1 of messages for the quarantine: nothing to cancel, nobody, not allowed."""


class Guide:
    """The demonstration at ``address``, seen through one browser."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address

    @contextmanager
    def desk(self, size: tuple[int, int] = DESK) -> Iterator[Page]:
        """A screen on which nobody has logged in."""
        context: BrowserContext = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale="fr-FR", reduced_motion="reduce"
        )
        yield context.new_page()
        context.close()

    @contextmanager
    def person(self, name: str, at: str = "lits/", size: tuple[int, int] = DESK) -> Iterator[Page]:
        """Somebody's screen, opened at an address."""
        with self.desk(size) as page:
            page.goto(urljoin(self.address, f"connexion/?next=/{at}"))
            page.fill("[name=username]", name)
            page.fill("[name=password]", PASSWORD)
            page.click("main button.primary")
            page.wait_for_selector(".card, table")
            yield page

    def send(self, page: Page) -> None:
        """Post the messages that stay in quarantine."""
        for event, number, mode, *segments in MESSAGES:
            first = rf"MSH|^~\&|GAM|CLCC|AMH|CLCC|20260305091500||ADT^{event}|{number}|{mode}|2.5"
            page.request.post(
                urljoin(self.address, "interop/hl7/"),
                data="\r".join([first, *segments]).encode(),
                headers={"Content-Type": "application/hl7-v2", "Authorization": f"Bearer {TOKEN}"},
            )


def picture(page: Page, name: str) -> None:
    """Keep what the page shows as ``images/<name>.png``."""
    page.wait_for_timeout(SETTLED_MS)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as shot:
        shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def beds(page: Page, unit: str, state: str) -> Locator:
    """The beds of a unit in a state, by what opens them."""
    return page.locator(f'.card[data-bed^="{unit}-"][data-state="{state}"] .card-open')


def press(page: Page, bed: Locator, key: str) -> None:
    """Focus a bed and press a key that opens a form or the menu."""
    bed.focus()
    page.keyboard.press(key)
    page.wait_for_selector("#dialogue[open] h2")
    page.wait_for_timeout(SETTLED_MS)


def submit(page: Page) -> None:
    """Send the form and wait for what is said of it."""
    page.click("#dialogue button.primary")
    page.wait_for_selector("#annonces .notice", state="visible")
    page.wait_for_selector("#dialogue:not([open])", state="attached")


def choose(page: Page, words: str) -> None:
    """Choose the first offered thing that holds these words."""
    option = page.locator("#dialogue option", has_text=words).first
    page.select_option("#dialogue select", option.get_attribute("value"))


def read_the_board(guide: Guide) -> None:
    """The log-in, the board, its legend, the board without names."""
    with guide.desk() as page:
        page.goto(urljoin(guide.address, "connexion/"))
        picture(page, "connexion")
    with guide.person("lits") as page:
        picture(page, "plan-des-lits")
        page.click("summary:has-text('Légende')")
        picture(page, "legende")
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


def receive(guide: Guide) -> None:
    """Messages that could not be applied."""
    with guide.person("lits") as page:
        guide.send(page)
        page.goto(urljoin(guide.address, "interop/messages/"))
        picture(page, "messages")


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
    leave,
    give_and_move,
    keep_and_close,
    use_keys_and_phone,
    receive,
    meet_trouble,
)


def main(address: str) -> None:
    """Take every picture."""
    IMAGES.mkdir(exist_ok=True)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--lang=fr-FR"], env={"LANGUAGE": "fr"}
        )
        for chapter in CHAPTERS:
            chapter(Guide(browser, address))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/")
