"""What a site sets for itself: its parameters, and the texts that it sends."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.core import parameters, values
from amh.core.actions import parameters as actions
from amh.core.dialogs import UNPROCESSABLE, Dialog, Done, finished
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.forms import ValueForm
from amh.core.parameters import BILINGUALS, PARAMETERS, Kind, Parameter
from amh.core.requests import actor
from amh.core.roles import Permission

SHOWN = 100
"""Values of the past that a page shows."""


@require_safe
@door(Permission.SET_PARAMETERS)
def listing(request: HttpRequest) -> HttpResponse:
    """Every parameter by its heading, with what it is here and in the units that differ."""
    plain = [one for one in PARAMETERS.values() if one.kind != Kind.TEMPLATE]
    lines = values.lines(at=timezone.now(), among=plain)
    context = {"title": _("Comment travaille-t-on ici ?"), "groups": list(values.by_group(lines))}
    return render(request, "core/parameters/list.html", context)


@require_safe
@door(Permission.SET_PARAMETERS)
def templates(request: HttpRequest) -> HttpResponse:
    """Every text that the program sends, as it reads with samples of what it names."""
    written = [one for one in PARAMETERS.values() if one.kind == Kind.TEMPLATE]
    lines = values.lines(at=timezone.now(), among=written)
    context = {"title": _("Qu’écrit le programme ?"), "lines": lines}
    return render(request, "core/parameters/templates.html", context)


@require_safe
@door(Permission.SET_PARAMETERS)
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One parameter: its value, those of the units, and what it was before."""
    parameter, now = _get(key), timezone.now()
    (line,) = values.lines(at=now, among=[parameter])
    context = {
        "title": parameter.label,
        "line": line,
        "changes": values.changes(parameter, until=now, at=now, most=SHOWN),
    }
    return render(request, "core/parameters/show.html", context)


@door(Permission.SET_PARAMETERS)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Give a parameter its value, for the site or for one unit."""
    parameter, now = _get(key), timezone.now()
    form = _form(request, parameter)

    def act(data: dict[str, Any]) -> Done:
        unit_id = data.get("unit") or None
        row = actions.change(key=key, value=form.said(), unit_id=unit_id, by=actor(request), at=now)
        sentence = _("Réglé : %s.") if row else _("C’était déjà réglé ainsi : %s.")
        return Done(sentence % parameter.label, reverse("core:parameter", args=[key]))

    template = "core/parameters/change.html"
    return Dialog(
        form, _("Régler : %s") % parameter.label, _("Enregistrer"), template, lambda: {"parameter": parameter}
    ).answer(request, act)


@require_POST
@door(Permission.SET_PARAMETERS)
def give_back(request: HttpRequest, key: str) -> HttpResponse:
    """Have a unit follow the site again, or the site what is declared."""
    parameter = _get(key)
    unit_id = _number(request.POST.get("unit", ""))
    row = actions.change(key=key, value=None, unit_id=unit_id, by=actor(request), at=timezone.now())
    sentence = _("Valeur rendue : %s.") if row else _("C’était déjà réglé ainsi : %s.")
    return finished(request, Done(sentence % parameter.label, reverse("core:parameter", args=[key])))


@require_POST
@door(Permission.SET_PARAMETERS)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """A template as it would read, before it is kept."""
    parameter = _get(key)
    form = ValueForm(request.POST, parameter=parameter, units={})
    if parameter.kind != Kind.TEMPLATE:
        raise Http404
    page = "core/parameters/preview.html#texts" if request.headers.get("HX-Request") else "core/parameters/preview.html"
    context = {"title": _("Aperçu : %s") % parameter.label, "address": reverse("core:parameter", args=[key])}
    fault = _fault(parameter, form)
    if fault:
        return render(request, page, context | {"fault": fault}, status=UNPROCESSABLE)
    return render(request, page, context | {"texts": values.sampled(parameter, form.said())})


def _fault(parameter: Parameter, form: ValueForm) -> str:
    if not form.is_valid():
        return " ".join(str(sentence) for sentences in form.errors.values() for sentence in sentences)
    try:
        parameters.check(parameter, form.said())
    except Invalid as refusal:
        return refusal.sentence
    return ""


def _get(key: str) -> Parameter:
    if key not in PARAMETERS:
        raise Http404
    return PARAMETERS[key]


def _form(request: HttpRequest, parameter: Parameter) -> ValueForm:
    units = parameters.unit_names(at=timezone.now()) if parameter.per_unit else {}
    asked = _number(request.GET.get("unite", ""))
    unit_id = asked if asked in units else None
    value = parameters.value(parameter.key, unit_id=unit_id)
    if parameter.kind == Kind.SWITCH:
        value = "oui" if value else "non"
    initial = dict(value) if parameter.kind in BILINGUALS else {"value": value}
    return ValueForm(request.POST or None, parameter=parameter, units=units, initial=initial | {"unit": unit_id})


def _number(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() else None
