"""What may be done with a bed: each act with the very rule that the action will ask, and its reason when refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from amh.board import steps
from amh.board.steps import Step
from amh.core import rules
from amh.core.errors import Refusal
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Movement, Stay, StayState
from patients.queries import movements, placements
from patients.queries.occupancy import Occupancy, end_of_day
from patients.rules import beds as bed_rules
from patients.rules import closures as closure_rules
from patients.rules import leaves as leave_rules
from patients.rules import stays as stay_rules
from patients.rules import undos as undo_rules
from wards.models import Bed, BedState

KEYS = {
    "place": "p",
    "reserve": "r",
    "clean": "n",
    "discharge": "s",
    "depart": "s",
    "body-left": "s",
    "move": "m",
    "expect": "d",
}
"""The letter of each act that has one: what it does depends on how it is with the bed."""

LETTERS = "".join(sorted(set(KEYS.values())))
"""Every letter that acts on the bed under the focus."""


@dataclass(frozen=True, slots=True)
class Act:
    """One button: ``opens`` a form or is done at once; disabled with ``refusal`` in words."""

    key: str
    icon: str
    label: str
    url: str
    opens: bool
    refusal: str | None = None

    @property
    def shortcut(self) -> str:
        """The letter that presses it, on the board and in the menu."""
        return KEYS.get(self.key, "")


def reason(check: Callable[[], object]) -> str | None:
    """The sentence with which a rule refuses, or ``None`` when it agrees."""
    try:
        check()
    except Refusal as refusal:
        return refusal.sentence
    return None


def acts(bed: Bed, row: Occupancy, *, by: User, at: datetime) -> list[Act]:
    """The acts that make sense for the bed as it is, in the order in which they are needed."""
    state = row.state(tomorrow=end_of_day(at))
    if row.stay_id is not None and row.occupied_since is not None:
        stay = Stay.objects.select_related("patient", "unit").get(pk=row.stay_id)
        return [*_on_patient(stay, by=by, at=at), *_undo(stay, by=by, at=at)]
    return [*_on_empty(bed, state, by=by, at=at), *_undo_last_exit(bed, by=by, at=at)]


def _on_patient(stay: Stay, *, by: User, at: datetime) -> Iterator[Act]:
    match stay.state:
        case StayState.DECEASED:
            yield _step(steps.BODY_LEFT, stay, by=by, at=at)
        case StayState.DISCHARGED:
            yield _step(steps.DEPART, stay, by=by, at=at)
            yield _step(steps.DIE, stay, by=by, at=at)
        case StayState.ON_LEAVE:
            yield _step(steps.COME_BACK, stay, by=by, at=at)
            yield from _usual(stay, by=by, at=at)
        case _:
            yield from _usual(stay, by=by, at=at)
            yield _leave(stay, by=by, at=at)
            yield _step(steps.LOUNGE, stay, by=by, at=at)
            yield _step(steps.DIE, stay, by=by, at=at)


def _step(step: Step, stay: Stay, *, by: User, at: datetime) -> Act:
    refusal = reason(lambda: step.check(stay, by=by, at=at, now=at))
    url = reverse(f"board:{step.key}", args=[stay.pk])
    return Act(step.key, step.icon, str(step.label), url, True, refusal)


def _leave(stay: Stay, *, by: User, at: datetime) -> Act:
    tomorrow = at + timedelta(days=1)
    refusal = reason(lambda: leave_rules.check_leave(stay, until=tomorrow, by=by, at=at, now=at))
    return Act("leave", "hosted", _("Permission…"), reverse("board:leave", args=[stay.pk]), True, refusal)


def _usual(stay: Stay, *, by: User, at: datetime) -> Iterator[Act]:
    leave = reason(lambda: stay_rules.check_here(stay, Permission.DISCHARGE, by=by, now=at))
    move = reason(lambda: stay_rules.check_here(stay, Permission.PLACE, by=by, now=at))
    expect = reason(lambda: stay_rules.check_expect(stay, by=by, now=at))
    yield Act("discharge", "discharge", _("Sortie…"), reverse("board:discharge", args=[stay.pk]), True, leave)
    yield Act("move", "move", _("Muter vers…"), reverse("board:move", args=[stay.pk]), True, move)
    yield Act("expect", "expect", _("Sortie prévue…"), reverse("board:expect", args=[stay.pk]), True, expect)


def _on_empty(bed: Bed, state: BedState, *, by: User, at: datetime) -> Iterator[Act]:
    unit_id = bed.room.unit_id
    if state in (BedState.CLOSED, BedState.BLOCKED):
        reopen = reason(lambda: closure_rules.check_reopen(bed, by=by, at=at))
        yield Act("reopen", "free", _("Rouvrir le lit"), reverse("board:reopen", args=[bed.pk]), False, reopen)
        return
    place = reason(lambda: rules.check(by, Permission.PLACE, unit_id=unit_id))
    yield Act("place", "place", _("Attribuer ce lit…"), reverse("board:place", args=[bed.pk]), True, place)
    if state == BedState.CLEANING:
        clean = reason(lambda: bed_rules.check_clean(bed, by=by, at=at))
        yield Act("clean", "clean", _("Lit propre"), reverse("board:clean", args=[bed.pk]), False, clean)
    keep = reason(lambda: rules.check(by, Permission.RESERVE, unit_id=unit_id))
    if state == BedState.RESERVED:
        yield Act("release", "close", _("Lever la réservation"), reverse("board:release", args=[bed.pk]), False, keep)
    else:
        yield Act("reserve", "reserve", _("Réserver…"), reverse("board:reserve", args=[bed.pk]), True, keep)
    close = reason(lambda: closure_rules.check_close([bed], starts_at=at, until=None, by=by, now=at))
    yield Act("close", "closed", _("Fermer le lit…"), reverse("board:close", args=[bed.pk]), True, close)


def _undo(stay: Stay, *, by: User, at: datetime) -> Iterator[Act]:
    last = movements.last(stay)
    if last is not None and at - last.entered_at <= undo_rules.UNDO_WINDOW:
        yield undo_act(last, stay, by=by, at=at)


def _undo_last_exit(bed: Bed, *, by: User, at: datetime) -> Iterator[Act]:
    left = placements.last_left(bed.pk, at=at)
    if left is not None:
        yield from _undo(left.stay, by=by, at=at)


def undo_act(last: Movement, stay: Stay, *, by: User, at: datetime) -> Act:
    """The button that takes back the last act of a stay."""
    refusal = reason(lambda: undo_rules.check_undo(movements.together(last), by=by, now=at))
    label = _("Annuler : %s") % last.get_kind_display().lower()
    return Act("undo", "undo", label, reverse("board:undo", args=[last.pk]), False, refusal)
