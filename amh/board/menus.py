"""What may be done with a bed or with a stay: each act with the very rule that the action will ask."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amh.board import steps
from amh.board.acts import Act, How, reason
from amh.board.steps import Step
from amh.core import rules
from amh.core.dates import moment
from amh.core.models import User
from amh.core.roles import Permission
from patients.models import Certainty, Movement, Placement, Stay, StayState
from patients.queries import closures, movements, placements, reservations
from patients.queries.occupancy import Occupancy, end_of_day
from patients.rules import accesses as access_rules
from patients.rules import beds as bed_rules
from patients.rules import closures as closure_rules
from patients.rules import leaves as leave_rules
from patients.rules import preadmissions as preadmission_rules
from patients.rules import stays as stay_rules
from patients.rules import undos as undo_rules
from wards.models import Bed, BedState, Unit, UnitKind
from wards.models.validity import valid_at

SURE = {
    Certainty.CERTAIN: gettext_lazy("Sortie certaine"),
    Certainty.PROBABLE: gettext_lazy("Sortie probable"),
    Certainty.POSSIBLE: gettext_lazy("Sortie possible"),
}


def shown(acts: Sequence[Act]) -> dict[str, Any]:
    """What the template of a menu names: what can be done, and what cannot, with its reasons, aside."""
    return {"acts": [act for act in acts if not act.refusal], "refused": [act for act in acts if act.refusal]}


def of_bed(bed: Bed, row: Occupancy, *, by: User, at: datetime) -> list[Act]:
    """The acts that make sense for the bed as it is, in the order in which they are needed."""
    return list(_of_bed(bed, row, by=by, at=at))


def _of_bed(bed: Bed, row: Occupancy, *, by: User, at: datetime) -> Iterator[Act]:
    if row.claimed_by is not None:
        yield _reconcile(row.claimed_by, unit_id=bed.room.unit_id, by=by)
    state = row.state(tomorrow=end_of_day(at))
    if row.stay_id is not None and row.occupied_since is not None:
        stay = Stay.objects.select_related("patient", "unit").get(pk=row.stay_id)
        yield from Menu(stay, placements.current(stay, at=at), by, at).acts()
        yield from _closures(bed, by=by, at=at)
        return
    if state not in (BedState.CLOSED, BedState.BLOCKED):
        yield from _on_empty(bed, state, by=by, at=at)
    yield from _closures(bed, by=by, at=at)
    left = placements.last_left(bed.pk, at=at)
    if left is not None:
        yield from Menu(left.stay, left, by, at).last()


def _on_empty(bed: Bed, state: BedState, *, by: User, at: datetime) -> Iterator[Act]:
    unit_id = bed.room.unit_id
    place = reason(lambda: rules.check(by, Permission.PLACE, unit_id=unit_id))
    yield Act("place", "place", _("Attribuer ce lit…"), _url("place", bed), place)
    if state == BedState.CLEANING:
        clean = reason(lambda: bed_rules.check_clean(bed, by=by, at=at))
        yield Act("clean", "clean", _("Lit propre"), _url("clean", bed), clean, How.PRESS)
    keep = reason(lambda: rules.check(by, Permission.RESERVE, unit_id=unit_id))
    if state == BedState.RESERVED:
        yield Act("release", "close", _("Lever la réservation"), _url("release", bed), keep, How.PRESS)
    else:
        yield Act("reserve", "reserve", _("Réserver…"), _url("reserve", bed), keep)


def _closures(bed: Bed, *, by: User, at: datetime) -> Iterator[Act]:
    """Reopen what is closed, change what is closed or will be; else close."""
    right = reason(lambda: rules.check(by, Permission.CLOSE_BED, unit_id=bed.room.unit_id))
    found = closures.standing(bed, at=at)
    if any(one.starts_at <= at for one in found):
        reopen = reason(lambda: closure_rules.check_reopen(bed, by=by, at=at))
        yield Act("reopen", "free", _("Rouvrir le lit"), _url("reopen", bed), reopen, How.PRESS)
    for one in found:
        label = _("Fermeture…") if one.starts_at <= at else _("Fermeture prévue %s…") % moment(one.starts_at, now=at)
        yield Act("closure", "closed", label, _url("closure", one), right)
    if not found:
        yield Act("close", "closed", _("Fermer…"), _url("close", bed), right)


def of_stay(stay: Stay, place: Placement | None, *, by: User, at: datetime) -> list[Act]:
    """The acts that make sense for a patient who lies in no bed, in the order in which they are needed."""
    doubted = [place] if place is not None and place.to_confirm else []
    claim = [_reconcile(stay.pk, unit_id=each.unit_id, by=by) for each in doubted]
    return [*claim, *Menu(stay, place, by, at).acts()]


@dataclass(frozen=True)
class Menu:
    """The acts on one stay, whose patient is at ``place``."""

    stay: Stay
    place: Placement | None
    by: User
    at: datetime

    def acts(self) -> Iterator[Act]:
        """Those that its state allows, then the record, then the last act."""
        match self.stay.state:
            case StayState.EXPECTED:
                yield from self._expected()
            case StayState.DECEASED:
                yield from self._after_death()
                return
            case StayState.DISCHARGED:
                yield from self._after_discharge()
            case _:
                yield from self._here()
        yield from self._record()
        yield from self.last()

    def _expected(self) -> Iterator[Act]:
        kept = reservations.kept_for(self.stay, at=self.at)
        label = _("Arrivé dans le lit %s…") % kept.bed.short_label if kept else _("Arrivé dans un lit…")
        place = self._right(Permission.PLACE)
        yield self._act("move", "place", label, place)
        yield self._act("arrive", "waiting", _("Arrivé, sans lit…"), place)
        change = reason(partial(preadmission_rules.check_change, self.stay, by=self.by, now=self.at))
        yield self._act("reschedule", "retime", _("Changer l’heure d’arrivée…"), change)
        yield self._act("cancel", "close", _("Ne vient pas…"), change)
        yield self._expect()

    def _here(self) -> Iterator[Act]:
        if self.stay.state == StayState.ON_LEAVE:
            yield self._step(steps.COME_BACK)
        leaves = self._act("discharge", "discharge", _("Sortie…"), self._here_with(Permission.DISCHARGE))
        placed = self._here_with(Permission.PLACE)
        if self.place is not None and self.place.bed is not None:
            yield leaves
            yield self._act("move", "move", _("Muter vers…"), placed)
            yield self._act("swap", "swap", _("Échanger…"), placed)
        else:
            install = self._act("move", "place", _("Installer dans un lit…"), placed)
            yield from (leaves, install) if self.stay.state == StayState.LOUNGE else (install, leaves)
        yield self._expect()
        yield from self._certainties()
        if self.stay.state == StayState.PRESENT:
            yield from self._wait(placed)
            yield self._leave()
            yield self._step(steps.LOUNGE)
        yield from self._home_care()
        yield self._step(steps.DIE)

    def _after_discharge(self) -> Iterator[Act]:
        if self.place is not None:
            yield self._step(steps.DEPART)
            yield self._step(steps.DIE)

    def _after_death(self) -> Iterator[Act]:
        """To those alone who act on it: nobody else learns of a death here (WR-60)."""
        if self._may(Permission.DISCHARGE):
            yield self._step(steps.BODY_LEFT)
            yield from self._record()
            yield from self.last()

    def last(self) -> Iterator[Act]:
        """Correct the hour of the last act, or take it back."""
        said = movements.last(self.stay)
        if said is None or self.at - said.entered_at > undo_rules.UNDO_WINDOW:
            return
        kind = said.get_kind_display().lower()
        if reason(partial(undo_rules.check_retimable, said, by=self.by, now=self.at)) is None:
            yield Act("retime", "retime", _("Corriger l’heure : %s…") % kind, _url("retime", said))
        yield undo_act(said, by=self.by, at=self.at)

    def _act(self, key: str, icon: str, label: str, refusal: str | None) -> Act:
        return Act(key, icon, label, _url(key, self.stay), refusal)

    def _step(self, step: Step) -> Act:
        refusal = reason(lambda: step.check(self.stay, by=self.by, at=self.at, now=self.at))
        return self._act(step.key, step.icon, str(step.label), refusal)

    def _leave(self) -> Act:
        until = self.at + timedelta(days=1)
        check = partial(leave_rules.check_leave, self.stay, until=until, by=self.by, at=self.at, now=self.at)
        return self._act("leave", "leave", _("Permission…"), reason(check))

    def _wait(self, refusal: str | None) -> Iterator[Act]:
        """Out of a bed; without one, only to another unit."""
        elsewhere = rules.units(self.by, Permission.PLACE)
        if self.place is not None and self.place.bed is not None:
            yield self._act("wait", "waiting", _("Sans lit pour l’instant…"), refusal)
        elif elsewhere is None or len(elsewhere) > 1:
            yield self._act("wait", "waiting", _("Dans une autre unité, sans lit…"), refusal)

    def _expect(self) -> Act:
        return self._act("expect", "expect", _("Sortie prévue…"), self._expecting())

    def _expecting(self) -> str | None:
        return reason(lambda: stay_rules.check_expect(self.stay, by=self.by, now=self.at))

    def _certainties(self) -> Iterator[Act]:
        """One key each (WR-10), once there is a date to be sure of."""
        if self.stay.expected_discharge_at is None:
            return
        for certainty, label in SURE.items():
            if certainty != self.stay.expected_discharge_certainty:
                url = reverse("board:be-sure", args=[self.stay.pk, certainty.value])
                yield Act(certainty.value, "sure", str(label), url, self._expecting(), How.PRESS)

    def _home_care(self) -> Iterator[Act]:
        if Unit.objects.filter(valid_at(self.at), kind=UnitKind.HOME_CARE).exists():
            refusal = self._here_with(Permission.DISCHARGE) or reason(
                lambda: rules.check_somewhere(self.by, Permission.REGISTER)
            )
            yield self._act("home-care", "home", _("Passage en HAD…"), refusal)

    def _record(self) -> Iterator[Act]:
        patient = self.stay.patient
        if rules.opened(self.by, patient_id=patient.pk) or access_rules.opens(patient, to=self.by, at=self.at):
            url = reverse("patients:record", args=[patient.pk])
            yield Act("record", "record", _("Ouvrir le dossier"), url, how=How.PAGE)
        elif rules.scope(self.by, Permission.OPEN_EXCEPTIONALLY) is not None:
            url = reverse("patients:accesses-ask", args=[patient.pk])
            yield Act("record", "record", _("Accès exceptionnel motivé…"), url)

    def _here_with(self, permission: Permission) -> str | None:
        return reason(lambda: stay_rules.check_here(self.stay, permission, by=self.by, now=self.at))

    def _right(self, permission: Permission) -> str | None:
        return reason(lambda: rules.check(self.by, permission, unit_id=self._unit_id))

    def _may(self, permission: Permission) -> bool:
        return self._right(permission) is None

    @property
    def _unit_id(self) -> int | None:
        return self.place.unit_id if self.place else self.stay.unit_id


def undo_act(last: Movement, *, by: User, at: datetime) -> Act:
    """The button that takes back the last act of a stay."""
    refusal = reason(lambda: undo_rules.check_undo(movements.together(last), by=by, now=at))
    label = _("Annuler : %s") % last.get_kind_display().lower()
    return Act("undo", "undo", label, _url("undo", last), refusal, How.PRESS)


def _reconcile(stay_id: int, *, unit_id: int, by: User) -> Act:
    """Say who is in the bed: one answer is a departure, the others place somebody."""
    discharge = rules.may(by, Permission.DISCHARGE, unit_id=unit_id)
    refusal = None if discharge else reason(lambda: rules.check(by, Permission.PLACE, unit_id=unit_id))
    return Act("reconcile", "question", _("Confirmer ce lit…"), reverse("board:reconcile", args=[stay_id]), refusal)


def _url(name: str, row: Model) -> str:
    return reverse(f"board:{name}", args=[row.pk])
