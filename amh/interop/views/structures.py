"""Bring in units, rooms and beds from a file, as the command does."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core.dialogs import UNPROCESSABLE
from amh.core.doors import door
from amh.core.errors import Denied, Refusal
from amh.core.requests import actor
from amh.core.roles import Permission
from amh.interop import readings
from amh.interop.csv.structures import COLUMNS
from amh.interop.forms.structures import StructureForm
from wards.actions import structures
from wards.actions.structures import Structure
from wards.rules.structures import Fault, Faulty

SHOWN = 200
"""Faults that the page lists; the others are counted."""


@door(Permission.SET_STRUCTURE)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Take a file: all of it, or nothing and the fault of each line."""
    if request.method != "POST":
        return _page(request, StructureForm())
    form = StructureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=UNPROCESSABLE)
    reading = readings.read(form.cleaned_data["file"].read())
    try:
        structure = structures.bring_in(rows=reading.rows, by=actor(request), at=timezone.now())
    except Denied:
        raise
    except Faulty as refusal:
        form.add_error("file", refusal.sentence)
        return _page(request, form, faults=refusal.faults, status=refusal.status)
    except Refusal as refusal:
        form.add_error("file", refusal.sentence)
        return _page(request, form, status=refusal.status)
    return _page(request, StructureForm(), brought=_counts(structure), left_aside=reading.left_aside)


def _page(
    request: HttpRequest, form: StructureForm, *, status: int = 200, faults: Sequence[Fault] = (), **facts: object
) -> HttpResponse:
    context = {
        "title": _("Importer la structure"),
        "form": form,
        "faults": faults[:SHOWN],
        "more_faults": max(len(faults) - SHOWN, 0),
        "columns": COLUMNS,
    }
    return render(request, "interop/structures/import.html", context | facts, status=status)


def _counts(structure: Structure) -> list[tuple[str, dict[str, int]]]:
    named = ((_("Unités"), structure.units), (_("Chambres"), structure.rooms), (_("Lits"), structure.beds))
    return [(name, readings.counts(brought)) for name, brought in named]
