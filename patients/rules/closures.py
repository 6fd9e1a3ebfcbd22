"""When beds may be closed for a time; each refusal names who lies or is expected there, or what closes them already."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from amh.core import rules
from amh.core.dates import moment, when
from amh.core.errors import Conflict, Invalid
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Placement, Reservation, Stay
from patients.queries import placements, stays
from patients.rules.beds import named
from wards.models import Bed, Closure, Unit

R = TypeVar("R", Placement, Reservation, Closure)


def check_close(
    beds: Sequence[Bed],
    *,
    starts_at: datetime,
    until: datetime | None,
    by: User | None,
    now: datetime,
    besides: Closure | None = None,
) -> None:
    """Raise unless ``by`` may close all these beds from ``starts_at`` to ``until``, or until somebody lifts that.

    Nobody may lie there or be awaited there in that time, unless they are expected to leave before it. ``besides`` is
    a closure that is being changed itself.
    """
    for unit_id in {bed.room.unit_id for bed in beds}:
        rules.check(by, Permission.CLOSE_BED, unit_id=unit_id)
    check_period(starts_at, until)
    raise_all([*_faults(beds, starts_at=starts_at, until=until, by=by, now=now, besides=besides)])


def check_period(starts_at: datetime, until: datetime | None) -> None:
    """Raise ``Invalid`` for an end that is not after the beginning."""
    if until is not None and until <= starts_at:
        raise Invalid(_("La fin de la fermeture précède son début."), code="order", field="until")


def check_close_unit(
    unit: Unit, *, starts_at: datetime, until: datetime | None, by: User | None, now: datetime
) -> None:
    """Raise ``Conflict`` naming who is expected in the unit while it is to be closed."""
    raise_all(
        [
            Conflict(
                _("%(patient)s est attendu dans l’unité (%(when)s).")
                % {"patient": _named(stay, unit.pk, to=by), "when": moment(stay.expected_at, now=now)},
                code="unit_awaits",
            )
            for stay in stays.expected(unit, after=starts_at, until=until)
            if stay.expected_at is not None
        ]
    )


def raise_all(faults: Sequence[Conflict]) -> None:
    """Raise the one fault as it is, or several as one refusal that names them all."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        sentence = _("Fermeture impossible : %s") % " ".join(fault.sentence for fault in faults)
        raise Conflict(sentence, code="beds_taken", field="bed")


def _faults(
    beds: Sequence[Bed],
    *,
    starts_at: datetime,
    until: datetime | None,
    by: User | None,
    now: datetime,
    besides: Closure | None,
) -> Iterator[Conflict]:
    ids = [bed.pk for bed in beds]
    lying = _first(placements.held(bed_ids=ids, after=starts_at, until=until))
    kept = _first(placements.reservations(ids, after=max(starts_at, now), until=until))
    closed = _first(one for one in placements.closures(ids, after=starts_at, until=until) if one != besides)
    for bed in beds:
        if bed.pk in lying and not _leaves_before(lying[bed.pk].stay, starts_at, now=now):
            yield _lies_there(lying[bed.pk], bed, to=by, starts_at=starts_at, now=now)
        elif bed.pk in closed:
            yield Conflict(_("Le lit %s est déjà fermé.") % bed, code="bed_closed", field="bed")
        elif bed.pk in kept:
            yield _is_kept(kept[bed.pk], bed, to=by, now=now)


def _first(rows: Iterable[R]) -> dict[int, R]:
    found: dict[int, R] = {}
    for row in rows:
        found.setdefault(row.bed_id or 0, row)
    return found


def _leaves_before(stay: Stay, starts_at: datetime, *, now: datetime) -> bool:
    return starts_at > now and stay.expected_discharge_at is not None and stay.expected_discharge_at <= starts_at


def _lies_there(place: Placement, bed: Bed, *, to: User | None, starts_at: datetime, now: datetime) -> Conflict:
    facts = {"bed": bed, "patient": _named(place.stay, place.unit_id, to=to)}
    facts |= {"since": moment(place.starts_at, now=now), "start": moment(starts_at, now=now)}
    if starts_at <= now:
        sentence = _("Le lit %(bed)s est occupé par %(patient)s depuis %(since)s.") % facts
    else:
        said = _("Le lit %(bed)s est occupé par %(patient)s, dont la sortie n’est pas prévue avant %(start)s.")
        sentence = said % facts
    return Conflict(sentence, code="bed_occupied", field="bed")


def _is_kept(kept: Reservation, bed: Bed, *, to: User | None, now: datetime) -> Conflict:
    facts = {
        "bed": bed,
        "patient": _named(kept.stay, bed.room.unit_id, to=to),
        "expected": when(kept.expected_at, now=now),
    }
    sentence = _("Le lit %(bed)s est réservé pour %(patient)s, attendu %(expected)s.") % facts
    return Conflict(sentence, code="bed_reserved", field="bed")


def _named(stay: Stay, unit_id: int | None, *, to: User | None) -> str:
    return named(stay.patient, unit_id=unit_id, to=to, stay=stay)


def check_reopen(bed: Bed, *, by: User | None, at: datetime) -> None:
    """Raise unless ``by`` may reopen the bed, which must be closed at ``at``."""
    rules.check(by, Permission.CLOSE_BED, unit_id=bed.room.unit_id)
    if placements.closure(bed.pk, at=at) is None:
        raise Conflict(_("Le lit %s n’est pas fermé.") % bed, code="bed_open", field="bed")


def check_lift(closure: Closure, *, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may end the closure, which must have begun and not be over."""
    _check_right(closure, by=by)
    if closure.starts_at > now:
        raise Conflict(_("Cette fermeture n’a pas commencé : l’annuler."), code="closure_planned")
    if closure.ends_at is not None and closure.ends_at <= now:
        raise Conflict(_("Le lit %s n’est pas fermé.") % closure.bed, code="bed_open", field="bed")


def check_cancel(closure: Closure, *, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may strike out a closure that has not begun."""
    _check_right(closure, by=by)
    if closure.ends_at == closure.starts_at:
        raise Conflict(_("Cet acte est déjà annulé."), code="already_cancelled")
    if closure.starts_at <= now:
        raise Conflict(_("Cette fermeture a commencé : la lever."), code="closure_begun")


def check_set_end(closure: Closure, until: datetime | None, *, by: User | None, now: datetime) -> None:
    """Raise unless ``by`` may have the closure end at ``until``; nobody may lie there in the time that is added."""
    _check_right(closure, by=by)
    check_period(closure.starts_at, until)
    if until is not None and until < now:
        raise Invalid(_("Cette heure est déjà passée : lever la fermeture."), code="in_the_past", field="until")
    if closure.ends_at is not None and (until is None or until > closure.ends_at):
        added = max(closure.ends_at, closure.starts_at)
        check_close([closure.bed], starts_at=added, until=until, by=by, now=now, besides=closure)


def _check_right(closure: Closure, *, by: User | None) -> None:
    rules.check(by, Permission.CLOSE_BED, unit_id=closure.bed.room.unit_id)


def covered(beds: Collection[Bed], *, starts_at: datetime, until: datetime | None) -> set[int]:
    """Which of these beds something closes already for the whole of that time."""
    found = placements.closures([bed.pk for bed in beds], after=starts_at, until=until)
    return {
        one.bed_id
        for one in found
        if one.starts_at <= starts_at and (one.ends_at is None or (until is not None and one.ends_at >= until))
    }
