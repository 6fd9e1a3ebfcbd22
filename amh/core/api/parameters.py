"""What a site sets for itself, for the program of a group of hospitals that sets many of them."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core import parameters
from amh.core.actions import parameters as actions
from amh.core.api.resources import Resource, verb
from amh.core.models import ParameterValue
from amh.core.parameters import PARAMETERS, Kind, Parameter
from amh.core.roles import Permission

ROW_LIMIT = 2**63


class ValueRow(serializers.ModelSerializer[ParameterValue]):
    """One value that was given; ``null`` gave it back. Without a unit it is the site's."""

    unit = serializers.IntegerField(source="unit_id", read_only=True, allow_null=True)
    value = serializers.JSONField(read_only=True, allow_null=True)

    class Meta:
        model = ParameterValue
        fields = ["id", "unit", "value", "entered_at", "entered_by"]
        read_only_fields = fields


class ParameterRow(serializers.Serializer[Any]):
    """A parameter, the value that the site has and those of the units that have their own."""

    key = serializers.CharField(read_only=True)
    label = serializers.CharField(read_only=True)  # type: ignore[assignment]
    help = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(choices=Kind.choices, read_only=True)
    group = serializers.ChoiceField(choices=parameters.Group.choices, read_only=True)
    per_unit = serializers.BooleanField(read_only=True)
    lowest = serializers.IntegerField(read_only=True)
    highest = serializers.IntegerField(read_only=True)
    names = serializers.ListField(child=serializers.CharField(), read_only=True)
    default = serializers.JSONField(read_only=True)
    value = serializers.JSONField(read_only=True)
    own_values = ValueRow(many=True, read_only=True)


class NewValue(serializers.Serializer[Any]):
    """``null`` gives the value back: the unit follows the site again, the site what is declared."""

    value = serializers.JSONField(allow_null=True)
    unit = serializers.IntegerField(required=False, allow_null=True, default=None, max_value=ROW_LIMIT, min_value=1)


class Parameters(Resource[ParameterValue]):
    """What may be set, by its key."""

    permission = Permission.SET_PARAMETERS
    queryset = ParameterValue.objects.none()
    serializer_class = ParameterRow
    filter_backends = ()
    lookup_field = "key"
    lookup_value_converter = "slug"
    summaries = {
        "list": _("Les paramètres, leurs valeurs ici et dans les unités qui ont la leur"),
        "retrieve": _("Un paramètre"),
        "change": _("Donner sa valeur à un paramètre, pour l’établissement ou une unité"),
        "history": _("Toutes les valeurs qu’un paramètre a eues, la dernière d’abord"),
    }

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of them, their values read at once."""
        page = self.paginate_queryset(list(PARAMETERS.values()))
        return self.get_paginated_response(ParameterRow(_rows(page or []), many=True).data)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of them."""
        return Response(ParameterRow(_rows([self._named()])[0]).data)

    @verb(Permission.SET_PARAMETERS, body=NewValue, answer=ParameterRow)
    def change(self, request: Request, key: str) -> Response:
        """Give the parameter its value from now on."""
        body = self.body(NewValue)
        actions.change(key=self._named().key, value=body["value"], unit_id=body["unit"], by=self.by, at=self.at)
        return self.retrieve(request)

    @extend_schema(
        responses=ValueRow(many=True),
        parameters=[OpenApiParameter("unit", OpenApiTypes.INT, description=_("La valeur propre à cette unité"))],
    )
    @action(detail=True, methods=["get"])
    def history(self, request: Request, key: str) -> Response:
        """Every value that it had, for the site or for one unit, the newest first."""
        rows = parameters.history(self._named().key, unit_id=_unit(request), until=self.at)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ValueRow(page, many=True).data)

    def _named(self) -> Parameter:
        if self.kwargs["key"] not in PARAMETERS:
            raise Http404
        return PARAMETERS[self.kwargs["key"]]


def _unit(request: Request) -> int | None:
    asked = request.query_params.get("unit")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and int(asked) < ROW_LIMIT):
        raise ValidationError({"unit": [_("Le numéro d’une unité est attendu.")]})
    return int(asked)


DECLARED = ("key", "label", "help", "kind", "group", "per_unit", "lowest", "highest", "names", "default")


def _rows(declared: Sequence[Parameter]) -> list[dict[str, Any]]:
    standing = parameters.standing()
    return [
        {name: getattr(one, name) for name in DECLARED}
        | {
            "value": next((v.value for v in standing if v.key == one.key and v.unit_id is None), one.default),
            "own_values": [v for v in standing if v.key == one.key and v.unit_id is not None],
        }
        for one in declared
    ]
