"""Accounts, for whoever sets them. What proves who somebody is goes in and never comes out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.actions import accounts
from amh.core.api.filters import Filters
from amh.core.api.resources import Resource, creation, verb
from amh.core.models import User
from amh.core.roles import Permission, Role
from amh.core.unlocks import LONGEST


class AccountRow(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = [
            "id", "username", "role", "last_name", "first_name", "email", "is_active", "date_joined", "last_login",
        ]  # fmt: skip
        read_only_fields = fields


class Identity(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=Role.choices)
    last_name = serializers.CharField(max_length=150)
    first_name = serializers.CharField(max_length=150, allow_blank=True, default="")
    email = serializers.EmailField(allow_blank=True, default="")


class NewAccount(Identity):
    """Without a password only an interface or a wall screen can be made."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=LONGEST, allow_null=True, default=None, trim_whitespace=False)


class NewPassword(serializers.Serializer[Any]):
    password = serializers.CharField(max_length=LONGEST, trim_whitespace=False)


class AccountFilters(Filters):
    class Meta:
        model = User
        fields = ["username", "role", "is_active"]


class Accounts(Resource[User]):
    """Accounts of people and of devices, open and closed."""

    permission = Permission.SET_ACCOUNTS
    queryset = User.objects.order_by("pk")
    serializer_class = AccountRow
    filterset_class = AccountFilters
    summaries = {
        "list": _("Les comptes"),
        "retrieve": _("Un compte"),
        "create": _("Créer un compte"),
        "change": _("Modifier un compte : nom, adresse, rôle"),
        "set_password": _("Donner un nouveau mot de passe : les sessions du compte sont terminées"),
        "close": _("Fermer un compte : ses sessions et ses jetons sont terminés"),
        "reopen": _("Rouvrir un compte fermé"),
    }

    @creation(Permission.SET_ACCOUNTS, body=NewAccount, answer=AccountRow)
    def create(self, request: Request) -> Response:
        """Make an account."""
        user = accounts.create(**self.body(NewAccount), by=self.by, at=self.at)
        return Response(AccountRow(user).data, status=201)

    @verb(Permission.SET_ACCOUNTS, body=Identity, answer=AccountRow)
    def change(self, request: Request, pk: int) -> Response:
        """Change who it is for."""
        return self._answer(accounts.change(user=self.get_object(), **self.body(Identity), by=self.by, at=self.at))

    @verb(Permission.SET_ACCOUNTS, body=NewPassword, answer=None, path="set-password")
    def set_password(self, request: Request, pk: int) -> Response:
        """Give it a new password."""
        accounts.set_password(user=self.get_object(), **self.body(NewPassword), by=self.by, at=self.at)
        return Response(status=204)

    @verb(Permission.SET_ACCOUNTS, answer=AccountRow)
    def close(self, request: Request, pk: int) -> Response:
        """Close it."""
        return self._answer(accounts.close(user=self.get_object(), by=self.by, at=self.at))

    @verb(Permission.SET_ACCOUNTS, answer=AccountRow)
    def reopen(self, request: Request, pk: int) -> Response:
        """Open it again."""
        return self._answer(accounts.reopen(user=self.get_object(), by=self.by, at=self.at))

    @staticmethod
    def _answer(user: User) -> Response:
        return Response(AccountRow(user).data)
