"""The board on paper, as a PDF that opens in the browser."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amh.board import addresses, alarms, boards
from amh.board.audiences import audience
from amh.board.boards import Board
from amh.board.documents import papers
from amh.board.documents.papers import Format
from amh.core import answers, audit
from amh.core.doors import door
from amh.core.errors import Invalid
from amh.core.models import AccessKind, User
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from wards.models import Unit

SHEETS = {Format.UNIT: papers.ward, Format.POCKET: papers.pocket}


@require_safe
@door(Permission.VIEW_BOARD)
def show(request: HttpRequest) -> HttpResponse:
    """Print the whole hospital, or one unit, now or at another moment. Printing leaves one line of trace."""
    by, now = actor(request), timezone.now()
    form, query = _format(request.GET.get("format", "").strip()), addresses.query(request.GET.dict())
    at = query.at or now
    board = boards.read(at, planned=at > now)
    unit = None if form == Format.HOSPITAL else _unit(board, query.unit)
    viewers = audience(by, language=get_language() or "fr")
    said: dict[str, Any] = {"printed_by": signature(by), "at": now}
    said["alarm"] = alarms.QUIET if query.at else alarms.read(at=now)
    content = papers.hospital(board, viewers, **said) if unit is None else SHEETS[form](board, unit, viewers, **said)
    asked: dict[str, Any] = {"format": form.value} | ({"moment": query.at.isoformat()} if query.at else {})
    audit.trace(
        "board.print",
        by=by,
        at=now,
        ip=ip(request),
        kind=AccessKind.PRINT,
        unit_id=unit.pk if unit else None,
        count=papers.named_count(board, [unit] if unit else board.units, viewers),
        **asked,
    )
    return answers.pdf(content, name=papers.file_name(form, board, unit))


def signature(by: User) -> str:
    """The person and their trade, as paper says who printed it."""
    trade = by.get_role_display()
    return f"{by}, {trade[:1].lower()}{trade[1:]}"


def _format(word: str) -> Format:
    """What is asked for, the whole hospital without a word. Raises ``Invalid`` for a word that is none."""
    try:
        return Format(word or Format.HOSPITAL)
    except ValueError:
        sentence = _("Il n’y a pas de format d’impression « %s ».") % word[:20]
        raise Invalid(sentence, code="unknown_format", field="format") from None


def _unit(board: Board, code: str) -> Unit:
    """The unit to print. Raises ``Invalid`` without one, or for one that was not there at that moment."""
    if not code:
        raise Invalid(_("Indiquer l’unité à imprimer."), code="required", field="unite")
    unit = next((unit for unit in board.units if unit.code == code), None)
    if unit is None:
        raise Invalid(_("Il n’y a pas d’unité « %s ».") % code[:20], code="unknown_unit", field="unite")
    return unit
