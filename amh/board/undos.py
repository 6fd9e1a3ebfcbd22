"""What an act of the board did, in a sentence, and how it is taken back: one part for each thing that it touched.

A part knows what has been read for it; only ``check`` and ``take_back`` ask the database, by the rules and the actions
of the act itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.core import dates
from amh.core.errors import Conflict
from amh.core.models import User
from patients.actions import beds, closures, expected_discharges, movements, preadmissions, reservations
from patients.models import Certainty, ExpectedDischarge, Movement, Reservation, Stay, StayState
from patients.queries import movements as ledger
from patients.rules import beds as bed_rules
from patients.rules import closures as closure_rules
from patients.rules import preadmissions as preadmission_rules
from patients.rules import reservations as reservation_rules
from patients.rules import stays as stay_rules
from patients.rules import undos as undo_rules
from patients.rules.beds import named
from wards.models import Cleaning, Closure

Words = Promise | str


class Part(Protocol):
    """One thing that an act did."""

    @property
    def stands(self) -> bool:
        """Whether nothing has taken it back or replaced it yet."""
        ...

    @property
    def stays(self) -> Sequence[Stay]:
        """The stays of the patients whom its sentence names, to those who may know."""
        ...

    @property
    def bed_ids(self) -> frozenset[int]:
        """Beds that somebody else may have by now, which would bar the way back."""
        ...

    def sentence(self, *, to: User, now: datetime) -> str:
        """What was done, as the person may read it."""
        ...

    def glance(self, *, by: User, now: datetime) -> None:
        """Raise the refusal that what was read tells already."""
        ...

    def check(self, *, by: User, now: datetime) -> None:
        """Raise unless it can be taken back: the rule that the taking back itself asks."""
        ...

    def take_back(self, *, by: User, at: datetime) -> None:
        """Take it back. Raises what ``check`` raises."""
        ...


def patient(stay: Stay, unit_id: int | None, *, to: User) -> str:
    """The patient's name, or a mask."""
    return named(stay.patient, unit_id=unit_id or stay.unit_id, to=to, stay=stay)


@dataclass(frozen=True)
class Moved:
    """Movements of one act, the first of which takes the others back with it; ``standing`` are those of its stay."""

    rows: Sequence[Movement]
    standing: Sequence[Movement]
    words: Words
    words_without_bed: Words
    was: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.rows[0].cancelled_at is None

    @property
    def stays(self) -> Sequence[Stay]:
        return [row.stay for row in self.rows]

    @property
    def bed_ids(self) -> frozenset[int]:
        """The bed in which the patient is again, if it is one."""
        back = next((row.bed_id for row in reversed(self.standing[:-1]) if row.unit_id), None)
        return frozenset({back} - {None}) if self.was is None else frozenset()  # type: ignore[arg-type]

    def sentence(self, *, to: User, now: datetime) -> str:
        """What was done, with the names of all whom it moved."""
        first = self.rows[0]
        people = [patient(row.stay, row.unit_id, to=to) for row in self.rows]
        places = [f"{name} ({row.bed})" for name, row in zip(people, self.rows, strict=True)]
        facts = {"patient": people[0], "bed": first.bed, "people": ", ".join(places)}
        facts["when"] = dates.moment(first.effective_at, now=now)
        return str(self.words if first.bed_id else self.words_without_bed) % facts

    def glance(self, *, by: User, now: datetime) -> None:
        undo_rules.check_last(self.rows[0], self.standing, by=by, now=now)

    def check(self, *, by: User, now: datetime) -> None:
        if self.was is not None:
            undo_rules.check_retimable(self.rows[0], by=by, now=now)
        else:
            undo_rules.check_undo(ledger.together(self.rows[0]), by=by, now=now)

    def take_back(self, *, by: User, at: datetime) -> None:
        if self.was is not None:
            movements.retime(movement=self.rows[0], effective_at=self.was, by=by, at=at)
        else:
            movements.undo(movement=self.rows[0], by=by, at=at)


@dataclass(frozen=True)
class Said:
    """What was said of a bed or of a stay without moving anybody: ``asks`` is the rule, ``undoes`` the act back."""

    words: Words
    facts: Mapping[str, Any]
    stands: bool
    asks: Callable[..., object]
    undoes: Callable[..., object]
    stay: Stay | None = None
    unit_id: int | None = None
    bed_ids: frozenset[int] = frozenset()

    @property
    def stays(self) -> Sequence[Stay]:
        return [self.stay] if self.stay else []

    def sentence(self, *, to: User, now: datetime) -> str:
        """What was said, of whom."""
        who = {"patient": patient(self.stay, self.unit_id, to=to)} if self.stay else {}
        return str(self.words) % {**self.facts, **who}

    def glance(self, *, by: User, now: datetime) -> None:
        """Nothing that was read bars the way back."""

    def check(self, *, by: User, now: datetime) -> None:
        self.asks(by=by, now=now)

    def take_back(self, *, by: User, at: datetime) -> None:
        self.undoes(by=by, at=at)


def cleaned(cleaning: Cleaning) -> Said:
    """A bed that was said to be clean."""
    return Said(
        gettext_lazy("Lit %(bed)s propre"),
        stands=cleaning.cancelled_at is None,
        asks=lambda *, by, now: bed_rules.check_clean(cleaning.bed, by=by, at=now),
        undoes=lambda **when: beds.undo_clean(cleaning=cleaning, **when),
        facts={"bed": cleaning.bed},
        bed_ids=frozenset({cleaning.bed_id}),
    )


def kept(row: Reservation) -> Said:
    """A bed that was kept for somebody."""
    return Said(
        gettext_lazy("Lit %(bed)s réservé : %(patient)s"),
        stands=row.released_at is None,
        asks=lambda *, by, **_: reservation_rules.check_release(row, row.bed, by=by),
        undoes=lambda **when: reservations.take_back(reservation=row, **when),
        facts={"bed": row.bed},
        stay=row.stay,
        unit_id=row.bed.room.unit_id,
    )


def let_go(row: Reservation, *, at: datetime) -> Said:
    """A kept bed that was let go."""
    return Said(
        gettext_lazy("Réservation du lit %(bed)s levée : %(patient)s"),
        stands=row.released_at == at,
        asks=lambda *, by, now: reservation_rules.check_restore(row, row.stay, row.bed, by=by, now=now),
        undoes=lambda **when: reservations.restore(reservation=row, **when),
        facts={"bed": row.bed},
        stay=row.stay,
        unit_id=row.bed.room.unit_id,
        bed_ids=frozenset({row.bed_id}),
    )


def closed(rows: Sequence[Closure], *, now: datetime) -> Said:
    """Beds that were closed together."""

    def check(*, by: User, now: datetime) -> None:
        for row in rows:
            rule = closure_rules.check_lift if row.starts_at <= now else closure_rules.check_cancel
            rule(row, by=by, now=now)

    several = gettext_lazy("%(number)d lits fermés, dont %(bed)s")
    return Said(
        several if len(rows) > 1 else gettext_lazy("Lit %(bed)s fermé"),
        stands=any(row.ends_at is None or now < row.ends_at != row.starts_at for row in rows),
        asks=check,
        undoes=lambda **when: closures.end(closures=rows, **when),
        facts={"bed": rows[0].bed, "number": len(rows)},
    )


def ended(rows: Sequence[Closure], was: Sequence[datetime | None], until: datetime | None, words: Words) -> Said:
    """Closures to which an act gave another end, ``until``; ``was`` are those that they had."""

    def check(*, by: User, now: datetime) -> None:
        for row, end in zip(rows, was, strict=True):
            closure_rules.check_set_end(row, end, by=by, now=now)

    def take_back(*, by: User, at: datetime) -> None:
        for row, end in zip(rows, was, strict=True):
            closures.set_end(closure=row, until=end, by=by, at=at)

    return Said(
        words,
        stands=all(row.ends_at == until for row in rows),
        asks=check,
        undoes=take_back,
        facts={"bed": rows[0].bed, "number": len(rows)},
        bed_ids=frozenset(row.bed_id for row in rows),
    )


def called_off(stay: Stay) -> Said:
    """A patient who was said not to come."""
    return Said(
        stay=stay,
        words=gettext_lazy("Arrivée annulée : %(patient)s"),
        stands=stay.state == StayState.CANCELLED,
        asks=lambda *, by, now: preadmission_rules.check_reinstate(stay, by=by, now=now),
        undoes=lambda **when: preadmissions.reinstate(stay=stay, **when),
        facts={},
    )


def rescheduled(stay: Stay, *, before: datetime, after: datetime, now: datetime) -> Said:
    """A patient who was said to come at another hour."""
    return Said(
        stay=stay,
        words=gettext_lazy("Arrivée prévue, %(patient)s : %(when)s"),
        stands=stay.state == StayState.EXPECTED and stay.expected_at == after,
        asks=lambda **who: preadmission_rules.check_reschedule(stay, expected_at=before, **who),
        undoes=lambda **when: preadmissions.reschedule(stay=stay, expected_at=before, **when),
        facts={"when": dates.moment(after, now=now)},
    )


def expects(stay: Stay, said: ExpectedDischarge, before: ExpectedDischarge | None, *, now: datetime) -> Said:
    """An exit that was said to be expected then; ``before`` is what was said last before that."""
    values = (said.expected_at, said.certainty)
    back: dict[str, Any] = {
        "expected_at": before.expected_at if before else None,
        "certainty": Certainty(before.certainty if before else Certainty.POSSIBLE),
    }
    when = dates.moment(said.expected_at, now=now) if said.expected_at else _("à fixer")
    return Said(
        stay=stay,
        words=gettext_lazy("Sortie prévue, %(patient)s : %(when)s, %(certainty)s"),
        stands=(stay.expected_discharge_at, stay.expected_discharge_certainty) == values,
        asks=lambda **who: stay_rules.check_expect(stay, **who),
        undoes=lambda **when: expected_discharges.expect(stay=stay, **back, **when),
        facts={"when": when, "certainty": said.get_certainty_display()},
    )


def check_stands(part: Part) -> None:
    """Raise ``Conflict`` for what was taken back already, or replaced."""
    if not part.stands:
        raise Conflict(_("Cet acte est déjà annulé, ou remplacé par un plus récent."), code="already_cancelled")
