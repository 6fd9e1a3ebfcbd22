from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.board import boards, cards
from amh.board.audiences import audience
from amh.board.looks import Look
from amh.core import audit, rules
from amh.core.errors import Conflict
from amh.core.requests import actor, ip
from amh.core.roles import Permission
from patients.queries import accesses
from patients.queries.occupancy import Occupancy
from wards.models import Bed


def shown(request: HttpRequest, bed: Bed, *, page: str) -> tuple[cards.BedCard, Occupancy]:
    """The card of one bed as this person may see it, and its row. The reading of a named patient is traced.

    Raises ``Denied``, or ``Conflict`` when the bed is no longer in service.
    """
    by, now = actor(request), timezone.now()
    rules.check(by, Permission.VIEW_BOARD)
    board = boards.read(now, unit_ids=[bed.room.unit_id])
    row = next((row for row in board.rows if row.bed_id == bed.pk), None)
    if row is None:
        raise Conflict(_("Le lit %s n’est plus en service.") % bed, code="bed_unknown")
    named = board.named(row, audience(by, language=""))
    look = Look.FULL if named else Look.MASKED
    card = cards.card(row, board.moments[bed.pk], homonym=bed.pk in board.homonyms, look=look)
    if row.patient_id is not None and named:
        right = accesses.grounds(row.patient_id, by=by, at=now, unit_ids=[row.unit_id])
        facts: dict[str, Any] = {"patient_id": row.patient_id, "stay_id": row.stay_id, "bed": bed.pk}
        audit.trace(page, by=by, at=now, ip=ip(request), count=1, **facts, **right)
    return card, row
