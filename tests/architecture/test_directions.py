"""Dependencies go one way, in imports and where imports do not show: foreign keys, templates, addresses."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignObject

from tests.architecture.sources import ROOT, modules, name

HEIGHTS = {"core": 0, "wards": 1, "patients": 2, "transports": 3}
ROOF = 4
"""Board, desk, statistics, interop, demo: they see every app, nobody sees them."""
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


@pytest.mark.parametrize("template", INSIDE, ids=name)
def test_a_template_includes_and_links_downwards(template):
    app = template.relative_to(ROOT / "templates").parts[0]
    text = template.read_text(encoding="utf-8")
    named = {path.split("/")[0] for path in PATHS.findall(text)} | set(NAMES.findall(text))
    faults = sorted(other for other in named & OURS if not may_know(app, other))
    assert not faults, f"{name(template)} names {', '.join(faults)}, which lies above it or beside it."


@pytest.mark.parametrize("module", [path for path in modules() if path.parent != ROOT / "amh"], ids=name)
def test_a_module_renders_and_links_downwards(module):
    parts = module.relative_to(ROOT).parts
    app = parts[1] if parts[0] == "amh" else parts[0]
    text = module.read_text(encoding="utf-8")
    named = {path.split("/")[0] for path in PATHS.findall(text)} | set(NAMES.findall(text))
    faults = sorted(other for other in named & OURS if not may_know(app, other))
    assert not faults, f"{name(module)} names {', '.join(faults)}, which lies above it or beside it."
