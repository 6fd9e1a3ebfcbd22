"""Two records are merged while somebody writes on one of them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from amh.core.errors import Denied
from amh.core.models import AuditEntry
from amh.core.roles import Role
from amh.demo.soak.duels import Act, Refused
from amh.demo.soak.races.beds import given
from amh.demo.soak.rounds import Round, conflict, ends, race, unless
from amh.demo.soak.wards import DOMAIN, Ward
from patients.actions import accesses, contacts, flags, identifiers, merges, patients, purges, stays, tasks
from patients.models import (
    AccessReason,
    ContactRole,
    ExceptionalAccess,
    Flag,
    FlagKind,
    IdentifierType,
    Merge,
    Patient,
    PatientIdentifier,
    Placement,
    Stay,
    Task,
)
from patients.queries.merges import rows

PATIENTS = "the locks of the patients, ids ascending"
"""What a merge and whatever is written on one of the two records wait for."""
MERGED = "already_merged"


@race(merges.merge, merges.merge, decided_by=f"{PATIENTS}; `merge_once`")
def one_record_merged_twice(ward: Ward) -> Round:
    """A record is merged into two others: into one of them."""
    one, other, merged = (ward.patient() for _ in range(3))
    stay = ward.expected(merged)

    def left() -> bool:
        return _whole(one, other, merged) and _owner(stay) in (one.pk, other.pk)

    return Round([_merge(ward, one, merged), _merge(ward, other, merged)], ends(codes=[MERGED], left=left))


@race(merges.merge, merges.merge, decided_by=PATIENTS)
def two_merges_crosswise(ward: Ward) -> Round:
    """Two records are merged into each other: one goes on."""
    one, other = ward.patient(), ward.patient()
    left = ends(codes=[MERGED], left=lambda: _whole(one, other))
    return Round([_merge(ward, one, other), _merge(ward, other, one)], left)


@race(merges.merge, stays.admit, decided_by=PATIENTS)
def merge_against_admit(ward: Ward) -> Round:
    """A patient arrives while the record is merged: both are done, the place is of the record that goes on."""
    survivor, merged = ward.patient(), ward.patient()
    stay = ward.expected(merged)

    def left() -> bool:
        return _whole(survivor, merged) and Placement.objects.get(stay=stay).patient_id == survivor.pk

    return Round([_merge(ward, survivor, merged), given(ward, stay, ward.bed())], ends(done=2, left=left))


@race(merges.merge, stays.preadmit, patients.correct, decided_by="the lock of the patient, followed to who goes on")
def merge_against_preadmit_and_correct(ward: Ward) -> Round:
    """A stay and a trait are written while the record is merged: nothing is refused, nothing hangs on a dead record."""
    survivor, merged = ward.patient(), ward.patient()
    correct = partial(patients.correct, patient=merged, traits={"used_name": "MARTIN"}, by=None, at=ward.now)
    acts: list[Act] = [_merge(ward, survivor, merged), partial(ward.preadmit, merged), correct]

    def left() -> bool:
        return _whole(survivor, merged) and Stay.objects.get(unit=ward.unit).patient_id == survivor.pk

    return Round(acts, ends(done=3, left=left))


@race(merges.undo, merges.merge, decided_by=PATIENTS)
def undo_against_merge(ward: Ward) -> Round:
    """A merge is undone while its survivor is merged on: the undo comes first, or is told of the newer merge."""
    survivor, merged, third = (ward.patient() for _ in range(3))
    stay = ward.present(patient=merged)
    first = _merge(ward, survivor, merged)()

    def faults(refusals: Sequence[Refused]) -> list[str]:
        owner = merged if refusals[0] is None else third
        found = [] if refusals[0] is None else conflict(refusals[0], codes=["later_merge"])
        found += unless(refusals[1] is None, "the merge was refused")
        return found + unless(_whole(survivor, merged, third) and _owner(stay) == owner.pk, "torn")

    return Round([_undo(ward, first), _merge(ward, third, survivor)], faults)


@race(merges.undo, merges.undo, decided_by=PATIENTS)
def two_undos_of_a_merge(ward: Ward) -> Round:
    """A merge is undone once."""
    survivor, merged = ward.patient(), ward.patient()
    stay = ward.present(patient=merged)
    done = _merge(ward, survivor, merged)()
    left = ends(codes=["already_undone"], left=lambda: _whole(survivor, merged) and _owner(stay) == merged.pk)
    return Round([_undo(ward, done)] * 2, left)


@race(merges.undo, stays.move, decided_by=PATIENTS)
def undo_against_move(ward: Ward) -> Round:
    """A patient is moved while the merge of the record is undone: both are done, place and stay are of one person."""
    survivor, merged = ward.patient(), ward.patient()
    stay, bed = ward.present(patient=merged), ward.bed()
    done = _merge(ward, survivor, merged)()

    def left() -> bool:
        place = stay.placements.get(ends_at=None)
        return _whole(survivor, merged) and (place.patient_id, place.bed_id) == (merged.pk, bed.pk)

    return Round([_undo(ward, done), given(ward, stay, bed)], ends(done=2, left=left))


@race(merges.undo, flags.lift, decided_by="the lock of the patient whose row it is then")
def undo_against_lift(ward: Ward) -> Round:
    """A signalement that came with a merge is lifted while that is undone: it is lifted, on its own record."""
    survivor, merged = ward.patient(), ward.patient()
    flag = flags.raise_(patient=merged, kind=FlagKind.PRISONER, by=None, at=ward.at)
    done = _merge(ward, survivor, merged)()
    flag.refresh_from_db()
    lifting = partial(flags.lift, flag=flag, by=None, at=ward.now)

    def left() -> bool:
        flag.refresh_from_db()
        return flag.patient_id == merged.pk and flag.ends_at == ward.now

    return Round([_undo(ward, done), lifting], ends(done=2, left=left))


@race(merges.undo, contacts.withdraw, decided_by="the lock of the patient whose row it is then")
def undo_against_stranger(ward: Ward) -> Round:
    """A contact came with a merge, is taken off while that is undone: not by who may not complete its record then."""
    survivor, merged = ward.patient(), ward.patient()
    ward.present(patient=survivor)
    nurse = ward.colleague(Role.NURSE)
    contact = contacts.add(patient=merged, values={"role": ContactRole.KIN, "name": "Anne"}, by=None, at=ward.at)
    done = _merge(ward, survivor, merged)()
    contact.refresh_from_db()
    acts: list[Act] = [_undo(ward, done), partial(contacts.withdraw, contact=contact, by=nurse, at=ward.now)]

    def faults(refusals: Sequence[Refused]) -> list[str]:
        lines = AuditEntry.objects.filter(action__in=["patient.undo_merge", "contact.withdraw"]).order_by("-pk")[:2]
        late = refusals[1] is None and lines[0].action == "contact.withdraw"
        refused = refusals[1] is None or isinstance(refusals[1], Denied)
        found = unless(refusals[0] is None, "the undo was refused") + unless(refused, f"refused by {refusals[1]}")
        return found + unless(not late, "withdrawn by who may not")

    return Round(acts, faults)


@race(merges.merge, identifiers.add, decided_by="the lock of the patient, followed to who goes on")
def merge_against_number(ward: Ward) -> Round:
    """A number is given while the record is merged: it names the record that goes on."""
    survivor, merged = ward.patient(), ward.patient()
    number: dict[str, Any] = {"type_": IdentifierType.OTHER, "domain": DOMAIN, "value": ward.name()}
    giving = partial(identifiers.add, patient=merged, **number, by=None, at=ward.now)

    def left() -> bool:
        named = PatientIdentifier.objects.get(value=number["value"])
        return _whole(survivor, merged) and named.patient_id == survivor.pk

    return Round([_merge(ward, survivor, merged), giving], ends(done=2, left=left))


@race(merges.merge, flags.raise_, decided_by="the lock of the patient, followed to who goes on; `flag_once`")
def merge_against_flag(ward: Ward) -> Round:
    """What both records signal is signalled once when they are merged, whichever came first."""
    survivor, merged = ward.patient(), ward.patient()
    flags.raise_(patient=survivor, kind=FlagKind.PRISONER, by=None, at=ward.at)
    raising = partial(flags.raise_, patient=merged, kind=FlagKind.PRISONER, by=None, at=ward.now)
    standing = Flag.objects.filter(patient=survivor, ends_at=None)

    def left() -> bool:
        return _whole(survivor, merged) and standing.count() == 1

    return Round([_merge(ward, survivor, merged), raising], ends(done=(1, 2), codes=["flag_once"], left=left))


@race(merges.merge, patients.withdraw, decided_by=PATIENTS)
def merge_against_withdraw(ward: Ward) -> Round:
    """A registration is withdrawn or its record merged: one of the two."""
    survivor, merged = ward.patient(), ward.patient()
    withdrawing = partial(patients.withdraw, patient=merged, by=ward.manager, at=ward.now)
    codes = ["patient_withdrawn", "merged"]

    def left() -> bool:
        merged.refresh_from_db()
        return (merged.cancelled_at is None) != (merged.merged_into_id is None)

    return Round([_merge(ward, survivor, merged), withdrawing], ends(codes=codes, left=left))


@race(merges.merge, accesses.open_exceptionally, decided_by="the lock of the patient, followed to who goes on")
def merge_against_access(ward: Ward) -> Round:
    """A record is opened exceptionally while it is merged: the access is to the record that goes on."""
    survivor, merged = ward.patient(), ward.patient()
    nurse = ward.colleague(Role.NURSE)
    opening = partial(
        accesses.open_exceptionally,
        patient=merged,
        reason=AccessReason.EMERGENCY,
        explanation="Appel du service d’urgence",
        by=nurse,
        at=ward.now,
    )

    def left() -> bool:
        return _whole(survivor, merged) and ExceptionalAccess.objects.get(user=nurse).patient_id == survivor.pk

    return Round([_merge(ward, survivor, merged), opening], ends(done=2, left=left))


@race(merges.merge, purges.purge_ins, decided_by=PATIENTS)
def merge_against_purge(ward: Ward) -> Round:
    """An INS is forgotten while its bearer is merged: nobody bears it, nobody passes for having it retrieved."""
    survivor, merged, number = ward.patient(), ward.patient(), ward.name()
    patients.correct(patient=merged, traits={"ins_retrieved": True}, by=None, at=ward.at)
    patients.identify(merged, [(IdentifierType.INS, "1.2.250.1.213.1.4.8", number)], at=ward.at)
    purging = partial(purges.purge_ins, value=number, by=None, at=ward.now)

    def left() -> bool:
        borne = PatientIdentifier.objects.filter(type=IdentifierType.INS, patient__in=[survivor, merged])
        return _whole(survivor, merged) and not borne.exists()

    return Round([_merge(ward, survivor, merged), purging], ends(done=2, left=left))


@race(merges.merge, stays.admit, decided_by=f"{PATIENTS}; `one_patient_one_bed`")
def merge_of_two_who_arrive(ward: Ward) -> Round:
    """Two records of one person are merged while the second gets a bed too: one place stands, the newer to confirm."""
    survivor, merged = ward.patient(), ward.patient()
    ward.present(patient=survivor)
    stay = ward.expected(merged)
    places = Placement.objects.filter(patient=survivor, ends_at=None)

    def left() -> bool:
        standing = places.filter(to_confirm=False).count()
        return _whole(survivor, merged) and standing == 1

    acts: list[Act] = [_merge(ward, survivor, merged), given(ward, stay, ward.bed())]
    return Round(acts, ends(done=(1, 2), codes=["patient_elsewhere"], left=left))


@race(merges.merge, tasks.ask, decided_by="the lock of the patient, followed to who goes on")
def merge_against_task(ward: Ward) -> Round:
    """A task is asked for while the record is merged: it is about the record that goes on."""
    survivor, merged = ward.patient(), ward.patient()
    asking = partial(tasks.ask, title=ward.name(), role=Role.AMH, patient=merged, by=None, at=ward.now)
    asked = Task.objects.filter(patient=survivor)
    return Round(
        [_merge(ward, survivor, merged), asking],
        ends(done=2, left=lambda: _whole(survivor, merged) and asked.exists()),
    )


def _merge(ward: Ward, survivor: Patient, merged: Patient) -> partial[Merge]:
    return partial(merges.merge, survivor=survivor, merged=merged, reason="", by=None, at=ward.now)


def _undo(ward: Ward, merge: Merge) -> Act:
    return partial(merges.undo, merge=merge, by=None, at=ward.now)


def _owner(stay: Stay) -> int:
    return Stay.objects.get(pk=stay.pk).patient_id


def _whole(*people: Patient) -> bool:
    """Every place is of the patient of its stay, and nothing hangs on a record that was merged."""
    gone = Patient.objects.filter(pk__in=[one.pk for one in people], merged_into__isnull=False)
    places = Placement.objects.filter(patient__in=people).select_related("stay")
    hanging = [rows(one.pk) for one in gone]
    return all(place.patient_id == place.stay.patient_id for place in places) and not any(hanging)
