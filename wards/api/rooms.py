from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ModelSerializer

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.resources import Resource
from amh.core.roles import Permission
from wards.models import Room
from wards.models.validity import valid_at


class RoomRow(ModelSerializer[Room]):
    class Meta:
        model = Room
        fields = ["id", "unit", "label", "shielded", "valid_from", "valid_until"]
        read_only_fields = fields


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
    summaries = {"list": _("Les chambres qui existent aujourd’hui"), "retrieve": _("Une chambre")}

    def get_queryset(self) -> QuerySet[Room]:
        """Today's rooms for the list; any for one that is named."""
        rooms = super().get_queryset()
        return rooms.filter(valid_at(self.at)) if self.action == "list" else rooms
