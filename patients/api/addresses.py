from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.roles import Permission
from patients.actions import addresses
from patients.models import Address, AddressKind, Organisation, Practitioner
from patients.rules.addresses import warnings
from patients.rules.practitioners import KEEPERS


class AddressRow(serializers.ModelSerializer[Address]):
    """Telephone numbers are in E.164; ``warnings`` are sentences about what is to be looked at twice."""

    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Address
        fields = ["id", "practitioner", "organisation", "kind", "value", "verified_at", "withdrawn_at", "warnings"]
        read_only_fields = fields

    def get_warnings(self, address: Address) -> list[str]:
        """What is to be looked at twice."""
        return warnings(address)


class NewAddress(serializers.Serializer[Any]):
    """An address of a professional or of a structure, one of both."""

    practitioner = Reference(queryset=Practitioner.objects.all(), required=False, allow_null=True, default=None)
    organisation = Reference(queryset=Organisation.objects.all(), required=False, allow_null=True, default=None)
    kind = serializers.ChoiceField(choices=AddressKind.choices)
    value = serializers.CharField(max_length=300)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one owner."""
        if (attrs["practitioner"] is None) == (attrs["organisation"] is None):
            raise serializers.ValidationError({"practitioner": [_now("Donner le professionnel ou la structure.")]})
        return attrs


class AddressFilters(Filters):
    practitioner = IdFilter(field_name="practitioner")
    organisation = IdFilter(field_name="organisation")
    verified = YesNoFilter(field_name="verified_at", lookup_expr="isnull", exclude=True)
    withdrawn = YesNoFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Address
        fields = ["kind"]


class Addresses(Resource[Address]):
    """Ways to reach correspondents, with when somebody last made sure of each."""

    permission = Permission.VIEW_BOARD
    queryset = Address.objects.select_related("practitioner", "organisation").order_by("pk")
    serializer_class = AddressRow
    filterset_class = AddressFilters
    summaries = {
        "list": _("Les adresses des correspondants"),
        "retrieve": _("Une adresse"),
        "create": _("Noter une adresse"),
        "verify": _("Dire qu’une adresse vient d’être vérifiée"),
        "withdraw": _("Retirer une adresse"),
        "restore": _("Rétablir une adresse retirée"),
    }

    @creation(*KEEPERS, body=NewAddress, answer=AddressRow)
    def create(self, request: Request) -> Response:
        """Note an address."""
        said = self.body(NewAddress)
        owner = said["practitioner"] or said["organisation"]
        kind = AddressKind(said["kind"])
        address = addresses.add(of=owner, kind=kind, value=said["value"], by=self.by, at=self.at)
        return Response(AddressRow(address).data, status=201)

    @verb(*KEEPERS, answer=AddressRow)
    def verify(self, request: Request, pk: int) -> Response:
        """Say that one made sure of it."""
        address = self.get_object()
        addresses.verify(address=address, by=self.by, at=self.at)
        return self._answer(address)

    @verb(*KEEPERS, answer=AddressRow)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Use it no more."""
        address = self.get_object()
        addresses.withdraw(address=address, by=self.by, at=self.at)
        return self._answer(address)

    @verb(*KEEPERS, answer=AddressRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Undo a withdrawal."""
        address = self.get_object()
        addresses.restore(address=address, by=self.by, at=self.at)
        return self._answer(address)

    def _answer(self, address: Address) -> Response:
        address.refresh_from_db()
        return Response(AddressRow(address).data)
