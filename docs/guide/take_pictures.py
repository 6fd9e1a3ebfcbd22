# /// script
# requires-python = ">=3.11"
# dependencies = ["pillow", "playwright"]
# ///
"""Take the pictures of the guide again, from a running demonstration that nobody has touched yet.

    make reset && make run                                      # in one terminal, in the morning of the site
    uv run docs/guide/take_pictures.py http://127.0.0.1:8000/   # in another one, with a Chromium on PATH

Outside the morning, lend the site another clock: ``TIME_ZONE=Pacific/Honolulu make run``. The chapters follow the pages
of the guide word for word: what they cannot press, nobody can. The acts shown are done for good, so that each run needs
a fresh demonstration. A Chromium that knows no French (on Debian, without chromium-l10n) writes American dates into the
forms. Pictures go to ``docs/guide/images``; look at each before it is committed.
"""

import shutil
import sys
from collections.abc import Callable
from itertools import chain

from chapters import boards, moves, papers, records, sessions, settings, staffs, units, views, walls
from chapters.screens import IMAGES, Guide
from playwright.sync_api import sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
CHAPTERS: tuple[Callable[[Guide], None], ...] = tuple(
    chain.from_iterable(
        part.CHAPTERS for part in (boards, papers, sessions, staffs, records, settings, moves, units, views, walls)
    )
)


def main(address: str, *names: str) -> None:
    """Take every picture, or only those of the chapters named."""
    IMAGES.mkdir(exist_ok=True)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--lang=fr-FR"], env={"LANGUAGE": "fr"}
        )
        for chapter in CHAPTERS:
            if not names or chapter.__name__ in names:
                chapter(Guide(browser, address))
        browser.close()


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://127.0.0.1:8000/"]))
