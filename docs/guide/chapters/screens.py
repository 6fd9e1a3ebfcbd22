"""The demonstration through a browser, and what every chapter does there: open, press, send, keep a picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page

IMAGES = Path(__file__).parents[1] / "images"
DESK, PHONE = (1366, 768), (390, 844)
PASSWORD = "demo"  # noqa: S105
COLOURS = 128
SETTLED_MS = 700
"""After this the page has loaded its parts, and colours have stopped changing."""


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
            page.wait_for_selector("main")
            yield page


def picture(page: Page, name: str, part: str = "") -> None:
    """Keep what the page shows, or one part of it, as ``images/<name>.png``."""
    page.wait_for_timeout(SETTLED_MS)
    path = IMAGES / f"{name}.png"
    (page.locator(part) if part else page).screenshot(path=path)
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
    """Send the form, once more when it advises against, and wait for what is said of it."""
    page.click("#dialogue button.primary")
    page.wait_for_timeout(SETTLED_MS)
    if page.locator("#dialogue[open] button.primary").count():
        page.click("#dialogue button.primary")
    page.wait_for_selector("#annonces .notice", state="visible")
    page.wait_for_selector("#dialogue:not([open])", state="attached")


def choose(page: Page, words: str) -> None:
    """Choose the first offered thing that holds these words."""
    option = page.locator("#dialogue option", has_text=words).first
    page.select_option("#dialogue select", option.get_attribute("value"))


def open_dialog(page: Page, words: str) -> None:
    """Press what carries these words, and wait for the dialog that it opens."""
    page.locator(f"main :is(a, button):has-text('{words}'):visible").first.click()
    page.wait_for_selector("#dialogue[open] h2")
    page.wait_for_timeout(SETTLED_MS)


def fill(page: Page, label: str, words: str) -> None:
    """Type under a label of the dialog."""
    page.locator("#dialogue").get_by_label(label).first.fill(words)


def send(page: Page) -> None:
    """Send the dialog of a page that is then shown anew, with what was done."""
    with page.expect_navigation():
        page.locator("#dialogue button.primary").click()
    page.wait_for_selector("#annonces .notice.success")


def follow(page: Page, *words: str) -> None:
    """Open the menu AMH, then one link after the other."""
    page.locator("header summary", has_text="AMH").click()
    for each in words:
        page.get_by_role("link", name=each).first.click()
        page.wait_for_load_state()
