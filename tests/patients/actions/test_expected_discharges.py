from datetime import timedelta

import pytest
from django.db import InternalError, transaction

from amh.core.errors import Conflict, Invalid
from amh.core.roles import Role
from patients.actions import expected_discharges, stays
from patients.models import Certainty, ExpectedDischarge
from tests.expectations import nothing_written, recorded, refused, who_may
from tests.factories.clocks import NOW, paris
from tests.factories.people import a_user
from tests.factories.places import a_bed, a_unit
from tests.factories.presences import expected, fresh, present

pytestmark = pytest.mark.django_db
TOMORROW = paris("2026-11-22 11:00")


def expect(stay, *, expected_at=TOMORROW, certainty=Certainty.PROBABLE, by=None):
    return expected_discharges.expect(stay=stay, expected_at=expected_at, certainty=certainty, by=by, at=NOW)


def test_the_expected_discharge_is_said_and_every_value_kept():
    bed = a_bed(a_unit())
    stay, by = present(bed), a_user(Role.PHYSICIAN, bed.room.unit)
    with recorded("stay.expect_discharge", beds=(bed,), units=(bed.room.unit,)):
        said = expect(stay, by=by)
    assert (said.expected_at, said.certainty, said.entered_by) == (TOMORROW, Certainty.PROBABLE, by)
    expect(stay, certainty=Certainty.CERTAIN)
    expect(stay, expected_at=None, certainty=Certainty.POSSIBLE)
    stay = fresh(stay)
    assert (stay.expected_discharge_at, stay.expected_discharge_certainty) == (None, Certainty.POSSIBLE)
    assert ExpectedDischarge.objects.count() == 3


def test_what_is_said_again_writes_nothing():
    stay = present(a_bed(a_unit()))
    expect(stay)
    with nothing_written():
        assert expect(stay) is None
    assert ExpectedDischarge.objects.count() == 1


def test_another_reason_alone_is_kept_and_no_reason_takes_none_away():
    bed = a_bed(a_unit())
    stay = present(bed)
    said = {"stay": stay, "expected_at": TOMORROW, "certainty": Certainty.PROBABLE, "by": None, "at": NOW}
    expect(stay)
    with recorded("stay.expect_discharge", beds=(bed,), units=(bed.room.unit,)):
        expected_discharges.expect(**said, reason="si bilan OK")
    with nothing_written():
        expected_discharges.expect(**said, reason="si bilan OK")
        expect(stay)
    assert list(ExpectedDischarge.objects.order_by("pk").values_list("reason", flat=True)) == ["", "si bilan OK"]


def test_the_discharge_of_somebody_who_is_awaited_may_be_expected_already():
    unit = a_unit()
    stay, by = expected(unit), a_user(Role.AMH, unit)
    with recorded("stay.expect_discharge", units=(unit,)):
        expect(stay, by=by)


def test_nobody_is_expected_to_leave_twice():
    stay = present(a_bed(a_unit()))
    stays.discharge(stay=stay, by=None, at=NOW)
    with nothing_written(), refused(Conflict, "stay_discharged", saying="Ce patient est sorti (14:32)."):
        expect(stay)


def test_what_was_said_can_be_neither_changed_nor_deleted():
    said = expect(present(a_bed(a_unit())))
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        ExpectedDischarge.objects.filter(pk=said.pk).update(reason="autre")
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        said.delete()


def test_who_may_say_when_a_patient_leaves():
    stay, everywhere = present(a_bed(a_unit())), {Role.TEAM_LEAD, Role.BED_MANAGER, Role.ON_CALL}
    assert who_may(lambda by: expect(stay, by=by), stay.unit) == everywhere | {Role.AMH, Role.NURSE, Role.PHYSICIAN}
    assert who_may(lambda by: expect(stay, by=by), a_unit()) == everywhere


@pytest.mark.parametrize(
    ("days", "code", "saying"), [(-1, "before_admission", "précède l’entrée"), (400, "too_far", "vérifier l’année")]
)
def test_a_person_cannot_expect_a_discharge_before_the_arrival_or_in_another_year(days, code, saying):
    stay = present(a_bed(a_unit()))
    with refused(Invalid, code, field="expected_at", saying=saying):
        expected_discharges.expect(
            stay=stay,
            expected_at=stay.admitted_at + timedelta(days=days),
            certainty=Certainty.CERTAIN,
            by=a_user(Role.BED_MANAGER),
            at=NOW,
        )
