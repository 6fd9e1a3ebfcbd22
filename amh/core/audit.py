"""Who did, and who looked: one line for each act and one for each opening of patient data."""

from datetime import datetime
from typing import Any

from django.db import models

from amh.core.models import AccessKind, AccessTrace, AuditEntry, User


def record(
    action: str, *, subject: models.Model, by: User | None, at: datetime, patient_id: int | None = None, **params: Any
) -> None:
    """Write that ``by`` did ``action`` on ``subject``; ``params`` are codes and ids, never sentences or names."""
    AuditEntry.objects.create(
        action=action,
        subject_type=subject._meta.label_lower,  # noqa: SLF001 - Django documents _meta
        subject_id=subject.pk,
        patient_id=patient_id,
        by=by,
        at=at,
        params=params,
    )


def trace(
    page: str,
    *,
    by: User,
    at: datetime,
    ip: str | None,
    kind: AccessKind = AccessKind.LIST,
    patient_id: int | None = None,
    stay_id: int | None = None,
    unit_id: int | None = None,
    exceptional_access_id: int | None = None,
    count: int = 0,
    **params: Any,
) -> None:
    """Write that ``by`` read ``page``: a list once with filters and row count, a patient's page once per patient.

    With a patient it is an opening unless ``kind`` says that it was printed or exported.
    """
    opened = kind == AccessKind.LIST and patient_id is not None
    AccessTrace.objects.create(
        page=page,
        by=by,
        role=by.role,
        at=at,
        ip=ip,
        kind=AccessKind.OPEN if opened else kind,
        patient_id=patient_id,
        stay_id=stay_id,
        unit_id=unit_id,
        exceptional_access_id=exceptional_access_id,
        count=count,
        params=params,
    )
