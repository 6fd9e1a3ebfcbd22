"""The wall screens of the site, for whoever sets accounts: each is one, opened by a key instead of a password."""

from typing import Any

from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from amh.board.screens import lines
from amh.core import dates
from amh.core.dialogs import Dialog, Done
from amh.core.doors import door
from amh.core.requests import actor, sent
from amh.core.roles import Permission
from wards.actions import screens
from wards.actions.screens import Coded, Description
from wards.forms.screens import ScreenForm
from wards.models import Screen, Unit
from wards.models.validity import valid_at
from wards.rules.screens import CODE_LENGTH

SHOWN, CODE, REVOKE = "board/screens/shown.html", "board/screens/code.html", "board/screens/revoke.html"


@require_safe
@door(Permission.SET_ACCOUNTS)
def listing(request: HttpRequest) -> HttpResponse:
    """List the wall screens: where, what they show, whether they are there."""
    context = {"title": _("Quels écrans muraux ?"), "lines": list(lines(at=timezone.now()))}
    return render(request, "board/screens/list.html", context | {"door": request.build_absolute_uri(_door())})


@door(Permission.SET_ACCOUNTS)
def create(request: HttpRequest) -> HttpResponse:
    """Describe a screen."""
    form = ScreenForm(sent(request), units=_units())

    def act(data: Description) -> Done:
        screen = screens.create(said=data, by=actor(request), at=timezone.now())
        return Done(_("Écran décrit : %s. Reste à l’installer.") % screen, reverse("board:screens"))

    return Dialog(form, _("Nouvel écran mural"), _("Décrire l’écran")).answer(request, act)  # type: ignore[arg-type]


@door(Permission.SET_ACCOUNTS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Describe a screen otherwise."""
    screen = _get(pk)
    shown = list(screen.units.all())
    known = {"name": screen.name, "theme": screen.theme, "page_seconds": screen.page_seconds, "units": shown}
    form = ScreenForm(sent(request), units=_units(Q(pk__in=[unit.pk for unit in shown])), initial=known)

    def act(data: Description) -> Done:
        changed = screens.change(screen=screen, said=data, by=actor(request), at=timezone.now())
        return Done(_("Écran modifié : %s. Il suit dans la minute.") % changed, reverse("board:screens"))

    return Dialog(form, _("Modifier « %s »") % screen, _("Enregistrer")).answer(request, act)  # type: ignore[arg-type]


@never_cache
@door(Permission.SET_ACCOUNTS)
def give_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the code by which a browser becomes this screen, and show it once."""
    screen = _get(pk)

    def act(_data: dict[str, Any]) -> HttpResponse:
        return _shown(request, screens.give_code(screen=screen, by=actor(request), at=timezone.now()))

    title = _("Code d’installation : %s") % screen
    dialog = Dialog(Form(sent(request)), title, _("Donner un code"), CODE, lambda: {"screen": screen})
    return dialog.answer(request, act)


@door(Permission.SET_ACCOUNTS)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a screen, once it has been read what ends with it."""
    screen = _get(pk)

    def act(_data: dict[str, Any]) -> Done:
        screens.revoke(screen=screen, by=actor(request), at=timezone.now())
        return Done(_("Écran retiré : %s.") % screen, reverse("board:screens"))

    return Dialog(Form(sent(request)), _("Retirer « %s »") % screen, _("Retirer l’écran"), REVOKE).answer(request, act)


def _shown(request: HttpRequest, coded: Coded) -> HttpResponse:
    half = CODE_LENGTH // 2
    context = {
        "title": _("Code d’installation : %s") % coded.screen,
        "code": f"{coded.code[:half]} {coded.code[half:]}",
        "until": dates.clock(coded.screen.code_until) if coded.screen.code_until else "",
        "door": request.build_absolute_uri(_door()),
    }
    return render(request, SHOWN, context)


def _door() -> str:
    return reverse("board:wall")


def _get(pk: int) -> Screen:
    return get_object_or_404(Screen.objects.select_related("account"), pk=pk)


def _units(*shown: Q) -> QuerySet[Unit]:
    """The units in service, and those that the screen shows already."""
    wanted = valid_at(timezone.now())
    for one in shown:
        wanted |= one
    return Unit.objects.filter(wanted).order_by("position", "name")
