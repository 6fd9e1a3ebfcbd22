"""Every code that a trace or an audit line may bear has its words in the journal."""

import ast

import pytest
from django.urls import get_resolver

from patients import vocabularies
from patients.api.records import Records
from patients.models import MovementKind
from tests.architecture.sources import modules, name

HOW = "\nWrite its words in patients/vocabularies.py."


def texts(node):
    """The literal texts that an expression may be: itself, or either side of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    return set()


def beginnings(node):
    """The noun of a code that is put together: ``contact`` of ``f"contact.{verb}"``."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) else None
    said = first.value if isinstance(first, ast.Constant) else ""
    return {said.partition(".")[0]} if "." in str(said) else set()


def calls(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def keyword(call, word):
    return next((each.value for each in call.keywords if each.arg == word), None)


def acts():
    """What is given as an act: to ``audit.record``, or as ``action`` to what records it."""
    found = {}
    for path in modules():
        for call in calls(path):
            said = call.args[0] if ast.unparse(call.func) == "audit.record" and call.args else keyword(call, "action")
            found |= dict.fromkeys(texts(said), name(path))
            found |= dict.fromkeys((f"{noun}." for noun in beginnings(said)), name(path))
    return {code: where for code, where in found.items() if "." in code}


def unsaid(code):
    noun, _dot, verb = code.partition(".")
    return noun not in vocabularies.SUBJECTS or (verb and verb not in vocabularies.VERBS)


def pages():
    """What is given as a page: to ``audit.trace``, or as ``page`` to what traces it."""
    found = {}
    for path in modules():
        for call in calls(path):
            said = call.args[0] if ast.unparse(call.func) == "audit.trace" and call.args else keyword(call, "page")
            found |= dict.fromkeys(texts(said), name(path))
    return found


def nouns():
    """The resources that show patients, by their name in the address."""
    found = set()
    for pattern in get_resolver().url_patterns:
        for inner in _patterns(pattern):
            view = getattr(inner, "callback", None)
            if issubclass(getattr(view, "cls", object), Records):
                found.add(view.initkwargs["basename"])
    return found


def _patterns(pattern):
    inner = getattr(pattern, "url_patterns", None)
    return [pattern] if inner is None else [one for each in inner for one in _patterns(each)]


def test_every_act_has_its_words():
    missing = {code: where for code, where in acts().items() if unsaid(code)}
    assert not missing, f"{missing}{HOW}"


def test_every_movement_of_the_feed_has_its_words():
    assert set(MovementKind.values) <= set(vocabularies.VERBS)


def test_every_page_has_its_words():
    missing = {
        code: where
        for code, where in pages().items()
        if code not in vocabularies.PAGES and not code.startswith(vocabularies.API)
    }
    assert not missing, f"{missing}{HOW}"


def test_every_resource_has_its_words():
    assert "patients" in nouns()
    assert nouns() <= set(vocabularies.NOUNS), HOW


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("board", "plan des lits"),
        ("api.patients.list", "interface REST : patients"),
        ("api.rien.list", "interface REST : rien"),
        ("autre", "autre"),
    ],
)
def test_a_page_is_said_in_words(code, words):
    assert vocabularies.page(code) == words


def test_an_act_is_said_in_words():
    assert vocabularies.act("stay.discharge") == "séjour : sortie"
    assert vocabularies.act("autre.chose") == "autre : chose"
