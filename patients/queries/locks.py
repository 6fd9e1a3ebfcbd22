"""Rows locked for an action, always in the same order: patient, stay, unit, beds, ids ascending.

A row that had to be waited for comes back new, what was joined to it as it was before the wait: nothing is joined
that is not locked already.
"""

from collections.abc import Collection, Iterable

from django.db.models import Q

from patients.models import Patient, Stay
from patients.queries import placements
from wards.models import Bed, Unit
from wards.queries import locks as places


def stay(pk: int) -> Stay:
    """Lock a stay behind its patient and return it fresh. Raises ``Stay.DoesNotExist``."""
    patient = Patient.objects.select_for_update(of=("self",), no_key=True).get(stays=pk)
    locked = Stay.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    # A merge may have given the stay to another record while this waited.
    locked.patient = patient if locked.patient_id == patient.pk else patients([locked.patient_id])[locked.patient_id]
    return locked


def patient(pk: int) -> Patient:
    """Lock a patient and return the row fresh: the record that goes on, when this one was merged.

    Raises ``Patient.DoesNotExist``.
    """
    locked = Patient.objects.select_for_update(no_key=True).get(pk=pk)
    return locked if locked.merged_into_id is None else patient(locked.merged_into_id)


def patients(pks: Iterable[int]) -> dict[int, Patient]:
    """Lock these very patients in ascending order and return them fresh by id, merged or not."""
    locked = Patient.objects.select_for_update(no_key=True).filter(pk__in=set(pks)).order_by("pk")
    return {patient.pk: patient for patient in locked}


def stays_of(people: Iterable[Patient]) -> dict[int, Stay]:
    """Lock every stay of these locked patients in ascending order and return them by id, each with its patient."""
    known = {person.pk: person for person in people}
    locked = Stay.objects.select_for_update(no_key=True).filter(patient__in=known)
    found = {stay.pk: stay for stay in locked.order_by("pk")}
    for stay in found.values():
        stay.patient = known[stay.patient_id]
    return found


def stays(pks: Iterable[int]) -> dict[int, Stay]:
    """Lock stays behind their patients, ids ascending, and return them fresh by id, whatever record each is now of."""
    wanted = set(pks)
    people = patients(Stay.objects.filter(pk__in=wanted).values_list("patient_id", flat=True)) if wanted else {}
    locked = Stay.objects.select_for_update(no_key=True).filter(pk__in=wanted)
    found = {stay.pk: stay for stay in locked.order_by("pk")} if wanted else {}
    people |= patients({stay.patient_id for stay in found.values()} - people.keys())
    for stay in found.values():
        stay.patient = people[stay.patient_id]
    return found


def to_move(*pks: int, besides: Collection[int] = ()) -> dict[int, Stay]:
    """Lock these stays, and those that wait for a bed of theirs or for their patient: they may have it after the act.

    Also the stays ``besides``. Return the asked ones by id. Raises ``Stay.DoesNotExist``.
    """
    locked = stays({*pks, *besides, *placements.waiting_behind(pks)})
    if missing := set(pks) - locked.keys():
        raise Stay.DoesNotExist(f"no stay {missing}")
    return {pk: locked[pk] for pk in pks}


def unit(pk: int) -> Unit:
    """Lock a unit and return it fresh: somebody is to be there, so it may not go out of service meanwhile."""
    return places.unit(pk)


def hold_beds(pks: Iterable[int | None]) -> None:
    """Lock beds (``None`` is passed over) in ascending order, and read nothing of them."""
    if wanted := {pk for pk in pks if pk is not None}:
        places.hold_beds(Q(pk__in=wanted))


def beds(pks: Iterable[int | None]) -> dict[int, Bed]:
    """Lock beds (``None`` is passed over) in ascending order and return them by id, with room and unit."""
    wanted = {pk for pk in pks if pk is not None}
    return {bed.pk: bed for bed in places.beds(Q(pk__in=wanted))} if wanted else {}
