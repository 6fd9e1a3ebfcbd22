"""The Friday question: where do those go who are in a unit that closes? (WR-5)"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amh.board import boards, closings
from amh.board.acts import LETTERS
from amh.board.audiences import Audience, audience
from amh.board.closings import Kind, Question
from amh.board.destinations import Page
from amh.board.views.dialogs import deed_url, finished
from amh.board.views.subjects import subject
from amh.board.views.units import chosen
from amh.core import audit, dates, rules
from amh.core.doors import door
from amh.core.errors import Conflict
from amh.core.live import feed
from amh.core.models import User
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.actions import expected_discharges
from patients.models import Certainty
from patients.rules import stays as stay_rules
from wards.models import Unit
from wards.openings import preview
from wards.queries.hospitals import hospital


@require_safe
@door(Permission.VIEW_BOARD)
def show(request: HttpRequest) -> HttpResponse:
    """Ask where those go who are in the unit; say when it closes when nothing is to be asked yet."""
    by, now = actor(request), timezone.now()
    unit = chosen(request)
    if unit is None:
        return redirect("board:list")
    position = feed.position()
    board = boards.read(now)
    question = closings.questions(board, now).get(unit.pk)
    viewers = audience(by, language=get_language() or "")
    context: dict[str, Any] = {
        "unit": unit,
        "letters": LETTERS,
        "live_url": "/live/lits",
        "position": position,
        "rendered_at": now,
    }
    context |= _asked(question, board, viewers, by) if question else _calm(unit, board)
    audit.trace("closing", by=by, at=now, ip=ip(request), count=context.get("named_count", 0), unit_id=unit.pk)
    return render(request, "board/closings/show.html", context)


def _asked(question: Question, board: boards.Board, viewers: Audience, by: User) -> dict[str, Any]:
    page = Page(question, board, viewers, by)
    may_postpone = question.kind != Kind.DAYS_OFF and rules.may(by, Permission.SET_STRUCTURE)
    return {
        "question": question,
        "undecided": page.open(),
        "settled": page.settled(),
        "free": page.free_elsewhere(),
        "named_count": page.named_count(),
        "closes": _moment(question.closes_at, board),
        "opens": _moment(question.opens_at, board),
        "calendar_url": reverse("wards:calendar", args=[question.unit.calendar_id]) if may_postpone else "",
    }


def _moment(at: Any, board: boards.Board) -> str:
    return dates.moment(at, now=board.at) if at else ""


def _calm(unit: Unit, board: boards.Board) -> dict[str, str]:
    """Of a unit that follows a calendar: until or from when it is open, and when it next closes for over a night."""
    week = board.hospital.weeks.get(unit.pk)
    found = board.hospital.closing(board.at, within_hours=HORIZON).get(unit.pk)
    return {
        "opening": preview(week, board.at).words if week else "",
        "when": dates.moment(found.closes_at, now=board.at) if found else "",
    }


HORIZON = 366 * 24
"""Hours in which a closing to come is worth telling."""


@require_POST
@door(Permission.EXPECT_DISCHARGE)
def leave_before(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a patient leaves for certain before the unit closes: at the hour that was expected, if it is before."""
    one = subject(request, pk)
    stay_rules.check_expect(one.stay, by=one.by, now=one.now)
    closing = hospital().closing(one.now).get(one.unit_id or 0)
    if closing is None:
        raise Conflict(_("Cette unité ne ferme pas bientôt : recharger la page."), code="not_closing")
    was = one.stay.expected_discharge_at
    expected_at = was if was is not None and one.now <= was <= closing.closes_at else closing.closes_at
    said: dict[str, Any] = {"expected_at": expected_at, "certainty": Certainty.CERTAIN}
    expected_discharges.expect(stay=one.stay, **said, by=one.by, at=one.now)
    facts = {"patient": one.name, "at": dates.moment(expected_at, now=one.now)}
    undo_url = deed_url(by=one.by, at=one.now)
    return finished(request, _("Sortie certaine %(at)s : %(patient)s.") % facts, undo_url=undo_url)
