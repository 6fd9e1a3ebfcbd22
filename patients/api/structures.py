"""Units, rooms and beds with the verbs that ask first who is in them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.references import Reference
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import structures
from patients.api.beds import Beds as BedsWithStates
from patients.api.beds import StateRow
from wards.actions import beds
from wards.api.rooms import RoomRow
from wards.api.rooms import Rooms as DescribedRooms
from wards.api.units import UnitRow
from wards.api.units import Units as DescribedUnits
from wards.models import Bed, BedKind, Room, Unit


class Retirement(serializers.Serializer[Any]):
    """From when the place is out of service; without it, from now on."""

    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class OtherUnitName(serializers.Serializer[Any]):
    same_as = Reference(queryset=Unit.objects.all())


class OtherBedName(serializers.Serializer[Any]):
    same_as = Reference(queryset=Bed.objects.all())


class BedDescription(serializers.Serializer[Any]):
    room = Reference(queryset=Room.objects.all())
    label = serializers.CharField(max_length=20, allow_blank=True, default="")  # type: ignore[assignment]
    kind = serializers.ChoiceField(choices=BedKind.choices, default=BedKind.BED)


class Units(DescribedUnits):
    summaries = DescribedUnits.summaries | {
        "retire": _("Mettre une unité hors service, avec ses chambres et ses lits"),
        "rename": _("Déclarer qu’une unité nommée par un message en est une autre"),
    }

    @verb(Permission.SET_STRUCTURE, body=Retirement, answer=UnitRow)
    def retire(self, request: Request, pk: int) -> Response:
        """Take the unit out of service, once nobody is in it or expected."""
        structures.retire_unit(unit=self.get_object(), **self.body(Retirement), by=self.by, at=self.at)
        return self.fresh()

    @verb(Permission.SET_STRUCTURE, body=OtherUnitName, answer=UnitRow)
    def rename(self, request: Request, pk: int) -> Response:
        """Say that the unit is another name of ``same_as``."""
        structures.rename_unit(unit=self.get_object(), **self.body(OtherUnitName), by=self.by, at=self.at)
        return self.fresh()


class Rooms(DescribedRooms):
    summaries = DescribedRooms.summaries | {"retire": _("Mettre une chambre hors service, avec ses lits")}

    @verb(Permission.SET_STRUCTURE, body=Retirement, answer=RoomRow)
    def retire(self, request: Request, pk: int) -> Response:
        """Take the room out of service, once nobody is in it."""
        structures.retire_room(room=self.get_object(), **self.body(Retirement), by=self.by, at=self.at)
        return self.fresh()


class Beds(BedsWithStates):
    summaries = BedsWithStates.summaries | {
        "create": _("Décrire un nouveau lit"),
        "change": _("Décrire un lit autrement, le mettre dans une autre chambre quand personne ne l’a"),
        "retire": _("Mettre un lit hors service"),
        "restore": _("Remettre un lit en service"),
        "rename": _("Déclarer qu’un lit nommé par un message en est un autre"),
    }

    @creation(Permission.SET_STRUCTURE, body=BedDescription, answer=StateRow)
    def create(self, request: Request) -> Response:
        """Describe a new bed."""
        bed = beds.create(**self.body(BedDescription), by=self.by, at=self.at)
        return Response(self._rows([bed])[0], status=201)

    @verb(Permission.SET_STRUCTURE, body=BedDescription, answer=StateRow)
    def change(self, request: Request, pk: int) -> Response:
        """Describe the bed otherwise."""
        structures.change_bed(bed=self.get_object(), **self.body(BedDescription), by=self.by, at=self.at)
        return self.retrieve(request)

    @verb(Permission.SET_STRUCTURE, body=Retirement, answer=StateRow)
    def retire(self, request: Request, pk: int) -> Response:
        """Take the bed out of service, once nobody has it or is to have it."""
        structures.retire_bed(bed=self.get_object(), **self.body(Retirement), by=self.by, at=self.at)
        return self.retrieve(request)

    @verb(Permission.SET_STRUCTURE, answer=StateRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Put the bed back into service."""
        beds.restore(bed=self.get_object(), by=self.by, at=self.at)
        return self.retrieve(request)

    @verb(Permission.SET_STRUCTURE, body=OtherBedName, answer=StateRow)
    def rename(self, request: Request, pk: int) -> Response:
        """Say that the bed is another name of ``same_as``."""
        structures.rename_bed(bed=self.get_object(), **self.body(OtherBedName), by=self.by, at=self.at)
        return self.retrieve(request)
