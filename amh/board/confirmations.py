"""The page on which a unit confirms its board: what is doubtful first, then every bed on one line (WR-4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.board import boards, lines, people
from amh.board.acts import KEYS
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.doubts import Doubt, Kind, doubts
from amh.board.lines import Line
from amh.core import dates, parameters
from patients.queries.occupancy import Occupancy
from wards.models import Unit
from wards.queries import closures, confirmations
from wards.queries.confirmations import Said

A_DAY = timedelta(days=1)

LABELS = {
    Kind.CLAIMED: gettext_lazy("Lit à confirmer"),
    Kind.DEPARTED: gettext_lazy("Départ à confirmer"),
    Kind.SHUT_IN: gettext_lazy("Lit fermé, patient présent"),
    Kind.WITHOUT_BED: gettext_lazy("Patient sans lit"),
    Kind.NOT_BACK: gettext_lazy("Pas rentré de permission"),
    Kind.OVERDUE: gettext_lazy("Sortie prévue dépassée"),
    Kind.NOT_COME: gettext_lazy("Attendu, pas arrivé"),
    Kind.KEPT: gettext_lazy("Réservation dépassée"),
    Kind.CLEANING: gettext_lazy("À nettoyer depuis longtemps"),
    Kind.LAPSED: gettext_lazy("Fermeture arrivée à son terme"),
}

WAYS: dict[Kind, tuple[tuple[str, Promise | str], ...]] = {
    Kind.CLAIMED: (("reconcile", gettext_lazy("Qui y est ?")),),
    Kind.DEPARTED: (("depart", gettext_lazy("Parti")),),
    Kind.SHUT_IN: (("move", gettext_lazy("Muter")),),
    Kind.WITHOUT_BED: (("move", gettext_lazy("Installer")),),
    Kind.NOT_BACK: (("come-back", gettext_lazy("Rentré")),),
    Kind.OVERDUE: (("discharge", gettext_lazy("Sorti")), ("expect", gettext_lazy("Autre date"))),
    Kind.NOT_COME: (
        ("move", gettext_lazy("Arrivé")),
        ("reschedule", gettext_lazy("Autre heure")),
        ("cancel", gettext_lazy("Ne vient pas")),
    ),
    Kind.KEPT: (("place", gettext_lazy("Attribuer")),),
    Kind.CLEANING: (("clean", gettext_lazy("Propre")),),
    Kind.LAPSED: (("close", gettext_lazy("Fermer")),),
}
"""The acts that settle a doubt with one key, as the menu of the bed or of the stay names them."""


class Way(NamedTuple):
    """One key that settles a doubt, and what it says."""

    letter: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """A doubt in words: why, of which bed and whom, the fact, and the keys that settle it."""

    key: str
    label: str
    line: Line
    fact: str
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Plan:
    """The board of one unit as somebody is asked to confirm it."""

    unit: Unit
    board: Board
    audience: Audience
    doubts: list[Doubt]
    said: Said | None

    @property
    def keys(self) -> set[str]:
        """What tells the doubts apart."""
        return {doubt.key for doubt in self.doubts}

    def questions(self) -> list[Question]:
        """The doubts in words, as the audience may see them."""
        return [self._question(doubt) for doubt in self.doubts]

    @cached_property
    def beds(self) -> dict[int, Line]:
        """Every bed of the unit, by its id, in order."""
        return {
            row.bed_id: lines.of_bed(self.board, row, self.audience)
            for row in self.board.rows_by_unit.get(self.unit.pk, [])
        }

    def others(self) -> list[tuple[str, list[Line]]]:
        """Those who lie in no bed of the unit, by the list on which they stand."""
        grouped: dict[str, list[Line]] = {}
        for one in self.board.waiting_by_unit.get(self.unit.pk, []):
            grouped.setdefault(str(people.LABELS[people.place(one, self.unit)]), []).append(
                lines.of_person(self.board, one, self.audience)
            )
        return list(grouped.items())

    def named_count(self) -> int:
        """How many patients the page names: what the read trace counts."""
        return len(set(self._named()))

    def _named(self) -> Iterator[int | None]:
        for row in self.board.rows_by_unit.get(self.unit.pk, []):
            if self.beds[row.bed_id].name and not self.beds[row.bed_id].masked:
                yield row.stay_id
        for one in self.board.waiting_by_unit.get(self.unit.pk, []):
            if people.named(one, self.audience):
                yield one.stay_id

    def _question(self, doubt: Doubt) -> Question:
        about = doubt.about
        line = (
            self.beds[about.bed_id]
            if isinstance(about, Occupancy)
            else lines.of_person(self.board, about, self.audience)
        )
        ways = tuple(Way(KEYS[act], str(label)) for act, label in WAYS[doubt.kind])
        return Question(doubt.key, str(LABELS[doubt.kind]), line, self._fact(doubt, line), ways)

    def _fact(self, doubt: Doubt, line: Line) -> str:
        at = dates.when(doubt.since, now=self.board.at) if doubt.since else ""
        match doubt.kind:
            case Kind.OVERDUE:
                return _("sortie prévue %s") % at
            case Kind.KEPT:
                return _("gardé pour une arrivée prévue %s") % at
            case Kind.CLEANING if doubt.since:
                return _("à nettoyer depuis %s") % dates.duration(self.board.at - doubt.since)
            case Kind.LAPSED:
                until = dates.until(doubt.since, now=self.board.at) if doubt.since else ""
                return _("fermé %s : peut-il servir ?") % until
        return line.detail


def read(unit: Unit, audience: Audience, *, at: datetime) -> Plan:
    """The board of the unit at ``at``, with its doubts and its last confirmation."""
    board = boards.read(at, unit_ids=[unit.pk])
    said = confirmations.last([unit.pk], until=at).get(unit.pk)
    since = max(at - A_DAY, said.at) if said else at - A_DAY
    found = doubts(
        board,
        unit,
        cleaning_after=timedelta(hours=parameters.value("cleaning_doubt_hours")),
        lapsed=closures.lapsed(unit.pk, since=since, until=at),
    )
    return Plan(unit, board, audience, found, said)
