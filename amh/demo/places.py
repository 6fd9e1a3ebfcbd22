"""The demonstration hospital: eight units of a cancer centre, their rooms, beds, chairs and places."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from amh.demo.shares import share
from wards.actions import structures
from wards.models import Bed, BedKind, FunctionalUnit, Room, Unit, UnitKind
from wards.rules.structures import Row

OPENED = datetime(1975, 1, 1, tzinfo=ZoneInfo("Europe/Paris"))
"""When the demonstration hospital began: before any past stay."""
FEWEST = 24
"""Beds below which the units would not all have some."""
SALON = 8
"""Chairs in a room of the day hospital."""


@dataclass(frozen=True)
class Design:
    """How a unit is laid out: share of the hospital's beds, floor, share of single rooms."""

    code: str
    name: str
    kind: UnitKind
    weight: int
    functional_unit: str
    floor: int = 0
    single: float = 1.0


DESIGNS = (
    Design("MED", "Médecine", UnitKind.INPATIENT, 64, "2110", floor=2, single=0.45),
    Design("HEM", "Hématologie", UnitKind.INPATIENT, 42, "2120", floor=3),
    Design("CUR", "Curiethérapie", UnitKind.BRACHYTHERAPY, 12, "2130", floor=1),
    Design("HDJ", "Hôpital de jour", UnitKind.DAY_HOSPITAL, 52, "2210"),
    Design("USP", "Soins palliatifs", UnitKind.PALLIATIVE, 20, "2140", floor=5),
    Design("CHIR", "Chirurgie", UnitKind.INPATIENT, 70, "2310", floor=4, single=0.4),
    Design("ACA", "Ambulatoire", UnitKind.DAY_SURGERY, 24, "2320"),
    Design("BLOC1", "Bloc 1", UnitKind.THEATRE, 16, "2410"),
)


@dataclass(frozen=True)
class Hospital:
    """The units by code, and the beds of each in the order of the rooms."""

    units: dict[str, Unit]
    beds: dict[str, list[Bed]]

    @property
    def all_beds(self) -> list[Bed]:
        """Every bed, chair and place."""
        return [bed for beds in self.beds.values() for bed in beds]


def build(count: int) -> Hospital:
    """Make ``count`` beds, chairs and places in eight units, in an empty database."""
    sizes = share(count, {design: design.weight for design in DESIGNS})
    layout = [(design, place) for design in DESIGNS for place in _layout(design, sizes[design])]
    rows = [
        Row(line, design.code, design.name, design.kind, *place) for line, (design, place) in enumerate(layout, start=1)
    ]
    structures.bring_in(rows=rows, by=None, at=OPENED)
    units = {unit.code: unit for unit in Unit.objects.all()}
    for design in DESIGNS:
        FunctionalUnit.objects.create(code=design.functional_unit, name=design.name, unit=units[design.code])
    Room.objects.filter(unit__kind=UnitKind.BRACHYTHERAPY).update(shielded=True)
    beds = Bed.objects.select_related("room__unit").order_by("room__unit__position", "pk")
    return Hospital(units, {code: [bed for bed in beds if bed.room.unit.code == code] for code in units})


def _layout(design: Design, count: int) -> Iterator[tuple[str, str, BedKind]]:
    match design.kind:
        case UnitKind.DAY_HOSPITAL:
            yield from _day_hospital(count)
        case UnitKind.DAY_SURGERY:
            yield from ((f"A{n:02d}", f"A{n:02d}", BedKind.PLACE) for n in range(1, count + 1))
        case UnitKind.THEATRE:
            yield from (("SSPI", f"{n:02d}", BedKind.PLACE) for n in range(1, count + 1))
        case _:
            yield from _ward(design, count)


def _day_hospital(count: int) -> Iterator[tuple[str, str, BedKind]]:
    """Chairs in salons, and one bed in five, for those who must lie down."""
    beds = count // 5
    for n in range(count - beds):
        yield f"S{n // SALON + 1}", f"F{n % SALON + 1}", BedKind.CHAIR
    for n in range(beds):
        yield f"{n + 1:02d}", f"{n + 1:02d}", BedKind.BED


def _ward(design: Design, count: int) -> Iterator[tuple[str, str, BedKind]]:
    """Double rooms (window and door beds), then single ones; in haematology one room in three is protected."""
    doubles = int(count * (1 - design.single) / 2)
    rooms = count - doubles
    width = 2 if rooms < 100 else 3
    for n in range(1, rooms + 1):
        label = f"{design.floor}{n:0{width}d}"
        if n <= doubles:
            yield label, "F", BedKind.BED
            yield label, "P", BedKind.BED
        else:
            yield f"{label}S" if design.code == "HEM" and n % 3 == 1 else label, "1", BedKind.BED
