"""From the lines of the journal to what an act of the board did: its sentences, and the rows that it is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from amh.board import undos
from amh.board.undos import Moved, Part, Words
from amh.core.models import AuditEntry
from patients.models import ExpectedDischarge, Movement, Reservation, Stay
from patients.queries import movements as ledger
from wards.models import Cleaning, Closure

M = TypeVar("M", bound=Model)

GIVEN = _("Lit %(bed)s attribué : %(patient)s")

MOVES: dict[str, tuple[Words, Words]] = {
    "stay.preadmit": (_("Arrivée prévue : %(patient)s"),) * 2,
    "stay.reinstate": (_("Arrivée prévue de nouveau : %(patient)s"),) * 2,
    "stay.admit": (GIVEN, _("Arrivée enregistrée, sans lit : %(patient)s")),
    "stay.move": (GIVEN, GIVEN),
    "stay.wait": (_("Sans lit pour l’instant : %(patient)s"),) * 2,
    "stay.swap": (_("Lits échangés : %(people)s"),) * 2,
    "stay.leave": (_("Permission enregistrée : %(patient)s"),) * 2,
    "stay.come_back": (_("Retour de permission enregistré : %(patient)s"),) * 2,
    "stay.to_lounge": (_("Au salon de sortie : %(patient)s"),) * 2,
    "stay.discharge": (_("Sortie enregistrée : %(patient)s"),) * 2,
    "stay.depart": (_("Départ confirmé : %(patient)s"),) * 2,
    "stay.to_home_care": (_("Passage en HAD enregistré : %(patient)s"),) * 2,
    "stay.die": (_("Décès enregistré"),) * 2,
    "stay.body_left": (_("Départ du corps enregistré"),) * 2,
    "movement.retime": (_("Heure corrigée, %(patient)s : %(when)s"),) * 2,
}
"""The sentence of each movement, to a bed and without one."""

ENDS: dict[str, tuple[Words, Words]] = {
    "bed.reopen": (_("Lit %(bed)s rouvert"), _("%(number)d lits rouverts, dont %(bed)s")),
    "bed.set_closure_end": (
        _("Fin de la fermeture du lit %(bed)s enregistrée"),
        _("Fin de la fermeture de %(number)d lits enregistrée, dont %(bed)s"),
    ),
    "bed.cancel_closure": (
        _("Fermeture prévue du lit %(bed)s annulée"),
        _("Fermeture prévue de %(number)d lits annulée, dont %(bed)s"),
    ),
}
"""The sentence of each other end of one closure, and of several."""

OTHERS = (
    "stay.cancel",
    "stay.reschedule",
    "stay.expect_discharge",
    "bed.clean",
    "bed.reserve",
    "bed.release",
    "bed.close",
)
ACTS = frozenset({*MOVES, *ENDS, *OTHERS})
"""Every act of the board that can be taken back."""


@dataclass(frozen=True)
class Read:
    """Lines of the journal, the newest first, and all that they name, read at once."""

    rows: Sequence[AuditEntry]
    now: datetime

    def parts(self, lines: Iterable[AuditEntry]) -> Iterator[tuple[AuditEntry, Part]]:
        """What the lines of one instant tell, in order: each thing with the first line that tells it."""
        for action, alike in groupby(lines, key=lambda row: row.action):
            yield from self._parts(action, list(alike))

    def _parts(self, action: str, lines: Sequence[AuditEntry]) -> Iterator[tuple[AuditEntry, Part]]:
        if action in MOVES:
            yield from self._moved(action, lines)
        elif action in ENDS:
            yield lines[0], self._ended(action, lines)
        elif action == "bed.close":
            yield lines[0], undos.closed([self.closures[line.params["closure"]] for line in lines], now=self.now)
        elif action in OTHERS:
            found = ((line, self._said(action, line)) for line in lines)
            yield from ((line, part) for line, part in found if part is not None)

    def _moved(self, action: str, lines: Sequence[AuditEntry]) -> Iterator[tuple[AuditEntry, Part]]:
        retimed = action == "movement.retime"
        was = _moment(lines[0].params["was"]) if retimed else None
        said = [line.params["movement"] for line in lines]
        rows = [self.movements[pk if retimed else self._latest(pk)] for pk in said]
        for line, together in [(lines[0], rows)] if rows[0].joint else zip(lines, ([row] for row in rows), strict=True):
            yield line, Moved(together, self.standing[together[0].stay_id], *MOVES[action], was)

    def _ended(self, action: str, lines: Sequence[AuditEntry]) -> Part:
        closures = [self.closures[line.params["closure"]] for line in lines]
        was = [_moment(line.params["was"]) for line in lines]
        return undos.ended(closures, was, _moment(lines[0].params["until"]), ENDS[action][len(lines) > 1])

    def _said(self, action: str, line: AuditEntry) -> Part | None:
        params = line.params
        match action:
            case "bed.clean":
                return undos.cleaned(self.cleanings[params["cleaning"]])
            case "bed.reserve":
                return undos.kept(self.reservations[params["reservation"]])
            case "bed.release":
                return undos.let_go(self.reservations[params["reservation"]], at=line.at)
            case "stay.cancel":
                return undos.called_off(self.stays[line.subject_id])
            case "stay.reschedule":
                return self._rescheduled(line)
        said = self.expected[line.subject_id]
        place = [one.pk for one in said].index(params["said"])
        before = said[place - 1] if place else None
        return undos.expects(self.stays[line.subject_id], said[place], before, now=self.now)

    def _rescheduled(self, line: AuditEntry) -> Part | None:
        """Nothing to go back to where no hour was said before."""
        before, after = _moment(line.params["before"]), _moment(line.params["after"])
        if before is None or after is None:
            return None
        return undos.rescheduled(self.stays[line.subject_id], before=before, after=after, now=self.now)

    def _latest(self, pk: int) -> int:
        """The row that stands for a movement whose hour was corrected since."""
        while pk in self.instead:
            pk = self.instead[pk]
        return pk

    @cached_property
    def instead(self) -> dict[int, int]:
        """For each movement that was written anew with another hour, the new one."""
        retimed = [row.params for row in self.rows if row.action == "movement.retime"]
        return {params["instead_of"]: params["movement"] for params in retimed}

    @cached_property
    def movements(self) -> dict[int, Movement]:
        """The movements, by id."""
        return self._named(Movement.objects.select_related("stay__patient", "stay__unit", "bed__room"), "movement")

    @cached_property
    def standing(self) -> dict[int, list[Movement]]:
        """The movements that stand of their stays, by stay, in order."""
        stays = {row.stay_id for row in self.movements.values()}
        found: dict[int, list[Movement]] = defaultdict(list)
        for row in Movement.objects.standing().filter(stay__in=stays):
            found[row.stay_id].append(row)
        return defaultdict(list, {stay: ledger.ordered(rows) for stay, rows in found.items()})

    @cached_property
    def stays(self) -> dict[int, Stay]:
        """The stays of which something was said, by id."""
        pks = {row.subject_id for row in self.rows if row.action in OTHERS and row.action.startswith("stay.")}
        return Stay.objects.select_related("patient", "unit").in_bulk(pks)

    @cached_property
    def expected(self) -> Mapping[int, list[ExpectedDischarge]]:
        """All that was ever said of their exits, by stay, in order."""
        found: dict[int, list[ExpectedDischarge]] = defaultdict(list)
        for row in ExpectedDischarge.objects.filter(stay__in=self.stays).order_by("pk"):
            found[row.stay_id].append(row)
        return found

    @cached_property
    def cleanings(self) -> dict[int, Cleaning]:
        """The cleanings, by id."""
        return self._named(Cleaning.objects.select_related("bed__room"), "cleaning")

    @cached_property
    def closures(self) -> dict[int, Closure]:
        """The closures, by id."""
        return self._named(Closure.objects.select_related("bed__room"), "closure")

    @cached_property
    def reservations(self) -> dict[int, Reservation]:
        """The reservations, by id."""
        rows = Reservation.objects.select_related("bed__room", "stay__patient", "stay__unit")
        return self._named(rows, "reservation")

    def _named(self, rows: QuerySet[M], noun: str) -> dict[int, Any]:
        return rows.in_bulk({row.params[noun] for row in self.rows if noun in row.params})


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
