"""Boards in a real browser: what they show and say, whether a page opened anew is the same, and one that sleeps."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, CDPSession, Error, Page, ViewportSize, sync_playwright

from amh.demo.soak.machines import HOST
from amh.demo.soak.nights.screens import Sample
from amh.demo.soak.nights.visitors import Visitor
from amh.demo.soak.nights.wires import Wire

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
LONGEST_MS = 30_000
SIZE: ViewportSize = {"width": 1366, "height": 768}
LISTEN = 'document.addEventListener("amh:beat", ({ detail: { at } }) => { window.nightAt = at; });'
SAMPLE = """() => {
  const sign = document.getElementById("connexion");
  const cards = [...document.querySelectorAll(".card[data-state]")];
  return sign && {
    says: sign.dataset.state, words: sign.textContent.trim(),
    at: window.nightAt ?? document.querySelector("main").dataset.at,
    states: cards.map((card) => [Number(card.id.replace("lit-", "")), card.dataset.state]),
  };
}"""
FACE = """() => {
  const words = (element) => {
    const copy = element.cloneNode(true);
    for (const time of copy.querySelectorAll("time[data-elapsed]")) time.textContent = time.dateTime;
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const isHidden = (number) => !number.matches(".wall-numbers") && !number.checkVisibility();
  const parts = [...document.querySelectorAll(".card, [data-unit-head]")];
  const numbers = [...document.querySelectorAll(
    "[data-count], [data-tile], #attente li a, #attente li > span, [data-oldest], .load, .wall-numbers",
  )];
  return [
    ...parts.map((part) => [part.id, part.dataset.state, part.dataset.stay, part.dataset.marks, words(part)].join(" ")),
    ...numbers.map((number) => (isHidden(number) ? "hidden" : words(number))),
  ];
}"""
"""What is compared: every card and head, then every number that the page has added up by itself and shows. How long
something lasts is told by its beginning: each page counts it at its own moment."""


@dataclass
class Window:
    """A board in a browser of its own. ``wrong`` is what its sign said that was not so, and scripts that failed."""

    visitor: Visitor
    address: str
    wire: Wire
    page: Page
    asleep: bool = False
    wrong: list[str] = field(default_factory=list)
    _session: CDPSession | None = None

    def __str__(self) -> str:
        return f"window {self.visitor.name} {self.address}"

    def sample(self) -> Sample | None:
        """What whoever looks at it sees; ``None`` while it sleeps, or shows that it could not be loaded."""
        try:
            seen = None if self.asleep else self.page.evaluate(SAMPLE)
        except Error:
            return None
        if seen is None:
            return None
        since = datetime.fromisoformat(seen["at"])
        self._check_words(seen, since)
        return Sample(dict(seen["states"]), since, seen["says"] == "live")

    def _check_words(self, seen: dict[str, Any], since: datetime) -> None:
        local = since.astimezone(ZoneInfo(settings.TIME_ZONE))
        hour = f"{local:%H:%M}" if self.visitor.language == "fr" else f"{local:%I:%M %p}"
        if seen["says"] in ("stale", "offline") and hour not in seen["words"]:
            self.wrong.append(f"{self} said « {seen['words']} » with data of {hour}")

    def sleep(self) -> None:
        """Fall asleep as a computer does whose lid is closed: the page is frozen, the network dead."""
        self.asleep = True
        self._session = self.page.context.new_cdp_session(self.page)
        self._session.send("Page.setWebLifecycleState", {"state": "frozen"})
        self.wire.freeze()

    def wake(self) -> None:
        """Wake up."""
        self.wire.mend()
        if self._session:
            self._session.send("Page.setWebLifecycleState", {"state": "active"})
        self.page.wait_for_timeout(2_000)
        self.asleep = False

    def differences(self) -> set[str]:
        """The cards, heads and numbers that are not those of the same page opened anew."""
        fresh = self.page.context.new_page()
        port = self.visitor.chance.choice(self.visitor.ports)
        try:
            fresh.goto(f"http://{HOST}:{port}{self.address}")
            fresh.locator("#connexion[data-state=live]").wait_for()
            asked, mine = fresh.evaluate(FACE), self.page.evaluate(FACE)
        except Error as error:
            return {str(error)}
        finally:
            fresh.close()
        return set(mine) ^ set(asked) if mine else {f"no board at {self.page.url}"}


class Windows:
    """The browser, and what is open in it."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.all: list[Window] = []

    def open(self, visitor: Visitor, address: str, wire: Wire, *, clock: timedelta = timedelta()) -> Window:
        """Open a board behind a wire, on a machine whose clock is wrong by so much."""
        context = self._browser.new_context(
            base_url=wire.url, viewport=SIZE, locale=visitor.language, timezone_id=settings.TIME_ZONE
        )
        context.set_default_timeout(LONGEST_MS)
        context.add_cookies([{"name": k, "value": v, "url": wire.url} for k, v in visitor.cookies.items()])
        context.add_init_script(LISTEN)
        if clock:
            context.clock.install(time=timezone.now() + clock)
        window = Window(visitor, address, wire, context.new_page())
        window.page.on("pageerror", lambda error: window.wrong.append(f"{window}: {error}"))
        window.page.goto(address)
        self.all.append(window)
        return window


@contextmanager
def opened() -> Iterator[Windows]:
    """A browser for the time of the block. Raises ``FileNotFoundError`` on a machine that has none."""
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not program:
        raise FileNotFoundError("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        try:
            yield Windows(browser)
        finally:
            browser.close()
