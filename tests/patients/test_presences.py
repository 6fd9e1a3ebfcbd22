"""Stays that tests begin with are staged as rows: just those that the acts would have written."""

import pytest

from patients.actions import stays
from patients.models import Movement, Placement, Stay, StayKind
from tests.factories.clocks import NOW
from tests.factories.people import a_patient
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, present
from wards.models import BedKind, UnitKind

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("unit_kind", [UnitKind.INPATIENT, UnitKind.DAY_HOSPITAL])
@pytest.mark.parametrize("bed_kind", [BedKind.BED, BedKind.CHAIR, None])
def test_a_stay_is_staged_as_the_acts_write_it(unit_kind, bed_kind):
    unit = a_unit(kind=unit_kind)
    bed = a_bed(unit, kind=bed_kind) if bed_kind else None
    patient, other = a_patient(), a_patient()
    stay = preadmitted(patient, unit)
    assert written(stay) == written(expected(unit, patient=other, at=NOW))
    stays.admit(stay=stay, unit=unit, bed=bed, by=None, at=NOW)
    acted = written(stay)
    stays.discharge(stay=stay, by=None, at=NOW)
    assert acted == written(present(bed or unit, patient=a_patient(), at=NOW))


def preadmitted(patient, unit):
    return stays.preadmit(patient=patient, unit=unit, expected_at=NOW, kind=StayKind.INPATIENT, by=None, at=NOW)


OWN = {"id", "stay_id", "patient_id", "visit_number", "account_number"}


def written(stay):
    """All that stands of a stay but its names: its own row, its ledger, its places."""
    rows = [Stay.objects.filter(pk=stay.pk), Movement.objects.filter(stay=stay), Placement.objects.filter(stay=stay)]
    return [
        [{name: said for name, said in row.items() if name not in OWN} for row in some.order_by("pk").values()]
        for some in rows
    ]
