"""Whose records a person may open: those of the whole hospital, or of the units where they work (SEC-1)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from amh.core import rules
from amh.core.models import User
from amh.core.roles import Permission, Scope
from patients.models import Patient, Placement, Reservation, Stay, StayState


def stays(*, to: User, at: datetime, exceptionally: bool = True) -> QuerySet[Stay]:
    """Stays of which ``to`` may read the record: a unit of theirs answers for it, had the patient or keeps a bed.

    ``exceptionally``, also the stays of a patient whose record they opened by an exceptional access.
    """
    units = rules.units(to, Permission.VIEW_PATIENT)
    if units is None:
        return Stay.objects.all()
    opened = Q(patient__in=to.exceptions if exceptionally else ())
    if not units:
        return Stay.objects.filter(opened)
    placed = Placement.objects.filter(stay=OuterRef("pk"), unit__in=units)
    kept = Reservation.objects.filter(stay=OuterRef("pk"), bed__room__unit__in=units, released_at=None, ends_at__gt=at)
    return Stay.objects.filter(opened | Q(unit__in=units) | Exists(placed) | Exists(kept))


def patients(*, to: User, at: datetime, exceptionally: bool = True) -> QuerySet[Patient]:
    """People of whom ``to`` may read a stay; those without any yet, for whoever may register."""
    known = Patient.objects.filter(cancelled_at=None)
    if rules.scope(to, Permission.VIEW_PATIENT) == Scope.HOSPITAL:
        return known
    seen = Q(Exists(stays(to=to, at=at, exceptionally=exceptionally).filter(patient=OuterRef("pk"))))
    if rules.may(to, Permission.REGISTER):
        lasting = Stay.objects.filter(patient=OuterRef("pk")).exclude(state=StayState.CANCELLED)
        seen |= Q(~Exists(lasting))
    return known.filter(seen)
