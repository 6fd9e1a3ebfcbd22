"""Units with what is in them, for those who describe the structure."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Length

from amh.core.fields import Choices
from wards.models import Bed, Room, Unit, UnitKind
from wards.models.validity import valid_at


def described(*, at: datetime) -> QuerySet[Unit]:
    """Every unit, also those out of service, with what it has at ``at``: ``rooms_here``, ``beds_here``, and among them
    ``beds_unnamed``, which messages named.

    Units to be referenced come first, then the order of the board. One query, and one for their codes.
    """
    beds = _valid("rooms__beds__", at)
    counted = Unit.objects.annotate(
        rooms_here=Count("rooms", filter=_valid("rooms__", at), distinct=True),
        beds_here=Count("rooms__beds", filter=beds, distinct=True),
        beds_unnamed=Count("rooms__beds", filter=beds & Q(rooms__beds__to_be_referenced=True), distinct=True),
    )
    ordered = counted.order_by("-to_be_referenced", "position", "name", "pk")
    return ordered.select_related("calendar").prefetch_related("functional_units")


def _valid(path: str, at: datetime) -> Q:
    """The same as ``valid_at``, of rows reached by ``path``."""
    lasting = Q(**{f"{path}valid_until": None}) | Q(**{f"{path}valid_until__gt": at})
    return Q(**{f"{path}valid_from__lte": at}) & lasting


def rooms_of(unit: Unit) -> list[Room]:
    """The rooms of a unit with all their beds, also those out of service, in the order in which people count them."""
    beds = Bed.objects.select_related("stands_for__room").order_by(Length("label"), "label", "pk")
    rooms = unit.rooms.order_by(Length("label"), "label", "pk")
    return list(rooms.prefetch_related(Prefetch("beds", queryset=beds)))


def receiving(*, at: datetime) -> QuerySet[Unit]:
    """The units in service to which patients come; they leave by the lounge."""
    return Unit.objects.filter(valid_at(at)).exclude(kind=UnitKind.LOUNGE)


def offered_units(*, at: datetime) -> Choices:
    """The described units in service, to choose from."""
    units = Unit.objects.filter(valid_at(at), to_be_referenced=False)
    return [("", [(unit.pk, f"{unit.name} ({unit.code})") for unit in units])]


def offered_rooms(*, at: datetime) -> Choices:
    """The rooms in service, by unit, to choose from."""
    rooms = Room.objects.filter(valid_at(at), Q(unit__valid_until=None) | Q(unit__valid_until__gt=at))
    grouped: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for room in rooms.select_related("unit").order_by("unit__position", "unit__name", Length("label"), "label"):
        grouped[room.unit.name].append((room.pk, room.label))
    return list(grouped.items())


def offered_beds(unit_id: int, *, at: datetime) -> Choices:
    """The described beds of a unit in service, by room, to choose from."""
    beds = Bed.objects.filter(valid_at(at), room__unit=unit_id, to_be_referenced=False).select_related("room")
    return [("", [(bed.pk, bed.short_label) for bed in beds.order_by(Length("room__label"), "room__label", "label")])]
