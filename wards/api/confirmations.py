"""What units said of their board, morning after morning."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.resources import Resource
from amh.core.roles import Permission
from wards.api.staffs import StaffRow
from wards.models import Confirmation

MOST = 32_767
"""Doubts that a row can count."""


class ConfirmationRow(serializers.ModelSerializer[Confirmation]):
    """A unit said that its board is right; ``doubts`` is how many things looked doubtful and were let stand."""

    confirmed_by = StaffRow(read_only=True)

    class Meta:
        model = Confirmation
        fields = ["id", "unit", "confirmed_at", "confirmed_by", "doubts"]
        read_only_fields = fields


class Confirming(serializers.Serializer[Any]):
    """How many doubts are let stand, as whoever confirms counts them."""

    doubts = serializers.IntegerField(min_value=0, max_value=MOST, default=0)


class ConfirmationFilters(Filters):
    unit = IdFilter(field_name="unit")
    since = IsoDateTimeFilter(field_name="confirmed_at", lookup_expr="gte", label=_("À partir de cet instant"))

    class Meta:
        model = Confirmation
        fields: list[str] = []


class Confirmations(Resource[Confirmation]):
    """Confirmations of the board, the latest first."""

    permission = Permission.VIEW_BOARD
    queryset = Confirmation.objects.select_related("confirmed_by").order_by("-confirmed_at", "-pk")
    serializer_class = ConfirmationRow
    filterset_class = ConfirmationFilters
    summaries = {
        "list": _("Les confirmations du plan des lits, par unité"),
        "retrieve": _("Une confirmation du plan d’une unité"),
    }
