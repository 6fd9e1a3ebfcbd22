from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.models import User
from amh.core.roles import Permission
from wards.actions import memberships
from wards.api.staffs import StaffRow
from wards.models import Membership, Unit
from wards.models.validity import valid_at


class MembershipRow(serializers.ModelSerializer[Membership]):
    user = StaffRow(read_only=True)

    class Meta:
        model = Membership
        fields = ["id", "user", "unit", "valid_from", "valid_until"]
        read_only_fields = fields


class NewMembership(serializers.Serializer[Any]):
    user = Reference(queryset=User.objects.all())
    unit = Reference(queryset=Unit.objects.all())


class MembershipFilters(Filters):
    user = IdFilter(field_name="user")
    unit = IdFilter(field_name="unit")
    at = IsoDateTimeFilter(method="valid", label=_("Qui valent à cet instant"))

    class Meta:
        model = Membership
        fields: list[str] = []

    def valid(self, rows: QuerySet[Membership], name: str, value: datetime) -> QuerySet[Membership]:
        """Those that hold at that instant."""
        return rows.filter(valid_at(value))


class Memberships(Resource[Membership]):
    """Who works in which unit, and who did."""

    permission = Permission.VIEW_STAFF
    queryset = Membership.objects.select_related("user").order_by("-valid_from", "-pk")
    serializer_class = MembershipRow
    filterset_class = MembershipFilters
    summaries = {
        "list": _("Qui travaille dans quelle unité, et qui y a travaillé"),
        "retrieve": _("Une affectation"),
        "create": _("Affecter une personne à une unité"),
        "leave": _("Terminer une affectation"),
    }

    @creation(Permission.SET_ACCOUNTS, body=NewMembership, answer=MembershipRow)
    def create(self, request: Request) -> Response:
        """Let a person join a unit."""
        said = self.body(NewMembership)
        (made,) = memberships.join(user=said["user"], codes=[said["unit"].code], by=self.by, at=self.at)
        return Response(MembershipRow(made).data, status=201)

    @verb(Permission.SET_ACCOUNTS, answer=MembershipRow)
    def leave(self, request: Request, pk: int) -> Response:
        """End a membership."""
        memberships.leave(membership=self.get_object(), by=self.by, at=self.at)
        return Response(MembershipRow(self.get_object()).data)
