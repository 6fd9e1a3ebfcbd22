"""When something can have happened."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.dates import moment
from amh.core.errors import Invalid
from patients.models import Movement, MovementKind, Patient, Stay
from patients.models.movements import RANKS
from patients.queries import movements

AN_INSTANT = timedelta(microseconds=1)
CLOCK_DRIFT = timedelta(minutes=2)
"""How far a ward PC's clock may run ahead before a time counts as in the future."""
FARTHEST = timedelta(days=366)
"""How far ahead people plan: what is beyond has a wrong year."""


def check_time(stay: Stay, *, at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` for an effective time in the future, before the birth, or before what already happened."""
    check_moment(stay.patient, at=at, now=now)
    check_order(movements.last(stay), at=at, now=now)


def check_ahead(at: datetime, *, now: datetime, field: str) -> None:
    """Raise ``Invalid`` beside ``field`` for a moment that is more than a year away."""
    if at > now + FARTHEST:
        raise Invalid(_("Cette date est à plus d’un an : vérifier l’année."), code="too_far", field=field)


def check_moment(patient: Patient, *, at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` for an effective time in the future or before the birth."""
    if at.timestamp() > now.timestamp() + CLOCK_DRIFT.total_seconds():
        raise Invalid(
            _("L’heure effective (%s) est dans le futur. Indiquer l’heure réelle.") % moment(at, now=now),
            code="in_the_future",
            field="effective_at",
        )
    if before_birth(patient, at):
        raise Invalid(_("L’heure effective précède la naissance."), code="before_birth", field="effective_at")


def before_birth(patient: Patient, at: datetime) -> bool:
    """Tell whether ``at`` is before the birth, as far as that is known."""
    born = patient.birth_date
    return f"{timezone.localdate(at):%Y-%m-%d}"[: len(born)] < born


def check_order(last: Movement | None, *, at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` for an effective time before ``last``, what happened last."""
    if last is not None and last.kind != MovementKind.PREADMISSION and at < last.effective_at:
        raise Invalid(
            _("L’heure effective précède le dernier mouvement (%(kind)s, %(at)s).")
            % {"kind": last.get_kind_display().lower(), "at": moment(last.effective_at, now=now)},
            code="before_last_movement",
            field="effective_at",
        )


def after_last(stay: Stay, at: datetime, kind: MovementKind) -> datetime:
    """``at``, or the last movement's time when both fall in the same minute: people type hours and minutes only.

    An instant later where the ledger would else put a movement of this ``kind`` before that one. In universal time: on
    the night when the clock goes back, an hour of the ward's clock comes twice.
    """
    return after(movements.last(stay), at, kind)


def after(last: Movement | None, at: datetime, kind: MovementKind) -> datetime:
    """The same, for a movement that is known to be the one before."""
    at = at.astimezone(UTC)
    if last is None or last.kind == MovementKind.PREADMISSION:
        return at
    before = last.effective_at.astimezone(UTC)
    if at > before or at.replace(second=0, microsecond=0) != before.replace(second=0, microsecond=0):
        return at
    told_before = RANKS[kind] < RANKS[MovementKind(last.kind)] and kind != MovementKind.DEPARTURE
    return before + AN_INSTANT if told_before else before
