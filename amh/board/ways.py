"""The ways out of a drop that was not done at once, each with the very rule that its act will ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from amh.board.acts import KEYS, reason
from amh.board.drops import TO_ASK, Choice, Drop
from amh.core import rules
from amh.core.dates import moment
from amh.core.roles import ROLES, Permission, Role
from patients.models import Placement, Reservation, StayState
from patients.queries import reservations
from patients.rules import advice
from patients.rules import closures as closure_rules
from patients.rules import drops as drop_rules
from patients.rules import reservations as reservation_rules
from patients.rules import swaps as swap_rules
from patients.rules.advice import Reason
from patients.rules.beds import named

ELSEWHERE = frozenset({TO_ASK, advice.ADVISED_AGAINST, drop_rules.MOVED, "denied"})
"""Codes after which another bed may do, beside those of the bed itself."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """One way out of a drop: a ``Choice`` (``url`` is empty), an act of its own, or a form to ``open``.

    Disabled with ``refusal`` in words; ``warnings`` speak against it and do not forbid it.
    """

    key: str
    icon: str
    label: str
    refusal: str | None = None
    url: str = ""
    open: bool = False
    warnings: tuple[Reason, ...] = ()

    @property
    def shortcut(self) -> str:
        """The letter that presses it, as in the menu of a bed."""
        return KEYS.get(self.key, "")


@dataclass(frozen=True)
class Ways:
    """The ways out of one drop, as the person in front of it may go."""

    drop: Drop

    def after(self, code: str) -> Iterator[WayOut]:
        """Those that make sense after a refusal with this code; none for a patient who lies there, or has left."""
        own = {
            TO_ASK: self._arrived,
            advice.ADVISED_AGAINST: self._anyway,
            drop_rules.MOVED: self._all_the_same,
            "bed_occupied": self._held,
            "bed_reserved": self._kept,
            "bed_closed": self._reopen,
        }
        if not self.drop.is_idle:
            yield from own.get(code, tuple)()
            if code.startswith("bed_") or code in ELSEWHERE:
                yield from self._choose()

    def _arrived(self) -> Iterator[WayOut]:
        yield self._place(_("Arrivé dans ce lit"))
        yield from self._reserve_empty()

    def _anyway(self) -> Iterator[WayOut]:
        yield self._place(_("Installer quand même"))

    def _all_the_same(self) -> Iterator[WayOut]:
        yield self._place(_("Installer quand même au lit %s") % self.drop.bed)

    def _held(self) -> Iterator[WayOut]:
        """Nothing that would tell a death to those who only see a bed that is not to be given (WR-60)."""
        holder = self.drop.holder
        if holder is not None and holder.stay.state != StayState.DECEASED:
            yield from self._swap(holder)
            yield self._reserve_after(holder)

    def _kept(self) -> Iterator[WayOut]:
        if self.drop.kept is not None:
            yield self._take_over(self.drop.kept)

    def _place(self, label: str) -> WayOut:
        return self._way(Choice.PLACE, "place", label, reason(self.drop.check_place))

    def _swap(self, holder: Placement) -> Iterator[WayOut]:
        drop = self.drop
        if drop.here is not None:
            pair: dict[str, Any] = {"by": drop.by, "at": drop.at, "now": drop.at}
            refusal = reason(lambda: swap_rules.check_swap(drop.stay, holder.stay, **pair))
            label = _("Échanger %(patient)s et %(other)s") % {"patient": drop.name, "other": drop.other}
            yield self._way(Choice.SWAP, "swap", label, refusal)

    def _reserve_after(self, holder: Placement) -> WayOut:
        drop, refusal = self.drop, reason(self._check_reserve)
        facts = {"patient": drop.name, "other": drop.other}
        label = _("Réserver ce lit pour %(patient)s après le départ de %(other)s") % facts
        leaves_at = holder.ends_at or holder.stay.expected_discharge_at
        if leaves_at is not None and leaves_at > drop.at:
            label = f"{label} ({moment(leaves_at, now=drop.at)})"
        return self._way(Choice.RESERVE, "reserve", label, refusal)

    def _reserve_empty(self) -> Iterator[WayOut]:
        drop = self.drop
        kept = reservations.kept_for(drop.stay, at=drop.at)
        if kept is None or kept.bed_id != drop.bed.pk:
            label = _("Réserver ce lit pour %s") % moment(drop.expected_at(), now=drop.at)
            yield self._way(Choice.RESERVE, "reserve", label, reason(self._check_reserve))

    def _check_reserve(self) -> None:
        drop = self.drop
        rules.check(drop.by, Permission.RESERVE, unit_id=drop.bed.room.unit_id)
        when = drop.expected_at()
        said: dict[str, Any] = {"expected_at": when, "until": when, "by": drop.by, "now": drop.at}
        reservation_rules.check_reserve(drop.stay, drop.bed, **said)

    def _take_over(self, kept: Reservation) -> WayOut:
        drop = self.drop
        other = named(kept.stay.patient, unit_id=drop.bed.room.unit_id, to=drop.by, stay=kept.stay)
        label = _("Lever la réservation de %(other)s et installer %(patient)s")
        refusal = reason(lambda: reservation_rules.check_release(kept, drop.bed, by=drop.by))
        return self._way(Choice.TAKE_OVER, "place", label % {"other": other, "patient": drop.name}, refusal)

    def _reopen(self) -> Iterator[WayOut]:
        drop = self.drop
        refusal = reason(lambda: closure_rules.check_reopen(drop.bed, by=drop.by, at=drop.at))
        if refusal is not None and not rules.may(drop.by, Permission.CLOSE_BED, unit_id=drop.bed.room.unit_id):
            refusal = f"{refusal} {_('Qui le peut : %s.') % ', '.join(_who_reopens())}"
        yield WayOut("reopen", "free", _("Rouvrir le lit"), refusal, reverse("board:reopen", args=[drop.bed.pk]))

    def _choose(self) -> Iterator[WayOut]:
        """A form that asks which bed, for those who may place this patient at all."""
        drop = self.drop
        unit_id = drop.place.unit_id if drop.place else drop.stay.unit_id
        if rules.may(drop.by, Permission.PLACE, unit_id=unit_id):
            url = reverse("board:move", args=[drop.stay.pk])
            yield WayOut("move", "move", _("Choisir un autre lit…"), None, url, open=True)

    def _way(self, choice: Choice, icon: str, label: str, refusal: str | None) -> WayOut:
        warnings = () if refusal else tuple(self.drop.warnings(choice))
        return WayOut(choice.value, icon, label, refusal, warnings=warnings)


def _who_reopens() -> Iterator[str]:
    """The trades that may reopen a bed, in words."""
    return (str(role.label).lower() for role in Role if Permission.CLOSE_BED in ROLES.get(role, {}))
