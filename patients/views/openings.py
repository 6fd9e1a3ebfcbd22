"""The one door to a patient’s record: the right is checked, the opening traced, the merged record followed."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from amh.core import audit
from amh.core import rules as core_rules
from amh.core.errors import Denied, Way
from amh.core.models import AccessKind, User
from amh.core.requests import actor, ip
from amh.core.roles import Permission, Scope
from patients.models import Patient
from patients.queries import accesses
from patients.rules import accesses as rules


def opened(request: HttpRequest, pk: int, *, page: str, kind: AccessKind = AccessKind.OPEN, **facts: Any) -> Patient:
    """The patient whose record this person opens as ``page``, traced with ``facts`` (``stay_id``, ``document`` …).

    Raises ``Denied`` with the code ``exceptional_access_needed``, for a record that does not exist as for any other;
    ``Http404`` only for those to whom every record opens. A record that was merged leads to the one that goes on.
    """
    by, at = actor(request), timezone.now()
    patient = known(pk)
    if patient is None:
        raise _unknown(pk, by=by)
    try:
        access = rules.check_open(patient, by=by, at=at)
    except Denied as refusal:
        refusal.way = _way(pk, by=by)
        raise
    right = accesses.exceptional(access) if access else accesses.grounds(patient.pk, by=by, at=at)
    audit.trace(page, by=by, at=at, ip=ip(request), kind=kind, patient_id=patient.pk, count=1, **right, **facts)
    return patient


def known(pk: int) -> Patient | None:
    """The patient of this record, or of the one that goes on after a merge; ``None`` when there is none."""
    return accesses.record(pk)


def _unknown(pk: int, *, by: User) -> Exception:
    if core_rules.scope(by, Permission.VIEW_PATIENT) == Scope.HOSPITAL:
        return Http404()
    refusal = rules.needed()
    refusal.way = _way(pk, by=by)
    return refusal


def _way(pk: int, *, by: User) -> Way | None:
    if core_rules.scope(by, Permission.OPEN_EXCEPTIONALLY) is None:
        return None
    return Way(reverse("patients:accesses-ask", args=[pk]), _("Demander un accès exceptionnel motivé"))
