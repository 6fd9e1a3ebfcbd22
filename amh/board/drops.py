"""What a patient dropped on a bed meets there: done at once, to be asked, advised against, or barred."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.dates import when
from amh.core.errors import Conflict
from amh.core.models import User
from patients.models import Placement, Reservation, Stay, StayState
from patients.queries import placements
from patients.rules import advice
from patients.rules import stays as stay_rules
from patients.rules.advice import Reason
from patients.rules.beds import named
from wards.models import Bed


class Choice(StrEnum):
    """What the person chose to do with a drop that was not done at once."""

    PLACE = "place"
    SWAP = "swap"
    RESERVE = "reserve"
    TAKE_OVER = "take-over"


TO_ASK = "to_ask"
"""Code of the refusal of a drop that may mean several things."""


@dataclass(frozen=True)
class Drop:
    """``stay``, whose patient is at ``place``, is dropped on ``bed``."""

    stay: Stay
    place: Placement | None
    bed: Bed
    by: User
    at: datetime

    @property
    def here(self) -> Bed | None:
        """The bed that the patient has."""
        return self.place.bed if self.place else None

    @property
    def is_idle(self) -> bool:
        """Whether the patient lies in that very bed."""
        return self.here is not None and self.here.pk == self.bed.pk

    @property
    def is_expected(self) -> bool:
        """Whether the patient has yet to come."""
        return self.stay.state == StayState.EXPECTED

    @cached_property
    def holder(self) -> Placement | None:
        """Who has the bed."""
        return placements.holder(self.bed.pk, at=self.at)

    @cached_property
    def kept(self) -> Reservation | None:
        """For whom the bed is kept, if that is somebody else."""
        found = placements.reservation(self.bed.pk, at=self.at)
        return found if found and found.stay_id != self.stay.pk else None

    @cached_property
    def name(self) -> str:
        """The patient's name, or a mask."""
        unit_id = self.place.unit_id if self.place else self.stay.unit_id
        return named(self.stay.patient, unit_id=unit_id, to=self.by, stay=self.stay)

    @property
    def other(self) -> str:
        """The name of who has the bed, or a mask."""
        if self.holder is None:
            return ""
        return named(self.holder.patient, unit_id=self.holder.unit_id, to=self.by, stay=self.holder.stay)

    def warnings(self, choice: Choice) -> list[Reason]:
        """What speaks against doing this."""
        if choice == Choice.RESERVE:
            return []
        if choice != Choice.SWAP or self.holder is None or self.here is None:
            return advice.against(self.stay, self.bed, by=self.by, at=self.at)
        pair = {self.stay.pk, self.holder.stay_id}
        return [
            *advice.against(self.stay, self.bed, by=self.by, at=self.at, besides=pair),
            *advice.against(self.holder.stay, self.here, by=self.by, at=self.at, besides=pair),
        ]

    def check_place(self) -> None:
        """Raise what ``stays.place`` would."""
        given: dict[str, Any] = {"by": self.by, "at": self.at, "now": self.at}
        if self.is_expected:
            stay_rules.check_admit(self.stay, self.bed.room.unit, self.bed, **given)
        else:
            stay_rules.check_move(self.stay, self.bed, **given)

    def check_plain(self) -> None:
        """The same, and ``Conflict`` (``TO_ASK``) for somebody who may have come, or not yet."""
        self.check_place()
        if self.is_expected:
            at = self.stay.expected_at
            facts = {"patient": self.name, "when": when(at, now=self.at) if at else ""}
            raise Conflict(_("%(patient)s est attendu %(when)s : est-il arrivé ?") % facts, code=TO_ASK)

    @property
    def met_stay_id(self) -> int | None:
        """The stay of who has the bed, or for whom it is kept."""
        met = self.holder or self.kept
        return met.stay_id if met else None

    def met(self, code: str) -> list[int]:
        """The stays of others whom a refusal with this code names."""
        if code == "bed_occupied" and self.holder is not None:
            return [self.holder.stay_id]
        return [self.kept.stay_id] if code == "bed_reserved" and self.kept is not None else []

    def expected_at(self) -> datetime:
        """When the patient may come into the bed: after its holder, not before their own arrival.

        Raises ``Conflict`` when nobody knows when the holder leaves.
        """
        hours = [self.stay.expected_at] if self.is_expected else []
        if self.holder is not None:
            hours.append(self._leaves_at(self.holder))
        ahead = [hour for hour in hours if hour is not None and hour > self.at]
        soon = timezone.localtime(self.at + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
        return max(ahead, default=soon)

    def _leaves_at(self, holder: Placement) -> datetime:
        at = holder.ends_at or holder.stay.expected_discharge_at
        if at is None:
            raise Conflict(_("La sortie de %s est à fixer d’abord.") % self.other, code="no_departure")
        if at <= self.at:
            raise Conflict(
                _("La sortie prévue de %s est dépassée : la prévoir à nouveau.") % self.other, code="overdue"
            )
        return at
