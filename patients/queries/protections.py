"""Whose name is shown to nobody: people who are protected, and those of whom a stay is (SEC-8)."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from patients.models import Stay


def hidden(path: str = "") -> Q:
    """The condition of hidden people, on patients, or on rows that lead to one by ``path`` (``patient__``)."""
    stays = Stay.objects.filter(patient=OuterRef(f"{path}pk"), protected=True)
    return Q(**{f"{path}protected": True}) | Q(Exists(stays))


def is_hidden(path: str = "") -> ExpressionWrapper:
    """The same, as a value to read with each row."""
    return ExpressionWrapper(hidden(path), output_field=BooleanField())
