"""The transition tables: what is not written is refused, and every state is pinned in the database."""

from itertools import product

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import CheckConstraint, Model
from django.utils import translation

from amh.core import diagrams
from amh.core.errors import Conflict
from amh.core.management.commands.states import PAGE
from amh.core.states import TABLES

OWN = {"core", "wards", "patients", "transports", "interop", "board", "demo"}


def stateful() -> list[type[Model]]:
    """Our models with a state of their own; the tables of history keep what those allowed."""
    models = [model for model in apps.get_models() if model._meta.app_label in OWN]
    fields = {model: {field.name for field in model._meta.get_fields()} for model in models}
    return [model for model in models if "state" in fields[model] and "pgh_label" not in fields[model]]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_pair_that_is_not_written_is_refused_in_words(table):
    labels = dict(table.states.choices)
    for old, new in product(table.states.values, repeat=2):
        if table.allows(old, new):
            table.check(old, new)
            continue
        with pytest.raises(Conflict) as refused:
            table.check(old, new)
        assert refused.value.code == "transition_refused"
        assert refused.value.sentence == f"Impossible : de « {labels[old]} » on ne passe pas à « {labels[new]} »."


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_names_only_its_states(table):
    assert set(table.allowed) == set(table.states.values)
    assert {new for news in table.allowed.values() for new in news} <= set(table.states.values)


@pytest.mark.parametrize("model", stateful(), ids=lambda model: model._meta.label)
def test_a_state_has_a_table_and_a_check_constraint(model):
    states = {value for value, _label in model._meta.get_field("state").choices}
    assert any(set(table.states.values) == states for table in TABLES.values()), (
        f"{model._meta.label} has a state: write its transitions beside the enum."
    )
    pinned = [
        one for one in model._meta.constraints if isinstance(one, CheckConstraint) and "state__in" in str(one.condition)
    ]
    assert pinned, f"{model._meta.label}: let a check constraint pin the states."


def test_the_diagrams_are_current():
    with translation.override("fr"):
        assert PAGE.read_text(encoding="utf-8") == diagrams.page(TABLES), (
            "Run `manage.py states` and commit docs/states.md."
        )


def test_the_command_writes_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("amh.core.management.commands.states.PAGE", tmp_path / "states.md")
    call_command("states")
    assert (tmp_path / "states.md").read_text(encoding="utf-8") == PAGE.read_text(encoding="utf-8")
