"""Gardes: who answers when the offices are closed. The rights of a duty come and go with it, by themselves."""

from datetime import datetime

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from wards.actions import spells
from wards.models import Duty, DutyKind, Unit
from wards.queries import locks, staffs
from wards.rules import duties as rules
from wards.rules import spells as spell_rules


@act
def give(
    *,
    kind: DutyKind,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    unit: Unit | None = None,
    by: User | None,
    at: datetime,
) -> Duty:
    """Put a person on call from ``starts_at`` (now, when that is past) to ``ends_at``; without a unit for all of them.

    Raises ``Invalid`` (the period), ``Conflict`` (person away, account closed, on this duty already, unit out of
    service) or ``Denied``.
    """
    user, unit = staffs.locked(user.pk), locks.unit(unit.pk) if unit else None
    when = spell_rules.from_now(spell_rules.period(starts_at, ends_at), at=at)
    rules.check_give(kind, user, unit, when, by=by, at=at)
    duty = Duty.objects.create(kind=kind, user=user, unit=unit, **when._asdict(), entered_at=at, entered_by=by)
    where = unit.pk if unit else None
    audit.record("duty.give", subject=duty, by=by, at=at, user=user.pk, unit=where, kind=kind.value)
    return duty


@act
def end(*, duty: Duty, by: User | None, at: datetime) -> None:
    """End a duty before its time; one that has not begun never does. Raises ``Conflict`` (over) or ``Denied``."""
    duty = _locked(duty)
    rules.check_change(duty, by=by)
    spell_rules.check_not_over(duty, at=at)
    spells.end(duty, action="duty.end", by=by, at=at)


@act
def undo(*, duty: Duty, by: User | None, at: datetime) -> None:
    """Take back what was last said of a duty: that it begins, or that it ends early.

    Raises ``Conflict`` (undone already, too late, or the person is not free any more) or ``Denied``.
    """
    duty = _locked(duty)
    rules.check_change(duty, by=by)
    former = spell_rules.undone(duty, staffs.last_act(duty), at=at)
    if former is not None:
        left = spell_rules.from_now(spell_rules.period(duty.starts_at, former), at=at)
        rules.check_free(DutyKind(duty.kind), duty.user, duty.unit, left, at=at, but=duty.pk)
    spells.take_back(duty, former=former, action="duty.undo", by=by, at=at)


def _locked(duty: Duty) -> Duty:
    """The duty as it is, its person and its unit, locked."""
    user = staffs.locked(duty.user_id)
    fresh = Duty.objects.select_for_update(of=("self",), no_key=True).get(pk=duty.pk)
    fresh.user, fresh.unit = user, locks.unit(fresh.unit_id) if fresh.unit_id else None
    return fresh
