"""Closures that ended by themselves."""

from datetime import datetime

from django.db.models import Exists, F, OuterRef

from amh.core.models import AuditEntry
from wards.models import Bed, Closure


def lapsed(unit_id: int, *, since: datetime, until: datetime) -> dict[int, datetime]:
    """The beds of the unit whose closure came to its planned end between the two moments, and when; one statement.

    Nobody said that they are ready: those that somebody reopened are left out, as are closures that never began.
    """
    label = Bed._meta.label_lower  # noqa: SLF001 - Django documents _meta
    reopened = AuditEntry.objects.filter(
        subject_type=label, subject_id=OuterRef("bed_id"), action="bed.reopen", at=OuterRef("ends_at")
    )
    rows = Closure.objects.filter(~Exists(reopened), bed__room__unit=unit_id, ends_at__gt=F("starts_at"))
    ended = rows.filter(ends_at__gt=since, ends_at__lte=until).order_by("ends_at")
    return {bed_id: end for bed_id, end in ended.values_list("bed_id", "ends_at") if end is not None}
