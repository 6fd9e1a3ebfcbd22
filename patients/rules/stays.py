"""When a stay may be admitted, placed, moved, discharged, and a movement undone."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Movement, MovementKind, Placement, Stay, StayState
from patients.queries import movements, placements
from patients.rules import beds as bed_rules
from wards.models import DAY_KINDS, Bed, BedKind, Unit

CLOCK_DRIFT = timedelta(minutes=2)
"""How far a ward PC's clock may run ahead before a time counts as in the future."""


def check_time(stay: Stay, *, at: datetime, now: datetime) -> None:
    """Raise ``Invalid`` for an effective time in the future, before the birth, or before what already happened."""
    if at > now + CLOCK_DRIFT:
        raise Invalid(
            _("L’heure effective (%s) est dans le futur. Indiquer l’heure réelle.") % moment(at, now=now),
            code="in_the_future",
            field="effective_at",
        )
    if (
        stay.patient.birth_date
        and f"{timezone.localdate(at):%Y-%m-%d}"[: len(stay.patient.birth_date)] < stay.patient.birth_date
    ):
        raise Invalid(_("L’heure effective précède la naissance."), code="before_birth", field="effective_at")
    last = movements.last(stay)
    if last is not None and last.kind != MovementKind.PREADMISSION and at < last.effective_at:
        raise Invalid(
            _("L’heure effective précède le dernier mouvement (%(kind)s, %(at)s).")
            % {"kind": last.get_kind_display().lower(), "at": moment(last.effective_at, now=now)},
            code="before_last_movement",
            field="effective_at",
        )


def after_last(stay: Stay, at: datetime) -> datetime:
    """``at``, or the last movement's time when both fall in the same minute: people type hours and minutes only."""
    last = movements.last(stay)
    if last is None or last.kind == MovementKind.PREADMISSION:
        return at
    same_minute = at < last.effective_at and at.replace(second=0, microsecond=0) == last.effective_at.replace(
        second=0, microsecond=0
    )
    return last.effective_at if same_minute else at


def check_present(stay: Stay, *, now: datetime) -> None:
    """Raise ``Conflict`` with the reason unless the patient is in the hospital."""
    match stay.state:
        case StayState.DISCHARGED:
            left = moment(stay.discharged_at, now=now) if stay.discharged_at else ""
            raise Conflict(_("Ce patient est sorti (%s).") % left, code="stay_discharged")
        case StayState.EXPECTED:
            raise Conflict(_("Ce patient n’est pas encore arrivé."), code="stay_expected")
        case StayState.CANCELLED:
            raise Conflict(_("Ce séjour est annulé."), code="stay_cancelled")


def check_here(stay: Stay, permission: Permission, *, by: User | None, now: datetime) -> Placement | None:
    """Raise unless the patient is present and ``by`` may do this in the unit where they are; return where that is."""
    check_present(stay, now=now)
    place = placements.current(stay, at=now)
    unit_id = place.unit_id if place else stay.unit_id
    rules.check(by, permission, unit_id=unit_id)
    return place


def check_not_elsewhere(stay: Stay, unit: Unit | None, bed: Bed | None, *, at: datetime, now: datetime) -> None:
    """Raise ``Conflict`` when another stay has the patient in a bed; a day unit's chair may be held beside one."""
    exempt = bed.kind != BedKind.BED if bed else unit is not None and unit.kind in DAY_KINDS
    other = None if exempt else placements.elsewhere(stay, after=at)
    if other is not None:
        facts = {"unit": other.unit, "since": moment(other.starts_at, now=now)}
        raise Conflict(
            _("Ce patient est déjà installé en %(unit)s depuis %(since)s, dans un autre séjour.") % facts,
            code="patient_elsewhere",
        )


def check_admit(stay: Stay, unit: Unit, bed: Bed | None, *, by: User | None, at: datetime, now: datetime) -> None:
    """Raise unless ``by`` may record the arrival of an expected patient, in ``bed`` when one is given."""
    rules.check(by, Permission.PLACE, unit_id=unit.pk)
    if stay.state == StayState.PRESENT:
        raise Conflict(_("Ce patient est déjà entré."), code="stay_present")
    if stay.state != StayState.EXPECTED:
        check_present(stay, now=now)
    check_time(stay, at=at, now=now)
    check_not_elsewhere(stay, unit, bed, at=at, now=now)
    if bed is not None:
        bed_rules.check_given(bed, stay, by=by, at=at, now=now)


def check_move(stay: Stay, to: Bed, *, by: User | None, at: datetime, now: datetime) -> None:
    """Raise unless ``by`` may install the patient in the bed ``to`` from ``at`` on."""
    place = check_here(stay, Permission.PLACE, by=by, now=now)
    if place is not None and place.bed_id == to.pk:
        raise Conflict(_("Ce patient est déjà dans le lit %s.") % to, code="same_bed", field="bed")
    check_time(stay, at=at, now=now)
    check_not_elsewhere(stay, to.room.unit, to, at=at, now=now)
    bed_rules.check_given(to, stay, by=by, at=at, now=now)


def check_discharge(stay: Stay, *, by: User | None, at: datetime, now: datetime) -> None:
    """Raise unless ``by`` may record that the patient left at ``at``. Nothing that is missing ever prevents it."""
    check_here(stay, Permission.DISCHARGE, by=by, now=now)
    check_time(stay, at=at, now=now)


def check_expected_at(stay: Stay, expected_at: datetime | None) -> None:
    """Raise ``Invalid`` for a discharge expected before the arrival."""
    came_at = stay.admitted_at or stay.expected_at
    if expected_at is not None and came_at is not None and expected_at < came_at:
        raise Invalid(_("La sortie prévue précède l’entrée."), code="before_admission", field="expected_at")


def check_expect(stay: Stay, *, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may set the expected discharge."""
    if stay.state == StayState.EXPECTED:
        rules.check(by, Permission.EXPECT_DISCHARGE, unit_id=stay.unit_id)
        return
    check_here(stay, Permission.EXPECT_DISCHARGE, by=by, now=now)


UNDO_WINDOW = timedelta(days=1)
"""How long after it was said an act can be taken back with one key; later it is for the admissions office."""

UNDO_PERMISSIONS = {
    MovementKind.PREADMISSION: Permission.REGISTER,
    MovementKind.ADMISSION: Permission.PLACE,
    MovementKind.TRANSFER: Permission.PLACE,
    MovementKind.DISCHARGE: Permission.DISCHARGE,
}


def check_undo(movement: Movement, stay: Stay, *, by: User | None, now: datetime) -> None:
    """Raise unless the movement is the last one standing and the place it gives back is still free."""
    if movement.cancelled_at is not None:
        raise Conflict(_("Cet acte est déjà annulé."), code="already_cancelled")
    if now - movement.entered_at > UNDO_WINDOW:
        raise Conflict(_("Cet acte date de plus d’un jour : il ne s’annule plus ici."), code="too_old")
    standing = movements.in_order(stay)
    if standing[-1].pk != movement.pk:
        raise Conflict(_("Un acte plus récent en dépend : annuler d’abord le dernier."), code="not_last")
    before = next((m for m in reversed(standing[:-1]) if m.unit_id), None)
    unit_id = movement.unit_id or (before.unit_id if before else stay.unit_id)
    rules.check(by, UNDO_PERMISSIONS[MovementKind(movement.kind)], unit_id=unit_id)
    if before is None or movement.kind in (MovementKind.PREADMISSION, MovementKind.ADMISSION):
        return
    if before.bed is not None:
        bed_rules.check_exists(before.bed, at=now)
        bed_rules.check_open(before.bed, at=now)
        bed_rules.check_unoccupied(before.bed, stay, by=by, at=movement.effective_at, now=now)
    check_not_elsewhere(stay, before.unit, before.bed, at=movement.effective_at, now=now)
