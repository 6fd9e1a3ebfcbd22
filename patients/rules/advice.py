"""Why a placement is unwise, said before it is made: advice with its reason, never a refusal."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from amh.core.errors import Conflict
from amh.core.models import User
from patients.models import FlagKind, Patient, Placement, Sex, Stay, StayState
from patients.queries import neighbours, placements
from patients.rules.beds import named
from wards.models import Bed, BedKind

ADVISED_AGAINST = "advised_against"
"""Code of the refusal that only asks to read the advice first."""


class Doubt(StrEnum):
    """What may speak against a bed: who else is in the room, what holds for the patient, whose ward it is."""

    MIXED_ROOM = "mixed_room"
    PRECAUTIONS = "precautions"
    NEIGHBOUR_PRECAUTIONS = "neighbour_precautions"
    HOSTED = "hosted"
    ON_LEAVE = "on_leave"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks against a bed for a stay, in a sentence."""

    doubt: Doubt
    stay_id: int
    sentence: str

    @property
    def key(self) -> str:
        """What tells this reason from another: somebody has read it."""
        return f"{self.doubt}-{self.stay_id}"


def against(stay: Stay, bed: Bed, *, by: User, at: datetime, besides: Collection[int] = ()) -> list[Reason]:
    """What speaks against ``bed`` for ``stay`` at ``at``; people are named to ``by`` as far as that is allowed.

    Nothing of what is so already: a patient who only changes beds in a room, or in the unit where they are lodged. The
    stays ``besides`` leave the room.
    """
    place = placements.current(stay, at=at)
    found = list(_of_the_stay(stay, place, bed))
    same_room = place is not None and place.bed is not None and place.bed.room_id == bed.room_id
    if bed.kind == BedKind.BED and not same_room:
        found += _of_the_room(stay, bed, by=by, at=at, besides={stay.pk, *besides})
    return found


def unread(found: Collection[Reason], *, read: Collection[str]) -> list[Reason]:
    """Those of these reasons whose keys are not among ``read``."""
    return [reason for reason in found if reason.key not in read]


def check_read(reasons: Collection[Reason]) -> None:
    """Raise ``Conflict`` that says these reasons, which nobody has read, if there are any."""
    if reasons:
        sentence = " ".join(reason.sentence for reason in reasons)
        raise Conflict(sentence, code=ADVISED_AGAINST, field="bed")


def _of_the_stay(stay: Stay, place: Placement | None, bed: Bed) -> Iterator[Reason]:
    if stay.state == StayState.ON_LEAVE:
        sentence = _("Ce patient est en permission : ce lit lui sera gardé, son retour reste à enregistrer.")
        yield Reason(Doubt.ON_LEAVE, stay.pk, sentence)
    there = bed.room.unit
    if stay.unit is not None and stay.unit_id != there.pk and (place is None or place.unit_id != there.pk):
        sentence = _("Ce patient serait hébergé en %(there)s ; service responsable : %(unit)s.")
        yield Reason(Doubt.HOSTED, stay.pk, sentence % {"there": there, "unit": stay.unit})


def _of_the_room(stay: Stay, bed: Bed, *, by: User, at: datetime, besides: Collection[int]) -> Iterator[Reason]:
    others = [one for one in neighbours.lying(bed, at=at, besides=besides) if one.stay.state != StayState.DECEASED]
    known = neighbours.precautions([stay.patient_id, *(one.patient_id for one in others)], at=at)
    facts: dict[str, object] = {"room": bed.room}
    for one in others:
        facts["patient"] = named(one.patient, unit_id=one.unit_id, to=by, stay=one.stay)
        if _differ(stay.patient, one.patient):
            sentence = _("La chambre %(room)s serait mixte : %(patient)s y est.") % facts
            yield Reason(Doubt.MIXED_ROOM, one.stay_id, sentence)
        if found := known.get(one.patient_id):
            sentence = _("Dans la chambre %(room)s, %(patient)s : %(kinds)s.") % (facts | {"kinds": _words(found)})
            yield Reason(Doubt.NEIGHBOUR_PRECAUTIONS, one.stay_id, sentence)
    if (found := known.get(stay.patient_id)) and (others or neighbours.open_beds(bed, at=at)):
        facts["kinds"] = _words(found)
        sentence = _("Ce patient : %(kinds)s ; la chambre %(room)s a un autre lit ouvert.") % facts
        yield Reason(Doubt.PRECAUTIONS, stay.pk, sentence)


def _differ(one: Patient, other: Patient) -> bool:
    return {one.sex, other.sex} == {Sex.FEMALE, Sex.MALE}


def _words(kinds: Collection[FlagKind]) -> str:
    return ", ".join(str(kind.label) for kind in kinds)
