"""The board on paper: the whole hospital on A3, one unit on A4, one unit for the pocket.

Nothing medical stands on any of them (WR-60). They are made of a board that is read already, for an audience, without a
request, so that a sheet can also be written ahead of an outage (WR-7).
"""

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from amh.board.alarms import QUIET, Alarm
from amh.board.audiences import Audience
from amh.board.boards import Board
from amh.board.documents import lines
from amh.board.documents.lines import Line, Section
from amh.core import dates, documents
from wards.models import Unit

FOLDER = "board/documents"


class Format(StrEnum):
    """The words of ``?format=``."""

    HOSPITAL = "hopital"
    UNIT = "unite"
    POCKET = "poche"


def hospital(board: Board, audience: Audience, *, printed_by: str, at: datetime, alarm: Alarm = QUIET) -> bytes:
    """Every unit of the board with all its beds, on as many pages of A3 as it takes.

    ``printed_by`` is who prints it ``at`` that moment, in words; what it shows is of ``board.at``, and late when the
    ``alarm`` says so.
    """
    with translation.override(audience.language):
        found = lines.sections(board, board.units, audience)
        facts = {
            "load": lines.load(board, board.units),
            "units": [_unit(section) | {"lines": [asdict(line) for line in section.lines]} for section in found],
            "columns": [_("Lit"), _("État"), _("Patient")],
            "leaves": _("sortie"),
            "none": _("Aucune unité n’est décrite."),
        }
        return _pdf("hospital", facts, board, found, printed_by=printed_by, at=at, alarm=alarm)


def ward(board: Board, unit: Unit, audience: Audience, *, printed_by: str, at: datetime, alarm: Alarm = QUIET) -> bytes:
    """One unit in portrait A4: a line for each bed with room to write, who is without one, who comes and leaves."""
    with translation.override(audience.language):
        found = lines.sections(board, [unit], audience)
        (section,) = found
        facts = {
            "unit": _unit(section),
            "columns": [_("Lit"), _("État"), _("Patient"), _("Jour"), _("Sortie prévue"), _("Notes")],
            "beds": [asdict(line) for line in section.beds],
            "none": _("Aucun lit dans cette unité."),
            "lists": [
                _list(_("Sans lit dans l’unité"), section.without),
                _list(_("Entrées du jour"), section.awaited),
                _list(_("Sorties du jour"), section.leaving),
            ],
            "nobody": _("Personne."),
        }
        return _pdf("ward", facts, board, found, printed_by=printed_by, at=at, alarm=alarm)


def pocket(
    board: Board, unit: Unit, audience: Audience, *, printed_by: str, at: datetime, alarm: Alarm = QUIET
) -> bytes:
    """One unit in large letters, one line for each patient with room to write, to be torn up after use (WR-54).

    Landscape A4 in two columns of A5: folded in the middle it goes into the pocket of a white coat, which a sheet of A4
    does not, and the fold crosses no line.
    """
    with translation.override(audience.language):
        found = lines.sections(board, [unit], audience)
        (section,) = found
        facts = {
            "unit": _unit(section),
            "columns": [_("Lit"), _("Patient"), _("Sortie prévue"), _("Notes")],
            "lines": [asdict(line) for line in section.lines if line.name],
            "free": _("Lits libres : %s") % (" · ".join(line.bed for line in section.free) or _("aucun")),
            "none": _("Aucun patient dans cette unité."),
            "shred": _("Document confidentiel — à détruire après usage"),
        }
        return _pdf("pocket", facts, board, found, printed_by=printed_by, at=at, alarm=alarm)


def named_count(board: Board, units: Iterable[Unit], audience: Audience) -> int:
    """How many patients a paper about these units names: what the read trace counts."""
    return lines.named(lines.sections(board, units, audience))


def file_name(form: Format, board: Board, unit: Unit | None = None) -> str:
    """The name of the file: what it is, the code of its unit and the moment that it shows; never a patient."""
    kind = "feuille-de-poche" if form == Format.POCKET else "plan-des-lits"
    code = re.sub(r"[^A-Za-z0-9]+", "-", unit.code).strip("-") if unit else ""
    return "-".join(filter(None, [kind, code, f"{dates.local(board.at):%Y-%m-%d-%H%M}"]))


def _pdf(
    template: str,
    facts: dict[str, Any],
    board: Board,
    found: Iterable[Section],
    *,
    printed_by: str,
    at: datetime,
    alarm: Alarm,
) -> bytes:
    """The paper, with what stands on each: its moment, who printed it, and what a masked name means."""
    code = facts.get("unit", {}).get("code", "")
    masked = any(line.name and line.stay_id is None for section in found for line in section.lines)
    shared = {
        "language": (translation.get_language() or "fr")[:2],
        "title": " ".join(filter(None, [_("Plan des lits"), code, _moment(board.at, at=at)])),
        "heading": f"{_('Plan des lits')} {_moment(board.at, at=at)}",
        "confidential": _("Document confidentiel"),
        "printed": _("Imprimé par %(who)s le %(when)s")
        % {"who": printed_by, "when": f"{dates.local(at):%d/%m/%Y %H:%M}"},
        "masked": _("« Patient » : nom masqué pour la personne qui a imprimé cette feuille.") if masked else "",
        "silent": alarm.sentences,
        "phone_label": _("Tél."),
        "page": _("page"),
    }
    return documents.pdf(f"{FOLDER}/{template}.typ", shared | facts, at=at)


def _moment(shown: datetime, *, at: datetime) -> str:
    """« au sam. 21 nov. 14:32 »; another moment than the present one says that it is another."""
    when = f"{dates.far_day(shown, today=dates.local(at).date())} {dates.clock(shown)}"
    if shown == at:
        return _("au %s") % when
    return (_("tel qu’il était %s") if shown < at else _("tel qu’il est prévu %s")) % when


def _unit(section: Section) -> dict[str, Any]:
    return {"code": section.code, "name": section.name, "phone": section.phone, "load": section.load}


def _list(label: str, found: Iterable[Line]) -> dict[str, Any]:
    return {"label": label, "lines": [asdict(line) for line in found]}
