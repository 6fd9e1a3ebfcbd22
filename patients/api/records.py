"""What the resources about patients share: the scope of the reader, and the trace of every reading (SEC-4)."""

from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core import audit, requests
from amh.core.api.filters import Filters
from amh.core.api.resources import Resource
from amh.core.roles import Permission
from patients.models import Stay
from patients.queries import accesses, scopes

M = TypeVar("M", bound=Model)


class Records(Resource[M]):
    """A noun about patients. ``patient_id`` leads from a row to the patient whose record is opened with it."""

    permission = Permission.VIEW_PATIENT
    patient_id = "patient_id"
    filterset_class: type[Filters]

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page, traced once: the filters by name, never by value, and how many rows."""
        answer = super().list(request, *args, **kwargs)
        self.trace(count=len(answer.data["results"]), filters=sorted(self._filters(request)))
        return answer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row, traced as an opening of its patient's record."""
        row = self.get_object()
        stay_id = row.pk if isinstance(row, Stay) else getattr(row, "stay_id", None)
        self.trace(count=1, patient_id=attrgetter(self.patient_id)(row), stay_id=stay_id)
        return Response(self.get_serializer(row).data)

    def trace(self, **facts: Any) -> None:
        """Write that the reader opened this, and by what right they saw the patient."""
        page, patient_id = f"api.{self.basename}.{self.action}", facts.get("patient_id")
        right = accesses.grounds(patient_id, by=self.by, at=self.at) if patient_id else {}
        audit.trace(page, by=self.by, at=self.at, ip=requests.ip(self.request), **right, **facts)

    def stays(self) -> QuerySet[Stay]:
        """Stays that the reader may see."""
        return scopes.stays(to=self.by, at=self.at)

    def _filters(self, request: Request) -> set[str]:
        return set(request.query_params) & set(self.filterset_class.base_filters)
