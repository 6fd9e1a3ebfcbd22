"""Accès exceptionnel motivé: ask for it, end it, review it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import ChoiceFilter, IsoDateTimeFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core import rules
from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.resources import creation, verb
from amh.core.errors import Invalid
from amh.core.roles import Permission
from patients.actions import accesses
from patients.api.records import Records
from patients.models import AccessReason, ExceptionalAccess, ReviewOutcome
from patients.queries import accesses as queries

Read = TypeVar("Read", bound=Callable[..., Response])
READERS = (Permission.VIEW_JOURNAL, Permission.OPEN_EXCEPTIONALLY)


def _read_by(*permissions: Permission) -> Callable[[Read], Read]:
    """Let whoever holds one of ``permissions`` read, where the rest of the resource asks for another."""

    def decorate(read: Read) -> Read:
        read.door = permissions  # type: ignore[attr-defined]
        return read

    return decorate


class AccessRow(serializers.ModelSerializer[ExceptionalAccess]):
    """Who opened whose record, from when to when, why, and what the review found."""

    class Meta:
        model = ExceptionalAccess
        fields = [
            "id",
            "user",
            "patient",
            "reason",
            "explanation",
            "starts_at",
            "ends_at",
            "reviewed_at",
            "reviewed_by",
            "outcome",
            "review_note",
        ]
        read_only_fields = fields


class NewAccess(serializers.Serializer[Any]):
    patient = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    reason = serializers.ChoiceField(choices=AccessReason.choices)
    explanation = serializers.CharField(max_length=300)


class Finding(serializers.Serializer[Any]):
    """``note`` says in what an access is not justified."""

    outcome = serializers.ChoiceField(choices=ReviewOutcome.choices)
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class AccessFilters(Filters):
    patient = IdFilter(field_name="patient")
    user = IdFilter(field_name="user")
    reason = ChoiceFilter(field_name="reason", choices=AccessReason.choices)
    outcome = ChoiceFilter(field_name="outcome", choices=ReviewOutcome.choices)
    reviewed = YesNoFilter(field_name="reviewed_at", lookup_expr="isnull", exclude=True, label=_("Déjà relus, ou non"))
    after = IsoDateTimeFilter(field_name="starts_at", lookup_expr="gte")
    before = IsoDateTimeFilter(field_name="starts_at", lookup_expr="lt")

    class Meta:
        model = ExceptionalAccess
        fields: list[str] = []


class ExceptionalAccesses(Records[ExceptionalAccess]):
    """Those of everyone for who reads the journal, one's own for the others."""

    queryset = ExceptionalAccess.objects.order_by("-starts_at", "-pk")
    serializer_class = AccessRow
    filterset_class = AccessFilters
    summaries = {
        "list": _("Les accès exceptionnels : tous pour qui lit le journal, les siens pour les autres"),
        "retrieve": _("Un accès exceptionnel"),
        "create": _("Ouvrir un dossier par un accès exceptionnel motivé"),
        "end": _("Terminer son accès exceptionnel avant l’heure"),
        "review": _("Relire l’accès exceptionnel d’une autre personne"),
    }

    def get_queryset(self) -> QuerySet[ExceptionalAccess]:
        """Those that the reader may know of."""
        rows = super().get_queryset()
        return rows if rules.may(self.by, Permission.VIEW_JOURNAL) else rows.filter(user=self.by)

    @_read_by(*READERS)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of them."""
        return super().list(request, *args, **kwargs)

    @_read_by(*READERS)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One of them."""
        return super().retrieve(request, *args, **kwargs)

    @creation(Permission.OPEN_EXCEPTIONALLY, body=NewAccess, answer=AccessRow)
    def create(self, request: Request) -> Response:
        """Open a record; asked again while it is open, the same access is answered."""
        said = self.body(NewAccess)
        patient = queries.record(said.pop("patient"))
        if patient is None:
            raise Invalid(_now("Aucun dossier ne porte ce numéro."), code="unknown_reference", field="patient")
        access = accesses.open_exceptionally(patient=patient, **said, by=self.by, at=self.at)
        return Response(AccessRow(access).data, status=201)

    @verb(Permission.OPEN_EXCEPTIONALLY, answer=AccessRow)
    def end(self, request: Request, pk: int) -> Response:
        """Close the record again."""
        return Response(AccessRow(accesses.end(access=self.get_object(), by=self.by, at=self.at)).data)

    @verb(Permission.VIEW_JOURNAL, body=Finding, answer=AccessRow)
    def review(self, request: Request, pk: int) -> Response:
        """Say what was found."""
        access = accesses.review(access=self.get_object(), **self.body(Finding), by=self.by, at=self.at)
        return Response(AccessRow(access).data)
