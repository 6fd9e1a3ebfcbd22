"""Reads of the ledger."""

from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter

from django.db.models import Q

from patients.models import Announcement, AnnouncementKind, ExitMode, Movement, MovementKind, Stay


def last(stay: Stay) -> Movement | None:
    """The last movement of the stay that stands."""
    return next(reversed(in_order(stay)), None)


def in_order(stay: Stay) -> list[Movement]:
    """The movements of the stay that stand, each with unit, bed and room, the earliest first."""
    return ordered(stay.movements.standing().select_related("bed__room", "unit"))


def ordered(rows: Iterable[Movement]) -> list[Movement]:
    """Movements of one stay, the earliest first; a departure comes after the discharge that it confirms, whatever the
    hour that other systems gave to that one.
    """
    found: list[Movement] = []
    for row in sorted(rows, key=attrgetter("order")):
        place = len(found)
        while row.kind == MovementKind.DISCHARGE and place and found[place - 1].kind == MovementKind.DEPARTURE:
            place -= 1
        found.insert(place, row)
    return found


def together(movement: Movement, *, of: Mapping[int, Stay] | None = None) -> list[Movement]:
    """The movements of one act, read afresh, this one first: those with its joint number that stand, else it alone.

    ``of`` are the locked stays to which they belong, by id.
    """
    rows = [Movement.objects.select_related("stay__patient", "stay__unit", "unit", "bed__room").get(pk=movement.pk)]
    if movement.joint is not None:
        same = Movement.objects.standing().filter(joint=movement.joint).exclude(pk=movement.pk)
        rows += same.select_related("stay__patient", "stay__unit", "unit", "bed__room").order_by("pk")
    for row in rows:
        row.stay = of[row.stay_id] if of else row.stay
    return rows


def beds(stay_ids: Collection[int]) -> set[int]:
    """Every bed that the standing movements of these stays name."""
    named = Movement.objects.standing().filter(stay__in=stay_ids, bed__isnull=False)
    return set(named.values_list("bed_id", flat=True))


def deaths(patient_ids: Collection[int]) -> list[Movement]:
    """Every movement that says one of these people died, with its stay; those that were struck out too."""
    telling = Q(kind=MovementKind.DEATH) | Q(mode=ExitMode.DEATH)
    return list(Movement.objects.filter(telling, stay__patient__in=patient_ids).select_related("stay"))


def kind_of(domain: str, number: str) -> MovementKind | AnnouncementKind | None:
    """The kind of what another system told under this number."""
    told: list[tuple[type[Movement | Announcement], type[MovementKind | AnnouncementKind]]] = [
        (Movement, MovementKind),
        (Announcement, AnnouncementKind),
    ]
    for model, kinds in told if number else []:
        row = model.objects.filter(domain=domain, number=number).order_by("-pk").first()
        if row is not None:
            return kinds(row.kind)
    return None
