"""The people around a patient."""

from django.db.models import Case, IntegerField, Value, When

from patients.models import Contact, ContactRole, Patient

ORDER = (
    ContactRole.NOT_TO_INFORM,
    ContactRole.TRUSTED,
    ContactRole.EMERGENCY,
    ContactRole.REPRESENTATIVE,
    ContactRole.KIN,
)
"""Whom not to warn comes first: it is to be read before anybody is called (SEC-8)."""


def of(patient: Patient) -> list[Contact]:
    """Every contact of a patient, those taken off the record too; in the order in which they are to be read."""
    rank = Case(*(When(role=role, then=Value(at)) for at, role in enumerate(ORDER)), output_field=IntegerField())
    rows = Contact.objects.filter(patient=patient).select_related("stay__unit", "entered_by", "withdrawn_by")
    return list(rows.order_by(rank, "-pk"))
