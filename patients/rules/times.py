"""When something can have happened."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.dates import moment
from amh.core.errors import Invalid
from patients.models import Movement, MovementKind, Patient, Stay
from patients.queries import movements

CLOCK_DRIFT = timedelta(minutes=2)
"""How far a ward PC's clock may run ahead before a time counts as in the future."""


def check_time(stay: Stay, *, at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` for an effective time in the future, before the birth, or before what already happened."""
    check_moment(stay.patient, at=at, now=now)
    check_order(movements.last(stay), at=at, now=now)


def check_moment(patient: Patient, *, at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` for an effective time in the future or before the birth."""
    if at.timestamp() > now.timestamp() + CLOCK_DRIFT.total_seconds():
        raise Invalid(
            _("L’heure effective (%s) est dans le futur. Indiquer l’heure réelle.") % moment(at, now=now),
            code="in_the_future",
            field="effective_at",
        )
    born = patient.birth_date
    if born and f"{timezone.localdate(at):%Y-%m-%d}"[: len(born)] < born:
        raise Invalid(_("L’heure effective précède la naissance."), code="before_birth", field="effective_at")


def check_order(last: Movement | None, *, at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` for an effective time before ``last``, what happened last."""
    if last is not None and last.kind != MovementKind.PREADMISSION and at < last.effective_at:
        raise Invalid(
            _("L’heure effective précède le dernier mouvement (%(kind)s, %(at)s).")
            % {"kind": last.get_kind_display().lower(), "at": moment(last.effective_at, now=now)},
            code="before_last_movement",
            field="effective_at",
        )


def after_last(stay: Stay, at: datetime) -> datetime:
    """``at``, or the last movement's time when both fall in the same minute: people type hours and minutes only.

    In universal time: on the night when the clock goes back, an hour of the ward's clock comes twice.
    """
    at, last = at.astimezone(UTC), movements.last(stay)
    if last is None or last.kind == MovementKind.PREADMISSION:
        return at
    before = last.effective_at.astimezone(UTC)
    same_minute = at < before and at.replace(second=0, microsecond=0) == before.replace(second=0, microsecond=0)
    return before if same_minute else at
