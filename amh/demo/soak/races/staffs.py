"""Who works where and when, said by two people at once."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from amh.core.actions import accounts
from amh.core.models import User
from amh.core.roles import Role
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.rounds import Round, conflict, ends, race, unless
from amh.demo.soak.wards import Ward
from patients.actions import structures
from wards.actions import absences, confirmations, covers, duties, memberships
from wards.models import Duty, DutyKind, Membership

PERSON = "the lock of the person"
"""What two acts on one person wait for."""
AWAY = ("absent", "commitments")


@race(covers.cover, absences.record, decided_by=PERSON)
def cover_against_absence(ward: Ward) -> Round:
    """Nobody covers a unit while away, unless somebody has said that they do."""
    amh = ward.colleague(Role.AMH)
    acts: list[Act] = [
        partial(covers.cover, unit=ward.unit, **_time(ward, amh)),
        partial(absences.record, **_time(ward, amh)),
    ]
    return Round(acts, ends(codes=AWAY, left=lambda: amh.covers.count() + amh.absences.count() == 1))


@race(duties.give, absences.record, decided_by=PERSON)
def duty_against_absence(ward: Ward) -> Round:
    """Nobody is on call while away, unless somebody has said that they are."""
    nurse = ward.colleague(Role.NURSE)
    acts: list[Act] = [_duty(ward, nurse), partial(absences.record, **_time(ward, nurse))]
    return Round(acts, ends(codes=AWAY, left=lambda: nurse.duties.count() + nurse.absences.count() == 1))


@race(covers.take_over, covers.take_over, decided_by=f"{PERSON}; `cover_once`")
def one_key_pressed_twice(ward: Ward) -> Round:
    """A unit is taken over once."""
    amh = ward.colleague(Role.AMH)
    pressing = partial(covers.take_over, unit=ward.unit, by=amh, at=ward.now)
    return Round([pressing] * 2, ends(codes=["covers_already"], left=lambda: amh.covers.count() == 1))


@race(covers.take_over, covers.take_over, decided_by="nothing: two may cover one unit")
def two_cover_one_unit(ward: Ward) -> Round:
    """Two people cover one unit side by side."""
    acts: list[Act] = [partial(covers.take_over, unit=ward.unit, by=by, at=ward.now) for by in ward.pair(Role.AMH)]
    return Round(acts, ends(done=2, left=lambda: ward.unit.covers.count() == 2))


@race(covers.cover, covers.take_over, decided_by=f"{PERSON}; `cover_once`")
def entrusted_against_taken(ward: Ward) -> Round:
    """A unit is entrusted to somebody who takes it over: once at any time."""
    amh = ward.colleague(Role.AMH)
    acts: list[Act] = [
        partial(covers.cover, unit=ward.unit, **_time(ward, amh)),
        partial(covers.take_over, unit=ward.unit, by=amh, at=ward.now),
    ]
    return Round(acts, ends(codes=["covers_already"], left=lambda: amh.covers.count() == 1))


@race(confirmations.confirm, confirmations.confirm, decided_by="the lock of the unit")
def two_confirm_one_board(ward: Ward) -> Round:
    """Two people confirm the board of a unit at once: that is one confirmation."""
    acts: list[Act] = [partial(confirmations.confirm, unit=ward.unit, by=by, at=ward.now) for by in ward.pair(Role.AMH)]
    return Round(acts, ends(done=2, left=lambda: ward.unit.confirmations.count() == 1))


@race(covers.end, covers.undo, decided_by=PERSON)
def end_against_undo(ward: Ward) -> Round:
    """A cover is ended and what was last said of it taken back: it is over at that hour, or goes on as it was."""
    made = covers.cover(unit=ward.unit, **_time(ward, ward.colleague(Role.AMH), at=ward.at))
    planned = made.ends_at
    acts: list[Act] = [partial(verb, cover=made, by=None, at=ward.now) for verb in (covers.end, covers.undo)]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        made.refresh_from_db()
        lost = [getattr(refused, "code", None) for refused in refusals]
        return unless((lost, made.ends_at) in ((["already_over", None], ward.now), ([None, None], planned)), str(lost))

    return Round(acts, faults)


@race(duties.end, duties.end, decided_by=PERSON)
def two_ends_of_a_duty(ward: Ward) -> Round:
    """A duty is ended once."""
    made = _duty(ward, ward.colleague(Role.NURSE), at=ward.at)()
    over = Duty.objects.filter(pk=made.pk, ends_at=ward.now)
    return Round(
        [partial(duties.end, duty=made, by=None, at=ward.now)] * 2, ends(codes=["already_over"], left=over.exists)
    )


@race(duties.give, duties.give, decided_by=f"{PERSON}; `duty_once`")
def one_duty_twice(ward: Ward) -> Round:
    """A duty is given once."""
    nurse = ward.colleague(Role.NURSE)
    return Round([_duty(ward, nurse)] * 2, ends(codes=["on_duty_already"], left=lambda: nurse.duties.count() == 1))


@race(duties.undo, duties.give, decided_by=f"{PERSON}; `duty_once`")
def undo_against_duty(ward: Ward) -> Round:
    """A duty that was ended comes back, or another is given: one at any time."""
    nurse = ward.colleague(Role.NURSE)
    made = _duty(ward, nurse, at=ward.at)()
    duties.end(duty=made, by=None, at=ward.at)
    going_on = Duty.objects.filter(user=nurse, ends_at__gt=ward.now)
    acts: list[Act] = [partial(duties.undo, duty=made, by=None, at=ward.now), _duty(ward, nurse)]
    return Round(acts, ends(codes=["on_duty_already"], left=lambda: going_on.count() == 1))


@race(absences.record, absences.record, decided_by=f"{PERSON}; `absence_once`")
def one_absence_twice(ward: Ward) -> Round:
    """An absence is noted once."""
    amh = ward.colleague(Role.AMH)
    noting = partial(absences.record, **_time(ward, amh))
    return Round([noting] * 2, ends(codes=["absent_already"], left=lambda: amh.absences.count() == 1))


@race(absences.cut_short, absences.undo, decided_by=PERSON)
def cut_against_undo(ward: Ward) -> Round:
    """An absence is cut short and taken back: it never was, or lasts as it was noted."""
    made = absences.record(**_time(ward, ward.colleague(Role.AMH), at=ward.at))
    planned = made.ends_at
    acts: list[Act] = [
        partial(absences.cut_short, absence=made, ends_at=ward.now, by=None, at=ward.now),
        partial(absences.undo, absence=made, by=None, at=ward.now),
    ]

    def left() -> bool:
        made.refresh_from_db()
        return made.ends_at in (made.starts_at, planned)

    return Round(acts, ends(done=(1, 2), codes=["already_cancelled"], left=left))


@race(absences.undo, covers.cover, decided_by=PERSON)
def undo_against_cover(ward: Ward) -> Round:
    """An absence gets its end back, or the person covers a unit: one of the two, unless somebody says both."""
    amh = ward.colleague(Role.AMH)
    made = absences.record(**_time(ward, amh, at=ward.at))
    absences.cut_short(absence=made, ends_at=ward.now, by=None, at=ward.at)
    acts: list[Act] = [
        partial(absences.undo, absence=made, by=None, at=ward.now),
        partial(covers.cover, unit=ward.unit, **_time(ward, amh)),
    ]

    def left() -> bool:
        made.refresh_from_db()
        return (made.ends_at > ward.now) != amh.covers.exists()

    return Round(acts, ends(codes=AWAY, left=left))


@race(memberships.join, memberships.join, decided_by=f"{PERSON}; `membership_once`")
def one_unit_joined_twice(ward: Ward) -> Round:
    """Somebody joins a unit once."""
    amh, unit = ward.colleague(Role.AMH), ward.another_unit()
    joining = partial(memberships.join, user=amh, codes=[unit.code], by=None, at=ward.now)
    return Round([joining] * 2, ends(codes=["member"], left=lambda: amh.memberships.filter(unit=unit).count() == 1))


@race(memberships.leave, memberships.leave, decided_by=PERSON)
def one_unit_left_twice(ward: Ward) -> Round:
    """Somebody leaves a unit once."""
    made = ward.colleague(Role.AMH).memberships.get()
    over = Membership.objects.filter(pk=made.pk, valid_until=ward.now)
    leaving = partial(memberships.leave, membership=made, by=None, at=ward.now)
    return Round([leaving] * 2, ends(codes=["already_over"], left=over.exists))


@race(memberships.join, accounts.close, decided_by=PERSON)
def join_against_close(ward: Ward) -> Round:
    """An account is closed, and nobody joins a unit by a closed one."""
    amh, unit = ward.colleague(Role.AMH), ward.another_unit()
    acts: list[Act] = [
        partial(memberships.join, user=amh, codes=[unit.code], by=None, at=ward.now),
        partial(accounts.close, user=amh, by=None, at=ward.now),
    ]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = [] if refusals[0] is None else conflict(refusals[0], codes=["inactive"])
        return found + unless(refusals[1] is None, "the account is open")

    return Round(acts, faults)


@race(covers.cover, structures.retire_unit, decided_by="the lock of the unit")
def cover_against_retirement(ward: Ward) -> Round:
    """A unit goes out of service, and nobody takes it over after that."""
    amh = ward.colleague(Role.AMH)
    acts: list[Act] = [
        partial(covers.cover, unit=ward.unit, **_time(ward, amh)),
        partial(structures.retire_unit, unit=ward.unit, by=None, at=ward.now),
    ]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        found = [] if refusals[0] is None else conflict(refusals[0], codes=["unit_closed"])
        return found + unless(refusals[1] is None, "the unit is in service")

    return Round(acts, faults)


def _time(ward: Ward, user: User, at: Any = None) -> dict[str, Any]:
    return {"user": user, "starts_at": at or ward.now, "ends_at": ward.later, "by": None, "at": at or ward.now}


def _duty(ward: Ward, user: User, at: Any = None) -> partial[Duty]:
    return partial(duties.give, kind=DutyKind.NIGHT_CADRE, **_time(ward, user, at))
