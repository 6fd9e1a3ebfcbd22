"""Beds with the state that each has now or at another moment, and the ward's verbs on them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import ChoiceFilter, IsoDateTimeFilter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core import dates
from amh.core.api.resources import Resource, verb
from amh.core.roles import Permission
from patients.actions import beds
from patients.queries.occupancy import end_of_day, occupancy
from wards.api.beds import BedFilters, BedRow
from wards.models import Bed, BedState, ClosureKind, ClosureReason
from wards.models.validity import valid_at


class StateRow(BedRow):
    """A bed and its state; a bed that is not in service has none."""

    state = serializers.ChoiceField(choices=BedState.choices, read_only=True, allow_null=True)

    class Meta(BedRow.Meta):
        fields = [*BedRow.Meta.fields, "state"]
        read_only_fields = fields


class Closing(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=ClosureReason.choices)
    kind = serializers.ChoiceField(choices=ClosureKind.choices, default=ClosureKind.CLOSED)
    starts_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class StateFilters(BedFilters):
    state = ChoiceFilter(choices=BedState.choices, method="in_state", label=_("Dans cet état"))
    at = IsoDateTimeFilter(method="in_service", label=_("À ce moment, passé ou à venir, au lieu de maintenant"))

    def in_service(self, rows: QuerySet[Bed], name: str, value: datetime) -> QuerySet[Bed]:
        """Those that are in service at this moment."""
        return rows.filter(valid_at(value))

    def in_state(self, rows: QuerySet[Bed], name: str, value: str) -> QuerySet[Bed]:
        """Those that are in this state, now or at the moment asked for."""
        at = self.form.cleaned_data.get("at") or timezone.now()
        return rows.filter(pk__in=[bed.bed_id for bed in occupancy(at) if bed.state(tomorrow=end_of_day(at)) == value])


class Beds(Resource[Bed]):
    """Beds, chairs and places; the list holds those in service."""

    permission = Permission.VIEW_BOARD
    queryset = Bed.objects.select_related("room__unit").order_by("room__unit__position", "room__label", "label", "pk")
    serializer_class = StateRow
    filterset_class = StateFilters
    summaries = {
        "list": _("Les lits en service, chacun avec son état, maintenant ou à un autre moment"),
        "retrieve": _("Un lit et son état actuel"),
        "clean": _("Noter qu’un lit est propre"),
        "close": _("Fermer ou neutraliser un lit vide, maintenant ou plus tard"),
        "reopen": _("Rouvrir un lit"),
    }

    def get_queryset(self) -> QuerySet[Bed]:
        """Beds in service for the list; any for one that is named."""
        rows = super().get_queryset()
        elsewhen = self.request.GET.get("at")
        return rows.filter(valid_at(self.at)) if self.action == "list" and not elsewhen else rows

    def moment(self) -> datetime:
        """The moment of which the states are asked: ``?at=``, or now. Raises ``ValidationError`` (400) for none."""
        text = self.request.GET.get("at", "")
        if not text:
            return self.at
        try:
            at = serializers.DateTimeField().run_validation(text)
        except ValidationError as wrong:
            raise ValidationError({"at": wrong.detail}) from None
        if not dates.plausible(at):
            raise ValidationError({"at": [dates.IMPLAUSIBLE]})
        return cast("datetime", at)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page, with the states of its beds read at once."""
        at = self.moment()
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._rows(page, at=at))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One bed with its state."""
        return Response(self._rows([self.get_object()])[0])

    @verb(Permission.CLEAN, answer=StateRow)
    def clean(self, request: Request, pk: int) -> Response:
        """Record that the bed is clean."""
        bed = self.get_object()
        beds.clean(bed=bed, by=self.by, at=self.at)
        return Response(self._rows([bed])[0])

    @verb(Permission.CLOSE_BED, body=Closing, answer=StateRow)
    def close(self, request: Request, pk: int) -> Response:
        """Close an empty bed."""
        bed = self.get_object()
        beds.close(bed=bed, **self.body(Closing), by=self.by, at=self.at)
        return Response(self._rows([bed])[0])

    @verb(Permission.CLOSE_BED, answer=StateRow)
    def reopen(self, request: Request, pk: int) -> Response:
        """Reopen a closed bed."""
        bed = self.get_object()
        beds.reopen(bed=bed, by=self.by, at=self.at)
        return Response(self._rows([bed])[0])

    def _rows(self, page: Sequence[Bed], *, at: datetime | None = None) -> Sequence[dict[str, Any]]:
        at = at or self.at
        tomorrow = end_of_day(at)
        states = {row.bed_id: row.state(tomorrow=tomorrow) for row in occupancy(at, bed_ids=[bed.pk for bed in page])}
        for bed in page:
            bed.state = states.get(bed.pk)  # type: ignore[attr-defined]
        return list(StateRow(page, many=True).data)
