"""Acts on a bed that may hold a patient: clean, close, reopen, and the undo of a cleaning."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from amh.core import audit
from amh.core.errors import Conflict
from amh.core.models import User
from amh.core.transactions import act
from patients import events
from patients.actions import closures
from patients.queries import locks, placements
from patients.rules import beds as rules
from patients.rules import closures as closure_rules
from wards.models import Bed, Cleaning, Closure, ClosureKind, ClosureReason


@act
def clean(*, bed: Bed, by: User | None, at: datetime) -> Cleaning:
    """Record that the bed is clean. Raises ``Conflict`` while somebody lies in it, ``Denied`` without the right."""
    bed = locks.beds([bed.pk])[bed.pk]
    rules.check_clean(bed, by=by, at=at)
    cleaning = Cleaning.objects.create(bed=bed, done_at=at, done_by=by, entered_at=at)
    audit.record("bed.clean", subject=bed, by=by, at=at, cleaning=cleaning.pk)
    events.board_changed(beds=[bed.pk], at=at)
    return cleaning


@act
def undo_clean(*, cleaning: Cleaning, by: User | None, at: datetime) -> None:
    """Take a cleaning back. Raises ``Conflict`` when somebody lies in the bed since or it was taken back already."""
    bed = locks.beds([cleaning.bed_id])[cleaning.bed_id]
    cleaning = Cleaning.objects.get(pk=cleaning.pk)
    rules.check_clean(bed, by=by, at=at)
    if cleaning.cancelled_at is not None:
        raise Conflict(_("Cet acte est déjà annulé."), code="already_cancelled")
    cleaning.cancelled_at, cleaning.cancelled_by = at, by
    cleaning.save(update_fields=["cancelled_at", "cancelled_by"])
    audit.record("bed.undo_clean", subject=bed, by=by, at=at, cleaning=cleaning.pk)
    events.board_changed(beds=[bed.pk], at=at)


def close(
    *,
    bed: Bed,
    reason: ClosureReason,
    by: User | None,
    at: datetime,
    starts_at: datetime | None = None,
    until: datetime | None = None,
    kind: ClosureKind = ClosureKind.CLOSED,
) -> Closure:
    """Close one bed; several, a room or a unit: see ``closures``. Raises what ``closures.close`` raises."""
    return closures.close(beds=[bed], reason=reason, by=by, at=at, starts_at=starts_at, until=until, kind=kind)[0]


@act
def reopen(*, bed: Bed, by: User | None, at: datetime) -> None:
    """End what closes the bed at this moment. Raises ``Conflict`` when it is open, ``Denied`` without the right."""
    bed = locks.beds([bed.pk])[bed.pk]
    closure_rules.check_reopen(bed, by=by, at=at)
    ended = Closure.objects.filter(placements.reaching(at), bed=bed, starts_at__lte=at)
    was = dict(ended.values_list("pk", "ends_at"))
    ended.update(ends_at=at)
    for pk, end in was.items():
        ends: dict[str, Any] = {"was": end and end.isoformat(), "until": at.isoformat()}
        audit.record("bed.reopen", subject=bed, by=by, at=at, closure=pk, **ends)
    events.board_changed(beds=[bed.pk], at=at)
