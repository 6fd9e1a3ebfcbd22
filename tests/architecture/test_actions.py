"""Every act is an act: whole or not at all, with its actor and its hour given from outside."""

import ast

from tests.architecture.sources import called, layer, modules, name, public_functions, tree

APPS = {"wards", "patients", "transports"}
"""The roof sends to the outside, where a transaction may not stay open: the one exception of the five beats."""
ACTIONS = [path for path in modules() if layer(path) == "actions" and name(path).split("/")[0] in APPS]


def acts(path):
    """The verbs of a module: called with keywords only. What takes a row by position is a piece of an act."""
    return [one for one in public_functions(path) if not one.args.args and one in tree(path).body]


def decorated(function):
    return any(ast.unparse(decorator).split("(")[0] == "act" for decorator in function.decorator_list)


def test_an_act_is_one_transaction():
    known = {f"{path.stem}.{one.name}" for path in ACTIONS for one in acts(path)}
    faults = [
        f"{name(path)}: {one.name} is not an @act and calls none"
        for path in ACTIONS
        for here in [{one.name for one in acts(path) if decorated(one)}]
        for one in acts(path)
        if not decorated(one) and not set(called(one)) & (known | here)
    ]
    assert not faults, "\n".join(faults)


def test_an_act_is_told_when():
    faults = [
        f"{name(path)}: {one.name} must be told `at` what time it is"
        for path in ACTIONS
        for one in acts(path)
        if "at" not in {argument.arg for argument in one.args.kwonlyargs}
    ]
    assert not faults, "\n".join(faults)


def test_an_act_opens_no_transaction_of_its_own():
    faults = [name(path) for path in ACTIONS if "transaction.atomic" in set(called(tree(path)))]
    assert not faults, "\n".join(["Leave the transaction to @act:", *faults])
