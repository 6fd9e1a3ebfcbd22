"""When a stay may be admitted, placed, moved, discharged; who is in the hospital, and where."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment, when
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import HERE, ExitMode, Placement, Stay, StayState
from patients.queries import placements
from patients.rules import beds as bed_rules
from patients.rules import records
from patients.rules.times import check_ahead, check_time
from wards.models import DAY_KINDS, Bed, BedKind, Unit

ALIVE = HERE - {StayState.DECEASED}
"""States of somebody who is in the hospital’s care."""
NAMERS = (Permission.REGISTER, Permission.COMPLETE_RECORD)
"""Who may name the physician responsible for a stay."""


def check_state(stay: Stay, *allowed: StayState, now: datetime) -> None:
    """Raise ``Conflict`` that says how it is with the patient, unless the stay is in one of these states."""
    if stay.state in allowed:
        return
    match stay.state:
        case StayState.DISCHARGED:
            left = moment(stay.discharged_at, now=now) if stay.discharged_at else ""
            sentence = _("Ce patient est sorti (%s).") % left
        case StayState.EXPECTED:
            sentence = _("Ce patient n’est pas encore arrivé.")
        case StayState.CANCELLED:
            sentence = _("Ce séjour est annulé.")
        case StayState.ON_LEAVE:
            sentence = _("Ce patient est en permission : enregistrer d’abord son retour.")
        case StayState.LOUNGE:
            sentence = _("Ce patient est au salon de sortie : lui rendre d’abord un lit.")
        case StayState.DECEASED:
            sentence = _("Ce patient est décédé : seul le départ du corps reste à enregistrer.")
        case _:
            sentence = _("Ce patient est présent dans l’unité.")
    raise Conflict(sentence, code=f"stay_{stay.state}")


def check_here(
    stay: Stay,
    permission: Permission,
    *,
    by: User | None,
    now: datetime,
    states: Collection[StayState] = ALIVE,
) -> Placement | None:
    """Raise unless ``by`` may do this in the unit where the patient is, and the patient is here; return where that is.

    Who has no such right is not told how it is with the patient.
    """
    place = check_right(stay, permission, by=by, now=now)
    check_state(stay, *states, now=now)
    return place


def check_right(stay: Stay, permission: Permission, *, by: User | None, now: datetime) -> Placement | None:
    """Raise ``Denied`` unless ``by`` may do this in the unit of the patient, now or last; return where they are."""
    place = placements.current(stay, at=now)
    rules.check(by, permission, unit_id=place.unit_id if place else stay.unit_id)
    return place


def check_not_elsewhere(
    stay: Stay,
    unit: Unit | None,
    bed: Bed | None,
    *,
    at: datetime,
    now: datetime,
    until: datetime | None = None,
    besides: Collection[int] = (),
) -> None:
    """Raise ``Conflict`` when another stay has the patient in a bed; a day unit's chair may be held beside one."""
    if bed.kind != BedKind.BED if bed else unit is not None and unit.kind in DAY_KINDS:
        return
    others = placements.held(patient_ids=[stay.patient_id], after=at, until=until, besides={stay.pk, *besides})
    other = next((one for one in others if one.starts_at <= max(at, now)), None)
    if other is not None:
        facts = {"unit": other.unit, "since": moment(other.starts_at, now=now)}
        raise Conflict(
            _("Ce patient est déjà installé en %(unit)s depuis %(since)s, dans un autre séjour.") % facts,
            code="patient_elsewhere",
        )


def check_admit(stay: Stay, unit: Unit, bed: Bed | None, *, by: User | None, at: datetime, now: datetime) -> None:
    """Raise unless ``by`` may record the arrival of an expected patient, in ``bed`` when one is given."""
    rules.check(by, Permission.PLACE, unit_id=unit.pk)
    if stay.state in HERE:
        raise Conflict(_("Ce patient est déjà entré."), code="stay_present")
    check_state(stay, StayState.EXPECTED, now=now)
    check_time(stay, at=at, now=now)
    check_not_elsewhere(stay, unit, bed, at=at, now=now)
    if bed is None:
        bed_rules.check_unit_exists(unit, at=now)
    else:
        bed_rules.check_given(bed, stay, by=by, at=at, now=now)


def check_move(stay: Stay, to: Bed, *, by: User | None, at: datetime, now: datetime) -> None:
    """Raise unless ``by`` may install the patient in the bed ``to`` from ``at`` on."""
    place = check_here(stay, Permission.PLACE, by=by, now=now)
    if place is not None and place.bed_id == to.pk:
        raise Conflict(_("Ce patient est déjà dans le lit %s.") % to, code="same_bed", field="bed")
    check_time(stay, at=at, now=now)
    check_not_elsewhere(stay, to.room.unit, to, at=at, now=now)
    bed_rules.check_given(to, stay, by=by, at=at, now=now)


def check_wait(stay: Stay, unit: Unit, *, by: User | None, at: datetime, now: datetime) -> None:
    """Raise unless ``by`` may say that the patient has been in ``unit`` without a bed since ``at``."""
    place = check_here(stay, Permission.PLACE, by=by, now=now)
    rules.check(by, Permission.PLACE, unit_id=unit.pk)
    if place is not None and (place.unit_id, place.bed_id, place.to_confirm) == (unit.pk, None, False):
        raise Conflict(_("Ce patient est déjà dans l’unité, sans lit."), code="no_bed")
    check_time(stay, at=at, now=now)
    bed_rules.check_unit_exists(unit, at=now)
    check_not_elsewhere(stay, unit, None, at=at, now=now)


def left_bed(place: Placement | None) -> Bed:
    """The bed of a place that is being left, to be kept. Raises ``Conflict`` when there is none."""
    if place is None or place.bed is None:
        raise Conflict(_("Ce patient n’a pas de lit à garder."), code="no_bed_to_keep", field="expected_at")
    return place.bed


def check_discharge(stay: Stay, *, mode: ExitMode | str, by: User | None, at: datetime, now: datetime) -> None:
    """Raise unless ``by`` may record that the patient left so at ``at``. Nothing that is missing ever prevents it.

    A body leaves by its own act (WR-14); only who is on leave may have died elsewhere, or not have come back.
    """
    check_here(stay, Permission.DISCHARGE, by=by, now=now)
    away = stay.state == StayState.ON_LEAVE
    if mode == ExitMode.NOT_RETURNED and not away:
        raise Conflict(_("Ce patient n’est pas en permission."), code="not_on_leave", field="mode")
    if mode == ExitMode.NOT_RETURNED and stay.on_leave_until is not None and stay.on_leave_until > now:
        raise Conflict(
            _("Le retour de permission est prévu %s : ce n’est pas encore l’heure.")
            % when(stay.on_leave_until, now=now),
            code="leave_not_over",
            field="mode",
        )
    if mode == ExitMode.DEATH and not away:
        raise Conflict(
            _("Enregistrer d’abord le décès : le lit reste gardé jusqu’au départ du corps."),
            code="death_first",
            field="mode",
        )
    check_time(stay, at=at, now=now)


def check_expected_at(stay: Stay, expected_at: datetime | None, *, now: datetime) -> None:
    """Raise ``Invalid`` for a discharge expected before the arrival, or more than a year away."""
    if expected_at is not None:
        check_ahead(expected_at, now=now, field="expected_at")
    came_at = stay.admitted_at or stay.expected_at
    if expected_at is not None and came_at is not None and expected_at < came_at:
        raise Invalid(_("La sortie prévue précède l’entrée."), code="before_admission", field="expected_at")


def check_expect(stay: Stay, *, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may set the expected discharge."""
    if stay.state == StayState.EXPECTED:
        rules.check(by, Permission.EXPECT_DISCHARGE, unit_id=stay.unit_id)
        return
    check_here(stay, Permission.EXPECT_DISCHARGE, by=by, now=now)


def check_assign(stay: Stay, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by``, one of ``NAMERS``, may name the physician of the stay, be it over."""
    if by is not None and not rules.may(by, Permission.REGISTER, unit_id=stay.unit_id):
        records.check_complete(stay.patient, by=by, at=at)
    check_state(stay, *set(StayState) - {StayState.CANCELLED}, now=at)
