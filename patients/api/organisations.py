from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters
from amh.core.api.resources import Resource, creation, verb
from amh.core.roles import Permission
from patients.actions import organisations
from patients.models import Organisation, OrganisationKind
from patients.queries import organisations as queries
from patients.rules.organisations import warnings
from patients.rules.practitioners import KEEPERS


class OrganisationRow(serializers.ModelSerializer[Organisation]):
    """``warnings`` are sentences about what is to be looked at twice."""

    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Organisation
        fields = ["id", "name", "kind", "finess", "city", "is_active", "warnings"]
        read_only_fields = fields

    def get_warnings(self, organisation: Organisation) -> list[str]:
        """What is to be looked at twice."""
        return warnings(organisation)


class OrganisationChange(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    name = serializers.CharField(max_length=160, required=False)
    kind = serializers.ChoiceField(choices=OrganisationKind.choices, required=False)
    finess = serializers.CharField(max_length=15, required=False, allow_blank=True)
    city = serializers.CharField(max_length=80, required=False, allow_blank=True)


class NewOrganisation(OrganisationChange):
    name = serializers.CharField(max_length=160)
    kind = serializers.ChoiceField(choices=OrganisationKind.choices)


class OrganisationFilters(Filters):
    words = CharFilter(method="with_words", label=_("Mots du nom, de la commune ou du FINESS"))

    class Meta:
        model = Organisation
        fields = ["kind", "finess", "is_active"]

    def with_words(self, rows: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """Those whom every word finds."""
        return rows.filter(pk__in=queries.organisations(value).values("pk"))


class Organisations(Resource[Organisation]):
    """The structures of the list of correspondents."""

    permission = Permission.VIEW_BOARD
    queryset = Organisation.objects.order_by("name", "pk")
    serializer_class = OrganisationRow
    filterset_class = OrganisationFilters
    summaries = {
        "list": _("Les structures avec lesquelles l’hôpital correspond"),
        "retrieve": _("Une structure"),
        "create": _("Ajouter une structure"),
        "change": _("Corriger une structure"),
        "close": _("Fermer une structure : elle n’est plus proposée"),
        "reopen": _("Rouvrir une structure"),
    }

    @creation(*KEEPERS, body=NewOrganisation, answer=OrganisationRow)
    def create(self, request: Request) -> Response:
        """Enter a structure."""
        organisation = organisations.create(values=self.body(NewOrganisation), by=self.by, at=self.at)
        return Response(OrganisationRow(organisation).data, status=201)

    @verb(*KEEPERS, body=OrganisationChange, answer=OrganisationRow)
    def change(self, request: Request, pk: int) -> Response:
        """Correct what is written of it."""
        organisation = self.get_object()
        organisations.change(organisation=organisation, values=self.body(OrganisationChange), by=self.by, at=self.at)
        return self._answer(organisation)

    @verb(*KEEPERS, answer=OrganisationRow)
    def close(self, request: Request, pk: int) -> Response:
        """Offer it no more."""
        organisation = self.get_object()
        organisations.close(organisation=organisation, by=self.by, at=self.at)
        return self._answer(organisation)

    @verb(*KEEPERS, answer=OrganisationRow)
    def reopen(self, request: Request, pk: int) -> Response:
        """Offer it again."""
        organisation = self.get_object()
        organisations.reopen(organisation=organisation, by=self.by, at=self.at)
        return self._answer(organisation)

    def _answer(self, organisation: Organisation) -> Response:
        organisation.refresh_from_db()
        return Response(OrganisationRow(organisation).data)
