"""What the database itself holds, for every table of ours."""

import pytest
from django.apps import apps
from django.db import connection

OURS = {"core", "wards", "patients", "transports", "interop"}
MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in OURS and "pgh_label" not in {field.name for field in model._meta.local_fields}
]
LABELS = [model._meta.label for model in MODELS]

# An index is of use for a foreign key when the key is its first column.
UNINDEXED = """
SELECT conrelid::regclass::text || '.' || attname FROM pg_constraint
JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
WHERE contype = 'f' AND conrelid::regclass::text ~ %s
  AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = conrelid AND indkey[0] = conkey[1])
"""


@pytest.mark.parametrize("model", MODELS, ids=LABELS)
def test_choices_are_pinned_by_a_check_constraint(model):
    conditions = " ".join(str(getattr(one, "condition", "")) for one in model._meta.constraints)
    faults = [
        field.name
        for field in model._meta.local_fields
        if field.choices and not hasattr(field, "expression") and f"'{field.name}__in'" not in conditions
    ]
    assert set(faults) <= FOLLOWED.get(model._meta.label, set()), (
        f"{model._meta.label}: let a check constraint pin {', '.join(faults)}."
    )


FOLLOWED = {"patients.Stay": {"expected_discharge_certainty"}}
"""Copies of a value that a constraint pins where it was first written."""


@pytest.mark.django_db
def test_every_foreign_key_is_indexed():
    with connection.cursor() as cursor:
        cursor.execute(UNINDEXED, [f"^({'|'.join(OURS)})_(?!.*event$)"])
        faults = [row[0] for row in cursor.fetchall()]
    assert not faults, f"Deleting or joining would read the whole table: {faults}"


@pytest.mark.django_db
@pytest.mark.parametrize("model", [m for m in MODELS if m._meta.app_label in {"wards", "patients"}])
def test_every_row_of_the_ward_keeps_its_history(model):
    events = f"{model._meta.db_table}event"
    insert_only = any(trigger.name == "insert_only" for trigger in getattr(model._meta, "triggers", []))
    assert insert_only or events in connection.introspection.table_names(), (
        f"{model._meta.label}: decorate it with @tracked()."
    )
