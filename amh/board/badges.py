"""What a bed bears beside its state: the badges of its card, and the marks by which the board finds it."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from amh.board.addresses import Mark
from amh.board.looks import Look, Moment, hour, label
from patients.models import Certainty, StayKind
from patients.queries.occupancy import Occupancy
from wards.models import BedState
from wards.models.beds import short_label


class Badge(NamedTuple):
    """Something to know of a bed: an icon and its words, ``loud`` when somebody must act."""

    icon: str
    word: str
    loud: bool = False


def shows_patient(row: Occupancy, moment: Moment) -> bool:
    """Who lies in a bed is shown, closed or not, unless they have died; for whom it is kept, once nobody does."""
    return lies_there(row) or moment.state == BedState.RESERVED


def lies_there(row: Occupancy) -> bool:
    """Tell whether a patient lies in the bed, who could be moved."""
    return row.occupied_since is not None and not row.deceased


def of(row: Occupancy, moment: Moment, *, homonym: bool, look: Look) -> Iterator[Badge]:
    """The badges of the card, those to act upon first; of isolation the type of precaution, on no wall (WR-60)."""
    if row.closure_kind is not None and lies_there(row):
        yield Badge("warning", _("patient présent"), loud=True)
    if row.claimed_by is not None:
        yield Badge("question", _("lit à confirmer"), loud=True)
    if row.on_leave_since is not None:
        yield Badge("leave", _leave(row, moment), loud=moment.late)
    if row.to_be_referenced:
        yield Badge("warning", _("à référencer"))
    if row.goes_at is not None and look != Look.WALL:
        yield Badge("move", _going(row, row.goes_at, moment))
    if shows_patient(row, moment) and look != Look.WALL:
        yield from (Badge("isolation", label(kind)) for kind in row.isolations.split())
    if shows_patient(row, moment) and look == Look.FULL:
        yield from _of_named(row, homonym=homonym)


def _of_named(row: Occupancy, *, homonym: bool) -> Iterator[Badge]:
    if homonym or row.homonym:
        yield Badge("homonym", _("homonyme"))
    if is_hosted(row):
        yield Badge("hosted", _("hébergé · %s") % row.home_unit_name)


def _going(row: Occupancy, at: datetime, moment: Moment) -> str:
    bed = short_label(row.goes_room or "", row.goes_bed or "")
    return _("attendu au lit %(bed)s %(hour)s") % {"bed": bed, "hour": hour(at, moment.today)}


def _leave(row: Occupancy, moment: Moment) -> str:
    if row.on_leave_until is None:
        return _("en permission")
    said = _("en permission, retour prévu %s, dépassé") if moment.late else _("en permission, retour %s")
    return said % hour(row.on_leave_until, moment.today)


def is_hosted(row: Occupancy) -> bool:
    """Tell whether another unit than the bed's answers for the patient."""
    return lies_there(row) and row.home_unit_id not in (None, row.unit_id)


def marks(row: Occupancy, moment: Moment, *, homonym: bool, look: Look) -> Iterator[Mark]:
    """The words of ``?marque=`` that find the bed; none on a wall, and no more than the card says."""
    if look == Look.WALL or not lies_there(row):
        return
    if look == Look.FULL and (homonym or row.homonym):
        yield Mark.HOMONYM
    if look == Look.FULL and is_hosted(row):
        yield Mark.HOSTED
    if row.isolations:
        yield Mark.ISOLATED
    if row.on_leave_since is not None:
        yield Mark.LEAVE
    yield from _of_exit(row, moment)


def _of_exit(row: Occupancy, moment: Moment) -> Iterator[Mark]:
    if moment.overdue:
        yield Mark.OVERDUE
    if row.expected_discharge_at is None and row.stay_kind == StayKind.INPATIENT:
        yield Mark.UNDATED
    if row.expected_discharge_at is not None and row.certainty == Certainty.CERTAIN:
        yield Mark.CERTAIN
