"""Dependencies go one way, in imports and where imports do not show: foreign keys, templates, addresses."""

import re
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignObject

from tests.architecture.sources import ROOT, modules, name

HEIGHTS = {"core": 0, "wards": 1, "patients": 2, "transports": 3, "demo": 5}
ROOF = 4
"""Board, desk, statistics, interop: they see every app, and only the demonstration, which plays them, sees them."""
OURS = {"core", "wards", "patients", "transports", "board", "desk", "statistics", "interop", "demo"}
FRAME = ("base.html", "403_csrf.html", "core/frames/")
"""The frame around every page lists the pages, wherever they are."""
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INSIDE = [path for path in TEMPLATES if not path.relative_to(ROOT / "templates").as_posix().startswith(FRAME)]
PATHS = re.compile(r"""["']((?:[\w-]+/)+[\w-]+\.html)(?:#[\w-]+)?["']""")
NAMES = re.compile(r"""(?:\{% url |reverse\(|redirect\(|pattern_name=)\s*["'](\w+):""")


def may_know(app: str, other: str) -> bool:
    """Tell whether ``app`` may name ``other``: itself, or what lies below it; the roof is in several parts."""
    if app == other:
        return True
    return HEIGHTS.get(other, ROOF) < HEIGHTS.get(app, ROOF)


def test_imports_go_one_way():
    run = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]


def test_foreign_keys_point_down():
    faults = [
        f"{model._meta.label}.{field.name} points to {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.local_fields
        if isinstance(field, ForeignObject) and field.related_model._meta.app_label in OURS
        if not may_know(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert not faults, "\n".join(faults)


def named_above(path, app):
    """The parts of the house that a file renders or links to, though they lie above its own or beside it."""
    text = path.read_text(encoding="utf-8")
    named = {other.split("/")[0] for other in PATHS.findall(text)} | set(NAMES.findall(text))
    return [f"{name(path)} names {other}" for other in sorted(named & OURS) if not may_know(app, other)]


def test_templates_include_and_link_downwards():
    faults = [fault for path in INSIDE for fault in named_above(path, path.relative_to(ROOT / "templates").parts[0])]
    assert not faults, "\n".join(faults)


def test_modules_render_and_link_downwards():
    faults = [
        fault
        for path in modules()
        if path.parent != ROOT / "amh"
        for fault in named_above(path, name(path).removeprefix("amh/").split("/")[0])
    ]
    assert not faults, "\n".join(faults)
