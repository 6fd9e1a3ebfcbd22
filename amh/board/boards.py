"""The board at one instant: every bed, every unit, everyone without a bed, read once whoever looks."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache

from django.utils import timezone
from django.utils.safestring import SafeString

from amh.board import badges, cards, closings, heads
from amh.board.addresses import Mark
from amh.board.audiences import Audience
from amh.board.looks import Look, Moment
from amh.board.numbers import Seen
from amh.core import dates
from patients.queries import hostings
from patients.queries.occupancy import Occupancy, end_of_day, occupancy
from patients.queries.waiting import Waiting, around
from patients.rules.homonyms import namesakes
from wards.models import BedState, Unit, UnitKind
from wards.queries.confirmations import Morning as Mornings
from wards.queries.confirmations import Said
from wards.queries.hospitals import Hospital, hospital

ONE_SPELLING = str.maketrans({"œ": "oe", "æ": "ae", "’": "'", "‘": "'", "ʼ": "'"})


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Text without accents or capitals, ligatures opened, apostrophes as keyboards have them, for comparing names."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(ONE_SPELLING))
    return "".join(c for c in plain if not unicodedata.combining(c))


@dataclass
class Board:
    """Rows of the board at ``at``, and what is computed across them."""

    at: datetime
    units: list[Unit]
    rows: list[Occupancy]
    waiting: list[Waiting] = field(default_factory=list)
    planned: bool = False
    hosted: dict[int, int] = field(default_factory=dict)
    hospital: Hospital = field(default_factory=hospital)

    @cached_property
    def moments(self) -> dict[int, Moment]:
        """What the hour changes of each bed, by bed."""
        return {row.bed_id: moment for row, moment in zip(self.rows, self._moments(), strict=True)}

    def _moments(self) -> Iterator[Moment]:
        today, tomorrow = timezone.localdate(self.at), end_of_day(self.at)
        for row in self.rows:
            overdue = row.occupied_since is not None and row.leaves_before(self.at) and not self.planned
            late = row.on_leave_until is not None and row.on_leave_until < self.at and not self.planned
            yield Moment(row.state(tomorrow=tomorrow), today, overdue, late)

    def state(self, row: Occupancy) -> BedState:
        """The state of one bed."""
        return self.moments[row.bed_id].state

    @cached_property
    def rows_by_unit(self) -> dict[int, list[Occupancy]]:
        """The beds of each unit, in order."""
        grouped: dict[int, list[Occupancy]] = defaultdict(list)
        for row in self.rows:
            grouped[row.unit_id].append(row)
        return grouped

    @cached_property
    def seen_by_unit(self) -> dict[int, list[Seen]]:
        """The same beds as the numbers of a unit see them."""
        grouped: dict[int, list[Seen]] = defaultdict(list)
        for row in self.rows:
            moment = self.moments[row.bed_id]
            grouped[row.unit_id].append(Seen(row, moment.state, moment.overdue))
        return grouped

    @cached_property
    def waiting_by_unit(self) -> dict[int, list[Waiting]]:
        """Those without a bed in each unit, or away, in order."""
        grouped: dict[int, list[Waiting]] = defaultdict(list)
        for one in self.waiting:
            grouped[one.unit_id].append(one)
        return grouped

    @cached_property
    def homonyms(self) -> set[int]:
        """Beds whose patient may be taken for somebody else of the same unit, and so of the same room (ID-8)."""
        close_by: dict[int, list[Occupancy | Waiting]] = defaultdict(list)
        for one in self._people():
            close_by[one.unit_id].append(one)
        alike = {unit_id: namesakes(people) for unit_id, people in close_by.items()}
        return {row.bed_id for row in self.rows if row.patient_id in alike.get(row.unit_id, ())}

    def _people(self) -> Iterator[Occupancy | Waiting]:
        """Those who lie in a bed or for whom one is kept, and those who are there without one."""
        yield from (row for row in self.rows if row.stay_id is not None)
        yield from (one for one in self.waiting if one.since is not None)

    def card(self, row: Occupancy, audience: Audience) -> SafeString:
        """The card of one bed for one audience."""
        return cards.html(
            row,
            self.moments[row.bed_id],
            homonym=row.bed_id in self.homonyms,
            look=self.look(row, audience),
            language=audience.language,
        )

    def look(self, row: Occupancy, audience: Audience) -> Look:
        """How the card of the bed looks to the audience."""
        if audience.wall:
            return Look.WALL
        return Look.FULL if self.named(row, audience) else Look.MASKED

    def marks(self, row: Occupancy, audience: Audience) -> frozenset[Mark]:
        """The words of ``?marque=`` that find the bed for the audience."""
        moment, homonym = self.moments[row.bed_id], row.bed_id in self.homonyms
        return frozenset(badges.marks(row, moment, homonym=homonym, look=self.look(row, audience)))

    def head(self, unit: Unit, audience: Audience) -> heads.UnitHead:
        """The head of one unit for one audience."""
        return heads.head(
            unit,
            self.seen_by_unit[unit.pk],
            self.waiting_by_unit[unit.pk],
            audience,
            hosted=self.hosted.get(unit.pk, 0),
            is_shut_tonight=unit.pk in self._shut_tonight,
            morning=self.morning(unit),
            asked=self.asked(unit),
            at=self.at,
            planned=self.planned,
        )

    @cached_property
    def _shut_tonight(self) -> set[int]:
        """The units that their calendar closes at midnight: one that is shut now may have opened again by then."""
        return set(self.hospital.shut(end_of_day(self.at)))

    @cached_property
    def _mornings(self) -> tuple[Mornings, Mapping[int, Said]]:
        return self.hospital.morning(self.at), self.hospital.confirmed(self.at)

    def morning(self, unit: Unit) -> heads.Morning:
        """How it stands with the confirmation of the morning."""
        due, said = self._mornings
        last = said.get(unit.pk)
        done = last is not None and last.at >= due.since
        is_due = unit.pk in due.unit_ids
        label = dates.moment(last.at, now=self.at) if last else ""
        return heads.Morning(is_due, done, is_due and not done and self.at > due.until, label)

    @cached_property
    def _questions(self) -> Mapping[int, closings.Question]:
        return closings.questions(self, self.at)

    def asked(self, unit: Unit) -> heads.Asked | None:
        """What the unit is asked before it closes, in words."""
        question = self._questions.get(unit.pk)
        if question is None:
            return None
        return heads.Asked(question.label(now=self.at), question.url, question.overdue)

    @staticmethod
    def named(row: Occupancy, audience: Audience) -> bool:
        """Tell whether the patient of the bed is shown by name; protected people never are (SEC-8)."""
        return audience.sees(row.unit_id, row.patient_id) and not row.protected


def read(at: datetime, *, unit_ids: Collection[int] | None = None, planned: bool = False) -> Board:
    """Read the board at ``at``, whole in three queries or for some units in four, whatever its size.

    A unit out of service is still there while somebody is in it; home care has no beds to show.
    ``planned`` when ``at`` is still to come: nobody is late yet for what is expected before it.
    """
    known = hospital()
    rows, without = occupancy(at, unit_ids=unit_ids, of=known), around(at, unit_ids=unit_ids)
    present = {row.unit_id for row in rows} | {one.unit_id for one in without}
    units = [unit for unit in known.units if _is_shown(unit, at) or unit.pk in present]
    if unit_ids is not None:
        units = [unit for unit in units if unit.pk in unit_ids]
    hosted = _hosted(rows) if unit_ids is None else hostings.elsewhere(at, unit_ids=unit_ids)
    return Board(at, units, rows, without, planned, hosted, known)


def _is_shown(unit: Unit, at: datetime) -> bool:
    return unit.is_valid(at) and unit.kind != UnitKind.HOME_CARE


def _hosted(rows: list[Occupancy]) -> dict[int, int]:
    """How many patients of each unit lie in another, when every bed is known."""
    return Counter(row.home_unit_id for row in rows if badges.is_hosted(row) and row.home_unit_id is not None)
