from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.serializers import ModelSerializer

from amh.core.api.filters import Filters
from amh.core.api.resources import Resource
from amh.core.roles import Permission
from wards.models import Unit
from wards.models.validity import valid_at


class UnitRow(ModelSerializer[Unit]):
    class Meta:
        model = Unit
        fields = ["id", "code", "name", "kind", "position", "to_be_referenced", "valid_from", "valid_until"]
        read_only_fields = fields


class UnitFilters(Filters):
    class Meta:
        model = Unit
        fields = ["code", "kind", "to_be_referenced"]


class Units(Resource[Unit]):
    """Units; the list holds those that exist today."""

    permission = Permission.VIEW_BOARD
    queryset = Unit.objects.order_by("position", "name", "pk")
    serializer_class = UnitRow
    filterset_class = UnitFilters
    summaries = {"list": _("Les unités qui existent aujourd’hui"), "retrieve": _("Une unité")}

    def get_queryset(self) -> QuerySet[Unit]:
        """Today's units for the list; any for one that is named."""
        units = super().get_queryset()
        return units.filter(valid_at(self.at)) if self.action == "list" else units
