"""What a unit counts for the top of the board (WR-11): who is there, comes and leaves, what will be free tonight."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from amh.board import badges
from amh.board.people import CALM_UNITS, Standing, place
from patients.models import Certainty, StayKind
from patients.queries.occupancy import Occupancy, end_of_day
from patients.queries.waiting import Waiting
from wards.models import BedKind, BedState, Unit

TAKEN = (BedState.OCCUPIED, BedState.LEAVING)
SHUT = (BedState.CLOSED, BedState.BLOCKED)
LATE = timedelta(days=1)
"""How late somebody who has no bed kept may be, and still be counted on for tonight."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whole numbers, which add up over units. Those of the night leave out chairs, places and the theatre's beds.

    ``present`` are those who will need a bed tonight unless they leave, with or without one now; ``entries`` those
    still to come by midnight, those who are late included; ``certain``, ``probable`` and ``possible`` those who are to
    leave before midnight; ``moving`` those for whom another bed is kept, who are entries there.
    ``returning`` counts patients of the unit lodged elsewhere for whom it has a free bed now.
    """

    installed: int = 0
    open: int = 0
    taken: int = 0
    singles: int = 0
    shut: int = 0
    night_open: int = 0
    present: int = 0
    entries: int = 0
    certain: int = 0
    probable: int = 0
    possible: int = 0
    moving: int = 0
    overdue: int = 0
    to_confirm_exits: int = 0
    hosting: int = 0
    hosted: int = 0
    returning: int = 0

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    @property
    def tonight(self) -> int:
        """Solde ce soir: open beds − (present + entries − certain − probable); below none, beds are missing."""
        return self.night_open - (self.present + self.entries - self.certain - self.probable - self.moving)

    @property
    def exits(self) -> int:
        """Everybody who is to leave before midnight, however sure."""
        return self.certain + self.probable + self.possible

    def items(self) -> Iterator[tuple[str, int]]:
        """Each number with its name, for the page to add up; what is computed from them included."""
        yield from ((name, getattr(self, name)) for name in NAMES)
        yield from (("tonight", self.tonight), ("exits", self.exits))


NAMES = tuple(field.name for field in fields(Numbers))


@dataclass(frozen=True, slots=True)
class Seen:
    """One bed as the numbers see it: its row, its state, whether the exit that was foreseen is past."""

    row: Occupancy
    state: BedState
    overdue: bool


def for_the_night(unit: Unit, beds: Iterable[Seen]) -> list[Seen]:
    """The beds of the unit in which people sleep."""
    return [] if unit.kind in CALM_UNITS else [bed for bed in beds if bed.row.bed_kind == BedKind.BED]


def _is_open_tonight(bed: Seen) -> bool:
    """Whether the bed is open, or shut by nothing but its unit: this is asked of units that open again by then."""
    row = bed.row
    return bed.state not in SHUT or (row.unit_shut and row.closure_kind is None and not row.deceased)


def of_unit(
    unit: Unit, beds: Sequence[Seen], without: Iterable[Waiting], *, hosted: int, is_shut_tonight: bool, at: datetime
) -> Numbers:
    """Count one unit, of which ``hosted`` patients lie in beds of others.

    One that ``is_shut_tonight`` has no bed for the night: whoever is there needs one elsewhere.
    """
    states = Counter(bed.state for bed in beds)
    free = states[BedState.FREE]
    shut = sum(states[state] for state in SHUT)
    standings = Counter(place(one, unit) for one in without if one.stay_kind == StayKind.INPATIENT)
    nights = for_the_night(unit, beds)
    exits = _exits(nights, at=at)
    return Numbers(
        installed=len(beds),
        open=len(beds) - shut,
        taken=sum(states[state] for state in TAKEN),
        singles=_singles(nights),
        shut=shut,
        night_open=0 if is_shut_tonight else sum(_is_open_tonight(bed) for bed in nights),
        present=sum(badges.lies_there(bed.row) for bed in nights)
        + standings[Standing.WAITING]
        + standings[Standing.TO_CONFIRM],
        entries=sum(_arrives(bed.row, at=at) for bed in nights) + sum(_comes(one, unit, at=at) for one in without),
        certain=exits[Certainty.CERTAIN],
        probable=exits[Certainty.PROBABLE],
        possible=exits[Certainty.POSSIBLE],
        moving=sum(_moves(bed.row, at=at) for bed in nights),
        overdue=sum(bed.overdue for bed in beds),
        to_confirm_exits=sum(bed.row.departs_since is not None for bed in beds),
        hosting=sum(badges.is_hosted(bed.row) for bed in beds),
        hosted=hosted,
        returning=min(hosted, free),
    )


def _exits(nights: Iterable[Seen], *, at: datetime) -> Counter[str]:
    """Who is to leave before midnight, by certainty; who was said to have left already leaves for certain."""
    tomorrow = end_of_day(at)
    lying = [bed.row for bed in nights if badges.lies_there(bed.row)]
    said = [row for row in lying if row.departs_since is not None]
    foreseen = [row for row in lying if row.departs_since is None and row.leaves_before(tomorrow)]
    return Counter({Certainty.CERTAIN: len(said)}) + Counter(row.certainty or Certainty.POSSIBLE for row in foreseen)


def _arrives(row: Occupancy, *, at: datetime) -> bool:
    """A bed kept for somebody who comes by tonight, here already or not, whoever lies in it now."""
    return _is_due(row.awaited_at, at)


def _moves(row: Occupancy, *, at: datetime) -> bool:
    return badges.lies_there(row) and _is_due(row.goes_at, at)


def _is_due(moment: datetime | None, at: datetime) -> bool:
    """Told for today, or for a day before and still to come: midnight lets no kept bed go."""
    return moment is not None and moment < end_of_day(at)


def _comes(one: Waiting, unit: Unit, *, at: datetime) -> bool:
    """No bed kept, and one needed tonight: awaited by then, or in the theatre. Who has one kept counts where it is."""
    if one.wanted_bed_id is not None or one.stay_kind != StayKind.INPATIENT:
        return False
    standing = place(one, unit)
    return standing == Standing.THEATRE or (standing == Standing.AWAITED and _is_soon(one.expected_at, at))


def _is_soon(moment: datetime | None, at: datetime) -> bool:
    """Told for today, or late by less than a day: who was awaited this evening may still come after midnight."""
    return moment is not None and at - LATE < moment < end_of_day(at)


def _singles(nights: Iterable[Seen]) -> int:
    """Rooms of one bed that is free."""
    rooms: dict[str, list[BedState]] = {}
    for bed in nights:
        rooms.setdefault(bed.row.room_label, []).append(bed.state)
    return sum(states == [BedState.FREE] for states in rooms.values())


def cleaning_since(beds: Iterable[Seen]) -> datetime | None:
    """Since when the bed that has waited longest is to clean."""
    waits = [bed.row.vacated_at for bed in beds if bed.state == BedState.CLEANING and bed.row.vacated_at is not None]
    return min(waits, default=None)


def signed(number: int) -> str:
    """A balance as it is read: « +4 », « 0 », « −2 » with a true minus."""
    return f"+{number}" if number > 0 else str(number).replace("-", "−")
