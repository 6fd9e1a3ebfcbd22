"""What a sender does otherwise than the profile, as a table for its editor."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from amh.core import dates, tables
from amh.interop import habits
from amh.interop.habits import Line
from amh.interop.models import Sender
from amh.interop.queries.deviations import Report


def table(sender: Sender, report: Report, *, at: datetime) -> bytes:
    """The report as it was at ``at``, one line for each deviation and place."""
    return tables.written([*_head(sender, report, at), _columns(), *map(_cells, habits.lines(report))])


def _head(sender: Sender, report: Report, at: datetime) -> Iterator[tuple[str, str]]:
    yield _("Émetteur"), sender.codes
    yield _("Période"), f"{_stamp(report.since)} – {_stamp(at)}"
    yield _("Messages"), str(report.deviating.total)
    yield _("dont avec un écart"), str(report.deviating.times)


def _columns() -> tuple[str, ...]:
    return (
        *(_("Champ"), _("Écart"), _("Règle"), _("À demander"), _("Messages"), _("Part (%)"), _("Événements")),
        *(_("Première fois"), _("Dernière fois"), _("Exemple"), _("Forme de la valeur")),
    )


def _cells(line: Line) -> tuple[str, ...]:
    habit, example = line.habit, line.example
    return (
        habit.where,
        line.label,
        line.requirement.source if line.requirement else "",
        str(line.requirement.ask) if line.requirement else "",
        str(line.share.times),
        str(line.share.percent),
        ", ".join(f"{event or '?'} {share.times}/{share.total}" for event, share in habit.events.items()),
        _stamp(habit.first_at),
        _stamp(habit.last_at),
        f"{example.trigger} {example.control_id}".strip() if example else "",
        line.shape,
    )


def _stamp(at: datetime) -> str:
    return f"{dates.local(at):%d/%m/%Y %H:%M}"
