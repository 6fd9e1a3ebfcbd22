"""Merges and undos in any order, with acts in between: nothing is lost, every row is somebody's, an undo is exact."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from amh.core.errors import Refusal
from patients.actions import merges, patients, stays
from patients.models import (
    Consent,
    ConsentAnswer,
    ConsentSubject,
    Flag,
    FlagKind,
    Merge,
    Patient,
    PatientIdentifier,
    Placement,
    Stay,
    StayKind,
)
from patients.queries.merges import family, links
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_patient
from tests.factories.places import a_unit, beds

pytestmark = pytest.mark.django_db
PEOPLE, BEDS = 4, 3
who, where = st.integers(0, PEOPLE - 1), st.integers(0, BEDS - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), who, who),
        st.tuples(st.just("undo"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("place"), who, where),
        st.tuples(st.just("leave"), who, st.just(0)),
        st.tuples(st.just("note"), who, st.integers(0, 2)),
    ),
    max_size=14,
)


class Hospital:
    """A few people and beds, and what was made of whom in the course of a history."""

    def __init__(self):
        self.beds = beds(a_unit(), BEDS)
        self.people = [a_patient(f"Nom{number}") for number in range(PEOPLE)]
        self.snapshots = {}

    def merge(self, one, other):
        before = owners()
        done = merges.merge(survivor=self.people[one], merged=self.people[other], reason="", by=None, at=NOW)
        self.snapshots[done.pk] = before

    def undo(self, nth, _):
        done = list(Merge.objects.filter(undone_at=None).order_by("-pk"))[nth : nth + 1]
        for merge in done:
            after = owners()
            merges.undo(merge=merge, by=None, at=NOW)
            self.check_exact(merge, after)

    def check_exact(self, merge, after):
        """What was there before the merge is whose it was; all the rest stays, but for what hangs on its stays."""
        before, now = self.snapshots[merge.pk], owners()
        moved = {(label, pk) for label, pks in merge.rows.items() for pk in pks}
        stay_ids = merge.rows.get("patients.stay", [])
        places = {
            ("patients.placement", pk)
            for pk in Placement.objects.filter(stay__in=stay_ids).values_list("pk", flat=True)
        }
        for row in now.keys() & after.keys():
            if row in moved or row in places:
                assert now[row] == merge.merged_id
            else:
                assert now[row] == after[row]
        assert all(now[row] == before[row] for row in moved & before.keys() & now.keys())

    def place(self, one, bed):
        patient, unit = Patient.objects.get(pk=self.people[one].pk), self.beds[0].room.unit
        stay = stays.preadmit(patient=patient, unit=unit, expected_at=NOW, kind=StayKind.INPATIENT, by=None, at=NOW)
        stays.place(stay=stay, bed=self.beds[bed], by=None, at=NOW)

    def leave(self, one, _):
        stay = Stay.objects.filter(patient__in=family(self.people[one]), state="present").first()
        if stay is not None:
            stays.discharge(stay=stay, by=None, at=NOW)

    def note(self, one, kind):
        """Flags of a few kinds, a consent, a number: on the record that goes on, as every page writes them."""
        patient = Patient.objects.get(pk=self.people[one].pk)
        patient = patient.merged_into or patient
        raised = {"patient": patient, "kind": list(FlagKind)[kind], "ends_at": None}
        Flag.objects.get_or_create(**raised, defaults={"starts_at": paris("08:00"), "entered_at": NOW})
        said = {"subject": ConsentSubject.SMS, "answer": ConsentAnswer.YES, "given_at": NOW, "entered_at": NOW}
        Consent.objects.create(patient=patient, **said)
        patients.identify(patient, [("IPP", "CHU", f"{patient.pk}-{kind}-{Consent.objects.count()}")], at=NOW)


def owners():
    """Whose every row is, those of the merges themselves aside."""
    found = {}
    for label, field in links().items():
        for pk, owner in field.model._base_manager.values_list("pk", field.attname):
            if owner is not None:
                found[label, pk] = owner
    return found


def check(hospital, lasting):
    """Nothing is lost, nothing hangs on a merged record, places agree with stays, one place at a time each."""
    now = owners()
    assert lasting <= {row for row in now if row[0] not in ("patients.placement", "patients.patient")}
    gone = set(Patient.objects.filter(merged_into__isnull=False).values_list("pk", flat=True))
    assert not gone & set(now.values())
    places = list(Placement.objects.select_related("stay"))
    assert all(place.patient_id == place.stay.patient_id for place in places)
    held = [place.bed_id for place in places if place.bed_id and place.ends_at is None]
    present = [place.patient_id for place in places if not place.to_confirm and place.ends_at is None]
    assert len(held) == len(set(held))
    assert len(present) == len(set(present))
    standing = Merge.objects.filter(undone_at=None).values_list("merged", flat=True)
    assert set(standing) == gone
    origins = PatientIdentifier.objects.filter(origin__isnull=False).values_list("origin", flat=True)
    assert set(origins) <= gone


@settings(max_examples=settings.default.max_examples // 10)
@given(STEPS)
def test_any_history_of_merges(steps):
    with transaction.atomic():
        hospital, lasting = Hospital(), set()
        for verb, one, other in steps:
            try:
                with transaction.atomic():
                    getattr(hospital, verb)(one, other)
            except Refusal:
                pass
            lasting |= {row for row in owners() if row[0] not in ("patients.placement", "patients.patient")}
            check(hospital, lasting)
        for merge in Merge.objects.filter(undone_at=None).order_by("-pk"):
            merges.undo(merge=merge, by=None, at=NOW)
        assert not Patient.objects.filter(merged_into__isnull=False).exists()
        assert not PatientIdentifier.objects.filter(origin__isnull=False).exists()
        transaction.set_rollback(True)
