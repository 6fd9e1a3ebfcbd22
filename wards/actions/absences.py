"""Absences: a person is away. Nobody asks why (WR-53)."""

from datetime import datetime

from amh.core import audit
from amh.core.models import User
from amh.core.transactions import act
from wards.actions import spells
from wards.models import Absence, Cover
from wards.queries import staffs
from wards.rules import absences as rules
from wards.rules import spells as spell_rules
from wards.rules.absences import Fate
from wards.rules.spells import Period


@act
def record(
    *,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    commitments: Fate | None = None,
    by: User | None,
    at: datetime,
) -> Absence:
    """Note that a person is away; ``commitments`` says what becomes of the covers and duties promised for that time.

    Raises ``Invalid`` (the period), ``Conflict`` (away already; promised something and nothing said of it: code
    ``commitments``) or ``Denied``.
    """
    user = staffs.locked(user.pk)
    when = spell_rules.period(starts_at, ends_at)
    rules.check_record(user, when, by=by, at=at)
    settled = _settle(user, when, commitments, by=by, at=at)
    absence = Absence.objects.create(user=user, **when._asdict(), entered_at=at, entered_by=by)
    audit.record("absence.record", subject=absence, by=by, at=at, user=user.pk, commitments=settled)
    return absence


def _settle(user: User, when: Period, fate: Fate | None, *, by: User | None, at: datetime) -> str:
    """End what the locked person has promised for that time, or keep it; return which, ``""`` when it was nothing."""
    promised = staffs.commitments(user, *when)
    rules.check_decided(promised, fate, at=at)
    if not promised or fate is None:
        return ""
    for one in promised if fate == Fate.END else ():
        noun = "cover" if isinstance(one, Cover) else "duty"
        until = max(one.starts_at, when.starts_at, min(at, one.ends_at))
        spells.cut(one, to=until, action=f"{noun}.end", by=by, at=at, because="absence")
    return fate.value


@act
def cut_short(*, absence: Absence, ends_at: datetime, by: User | None, at: datetime) -> None:
    """Let an absence end at ``ends_at``, before it was to. Raises ``Invalid``, ``Conflict`` (over) or ``Denied``."""
    absence = _locked(absence)
    rules.check_cut(absence, ends_at, by=by, at=at)
    spells.cut(absence, to=ends_at, action="absence.cut_short", by=by, at=at)


@act
def undo(*, absence: Absence, commitments: Fate | None = None, by: User | None, at: datetime) -> None:
    """Take back what was last said of an absence: that it is, or that it ends early.

    Covers and duties that it ended stay ended: each can be undone by itself. An absence that gets its end back meets
    those promised since as a new one does: ``commitments``. Raises ``Conflict`` (undone already, too late, or what
    ``record`` says) or ``Denied``.
    """
    absence = _locked(absence)
    rules.check_change(by=by)
    former = spell_rules.undone(absence, staffs.last_act(absence), at=at)
    if former is not None:
        left = spell_rules.period(absence.ends_at, former)
        rules.check_once(absence.user, left, at=at, but=absence.pk)
        _settle(absence.user, left, commitments, by=by, at=at)
    spells.take_back(absence, former=former, action="absence.undo", by=by, at=at)


def _locked(absence: Absence) -> Absence:
    """The absence as it is, behind its person."""
    user = staffs.locked(absence.user_id)
    fresh = Absence.objects.select_for_update(of=("self",), no_key=True).get(pk=absence.pk)
    fresh.user = user
    return fresh
