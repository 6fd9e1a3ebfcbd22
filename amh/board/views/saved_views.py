from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.board import addresses, saved_views
from amh.board.audiences import DOOR
from amh.board.forms import SavedViewForm
from amh.board.saved_views import PAGE
from amh.board.views.dialogs import finished
from amh.core import saved_views as rules
from amh.core.actions import saved_views as actions
from amh.core.dialogs import Dialog
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.models import SavedView
from amh.core.requests import actor, sent
from amh.core.roles import Permission

CHANGE = "board/saved_views/change.html"


@require_safe
@door(*DOOR)
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the board as the person wants it to open: by the view that they put first, else the whole hospital."""
    first = SavedView.objects.filter(user=actor(request), page=PAGE, is_first=True).first()
    if first is None:
        return redirect(PAGE)
    try:
        rules.kept(PAGE, first.query, at=timezone.now())
    except Invalid as refusal:
        facts = {"name": first.name, "why": refusal.sentence}
        messages.warning(request, _("La vue « %(name)s » ne s’ouvre plus : %(why)s") % facts)
        return redirect(PAGE)
    return redirect(saved_views.address(first.query))


@door(Permission.VIEW_BOARD)
def save(request: HttpRequest) -> HttpResponse:
    """Keep the board as its address shows it, under a name."""
    by, now = actor(request), timezone.now()
    query = rules.kept(PAGE, request.GET.urlencode(), at=now)
    form = SavedViewForm(sent(request))

    def act(data: dict[str, Any]) -> HttpResponse:
        view = actions.save(page=PAGE, query=query, **data, by=by, at=now)
        sentence = _("Vue « %s » enregistrée.") % view.name
        return _listed(request, sentence, undo_url=reverse("board:remove-view", args=[view.pk]))

    return Dialog(form, _("Enregistrer cette vue"), _("Enregistrer")).answer(request, act)


@door(Permission.VIEW_BOARD)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a view otherwise, put it first, or remove it."""
    by, now = actor(request), timezone.now()
    view = get_object_or_404(SavedView, pk=pk, user=by, page=PAGE)
    before = _fields(view)
    form = SavedViewForm(sent(request), initial=before)

    def act(data: dict[str, Any]) -> HttpResponse:
        changed = actions.change(view=view, **data, by=by, at=now)
        return _listed(request, _("Vue « %s » modifiée.") % changed.name, undo_url=request.path, undo=before)

    def context() -> dict[str, Any]:
        return {"remove_url": reverse("board:remove-view", args=[pk])}

    return Dialog(form, _("Vue « %s »") % view.name, _("Enregistrer"), CHANGE, context).answer(request, act)


@require_POST
@door(Permission.VIEW_BOARD)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a view no longer."""
    by = actor(request)
    view = get_object_or_404(SavedView, pk=pk, user=by, page=PAGE)
    actions.remove(view=view, by=by, at=timezone.now())
    back = f"{reverse('board:save-view')}?{view.query}".rstrip("?")
    return _listed(request, _("Vue « %s » retirée.") % view.name, undo_url=back, undo=_fields(view))


def _fields(view: SavedView) -> dict[str, str]:
    """What the form says of a view as it is."""
    return {"name": view.name} | ({"is_first": "on"} if view.is_first else {})


def _listed(request: HttpRequest, sentence: str, **undo: Any) -> HttpResponse:
    """Say what was done, and show the list anew where the board is open."""
    response = finished(request, sentence, **undo)
    if request.headers.get("HX-Request"):
        context = saved_views.shown(_looked_at(request), by=actor(request)) | {"anew": True}
        response.write(render(request, "board/saved_views/list.html", context).content)
    return response


def _looked_at(request: HttpRequest) -> str:
    """What would be kept of the page in front of the person, as their browser says it; nothing of any other page."""
    asked = request.htmx.current_url_abs_path or ""  # type: ignore[attr-defined]
    path, _mark, query = asked.partition("?")
    if path != reverse(PAGE):
        return ""
    try:
        return saved_views.of(addresses.query(QueryDict(query).dict()))
    except Invalid:
        return ""
