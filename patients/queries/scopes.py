"""Whose records a person may open: those of the whole hospital, or of the units where they work (SEC-1)."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from amh.core import parameters, rules
from amh.core.models import User
from amh.core.roles import Permission, Scope
from patients.models import Patient, Placement, Reservation, Stay, StayState
from patients.queries.protections import hidden


def stays(
    *, to: User, at: datetime, exceptionally: bool = True, permission: Permission = Permission.VIEW_PATIENT
) -> QuerySet[Stay]:
    """Stays of which ``to`` may read the record: a unit of theirs answers for it, had the patient or keeps a bed.

    One that ended long ago opens nothing any more (``lasting``). ``exceptionally``, also the stays of a patient whose
    record they opened by an exceptional access. Another ``permission`` asks the same of another act on the record.
    """
    units = rules.units(to, permission)
    if units is None:
        return Stay.objects.all()
    opened = Q(patient__in=to.exceptions if exceptionally else ())
    if not units:
        return Stay.objects.filter(opened)
    placed = Placement.objects.filter(stay=OuterRef("pk"), unit__in=units)
    kept = Reservation.objects.filter(stay=OuterRef("pk"), bed__room__unit__in=units, released_at=None, ends_at__gt=at)
    own = Q(unit__in=units) | Exists(placed) | Exists(kept)
    return Stay.objects.filter(opened | lasting(at=at) & own)


def lasting(*, at: datetime) -> Q:
    """The condition of stays for which the record is open to the units that followed them: expected, present, recent.

    Recent is what ended, or was called off, within the days that the site has set.
    """
    since = at - timedelta(days=parameters.value("record_open_days"))
    called_off = Q(state=StayState.CANCELLED)
    recent = Q(discharged_at__gt=since) | called_off & (Q(expected_at__gt=since) | Q(admitted_at__gt=since))
    return recent | Q(discharged_at=None) & ~called_off


def patients(
    *, to: User, at: datetime, exceptionally: bool = True, permission: Permission = Permission.VIEW_PATIENT
) -> QuerySet[Patient]:
    """People of whom ``to`` may read a stay; those without any yet, for whoever may register."""
    known = Patient.objects.filter(cancelled_at=None, merged_into=None)
    where = rules.scope(to, permission)
    if where == Scope.HOSPITAL:
        return known
    own = stays(to=to, at=at, exceptionally=exceptionally, permission=permission)
    seen = Q(Exists(own.filter(patient=OuterRef("pk"))))
    if where is not None and rules.may(to, Permission.REGISTER):
        standing = Stay.objects.filter(patient=OuterRef("pk")).exclude(state=StayState.CANCELLED)
        seen |= Q(~Exists(standing))
    return known.filter(seen)


def records(*, to: User, at: datetime, permission: Permission = Permission.VIEW_PATIENT) -> QuerySet[Patient]:
    """People whose whole record opens to ``to``: those in scope but the protected, and the exceptional accesses.

    The same as ``patients.rules.accesses.check_open`` says of one record, for many at once.
    """
    plain = patients(to=to, at=at, exceptionally=False, permission=permission)
    plain = plain.exclude(hidden())
    opened = to.exceptions if rules.scope(to, permission) is not None else frozenset()
    return Patient.objects.filter(Q(pk__in=plain.values("pk")) | Q(pk__in=opened), cancelled_at=None)
