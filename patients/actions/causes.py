"""Tasks that the program asks for by itself, for as long as their cause stands."""

import logging
from datetime import datetime

from django.db.models import Q

from amh.core.errors import Refusal
from patients.actions import tasks
from patients.models import Stay, Task, TaskState
from patients.queries import causes
from patients.queries.tasks import TO_DO
from wards.models import Unit

logger = logging.getLogger(__name__)


def follow(*, at: datetime) -> None:
    """Ask for the work that stays need at ``at``, and settle what they need no more; each in its own transaction.

    One that is refused, its record having changed meanwhile, keeps no other waiting. What somebody has closed stays
    closed while its cause lasts.
    """
    standing = {cause.key: cause for cause in causes.standing(at)}
    rows = Task.objects.filter(Q(source_key__in=standing) | Q(kind__in=causes.KINDS, state__in=TO_DO))
    known = {task.source_key: task for task in rows}
    _ask([cause for key, cause in standing.items() if key not in known or _settled(known[key])], at=at)
    for key in known.keys() - standing.keys():
        tasks.settle(source_key=key, by=None, at=at)


def _settled(task: Task) -> bool:
    """Tell whether the program itself closed it, the cause having gone for a time."""
    return task.state == TaskState.CANCELLED and task.closed_by_id is None


def _ask(wanted: list[causes.Cause], *, at: datetime) -> None:
    stays = Stay.objects.select_related("patient").in_bulk([cause.stay_id for cause in wanted])
    units = Unit.objects.in_bulk([cause.unit_id for cause in wanted if cause.unit_id])
    for cause in wanted:
        stay, unit = stays[cause.stay_id], units.get(cause.unit_id or 0)
        try:
            tasks.ask(kind=cause.kind, stay=stay, unit=unit, source_key=cause.key, again=True, by=None, at=at)
        except Refusal as refusal:
            logger.warning("A task was not asked for: %s (%s).", cause.key, refusal.code)
