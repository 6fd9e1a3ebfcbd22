"""Finding people."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from amh.core.models import AuditEntry
from patients.models import HERE, IdentifierType, Patient, PatientIdentifier, Placement, Reservation, StayState
from patients.queries.placements import reaching


def by_identifier(type_: str, domain: str, value: str) -> Patient | None:
    """The patient whom this number names in this domain today."""
    return Patient.objects.filter(
        identifiers__type=type_, identifiers__domain=domain, identifiers__value=value, identifiers__valid_until=None
    ).first()


Numbered = tuple[str, str, str]
NUMBERED = ("type", "domain", "value")
"""An identifier: type, domain, value."""


def owners(identifiers: Iterable[Numbered]) -> dict[Numbered, int]:
    """The ids of the patients whom these numbers name today, one query; numbers that nobody bears are left out."""
    wanted = [Q(type=type_, domain=domain, value=value) for type_, domain, value in identifiers]
    rows = PatientIdentifier.objects.filter(reduce(or_, wanted), valid_until=None)
    return {(type_, domain, value): pk for pk, type_, domain, value in rows.values_list("patient", *NUMBERED)}


def given_by_hand(patient: Patient, names: Collection[str]) -> set[str]:
    """Those of the traits that a person gave last, and no other system."""
    acts = AuditEntry.objects.filter(patient_id=patient.pk, action__in=("patient.register", "patient.correct"))
    given: dict[str, bool] = {}
    for by, params in acts.order_by("at", "pk").values_list("by_id", "params"):
        given |= dict.fromkeys(params.get("fields", names), by is not None)
    return {name for name in names if given.get(name)}


def bearing(value: str) -> frozenset[int]:
    """Ids of the patients who bear this number as their IPP today, in whatever domain."""
    found = PatientIdentifier.objects.filter(type=IdentifierType.IPP, value=value, valid_until=None)
    return frozenset(found.values_list("patient_id", flat=True))


def ipps(patient_id: int) -> list[str]:
    """The IPP of a patient, one for each domain that knows them."""
    known = PatientIdentifier.objects.filter(patient=patient_id, type=IdentifierType.IPP, valid_until=None)
    return list(known.order_by("pk").values_list("value", flat=True))


def ipps_of(patient_ids: Collection[int]) -> dict[int, list[str]]:
    """The same for many patients, in one query; whoever has none is left out."""
    found: dict[int, list[str]] = defaultdict(list)
    known = PatientIdentifier.objects.filter(patient__in=patient_ids, type=IdentifierType.IPP, valid_until=None)
    for patient_id, value in known.order_by("pk").values_list("patient_id", "value"):
        found[patient_id].append(value)
    return dict(found)


def shown_at(patient: Patient, *, at: datetime) -> dict[str, list[int | None]]:
    """Beds and units that show the patient at ``at``: placed there, here or expected there, or with a bed kept there.

    A bed that was kept and is no more shows nobody, a stay that is over is listed nowhere.
    """
    placed = Placement.objects.filter(reaching(at), patient=patient).values_list("bed_id", "unit_id")
    kept = Reservation.objects.filter(stay__patient=patient, released_at=None).values_list("bed_id", flat=True)
    listed = patient.stays.filter(state__in=[StayState.EXPECTED, *HERE]).values_list("unit_id", flat=True)
    beds, units = [bed for bed, _ in placed], [unit for _, unit in placed]
    return {"beds": [*beds, *kept], "units": [*units, *listed]}
