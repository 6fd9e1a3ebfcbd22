"""Every act is an act: whole or not at all, with its actor and its hour given from outside."""

import ast

import pytest

from tests.architecture.sources import called, layer, modules, name, public_functions, tree

APPS = {"wards", "patients", "transports"}
"""The roof sends to the outside, where a transaction may not stay open: the one exception of the five beats."""
ACTIONS = [path for path in modules() if layer(path) == "actions" and name(path).split("/")[0] in APPS]


def acts(path):
    """The verbs of a module: called with keywords only. What takes a row by position is a piece of an act."""
    return [one for one in public_functions(path) if not one.args.args and one in tree(path).body]


def decorated(function):
    return any(ast.unparse(decorator).split("(")[0] == "act" for decorator in function.decorator_list)


@pytest.mark.parametrize("path", ACTIONS, ids=name)
def test_an_act_is_one_transaction(path):
    known = {other.stem: {one.name for one in acts(other)} for other in ACTIONS}
    here = {one.name for one in acts(path) if decorated(one)}
    for one in acts(path):
        calls = set(called(one))
        through = calls & here or any(
            noun in known and verb in known[noun] for noun, _, verb in (c.partition(".") for c in calls)
        )
        assert decorated(one) or through, f"{name(path)}: {one.name} is not an @act and calls none."


@pytest.mark.parametrize("path", ACTIONS, ids=name)
def test_an_act_is_told_when(path):
    for one in acts(path):
        given = {argument.arg for argument in one.args.kwonlyargs}
        assert "at" in given, f"{name(path)}: {one.name} must be told `at` what time it is."


@pytest.mark.parametrize("path", ACTIONS, ids=name)
def test_an_act_opens_no_transaction_of_its_own(path):
    assert "transaction.atomic" not in set(called(tree(path))), f"{name(path)}: leave the transaction to @act."
