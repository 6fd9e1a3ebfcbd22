from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.roles import Permission
from wards.actions import rooms
from wards.models import Room, Unit
from wards.models.validity import valid_at


class RoomRow(serializers.ModelSerializer[Room]):
    class Meta:
        model = Room
        fields = ["id", "unit", "label", "shielded", "valid_from", "valid_until"]
        read_only_fields = fields


class RoomChange(serializers.Serializer[Any]):
    label = serializers.CharField(max_length=20)  # type: ignore[assignment]
    shielded = serializers.BooleanField(default=False)


class RoomDescription(RoomChange):
    unit = Reference(queryset=Unit.objects.all())


class RoomFilters(Filters):
    unit = IdFilter(field_name="unit")

    class Meta:
        model = Room
        fields = ["unit", "shielded"]


class Rooms(Resource[Room]):
    """Rooms; the list holds those that exist today."""

    permission = Permission.VIEW_BOARD
    queryset = Room.objects.order_by("unit__position", "unit__name", "label", "pk")
    serializer_class = RoomRow
    filterset_class = RoomFilters
    summaries = {
        "list": _("Les chambres qui existent aujourd’hui"),
        "retrieve": _("Une chambre"),
        "create": _("Décrire une nouvelle chambre"),
        "change": _("Décrire une chambre autrement"),
        "restore": _("Remettre une chambre en service, avec les lits qui en étaient partis avec elle"),
    }

    def get_queryset(self) -> QuerySet[Room]:
        """Today's rooms for the list; any for one that is named."""
        rooms = super().get_queryset()
        return rooms.filter(valid_at(self.at)) if self.action == "list" else rooms

    @creation(Permission.SET_STRUCTURE, body=RoomDescription, answer=RoomRow)
    def create(self, request: Request) -> Response:
        """Describe a new room."""
        room = rooms.create(**self.body(RoomDescription), by=self.by, at=self.at)
        return Response(RoomRow(room).data, status=201)

    @verb(Permission.SET_STRUCTURE, body=RoomChange, answer=RoomRow)
    def change(self, request: Request, pk: int) -> Response:
        """Call the room otherwise, say whether it is shielded."""
        rooms.change(room=self.get_object(), **self.body(RoomChange), by=self.by, at=self.at)
        return self.fresh()

    @verb(Permission.SET_STRUCTURE, answer=RoomRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Put the room back into service."""
        rooms.restore(room=self.get_object(), by=self.by, at=self.at)
        return self.fresh()

    def fresh(self) -> Response:
        """The room as it is after an act."""
        return Response(RoomRow(self.get_object()).data)
