"""What every resource of the interface shares: one instant per request, one right, answers that no cache keeps."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db.models import Model
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from amh.core import dates, rules
from amh.core.api.idempotency import Write, once
from amh.core.models import User
from amh.core.roles import Permission

M = TypeVar("M", bound=Model)
Shape = type[BaseSerializer[Any]]


class Resource(ListModelMixin, RetrieveModelMixin, GenericViewSet[M]):
    """A noun that can be listed and read by those who hold ``permission``. ``at`` is the instant of the request.

    A verb has a permission of its own, its ``door``, asked for some unit at least; the act asks again for its unit.
    """

    permission: Permission
    summaries: dict[str, Any] = {}
    at: datetime
    lookup_value_converter = "int"
    http_method_names = ["get", "head", "post"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Take the instant and check the right, once it is known who asks."""
        self.at = timezone.now()
        super().initial(request, *args, **kwargs)
        method = getattr(self, self.action or "", None)
        rules.check_somewhere(self.by, *getattr(method, "door", (self.permission,)))

    @property
    def by(self) -> User:
        """Who asks."""
        return cast("User", self.request.user)

    def body(self, shape: Shape) -> dict[str, Any]:
        """The values of the request's body. Raises ``ValidationError`` (400) for what is not of that shape."""
        serializer = shape(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        values = cast("dict[str, Any]", serializer.validated_data)
        for name, value in values.items():
            if isinstance(value, datetime) and not dates.plausible(value):
                raise ValidationError({name: [dates.IMPLAUSIBLE]})
        return values

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keep answers out of caches, and say where a new row is."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        if response.status_code == 201:
            response["Location"] = request.build_absolute_uri(f"{request.path}{response.data['id']}/")
        return response


def verb(
    *permissions: Permission,
    body: Shape | None = None,
    answer: Shape | None,
    path: str | None = None,
    detail: bool = True,
) -> Callable[[Write], Write]:
    """Make a method of a resource a verb of the ward on one row: ``POST …/<id>/<path>/``, done once per key.

    It is for whoever holds one of ``permissions``. ``body`` is the shape of what is sent, ``answer`` of what comes back
    (``None``: nothing, 204). Without ``detail`` it is a verb on the noun itself: ``POST …/<path>/``.
    """

    def decorate(write: Write) -> Write:
        described = extend_schema(request=body, responses={200: answer} if answer else {204: None}, filters=False)
        written: Any = described(action(detail=detail, methods=["post"], url_path=path)(once(write)))
        written.door = permissions
        return cast("Write", written)

    return decorate


def creation(*permissions: Permission, body: Shape, answer: Shape) -> Callable[[Write], Write]:
    """Make the method ``create`` of a resource ``POST`` on its list: 201 with the new row, done once per key."""

    def decorate(write: Write) -> Write:
        written = extend_schema(request=body, responses={201: answer})(once(write))
        written.door = permissions  # type: ignore[attr-defined]
        return written

    return decorate


class Missing(APIView):
    """Any other address under the interface."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing is here, for whoever is logged in."""
        super().initial(request, *args, **kwargs)
        raise Http404
