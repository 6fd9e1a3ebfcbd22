"""What another system announces of a stay: a bed to keep, a sure exit, who answers for the patient from then on."""

from contextlib import suppress
from datetime import datetime

from amh.core import audit
from amh.core.errors import Conflict, Refusal
from amh.core.transactions import act, apart
from patients.actions import expected_discharges, introductions, notices, reservations
from patients.models import (
    Announcement,
    AnnouncementKind,
    Certainty,
    MovementKind,
    Stay,
    StayState,
)
from patients.queries import locks
from patients.rules.stays import ALIVE
from patients.tellings import Announced, Person, Visit


@act
def announce(
    *, person: Person, visit: Visit, announced: Announced, at: datetime, only_known: bool = False
) -> Announcement | None:
    """Write what is to come of a stay. ``None`` when it says nothing new. Raises what ``follow`` does."""
    patient = introductions.introduce(person=person, at=at)
    stay = notices.stay_of(patient, visit, MovementKind.TRANSFER)
    if only_known:
        notices.check_known(stay is not None and _known(stay, announced) is not None)
    stay = locks.stay((stay or notices.open_stay(patient, visit, announced.unit)).pk)
    notices.complete_stay(stay, visit, None, at=at)
    return _write(stay, announced, at=at)


@act
def withdraw(*, person: Person, visit: Visit, announced: Announced, at: datetime) -> Announcement | None:
    """Take back what was to come: by its number, else the last of its kind. Raises what ``retract`` does."""
    patient = introductions.introduce(person=person, at=at)
    stay = locks.stay(notices.of_patient(patient, notices.cancelled_stay(patient, visit)).pk)
    rows = stay.announcements.standing().filter(kind=announced.kind)
    row = _known(stay, announced) or max(rows, key=lambda one: one.order, default=None)
    if row is None:
        raise Conflict(str(notices.NOTHING), code="nothing_to_cancel")
    if row.cancelled_at is not None:
        return None
    notices.complete_stay(stay, visit, None, at=at)
    _strike(stay, row, at=at)
    return row


SAID = ("effective_at", "unit", "bed", "practitioner")


def _known(stay: Stay, announced: Announced) -> Announcement | None:
    """The announcement under this number; without one, that of the same kind and time."""
    rows = stay.announcements.filter(kind=announced.kind, domain=announced.domain, number=announced.number)
    return (rows if announced.number else rows.filter(effective_at=announced.effective_at)).first()


def _write(stay: Stay, announced: Announced, *, at: datetime) -> Announcement | None:
    """Write what is announced of a locked stay, with what follows from it; ``None`` when it says nothing new."""
    row = _known(stay, announced)
    said = {name: getattr(announced, name) for name in SAID}
    if row is not None and (row.cancelled_at or all(getattr(row, name) == value for name, value in said.items())):
        return None
    row = row or Announcement(stay=stay, kind=announced.kind, domain=announced.domain, number=announced.number)
    for name, value in said.items():
        setattr(row, name, value)
    row.entered_at = at
    row.save()
    _follow(stay, row, action="stay.announce", at=at)
    return row


def _strike(stay: Stay, row: Announcement, *, at: datetime) -> None:
    """Take an announcement of a locked stay back, with what follows from it."""
    row.cancelled_at = at
    row.save(update_fields=["cancelled_at"])
    _follow(stay, row, action="stay.withdraw_announcement", at=at)


def _follow(stay: Stay, row: Announcement, *, action: str, at: datetime) -> None:
    standing = stay.announcements.standing().filter(kind=row.kind).select_related("unit", "bed__room", "practitioner")
    holds = max(standing, key=lambda one: one.order, default=None)
    EFFECTS[AnnouncementKind(row.kind)](stay, row, holds, at)
    facts = {"announcement": row.pk, "kind": row.kind, "effective_at": row.effective_at.isoformat()}
    audit.record(action, subject=stay, by=None, at=at, patient_id=stay.patient_id, **facts)


def _keep_bed(stay: Stay, row: Announcement, holds: Announcement | None, at: datetime) -> None:
    """Keep the bed that holds, if it can be; one that cannot is announced all the same, and nobody is held up."""
    kept = row.reservation
    if kept is not None and kept.released_at is None and (row.cancelled_at or row != holds or kept.bed != row.bed):
        reservations.release(reservation=kept, by=None, at=at)
    if holds is None or holds.bed is None or (holds.reservation and holds.reservation.bed_id == holds.bed_id):
        return
    with suppress(Refusal), apart():
        when = max(holds.effective_at, at)
        holds.reservation = reservations.reserve(stay=stay, bed=holds.bed, expected_at=when, by=None, at=at)
        holds.save(update_fields=["reservation"])


def _expect(stay: Stay, row: Announcement, holds: Announcement | None, at: datetime) -> None:
    """The date is sure; taken back, the one from before it is true again unless somebody has said another since."""
    if stay.state not in {StayState.EXPECTED, *ALIVE}:
        return
    if holds is not None:
        _say(stay, holds.effective_at, Certainty.CERTAIN, at=at)
    elif stay.expected_discharge_at == row.effective_at:
        announced = {"certainty": Certainty.CERTAIN, "entered_by": None}
        was = stay.expected_discharges.exclude(**announced).order_by("pk").last()
        expected_at, certainty = (was.expected_at, was.certainty) if was else (None, Certainty.POSSIBLE)
        _say(stay, expected_at, Certainty(certainty), at=at)


def _say(stay: Stay, expected_at: datetime | None, certainty: Certainty, *, at: datetime) -> None:
    expected_discharges.expect(stay=stay, expected_at=expected_at, certainty=certainty, by=None, at=at)


def _answer_for(stay: Stay, row: Announcement, holds: Announcement | None, at: datetime) -> None:
    if holds is not None and holds.practitioner is not None:
        stay.practitioner = holds.practitioner
        stay.save(update_fields=["practitioner"])


EFFECTS = {
    AnnouncementKind.TRANSFER: _keep_bed,
    AnnouncementKind.DISCHARGE: _expect,
    AnnouncementKind.PHYSICIAN: _answer_for,
}
