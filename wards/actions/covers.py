"""Relais d’unité: a person takes over a unit for a time."""

from datetime import datetime, timedelta

from amh.core import audit, parameters
from amh.core.models import User
from amh.core.transactions import act
from wards.actions import spells
from wards.models import Cover, Unit
from wards.queries import locks, staffs
from wards.rules import covers as rules
from wards.rules import spells as spell_rules


@act
def cover(
    *,
    unit: Unit,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    replaces: User | None = None,
    by: User | None,
    at: datetime,
) -> Cover:
    """Entrust a unit to a person from ``starts_at`` (now, when that is past) to ``ends_at``.

    Raises ``Invalid`` (the period), ``Conflict`` (person away, account closed, role without units, unit out of service,
    covers it already) or ``Denied``.
    """
    user, unit = staffs.locked(user.pk), locks.unit(unit.pk)
    when = spell_rules.from_now(spell_rules.period(starts_at, ends_at), at=at)
    rules.check_cover(unit, user, when, replaces=replaces, by=by, at=at)
    made = Cover.objects.create(unit=unit, user=user, replaces=replaces, **when._asdict(), entered_at=at, entered_by=by)
    replaced = replaces.pk if replaces else None
    audit.record("cover.give", subject=made, by=by, at=at, user=user.pk, unit=unit.pk, replaces=replaced)
    return made


@act
def take_over(*, unit: Unit, by: User, at: datetime) -> Cover:
    """« Je reprends l’unité »: ``by`` covers it from now to the end of their shift (``takeover_hours``).

    Raises ``Conflict`` (away, covers it already, unit out of service) or ``Denied``.
    """
    user, unit = staffs.locked(by.pk), locks.unit(unit.pk)
    rules.check_take_over(unit, user, by=by, at=at)
    shift = timedelta(hours=parameters.value("takeover_hours"))
    ends_at = rules.take_over_end(unit, user, shift, at=at)
    made = Cover.objects.create(unit=unit, user=user, starts_at=at, ends_at=ends_at, entered_at=at, entered_by=by)
    audit.record("cover.take_over", subject=made, by=by, at=at, user=user.pk, unit=unit.pk)
    return made


@act
def end(*, cover: Cover, by: User | None, at: datetime) -> None:
    """End a cover before its time; one that has not begun never does. Raises ``Conflict`` (over) or ``Denied``."""
    cover = _locked(cover)
    rules.check_change(cover, by=by)
    spell_rules.check_not_over(cover, at=at)
    spells.end(cover, action="cover.end", by=by, at=at)


@act
def undo(*, cover: Cover, by: User | None, at: datetime) -> None:
    """Take back what was last said of a cover: that it begins, or that it ends early.

    Raises ``Conflict`` (undone already, too late, or the person is not free any more) or ``Denied``.
    """
    cover = _locked(cover)
    rules.check_change(cover, by=by)
    former = spell_rules.undone(cover, staffs.last_act(cover), at=at)
    if former is not None:
        left = spell_rules.from_now(spell_rules.period(cover.starts_at, former), at=at)
        rules.check_free(cover.unit, cover.user, left, at=at, but=cover.pk)
    spells.take_back(cover, former=former, action="cover.undo", by=by, at=at)


def _locked(cover: Cover) -> Cover:
    """The cover as it is, its person and its unit, locked."""
    user = staffs.locked(cover.user_id)
    fresh = Cover.objects.select_for_update(no_key=True).get(pk=cover.pk)
    fresh.user, fresh.unit = user, locks.unit(fresh.unit_id)
    return fresh
