"""Whom a row is about, in a few words."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from patients.models import Patient

MASK = _("Identité protégée")

HIDDEN = {
    "birth_name",
    "first_names",
    "used_name",
    "used_first_name",
    "birth_date",
    "lunar_birth_date",
    "birth_place",
    "identity_document",
    "phone",
    "mobile",
    "email",
    "address",
    "health_record",
}
"""Traits of a protected person that are answered empty."""


class PersonRow(serializers.ModelSerializer[Patient]):
    """Whom a row is about, in a few words; people of SEC-8 are masked for everyone."""

    name = serializers.CharField(source="display_name", read_only=True)

    class Meta:
        model = Patient
        fields = ["id", "name", "birth_date", "sex", "protected"]
        read_only_fields = fields

    def to_representation(self, instance: Patient) -> dict[str, Any]:
        """The row, masked where it must be: a query that knows of protected stays says so as ``hidden``."""
        row: dict[str, Any] = super().to_representation(instance)
        return masked(row) if instance.protected or getattr(instance, "hidden", False) else row


def masked(row: dict[str, Any]) -> dict[str, Any]:
    """The same row without what would tell who it is."""
    hidden = dict.fromkeys(HIDDEN & row.keys(), "") | {"name": str(MASK), "sex": "U"}
    return row | hidden | ({"identifiers": []} if "identifiers" in row else {})
