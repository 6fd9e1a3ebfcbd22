"""The rules of the house that a machine can read; each says what to do instead."""

import ast

from tests.architecture.sources import ROOT, functions, layer, modules, name, public_functions, tree

FORBIDDEN = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "process", "misc", "common", "handle"}
LAYERS_OF_NOUNS = {"actions", "documents", "models", "queries", "rules", "views"}
UNCOUNTED = {"advice", "validity", "occupancy", "waiting", "idempotency"}
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_TEMPLATE = 40, 300, 150
EDGES = {"views", "api", "tasks", "management", "middleware", "receivers"}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def said(faults):
    """One fault a line, for the message of a test."""
    return "\n".join(["", *sorted(faults)])


def test_no_module_is_named_after_nothing():
    faults = [name(path) for path in modules() if set(path.stem.split("_")) & FORBIDDEN]
    assert not faults, said(faults) + "\nName a module after the noun it is about (architecture: one noun, one file)."


def test_no_function_handles_or_processes():
    faults = [
        f"{name(path)}: {one.name}"
        for path in modules()
        for one in functions(path)
        if one.name.startswith(("handle_", "process_", "do_")) and one.name not in FRAMEWORK
    ]
    assert not faults, said(faults) + "\nUse the ward's verb: admit, move, clean, release …"


FRAMEWORK = {"handle_no_permission", "process_exception", "process_request", "process_response", "process_view"}


def test_the_nouns_of_a_layer_are_plural():
    faults = [
        name(path)
        for path in modules()
        if layer(path) in LAYERS_OF_NOUNS
        and path.stem not in {"__init__", *LAYERS_OF_NOUNS, *UNCOUNTED}
        and path.stem[-1] != "s"
    ]
    assert not faults, said(faults) + "\nA module of a layer is a plural noun: beds.py, stays.py."


def test_files_stay_short():
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in modules()}
    faults = [f"{name(path)}: {length} lines" for path, length in lengths.items() if length > LONGEST_FILE]
    assert not faults, said(faults) + f"\nSplit by noun: {LONGEST_FILE} lines at most."


def test_functions_stay_short():
    lengths = {
        f"{name(path)}: {one.name}": (one.end_lineno or one.lineno) - one.lineno + 1
        for path in modules()
        for one in functions(path)
    }
    faults = [f"{where} has {length} lines" for where, length in lengths.items() if length > LONGEST_FUNCTION]
    assert not faults, said(faults) + f"\nName its parts: {LONGEST_FUNCTION} lines at most."


def test_templates_stay_short():
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in TEMPLATES}
    faults = [f"{name(path)}: {length} lines" for path, length in lengths.items() if length > LONGEST_TEMPLATE]
    assert not faults, said(faults) + f"\nInclude a part, or make it a named partial: {LONGEST_TEMPLATE} lines at most."


def test_the_clock_is_read_at_the_edge():
    faults = [
        f"{name(path)}:{call.lineno}"
        for path in modules()
        if layer(path) in {"actions", "rules", "queries", "documents", "models", "forms"}
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in CLOCKS and name(path) not in OWN_CLOCK
    ]
    assert not faults, said(faults) + "\nTake the time as an argument (`at`); only the edge knows what time it is."


CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "date.today", "timezone.localdate()", "time.time"}
OWN_CLOCK = {
    # a person's rights, a session and a token's validity are asked without a moment, by code that knows only the person
    "amh/core/models/users.py",
    "amh/core/models/sessions.py",
    "amh/core/models/tokens.py",
}


def test_public_functions_say_what_they_mean():
    faults = [
        f"{name(path)}: {one.name}"
        for path in modules()
        if layer(path) not in {"management", "apps", "settings", "forms"}
        for one in public_functions(path)
        if not ast.get_docstring(one) and len(one.body) > 1 and one.name not in SPEAKING
    ]
    assert not faults, said(faults) + "\nWrite a docstring: what it means, its units, what it raises."


# What the framework calls by its own names; a function of one line may speak for itself.
SPEAKING = {
    "ready",
    "collect",
    "clean",
    "get_queryset",
    "get_serializer_class",
    "filter_queryset",
    "to_representation",
    "wrapper",
}


def test_functions_are_annotated():
    faults = [
        f"{name(path)}: {one.name}: {', '.join(_untyped(path, one))} without a type"
        for path in modules()
        for one in functions(path)
        if _untyped(path, one)
    ]
    assert not faults, said(faults)


def _untyped(path, function):
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    bare = [one.arg for one in arguments if not one.annotation and one.arg not in {"self", "cls"}]
    ignored = "type: ignore[no-untyped-def]" in _line(path, function)
    return bare + ([] if function.returns or ignored else ["return"])


def _line(path, function):
    return path.read_text(encoding="utf-8").splitlines()[function.lineno - 1]


def test_first_party_imports_stand_at_the_top():
    faults = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for one in functions(path)
        for node in ast.walk(one)
        if isinstance(node, ast.ImportFrom | ast.Import) and _first_party(node)
    ]
    assert not faults, said(faults) + "\nImport at the top; a circle says that something lies on the wrong side."


def _first_party(node):
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return any(one.split(".")[0] in {"amh", "wards", "patients", "transports"} for one in names)


def test_no_comment_promises_to_be_done_later():
    faults = [
        f"{name(path)}: {word}"
        for path in modules()
        for word in ("TODO", "FIXME", "XXX", "for now", "HACK")
        if word in path.read_text(encoding="utf-8")
    ]
    assert not faults, said(faults) + "\nDo it, or leave it out."
