"""What covers, absences, duties and memberships share: people by id, filters by who, where and when."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers

from amh.core.api.filters import Filters, IdFilter
from amh.core.models import User
from wards.queries.staffs import holding


class StaffRow(serializers.ModelSerializer[User]):
    """A person who works here."""

    name = serializers.CharField(source="get_full_name", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name", "role"]
        read_only_fields = fields


class SpellFilters(Filters):
    """By person and by moment; ``at`` keeps what holds at that instant."""

    user = IdFilter(field_name="user")
    at = IsoDateTimeFilter(method="holding_at", label=_("Qui valent à cet instant"))

    def holding_at(self, rows: QuerySet[Any], name: str, value: datetime) -> QuerySet[Any]:
        """Those that hold at that instant."""
        return rows.filter(holding(value))
