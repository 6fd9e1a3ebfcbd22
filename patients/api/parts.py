"""What the resources about one part of a record share: they open as the whole record does."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from patients.api.records import Records
from patients.models import Patient
from patients.queries import scopes

M = TypeVar("M", bound=Model)
PATIENTS = Patient.objects.filter(cancelled_at=None, merged_into=None)
"""Those of whom a body may name one; the rule of the act asks for the right."""


class Parts(Records[M]):
    """Rows of the records that open to the reader; listed for one patient, that record is opened."""

    def get_queryset(self) -> QuerySet[M]:
        """Rows of the people whose record opens."""
        open_ = scopes.records(to=self.by, at=self.at)
        return super().get_queryset().filter(patient__in=open_.values("pk")).order_by("-pk")

    def trace(self, **facts: Any) -> None:
        """Write which record was opened, when the list is that of one patient and holds anything."""
        asked = self.request.query_params.get("patient")
        if self.action == "list" and asked and facts["count"]:
            facts["patient_id"] = int(asked)
        super().trace(**facts)
