"""« Qui a consulté mon dossier »: what a patient is given who asks it, as a PDF or as a table."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amh.core import dates, documents, parameters, tables
from patients.models import Patient
from patients.queries import journals, traces
from patients.queries.journals import Identity, Line
from patients.queries.traces import Wish

TEMPLATE = "patients/documents/report.typ"


@dataclass(frozen=True)
class Row:
    """One access as the patient reads it."""

    when: str
    who: str
    what: str
    why: str


@dataclass(frozen=True)
class Report:
    """The accesses to one record over a time, and what is said around them."""

    person: Identity
    period: str
    rows: tuple[Row, ...]
    at: datetime
    years: int


def report(patient: Patient, *, since: datetime | None, until: datetime | None, at: datetime) -> Report:
    """Every access to the record of the patient, the oldest first; without bounds, all that is kept.

    A protected person is known by the number of the record alone. Staff are named only where the site has decided so;
    otherwise by their role and the unit that gave the right.
    """
    wish = Wish(patient=patient, since=since, until=until)
    traced = list(traces.found(wish).filter(at__lte=at).order_by("at", "pk"))
    named = parameters.value("report_names_staff")
    return Report(
        person=journals.identities([patient.pk])[patient.pk],
        period=_period(since, until, at=at),
        rows=tuple(_row(line, named=named) for line in journals.lines(traced)),
        at=at,
        years=parameters.value("trace_retention_years"),
    )


def _row(line: Line, *, named: bool) -> Row:
    why = line.why
    if line.access is not None:
        why = _("accès exceptionnel : %s") % line.access.get_reason_display()
    who = f"{line.who}, {line.role}" if named else line.role
    return Row(f"{dates.local(line.at):%d/%m/%Y %H:%M}", who, f"{line.kind} : {line.page}", why)


def _period(since: datetime | None, until: datetime | None, *, at: datetime) -> str:
    last = dates.local(until - timedelta(seconds=1) if until and until <= at else at)
    if since is None:
        return _("jusqu’au %s") % f"{last:%d/%m/%Y}"
    return _("du %(first)s au %(last)s") % {"first": f"{dates.local(since):%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}


def pdf(made: Report) -> bytes:
    """The report on paper: the same bytes for the same report."""
    facts = {
        "language": (get_language() or "fr")[:2],
        "title": _("Qui a consulté mon dossier"),
        "head": [[label, value] for label, value in _head(made)],
        "columns": list(_columns()),
        "rows": [[row.when, row.who, row.what, row.why] for row in made.rows],
        "none": _("Aucun accès n’est enregistré sur cette période."),
        "notice": _notice(made),
        "footer": _("Document confidentiel, établi le %s") % f"{dates.local(made.at):%d/%m/%Y %H:%M}",
        "page": _("page"),
    }
    return documents.pdf(TEMPLATE, facts, at=made.at)


def table(made: Report) -> bytes:
    """The report as a table for a spreadsheet, which shows every cell as text and runs none."""
    return tables.written([*_head(made), _columns(), *((row.when, row.who, row.what, row.why) for row in made.rows)])


def _columns() -> tuple[str, ...]:
    return (_("Date et heure"), _("Qui"), _("Quoi"), _("À quel titre"))


def _head(made: Report) -> list[tuple[str, str]]:
    return [
        (_("Patient"), made.person.name),
        (_("Né(e) le"), made.person.birth_date),
        (_("IPP"), ", ".join(made.person.ipps)),
        (_("Dossier n°"), str(made.person.pk)),
        (_("Période"), made.period),
        (_("Nombre d’accès"), str(len(made.rows))),
    ]


def _notice(made: Report) -> str:
    return _(
        "Chaque ouverture, impression ou export du dossier est enregistré et conservé %d ans. "
        "Pour toute question, écrire au délégué à la protection des données de l’établissement."
    ) % (made.years,)
