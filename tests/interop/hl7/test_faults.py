"""Every refusal that a message can meet has its words, its advice, and its place in the message."""

import ast
from collections.abc import Iterator

import pytest

from amh.interop.hl7 import faults, lexicon, table
from amh.interop.hl7.displays import MASK
from tests.architecture.sources import ROOT, tree

START = ("amh.interop.hl7.events", "apply")
REFUSALS = {"Conflict", "Invalid", "Denied"}
PERSONS = "amh.interop.hl7.persons"
SWALLOWING = {("patients.actions.entourages", "hear"), (PERSONS, "_dialled"), (PERSONS, "_mailed")}
"""What is refused in these keeps nobody from being admitted: no message waits for it."""
OUTSIDE_EVENTS = {"empty", "no_header", "type_unreadable", "processing_id", "unused_event", "outpatient"} | {
    "value_refused",
    "program_error",
}


class Source:
    """One module: what it defines at its top, and where its names come from."""

    def __init__(self, module: str) -> None:
        self.path = next(
            path
            for path in (
                ROOT / f"{module.replace('.', '/')}.py",
                ROOT / module.replace(".", "/") / "__init__.py",
            )
            if path.exists()
        )
        self.tops = {name: node for node in tree(self.path).body for name in names(node)}
        self.imports = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(tree(self.path))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }


def names(node: ast.stmt) -> list[str]:
    """What a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def is_ours(module: str) -> bool:
    folder = ROOT / module.replace(".", "/")
    return module.split(".", maxsplit=1)[0] in {"amh", "patients", "wards"} and (
        folder.with_suffix(".py").exists() or (folder / "__init__.py").exists()
    )


def named_in(node: ast.AST, source: Source, module: str) -> Iterator[tuple[str, str]]:
    """What the code of ``node`` may call or hand on: functions of its own module, and of those that it imports."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            yield source.imports.get(inner.id, (module, inner.id))
        elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            where, name = source.imports.get(inner.value.id, ("", ""))
            yield f"{where}.{name}", inner.attr


def reachable() -> Iterator[ast.AST]:
    """All code that applying a message may run, as far as names tell."""
    seen, waiting = set(SWALLOWING), [START]
    while waiting:
        module, name = waiting.pop()
        if (module, name) in seen or not is_ours(module):
            continue
        seen.add((module, name))
        source = Source(module)
        if name in source.tops:
            yield source.tops[name]
            waiting += named_in(source.tops[name], source, module)
        elif name in source.imports:
            waiting.append(source.imports[name])


def codes(node: ast.AST) -> Iterator[ast.expr]:
    """The code of every refusal that is raised there."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in REFUSALS:
            yield from (each.value for each in call.keywords if each.arg == "code")


def test_every_refusal_that_a_message_can_meet_is_known() -> None:
    found = {code.value for node in reachable() for code in codes(node) if isinstance(code, ast.Constant)}
    assert {"no_identifier", "visit_of_another", "merge_contradiction"} <= found
    assert found - set(faults.FAULTS) == set(), "Write its line in amh/interop/hl7/faults.py."
    assert set(faults.FAULTS) >= OUTSIDE_EVENTS


@pytest.mark.parametrize("code", faults.FAULTS)
def test_a_place_is_one_that_a_message_has(code: str) -> None:
    fault = faults.FAULTS[code]
    assert str(fault.label)
    assert str(fault.advice)
    assert not fault.place or fault.place in lexicon.SEGMENTS or fault.place in lexicon.FIELDS


def test_what_the_database_alone_refused_has_words_too() -> None:
    assert faults.of("bed_once") == faults.UNNAMED


def test_every_event_of_the_table_has_its_name() -> None:
    assert set(lexicon.EVENTS) == set(table.EVENTS)


def test_what_everybody_may_read_names_nobody() -> None:
    about_people = {"PID", "PD1", "NK1", "ROL", "MRG", "OBX", "IN1", "GT1", "DG1", "AL1"}
    technical = {place for place in lexicon.TECHNICAL if place.split("-")[0] in about_people}
    assert technical == {"PID-1"}
    assert not lexicon.TECHNICAL & {"EVN-5", "PV1-7", "PV1-8", "PV1-9", "PV1-16", "PV1-17", "PV1-19", "PV2-22"}
    assert MASK
