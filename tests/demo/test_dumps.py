"""Two databases in which the same happened are the same in words, whenever it was written, under whatever keys."""

from datetime import timedelta

import pytest
from django.db import transaction

from amh.demo.soak import dumps
from amh.interop.actions import messages
from patients.models import Patient
from tests.factories.clocks import NOW
from tests.factories.messages import adt
from tests.factories.places import a_bed, a_unit

pytestmark = pytest.mark.django_db
AN_HOUR = timedelta(hours=1)
DAY = [
    adt("A05", movement="M0", at=NOW - 6 * AN_HOUR),
    adt("A01", movement="M1", at=NOW - 5 * AN_HOUR),
    adt("A15", movement="M2", at=NOW + 90 * AN_HOUR, place="MED^201^P"),
    adt("A02", movement="M3", at=NOW - 4 * AN_HOUR, place="NEW^1^1"),
    adt("A12", movement="M3", at=NOW - 3 * AN_HOUR),
    adt("A28", ipp="8", name="AUTRE^Jean"),
    adt("A40", extra="MRG|8^^^CLCC^PI"),
    adt("A03", movement="M4", at=NOW - AN_HOUR),
]


def after(*raws, later=0):
    """What stands after these messages, in a hospital of its own."""
    with transaction.atomic():
        a_bed(a_unit("MED"), "201", "P")
        for raw in raws:
            at = NOW + later * AN_HOUR
            messages.apply_all(messages.receive(raw, at=at).row, at=at)
        found = dumps.dump()
        transaction.set_rollback(True)
    return found


def test_the_same_messages_later_under_other_keys_leave_the_same():
    first = after(*DAY)
    with transaction.atomic():
        Patient.objects.create(birth_name="NOBODY").delete()
        assert after(*DAY, later=3) == first


@pytest.mark.parametrize("left_out", range(len(DAY)))
def test_each_message_makes_a_difference(left_out):
    assert after(*DAY[:left_out], *DAY[left_out + 1 :]) != after(*DAY)


def test_a_row_is_said_with_what_it_refers_to():
    (placement,) = [row for row in after(*DAY) if row.startswith("Placement")]
    for words in ("bed=Bed(", "code=MED", "stay=Stay(patient=Patient(birth_name=DURAND", "visit_number=V1"):
        assert words in placement


def test_a_merged_record_is_said_with_the_one_that_it_is_in():
    (merged,) = [row for row in after(*DAY) if row.startswith("Patient(birth_name=AUTRE")]
    assert " Patient(birth_name=DURAND" in merged
