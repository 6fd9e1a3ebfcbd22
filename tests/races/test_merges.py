"""Merges against merges, acts and undos, each in a connection of its own."""

from random import Random

import pytest

from amh.core.errors import Conflict
from amh.demo.soak.duels import duel
from patients.actions import merges, patients, stays
from patients.models import Contact, Merge, Patient, Placement, Stay
from tests.factories.clocks import NOW
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def merge(survivor, merged):
    return lambda: merges.merge(survivor=survivor, merged=merged, reason="", by=None, at=NOW)


def nothing_is_torn():
    """Every place is of the patient of its stay, and nothing hangs on a record that was merged."""
    gone = set(Patient.objects.filter(merged_into__isnull=False).values_list("pk", flat=True))
    assert all(place.patient_id == place.stay.patient_id for place in Placement.objects.select_related("stay"))
    for model in (Stay, Placement, Contact):
        assert not gone & set(model.objects.values_list("patient_id", flat=True))


def test_two_merges_of_one_record_at_once():
    for seed in range(ROUNDS):
        one, other, merged = a_patient(), a_patient(), a_patient()
        stay = expected(a_unit(), patient=merged)
        refusals = duel([merge(one, merged), merge(other, merged)], chance=Random(seed))
        assert [getattr(refused, "code", None) for refused in refusals if refused] == ["already_merged"]
        assert Stay.objects.get(pk=stay.pk).patient_id in (one.pk, other.pk)
        assert Merge.objects.filter(merged=merged, undone_at=None).count() == 1
    nothing_is_torn()


def test_two_records_merged_into_each_other_at_once():
    for seed in range(ROUNDS):
        one, other = a_patient(), a_patient()
        refusals = duel([merge(one, other), merge(other, one)], chance=Random(seed))
        assert [refused.code for refused in refusals if refused] == ["already_merged"]
    nothing_is_torn()


def test_a_merge_while_the_patient_is_admitted():
    for seed in range(ROUNDS):
        survivor, merged = a_patient(), a_patient()
        bed = a_bed(a_unit())
        stay = expected(bed.room.unit, patient=merged)

        def admit(stay=stay, bed=bed):
            return stays.admit(stay=stay, unit=bed.room.unit, bed=bed, by=None, at=NOW)

        assert duel([merge(survivor, merged), admit], chance=Random(seed)) == [None, None]
        assert Placement.objects.get(stay=stay).patient_id == survivor.pk
    nothing_is_torn()


def test_a_merge_while_a_stay_and_a_trait_are_written_on_the_merged_record():
    for seed in range(ROUNDS):
        survivor, merged, unit = a_patient(), a_patient(), a_unit()

        def preadmit(merged=merged, unit=unit):
            return expected(unit, patient=merged)

        def correct(merged=merged):
            return patients.correct(patient=merged, traits={"used_name": "Martin"}, by=None, at=NOW)

        assert duel([merge(survivor, merged), preadmit, correct], chance=Random(seed)) == [None, None, None]
        assert Stay.objects.get(unit=unit).patient_id == survivor.pk
    nothing_is_torn()


def test_a_merge_while_another_one_is_undone():
    for seed in range(ROUNDS):
        survivor, merged, third = a_patient(), a_patient(), a_patient()
        stay = present(a_bed(a_unit()), patient=merged)
        first = merge(survivor, merged)()

        def undo(first=first):
            return merges.undo(merge=first, by=None, at=NOW)

        refusals = duel([undo, merge(third, survivor)], chance=Random(seed))
        assert refusals[1] is None
        owner = merged if refusals[0] is None else third
        assert Stay.objects.get(pk=stay.pk).patient_id == owner.pk
        assert refusals[0] is None or refusals[0].code == "later_merge"
    nothing_is_torn()


def test_an_undo_pressed_twice_at_once():
    for seed in range(ROUNDS):
        done = merge(a_patient(), a_patient())()
        acts = [lambda done=done: merges.undo(merge=done, by=None, at=NOW)] * 2
        refusals = [refused for refused in duel(acts, chance=Random(seed)) if refused]
        assert [type(refused) for refused in refusals] == [Conflict]
        assert refusals[0].code == "already_undone"
    nothing_is_torn()
