"""Times in which beds take nobody, and what is done about them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, verb
from amh.core.roles import Permission
from patients.actions import closures
from patients.api.beds import Closing
from wards.models import Bed, Closure, Room, Unit


class ClosureRow(serializers.ModelSerializer[Closure]):
    """A bed, why it takes nobody, and from when to when."""

    unit = serializers.IntegerField(source="bed.room.unit_id", read_only=True)

    class Meta:
        model = Closure
        fields = ["id", "bed", "unit", "kind", "reason", "starts_at", "ends_at", "entered_at"]
        read_only_fields = fields


class Closed(serializers.Serializer[Any]):
    """The closures that one act made."""

    closures = ClosureRow(many=True)


class NewClosures(Closing):
    """Exactly one of ``beds``, ``room`` and ``unit``."""

    beds = Reference(queryset=Bed.objects.select_related("room__unit"), many=True, required=False)
    room = Reference(queryset=Room.objects.all(), required=False)
    unit = Reference(queryset=Unit.objects.all(), required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What is to be closed must be said once."""
        if sum(1 for name in ("beds", "room", "unit") if attrs.get(name)) != 1:
            raise serializers.ValidationError({"beds": [_now("Donner des lits, une chambre ou une unité.")]})
        return attrs


class NewEnd(serializers.Serializer[Any]):
    """``until`` null: until somebody lifts the closure."""

    until = serializers.DateTimeField(allow_null=True)


class ClosureFilters(Filters):
    bed = IdFilter(field_name="bed")
    unit = IdFilter(field_name="bed__room__unit")
    ends_after = IsoDateTimeFilter(method="reaching", label=_("Qui finissent après cet instant, ou pas encore"))
    starts_before = IsoDateTimeFilter(field_name="starts_at", lookup_expr="lt")

    class Meta:
        model = Closure
        fields = ["kind", "reason"]

    def reaching(self, rows: QuerySet[Closure], name: str, value: Any) -> QuerySet[Closure]:
        """Those that go on then or begin later."""
        return rows.exclude(ends_at__lte=value)


class Closures(Resource[Closure]):
    """Closures of beds, past, present and planned."""

    permission = Permission.VIEW_BOARD
    queryset = Closure.objects.select_related("bed__room").order_by("-starts_at", "-pk")
    serializer_class = ClosureRow
    filterset_class = ClosureFilters
    summaries = {
        "list": _("Les fermetures de lits, passées, en cours et prévues"),
        "retrieve": _("Une fermeture"),
        "close": _("Fermer des lits, une chambre ou une unité : tous ou aucun"),
        "set_end": _("Raccourcir ou prolonger une fermeture"),
        "lift": _("Lever une fermeture"),
        "cancel": _("Annuler une fermeture qui n’a pas commencé"),
    }

    @verb(Permission.CLOSE_BED, body=NewClosures, answer=Closed, detail=False)
    def close(self, request: Request) -> Response:
        """Close beds."""
        said = self.body(NewClosures)
        beds, room, unit = (said.pop(name, None) for name in ("beds", "room", "unit"))
        when = {**said, "by": self.by, "at": self.at}
        if unit:
            made = closures.close_unit(unit=unit, **when)
        elif room:
            made = closures.close_room(room=room, **when)
        else:
            made = closures.close(beds=beds, **when)
        return Response(Closed({"closures": made}).data)

    @verb(Permission.CLOSE_BED, body=NewEnd, answer=ClosureRow, path="set-end")
    def set_end(self, request: Request, pk: int) -> Response:
        """Shorten or prolong."""
        closure = closures.set_end(closure=self.get_object(), **self.body(NewEnd), by=self.by, at=self.at)
        return Response(ClosureRow(closure).data)

    @verb(Permission.CLOSE_BED, answer=ClosureRow)
    def lift(self, request: Request, pk: int) -> Response:
        """End it now."""
        return Response(ClosureRow(closures.lift(closure=self.get_object(), by=self.by, at=self.at)).data)

    @verb(Permission.CLOSE_BED, answer=ClosureRow)
    def cancel(self, request: Request, pk: int) -> Response:
        """Strike it out."""
        return Response(ClosureRow(closures.cancel(closure=self.get_object(), by=self.by, at=self.at)).data)
