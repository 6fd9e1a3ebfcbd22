"""The one door to a patient’s record: the right is checked, the opening traced, the merged record followed."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from amh.core import audit
from amh.core.models import AccessKind
from amh.core.requests import actor, ip
from patients.models import Patient
from patients.rules import accesses as rules


def opened(request: HttpRequest, pk: int, *, page: str, kind: AccessKind = AccessKind.OPEN, **facts: Any) -> Patient:
    """The patient whose record this person opens as ``page``, traced with ``facts`` (``stay_id``, ``document`` …).

    Raises ``Http404``, or ``Denied`` with the code ``exceptional_access_needed``. A record that was merged leads to the
    one that goes on.
    """
    by, at = actor(request), timezone.now()
    patient = get_object_or_404(Patient.objects.select_related("merged_into"), pk=pk, cancelled_at=None)
    while patient.merged_into is not None:
        patient = patient.merged_into
    access = rules.check_open(patient, by=by, at=at)
    audit.trace(
        page,
        by=by,
        at=at,
        ip=ip(request),
        kind=kind,
        patient_id=patient.pk,
        exceptional_access_id=access.pk if access else None,
        count=1,
        **facts,
    )
    return patient
