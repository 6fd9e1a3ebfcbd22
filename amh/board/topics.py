"""The board as a live topic: read once per change, rendered once per audience."""

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation

from amh.board import alarms, boards, heads, people
from amh.board.audiences import DOOR, Audience, audience
from amh.core import rules
from amh.core.live.topics import Event
from amh.core.models import User
from amh.core.roles import Permission
from patients import events
from wards.models import Bed


@dataclass(frozen=True, slots=True)
class Collected:
    """The units that changed, whole, and which of their beds are to be shown anew; all of it when ``restructured``.

    The ``alarm`` when it may have changed.
    """

    board: boards.Board
    bed_ids: frozenset[int]
    restructured: bool
    alarm: alarms.Alarm | None = None


class BoardTopic:
    """``/live/lits``. A ref is a bed when positive, the head of a unit when negative, the structure when 0; one more
    says that a system which feeds the board fell silent or talks again.
    """

    name = "lits"
    source = events.BOARD
    door: tuple[Permission, ...] = DOOR

    def may_open(self, actor: User) -> bool:
        """Whoever may open the page may watch it."""
        return any(rules.may(actor, permission) for permission in DOOR)

    def audience(self, actor: User, *, language: str, options: Mapping[str, str]) -> Audience:
        """Those who see the same names in the same language; a wall screen sees none."""
        return audience(actor, language=language, wall=options.get("mode") == "mural")

    def collect(self, refs: Collection[int], *, at: datetime) -> Collected:
        """Read the units of these refs, with all their beds: counts and homonyms need them."""
        bed_ids = frozenset(ref for ref in refs if ref > 0)
        unit_ids = {-ref for ref in refs if events.SILENCES < ref < 0}
        unit_ids |= set(Bed.objects.filter(pk__in=bed_ids).order_by().values_list("room__unit_id", flat=True))
        alarm = alarms.read(at=at) if events.SILENCES in refs else None
        return Collected(boards.read(at, unit_ids=unit_ids), bed_ids, events.STRUCTURE in refs, alarm)

    def compose(self, collected: Collected, audience: Audience) -> Sequence[Event]:
        """The touched cards, then the heads of their units; a page whose beds came or went is loaded again."""
        if collected.restructured:
            return [Event("reset", "{}")]
        with translation.override(audience.language):
            return list(self._events(collected, audience))

    def fingerprints(self, *, at: datetime) -> Mapping[int, Hashable]:
        """For each bed the day, its state, whether its exit or return is overdue; for each unit what its lists say, how
        its morning stands and what it is asked.

        For the structure, which beds are in service: one may leave it at an hour that was set. For the alarm the day,
        since it names an hour of today, or of the day before.
        """
        board, today = boards.read(at), timezone.localdate(at)
        listed: dict[int, Hashable] = {
            -unit.pk: (
                today,
                board.morning(unit),
                board.asked(unit),
                tuple((one, people.is_late(one, at=at)) for one in board.waiting_by_unit[unit.pk]),
            )
            for unit in board.units
        }
        structure = {events.STRUCTURE: frozenset(row.bed_id for row in board.rows)}
        return structure | board.moments | listed | {events.SILENCES: today}

    @staticmethod
    def _events(collected: Collected, audience: Audience) -> Iterator[Event]:
        board = collected.board
        for row in board.rows:
            if row.bed_id in collected.bed_ids and audience.shows(row.unit_id):
                yield Event("card", board.card(row, audience))
        for unit in filter(lambda unit: audience.shows(unit.pk), board.units):
            yield Event("unit", heads.html(board.head(unit, audience), language=audience.language))
        if collected.alarm is not None:
            yield Event("alarm", alarms.html(collected.alarm))
