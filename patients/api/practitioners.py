from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.roles import Permission
from patients.actions import practitioners
from patients.models import Organisation, Practitioner, Profession
from patients.queries import organisations as queries
from patients.rules.practitioners import KEEPERS, warnings


class PractitionerRow(serializers.ModelSerializer[Practitioner]):
    """``warnings`` are sentences about what is to be looked at twice."""

    warnings = serializers.SerializerMethodField()

    class Meta:
        model = Practitioner
        fields = [
            "id",
            "rpps",
            "family_name",
            "given_name",
            "profession",
            "specialty",
            "organisation",
            "is_active",
            "warnings",
        ]
        read_only_fields = fields

    def get_warnings(self, practitioner: Practitioner) -> list[str]:
        """What is to be looked at twice."""
        return warnings(practitioner)


class PractitionerChange(serializers.Serializer[Any]):
    """What is left out stays as it is."""

    family_name = serializers.CharField(max_length=120, required=False)
    given_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    profession = serializers.ChoiceField(choices=Profession.choices, required=False)
    rpps = serializers.CharField(max_length=20, required=False, allow_blank=True)
    specialty = serializers.CharField(max_length=80, required=False, allow_blank=True)
    organisation = Reference(queryset=Organisation.objects.all(), required=False, allow_null=True)


class NewPractitioner(PractitionerChange):
    family_name = serializers.CharField(max_length=120)


class PractitionerFilters(Filters):
    words = CharFilter(method="with_words", label=_("Mots du nom, de la spécialité, de la structure ou du RPPS"))
    organisation = IdFilter(field_name="organisation")

    class Meta:
        model = Practitioner
        fields = ["rpps", "profession", "is_active"]

    def with_words(self, rows: QuerySet[Practitioner], name: str, value: str) -> QuerySet[Practitioner]:
        """Those whom every word finds."""
        return rows.filter(pk__in=queries.practitioners(value).values("pk"))


class Practitioners(Resource[Practitioner]):
    """The professionals of the list of correspondents."""

    permission = Permission.VIEW_BOARD
    queryset = Practitioner.objects.order_by("family_name", "given_name", "pk")
    serializer_class = PractitionerRow
    filterset_class = PractitionerFilters
    summaries = {
        "list": _("Les professionnels avec lesquels l’hôpital correspond"),
        "retrieve": _("Un professionnel"),
        "create": _("Ajouter un professionnel"),
        "change": _("Corriger un professionnel"),
        "close": _("Fermer un professionnel : il n’est plus proposé"),
        "reopen": _("Rouvrir un professionnel"),
    }

    @creation(*KEEPERS, body=NewPractitioner, answer=PractitionerRow)
    def create(self, request: Request) -> Response:
        """Enter a professional."""
        practitioner = practitioners.create(values=self.body(NewPractitioner), by=self.by, at=self.at)
        return Response(PractitionerRow(practitioner).data, status=201)

    @verb(*KEEPERS, body=PractitionerChange, answer=PractitionerRow)
    def change(self, request: Request, pk: int) -> Response:
        """Correct what is written of them."""
        practitioner = self.get_object()
        practitioners.change(practitioner=practitioner, values=self.body(PractitionerChange), by=self.by, at=self.at)
        return self._answer(practitioner)

    @verb(*KEEPERS, answer=PractitionerRow)
    def close(self, request: Request, pk: int) -> Response:
        """Offer them no more."""
        practitioner = self.get_object()
        practitioners.close(practitioner=practitioner, by=self.by, at=self.at)
        return self._answer(practitioner)

    @verb(*KEEPERS, answer=PractitionerRow)
    def reopen(self, request: Request, pk: int) -> Response:
        """Offer them again."""
        practitioner = self.get_object()
        practitioners.reopen(practitioner=practitioner, by=self.by, at=self.at)
        return self._answer(practitioner)

    def _answer(self, practitioner: Practitioner) -> Response:
        practitioner.refresh_from_db()
        return Response(PractitionerRow(practitioner).data)
