from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core import answers
from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.problems import MEDIA_TYPE, Problem
from amh.core.api.references import Reference
from amh.core.api.resources import creation, verb
from amh.core.roles import Permission
from patients.actions import documents
from patients.actions.documents import Labels
from patients.api.parts import PATIENTS, Parts
from patients.models import Document, DocumentKind, Source, Stay
from patients.queries import documents as queries
from patients.rules import documents as rules


class Pdf(BaseRenderer):
    """The file itself, for those who ask for nothing else."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        """A refusal is JSON, whatever was asked for."""
        return JSONRenderer().render(data)


class DocumentRow(serializers.ModelSerializer[Document]):
    """One version of a document; ``series`` is the same for all of them."""

    class Meta:
        model = Document
        fields = [
            "id", "series", "version", "patient", "stay", "kind", "title", "source", "sha256", "size", "pages", "scan",
            "withheld", "entered_at", "withdrawn_at", "withdrawn_reason",
        ]  # fmt: skip
        read_only_fields = fields


class NewVersion(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)


class NewDocument(NewVersion):
    patient = Reference(queryset=PATIENTS)
    stay = Reference(queryset=Stay.objects.all(), required=False, allow_null=True, default=None)
    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    title = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    source: Any = serializers.ChoiceField(choices=Source.choices, default=Source.RECEIVED)
    withheld = serializers.BooleanField(default=False)


class Withdrawing(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=200)


class DocumentFilters(Filters):
    patient = IdFilter(field_name="patient")
    stay = IdFilter(field_name="stay")
    withdrawn = YesNoFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Document
        fields = ["kind", "withheld", "series"]


class Documents(Parts[Document]):
    """The documents of the records that open to the reader: the version that holds, and the one that is named."""

    permission = Permission.VIEW_DOCUMENT
    queryset = Document.objects.all()
    serializer_class = DocumentRow
    filterset_class = DocumentFilters
    parser_classes = [JSONParser, MultiPartParser]
    summaries = {
        "list": _("Les documents des patients dont le dossier vous est ouvert"),
        "retrieve": _("Un document"),
        "download": _("Le fichier d’un document"),
        "create": _("Déposer un document : un PDF, en multipart/form-data"),
        "replace": _("Déposer une nouvelle version d’un document"),
        "withdraw": _("Retirer un document"),
        "restore": _("Rétablir un document que l’on vient de retirer"),
        "release": _("Dire qu’un document retenu peut être remis au patient"),
        "withhold": _("Retenir un document jusqu’à l’annonce"),
    }

    def get_queryset(self) -> QuerySet[Document]:
        """Documents in the scope of the reader; a list holds the newest version of each, or all of one series."""
        rows = queries.visible(to=self.by, at=self.at).select_related("patient", "withdrawn_by").order_by("-pk")
        newest = self.action == "list" and "series" not in self.request.query_params
        return queries.latest(rows) if newest else rows

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, (409, MEDIA_TYPE): Problem}, filters=False)
    @action(detail=True, methods=["get"], renderer_classes=[Pdf, JSONRenderer])
    def download(self, request: Request, pk: int) -> HttpResponse:
        """The bytes, proven to be those that were kept."""
        document = self.get_object()
        rules.check_view(document, by=self.by, at=self.at)
        self.trace(count=1, patient_id=document.patient_id, stay_id=document.stay_id, document=document.pk)
        return answers.pdf(documents.read(document=document, at=self.at), name=f"document-{document.pk}")

    @creation(Permission.ADD_DOCUMENT, body=NewDocument, answer=DocumentRow)
    def create(self, request: Request) -> Response:
        """Keep a file."""
        said = self.body(NewDocument)
        patient, content = said.pop("patient"), said.pop("file").read()
        document = documents.add(patient=patient, content=content, labels=Labels(**said), by=self.by, at=self.at)
        return Response(DocumentRow(document).data, status=201)

    @verb(Permission.ADD_DOCUMENT, body=NewVersion, answer=DocumentRow)
    def replace(self, request: Request, pk: int) -> Response:
        """Keep a new version."""
        content = self.body(NewVersion)["file"].read()
        document = documents.replace(document=self.get_object(), content=content, by=self.by, at=self.at)
        return Response(DocumentRow(document).data)

    @verb(Permission.ADD_DOCUMENT, body=Withdrawing, answer=DocumentRow)
    def withdraw(self, request: Request, pk: int) -> Response:
        """Take it back."""
        document = self.get_object()
        documents.withdraw(document=document, **self.body(Withdrawing), by=self.by, at=self.at)
        return self._answer(document)

    @verb(Permission.ADD_DOCUMENT, answer=DocumentRow)
    def restore(self, request: Request, pk: int) -> Response:
        """Undo a withdrawal."""
        document = self.get_object()
        documents.restore(document=document, by=self.by, at=self.at)
        return self._answer(document)

    @verb(Permission.ADD_DOCUMENT, answer=DocumentRow)
    def release(self, request: Request, pk: int) -> Response:
        """Let it be handed over."""
        document = self.get_object()
        documents.release(document=document, by=self.by, at=self.at)
        return self._answer(document)

    @verb(Permission.ADD_DOCUMENT, answer=DocumentRow)
    def withhold(self, request: Request, pk: int) -> Response:
        """Keep it from the patient."""
        document = self.get_object()
        documents.withhold(document=document, by=self.by, at=self.at)
        return self._answer(document)

    def _answer(self, document: Document) -> Response:
        document.refresh_from_db()
        return Response(DocumentRow(document).data)
