"""What the selects of the board offer: beds that can be given, patients who need one."""

from collections import defaultdict
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.forms import Choices
from amh.board.people import named, since_label
from amh.core import dates, rules
from amh.core.models import User
from amh.core.roles import Permission
from patients.models.patients import display_name
from patients.queries.occupancy import Occupancy
from patients.queries.waiting import Waiting
from patients.rules.stays import ALIVE
from wards.models import BedState, Unit, UnitKind
from wards.models.beds import short_label
from wards.models.validity import valid_at
from wards.queries.units import receiving

GIVEN = {BedState.FREE: "", BedState.CLEANING: gettext_lazy("à nettoyer"), BedState.RESERVED: gettext_lazy("réservé")}


def beds(board: Board, *, by: User, near: int | None) -> Choices:
    """Beds that ``by`` may give, by unit, the unit ``near`` first; free ones before those to clean or kept."""
    groups: Choices = []
    for unit in sorted(board.units, key=lambda unit: unit.pk != near):
        if not rules.may(by, Permission.PLACE, unit_id=unit.pk):
            continue
        rows = [(row, board.state(row)) for row in board.rows_by_unit[unit.pk]]
        open_ = [(row, state) for row, state in rows if state in GIVEN]
        open_.sort(key=lambda pair: list(GIVEN).index(pair[1]))
        labels = [(row.bed_id, short_label(row.room_label, row.bed_label), GIVEN[state]) for row, state in open_]
        if labels:
            groups.append((unit.name, [(pk, f"{label} · {note}" if note else label) for pk, label, note in labels]))
    return groups


def stays(board: Board, audience: Audience, *, by: User, near: int) -> tuple[Choices, int]:
    """Patients without a bed whom ``by`` may place, by unit, the unit ``near`` first; and how many are named."""
    names = {unit.pk: unit.name for unit in board.units}
    groups: dict[int, list[tuple[int, str]]] = defaultdict(list)
    known = 0
    for one in sorted(board.waiting, key=lambda one: one.unit_id != near):
        if not one.away and one.unit_id in names and rules.may(by, Permission.PLACE, unit_id=one.unit_id):
            shown = named(one, audience)
            known += shown
            groups[one.unit_id].append((one.stay_id, _patient(one, at=board.at, masked=not shown)))
    return [(names[unit_id], found) for unit_id, found in groups.items()], known


def others(board: Board, audience: Audience, *, by: User, near: int | None, besides: int) -> tuple[Choices, int]:
    """Patients with whom one may exchange the bed, by unit, the unit ``near`` first: their beds, as people say it.

    And how many of them are named.
    """
    groups: Choices = []
    known = 0
    for unit in sorted(board.units, key=lambda unit: unit.pk != near):
        if rules.may(by, Permission.PLACE, unit_id=unit.pk):
            rows = [row for row in board.rows_by_unit[unit.pk] if _may_exchange(row) and row.stay_id != besides]
            groups.append((unit.name, [(row.stay_id or 0, _occupant(board, row, audience)) for row in rows]))
            known += sum(board.named(row, audience) for row in rows)
    return [group for group in groups if group[1]], known


def _may_exchange(row: Occupancy) -> bool:
    return row.occupied_since is not None and row.closure_kind is None and row.stay_state in ALIVE


def _occupant(board: Board, row: Occupancy, audience: Audience) -> str:
    bed = short_label(row.room_label, row.bed_label)
    if not board.named(row, audience):
        return f"{bed} · {_('Patient')}"
    name = display_name(row.birth_name, row.used_name, row.first_names, row.used_first_name)
    return f"{bed} · {name} · {dates.birth(row.birth_date)}"


def units(*, by: User, at: datetime, near: int | None) -> Choices:
    """The units where ``by`` may say that a patient is, the unit ``near`` first; at home is another stay (WR-17)."""
    rows = receiving(at=at).exclude(kind=UnitKind.HOME_CARE)
    allowed = [unit for unit in rows if rules.may(by, Permission.PLACE, unit_id=unit.pk)]
    return [("", [(unit.pk, unit.name) for unit in sorted(allowed, key=lambda unit: unit.pk != near)])]


def home_care_units(*, at: datetime) -> Choices:
    """The units of home care in service."""
    units = Unit.objects.filter(valid_at(at), kind=UnitKind.HOME_CARE)
    return [("", [(unit.pk, unit.name) for unit in units])]


def _patient(one: Waiting, *, at: datetime, masked: bool) -> str:
    since = since_label(one, today=dates.local(at).date())
    if masked:
        return f"{_('Patient')} · {since}"
    name = display_name(one.birth_name, one.used_name, one.first_names, one.used_first_name)
    return f"{name} · {dates.birth(one.birth_date)} · {since}"
