"""Whose name is shown to nobody: people who are protected, and those of whom a stay is (SEC-8)."""

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from amh.core.models import AuditEntry
from patients.models import Stay


def hidden(path: str = "") -> Q:
    """The condition of hidden people, on patients, or on rows that lead to one by ``path`` (``patient__``)."""
    stays = Stay.objects.filter(patient=OuterRef(f"{path}pk"), protected=True)
    return Q(**{f"{path}protected": True}) | Q(Exists(stays))


def is_received(stay: Stay) -> bool:
    """Tell whether another system asked to hide this stay, and nobody here has given a reason since."""
    entries = AuditEntry.objects.filter(subject_type="patients.stay", subject_id=stay.pk, action="stay.protect")
    newest = entries.order_by("-pk").first()
    return newest is not None and newest.by_id is None


def is_hidden(path: str = "") -> ExpressionWrapper:
    """The same, as a value to read with each row."""
    return ExpressionWrapper(hidden(path), output_field=BooleanField())
