"""The stays of a patient, on the record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from amh.core.models import User
from patients.models import HERE, Patient, Placement, Stay
from patients.queries import records
from patients.queries.placements import reaching


@dataclass(frozen=True)
class Shown:
    """A stay as the record shows it."""

    stay: Stay

    @property
    def place(self) -> Placement | None:
        """Where the patient lies in this stay."""
        here: list[Placement] = self.stay.here  # type: ignore[attr-defined]
        return here[0] if here else None

    @property
    def is_here(self) -> bool:
        """Whether the hospital answers for the patient in this stay."""
        return self.stay.state in HERE

    @property
    def numbers(self) -> list[str]:
        """The numbers by which other systems know it."""
        return [number for number in (self.stay.account_number, self.stay.visit_number) if number]

    @property
    def board_url(self) -> str:
        """The bed on the board, by its lasting address; this app knows no page above it."""
        bed = self.place.bed if self.place else None
        return f"/lits/?unite={bed.room.unit.code}#lit-{bed.pk}" if bed else ""


def panel(patient: Patient, *, by: User, at: datetime) -> dict[str, Any]:
    """Every stay, the newest first, with where the patient lies."""
    here = Placement.objects.filter(reaching(at), starts_at__lte=at).select_related("unit", "bed__room__unit")
    stays = records.stays(patient).select_related("unit", "practitioner")
    return {"stays": [Shown(stay) for stay in stays.prefetch_related(Prefetch("placements", here, to_attr="here"))]}
