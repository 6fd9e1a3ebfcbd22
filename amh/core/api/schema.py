"""The description of the interface (OpenAPI 3.1): what the generator cannot know of by itself."""

from functools import cache
from typing import Any, cast

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.fields import TimeField
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from amh.core.api.authentication import BearerAuthentication, SessionAuthentication
from amh.core.api.idempotency import HEADER, SHAPE
from amh.core.api.problems import MEDIA_TYPE, TITLES, Problem

KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "pattern": f"^{SHAPE.pattern}$"},
    OpenApiParameter.HEADER,
    description=_("Nomme cette demande pendant 24 h : envoyée deux fois, elle n’est faite qu’une fois."),
)
HOUR = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"


class Schema(AutoSchema):
    """Adds to each operation its summary, the errors it may answer, and to each write the idempotency key."""

    def get_summary(self) -> str | None:
        """The line that the view gives for the action."""
        summaries: dict[str, str] = getattr(self.view, "summaries", {})
        return summaries.get(getattr(self.view, "action", ""))

    def get_description(self) -> str:  # type: ignore[override]
        """Nothing: docstrings speak to those who write the program."""
        return ""

    def get_override_parameters(self) -> list[Any]:
        """The idempotency key, on writes."""
        return [KEY] if self.method == "POST" else []

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        """The shape of a field; one that is only read is empty where its column may be.

        An hour is one of the site’s clock: the format ``time`` would ask for an offset from UTC.
        """
        if field.read_only and _column_may_be_blank(field):
            field.allow_blank = True
        shape: Any = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if isinstance(field, TimeField):
            del shape["format"]
            shape["pattern"] = HOUR
        return shape

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any] | None:
        """The operation with its errors."""
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is not None:
            component = self.resolve_serializer(Problem, "response").ref
            for status in self._faults():
                operation["responses"].setdefault(str(status), _answer(status, component))
        return operation

    def _faults(self) -> list[int]:
        always = [400, 401, 403, 405, 406, 423, 429, 503]
        writing = [409, 415, 422] if self.method == "POST" else []
        missing = [404] if "{" in self.path or self.method == "GET" else []
        return sorted([*always, *writing, *missing])


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token is sent; the generator finds this class by itself."""

    target_class = BearerAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer token without a format of its own."""
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a page shows whose it is."""

    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """The cookie of the log-in."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def _column_may_be_blank(field: Any) -> bool:
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    columns = model._meta.fields if model else []  # noqa: SLF001 - Django documents _meta
    return any(column.name == field.source and column.blank and column.empty_strings_allowed for column in columns)


def _answer(status: int, component: Any) -> dict[str, Any]:
    return {"description": str(TITLES[status]), "content": {MEDIA_TYPE: {"schema": component}}}


def document() -> dict[str, Any]:
    """The whole description in the language of the moment, made once a process and language."""
    return _document(translation.get_language() or "fr")


@cache
def _document(language: str) -> dict[str, Any]:
    with translation.override(language):
        generator: Any = SchemaGenerator  # it has no types
        return cast("dict[str, Any]", generator().get_schema(request=None, public=True))


class OpenApiRenderer(JSONRenderer):
    """JSON under the name that OpenAPI gives it."""

    media_type = "application/vnd.oai.openapi+json"


class Description(APIView):
    """``/api/v1/schema/``."""

    renderer_classes = [OpenApiRenderer, JSONRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        """Answer the description to whoever is logged in."""
        return Response(document())
