from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.api.filters import Filters, IdFilter
from amh.core.api.references import Reference
from amh.core.api.resources import creation
from amh.core.roles import Permission
from patients.actions import consents
from patients.api.parts import PATIENTS, Parts
from patients.models import Consent, ConsentAnswer, ConsentSubject, Source, Stay
from patients.rules.consents import words


class ConsentRow(serializers.ModelSerializer[Consent]):
    """``words`` is the answer as its subject says it."""

    words = serializers.SerializerMethodField()

    class Meta:
        model = Consent
        fields = ["id", "patient", "stay", "subject", "answer", "words", "source", "given_at", "note", "entered_at"]
        read_only_fields = fields

    def get_words(self, consent: Consent) -> str:
        """The answer in the words of its subject."""
        return words(consent.subject, consent.answer)


class NewConsent(serializers.Serializer[Any]):
    patient = Reference(queryset=PATIENTS)
    stay = Reference(queryset=Stay.objects.all(), required=False, allow_null=True, default=None)
    subject = serializers.ChoiceField(choices=ConsentSubject.choices)
    answer = serializers.ChoiceField(choices=ConsentAnswer.choices)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    given_at = serializers.DateTimeField()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class ConsentFilters(Filters):
    patient = IdFilter(field_name="patient")
    stay = IdFilter(field_name="stay")
    given_after = IsoDateTimeFilter(field_name="given_at", lookup_expr="gte")

    class Meta:
        model = Consent
        fields = ["subject", "answer"]


class Consents(Parts[Consent]):
    """What patients answered: rows are only added, and the newest on a subject holds."""

    queryset = Consent.objects.all()
    serializer_class = ConsentRow
    filterset_class = ConsentFilters
    summaries = {
        "list": _("Les réponses des patients dont le dossier vous est ouvert ; la plus récente vaut"),
        "retrieve": _("Une réponse"),
        "create": _("Noter une réponse"),
    }

    @creation(Permission.COMPLETE_RECORD, body=NewConsent, answer=ConsentRow)
    def create(self, request: Request) -> Response:
        """Note an answer."""
        said = self.body(NewConsent)
        consent = consents.note(
            patient=said["patient"],
            stay=said["stay"],
            subject=ConsentSubject(said["subject"]),
            answer=ConsentAnswer(said["answer"]),
            source=Source(said["source"]),
            given_at=said["given_at"],
            remark=said["note"],
            by=self.by,
            at=self.at,
        )
        return Response(ConsentRow(consent).data, status=201)
