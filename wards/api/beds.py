"""A bed as the interface shows it, but for its state and its verbs: ``patients`` knows who lies in it."""

from django_filters.rest_framework import CharFilter
from rest_framework.serializers import CharField, IntegerField, ModelSerializer

from amh.core.api.filters import Filters, IdFilter
from wards.models import Bed


class BedRow(ModelSerializer[Bed]):
    code = CharField(read_only=True)
    name = CharField(source="short_label", read_only=True)
    unit = IntegerField(source="room.unit_id", read_only=True)

    class Meta:
        model = Bed
        fields = [
            "id", "code", "name", "label", "kind", "room", "unit", "to_be_referenced", "stands_for", "valid_from",
            "valid_until",
        ]  # fmt: skip
        read_only_fields = fields


class BedFilters(Filters):
    unit = IdFilter(field_name="room__unit")
    unit_code = CharFilter(field_name="room__unit__code")
    room = IdFilter(field_name="room")

    class Meta:
        model = Bed
        fields = ["unit", "unit_code", "room", "kind", "to_be_referenced"]
