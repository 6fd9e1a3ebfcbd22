"""The journal in words: what each trace and each audit line says, for many at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext as _

from amh.core import dates
from amh.core.models import AccessKind, AccessTrace, AuditEntry
from amh.core.roles import Role
from patients import vocabularies
from patients.models import ExceptionalAccess, IdentifierType, Patient, PatientIdentifier, Stay
from patients.queries.protections import is_hidden
from patients.vocabularies import Ground
from wards.models import Unit

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Identity:
    """Two identifiers of a patient, name with birth date and IPP; of a protected person none but the record's number.

    ``pk`` is the number of the record.
    """

    pk: int
    masked: bool
    name: str
    birth_date: str = ""
    ipps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One reading. ``why`` is the right by which it was; ``access`` the exceptional one, with its reason."""

    at: datetime
    who: str
    role: str
    page: str
    kind: str
    why: str
    access: ExceptionalAccess | None
    patient: Identity | None
    stay: str
    count: int
    address: str


@dataclass(frozen=True)
class Act:
    """One act. ``who`` is empty when another system did it."""

    at: datetime
    who: str
    role: str
    act: str
    subject: str


def identities(patient_ids: Collection[int]) -> dict[int, Identity]:
    """Those of many patients, in two queries."""
    people = Patient.objects.filter(pk__in=patient_ids).annotate(hidden=is_hidden())
    numbers = PatientIdentifier.objects.filter(type=IdentifierType.IPP, patient__in=patient_ids, valid_until=None)
    ipps: dict[int, list[str]] = {}
    for patient_id, value in numbers.order_by("pk").values_list("patient_id", "value"):
        ipps.setdefault(patient_id, []).append(value)
    return {one.pk: _identity(one, masked=one.hidden, ipps=ipps.get(one.pk, [])) for one in people}


def _identity(patient: Patient, *, masked: bool, ipps: Iterable[str]) -> Identity:
    if masked:
        return Identity(patient.pk, masked=True, name=_("Identité protégée"))
    return Identity(patient.pk, False, patient.display_name, dates.birth(patient.birth_date), tuple(ipps))


def lines(rows: Collection[AccessTrace]) -> list[Line]:
    """The traces in words, in a number of queries that does not depend on theirs."""
    people = identities({row.patient_id for row in rows if row.patient_id})
    units = _by_id(Unit, (row.unit_id for row in rows))
    accesses = _by_id(ExceptionalAccess, (row.exceptional_access_id for row in rows))
    stays = _by_id(Stay, (row.stay_id for row in rows))
    return [
        Line(
            at=row.at,
            who=str(row.by),
            role=role(row.role),
            page=vocabularies.page(row.page),
            kind=str(AccessKind(row.kind).label),
            why=_why(row, units),
            access=accesses.get(row.exceptional_access_id or 0),
            patient=people.get(row.patient_id or 0),
            stay=_stay(stays.get(row.stay_id or 0)),
            count=row.count,
            address=row.ip or "",
        )
        for row in rows
    ]


def _why(row: AccessTrace, units: Mapping[int, Unit]) -> str:
    unit = units.get(row.unit_id or 0)
    match row.params.get("ground"):
        case Ground.UNIT if unit:
            return _("unité %s") % unit.name
        case Ground.HOSPITAL | Ground.EXCEPTION | Ground.REGISTRATION as ground:
            return str(Ground(ground).label)
    return unit.name if unit else ""


def _stay(stay: Stay | None) -> str:
    """Its kind and its day: never the number by which other systems know it."""
    if stay is None:
        return ""
    came_at = stay.admitted_at or stay.expected_at
    return f"{stay.get_kind_display()} {dates.local(came_at):%d/%m/%Y}" if came_at else stay.get_kind_display()


def act_lines(rows: Collection[AuditEntry]) -> list[Act]:
    """The audit lines in words; the accounts must have been read with them."""
    nouns = _nouns()
    return [
        Act(
            at=row.at,
            who=str(row.by) if row.by else "",
            role=role(row.by.role) if row.by else "",
            act=vocabularies.act(row.action),
            subject=f"{nouns.get(row.subject_type, row.subject_type)} {row.subject_id}",
        )
        for row in rows
    ]


def _nouns() -> dict[str, str]:
    """What the rows of each model are called; those of one that exists no more are called as it was."""
    return {model._meta.label_lower: str(model._meta.verbose_name) for model in apps.get_models()}  # noqa: SLF001


def role(code: str) -> str:
    """The role in words; one that exists no more, as it was written."""
    return str(Role(code).label) if code in Role.values else code


def _by_id(model: type[M], ids: Iterable[int | None]) -> dict[int, M]:
    wanted = {pk for pk in ids if pk is not None}
    return model._default_manager.in_bulk(wanted) if wanted else {}  # noqa: SLF001
