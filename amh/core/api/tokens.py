"""The tokens of accounts. A secret is answered once, where it is made, and kept nowhere."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.actions import tokens
from amh.core.actions.tokens import Issued
from amh.core.api.filters import Filters, IdFilter, YesNoFilter
from amh.core.api.idempotency import once
from amh.core.api.references import Reference
from amh.core.api.resources import Resource, verb
from amh.core.models import ApiToken, User
from amh.core.roles import Permission


class TokenRow(serializers.ModelSerializer[ApiToken]):
    account = serializers.IntegerField(source="user_id", read_only=True)

    class Meta:
        model = ApiToken
        fields = [
            "id", "account", "label", "permissions", "replaces", "created_at", "valid_until", "last_used_at",
            "revoked_at",
        ]  # fmt: skip
        read_only_fields = fields


class NewTokenRow(TokenRow):
    """``secret`` is empty when the same request was made before: its first answer alone had it."""

    secret = serializers.CharField(read_only=True)

    class Meta(TokenRow.Meta):
        fields = [*TokenRow.Meta.fields, "secret"]
        read_only_fields = fields


class End(serializers.Serializer[Any]):
    valid_until = serializers.DateTimeField(allow_null=True, default=None)


class NewToken(End):
    """Without ``permissions`` the token may do all that the account's role may."""

    account = Reference(queryset=User.objects.all())
    label = serializers.CharField(max_length=80)  # type: ignore[assignment]
    permissions = serializers.ListField(child=serializers.CharField(max_length=30), default=list)


class TokenFilters(Filters):
    account = IdFilter(field_name="user")
    revoked = YesNoFilter(field_name="revoked_at", lookup_expr="isnull", exclude=True)


class Tokens(Resource[ApiToken]):
    """Tokens of every account, those that are over too."""

    permission = Permission.SET_ACCOUNTS
    queryset = ApiToken.objects.order_by("pk")
    serializer_class = TokenRow
    filterset_class = TokenFilters
    summaries = {
        "list": _("Les jetons, sans leur secret"),
        "retrieve": _("Un jeton"),
        "create": _("Créer un jeton : son secret n’est donné qu’ici, une fois"),
        "rotate": _("Remplacer un jeton : l’ancien vaut encore quelques jours"),
        "revoke": _("Révoquer un jeton, aussitôt"),
    }
    secret = ""

    @extend_schema(request=NewToken, responses={201: NewTokenRow})
    def create(self, request: Request) -> Response:
        """Issue a token."""
        return self._with_secret(self._issue(request))

    @extend_schema(request=End, responses={200: NewTokenRow}, filters=False)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: int) -> Response:
        """Issue the one that replaces it."""
        return self._with_secret(self._rotate(request))

    @verb(Permission.SET_ACCOUNTS, answer=TokenRow)
    def revoke(self, request: Request, pk: int) -> Response:
        """End it."""
        token = tokens.revoke(token=self.get_object(), by=self.by, at=self.at)
        return Response(TokenRow(token).data)

    @once
    def _issue(self, request: Request) -> Response:
        body = self.body(NewToken)
        user = body.pop("account")
        return self._answer(tokens.issue(user=user, **body, by=self.by, at=self.at), status=201)

    @once
    def _rotate(self, request: Request) -> Response:
        wish = self.body(End)
        return self._answer(tokens.rotate(token=self.get_object(), **wish, by=self.by, at=self.at), status=200)

    def _answer(self, issued: Issued, *, status: int) -> Response:
        self.secret = issued.secret
        return Response(TokenRow(issued.token).data, status=status)

    def _with_secret(self, answer: Response) -> Response:
        """Add the secret behind the record of answers, which must not keep it."""
        answer.data = {**answer.data, "secret": self.secret}
        return answer
