"""Whose records a person may open: those of the whole hospital, or of the units where they work (SEC-1)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from amh.core import rules
from amh.core.models import User
from amh.core.roles import Permission, Scope
from patients.models import Patient, Placement, Reservation, Stay, StayState


def stays(*, to: User, at: datetime) -> QuerySet[Stay]:
    """Stays of which ``to`` may read the record: a unit of theirs answers for it, had the patient or keeps a bed."""
    match rules.scope(to, Permission.VIEW_PATIENT):
        case Scope.HOSPITAL:
            return Stay.objects.all()
        case Scope.OWN_UNITS:
            placed = Placement.objects.filter(stay=OuterRef("pk"), unit__in=to.unit_ids)
            kept = Reservation.objects.filter(
                stay=OuterRef("pk"), bed__room__unit__in=to.unit_ids, released_at=None, ends_at__gt=at
            )
            return Stay.objects.filter(Q(unit__in=to.unit_ids) | Exists(placed) | Exists(kept))
    return Stay.objects.none()


def patients(*, to: User, at: datetime) -> QuerySet[Patient]:
    """People of whom ``to`` may read a stay; those without any yet, for whoever may register."""
    known = Patient.objects.filter(cancelled_at=None)
    if rules.scope(to, Permission.VIEW_PATIENT) == Scope.HOSPITAL:
        return known
    seen = Q(Exists(stays(to=to, at=at).filter(patient=OuterRef("pk"))))
    if rules.may(to, Permission.REGISTER):
        lasting = Stay.objects.filter(patient=OuterRef("pk")).exclude(state=StayState.CANCELLED)
        seen |= Q(~Exists(lasting))
    return known.filter(seen)
