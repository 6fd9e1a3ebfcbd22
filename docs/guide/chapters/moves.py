"""Patients taken on the board: somebody in hand, a bed that is held, a placement that is unwise."""

from playwright.sync_api import Locator, Page

from chapters.screens import SETTLED_MS, Guide, picture

HELD = "main[data-holding]"
MEDICINE = '.card[data-bed^="MED-"]'
PEOPLE = f"{MEDICINE}[data-stay]"


def take(page: Page, source: Locator, over: Locator) -> None:
    """Pull somebody with the mouse over a bed."""
    for place, act in ((source, page.mouse.down), (over, None)):
        box = place.bounding_box()
        assert box is not None  # noqa: S101
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        if act:
            act()
    page.wait_for_selector(HELD)


def explain(page: Page, source: Locator, over: Locator, name: str) -> None:
    """Drop somebody where that is not simple, and keep what is said."""
    take(page, source, over)
    page.mouse.up()
    page.wait_for_selector("#dialogue[open] .ways")
    picture(page, name)
    page.keyboard.press("Escape")
    page.wait_for_timeout(SETTLED_MS)


def take_and_drop(guide: Guide) -> None:
    """Somebody over a free bed, then put back; over a held one; into a room that would be mixed."""
    with guide.person("lits") as page:
        somebody = page.locator(PEOPLE).nth(1)
        take(page, somebody, page.locator(f'{MEDICINE}[data-state="free"]').first)
        picture(page, "deplacer")
        page.keyboard.press("Escape")
        page.mouse.up()
        explain(page, somebody, page.locator(f'{MEDICINE}[data-state="leaving"]').first, "deplacer-occupe")
        man = page.locator(PEOPLE, has_text="· M ·").first
        explain(page, man, page.locator('.card[data-bed="MED-203-P"]'), "deplacer-deconseille")


CHAPTERS = (take_and_drop,)
