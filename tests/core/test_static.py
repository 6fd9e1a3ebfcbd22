"""What the browser gets: third-party files untouched, legible colours, icons that exist, no inline script or style."""

import hashlib
import re
from itertools import product

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from wards.models import BedState

STATIC = settings.BASE_DIR / "static"
TEMPLATES = settings.BASE_DIR / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
STATES = [state.value for state in BedState]
LEGIBLE = 4.5
"""Least contrast of text on its ground (WCAG 2.2, 1.4.3)."""


def locked() -> dict[str, str]:
    lines = (STATIC / "vendor.lock").read_text().splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {path: digest for _, _, path, digest in rows}


@pytest.mark.parametrize(("path", "digest"), locked().items())
def test_third_party_file_is_the_published_one(path: str, digest: str) -> None:
    found = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()
    assert found == digest, f"{path} changed: refresh it from its package and write its digest in static/vendor.lock"


def test_every_third_party_file_is_locked() -> None:
    files = {str(file.relative_to(STATIC)) for file in (STATIC / "fonts").iterdir()}
    assert files == set(locked())


def scheme(*, dark: bool) -> dict[str, str]:
    files = ["tokens.css", "dark.css"] if dark else ["tokens.css"]
    text = "".join((STATIC / "css" / name).read_text() for name in files)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", text))


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


FILLS = [f"{state}-fill" for state in STATES] + ["closed-hatch", "ink-fill", "muted-fill", "alert-fill", "ground"]
PAIRS = [
    *((name, f"{name}-fill") for name in [*STATES, "ink", "muted", "accent", "alert"]),
    *product(["ink", "muted"], [*FILLS, "accent-pale"]),
    *(("alert", f"{state}-fill") for state in STATES),
    *(("accent", fill) for fill in ["ink-fill", "ground", "accent-pale", "leaving-fill"]),
    ("closed", "closed-hatch"),
    ("free", "muted-fill"),
    ("free", "ink-fill"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_is_legible(dark: bool) -> None:
    tokens = scheme(dark=dark)
    pale = [f"{a} on {b}" for a, b in PAIRS if contrast(tokens[a], tokens[b]) < LEGIBLE]
    assert pale == []


def symbols() -> set[str]:
    return set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons" / "sprite.svg").read_text()))


def test_every_state_of_a_bed_has_its_icon_and_its_colours() -> None:
    assert set(STATES) <= symbols()
    assert {name for state in STATES for name in (state, f"{state}-fill")} <= set(scheme(dark=True))


def test_pages_refer_to_files_and_icons_that_exist() -> None:
    faults = {page.name: missing for page in PAGES if (missing := missing_in(page.read_text()))}
    assert faults == {}


def missing_in(text: str) -> list[str]:
    files = re.findall(r"{% static '([^']+)'", text)
    icons = re.findall(r"<use href=\"{[^}]+}#([\w-]+)", text) + re.findall(r'-icon="([\w-]+)"', text)
    return [file for file in files if not (STATIC / file).exists()] + [icon for icon in icons if icon not in symbols()]


def test_pages_have_no_inline_script_or_style() -> None:
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\s(?:src|nonce)=)[^>]*>|\son\w+=|\shx-on|javascript:")
    faults = {page.name: found for page in PAGES if (found := inline.findall(page.read_text()))}
    assert faults == {}, "the security policy forbids it: use a module of static/js or a class of static/css"


def test_only_what_must_be_there_when_no_file_can_be_fetched_is_inline() -> None:
    assert {page.name for page in PAGES if 'nonce="' in page.read_text()} == {"guard.html", "503.html"}


@pytest.mark.parametrize("status", [500, 503])
def test_page_of_an_outage_needs_neither_request_nor_database(status: int) -> None:
    assert "<h1>" in render_to_string(f"core/errors/{status}.html")
