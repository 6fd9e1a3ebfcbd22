"""Errors as programs read them: ``application/problem+json`` (RFC 9457) with a stable ``code`` and a sentence."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from amh.core.errors import Refusal
from amh.core.outages import is_away

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"
"""Seconds after which to try again when the database is away."""

TITLES: dict[int, str | Promise] = {
    400: gettext_lazy("Demande mal formée"),
    401: gettext_lazy("Connexion nécessaire"),
    403: gettext_lazy("Droit insuffisant"),
    404: gettext_lazy("Introuvable"),
    405: gettext_lazy("Méthode non prévue à cette adresse"),
    406: gettext_lazy("Format de réponse non prévu"),
    409: gettext_lazy("Refusé dans l’état actuel"),
    415: gettext_lazy("Format de demande non prévu"),
    422: gettext_lazy("Valeur impossible"),
    423: gettext_lazy("Écran verrouillé"),
    429: gettext_lazy("Trop de demandes"),
    503: gettext_lazy("Momentanément indisponible"),
}


class Problem(serializers.Serializer[Any]):
    """What every error answers; ``code`` does not change, the sentences may."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


@dataclass(frozen=True)
class Fault:
    """An error on its way to the caller."""

    status: int
    code: str
    detail: str
    errors: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer ``error`` as a problem; ``None`` (a fault of the program: 500) for what nobody foresaw."""
    fault = _fault(error)
    if fault is None:
        return None
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES.get(fault.status, TITLES[400])),
        "status": fault.status,
        "code": fault.code,
        "detail": fault.detail,
        "instance": context["request"].path,
    }
    if fault.errors:
        body["errors"] = fault.errors
    return Response(body, status=fault.status, headers=fault.headers, content_type=MEDIA_TYPE)


def _fault(error: Exception) -> Fault | None:
    match error:
        case Refusal():
            errors = {error.field: [error.sentence]} if error.field else {}
            return Fault(error.status, error.code, error.sentence, errors)
        case exceptions.ValidationError():
            return Fault(400, "invalid", _("Corriger les valeurs indiquées."), dict(_by_field(error.detail)))
        case exceptions.APIException():
            return Fault(error.status_code, str(error.get_codes()), str(error.detail), headers=_headers(error))
        case Http404():
            return Fault(404, "not_found", _("Rien à cette adresse, ou rien que votre rôle permette de voir."))
        case _:
            return _fault_of_database(error)


def _fault_of_database(error: Exception) -> Fault | None:
    if isinstance(error, DataError):
        return Fault(400, "out_of_range", _("Une valeur est hors de ce qui peut être enregistré."))
    if is_away(error):
        sentence = _("La base de données ne répond pas. Rien n’a été changé ; recommencer dans un instant.")
        return Fault(503, "database_unavailable", sentence, headers={"Retry-After": RETRY_AFTER})
    return None


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {"WWW-Authenticate": getattr(error, "auth_header", ""), "Retry-After": _wait(error)}
    return {name: value for name, value in headers.items() if value}


def _wait(error: exceptions.APIException) -> str:
    wait = getattr(error, "wait", None)
    return "" if wait is None else f"{wait:.0f}"


def _by_field(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Flatten nested errors: ``identifiers.0.value`` names the value of the first identifier."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _by_field(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list) and any(isinstance(inner, Mapping | list) for inner in detail):
        for index, inner in enumerate(detail):
            yield from _by_field(inner, f"{path}.{index}" if path else str(index))
    else:
        yield path or "non_field_errors", [str(sentence) for sentence in detail]
