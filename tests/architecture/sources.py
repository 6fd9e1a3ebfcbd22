"""The project's own source, read as text and as syntax."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("amh", "wards", "patients", "transports")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the apps, migrations aside."""
    found = (path for app in APPS for path in sorted((ROOT / app).rglob("*.py")))
    return tuple(path for path in found if "migrations" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    """Where a file lies in the project."""
    return path.relative_to(ROOT).as_posix()


def layer(path: Path) -> str:
    """The layer of a file: ``actions``, ``views`` …; the file's own name when it lies at the top of its app."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    inside = parts[2:] if parts[0] == "amh" else parts[1:]
    return inside[0] if inside else parts[-1]


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def public_functions(path: Path) -> Iterator[Function]:
    """The functions and methods that others may call: at the top of a file or of a public class."""
    for node in tree(path).body:
        if isinstance(node, Function):
            yield from (one for one in (node,) if not one.name.startswith("_"))
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Command":
            yield from (one for one in node.body if isinstance(one, Function) and not one.name.startswith("_"))


def called(node: ast.AST) -> Iterator[str]:
    """The last names of everything that is called inside a node: ``timezone.now()`` is ``now``."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            yield ast.unparse(inner.func)
