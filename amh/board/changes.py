"""Who changed a bed or a stay last, what and when: for the person who has it open and sees it change."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from amh.core import dates, rules
from amh.core.models import AuditEntry, User
from amh.core.roles import Permission, Role
from patients import vocabularies
from patients.models import Movement, Patient, Placement, Reservation, Stay
from patients.queries import placements
from wards.models import Bed

BEGINNINGS = (
    *("bed.", "stay.", "movement.", "flag.", "patient.correct"),
    *("patient.merge", "patient.undo_merge", "patient.protect", "patient.unprotect"),
)
"""How the acts begin that change what the board shows of somebody."""
DEATHS = frozenset({"stay.die", "stay.death", "stay.body_left"})
"""Told in words to those alone who act on it (WR-14, WR-60)."""
QUIET = frozenset({"stay.protect", "stay.unprotect"})
"""Told in words to nobody here: that a stay is protected is for its record."""
TOLD = frozenset({"bed", "stay", "movement"})
"""Acts on an identity or a signal of the person are not said in words either."""


@dataclass(frozen=True)
class Change:
    """One act in the words of who reads it; ``what`` is empty for what they may not learn here."""

    who: str
    role: str
    when: str
    what: str

    @property
    def sentence(self) -> str:
        """Who, when and what, as one sentence."""
        by = f"{self.who} ({self.role})" if self.role else self.who
        facts = {"who": by, "when": self.when, "what": self.what}
        if self.what:
            return _("Modifié par %(who)s %(when)s : %(what)s.") % facts
        return _("Modifié par %(who)s %(when)s.") % facts


def of_bed(bed: Bed, *, after: datetime, to: User, now: datetime) -> Change | None:
    """What last changed the bed, or somebody who lies, lay or is awaited there, since ``after``; ``None``: the hour."""
    here = Placement.objects.filter(Q(bed=bed) | Q(wanted_bed=bed)).filter(placements.reaching(after))
    kept = Reservation.objects.filter(bed=bed, ends_at__gt=after).filter(
        Q(released_at=None) | Q(released_at__gte=after)
    )
    people = {*here.values_list("patient", flat=True), *kept.values_list("stay__patient", flat=True)}
    about = Q(subject_type=Bed._meta.label_lower, subject_id=bed.pk) | Q(patient_id__in=people)  # noqa: SLF001
    return _last(about, unit_id=bed.room.unit_id, after=after, to=to, now=now)


def of_stay(stay: Stay, *, unit_id: int | None, after: datetime, to: User, now: datetime) -> Change | None:
    """What last changed the stay or its patient since ``after``, be it that the record was merged into another one."""
    former = Patient.objects.filter(merged_into=stay.patient_id).values_list("pk", flat=True)
    about = Q(patient_id__in={stay.patient_id, *former})
    return _last(about, unit_id=unit_id, after=after, to=to, now=now)


def _last(about: Q, *, unit_id: int | None, after: datetime, to: User, now: datetime) -> Change | None:
    board = Q()
    for beginning in BEGINNINGS:
        board |= Q(action__startswith=beginning)
    rows = AuditEntry.objects.filter(about, board, at__gte=after).select_related("by")
    row = rows.order_by("-at", "-pk").first()
    if row is None:
        return None
    who, role = _author(row, to=to)
    return Change(who, role, dates.when(row.at, now=now), _what(row, unit_id=unit_id, to=to))


def _author(row: AuditEntry, *, to: User) -> tuple[str, str]:
    """Who did it, and their trade; another system by the name of its domain."""
    if row.by is not None:
        label = str(Role(row.by.role).label)
        who = _("vous-même") if row.by_id == to.pk else row.by.get_short_name() or row.by.username
        return who, label[:1].lower() + label[1:]
    domain = Movement.objects.filter(pk=row.params.get("movement")).values_list("domain", flat=True).first()
    return _("un autre logiciel"), domain or ""


def _what(row: AuditEntry, *, unit_id: int | None, to: User) -> str:
    noun, _dot, verb = row.action.partition(".")
    if noun not in TOLD or row.action in QUIET:
        return ""
    if row.action in DEATHS and not rules.may(to, Permission.DISCHARGE, unit_id=unit_id):
        return ""
    return str(vocabularies.VERBS.get(verb, ""))
