"""Places locked for an act, always in the same order: unit, room, beds by ascending id.

What is joined to a row that had to be waited for comes back as it was before the wait. So rows are locked alone, and
what hangs on them is read once they are held.
"""

from django.db.models import Q

from wards.models import Bed, Room, Unit


def unit(pk: int, *, against_newcomers: bool = False) -> Unit:
    """Lock a unit and return it fresh; ``against_newcomers``, nobody new is written into it until the act is done."""
    return Unit.objects.select_for_update(no_key=not against_newcomers).get(pk=pk)


def room(pk: int) -> Room:
    """Lock a room and return it fresh, with its unit."""
    held = Room.objects.select_for_update(no_key=True).get(pk=pk)
    return Room.objects.select_related("unit").get(pk=held.pk)


def rooms(unit: Unit) -> list[Room]:
    """Lock every room of a unit in ascending order and return them fresh."""
    return list(Room.objects.select_for_update(no_key=True).filter(unit=unit).order_by("pk"))


def bed(pk: int) -> Bed:
    """Lock a bed and return it fresh, with its room and unit."""
    return beds(Q(pk=pk))[0]


def beds(which: Q) -> list[Bed]:
    """Lock these beds in ascending order and return them fresh, with their rooms and units."""
    return list(Bed.objects.select_related("room__unit").filter(pk__in=hold_beds(which)).order_by("pk"))


def hold_beds(which: Q) -> list[int]:
    """Lock these beds in ascending order and return their ids."""
    locked = Bed.objects.select_for_update(of=("self",), no_key=True).filter(which).order_by("pk")
    return list(locked.values_list("pk", flat=True))
