"""Wall screens, for whoever sets accounts. A code is answered once, where it is given, and kept nowhere."""

from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, YesNoFilter
from amh.core.api.idempotency import once
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, creation, verb
from amh.core.roles import Permission
from wards.actions import screens
from wards.actions.screens import Description
from wards.models import Screen, Theme, Unit
from wards.rules.screens import LONGEST, SHORTEST


class ScreenRow(serializers.ModelSerializer[Screen]):
    """Without ``units`` a screen shows all of them; one that is installed has ``enrolled_at``."""

    class Meta:
        model = Screen
        fields = [
            "id", "name", "account", "units", "theme", "page_seconds", "code_until", "enrolled_at", "seen_at",
            "created_at", "created_by", "revoked_at",
        ]  # fmt: skip
        read_only_fields = fields


class CodedRow(ScreenRow):
    """``code`` is empty when the same request was made before: its first answer alone had it."""

    code = serializers.CharField(read_only=True)

    class Meta(ScreenRow.Meta):
        fields = [*ScreenRow.Meta.fields, "code"]
        read_only_fields = fields


class ScreenDescription(serializers.Serializer[Any]):
    """What may be said of a screen."""

    name = serializers.CharField(max_length=80)
    units = serializers.ListField(child=Reference(queryset=Unit.objects.all()), max_length=200, required=False)
    theme = serializers.ChoiceField(choices=Theme.choices, required=False)
    page_seconds = serializers.IntegerField(min_value=SHORTEST, max_value=LONGEST, required=False)


class ScreenChange(ScreenDescription):
    """The same, where what is not said stays."""

    name = serializers.CharField(max_length=80, required=False)


class ScreenFilters(Filters):
    revoked = YesNoFilter(field_name="revoked_at", lookup_expr="isnull", exclude=True)


class Screens(Resource[Screen]):
    """Wall screens, those that were withdrawn too."""

    permission = Permission.SET_ACCOUNTS
    queryset = Screen.objects.prefetch_related("units").order_by("pk")
    serializer_class = ScreenRow
    filterset_class = ScreenFilters
    summaries = {
        "list": _("Les écrans muraux"),
        "retrieve": _("Un écran mural"),
        "create": _("Décrire un écran mural"),
        "change": _("Décrire un écran autrement"),
        "give_code": _("Donner un code d’installation : il n’est donné qu’ici, une fois"),
        "revoke": _("Retirer un écran, aussitôt"),
    }
    code = ""

    @creation(Permission.SET_ACCOUNTS, body=ScreenDescription, answer=ScreenRow)
    def create(self, request: Request) -> Response:
        """Describe a screen."""
        screen = screens.create(said=cast("Description", self.body(ScreenDescription)), by=self.by, at=self.at)
        return Response(ScreenRow(screen).data, status=201)

    @verb(Permission.SET_ACCOUNTS, body=ScreenChange, answer=ScreenRow)
    def change(self, request: Request, pk: int) -> Response:
        """Describe it otherwise."""
        said = cast("Description", self.body(ScreenChange))
        screens.change(screen=self.get_object(), said=said, by=self.by, at=self.at)
        return Response(ScreenRow(self.get_object()).data)

    @extend_schema(request=None, responses={200: CodedRow}, filters=False)
    @action(detail=True, methods=["post"], url_path="give-code")
    def give_code(self, request: Request, pk: int) -> Response:
        """Give a code, behind the record of answers, which must not keep it."""
        answer = self._give_code(request)
        answer.data = {**answer.data, "code": self.code}
        return answer

    @verb(Permission.SET_ACCOUNTS, answer=ScreenRow)
    def revoke(self, request: Request, pk: int) -> Response:
        """Withdraw it."""
        screens.revoke(screen=self.get_object(), by=self.by, at=self.at)
        return Response(ScreenRow(self.get_object()).data)

    @once
    def _give_code(self, request: Request) -> Response:
        coded = screens.give_code(screen=self.get_object(), by=self.by, at=self.at)
        self.code = coded.code
        return Response(ScreenRow(coded.screen).data)
