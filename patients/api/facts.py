from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import ChoiceFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.references import Reference
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients import evidence
from patients.actions import facts
from patients.api.parts import Parts
from patients.models import Document, Fact, Practitioner, Source, Stay
from patients.queries import scopes

BY_HAND = [choice for choice in Source.choices if choice[0] != Source.RECEIVED]


class FactRow(serializers.ModelSerializer[Fact]):
    """What is so of a stay; ``words`` say how it is known, by whom and when."""

    label: Any = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()
    value = serializers.DictField(read_only=True)

    class Meta:
        model = Fact
        fields = [
            "id", "stay", "kind", "label", "source", "happened_at", "said_by", "practitioner", "document", "value",
            "words", "entered_at", "withdrawn_at", "withdrawn_reason",
        ]  # fmt: skip
        read_only_fields = fields

    def get_label(self, fact: Fact) -> str:
        """The kind in words."""
        return evidence.label(fact.kind)

    def get_words(self, fact: Fact) -> str:
        """How it is known."""
        return evidence.words(fact, now=timezone.now())


class NewFact(serializers.Serializer[Any]):
    """``kind`` is one of the registry of evidence; a signed act that was seen has its author and its date."""

    stay = Reference(queryset=Stay.objects.all())
    kind = serializers.CharField(max_length=40)
    source: Any = serializers.ChoiceField(choices=BY_HAND)
    happened_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    said_by = serializers.CharField(max_length=160, required=False, allow_blank=True, default="")
    practitioner = Reference(queryset=Practitioner.objects.all(), required=False, allow_null=True, default=None)
    document = Reference(queryset=Document.objects.all(), required=False, allow_null=True, default=None)
    value = serializers.DictField(required=False, default=dict)


class Withdrawal(serializers.Serializer[Any]):
    """Its author takes a fact of the day back without a reason."""

    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class FactFilters(Filters):
    stay = IdFilter(field_name="stay")
    patient = IdFilter(field_name="stay__patient")
    kind = ChoiceFilter(choices=lambda: [(kind, one.label) for kind, one in evidence.KINDS.items()])
    withdrawn = YesNoFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Fact
        fields = ["source"]


class Facts(Parts[Fact]):
    """What is known of stays: received, seen or said."""

    queryset = Fact.objects.all()
    serializer_class = FactRow
    filterset_class = FactFilters
    patient_id = "stay.patient_id"
    summaries = {
        "list": _("Ce qui est su des séjours dont le dossier vous est ouvert"),
        "retrieve": _("Un fait"),
        "create": _("Noter un fait vu ou dit"),
        "withdraw": _("Retirer un fait"),
    }

    def get_queryset(self) -> QuerySet[Fact]:
        """Facts of the records that are open to the reader, with all that their words need."""
        rows = Fact.objects.filter(stay__patient__in=scopes.records(to=self.by, at=self.at))
        return rows.select_related("stay", "author", "practitioner").order_by("-entered_at", "-pk")

    @creation(Permission.STATE_FACT, body=NewFact, answer=FactRow)
    def create(self, request: Request) -> Response:
        """State a fact."""
        fact = facts.state(**self.body(NewFact), by=self.by, at=self.at)
        return Response(FactRow(fact).data, status=201)

    @verb(Permission.STATE_FACT, body=Withdrawal, answer=FactRow)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take a fact back."""
        fact = self.get_object()
        facts.withdraw(fact=fact, **self.body(Withdrawal), by=self.by, at=self.at)
        fact.refresh_from_db()
        return Response(FactRow(fact).data)
