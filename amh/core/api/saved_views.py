"""The views that somebody keeps: their own, and nobody else's."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from amh.core.actions import saved_views
from amh.core.api.filters import Filters
from amh.core.api.resources import Resource, creation, verb
from amh.core.models import SavedView
from amh.core.roles import Permission


class SavedViewRow(serializers.ModelSerializer[SavedView]):
    """``page`` is the name of a page, ``query`` what follows the question mark of its address."""

    class Meta:
        model = SavedView
        fields = ["id", "page", "name", "query", "is_first", "saved_at"]
        read_only_fields = fields


class SavedViewChange(serializers.Serializer[Any]):
    """With ``is_first`` the page opens with this view, and with no other one."""

    name = serializers.CharField(max_length=60)
    is_first = serializers.BooleanField(default=False)


class NewSavedView(SavedViewChange):
    """A search or a moment in ``query`` is not kept."""

    page = serializers.CharField(max_length=60, default="board:list")
    query = serializers.CharField(max_length=2_000, allow_blank=True, default="")


class SavedViewFilters(Filters):
    class Meta:
        model = SavedView
        fields = ["page", "is_first"]


class SavedViews(Resource[SavedView]):
    """The views of whoever asks."""

    permission = Permission.VIEW_BOARD
    queryset = SavedView.objects.order_by("page", "name", "pk")
    serializer_class = SavedViewRow
    filterset_class = SavedViewFilters
    summaries = {
        "list": _("Vos vues enregistrées"),
        "retrieve": _("Une de vos vues enregistrées"),
        "create": _("Enregistrer une vue d’une page sous un nom"),
        "change": _("Renommer une vue, dire si elle s’ouvre en premier"),
        "remove": _("Retirer une vue"),
    }

    def get_queryset(self) -> QuerySet[SavedView]:
        """One's own alone; none where nobody asks, as when the schema is written."""
        return super().get_queryset().filter(user=self.request.user.pk if self.request else None)

    @creation(Permission.VIEW_BOARD, body=NewSavedView, answer=SavedViewRow)
    def create(self, request: Request) -> Response:
        """Keep an address under a name."""
        view = saved_views.save(**self.body(NewSavedView), by=self.by, at=self.at)
        return Response(SavedViewRow(view).data, status=201)

    @verb(Permission.VIEW_BOARD, body=SavedViewChange, answer=SavedViewRow)
    def change(self, request: Request, pk: int) -> Response:
        """Call it otherwise, put it first or no longer."""
        said = self.body(SavedViewChange)
        return Response(SavedViewRow(saved_views.change(view=self.get_object(), **said, by=self.by, at=self.at)).data)

    @verb(Permission.VIEW_BOARD, answer=None)
    def remove(self, request: Request, pk: int) -> Response:
        """Keep it no longer."""
        saved_views.remove(view=self.get_object(), by=self.by, at=self.at)
        return Response(status=204)
